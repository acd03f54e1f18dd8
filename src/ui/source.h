/* Rows of source, of the pane Source and of whoever else shows some: what the agent's tools returned, or that none did. */
#ifndef UI_SOURCE_H
#define UI_SOURCE_H

#include "model/crash.h"
#include "ui/grid.h"

struct ui;
struct source_pane;

/* Fill `p` anew for so many rows: the access lines and call sites of accesses `from` to `to` (exclusive), with what fits around. */
void source_fill_race(struct ui *ui, struct source_pane *p, unsigned from, unsigned to, unsigned height);

/*
 * The file of a frame (whose texts may not lie in `p`), its line at a third of the height; where the line is not known the definition
 * of its function, if that is.
 */
void source_fill_file(struct ui *ui, struct source_pane *p, const struct frame *frame, unsigned height);

/* Draw a row of it into the one row of `at`. */
void source_draw_row(struct ui *ui, const struct source_pane *p, size_t row, struct rect at);

/* A line across with words in it. */
void source_draw_rule(struct ui *ui, struct slice words, enum role role, struct rect at);

/* What a line is marked with in the gutter: see struct source_row. */
char source_access_mark(const struct access *a, bool site);

void source_release(struct source_pane *p); /* it is empty then and usable */

#endif
