#include "ui/notebox.h"

#include <string.h>

#include "base/utf8.h"
#include "ui/note.h"
#include "ui/view.h"

/* How many places show, rows of text at least, and columns at most: prose is hard to read in longer lines. */
enum { PLACES_SHOWN = 4, TEXT_ROWS = 6, COLS = 100 };

void notebox_release(struct notebox *b)
{
	rows_release(&b->rows);
	*b = (struct notebox){0};
}

static struct slice text_of(const struct ui *ui)
{
	return buf_slice(&ui->decide.draft.note);
}

static void lay_out(struct ui *ui)
{
	struct notebox *b = &ui->box;

	rows_layout(&b->rows, text_of(ui), b->width ? b->width : 40, true);
}

void notebox_open(struct ui *ui)
{
	ui->box.open = true;
	ui->box.at = text_of(ui).n;
	ui->box.top = 0;
	ui->box.kept = false;
}

void notebox_from_prompt(struct ui *ui)
{
	size_t cursor, at;
	struct slice line = prompt_line(ui->prompt, &cursor);

	at = cursor;
	note_typed(ui, line);
	prompt_stop(ui->prompt);
	ui->prompting = PROMPT_NONE;
	notebox_open(ui);
	ui->box.at = at;
}

/* ---- the text ---- */

static void change(struct ui *ui, size_t from, size_t to, struct slice words)
{
	struct buf *note = &ui->decide.draft.note, behind = BUF_INIT;

	buf_add_slice(&behind, slice_sub(text_of(ui), to, text_of(ui).n));
	buf_cut(note, from);
	buf_add_slice(note, words);
	buf_add_slice(note, buf_slice(&behind));
	buf_release(&behind);
	ui->box.at = from + words.n;
	ui_draft_changed(ui);
}

static size_t before(struct slice s, size_t at)
{
	if (at > 0)
		at--;
	while (at > 0 && ((unsigned char)s.p[at] & 0xc0) == 0x80)
		at--;
	return at;
}

static size_t behind(struct slice s, size_t at)
{
	if (at < s.n)
		at++;
	while (at < s.n && ((unsigned char)s.p[at] & 0xc0) == 0x80)
		at++;
	return at;
}

