/*
 * An agent driven live: its requests go to a provider, its calls run as children, its waits are timers of the loop.  What a
 * person orders meanwhile takes effect at once: what is under way and not wanted any more is cancelled.
 */
#ifndef AGENT_DRIVE_H
#define AGENT_DRIVE_H

#include <sys/types.h>

#include "agent/agent.h"
#include "llm/client.h"
#include "sys/loop.h"

struct drive;

/* All is borrowed. */
struct drive_config {
	struct loop *loop;
	struct agent *agent;
	struct llm_client *client;
	/* The argument vector that answers the call `n`, ended by NULL; borrowed until the next one.  NULL: no such tool. */
	const char *const *(*command)(void *arg, const struct agent_next *n, struct err *e);
	/* What streams in for llm span `seq`; NULL: what streamed so far is void, the request is sent again. */
	void (*stream)(void *arg, uint32_t seq, const struct llm_event *ev);
	/* Records were written, or something else is waited for. */
	void (*changed)(void *arg);
	void *arg;
};

struct drive *drive_new(const struct drive_config *c);

/* Cancels what is under way. */
void drive_free(struct drive *d);

/* Go on: at the start, and after every agent_control(). */
void drive_go(struct drive *d);

#endif
