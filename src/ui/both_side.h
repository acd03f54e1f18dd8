/* One side of the view of both accesses (ui/pane_both.h). */
#ifndef UI_BOTH_SIDE_H
#define UI_BOTH_SIDE_H

#include "ui/view.h"

enum both_row_kind { BOTH_HEAD, BOTH_FRAME, BOTH_REORDERED, BOTH_WORDS };
struct both_row {
	enum both_row_kind kind;
	uint32_t frame;    /* FRAME, REORDERED */
	const char *words; /* WORDS */
};

struct both_side {
	unsigned stack; /* of the crash */
	struct both_row *rows; /* owned; the first is the head, which always shows */
	size_t cap;
	struct list list;
	struct source_pane source;
	unsigned height; /* rows that source was filled for */
	bool stale, again; /* source is to be filled anew; the same lines: it stays where it was scrolled to */
};

/* A side that shows a stack of the crash; freed by both_side_free(), which takes NULL, too. */
struct both_side *both_side_new(const struct crash *c, unsigned stack);
void both_side_free(struct both_side *s);
void both_side_fill(struct both_side *s, const struct crash *c); /* its rows anew, after `stack` was changed */

/* The frame in a row; NULL where it has none. */
const struct frame *both_side_frame(const struct ui *ui, const struct both_side *s, const struct both_row *r);

/* The cursor to the row of a frame; to the head where there is no such row. */
void both_side_go(struct both_side *s, size_t frame);

/* "kernel/audit.c:249", with `whole` false without the folders; where the report has no line, "+0x41 [pond]". */
void both_side_place(const struct frame *f, bool whole, struct buf *out);

/* Draw it under its `number`; `focus`: it has the keys. */
void both_side_draw(struct ui *ui, struct both_side *s, unsigned number, bool focus, struct rect r);

#endif
