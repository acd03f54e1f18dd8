/* What can stand where the cursor of the `:` line is; the arguments of the command table say it. */
#ifndef UI_COMPLETE_H
#define UI_COMPLETE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

enum { COMPLETE_MAX = 200 }; /* words that are offered */

/* As prompt_complete() (prompt.h); `arg` is a struct ui. */
void complete_line(void *arg, struct slice line, size_t *from, struct buf *out);

/*
 * The n-th argument (from 0) in the words of the command table, without the brackets: of "TOOL|all [off]" "TOOL|all" and
 * "off"; of what ends in "..." the last one again and again.  Empty where there is none.
 */
struct slice complete_argument(const char *args, size_t n);

#endif
