/* Tables of times: on the terminal, and as a group of figures in the JSON report. */
#ifndef TESTS_BENCH_TABLE_H
#define TESTS_BENCH_TABLE_H

#include "base/json.h"
#include "tests/bench/sample.h"

enum { TABLE_NAME = 36 }; /* the width of names in table_row() */

/* Print the heads of the columns behind names of `width` bytes; open the group in the array of groups that is open in `w`. */
void table_open(struct json_w *w, const char *title, int width);
void table_close(struct json_w *w);

/* Open a figure in the group, in JSON alone; `r` is sorted, or empty.  The caller adds what must hold of it, and closes the object. */
void table_figure(struct json_w *w, const char *name, const char *unit, const struct result *r);

/*
 * A row, printed and as a figure: microseconds, one at least, which are sorted here.  `must_ms`: what the median may be at most;
 * 0: whatever it is.
 */
void table_row(struct json_w *w, const char *name, struct result *r, unsigned must_ms);

#endif
