#include "ui/rows.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"

/*
 * Bytes after which a wrapped row ends even if it is not full: combining marks take no cell, however many
 * there are.
 */
enum { ROW_BYTES = 16 * 1024 };

/* Of a character, at most (utf8_decode). */
enum { CHAR_BYTES = 4 };

void rows_release(struct rows *rs)
{
	free(rs->r);
	*rs = (struct rows){0};
}

/* ---- one character after the other ---- */

/* A place in a row: the next byte, and the cell it begins at. */
struct walk {
	struct slice text;
	size_t at, end;
	unsigned col, limit; /* limit: cells end there in wrapped text */
	bool base;           /* a character stands before, which a combining mark can join */
	/* the character that step() went over */
	size_t from;
	uint32_t cp;
	unsigned cell; /* where it stands, from the row's edge; a mark stands on the character it joins */
};

static bool is_blank(uint32_t cp)
{
	return cp == ' ' || cp == '\t';
}

/* The character at w->at: its bytes, code point and cells. */
static size_t look(const struct walk *w, uint32_t *cp, unsigned *width)
{
	unsigned char c = (unsigned char)w->text.p[w->at];
	size_t n;

	if (c >= 0x20 && c < 0x7f) {
		*cp = c;
		*width = 1;
		return 1;
	}
	n = utf8_decode(slice_sub(w->text, w->at, w->end), cp);
	if (*cp == '\t')
		*width = grid_tab_width() - w->col % grid_tab_width();
	else
		*width = utf8_width(*cp);
	if (*width == 0 && !w->base)
		*width = 1;
	return n;
}

static bool step(struct walk *w)
{
	unsigned width;
	size_t n;

	if (w->at >= w->end)
		return false;
	n = look(w, &w->cp, &width);
	w->from = w->at;
	w->at += n;
	if (width)
		w->cell = w->col;
	if (w->limit && width > w->limit - w->col)
		width = w->limit - w->col;
	w->col += width;
	w->base = w->cp != '\t';
	return true;
}

static struct walk walk_row(const struct rows *rs, struct slice text, size_t i)
{
	const struct row *r = &rs->r[i];
	struct walk w = {.text = text, .at = r->from, .col = r->indent};

	w.end = r->to < text.n ? r->to : text.n;
	w.limit = rs->wrap ? rs->width : 0;
	w.cell = r->indent;
	return w;
}

/* ---- layout ---- */

static void add_row(struct rows *rs, struct row r)
{
	rs->r = mem_grow(rs->r, &rs->cap, rs->n + 1, sizeof *rs->r);
	rs->r[rs->n++] = r;
}

/*
 * "-", "*", "+", a bullet, "12." or "12)" with a blank behind: the bytes of the marker without the blank, or
 * 0.
 */
static size_t list_marker(struct slice s)
{
	size_t n = 0;

	if (s.n > 1 && (s.p[0] == '-' || s.p[0] == '*' || s.p[0] == '+'))
		n = 1;
	else if (slice_starts(s, "•"))
		n = sizeof "•" - 1;
	else {
		while (n < s.n && n < 4 && s.p[n] >= '0' && s.p[n] <= '9')
			n++;
		if (n == 0 || n >= s.n || (s.p[n] != '.' && s.p[n] != ')'))
			return 0;
		n++;
	}
	return n < s.n && s.p[n] == ' ' ? n : 0;
}

/* Under which cell the line in bytes `from` to `end` continues: its first row tells. */
static unsigned hanging(struct slice text, size_t from, size_t end, unsigned width)
{
	struct walk w = {.text = text, .at = from, .end = end};
	size_t text_at;

	while (w.at < end && is_blank((unsigned char)text.p[w.at]) && w.col <= width)
		step(&w);
	text_at = w.at + list_marker(slice_sub(text, w.at, end < w.at + 16 ? end : w.at + 16));
	while (w.at < text_at)
		step(&w);
	while (w.at < end && is_blank((unsigned char)text.p[w.at]) && w.col <= width)
		step(&w);
	return w.at < end && w.col <= width / 2 ? w.col : 0;
}

/* How many printable ASCII characters but blanks stand at w->at that fit the row: most text is made of them. */
static size_t letters(const struct walk *w)
{
	size_t n = 0, most = w->limit - w->col;

	if (most > w->end - w->at)
		most = w->end - w->at;
	while (n < most && w->text.p[w->at + n] > ' ' && w->text.p[w->at + n] < 0x7f)
		n++;
	return n;
}

/*
 * What row_end() finds, for a row that begins with a letter and is printable ASCII up to where it ends: nearly all are, and those
 * need no look at each character.  False where that is not so.
 */
