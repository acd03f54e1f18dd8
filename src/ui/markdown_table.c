#include "ui/markdown_table.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/glyph.h"

/* More columns are never laid side by side. */
enum { TABLE_COLUMNS = 32 };

void table_release(struct table *t)
{
	free(t->cells);
	*t = (struct table){0};
}

void table_begin(struct table *t, size_t piece)
{
	t->n = 0;
	t->rows = 0;
	t->first = piece;
}

void table_row(struct table *t)
{
	t->rows++;
}

void table_cell(struct table *t, size_t piece, bool right)
{
	t->cells = mem_grow(t->cells, &t->cap, t->n + 1, sizeof *t->cells);
	t->cells[t->n++] = (struct table_cell){.first = piece, .end = piece, .row = t->rows, .right = right, .head = t->in_head};
}

void table_cell_end(struct table *t, size_t piece)
{
	if (t->n)
		t->cells[t->n - 1].end = piece;
}

static struct slice shown(const struct table_out *out, const struct table_piece *p)
{
	return slice_sub(p->made ? buf_slice(out->made_up) : out->text, p->at, p->at + p->shown);
}

static void measure(struct table *t, const struct table_piece *in, const struct table_out *out)
{
	for (size_t i = 0; i < t->n; i++) {
		struct table_cell *c = &t->cells[i];

		c->cells = 0;
		for (size_t k = c->first; k < c->end; k++)
			for (struct slice s = shown(out, &in[k]); s.n;) {
				uint32_t cp;
				size_t n = utf8_decode(s, &cp);

				c->cells += utf8_width(cp);
				s = slice_sub(s, n, s.n);
			}
	}
}

/* The cells of a row stand one behind the other: the one behind the last of the row that begins at `i`. */
static size_t row_end(const struct table *t, size_t i)
{
	unsigned row = t->cells[i].row;

	while (i < t->n && t->cells[i].row == row)
		i++;
	return i;
}

static void pad(const struct table_out *out, unsigned n)
{
	for (; n; n--)
		out->made(out->ctx, SLICE(" "), ROLE_NORMAL);
}

static void cell(const struct table_cell *c, const struct table_piece *in, const struct table_out *out)
{
	for (size_t k = c->first; k < c->end; k++)
		out->add(out->ctx, in[k]);
}

static void bar(const struct table_out *out, const char *sides, enum glyph g)
{
	out->made(out->ctx, slice_str(sides), ROLE_DIM);
	out->made(out->ctx, slice_str(glyph(g)), ROLE_DIM);
	out->made(out->ctx, slice_str(sides), ROLE_DIM);
}

static void rule(const unsigned *widths, size_t columns, const struct table_out *out)
{
	for (size_t i = 0; i < columns; i++) {
		for (unsigned k = 0; k < widths[i] + (i ? 2u : 1u) - (i + 1 == columns ? 1 : 0); k++)
			out->made(out->ctx, slice_str(glyph(GLYPH_ACROSS)), ROLE_DIM);
		if (i + 1 < columns)
			out->made(out->ctx, SLICE("+"), ROLE_DIM);
	}
	out->made(out->ctx, SLICE("\n"), ROLE_NORMAL);
}

static void side_by_side(const struct table *t, const struct table_piece *in, const unsigned *widths, size_t columns,
			 const struct table_out *out)
{
	for (size_t i = 0, end; i < t->n; i = end) {
		end = row_end(t, i);
		for (size_t k = i; k < end && k - i < columns; k++) {
			const struct table_cell *c = &t->cells[k];
			unsigned blank = widths[k - i] > c->cells ? widths[k - i] - c->cells : 0;

			if (k > i)
				bar(out, " ", GLYPH_DOWN);
			pad(out, c->right ? blank : 0);
			cell(c, in, out);
			pad(out, c->right || k + 1 == end ? 0 : blank);
		}
		out->made(out->ctx, SLICE("\n"), ROLE_NORMAL);
		if (t->cells[i].head)
			rule(widths, columns, out);
	}
}

/* Row after row, each cell on a line of its own behind the head of its column. */
static void one_under_the_other(const struct table *t, const struct table_piece *in, const struct table_out *out)
{
	for (size_t i = 0, end; i < t->n; i = end) {
		end = row_end(t, i);
		for (size_t k = i; k < end; k++) {
			const struct table_cell *head = &t->cells[k - i];

			if (t->cells[i].head) {
				if (k > i)
					bar(out, " ", GLYPH_DOWN);
				cell(&t->cells[k], in, out);
				continue;
			}
			for (size_t h = head->first; h < head->end; h++)
				out->made(out->ctx, shown(out, &in[h]), ROLE_STRONG);
			if (head->end > head->first)
				out->made(out->ctx, SLICE(": "), ROLE_STRONG);
			cell(&t->cells[k], in, out);
			out->made(out->ctx, SLICE("\n"), ROLE_NORMAL);
		}
		if (t->cells[i].head)
			out->made(out->ctx, SLICE("\n"), ROLE_NORMAL);
		if (end < t->n)
			out->made(out->ctx, SLICE("\n"), ROLE_NORMAL);
	}
}

void table_lay(struct table *t, const struct table_piece *in, unsigned width, const struct table_out *out)
{
	unsigned widths[TABLE_COLUMNS] = {0}, total = 0;
	size_t columns = t->n ? row_end(t, 0) : 0;

	measure(t, in, out);
	for (size_t i = 0, k = 0; i < t->n && columns <= TABLE_COLUMNS; i++) {
		k = i && t->cells[i].row == t->cells[i - 1].row ? k + 1 : 0;
		if (k < columns && t->cells[i].cells > widths[k])
			widths[k] = t->cells[i].cells;
	}
	for (size_t k = 0; k < columns && columns <= TABLE_COLUMNS; k++)
		total += widths[k] + (k ? 3 : 0);
	if (columns <= TABLE_COLUMNS && (width == 0 || total <= width))
		side_by_side(t, in, widths, columns, out);
	else
		one_under_the_other(t, in, out);
}
