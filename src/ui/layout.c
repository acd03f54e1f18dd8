#include "ui/layout.h"

#include "conf/line.h"

enum { WHOLE = 1000, EDGES = 3 }; /* EDGES: rows of title, verdict and hints */

static const char *const kinds[LAYOUTS] = {[LAYOUT_WIDE] = "wide", [LAYOUT_TALL] = "tall", [LAYOUT_FOCUS] = "focus"};
static const char *const names[SPLITS] = {
	[SPLIT_COLUMN] = "column", [SPLIT_UPPER] = "upper", [SPLIT_LOWER] = "lower", [SPLIT_PAIR] = "pair",
};

/* Lists are narrow, code and prose are wide. */
const struct splits splits_first = {{
	[LAYOUT_WIDE] = {380, 500, 500, 500},
	[LAYOUT_TALL] = {500, 300, 620, 500},
	[LAYOUT_FOCUS] = {300, 333, 667, 500},
}};

const char *pane_name(enum pane_id p)
{
	static const char *const panes[PANES] = {
		[PANE_REPORT] = "Report", [PANE_SOURCE] = "Source", [PANE_RUN] = "Run", [PANE_TEXT] = "Text",
	};

	return panes[p];
}

const char *layout_name(enum layout_kind k)
{
	return kinds[k];
}

bool layout_of(struct slice name, enum layout_kind *k)
{
	for (unsigned i = 0; i < LAYOUTS; i++)
		if (slice_is(name, kinds[i])) {
			*k = (enum layout_kind)i;
			return true;
		}
	return false;
}

/* ---- splits as text ---- */

static bool read_split(struct splits *s, const struct conf_line *w)
{
	enum layout_kind k;
	uint64_t at;

	if (w->n != 4 || !slice_is(w->word[0], "split") || !layout_of(w->word[1], &k) || !slice_u64(w->word[3], &at) ||
	    at == 0 || at >= WHOLE)
		return false;
	for (unsigned i = 0; i < SPLITS; i++)
		if (slice_is(w->word[2], names[i])) {
			s->at[k][i] = (unsigned)at;
			return true;
		}
	return false;
}

void splits_parse(struct splits *s, struct slice text, struct diags *ds)
{
	struct arena *a = arena_new();
	struct slice rest = text, line;

	for (uint64_t number = 1; slice_line(&rest, &line); number++) {
		struct conf_line w;

		if (conf_split(a, line, &w, NULL) < 0 || (w.n && !read_split(s, &w)))
			diags_add(ds, DIAG_WARNING, number, (uint64_t)(line.p - text.p),
				  "a line of it is \"split LAYOUT column|upper|lower|pair THOUSANDTHS\"");
	}
	arena_free(a);
}

void splits_print(const struct splits *s, struct buf *out)
{
	for (unsigned k = 0; k < LAYOUTS; k++)
		for (unsigned i = 0; i < SPLITS; i++)
			buf_addf(out, "split %s %s %u\n", kinds[k], names[i], s->at[k][i]);
}

/* ---- dividing ---- */

/* Columns are rounded down, rows up: the first part of an odd number of rows is the greater one. */
static unsigned to_cells(unsigned at, unsigned total, bool columns)
{
	return (at * total + (columns ? 0 : WHOLE - 1)) / WHOLE;
}

static unsigned to_share(unsigned cells, unsigned total, bool columns)
{
	return (cells * WHOLE + (columns ? total - 1 : 0)) / total;
}

/* `cells` between `least` and `most`; where there is no room between, the middle of what is left. */
static unsigned within(unsigned cells, unsigned least, unsigned most)
{
	if (least > most)
		return (least + most) / 2;
	return cells < least ? least : cells > most ? most : cells;
}

static unsigned column_at(const struct splits *s, enum layout_kind k, unsigned cols)
{
	return within(to_cells(s->at[k][SPLIT_COLUMN], cols, true), PANE_MIN_COLS, cols - PANE_MIN_COLS);
}

