/* Where macros are defined, by text: what no file that was parsed defines is in no index. */
#ifndef WORKSPACE_MACRO_H
#define WORKSPACE_MACRO_H

#include "index/index.h"
#include "workspace/root.h"

enum { MACROS_MAX = 32 };

/*
 * The definitions of macro `name` in the tree, at most MACROS_MAX, by path; those that only say that there is such a thing, as "#define
 * name name", are left out.  Which of them holds hangs on what a file includes.  -1: ERR_NO or ERR_TOOL.
 */
int macro_find(const struct root *r, struct arena *a, struct slice name, struct index_def **defs, size_t *n, struct err *e);

#endif
