/* What the lens found, in rows and sentences (app/lens.h). */
#ifndef APP_LENS_WORDS_H
#define APP_LENS_WORDS_H

#include "app/lens_side.h"

enum { LENS_ROWS = 400 };

struct lens_list {
	struct arena *a; /* borrowed: what rows hold is in it */
	const struct crash *c;
	struct lens_side *side;
	unsigned n; /* sides */
	struct lens_row *rows; /* in `a`, LENS_ROWS at most */
	size_t nrows;
};

/* Fill it with the rows of both sides and of what they have in common. */
void lens_list_fill(struct lens_list *l);

/* Something that is held, or may be, at the access of a side. */
struct lens_item {
	unsigned side;
	size_t frame;
	const struct lens_find *find;
	enum lens_state state; /* at the access */
	struct slice why;      /* UNDECIDED: half a sentence; HELD, ASSERTED: the same, where it was not held all the time */
};

/* Add ", but f() at line 3 may release it for a while", where it was not held all the time. */
void lens_but(const struct lens_item *i, struct buf *b);

/* In the order of the stack, at most `max`; what marks accesses is none. */
size_t lens_items(const struct lens_list *l, unsigned side, bool interrupted, struct lens_item *out, size_t max);

struct lens_row *lens_row_add(struct lens_list *l, enum lens_part part, enum lens_tone tone, const char *label, struct slice words,
			      const struct lens_frame *f, uint32_t line); /* f: whose file it is in; NULL: none */

/* "write"; where both sides do the same "first write". */
struct slice lens_side_name(const struct lens_list *l, unsigned side);

/* What the report itself says is held (lens_report.c): the rows of a side, and of both. */
void lens_report_side(struct lens_list *l, unsigned side);
void lens_report_pair(struct lens_list *l);

/* Does the report list all locks of the side, and none that may be this one? */
bool lens_report_excludes(const struct lens_list *l, unsigned side, const struct lens_item *i);

enum lens_part lens_part_of(unsigned side);

/* "lock" of "p->lock"; empty where a name has no member. */
struct slice lens_field(struct slice name);

/* The rows of what the sides have in common, of what one has, and of what is undecided (lens_pair.c). */
void lens_pair(struct lens_list *l);

#endif
