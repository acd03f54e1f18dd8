/* Source lines as the tools show them (syzkaller-workflow §4.2): the number in 4 columns, a colon, a tab, the text. */
#ifndef WORKSPACE_NUMBERED_H
#define WORKSPACE_NUMBERED_H

#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

/* Longer lines are cut at a character and end with "...": no line of source is as long, but files of data are. */
enum { NUMBERED_MAX = 4096 };

/* Add one line, given without its line end. */
void numbered_add(struct buf *b, uint64_t number, struct slice line);

#endif
