/* Questions to a repository's history, each a git of its own on the loop, with limits: nobody waits. */
#ifndef SOURCE_HISTORY_H
#define SOURCE_HISTORY_H

#include "source/git.h"
#include "sys/loop.h"

struct history;

enum fate { FATE_UNKNOWN /* git cannot tell, or has no time for it */, FATE_NEVER, FATE_DELETED, FATE_RENAMED };

struct history_answer {
	enum fate fate;       /* of history_fate() */
	struct slice commit;  /* in full; empty: none was found */
	struct slice path;    /* FATE_RENAMED: what it is called from `commit` on; borrowed, as is `commit`, until the callback returns */
};
typedef void history_fn(void *arg, const struct history_answer *a);

/*
 * What became of `path`, which is not in `commit`: the commit at or before that one which deleted or renamed it.  Commit and path as
 * of repo_file().  Nothing of the arguments is needed later.  NULL: ERR_TOOL, it cannot be started.
 */
struct history *history_fate(struct loop *l, const char *dir, const char *git_dir, struct slice commit, struct slice path,
			     history_fn *done, void *arg, struct err *e);

/* The newest commit of any branch that made the file `path` hold exactly `text`. */
struct history *history_holder(struct loop *l, const char *dir, const char *git_dir, struct slice path, struct slice text,
			       history_fn *done, void *arg, struct err *e);

/* Forget it; it frees itself after its callback otherwise. */
void history_stop(struct history *h);

#endif
