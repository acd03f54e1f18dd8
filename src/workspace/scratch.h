/* Private folders for git: a repository of our own that borrows another's objects and reads nothing else of it. */
#ifndef WORKSPACE_SCRATCH_H
#define WORKSPACE_SCRATCH_H

#include "base/err.h"
#include "workspace/tree.h"

/*
 * Make `dir` (not there yet, or empty) a repository with the objects of `t` as an alternate.  Its configuration is git's
 * default one, so that what the configuration of `t` says cannot run.  -1: ERR_TOOL.
 */
int scratch_init(const char *dir, const struct tree *t, struct err *e);

/* A new private folder below $TMPDIR, freed by the caller; NULL: ERR_TOOL. */
char *scratch_new(struct err *e);

/* Remove a folder with all that is in it; links are removed, not followed.  NULL: nothing. */
void scratch_remove(const char *dir);

#endif
