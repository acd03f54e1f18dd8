/* The pager: a view over the whole screen with rows of text: help, messages. */
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
				 : ctx == CONTEXT_NOTE ? "In the box for a note; other keys are its text"
				 : ctx == CONTEXT_PAGER ? "In views such as this one" : "");
			if (ctx != CONTEXT_ALL && ctx != CONTEXT_PAGER && !context_is_dialog(ctx)) {
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
		 "  inl irq            a frame that is inline; one that was interrupted and did not lead to the access\n"
		 "  :                  behind a line number: a search of the agent found the line, but it did not read it\n"
		 "  ?                  behind a frame: found on the stack, perhaps no part of this call chain\n"
		 "  *                  a note stands here; +: it is collected for the note that is begun\n"
		 "  %s                  this tool call returned some of the file that Source shows\n"
		 "  %s                  what the other panes show\n", glyph(GLYPH_SEEN), glyph(GLYPH_HERE));
	finish(&ui->pager);
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
		[VIEW_HELP] = "Help", [VIEW_MESSAGES] = "Messages",
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
	(void)ui;
	(void)args;
	return c == CMD_OPEN; /* there is nothing to open, and the view stays */
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
