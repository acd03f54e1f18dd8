/*
 * What is selected: rows of Report, Source or Run from where the selection began to the cursor; in Text, bytes
 * (text_pane.anchor).  There is one selection at a time.
 */
#ifndef UI_SELECTION_H
#define UI_SELECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "model/place.h"
#include "ui/layout.h"

struct ui;

/* Of rows; all zeroes: none. */
struct selection {
	bool on;
	enum pane_id pane;
	size_t anchor; /* row that it began at */
};

void selection_do_select(struct ui *ui, const char *args); /* begin, or end it, in a pane of rows */
bool selection_end(struct ui *ui); /* false where there was none */

/* Is something selected in the pane that has the keys? */
bool selection_on(const struct ui *ui);

/* The rows that are selected in `pane`, the last one included; false where none are. */
bool selection_rows(const struct ui *ui, enum pane_id pane, size_t *first, size_t *last);

/*
 * The places of the selection, else the one under the cursor, of the pane that has the keys: at most `max`, released by
 * the caller.  0 where there is nothing to comment on.
 */
size_t ui_places(struct ui *ui, struct place *p, size_t max);

/* The selected text of the pane that has the keys, as it shows but whole, lines ended by LF; false where nothing is selected. */
bool ui_selection_text(struct ui *ui, struct buf *out);

#endif
