/* The source of both racing functions, as an agent is given it from the start. */
#ifndef WORKSPACE_RACING_H
#define WORKSPACE_RACING_H

#include "base/buf.h"
#include "model/crash.h"
#include "workspace/root.h"

/*
 * Add the functions around the racing lines of each access, from the access line to its call site, each once, as read-file
 * shows lines; for one that cannot be found, a sentence that says why.
 */
void racing_source(struct buf *out, const struct crash *c, const struct root *r);

/*
 * The lines `*first` to `*last` (from 1) of the function in `text` that holds `line`, with the signature and the comment
 * right above it; at most RACING_LINES of them, around `line`.  By the style of the kernel: a body begins with '{' and
 * ends with '}' in the first column.  False where the line lies in none.
 */
enum { RACING_LINES = 200 };
bool racing_function(struct slice text, uint32_t line, uint32_t *first, uint32_t *last);

#endif
