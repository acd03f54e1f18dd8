/* The pager: a view over the whole screen with rows of text: help, notes, messages. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/view.h"

static void begin(struct ui *ui, enum view v)
{
	struct pager *p = &ui->pager;

	if (ui->view != v || p->of != v)
		p->list = (struct list){0};
	p->of = v;
	ui_show(ui, v);
	buf_clear(&p->text);
}

/* End a row; `note` is the annotation that it belongs to, -1 for none. */
static void end_row(struct pager *p, size_t row, int note)
{
	buf_addc(&p->text, '\n');
	p->notes = mem_grow(p->notes, &p->cap_notes, row + 1, sizeof *p->notes);
	p->notes[row] = note;
}

static void finish(struct pager *p)
{
	struct slice text = buf_slice(&p->text), rest = text, line;
	size_t n = 0;

	while (slice_line(&rest, &line)) {
		p->starts = mem_grow(p->starts, &p->cap, n + 1, sizeof *p->starts);
		p->starts[n++] = (size_t)(line.p - text.p);
	}
	list_count(&p->list, n);
}

static struct slice row_of(const struct pager *p, size_t row)
{
	struct slice rest = slice_sub(buf_slice(&p->text), p->starts[row], p->text.n), line = {0};

	slice_line(&rest, &line);
	return line;
}

/* ---- help: all bindings, from the keymap and the command table ---- */

static void help_context(struct ui *ui, enum context ctx)
{
	struct pager *p = &ui->pager;
	bool headed = false;

	for (int c = 0; c < COMMANDS; c++) {
		struct buf keys = BUF_INIT;

		for (size_t i = 0; i < ui->keymap.n; i++) {
			const struct binding *b = &ui->keymap.b[i];

			if (b->context != ctx || b->command != (enum command)c)
				continue;
			if (keys.n)
				buf_addc(&keys, ' ');
			key_names(&keys, b->keys, b->nkeys);
		}
		if (keys.n == 0 && (ctx != CONTEXT_ALL || commands[c].context != CONTEXT_ALL)) {
			buf_release(&keys);
			continue;
		}
		if (!headed) {
			buf_addf(&p->text, "%s%s\n", p->text.n ? "\n" : "",
				 ctx == CONTEXT_ALL ? "Everywhere" : ctx == CONTEXT_DECIDE ? "In the form that decides"
				 : ctx == CONTEXT_PAGER ? "In views such as this one" : "");
			if (ctx != CONTEXT_ALL && ctx != CONTEXT_DECIDE && ctx != CONTEXT_PAGER) {
				buf_cut(&p->text, p->text.n - 1);
				buf_addf(&p->text, "In %s\n", context_name(ctx));
			}
			headed = true;
		}
		buf_addf(&p->text, "  %-18s :%-16s %s\n", keys.n ? buf_str(&keys) : "", commands[c].name, commands[c].help);
		buf_release(&keys);
	}
}

void pager_help(struct ui *ui)
{
	begin(ui, VIEW_HELP);
	for (int ctx = 0; ctx < CONTEXTS; ctx++)
		help_context(ui, (enum context)ctx);
	buf_addf(&ui->pager.text, "\nMarks on the screen\n"
		 "  W R                line of the racing write, of the racing read; w r: where its inline function is called\n"
		 "  A a                the same of an assertion\n"
		 "  *                  a note stands here\n"
		 "  %s                  this tool call returned some of the file that Source shows\n"
		 "  %s                  what the other panes show\n", glyph(GLYPH_SEEN), glyph(GLYPH_HERE));
	finish(&ui->pager);
}

/* ---- notes ---- */

/* A line of a note on as many rows as it takes; returns the row behind it. */
static size_t wrapped(struct ui *ui, struct slice line, size_t row, int note)
{
	struct pager *p = &ui->pager;
	struct rows rs = {0};

	rows_layout(&rs, line, ui->grid->cols > 20 ? ui->grid->cols - 12 : 8, true);
	for (size_t i = 0; i < rs.n; i++) {
		buf_adds(&p->text, "    ");
		utf8_escape(&p->text, slice_rtrim(slice_sub(line, rs.r[i].from, rs.r[i].to)), false);
		end_row(p, row++, note);
	}
	rows_release(&rs);
	return row;
}

void pager_notes(struct ui *ui)
{
	const struct review *rv = ui->session->review;
	struct pager *p = &ui->pager;
	size_t row = 0;

	begin(ui, VIEW_NOTES);
	for (size_t i = 0; i < rv->nannotations; i++) {
		const struct annotation *a = &rv->annotations[i];
		struct slice rest = slice_str(a->text), line;

		for (size_t k = 0; k < a->nplaces; k++) {
			struct buf words = BUF_INIT;

			place_words(&words, &a->places[k]);
			utf8_escape(&p->text, buf_slice(&words), false); /* a line end in a name makes no row */
			buf_release(&words);
			buf_adds(&p->text, "  ");
			for (char *c = a->places[k].excerpt; c && *c; c++)
				*c = *c == '\n' ? ' ' : *c;
			utf8_fit(&p->text, slice_str(a->places[k].excerpt), 60);
			end_row(p, row++, (int)i);
		}
		while (slice_line(&rest, &line))
			row = wrapped(ui, line, row, (int)i);
		buf_adds(&p->text, "    -- ");
		utf8_escape(&p->text, slice_str(a->event->reviewer), false);
		end_row(p, row++, (int)i);
		end_row(p, row++, -1);
	}
	if (rv->nannotations == 0) {
		buf_adds(&p->text, "No notes yet: c in a pane comments on what the cursor is on.");
		end_row(p, row++, -1);
	}
	finish(p);
}