static bool ascii_row(const struct walk *w, size_t *to, size_t *seen)
{
	const char *s = w->text.p + w->at;
	size_t room = w->limit - w->col, rest = w->end - w->at, n = rest <= room ? rest : room + 1, at = room;
	bool odd = false;

	for (size_t i = 0; i < n; i++)
		odd |= (unsigned char)(s[i] - 0x20) > 0x7e - 0x20;
	if (n == 0 || odd || s[0] == ' ')
		return false;
	*to = w->end;
	*seen = SIZE_MAX;
	if (rest <= room)
		return true;
	if (s[room] == ' ') { /* blanks stay with the row that they end */
		while (at < rest && at < ROW_BYTES && is_blank((unsigned char)s[at]))
			at++;
		if (at >= ROW_BYTES || (at < rest && (unsigned char)(s[at] - 0x20) > 0x7e - 0x20))
			return false;
		if (at < rest) {
			*to = w->at + at;
			*seen = *to + 1;
		}
		return true;
	}
	while (at > 0 && s[at - 1] != ' ')
		at--;
	*to = w->at + (at ? at : room);
	*seen = w->at + room + 1;
	return room > 0;
}

/*
 * The end of the row that begins at w->at.  Blanks at a break stay with the row they end and take no cells
 * past the edge.  Bytes behind the last break are looked at again for the next row, never more than a row's
 * worth of them.  `*seen` is the end of the character that did not fit, or SIZE_MAX where all did.
 */
static size_t row_end(struct walk *w, size_t *seen)
{
	size_t from = w->at, brk = from;
	bool after_blank = false, word = false;
	size_t to;

	if (ascii_row(w, &to, seen))
		return to;
	while (w->at < w->end) {
		size_t run = letters(w), n;
		unsigned width;
		uint32_t cp;

		if (run) {
			if (after_blank)
				brk = w->at;
			after_blank = false;
			word = true;
			w->at += run;
			w->col += (unsigned)run;
			w->base = true;
			continue;
		}
		n = look(w, &cp, &width);
		*seen = w->at + n;
		if (w->at - from >= ROW_BYTES)
			return w->at;
		if (is_blank(cp)) {
			after_blank = word;
		} else {
			if (after_blank && width)
				brk = w->at;
			if (width > w->limit - w->col && w->at > from)
				return brk > from ? brk : w->at;
			after_blank = after_blank && !width;
			word = true;
		}
		step(w);
	}
	*seen = SIZE_MAX;
	return w->end;
}

/*
 * Does the first character fit behind the indent?  A wide escaped form is kept whole where the bare row can
 * hold it.
 */
static bool fits_behind(struct walk *w, unsigned indent)
{
	unsigned width;
	uint32_t cp;

	w->col = indent;
	look(w, &cp, &width);
	return is_blank(cp) || width <= w->limit - indent;
}

/*
 * The last row and all before it are settled: the next one begins at byte `at`.  Nothing that is settled stands behind
 * something that is not.
 */
static void settle(struct rows *rs, size_t at, bool first, unsigned indent)
{
	rs->settled = rs->n;
	rs->next = at;
	rs->next_first = first;
	rs->next_indent = indent;
}

/*
 * Rows of one line, from its byte `from` to its `end`.  One that ends inside the line is settled once the bytes that ended
 * it are whole: the last ones of the text may be the beginning of a character.
 */
static void wrap_line(struct rows *rs, struct slice text, size_t from, size_t end, bool first, unsigned indent)
{
	do {
		struct walk w = {.text = text, .at = from, .end = end, .limit = rs->width};
		struct row r = {.from = from, .indent = first ? 0 : indent, .first = first};
		bool follows = rs->settled == rs->n;
		size_t seen;

		if (r.indent && !fits_behind(&w, r.indent))
			r.indent = 0;
		w.col = r.indent;
		r.to = row_end(&w, &seen);
		add_row(rs, r);
		if (first && r.to < end)
			indent = hanging(text, from, end, rs->width);
		first = false;
		from = r.to;
		if (follows && from < end && seen <= text.n && text.n - seen >= CHAR_BYTES - 1)
			settle(rs, from, false, indent);
	} while (from < end);
}

/* The rows that are not settled. */
static void lay_rows(struct rows *rs, struct slice text)
{
	size_t at = rs->next;
	bool first = rs->next_first;

	rs->n = rs->settled;
	if (rs->n && at >= text.n) /* a line end that is the last byte begins no row */
		return;
	do {
		size_t lf = slice_chr(text, '\n', at), end = lf == SLICE_NONE ? text.n : lf;
		size_t next = lf == SLICE_NONE ? text.n : lf + 1;

		if (lf != SLICE_NONE && end > at && text.p[end - 1] == '\r')
			end--;
		if (rs->wrap)
			wrap_line(rs, text, at, end, first, first ? 0 : rs->next_indent);
		else
			add_row(rs, (struct row){.from = at, .to = end, .first = true});
		if (lf != SLICE_NONE)
			settle(rs, next, true, 0);
		at = next;
		first = true;
	} while (at < text.n);
}

