/*
 * Running git on a repository that nobody vouches for.  No program that its configuration, attributes or hooks name is
 * started, nothing is fetched, nobody is asked, and the user's and the system's configuration are not read either: the
 * same tree gives the same answer everywhere.
 */
#ifndef SOURCE_GIT_H
#define SOURCE_GIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"
#include "sys/child.h"

struct git {
	const char *dir;               /* where it runs; absolute, or NULL for here */
	const char *git_dir;           /* the repository, which is never searched for; NULL: there is none */
	const char *work_tree;         /* NULL: none */
	const char *const *env;        /* at most GIT_ENV further variables, ended by NULL; may be NULL */
	struct slice input;
	size_t max_out;                /* bytes; 0: 16 MiB */
	uint64_t max_memory;           /* bytes of address space; 0: what the largest repository needs */
	unsigned ms;                   /* 0: a minute */
	bool writes;                   /* it is to write files */
	/* Output as it arrives, instead of in `out`; may be NULL. */
	void (*data)(void *arg, struct slice piece);
	void *arg;
};

enum { GIT_ENV = 8 };

struct git_end {
	int status;     /* exit status; -1 where it was stopped */
	bool timed_out; /* stopped because of its time */
	bool too_much;  /* stopped because of its output: `out` holds what is allowed */
	char why[256];  /* git's own words: the first line of its errors, without "fatal: " or "error: " */
};

/*
 * Run "git ARGS" (ended by NULL) and wait.  `out` (cleared first; may be NULL) gets its output.  0: see `end`; -1: ERR_TOOL,
 * git is missing or was ended by a signal of somebody else's.
 */
int git_run(const struct git *g, const char *const args[], struct buf *out, struct git_end *end, struct err *e);

/*
 * The same on a loop: nobody waits, `done` is called at its end as of child_start(), and g->data, if any, gets this `arg`.
 * `lasts`: as of struct child_request.  NULL: ERR_TOOL.
 */
struct child *git_start(struct loop *l, const struct git *g, const char *const args[], bool lasts,
			void (*done)(void *arg, const struct child_result *r), void *arg, struct err *e);

/* git's words about what was wrong: the first line of its errors, without "fatal: " or "error: "; part of `errors`. */
struct slice git_words(struct slice errors);

/*
 * The repository of directory `dir`: its ".git", or `dir` itself where that is a repository without files (`bare`).  Freed by the
 * caller; NULL: none.  Directories above are not looked at.
 */
char *git_find(const char *dir, bool *bare);

/* For what must work: git_run() to status 0, else -1, ERR_TOOL, with git's words or what stopped it. */
int git_do(const struct git *g, const char *const args[], struct buf *out, struct err *e);

#endif