/* A split of a column into two panes. */
static unsigned half_at(const struct splits *s, enum layout_kind k, enum split i, unsigned rows)
{
	return within(to_cells(s->at[k][i], rows, false), PANE_MIN_ROWS, rows - PANE_MIN_ROWS);
}

/* The two splits of a column of three. */
static void thirds_at(const struct splits *s, enum layout_kind k, unsigned rows, unsigned *upper, unsigned *lower)
{
	*upper = within(to_cells(s->at[k][SPLIT_UPPER], rows, false), PANE_MIN_ROWS, rows - 2 * PANE_MIN_ROWS);
	*lower = within(to_cells(s->at[k][SPLIT_LOWER], rows, false), *upper + PANE_MIN_ROWS, rows - PANE_MIN_ROWS);
}

static void place(struct layout *l, enum pane_id p, unsigned row, unsigned col, unsigned rows, unsigned cols)
{
	l->pane[p] = (struct rect){row, col, rows, cols};
	l->visible[p] = true;
}

static void wide(struct layout *l, unsigned rows, unsigned cols, const struct splits *s)
{
	unsigned left = column_at(s, LAYOUT_WIDE, cols), a = half_at(s, LAYOUT_WIDE, SPLIT_UPPER, rows);
	unsigned b = half_at(s, LAYOUT_WIDE, SPLIT_LOWER, rows);

	l->left = left;
	place(l, PANE_REPORT, 1, 0, a, left);
	place(l, PANE_RUN, 1 + a, 0, rows - a, left);
	place(l, PANE_SOURCE, 1, left, b, cols - left);
	place(l, PANE_TEXT, 1 + b, left, rows - b, cols - left);
}

static void tall(struct layout *l, unsigned rows, unsigned cols, const struct splits *s)
{
	unsigned left = column_at(s, LAYOUT_TALL, cols), a, b;

	thirds_at(s, LAYOUT_TALL, rows, &a, &b);
	l->left = left;
	place(l, PANE_REPORT, 1, 0, a, left);
	place(l, PANE_RUN, 1, left, a, cols - left);
	place(l, PANE_SOURCE, 1 + a, 0, b - a, cols);
	place(l, PANE_TEXT, 1 + b, 0, rows - b, cols);
}

static void focused(struct layout *l, unsigned rows, unsigned cols, const struct splits *s, enum pane_id focus)
{
	unsigned left = column_at(s, LAYOUT_FOCUS, cols), at[PANES] = {0}, n = 0;

	thirds_at(s, LAYOUT_FOCUS, rows, &at[1], &at[2]);
	at[3] = rows;
	for (int p = 0; p < PANES; p++)
		if (p != (int)focus) {
			place(l, (enum pane_id)p, 1 + at[n], 0, at[n + 1] - at[n], left);
			n++;
		}
	l->left = left;
	place(l, focus, 1, left, rows, cols - left);
}

static enum pane_id upper_of(enum pane_id focus)
{
	static const enum pane_id upper[PANES] = {
		[PANE_REPORT] = PANE_REPORT, [PANE_SOURCE] = PANE_SOURCE, [PANE_RUN] = PANE_RUN, [PANE_TEXT] = PANE_SOURCE,
	};

	return upper[focus];
}

static void pair(struct layout *l, unsigned rows, unsigned cols, enum layout_kind kind, const struct splits *s, enum pane_id focus)
{
	unsigned top = half_at(s, kind, SPLIT_PAIR, rows);

	l->stacked = true;
	place(l, upper_of(focus), 1, 0, top, cols);
	place(l, focus == PANE_REPORT ? PANE_SOURCE : PANE_TEXT, 1 + top, 0, rows - top, cols);
}

/* Is there room for all four panes? */
static bool roomy(unsigned rows, unsigned cols, enum layout_kind kind)
{
	return kind == LAYOUT_TALL ? rows >= LAYOUT_TALL_ROWS && cols >= LAYOUT_TALL_COLS
				   : cols >= LAYOUT_WIDE_COLS && (kind == LAYOUT_WIDE || rows >= EDGES + 3 * PANE_MIN_ROWS);
}