void rows_layout(struct rows *rs, struct slice text, unsigned width, bool wrap)
{
	rs->n = 0;
	rs->width = width ? width : 1;
	rs->wrap = wrap;
	settle(rs, 0, true, 0);
	lay_rows(rs, text);
}

void rows_more(struct rows *rs, struct slice text)
{
	lay_rows(rs, text);
}

void rows_cut(struct rows *rs, size_t at)
{
	if (rs->n == 0 || rs->next < at)
		return;
	while (rs->n && rs->r[rs->n - 1].from >= at)
		rs->n--;
	settle(rs, at, true, 0);
}

/* ---- from bytes to cells and back ---- */

size_t rows_find(const struct rows *rs, size_t at)
{
	size_t low = 0, high = rs->n;

	/* The last row that begins at or before `at`. */
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (rs->r[mid].from <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

unsigned rows_col(const struct rows *rs, struct slice text, size_t i, size_t at)
{
	struct walk w = walk_row(rs, text, i);

	while (w.at <= at && step(&w))
		if (w.at > at)
			return w.cell;
	return w.col;
}

size_t rows_byte(const struct rows *rs, struct slice text, size_t i, unsigned col)
{
	struct walk w = walk_row(rs, text, i);

	if (col < w.col)
		return w.at;
	while (step(&w))
		if (w.col > col)
			return w.from;
	return w.end;
}

/* ---- drawing ---- */

/* One piece of a row that grid_put() can draw in one go. */
struct piece {
	size_t from, to;
	unsigned cell;
};

static void draw_piece(struct grid *g, struct slice text, const struct piece *p, unsigned row, unsigned col,
		       unsigned max, unsigned skip, enum role role)
{
	unsigned at = p->cell - skip;

	if (p->to > p->from && at < max)
		grid_put(g, row, col + at, max - at, slice_sub(text, p->from, p->to), role);
}

/* The cells of a tab, or of the visible end of an escaped form that is cut at the left edge, are blank. */
static void draw_blank(struct grid *g, const struct walk *w, unsigned row, unsigned col, unsigned max,
		       unsigned skip, enum role role)
{
	unsigned from = w->cell > skip ? w->cell - skip : 0, to = w->col > skip ? w->col - skip : 0;

	if (to > max)
		to = max;
	if (from < to)
		grid_fill(g, row, col + from, to - from, ' ', role);
}

void rows_draw(const struct rows *rs, struct slice text, size_t i, struct grid *g, unsigned row, unsigned col,
	       unsigned max, unsigned skip, enum role role)
{
	struct walk w = walk_row(rs, text, i);
	struct piece p = {0};

	if (w.limit && max > w.limit - (skip < w.limit ? skip : w.limit))
		max = w.limit - (skip < w.limit ? skip : w.limit);
	while (step(&w) && w.cell < skip + max) {
		if (w.cp == '\t' || w.cell < skip) {
			draw_piece(g, text, &p, row, col, max, skip, role);
			p = (struct piece){0};
			draw_blank(g, &w, row, col, max, skip, role);
			continue;
		}
		if (p.to == 0)
			p = (struct piece){w.from, w.at, w.cell};
		p.to = w.at;
	}
	draw_piece(g, text, &p, row, col, max, skip, role);
}

void rows_paint(const struct rows *rs, struct slice text, size_t i, struct grid *g, unsigned row, unsigned col,
		unsigned max, unsigned skip, const struct rows_role *roles, size_t n)
{
	struct walk w = walk_row(rs, text, i);
	size_t k = 0;

	if (w.limit && max > w.limit - (skip < w.limit ? skip : w.limit))
		max = w.limit - (skip < w.limit ? skip : w.limit);
	while (k < n && step(&w) && w.cell < skip + max) {
		unsigned from = w.cell > skip ? w.cell - skip : 0, to = w.col > skip ? w.col - skip : 0;

		while (k < n && roles[k].to <= w.from)
			k++;
		if (to > max)
			to = max;
		if (k < n && roles[k].from <= w.from && from < to)
			grid_role(g, row, col + from, to - from, roles[k].role);
	}
}

void rows_mod(const struct rows *rs, struct slice text, size_t i, size_t from, size_t to, struct grid *g,
	      unsigned row, unsigned col, unsigned max, unsigned skip, enum cell_mod mod)
{
	const struct row *r = &rs->r[i];
	unsigned begin, end;

	if (from < r->from)
		from = r->from;
	if (to > r->to)
		to = r->to;
	if (from >= to)
		return;
	begin = rows_col(rs, text, i, from);
	end = rows_col(rs, text, i, to);
	begin = begin > skip ? begin - skip : 0;
	end = end > skip ? end - skip : 0;
	if (end > max)
		end = max;
	if (begin < end)
		grid_mod(g, row, col + begin, end - begin, mod);
}
