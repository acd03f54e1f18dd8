/* The pager: a view over the whole screen with rows of text: help, messages. */
#include <string.h>

#include "base/utf8.h"
#include "export/export.h"
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

/* Rows of so many cells: what is longer goes on below. */
static void lay(struct pager *p, unsigned cols)
{
	rows_layout(&p->rows, buf_slice(&p->text), cols ? cols : 1, true);
	list_count(&p->list, p->rows.n);
}

static void finish(struct ui *ui)
{
	lay(&ui->pager, ui->grid->cols > 4 ? ui->grid->cols - 4 : 1);
}

/* ---- help: all bindings, from the keymap and the command table ---- */

/* What is bound everywhere, by subject: the command that begins each group in the table. */
static const struct {
	enum command first;
	const char *heading;
} groups[] = {
	{CMD_NEXT_LINE, "Moving"},	{CMD_NEXT_PANE, "Panes"},	    {CMD_OPEN, "What is shown"},
	{CMD_APPROVE, "Deciding"},	{CMD_COMMENT, "Notes"},		    {CMD_UNDO, "Taking back"},
	{CMD_NEXT_RUN, "Stored runs"},	{CMD_SEARCH, "Searching"},	    {CMD_GO, "Going to what there is"},
	{CMD_STEP_FORWARD, "Walking the run as it happened"},		    {CMD_BACK, "Going back"},
	{CMD_DEFINITION, "Questions about the code"}, {CMD_FILTER, "Filtering Run"},	{CMD_PROMPT, "The program"},
};

static void help_heading(struct pager *p, const char *heading)
{
	buf_addf(&p->text, "%s%s\n", p->text.n ? "\n" : "", heading);
}

static void context_heading(struct pager *p, enum context ctx)
{
	struct buf b = BUF_INIT;

	buf_addf(&b, "%s %s", context_is_overlay(ctx) ? "For" : "In", context_called(ctx));
	if (ctx == CONTEXT_NOTE)
		buf_adds(&b, "; other keys are its text");
	help_heading(p, buf_str(&b));
	buf_release(&b);
}

enum { KEYS_CELLS = 16, NAME_CELLS = 16, ALIGNED_COLS = 100 };

/* Words behind what stands in the row already, from cell `indent` on; what is long goes on below. */
static void add_column(struct ui *ui, unsigned indent, struct slice words)
{
	struct pager *p = &ui->pager;
	unsigned cols = ui->grid->cols;
	struct rows rs = {0};

	rows_layout(&rs, words, cols > indent + 14 ? cols - indent - 4 : 10, true);
	for (size_t i = 0; i < rs.n; i++) {
		if (i)
			buf_addf(&p->text, "%*s", (int)indent, "");
		buf_add_slice(&p->text, slice_rtrim(slice_sub(words, rs.r[i].from, rs.r[i].to)));
		buf_addc(&p->text, '\n');
	}
	rows_release(&rs);
}

/* Keys, name and help: in columns where there is room, else with the name behind the help. */
static void help_row(struct ui *ui, struct slice keys, enum command c)
{
	struct pager *p = &ui->pager;
	bool aligned = ui->grid->cols >= ALIGNED_COLS;
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s%s%s", commands[c].help, aligned ? "" : "  :", aligned ? "" : commands[c].name);
	buf_addf(&p->text, "  %-*s ", KEYS_CELLS, keys.n ? keys.p : "");
	if (keys.n > KEYS_CELLS)
		buf_addf(&p->text, "\n%*s", 3 + KEYS_CELLS, "");
	if (aligned)
		buf_addf(&p->text, ":%-*s ", NAME_CELLS, commands[c].name);
	add_column(ui, 3 + KEYS_CELLS + (aligned ? 2 + NAME_CELLS : 0), buf_slice(&text));
	buf_release(&text);
}

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
		for (size_t i = 0; ctx == CONTEXT_ALL && i < sizeof groups / sizeof *groups; i++)
			if (groups[i].first == (enum command)c)
				help_heading(p, groups[i].heading);
		if (keys.n || (ctx == CONTEXT_ALL && commands[c].context == CONTEXT_ALL)) {
			if (ctx != CONTEXT_ALL && !headed)
				context_heading(p, ctx);
			headed = true;
			buf_str(&keys);
			help_row(ui, buf_slice(&keys), (enum command)c);
		}
		buf_release(&keys);
	}
}

/* What the signs mean that are no letters of a text. */
static void help_signs(struct ui *ui)
{
	const struct {
		const char *sign, *words;
	} signs[] = {
		{"W R", "line of the racing write, of the racing read; w r: where its inline function is called"},
		{"A a", "the same of an assertion"},
		{"inl irq", "a frame that is inline; one that was interrupted and did not lead to the access"},
		{":", "behind a line number: a search of the agent found the line, but it did not read it"},
		{glyph(GLYPH_READ), "behind a line number: tools returned this line of a file that is shown whole"},
		{"?", "behind a frame: found on the stack, perhaps no part of this call chain"},
		{"*", "a note stands here; +: it is collected for the note that is begun"},
		{"A C E N", "at the right of Text: a claim there is absent, names a call that was not made, is elsewhere, was never read"},
		{"+", "before the title of a span in Run: what the reviewer told the agent came in there"},
		{glyph(GLYPH_SEEN), "this tool call returned some of the file that Source shows"},
		{glyph(GLYPH_HERE), "what the other panes show; before the name of a pane: it has the keys"},
	};

	help_heading(&ui->pager, "Marks on the screen");
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		struct buf *b = &ui->pager.text;
		size_t cells = signs[i].sign[0] & 0x80 ? 1 : strlen(signs[i].sign);

		buf_addf(b, "  %s", signs[i].sign);
		buf_pad(b, ' ', KEYS_CELLS + 1 - cells);
		add_column(ui, 3 + KEYS_CELLS, slice_str(signs[i].words));
	}
}

