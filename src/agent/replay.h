/*
 * An agent run again on its journal: what providers, tools and the reviewer answered is taken from it, and what the agent
 * records now is compared with what it recorded then.  A replay ends at the first difference; a run that is resumed is a
 * replay that goes on live where the journal ends.
 */
#ifndef AGENT_REPLAY_H
#define AGENT_REPLAY_H

#include "agent/agent.h"
#include "agent/record.h"

struct replay;

/*
 * `rs` stands behind its first line.  What the agent records past the end of the journal goes to `rest`, which may be NULL.
 * All is borrowed.  The agent's sink is the replay's from now on.
 */
struct replay *replay_new(struct agent *a, struct records *rs, const struct agent_sink *rest, void *rest_arg);
void replay_free(struct replay *r);

/*
 * Run until the journal ends.  1: it does, and all was the same; 0: there is a difference, replay_difference() says which;
 * -1, ERR_INPUT or ERR_STORE: the journal cannot be read, or `rest` not be written.
 */
int replay_run(struct replay *r, struct err *e);

/* One sentence with the line of the journal: "line 12: span 7: Args: recorded …, now …".  Borrowed; holds outside text. */
const char *replay_difference(const struct replay *r);

/* What was compared. */
struct replay_count {
	size_t spans, exchanges, controls;
	bool ended; /* the journal has its end */
};
struct replay_count replay_counted(const struct replay *r);

#endif