static int note_at(const struct pager *p)
{
	return p->of == VIEW_NOTES && p->list.n ? p->notes[p->list.cursor] : -1;
}

static void open_note(struct ui *ui)
{
	int i = note_at(&ui->pager);
	const struct place *pl;

	if (i < 0 || ui->session->review->annotations[i].nplaces == 0)
		return;
	pl = &ui->session->review->annotations[i].places[0];
	ui_show(ui, VIEW_PANES);
	if (pl->kind == PLACE_SPAN) {
		run_select(ui, traj_find(ui->session->run->traj, pl->seq));
		text_go_place(ui, pl);
		ui_focus(ui, PANE_TEXT);
	} else if (pl->kind == PLACE_SOURCE) {
		source_file(ui, slice_str(pl->path), pl->line_first);
		ui_focus(ui, PANE_SOURCE);
	} else {
		ui_focus(ui, PANE_REPORT);
	}
}

static void remove_note(struct ui *ui)
{
	int i = note_at(&ui->pager);
	struct err e = {0};

	if (i < 0)
		return;
	if (session_remove(ui->session, ui->session->review->annotations[i].event->hash, VIA_SCREEN, &e) < 0)
		ui_say(ui, e.cls == ERR_NO ? ROLE_WARNING : ROLE_ERROR, "%s", e.msg);
	else
		ui_say(ui, ROLE_NORMAL, "note removed; undo brings it back");
	pager_notes(ui);
}

/* ---- messages ---- */

void pager_messages(struct ui *ui)
{
	const struct diags *ds = &ui->session->run->diags;
	size_t unread = evidence_unread(ui->session->evidence);
	struct pager *p = &ui->pager;

	begin(ui, VIEW_MESSAGES);
	if (ui->log.n)
		buf_adds(&p->text, "Messages of this session\n");
	buf_add_slice(&p->text, buf_slice(&ui->log));
	buf_addf(&p->text, "%sThe recording (%s)\n", ui->log.n ? "\n" : "", ui->session->run->format);
	for (size_t i = 0; i < ds->n; i++) {
		if (ds->d[i].line)
			buf_addf(&p->text, "  line %llu: ", (unsigned long long)ds->d[i].line);
		else
			buf_addf(&p->text, "  byte %llu: ", (unsigned long long)ds->d[i].byte);
		utf8_escape(&p->text, slice_str(ds->d[i].text), false);
		buf_addc(&p->text, '\n');
	}
	if (ds->dropped)
		buf_addf(&p->text, "  and %zu more\n", ds->dropped);
	if (unread)
		buf_addf(&p->text, "  %zu tool results name source in a form that Source cannot show\n", unread);
	if (ds->n == 0 && unread == 0)
		buf_adds(&p->text, "  nothing odd about it\n");
	finish(p);
}

/* ---- the view ---- */

static void title(struct ui *ui, struct buf *out)
{
	static const char *const titles[] = {
		[VIEW_HELP] = "Help", [VIEW_NOTES] = "Notes", [VIEW_MESSAGES] = "Messages",
	};

	buf_adds(out, titles[ui->view]);
	if (ui->pager.list.n > ui->grid->rows - 5)
		buf_addf(out, "  %zu of %zu", ui->pager.list.cursor + 1, ui->pager.list.n);
}

static void draw(struct ui *ui, struct rect r, bool focus)
{
	struct pager *p = &ui->pager;

	list_show(&p->list, r.rows, 1);
	for (unsigned i = 0; i < r.rows && p->list.top + i < p->list.n; i++) {
		struct slice line = row_of(p, p->list.top + i);
		bool heading = line.n && *line.p != ' ';

		grid_fit(ui->grid, r.row + i, r.col + 1, r.cols - 2, line, heading ? ROLE_LABEL : ROLE_NORMAL);
		if (focus && p->list.top + i == p->list.cursor)
			grid_mod(ui->grid, r.row + i, r.col, r.cols, MOD_SELECT);
	}
}

static bool command(struct ui *ui, enum command c, const char *args)
{
	(void)args;
	switch (c) {
	case CMD_OPEN:
		open_note(ui);
		return true;
	case CMD_REMOVE:
		remove_note(ui);
		return true;
	default:
		return false;
	}
}

static struct list *list(struct ui *ui)
{
	return &ui->pager.list;
}

static void row_text(struct ui *ui, size_t row, struct buf *out)
{
	buf_add_slice(out, row_of(&ui->pager, row));
}

const struct pane_ops pane_pager = {
	.context = CONTEXT_PAGER,
	.title = title,
	.draw = draw,
	.command = command,
	.list = list,
	.row_text = row_text,
	.hints = list_hints,
};
