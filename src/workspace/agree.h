/* Is this the source that crashed?  What in a report speaks against it. */
#ifndef WORKSPACE_AGREE_H
#define WORKSPACE_AGREE_H

#include "base/diag.h"
#include "model/crash.h"
#include "workspace/tree.h"

/*
 * Compare the report with the tree that is to be read: kernel, release, commit and changes, machine, and whether the frames of
 * the crash, and those that led there, lie in the functions that the report names.  Each disagreement becomes a sentence with what mends it, as a
 * warning in `out`; none is added where nothing is known against it, and what cannot be told is a note.  Call it after
 * tree_snapshot(), so that changes are known.  Commits are looked up in `repository`, which is `t` itself unless `t` is a worktree that was made from it.
 */
void agree_check(const struct tree *t, const struct tree *repository, const struct crash *c, struct diags *out);

#endif
