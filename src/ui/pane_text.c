/* Text: the AI's answer or one span, with a cursor in it. */
#include <stdio.h>
#include <stdlib.h>

#include "ui/claimspot.h"
#include "ui/doc_draw.h"
#include "ui/view.h"

/* A byte that begins a character, in the document as it is now. */
static size_t text_clamp(const struct doc *d, size_t at)
{
	if (at >= d->text.n)
		return d->text.n;
	while (at > 0 && ((unsigned char)d->text.p[at] & 0xc0) == 0x80)
		at--;
	return at;
}

/* Cursor and selection, in the document as it is now. */
static void clamp(struct text_pane *p)
{
	p->at = text_clamp(&p->doc, p->at);
	if (p->anchor != SIZE_MAX)
		p->anchor = text_clamp(&p->doc, p->anchor);
}

static unsigned width_of(const struct ui *ui)
{
	unsigned cols = ui->layout.pane[PANE_TEXT].cols;

	return cols > 3 ? cols - 3 : 1; /* frame, and a cell of air at the right */
}

/* Before a document is made: how it is to be shown. */
static void prepare(struct ui *ui)
{
	struct text_pane *p = &ui->text;
	struct buf key = BUF_INIT;

	ui_key_for(ui, CONTEXT_TEXT, CMD_FOLD, &key);
	snprintf(p->fold_key, sizeof p->fold_key, "%s", buf_str(&key));
	buf_release(&key);
	p->shown.key = p->fold_key;
	p->shown.width = p->wrap ? width_of(ui) : 0;
	p->doc.view = &p->shown;
}

static void again(struct ui *ui)
{
	struct text_pane *p = &ui->text;

	prepare(ui);
	if (p->doc.span != SIZE_MAX)
		doc_span(&p->doc, ui->session, p->doc.span);
	else if (p->doc.instruction)
		doc_instruction(&p->doc, ui->session);
	else
		doc_answer(&p->doc, ui->session);
	p->rows.n = 0;
	clamp(p);
}

/* The same document, laid out in another way; cursor and selection stay with what they are on. */
static void lay_out_again(struct ui *ui)
{
	struct text_pane *p = &ui->text;
	struct place at, anchor;
	bool has_at = doc_place(&p->doc, p->at, p->at + 1, &at);
	bool has_anchor = p->anchor != SIZE_MAX && doc_place(&p->doc, p->anchor, p->anchor + 1, &anchor);
	size_t from, to;

	again(ui);
	if (has_at && doc_find(&p->doc, &at, &from, &to))
		p->at = from;
	if (has_anchor && doc_find(&p->doc, &anchor, &from, &to))
		p->anchor = from;
	if (has_at)
		place_release(&at);
	if (has_anchor)
		place_release(&anchor);
}

/* Lay the document out for the pane as it is now, and keep the cursor where it was. */
static void layout(struct ui *ui)
{
	struct text_pane *p = &ui->text;
	unsigned width = width_of(ui);

	if (p->rows.n && p->width == width)
		return;
	if (p->doc.tables && p->shown.width != (p->wrap ? width : 0))
		lay_out_again(ui);
	p->width = width;
	rows_layout(&p->rows, buf_slice(&p->doc.text), width, p->wrap);
	list_count(&p->list, p->rows.n);
	list_go(&p->list, rows_find(&p->rows, p->at));
}

static void reset(struct text_pane *p)
{
	p->rows.n = 0;
	p->list = (struct list){0};
	p->at = 0;
	p->want_col = 0;
	p->skip = 0;
	p->anchor = SIZE_MAX;
}

void text_answer(struct ui *ui)
{
	prepare(ui);
	doc_answer(&ui->text.doc, ui->session);
	reset(&ui->text);
}

void text_span(struct ui *ui, size_t span)
{
	if ((ui->text.doc.span == span && ui->text.doc.text.n) || !session_may_show(ui->session, span, PART_SPAN))
		return;
	prepare(ui);
	doc_span(&ui->text.doc, ui->session, span);
	reset(&ui->text);
}

void text_instruction(struct ui *ui)
{
	prepare(ui);
	doc_instruction(&ui->text.doc, ui->session);
	reset(&ui->text);
}

void text_again(struct ui *ui)
{
	again(ui);
}

