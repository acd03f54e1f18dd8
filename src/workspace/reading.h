/*
 * What a run reads: a tree as it is, with a snapshot of it, or the files of a commit of it.
 */
#ifndef WORKSPACE_READING_H
#define WORKSPACE_READING_H

#include "workspace/worktree.h"

struct reading {
	struct tree named;       /* the one that was named */
	struct tree made;        /* the files of a commit; all zeroes where none is read */
	struct worktree w;
	const struct tree *read; /* the one that is read */
};

/*
 * Open `dir`, at `commit` (any name of one; NULL: as it is), with a snapshot where it is under git.  -1: ERR_TOOL as the
 * functions that this calls; released then, too.
 */
int reading_open(struct reading *r, const char *dir, const char *commit, struct err *e);
void reading_release(struct reading *r);

#endif
