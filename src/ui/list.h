/* A cursor in a list of rows and the part of it that shows. */
#ifndef UI_LIST_H
#define UI_LIST_H

#include <stddef.h>

struct list {
	size_t n;      /* rows */
	size_t cursor; /* < n, or 0 in an empty list */
	size_t top;    /* first row shown */
	size_t shown;  /* the cursor when it was shown last, plus one; 0: it never was */
};

/* Set the number of rows; cursor and top are kept inside. */
void list_count(struct list *l, size_t n);

/* Move by `delta` rows, not past the ends; to a row. */
void list_move(struct list *l, long delta);
void list_go(struct list *l, size_t row);

/*
 * Scroll so that the cursor shows in `height` rows, with `margin` rows around it where there is room; in the middle of them
 * where it went more than so many away.  Where it stayed, rows that came behind it move nothing.
 */
void list_show(struct list *l, unsigned height, unsigned margin);

/* The margin of panes that show text, in which what stands around a line is read with it. */
unsigned list_margin(unsigned height);

#endif