void text_more(struct ui *ui)
{
	struct text_pane *p = &ui->text;

	if (p->doc.span == SIZE_MAX)
		return;
	if (!doc_more(&p->doc, ui->session)) {
		text_again(ui);
		return;
	}
	clamp(p);
	if (p->rows.n == 0)
		return;
	rows_cut(&p->rows, p->doc.changed);
	rows_more(&p->rows, buf_slice(&p->doc.text));
	list_count(&p->list, p->rows.n);
	list_go(&p->list, rows_find(&p->rows, p->at));
}

void text_to_end(struct ui *ui)
{
	struct text_pane *p = &ui->text;

	layout(ui);
	p->at = p->doc.text.n;
	list_go(&p->list, p->rows.n);
}

bool text_at_end(struct ui *ui)
{
	layout(ui);
	return ui->text.rows.n == 0 || ui->text.list.cursor + 1 >= ui->text.rows.n;
}

size_t text_rows_behind(struct ui *ui, size_t at)
{
	layout(ui);
	return ui->text.rows.n - 1 - rows_find(&ui->text.rows, at);
}

/* ---- drawing ---- */

/* A mark at the right of the rows of a place, as far as they show. */
static void draw_sign(struct ui *ui, struct rect r, const struct place *pl, const char *sign)
{
	struct text_pane *p = &ui->text;
	size_t from, to;

	if (!doc_find(&p->doc, pl, &from, &to) || to <= from)
		return;
	for (size_t row = p->list.top, k = 0; k < r.rows && row < p->rows.n; row++, k++)
		if (to > p->rows.r[row].from && from < p->rows.r[row].to)
			grid_puts(ui->grid, r.row + (unsigned)k, r.col + r.cols - 1, 1, sign, ROLE_NOTE);
}

static void draw_notes(struct ui *ui, struct rect r)
{
	struct text_pane *p = &ui->text;
	size_t last = p->list.top + r.rows < p->rows.n ? p->list.top + r.rows : p->rows.n, first, end;
	const struct place *begun;
	uint32_t seq = DOC_NO_SPAN;

	if (last == 0)
		return;
	for (const struct doc_part *part = doc_part_at(&p->doc, p->rows.r[p->list.top].from);
	     part && part < p->doc.parts + p->doc.n && part->from <= p->rows.r[last - 1].to; part++) {
		if (part->seq == seq || part->seq == DOC_NO_SPAN)
			continue;
		seq = part->seq;
		noted_of_span(ui, seq, &first, &end);
		for (size_t i = first; i < end; i++)
			draw_sign(ui, r, noted_place(ui, &ui->noted.m[i]), "*");
	}
	for (size_t i = 0; (begun = noted_begun(ui, i)); i++)
		draw_sign(ui, r, begun, "+");
}

/* Not where the pattern was given up in front of it: it would be again, on each row of each screen. */
static void draw_matches(struct ui *ui, size_t row, struct rect at, size_t gave_up)
{
	struct text_pane *p = &ui->text;
	struct slice text = buf_slice(&p->doc.text), line;
	size_t first, last, from = 0, start, end;

	/* a line that is not wrapped may be very long: what lies beside the pane is not looked at */
	first = rows_byte(&p->rows, text, row, p->skip);
	last = rows_byte(&p->rows, text, row, p->skip + at.cols);
	/* a hit may be wrapped */
	if (row > 0 && !p->rows.r[row].first)
		first = p->rows.r[row - 1].from;
	if (row + 1 < p->rows.n && !p->rows.r[row + 1].first)
		last = p->rows.r[row + 1].to;
	line = slice_sub(text, first, last);
	while (search_gave_up(&ui->search) == gave_up && search_find(&ui->search, line, from, &start, &end)) {
		rows_mod(&p->rows, text, row, first + start, first + end, ui->grid, at.row, at.col, at.cols - 1, p->skip,
			 MOD_MATCH);
		from = end > start ? end : end + 1;
	}
}

static void selection(const struct text_pane *p, size_t *from, size_t *to)
{
	*from = p->anchor < p->at ? p->anchor : p->at;
	*to = p->anchor < p->at ? p->at : p->anchor;
	if (*to < p->doc.text.n) /* the character under the cursor is part of it */
		*to += 1;
	while (*to < p->doc.text.n && ((unsigned char)p->doc.text.p[*to] & 0xc0) == 0x80)
		*to += 1;
}

