/* What a file defines, told without a compiler by Universal Ctags: about right, whatever the configuration. */
#ifndef WORKSPACE_CTAGS_H
#define WORKSPACE_CTAGS_H

#include "index/index.h"
#include "workspace/root.h"

/*
 * The definitions in `file` (a clean path that lies in the tree), in `a`, by line.  -1: ERR_NO, there is no Universal Ctags, or it
 * cannot read the file.
 */
int ctags_file(const struct root *r, struct arena *a, const char *file, struct index_def **defs, size_t *n, struct err *e);

#endif
