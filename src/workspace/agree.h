/* Do a crash report and a kernel tree belong together?  Asked before anything is sent (DESIGN §7). */
#ifndef WORKSPACE_AGREE_H
#define WORKSPACE_AGREE_H

#include "base/diag.h"
#include "model/crash.h"
#include "workspace/tree.h"

/*
 * Add a warning for each point in which they disagree: the commit of the report's release, its version, its machine; and for
 * files of the racing frames that the tree does not have.  Notes say what the report or the tree does not tell.
 */
void agree_check(const struct crash *c, const struct tree *t, struct diags *ds);

#endif
