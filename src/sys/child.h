/*
 * A child program on the loop: nobody waits for it, it is watched.  It has an environment without secrets, a process group
 * that is killed as a whole, limits on time, memory and output, and it dies with this program.
 */
#ifndef SYS_CHILD_H
#define SYS_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/slice.h"
#include "sys/loop.h"

struct child;

/* Nothing of it is needed any more when child_start() has returned. */
struct child_request {
	const char *const *argv; /* argv[0] is found in PATH; ended by NULL */
	/*
	 * "NAME=VALUE", ended by NULL, over the environment that every child gets: PATH, HOME, LANG, LANGUAGE, LC_*, TZ,
	 * TMPDIR and the XDG directories of this program, and nothing else.  May be NULL.
	 */
	const char *const *env;
	const char *dir;     /* where it runs; NULL: here */
	struct slice input;  /* its standard input */
	size_t max_out;      /* bytes of standard output; with one more it is killed (too_much); 0: 16 MiB */
	size_t max_err;      /* bytes kept of standard error, the rest is dropped; 0: 64 KiB */
	unsigned ms;         /* from now; then it is killed (timed_out); 0: 10 minutes */
	uint64_t max_memory; /* bytes of address space; 0: not limited */
	bool writes;         /* it may write files; else every write to a regular file fails */
	/* It goes on until it is killed: its standard input stays open for child_write(), and neither `ms` nor `max_out` holds. */
	bool lasts;
	/* Standard output as it arrives, instead of being kept; borrowed.  Must not call child_kill().  May be NULL. */
	void (*data)(void *arg, struct slice piece);
};

struct child_result {
	bool exited;          /* by itself: `status` counts; else by `signal` */
	int status, signal;
	bool timed_out, too_much; /* it was killed for this */
	struct slice out, err;    /* what it wrote; borrowed until done() returns */
};

/*
 * Start it.  `done` is called once from the loop, when it has ended or was killed for one of its limits; its whole group is
 * dead then, and the child is gone after it.  A grandchild that keeps the output open is not waited for.
 * NULL: ERR_TOOL, it could not be started, and done() is not called.
 */
struct child *child_start(struct loop *l, const struct child_request *rq,
			  void (*done)(void *arg, const struct child_result *r), void *arg, struct err *e);

/* Kill its group at once and forget it: no callback comes after.  To be done with all before loop_free().  NULL: nothing. */
void child_kill(struct child *c);

/*
 * Give more to the standard input of one that lasts.  What it does not take at once waits in memory: the caller sees to it
 * that this is little.
 */
void child_write(struct child *c, struct slice s);

/* Its number, which is its group's too. */
pid_t child_pid(const struct child *c);

#endif