static bool too_small(unsigned rows, unsigned cols)
{
	return rows < LAYOUT_MIN_ROWS || cols < LAYOUT_MIN_COLS;
}

struct layout layout_compute(unsigned rows, unsigned cols, enum layout_kind kind, const struct splits *s, enum pane_id focus,
			     bool zoom)
{
	struct layout l = {.too_small = too_small(rows, cols)};
	unsigned room = rows - EDGES;

	if (l.too_small)
		return l;
	l.verdict_row = rows - 2;
	l.hint_row = rows - 1;
	if (zoom)
		place(&l, focus, 1, 0, room, cols);
	else if (!roomy(rows, cols, kind))
		pair(&l, room, cols, kind, s, focus);
	else if (kind == LAYOUT_WIDE)
		wide(&l, room, cols, s);
	else if (kind == LAYOUT_TALL)
		tall(&l, room, cols, s);
	else
		focused(&l, room, cols, s, focus);
	l.stacked |= zoom;
	return l;
}

/* ---- moving splits ---- */

/* The split that bounds a pane, and whether the pane lies behind it; false where none does. */
static bool bound(unsigned rows, unsigned cols, enum layout_kind kind, enum pane_id focus, bool columns, enum split *i, bool *behind)
{
	bool right = focus == PANE_SOURCE || focus == PANE_TEXT, under = focus == PANE_RUN || focus == PANE_TEXT;

	if (!roomy(rows, cols, kind)) {
		*i = SPLIT_PAIR;
		*behind = upper_of(focus) != focus;
		return !columns;
	}
	if (columns) {
		*i = SPLIT_COLUMN;
		*behind = kind == LAYOUT_FOCUS || (kind == LAYOUT_WIDE ? right : focus == PANE_RUN);
		return kind != LAYOUT_TALL || !right;
	}
	if (kind == LAYOUT_WIDE) {
		*i = right ? SPLIT_LOWER : SPLIT_UPPER;
		*behind = under;
		return true;
	}
	*i = focus == PANE_REPORT || focus == PANE_RUN ? SPLIT_UPPER : SPLIT_LOWER;
	*behind = focus == PANE_TEXT;
	return kind == LAYOUT_TALL;
}

/* Where a split is, in cells, and the cells that it divides. */
static unsigned where(unsigned rows, unsigned cols, enum layout_kind kind, const struct splits *s, enum split i)
{
	unsigned a, b;

	if (i == SPLIT_COLUMN)
		return column_at(s, kind, cols);
	if (i == SPLIT_PAIR || kind == LAYOUT_WIDE)
		return half_at(s, kind, i, rows - EDGES);
	thirds_at(s, kind, rows - EDGES, &a, &b);
	return i == SPLIT_UPPER ? a : b;
}

bool layout_move(unsigned rows, unsigned cols, enum layout_kind kind, struct splits *s, enum pane_id focus, bool columns, int by)
{
	unsigned total = columns ? cols : rows - EDGES, was, want;
	struct splits moved = *s;
	enum split i;
	bool behind;
	long to;

	if (too_small(rows, cols) || !bound(rows, cols, kind, focus, columns, &i, &behind))
		return false;
	was = where(rows, cols, kind, s, i);
	to = (long)was + (behind ? -(long)by : by);
	want = to < 1 ? 1 : to >= (long)total ? total - 1 : (unsigned)to;
	moved.at[kind][i] = to_share(want, total, columns);
	if (moved.at[kind][i] == 0)
		moved.at[kind][i] = 1;
	want = where(rows, cols, kind, &moved, i);
	moved.at[kind][i] = to_share(want, total, columns); /* not further than it is seen to be */
	if (want == was)
		return false;
	*s = moved;
	return true;
}