void pager_help(struct ui *ui)
{
	begin(ui, VIEW_HELP);
	for (int ctx = 0; ctx < CONTEXTS; ctx++)
		help_context(ui, (enum context)ctx);
	help_signs(ui);
	finish(ui);
}

/* ---- messages ---- */

/* Lines that are named; files and lines that are looked at: the recording may have any number. */
enum { CONTRADICTIONS = 8, FILES_LOOKED = 10000, LINES_LOOKED = 100000 };

/* Lines of which tools returned different texts.  Returns how many are told. */
static size_t contradictions(struct ui *ui, struct buf *text)
{
	const struct session *s = ui->session;
	size_t n = 0, looked = 0;

	for (size_t i = 0; i < evidence_files(s->evidence) && i < FILES_LOOKED; i++) {
		const struct evidence_file *f = evidence_at(s->evidence, i);

		for (size_t k = 0; f->contradicted && k < f->n && looked++ < LINES_LOOKED; k++) {
			const struct evidence_line *l = &f->lines[k];

			if (l->other == EVIDENCE_NO_SPAN || !session_shows_line(s, l) || !session_may_show(s, l->other, FIELD_RESULTS))
				continue;
			if (n++ == CONTRADICTIONS) {
				buf_adds(text, "  and more such lines\n");
				return n;
			}
			buf_adds(text, "  ");
			utf8_escape(text, f->path, false);
			buf_addf(text, ":%u: spans %u and %u returned different texts; Source shows that of %u\n", l->line,
				 traj_span(s->run->traj, l->span)->seq, traj_span(s->run->traj, l->other)->seq,
				 traj_span(s->run->traj, l->span)->seq);
		}
	}
	return n;
}

/* What was not understood of the report, or is not there.  Is there any? */
static bool report_oddities(const struct ui *ui, struct buf *text)
{
	const struct crash *c = ui->session->run->crash;
	size_t from = text->n, empty;
	bool odd;

	buf_adds(text, "  the report is incomplete: ");
	empty = text->n;
	export_report_missing(text, c);
	odd = text->n > empty;
	for (size_t i = 0; i < c->naccesses; i++) {
		if (!c->access[i].lost)
			continue;
		buf_adds(text, "\n    no frame: ");
		utf8_escape(text, c->access[i].lost_line, false);
		if (c->access[i].lost > 1)
			buf_addf(text, ", and %zu more", c->access[i].lost - 1);
	}
	if (odd)
		buf_addc(text, '\n');
	else
		buf_cut(text, from);
	return odd;
}

void pager_messages(struct ui *ui)
{
	const struct diags *ds = &ui->session->run->diags;
	size_t unread = evidence_unread(ui->session->evidence), unplaced = evidence_unplaced(ui->session->evidence), contradicted;
	struct pager *p = &ui->pager;
	bool odd;

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
	if (unplaced)
		buf_addf(&p->text, "  comments of definitions, of which file the tool does not say, so that Source cannot show them: %zu\n",
			 unplaced);
	contradicted = contradictions(ui, &p->text);
	odd = report_oddities(ui, &p->text);
	if (!odd && ds->n == 0 && unread == 0 && unplaced == 0 && contradicted == 0)
		buf_adds(&p->text, "  nothing odd about it\n");
	finish(ui);
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
	struct slice text = buf_slice(&p->text);

	if (r.cols > 2 && p->rows.width != r.cols - 2)
		lay(p, r.cols - 2);
	list_show(&p->list, r.rows, 1);
	for (unsigned i = 0; i < r.rows && p->list.top + i < p->list.n; i++) {
		const struct row *row = &p->rows.r[p->list.top + i];
		bool heading = row->first && row->from < row->to && text.p[row->from] != ' ';

		rows_draw(&p->rows, text, p->list.top + i, ui->grid, r.row + i, r.col + 1, r.cols - 2, 0, heading ? ROLE_LABEL : ROLE_NORMAL);
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
	const struct row *r = &ui->pager.rows.r[row];

	buf_add_slice(out, slice_sub(buf_slice(&ui->pager.text), r->from, r->to));
}

static const struct hint pager_hints[] = {
	{CMD_CLOSE, "close"}, {CMD_PAGE_DOWN, "page"}, {CMD_SEARCH, "search"}, {0, ""},
};

const struct pane_ops pane_pager = {
	.context = CONTEXT_PAGER,
	.title = title,
	.draw = draw,
	.command = command,
	.list = list,
	.row_text = row_text,
	.hints = pager_hints,
};
