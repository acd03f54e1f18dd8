/*
 * The files of a commit, in the cache: $XDG_CACHE_HOME/verdict/worktrees/COMMIT, made once and shared.  It is a checkout with
 * a repository of its own that borrows the objects: the repository that the commit comes from is not written to.
 */
#ifndef WORKSPACE_WORKTREE_H
#define WORKSPACE_WORKTREE_H

#include "base/err.h"
#include "workspace/tree.h"

struct worktree {
	char *dir; /* owned */
	int lock;  /* held as long as it is in use: nobody deletes it meanwhile */
};

/* Older ones than this many are deleted when a new one is made, unless they are in use: a kernel takes 1.5 GB. */
enum { WORKTREE_KEEP = 4 };

/*
 * Open the files of commit `id` (in full, from tree_commit()) of `t`, making them where they are not there: that takes half a
 * minute for a kernel, and waits while another program makes the same.  -1: ERR_TOOL, and nothing half made is left in place.
 */
int worktree_open(struct worktree *w, const struct tree *t, const char *id, struct err *e);
void worktree_release(struct worktree *w);

#endif
