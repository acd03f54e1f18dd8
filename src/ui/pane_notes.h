/* The notes on the run: a view over the panes, to walk along them, go to their places, edit and remove them. */
#ifndef UI_PANE_NOTES_H
#define UI_PANE_NOTES_H

#include <stdint.h>

#include "ui/list.h"

struct ui;
struct pane_ops;

/* A row of it belongs to a note and, while it names a place, to that. */
struct note_row;

struct notes_pane {
	struct note_row *rows; /* owned */
	size_t cap;
	struct list list;
	const void *of; /* session, fold and width that the rows were made for */
	uint64_t folds;
	size_t shown; /* notes that may be seen */
	unsigned width;
};
void notes_release(struct notes_pane *p);

void notes_do_list(struct ui *ui, const char *args);

extern const struct pane_ops pane_notes;

#endif