static void draw(struct ui *ui, struct rect r, bool focus)
{
	struct text_pane *p = &ui->text;
	struct slice text;
	size_t from = 0, to = 0, gave_up = search_gave_up(&ui->search);

	layout(ui);
	text = buf_slice(&p->doc.text);
	list_show(&p->list, r.rows, focus ? list_margin(r.rows) : 0);
	if (p->anchor != SIZE_MAX)
		selection(p, &from, &to);
	for (unsigned i = 0; i < r.rows && p->list.top + i < p->rows.n; i++) {
		size_t row = p->list.top + i;
		struct rect at = {r.row + i, r.col, 1, r.cols};

		doc_draw_row(&p->doc, &p->rows, row, ui->grid, (struct rect){at.row, at.col, 1, at.cols - 1}, p->skip);
		if (focus)
			linked_draw(ui, row, at);
		draw_matches(ui, row, at, gave_up);
		if (to > from)
			rows_mod(&p->rows, text, row, from, to, ui->grid, at.row, at.col, at.cols - 1, p->skip, MOD_SELECT);
		if (focus && row == p->list.cursor) {
			unsigned cell = rows_col(&p->rows, text, row, p->at);

			if (cell >= p->skip && cell - p->skip < r.cols) {
				ui->grid->cursor_row = (int)at.row;
				ui->grid->cursor_col = (int)(at.col + cell - p->skip);
			}
		}
	}
	draw_notes(ui, r);
	claimspot_draw(ui, r);
}

static void title(struct ui *ui, struct buf *out)
{
	buf_add_slice(out, buf_slice(&ui->text.doc.title));
	if (ui->text.anchor != SIZE_MAX)
		buf_adds(out, "  selecting");
}

/* ---- keys ---- */

static void moved(struct ui *ui)
{
	struct text_pane *p = &ui->text;

	p->at = rows_byte(&p->rows, buf_slice(&p->doc.text), p->list.cursor, p->want_col);
}

/* One character on, or back. */
static void sideways(struct text_pane *p, bool forward)
{
	struct slice text = buf_slice(&p->doc.text);

	if (forward && p->at < text.n) {
		do
			p->at++;
		while (p->at < text.n && ((unsigned char)text.p[p->at] & 0xc0) == 0x80);
	} else if (!forward && p->at > 0) {
		do
			p->at--;
		while (p->at > 0 && ((unsigned char)text.p[p->at] & 0xc0) == 0x80);
	}
	list_go(&p->list, rows_find(&p->rows, p->at));
	p->want_col = rows_col(&p->rows, text, p->list.cursor, p->at);
}

/* Fold or unfold the text under the cursor; the cursor stays in what is left of it. */
static void fold(struct ui *ui)
{
	struct text_pane *p = &ui->text;
	const struct doc_text *t = doc_text_at(&p->doc, p->at < p->doc.text.n || p->at == 0 ? p->at : p->at - 1);

	for (size_t i = 0; !t && i < p->doc.ntexts; i++) /* on its heading */
		if (p->doc.texts[i].from >= p->at)
			t = &p->doc.texts[i];
	if (!t || !t->foldable) {
		ui_say(ui, ROLE_NORMAL, "nothing here is long enough to be folded");
		return;
	}
	if (!t->folded)
		p->at = t->from;
	doc_view_toggle(&p->shown, doc_fold_key(t));
	again(ui);
}

static bool command(struct ui *ui, enum command c, const char *args)
{
	struct text_pane *p = &ui->text;
	struct rect r = ui->layout.pane[PANE_TEXT];
	size_t from;

	(void)args;
	layout(ui);
	switch (c) {
	case CMD_LEFT:
	case CMD_RIGHT:
		sideways(p, c == CMD_RIGHT);
		if (!p->wrap) {
			unsigned cell = rows_col(&p->rows, buf_slice(&p->doc.text), p->list.cursor, p->at);

			if (cell < p->skip)
				p->skip = cell;
			else if (r.cols > 4 && cell >= p->skip + r.cols - 3)
				p->skip = cell - (r.cols - 4);
		}
		return true;
	case CMD_SELECT:
		from = p->anchor == SIZE_MAX ? p->at : SIZE_MAX;
		selection_end(ui);
		p->anchor = from;
		return true;
	case CMD_FOLD:
		fold(ui);
		return true;
	case CMD_WRAP:
		p->wrap = !p->wrap;
		p->skip = 0;
		p->rows.n = 0;
		ui_say(ui, ROLE_NORMAL, p->wrap ? "long lines wrap" : "long lines scroll with h and l");
		return true;
	default:
		return false;
	}
}

