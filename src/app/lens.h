/*
 * Which locks, sections and marks stand around both accesses of a race, in their functions and in those that called them, by the text
 * of the source and by what the report says (DESIGN §3): a list to check, never a verdict.
 */
#ifndef APP_LENS_H
#define APP_LENS_H

#include "app/session.h"
#include "race/lens.h"

enum lens_part { LENS_FIRST, LENS_SECOND, LENS_COMMON, LENS_ONE, LENS_OPEN, LENS_PARTS };

enum lens_tone { LENS_SAYS, LENS_DOUBTS, LENS_MISSES }; /* it is so; undecided; not known */

struct lens_row {
	enum lens_part part;
	enum lens_tone tone;
	const char *label;  /* static; a word: "held"; of sentences empty */
	struct slice words;
	struct slice path;  /* where it is; empty: nowhere in the source */
	uint32_t line;
};

struct lens;

/* Over the accesses of `s`, which must outlive it. */
struct lens *lens_new(struct session *s);
void lens_free(struct lens *l); /* NULL: nothing */

/* For about `us` microseconds; true where there is more to do. */
bool lens_step(struct lens *l, int64_t us);

/* Once all was done, the rows, part by part, and what they are owned by is `l`; before, none. */
size_t lens_rows(const struct lens *l, const struct lens_row **rows);

#endif
