/* The filter of Run (app/filter.h) on the screen: which spans have rows.  What it does not keep has none, as in less. */
#ifndef UI_SIFT_H
#define UI_SIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct filter;
struct ui;

struct sift {
	struct filter *filter; /* owned; NULL: all spans show */
	uint64_t rounds;       /* of the filter, when rows were made */
	size_t want;           /* span that had the cursor, until its turn comes; SIZE_MAX: none */
	bool told;             /* that it keeps none */
};

void sift_do_filter(struct ui *ui, const char *args); /* no words: all show again */

/* While WAIT_FILTER: try spans for a slice. */
void sift_more(struct ui *ui);

/* Before Run is drawn: is there something to try? */
void sift_look(struct ui *ui);

/* All show again; the rows stay as they are. */
void sift_forget(struct ui *ui);

/* Spans before this index may have rows; does the filter hide span `i`? */
size_t sift_end(const struct ui *ui);
bool sift_hides(const struct ui *ui, size_t i);

/* For the title of Run: "9 of 23 spans: type=tool"; false where there is no filter. */
bool sift_title(const struct ui *ui, struct buf *out);

#endif