static size_t word_before(struct slice s, size_t at)
{
	while (at > 0 && (s.p[at - 1] == ' ' || s.p[at - 1] == '\n'))
		at--;
	while (at > 0 && s.p[at - 1] != ' ' && s.p[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_start(struct slice s, size_t at)
{
	while (at > 0 && s.p[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_end(struct slice s, size_t at)
{
	size_t end = slice_chr(s, '\n', at);

	return end == SLICE_NONE ? s.n : end;
}

/* Rows up, or down; past the first and the last to the ends of the text. */
static void vertical(struct ui *ui, int rows)
{
	struct notebox *b = &ui->box;
	size_t row, n;

	lay_out(ui);
	row = rows_find(&b->rows, b->at);
	if (!b->kept)
		b->want = rows_col(&b->rows, text_of(ui), row, b->at);
	b->kept = true;
	n = rows < 0 ? (size_t)-rows : (size_t)rows;
	if (rows < 0 ? row < n : row + n >= b->rows.n)
		b->at = rows < 0 ? 0 : text_of(ui).n;
	else
		b->at = rows_byte(&b->rows, text_of(ui), rows < 0 ? row - n : row + n, b->want);
}

enum { CTRL_A = 1, CTRL_B = 2, CTRL_D = 4, CTRL_E = 5, CTRL_F = 6, CTRL_H = 8, CTRL_K = 11, CTRL_N = 14, CTRL_P = 16,
       CTRL_U = 21, CTRL_W = 23, BACKSPACE = 127 };

/* What deletes or inserts; false where the key does neither. */
static bool edit(struct ui *ui, ui_key k)
{
	struct slice s = text_of(ui);
	size_t at = ui->box.at;
	char bytes[4];

	switch (k) {
	case '\r':
	case '\n':
		change(ui, at, at, SLICE("\n"));
		return true;
	case '\t':
		change(ui, at, at, SLICE("\t"));
		return true;
	case BACKSPACE:
	case CTRL_H:
		change(ui, before(s, at), at, SLICE(""));
		return true;
	case UI_KEY_DELETE:
	case CTRL_D:
		change(ui, at, behind(s, at), SLICE(""));
		ui->box.at = at;
		return true;
	case CTRL_W:
		change(ui, word_before(s, at), at, SLICE(""));
		return true;
	case CTRL_U:
		change(ui, line_start(s, at), at, SLICE(""));
		return true;
	case CTRL_K:
		change(ui, at, line_end(s, at) == at && at < s.n ? at + 1 : line_end(s, at), SLICE(""));
		return true;
	default:
		if (k < ' ' || k >= UI_KEY_UP)
			return false;
		change(ui, at, at, (struct slice){bytes, utf8_encode(k, bytes)});
		return true;
	}
}

static void sideways(struct ui *ui, ui_key k)
{
	struct notebox *b = &ui->box;
	struct slice s = text_of(ui);

	switch (k) {
	case UI_KEY_LEFT:
	case CTRL_B:
		b->at = before(s, b->at);
		break;
	case UI_KEY_RIGHT:
	case CTRL_F:
		b->at = behind(s, b->at);
		break;
	case UI_KEY_HOME:
	case CTRL_A:
		b->at = line_start(s, b->at);
		break;
	case UI_KEY_END:
	case CTRL_E:
		b->at = line_end(s, b->at);
		break;
	default:
		ui_say(ui, ROLE_WARNING, "this key does nothing in a note");
		break;
	}
}

void notebox_key(struct ui *ui, ui_key k)
{
	switch (k) {
	case UI_KEY_UP:
	case CTRL_P:
		vertical(ui, -1);
		return;
	case UI_KEY_DOWN:
	case CTRL_N:
		vertical(ui, 1);
		return;
	case UI_KEY_PAGE_UP:
	case UI_KEY_PAGE_DOWN:
		vertical(ui, k == UI_KEY_PAGE_UP ? -TEXT_ROWS : TEXT_ROWS);
		return;
	default:
		break;
	}
	ui->box.kept = false;
	if (!edit(ui, k))
		sideways(ui, k);
}

/* ---- commands ---- */

void notebox_do_save(struct ui *ui, const char *args)
{
	struct buf text = BUF_INIT;

	(void)args;
	buf_add_slice(&text, text_of(ui));
	note_save(ui, buf_slice(&text));
	buf_release(&text);
	/* what could not be saved stays before the reviewer's eyes */
	ui->box.open = ui->decide.draft.note.n > 0;
}

void notebox_do_cancel(struct ui *ui, const char *args)
{
	(void)args;
	ui->box.open = false;
	note_kept(ui);
}

void notebox_do_editor(struct ui *ui, const char *args)
{
	struct buf text = BUF_INIT;

	(void)args;
	ui_save(ui); /* the editor may take long */
	if (ui_edit(ui, "note", text_of(ui), &text)) {
		note_typed(ui, slice_rtrim(buf_slice(&text)));
		ui->box.at = text_of(ui).n;
	}
	buf_release(&text);
}

/* ---- drawing ---- */

static unsigned places_shown(const struct ui *ui, unsigned high)
{
	unsigned n = (unsigned)ui->decide.draft.nplaces, most = high < 14 ? 1 : PLACES_SHOWN;

	return n > most ? most : n;
}

static void draw_places(struct ui *ui, struct rect r, unsigned shown)
{
	const struct draft *d = &ui->decide.draft;

	for (unsigned i = 0; i < shown; i++) {
		struct buf b = BUF_INIT;

		if (i + 1 == shown && d->nplaces > shown) {
			buf_addf(&b, "and %zu more places", d->nplaces - i);
		} else {
			place_words(&b, &d->places[i]);
			note_quote(&d->places[i], &b);
		}
		grid_fit(ui->grid, r.row + i, r.col, r.cols, buf_slice(&b), ROLE_NOTE);
		buf_release(&b);
	}
	if (shown)
		grid_fill(ui->grid, r.row + shown, r.col, r.cols, glyph_cp(GLYPH_ACROSS), ROLE_FRAME);
}

/* Over the lower part of the screen, as high as the text needs, up to half of it. */
static struct rect box_rect(struct ui *ui, unsigned fixed)
{
	unsigned cols = ui->grid->cols > COLS ? COLS : ui->grid->cols, above = ui->layout.verdict_row - 1;
	unsigned text = (unsigned)ui->box.rows.n > TEXT_ROWS ? (unsigned)ui->box.rows.n : TEXT_ROWS;
	unsigned half = above / 2 > fixed + TEXT_ROWS ? above / 2 : fixed + TEXT_ROWS, rows = fixed + text;

	rows = rows > half ? half : rows;
	rows = rows > above ? above : rows;
	return (struct rect){ui->layout.verdict_row - rows, 0, rows, cols};
}

void notebox_draw(struct ui *ui)
{
	struct notebox *b = &ui->box;
	unsigned shown = places_shown(ui, ui->grid->rows), fixed = 2 + shown + (shown > 0), room;
	struct slice text = text_of(ui);
	struct rect r, in;
	size_t row;

	b->width = (ui->grid->cols > COLS ? COLS : ui->grid->cols) - 4;
	lay_out(ui);
	r = box_rect(ui, fixed);
	for (unsigned i = 0; i < r.rows; i++)
		grid_fill(ui->grid, r.row + i, r.col, r.cols, ' ', ROLE_NORMAL);
	grid_frame(ui->grid, r, ui->decide.draft.edits[0] ? SLICE("Edit note") : SLICE("Note"), true);
	draw_places(ui, (struct rect){r.row + 1, r.col + 1, shown, r.cols - 2}, shown);
	in = (struct rect){r.row + fixed - 1, r.col + 1, r.rows - fixed, r.cols - 2};
	row = rows_find(&b->rows, b->at);
	room = in.rows ? in.rows : 1;
	if (row < b->top)
		b->top = row;
	if (row >= b->top + room)
		b->top = row + 1 - room;
	if (b->top + room > b->rows.n)
		b->top = b->rows.n > room ? b->rows.n - room : 0;
	for (unsigned i = 0; i < room && b->top + i < b->rows.n; i++)
		rows_draw(&b->rows, text, b->top + i, ui->grid, in.row + i, in.col, in.cols, 0, ROLE_NORMAL);
	ui->grid->cursor_row = (int)(in.row + (unsigned)(row - b->top));
	ui->grid->cursor_col = (int)(in.col + rows_col(&b->rows, text, row, b->at));
}
