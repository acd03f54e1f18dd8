/*
 * The search in the pane that has the keys: from hit to hit, around the end once.  A pane may have a million rows: what a slice
 * does not reach is searched between keys, and any key ends it.
 */
#ifndef UI_SEEK_H
#define UI_SEEK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "ui/grid.h"

struct ui;

struct seek {
	bool back;
	bool round;   /* it went round the end */
	size_t start; /* row that it began at */
	size_t at;    /* row that is looked at next */
};

/* Search for a pattern, in the direction that was asked for last; an empty one is the last pattern again. */
void seek_for(struct ui *ui, struct slice pattern);

void seek_do_search(struct ui *ui, const char *args);
void seek_do_search_back(struct ui *ui, const char *args);
void seek_do_word(struct ui *ui, const char *args); /* for the word under the cursor */
void seek_do_next(struct ui *ui, const char *args);
void seek_do_prev(struct ui *ui, const char *args);

/* While WAIT_SEEK: look on for a slice. */
void seek_more(struct ui *ui);
void seek_stop(struct ui *ui);

/* Mark the hits in what was drawn in `r`, but not in line numbers and lines. */
void seek_mark(struct ui *ui, struct rect r);

#endif