static struct list *list(struct ui *ui)
{
	layout(ui);
	return &ui->text.list;
}

static void row_text(struct ui *ui, size_t row, struct buf *out)
{
	buf_add_slice(out, slice_sub(buf_slice(&ui->text.doc.text), ui->text.rows.r[row].from, ui->text.rows.r[row].to));
}

/* A search sees whole lines: what wrapping took apart belongs together. */
static size_t line(struct ui *ui, size_t row, size_t *end)
{
	const struct rows *rs = &ui->text.rows;

	for (*end = row + 1; *end < rs->n && !rs->r[*end].first; ++*end)
		;
	while (row > 0 && !rs->r[row].first)
		row--;
	return row;
}

static void line_text(struct ui *ui, size_t row, struct buf *out)
{
	const struct rows *rs = &ui->text.rows;
	size_t end;

	row = line(ui, row, &end);
	buf_add_slice(out, slice_sub(buf_slice(&ui->text.doc.text), rs->r[row].from, rs->r[end - 1].to));
}

static size_t at(struct ui *ui)
{
	size_t end, from = ui->text.rows.r[line(ui, ui->text.list.cursor, &end)].from;

	return ui->text.at > from ? ui->text.at - from : 0;
}

/* The byte may be of the document as it was some time ago. */
void text_go_byte(struct ui *ui, size_t at)
{
	struct text_pane *p = &ui->text;

	layout(ui);
	p->at = text_clamp(&p->doc, at);
	list_go(&p->list, rows_find(&p->rows, p->at));
	p->want_col = rows_col(&p->rows, buf_slice(&p->doc.text), p->list.cursor, p->at);
}

static void hit(struct ui *ui, size_t from)
{
	text_go_byte(ui, ui->text.rows.r[ui->text.list.cursor].from + from);
}

/* The selection, else the sentence under the cursor; on a heading, all of the text that it is the heading of. */
static bool place(struct ui *ui, struct place *out)
{
	struct text_pane *p = &ui->text;
	const struct doc_part *part = doc_part_at(&p->doc, p->at), *end = p->doc.parts + p->doc.n;
	size_t from, to;

	while (p->anchor == SIZE_MAX && part && part < end && part->seq == DOC_NO_SPAN)
		part++;
	if (p->anchor == SIZE_MAX && part && part < end && part->from > p->at)
		return doc_place(&p->doc, part->from, p->doc.texts[part->text].to, out);

	if (p->anchor != SIZE_MAX)
		selection(p, &from, &to);
	else
		doc_sentence(&p->doc, p->at, &from, &to);
	return doc_place(&p->doc, from, to, out);
}

/* What is selected may lie in several texts: a place in each; headings between them are in none. */
static size_t places(struct ui *ui, struct place *out, size_t max)
{
	const struct doc *d = &ui->text.doc;
	size_t from, to, n = 0;

	selection(&ui->text, &from, &to);
	for (size_t i = 0; i < d->ntexts && n < max; i++) {
		const struct doc_text *t = &d->texts[i];

		if (t->from < to && t->to > from)
			n += doc_place(d, from > t->from ? from : t->from, to < t->to ? to : t->to, &out[n]);
	}
	return n;
}

void text_selected(struct ui *ui, struct buf *out)
{
	size_t from, to;

	selection(&ui->text, &from, &to);
	buf_add_slice(out, slice_sub(buf_slice(&ui->text.doc.text), from, to));
}

void text_go_place(struct ui *ui, const struct place *pl)
{
	const struct doc_text *hides;
	size_t from, to;

	hides = doc_hides(&ui->text.doc, pl);
	if (hides) {
		doc_view_toggle(&ui->text.shown, doc_fold_key(hides));
		again(ui);
	}
	if (doc_find(&ui->text.doc, pl, &from, &to))
		text_go_byte(ui, from);
}

const struct pane_ops pane_text = {
	.context = CONTEXT_TEXT,
	.title = title,
	.draw = draw,
	.command = command,
	.list = list,
	.moved = moved,
	.row_text = row_text,
	.hit = hit,
	.line = line,
	.line_text = line_text,
	.at = at,
	.place = place,
	.places = places,
};
