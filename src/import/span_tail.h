/* The records that stand last in a recording, found backwards: what has not been read need not be. */
#ifndef IMPORT_SPAN_TAIL_H
#define IMPORT_SPAN_TAIL_H

#include "base/slice.h"

/* How far from the end, and how many. */
enum { TAIL_BYTES = 1 << 20, TAIL_RECORDS = 64 };

/*
 * The last lines, or the last elements of an array, that lie whole in `tail`, the last bytes of a recording: the last
 * one first, at most `max`.  Returns how many.  In what is no JSON, or is cut, they may be anything: check them.
 */
size_t tail_lines(struct slice tail, struct slice *out, size_t max);
size_t tail_elements(struct slice tail, struct slice *out, size_t max);

#endif
