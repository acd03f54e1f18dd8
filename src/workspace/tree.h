/*
 * The kernel tree that a run reads (DESIGN §7, §8): what the directory is, which commit it is at, and what lies on top of
 * that.  Without a commit the directory is read as it is, and a snapshot of it as a tree object says later what that was;
 * with one a worktree of that commit in the cache is read, made once.
 */
#ifndef WORKSPACE_TREE_H
#define WORKSPACE_TREE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/slice.h"

enum { TREE_ID = 64 }; /* digits of an object's id, at most */

struct tree {
	char *dir;                /* owned; absolute; what is to be read */
	char *repo;               /* owned; the repository's work tree, NULL where the directory is under no git */
	char *git_dir;            /* owned; NULL likewise */
	char version[64];         /* "6.18.0-rc4" of its Makefile; empty: it has none, perhaps it is no kernel */
	char commit[TREE_ID + 1]; /* that it is at; empty: unknown */
	char tree[TREE_ID + 1];   /* the snapshot; empty: none could be taken */
	char why_no_tree[256];    /* why not; empty where there is one, or no git */
	bool dirty;               /* it has changes on top of its commit */
	int lock;                 /* of the worktree in the cache, which stays as long as it is used; -1 */
};

/*
 * Look at `dir`; read `commit` (any name of one; NULL: the directory as it is), with worktrees below `cache`.  `say` is told
 * what takes long ("checking out …"); may be NULL.  -1: ERR_TOOL with what is missing and the command that brings it.
 */
int tree_open(struct tree *t, const char *dir, const char *commit, const char *cache, void (*say)(const char *what),
	      struct err *e);
void tree_release(struct tree *t);

/* Is the directory another one than when it was opened?  1, 0, or -1 where that cannot be told.  May take seconds. */
int tree_changed(const struct tree *t);

#endif
