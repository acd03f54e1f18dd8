/* Tables of Markdown: cells are gathered, then laid out side by side where they fit, else one under the other. */
#ifndef UI_MARKDOWN_TABLE_H
#define UI_MARKDOWN_TABLE_H

#include "base/buf.h"
#include "ui/markdown.h"

/* `shown` bytes that are shown, at `at` of the source or, where `made`, of what was made up; `n` bytes of source at `from`. */
struct table_piece {
	size_t at, shown, from, n;
	bool made;
	enum role role;
	enum code_lang lang;
};

struct table_cell {
	size_t first, end; /* pieces */
	unsigned row, cells; /* cells: how wide it is */
	bool right, head;
};

struct table {
	struct table_cell *cells; /* owned */
	size_t n, cap, first; /* first: its first piece */
	unsigned rows;
	bool in_head;
};
void table_release(struct table *t);

void table_begin(struct table *t, size_t piece); /* forgets the one before */
void table_row(struct table *t);
void table_cell(struct table *t, size_t piece, bool right);
void table_cell_end(struct table *t, size_t piece);

/* The pieces of a table that is over, in `in`, laid out for `width` cells (0: any number): each is given to `add` in order. */
struct table_out {
	void (*add)(void *ctx, struct table_piece p);
	void (*made)(void *ctx, struct slice s, enum role role);
	void *ctx;
	struct slice text;
	const struct buf *made_up;
};
void table_lay(struct table *t, const struct table_piece *in, unsigned width, const struct table_out *out);

#endif
