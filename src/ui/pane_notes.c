#include "ui/pane_notes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/excerpt.h"
#include "base/mem.h"
#include "ui/list_draw.h"
#include "ui/note.h"
#include "ui/view.h"

enum row_kind { ROW_HEAD, ROW_PLACE, ROW_WORDS, ROW_GAP };
struct note_row {
	uint32_t note, place;
	uint32_t from, to; /* ROW_WORDS: bytes of the text */
	uint8_t kind;
	uint8_t checked; /* ROW_PLACE: 1 + enum excerpt_state, once it was looked at */
};

/* Text stands so far in; places a little less. */
enum { INDENT = 6, AIR = 4 };

void notes_release(struct notes_pane *p)
{
	free(p->rows);
	*p = (struct notes_pane){0};
}

static const struct annotation *note_of(const struct ui *ui, uint32_t note)
{
	return &ui->session->review->annotations[note];
}

/* ---- rows ---- */

static void add(struct notes_pane *p, struct note_row row)
{
	p->rows = mem_grow(p->rows, &p->cap, p->list.n + 1, sizeof *p->rows);
	p->rows[p->list.n++] = row;
}

/* The text on as many rows as it takes. */
static void add_words(struct notes_pane *p, uint32_t note, struct slice text)
{
	struct rows rs = {0};

	rows_layout(&rs, text, p->width > INDENT + AIR + 8 ? p->width - INDENT - AIR : 8, true);
	for (size_t i = 0; i < rs.n; i++)
		add(p, (struct note_row){.note = note, .kind = ROW_WORDS, .from = (uint32_t)rs.r[i].from,
					 .to = (uint32_t)rs.r[i].to});
	rows_release(&rs);
}

static void build(struct ui *ui)
{
	const struct review *rv = ui->session->review;
	struct notes_pane *p = &ui->notes;

	if (p->of == ui->session && p->folds == ui->session->folds && p->shown == session_notes(ui->session) &&
	    p->width == ui->grid->cols)
		return;
	if (p->of != ui->session)
		p->list = (struct list){0};
	p->of = ui->session;
	p->folds = ui->session->folds;
	p->shown = session_notes(ui->session);
	p->width = ui->grid->cols;
	p->list.n = 0;
	for (uint32_t i = 0; i < rv->nannotations; i++) {
		const struct annotation *a = &rv->annotations[i];

		if (!session_shows_note(ui->session, a))
			continue;
		add(p, (struct note_row){.note = i, .kind = ROW_HEAD});
		for (uint32_t k = 0; k < a->nplaces; k++)
			add(p, (struct note_row){.note = i, .place = k, .kind = ROW_PLACE});
		add_words(p, i, slice_str(a->text));
		if (i + 1 < rv->nannotations)
			add(p, (struct note_row){.note = i, .kind = ROW_GAP});
	}
	list_count(&p->list, p->list.n);
}

static struct list *list(struct ui *ui)
{
	build(ui);
	return &ui->notes.list;
}

/* "3  Rita Reviewer, 2h ago, edited" */
static void head_words(struct ui *ui, uint32_t note, struct buf *out)
{
	const struct annotation *a = note_of(ui, note);
	int64_t age = ui->app->now() - a->event->time;

	buf_addf(out, "%" PRIu32 "  %s, ", note + 1, a->event->reviewer);
	if (age < 60 * (int64_t)1000000) {
		buf_adds(out, "now");
	} else {
		when_add_duration(out, age, WHEN_MINUTE);
		buf_adds(out, " ago");
	}
	if (a->edited)
		buf_adds(out, ", edited");
}

static void place_row_words(struct ui *ui, const struct note_row *r, struct buf *out)
{
	const struct place *p = &note_of(ui, r->note)->places[r->place];

	place_words(out, p);
	note_quote(p, out);
}

static void row_text(struct ui *ui, size_t row, struct buf *out)
{
	const struct note_row *r = &ui->notes.rows[row];

	switch (r->kind) {
	case ROW_HEAD:
		head_words(ui, r->note, out);
		break;
	case ROW_PLACE:
		place_row_words(ui, r, out);
		break;
	case ROW_WORDS:
		buf_add_slice(out, slice_sub(slice_str(note_of(ui, r->note)->text), r->from, r->to));
		break;
	default:
		break;
	}
}

/* ---- drawing ---- */

/* Looked at once for a row that shows: a text may be long to decode. */
static enum excerpt_state check(struct ui *ui, struct note_row *r)
{
	if (!r->checked)
		r->checked = (uint8_t)(1 + excerpt_check(ui->session, &note_of(ui, r->note)->places[r->place]));
	return (enum excerpt_state)(r->checked - 1);
}

