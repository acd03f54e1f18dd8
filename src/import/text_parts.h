/* Where the pages begin in a text that holds several, one behind the other. */
#ifndef IMPORT_TEXT_PARTS_H
#define IMPORT_TEXT_PARTS_H

#include <stddef.h>

#include "base/slice.h"

struct text_parts {
	size_t *at; /* owned; the first is 0 */
	size_t n, cap;
};

enum { TEXT_PARTS_MAX = 256 };

/*
 * A page is over behind its summaries; the next one begins with the names of the job table's columns and a
 * job row, and has a trajectory that begins with a flow.  What only looks so is a text of the page.
 * Release in the end.
 */
struct text_parts text_parts(struct slice text);
void text_parts_release(struct text_parts *p);

#endif
