/*
 * Where notes stand: the places of all notes, in an order in which they are found fast and walked along.  Made once for
 * each fold of the events, however many rows ask.
 */
#ifndef UI_NOTED_H
#define UI_NOTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "model/place.h"

struct ui;

/* A place of a note: numbers of the annotation, and of the place in it. */
struct noted_at {
	uint32_t note, place;
};
struct noted {
	const void *of; /* session and fold that they are of */
	uint64_t folds;
	struct noted_at *m; /* owned; places in the report by byte, then in files by path and line, then in spans by number */
	uint64_t *reach; /* owned; of report and source: the furthest end of this place and those before it in its text */
	size_t n, cap, cap_reach;
	size_t source, span; /* the first of these kinds */
	size_t at;           /* where noted_go() went last */
};

/* In place of a note's number: none stands there; a place that is collected for the note that is begun (ui/note.h). */
#define NOTED_NONE UINT32_MAX
#define NOTED_BEGUN (UINT32_MAX - 1)

void noted_release(struct noted *m);

/* A note there that may be seen: its number among the review's annotations, NOTED_BEGUN, or NOTED_NONE. */
uint32_t noted_report(struct ui *ui, uint64_t from, uint64_t to);
uint32_t noted_source(struct ui *ui, struct slice path, uint32_t first, uint32_t last);
uint32_t noted_span(struct ui *ui, uint32_t seq);

/* The mark that a row or line with it has: "*", "+", or "". */
const char *noted_sign(uint32_t note);

/* The place number `i` that is collected for the note that is begun, or NULL. */
const struct place *noted_begun(const struct ui *ui, size_t i);

/* All marks in texts of a span: `first` to `end` (exclusive) of ui->noted.m. */
void noted_of_span(struct ui *ui, uint32_t seq, size_t *first, size_t *end);

/* The place of a mark; borrowed from the review. */
const struct place *noted_place(const struct ui *ui, const struct noted_at *m);

/* The notes at the cursor (or in the selection) of what has the keys, `max` at most; how many. */
size_t noted_here(struct ui *ui, uint32_t *notes, size_t max);

/* Go to a place of a note in its pane. */
void noted_show(struct ui *ui, uint32_t note, uint32_t place);

/*
 * To the next place of a note behind the cursor, or the one before it (dir -1), through all panes: the report, files by
 * path, spans by number.  False where there is none.
 */
bool noted_next(struct ui *ui, int dir);

#endif