static void draw_place(struct ui *ui, struct note_row *r, struct rect at)
{
	static const char differs[] = "the text there differs now";
	unsigned right = check(ui, r) == EXCERPT_DIFFERS ? sizeof differs + 1 : 0;
	struct buf b = BUF_INIT;

	if (right + 24 > at.cols)
		right = 0;
	place_row_words(ui, r, &b);
	grid_fit(ui->grid, at.row, at.col + 3, at.cols - 3 - right, buf_slice(&b), ROLE_NOTE);
	if (right)
		grid_puts(ui->grid, at.row, at.col + at.cols - right + 1, right - 1, differs, ROLE_WARNING);
	buf_release(&b);
}

static void draw_row(struct ui *ui, size_t i, struct rect at)
{
	struct note_row *row = &ui->notes.rows[i];
	unsigned indent = row->kind == ROW_HEAD ? 0 : INDENT;
	struct buf b = BUF_INIT;

	if (row->kind == ROW_PLACE) {
		draw_place(ui, row, at);
		return;
	}
	row_text(ui, i, &b);
	grid_fit(ui->grid, at.row, at.col + indent, at.cols - indent, buf_slice(&b), row->kind == ROW_HEAD ? ROLE_LABEL : ROLE_NORMAL);
	buf_release(&b);
}

static void draw(struct ui *ui, struct rect r, bool focus)
{
	struct buf none = BUF_INIT;

	buf_adds(&none, "No notes yet: ");
	ui_key_for(ui, CONTEXT_ALL, CMD_COMMENT, &none);
	buf_adds(&none, " in a pane comments on what the cursor is on.");
	list_draw(ui, list(ui), r, focus, 1, buf_slice(&none), draw_row);
	buf_release(&none);
}

static void title(struct ui *ui, struct buf *out)
{
	const struct list *l = list(ui);
	size_t n = ui->session->review->nannotations;

	buf_adds(out, "Notes");
	if (l->n)
		buf_addf(out, "  %" PRIu32 " of %zu", ui->notes.rows[l->cursor].note + 1, n);
}

/* ---- keys ---- */

static void open_place(struct ui *ui, const struct note_row *r)
{
	if (note_of(ui, r->note)->nplaces == 0) {
		ui_say(ui, ROLE_NORMAL, "this note has no place: it is on the run");
		return;
	}
	ui_visit(ui);
	noted_show(ui, r->note, r->kind == ROW_PLACE ? r->place : 0);
}

static void remove_note(struct ui *ui, uint32_t note)
{
	struct buf key = BUF_INIT;
	struct err e = {0};
	int rc = session_remove(ui->session, note_of(ui, note)->event->hash, VIA_SCREEN, &e);

	ui_key_for(ui, CONTEXT_ALL, CMD_UNDO, &key);
	if (rc < 0) {
		ui_say(ui, e.cls == ERR_NO ? ROLE_WARNING : ROLE_ERROR, "%s", e.msg);
	} else {
		ui_saved(ui);
		ui_say(ui, ROLE_NORMAL, rc > 0 ? "note removed" : "note removed; %s brings it back", buf_str(&key));
	}
	ui_draft_changed(ui);
	buf_release(&key);
}

/* To the head of the next note, or of this one or the one before. */
static void step(struct ui *ui, bool forward)
{
	struct notes_pane *p = &ui->notes;
	size_t i = p->list.cursor;

	do
		i += forward ? 1 : -(size_t)1;
	while (i < p->list.n && p->rows[i].kind != ROW_HEAD);
	if (i < p->list.n)
		list_go(&p->list, i);
}

static bool command(struct ui *ui, enum command c, const char *args)
{
	struct list *l = list(ui);
	const struct note_row *r = l->n ? &ui->notes.rows[l->cursor] : NULL;

	(void)args;
	if (!r)
		return false;
	switch (c) {
	case CMD_OPEN:
		open_place(ui, r);
		return true;
	case CMD_EDIT:
		note_edit(ui, r->note);
		return true;
	case CMD_REMOVE:
		remove_note(ui, r->note);
		return true;
	case CMD_LEFT:
	case CMD_RIGHT:
		step(ui, c == CMD_RIGHT);
		return true;
	default:
		return false;
	}
}

void notes_do_list(struct ui *ui, const char *args)
{
	(void)args;
	ui_catch_up(ui);
	ui_show(ui, VIEW_NOTES);
}

static const struct hint notes_hints[] = {
	{CMD_CLOSE, "close"}, {CMD_OPEN, "go there"}, {CMD_RIGHT, "next"}, {CMD_EDIT, "edit"}, {CMD_REMOVE, "remove"},
	{CMD_UNDO, "undo"}, {CMD_SEARCH, "search"}, {0, ""},
};

const struct pane_ops pane_notes = {
	.context = CONTEXT_PAGER,
	.hints = notes_hints,
	.title = title,
	.draw = draw,
	.command = command,
	.list = list,
	.row_text = row_text,
};
