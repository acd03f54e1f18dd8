#include "ui/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/code.h"
#include "ui/view.h"

static const struct crash *crash_of(const struct ui *ui)
{
	return ui->session->run->crash;
}

static void reset(struct source_pane *p)
{
	arena_free(p->arena);
	p->arena = arena_new();
	p->list = (struct list){0};
	p->path = (struct slice){0};
	p->title[0] = '\0';
	p->skip = 0;
}

void source_release(struct source_pane *p)
{
	free(p->rows);
	arena_free(p->arena);
	*p = (struct source_pane){0};
}

static struct source_row *add(struct source_pane *p, enum source_row_kind kind)
{
	struct source_row *r;

	p->rows = mem_grow(p->rows, &p->cap, p->list.n + 1, sizeof *p->rows);
	r = &p->rows[p->list.n++];
	*r = (struct source_row){.kind = kind};
	return r;
}

static void say(struct source_pane *p, enum source_row_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void say(struct source_pane *p, enum source_row_kind kind, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	struct rows rs = {0};
	struct slice text;
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	text = arena_slice(p->arena, buf_slice(&b));
	rows_layout(&rs, text, p->width && kind == SRC_TEXT ? p->width : 100000, true);
	for (size_t i = 0; i < rs.n; i++)
		add(p, kind)->text = slice_sub(text, rs.r[i].from, rs.r[i].to);
	rows_release(&rs);
	buf_release(&b);
}

static void say_gap(struct source_pane *p, uint32_t lines)
{
	say(p, SRC_RULE, "%" PRIu32 " line%s not returned", lines, lines == 1 ? "" : "s");
}

char source_access_mark(const struct access *a, bool site)
{
	static const char marks[] = {
		[ACCESS_READ] = 'R', [ACCESS_WRITE] = 'W', [ACCESS_READ_WRITE] = 'W',
		[ACCESS_ASSERT_NO_WRITES] = 'A', [ACCESS_ASSERT_NO_ACCESSES] = 'A',
	};

	return (char)(marks[a->kind] | (site ? 0x20 : 0));
}

/* The mark of a line of a file: it may be a racing line of either access, an access line before a call site. */
static char line_mark(const struct ui *ui, struct slice path, uint32_t line)
{
	const struct crash *c = crash_of(ui);

	for (int site = 0; site < 2; site++)
		for (unsigned i = 0; i < c->naccesses; i++) {
			const struct access *a = &c->access[i];
			size_t at = site ? crash_call_site(a) : 0;

			if (at < a->nframes && (!site || at) && a->frames[at].line == line &&
			    slice_eq(a->frames[at].file, path))
				return source_access_mark(a, site);
		}
	return 0;
}

static uint32_t span_seq(const struct ui *ui, uint32_t span)
{
	return traj_span(ui->session->run->traj, span)->seq;
}

static void add_code(struct ui *ui, struct source_pane *p, struct slice path, const struct evidence_line *l)
{
	struct source_row *r = add(p, SRC_CODE);

	r->line = l->line;
	r->span = l->span;
	r->path = path;
	r->text = l->text;
	r->grepped = l->kind == EVIDENCE_GREP;
	r->mark = line_mark(ui, path, l->line);
}

/* What to say where no tool returned a file: that nobody read it, and where to look instead. */
static void say_unread(struct ui *ui, struct source_pane *p, const struct frame *f, bool whole)
{
	struct slice commit = ui->session->run->kernel_commit;

	if (f->file.n == 0) {
		say(p, SRC_TEXT, "The report gives no file and line for %.*s.", (int)f->function.n, f->function.p);
		if (whole)
			say(p, SRC_TEXT, "Symbolize it (scripts/decode_stacktrace.sh) and import the run again.");
		return;
	}
	if (session_is_bare(ui->session))
		say(p, SRC_TEXT, "No agent has read line %" PRIu32 " of %.*s.", f->line, (int)f->file.n, f->file.p);
	else
		say(p, SRC_TEXT, "Not read: no tool call %s returned line %" PRIu32 " of %.*s.",
		    !session_may_show(ui->session, SESSION_RUN, PART_TOTALS) ? "so far"
		    : ui->session->caught_up ? "of this run" : "that is read so far", f->line, (int)f->file.n, f->file.p);
	if (!whole || !ui->session->caught_up || !session_may_show(ui->session, SESSION_RUN, PART_TOTALS))
		return;
	say(p, SRC_TEXT, "%s, open it in a kernel tree of yours",
	    session_is_bare(ui->session) ? "To look at it" : "The agent judged without seeing it. To check it");
	if (commit.n)
		say(p, SRC_TEXT, "at commit %.*s:", (int)commit.n, commit.p);
	else
		say(p, SRC_TEXT, "at the commit that crashed (the recording does not name it):");
	say(p, SRC_TEXT, "    $EDITOR +%" PRIu32 " %.*s", f->line, (int)f->file.n, f->file.p);
}

/* ---- both racing lines ---- */

/* How a line came here, for rules and titles: "as read in span 6", "only grepped in span 8". */
static void how(const struct ui *ui, const struct evidence_line *l, char *out, size_t size)
{
	snprintf(out, size, l->kind == EVIDENCE_READ ? "as read in span %" PRIu32 : "not read, only grepped in span %" PRIu32,
		 span_seq(ui, l->span));
}

static void add_around(struct ui *ui, struct source_pane *p, const struct frame *f, unsigned context)
{
	uint32_t from = f->line > context ? f->line - context : 1;

	for (uint32_t n = from; n <= f->line + context; n++) {
		const struct evidence_line *l = session_line(ui->session, f->file, n);

		if (l)
			add_code(ui, p, f->file, l);
	}
}

static const struct evidence_line *line_of(const struct ui *ui, const struct frame *f)
{
	return f->line ? session_line(ui->session, f->file, f->line) : NULL;
}

static void add_racing(struct ui *ui, struct source_pane *p, unsigned a, bool site, unsigned context,
		       bool whole)
{
	const struct access *acc = &crash_of(ui)->access[a];
	const struct frame *f = &acc->frames[site ? crash_call_site(acc) : 0];
	const struct evidence_line *l = line_of(ui, f);
	char words[64] = "";

	if (l)
		how(ui, l, words, sizeof words);
	if (f->file.n == 0)
		say(p, SRC_RULE, "%s%.*s", site ? "called in " : "", (int)f->function.n, f->function.p);
	else
		say(p, SRC_RULE, "%s%.*s %.*s:%" PRIu32 "%s%s", site ? "called in " : "", (int)f->function.n, f->function.p,
		    (int)f->file.n, f->file.p, f->line, l ? "  " : "", words);
	if (l)
		add_around(ui, p, f, context);
	else
		say_unread(ui, p, f, whole);
}

/*
 * The context around access lines and call sites that fits: fixed are a rule and a line each; what is left goes around
 * the access lines first.
 */
static void contexts(unsigned places, unsigned sites, unsigned height, unsigned out[2])
{
	unsigned used = 2 * (places + sites);

	out[0] = out[1] = 0;
	for (unsigned round = 0; round < 60; round++) {
		unsigned which = sites ? round % 2 : 0, cost = 2 * (which ? sites : places);

		if (used + cost > height)
			break;
		used += cost;
		out[which]++;
	}
}

/* Rows from which one access has room for what to do about lines that nobody read. */
enum { WHOLE_ADVICE = 16 };

void source_fill_race(struct ui *ui, struct source_pane *p, unsigned from, unsigned to, unsigned height)
{
	const struct crash *c = crash_of(ui);
	unsigned places = 0, sites = 0, ctx[2];
	bool whole = to - from == 1 && height >= WHOLE_ADVICE;

	reset(p);
	p->race = true;
	p->height = height;
	for (unsigned a = from; a < to; a++) {
		places += c->access[a].nframes > 0;
		sites += c->access[a].nframes > 0 && crash_call_site(&c->access[a]) > 0;
	}
	contexts(places, sites, p->height, ctx);
	for (unsigned a = from; a < to; a++) {
		if (c->access[a].nframes == 0)
			continue;
		add_racing(ui, p, a, false, ctx[0], whole);
		if (crash_call_site(&c->access[a]) > 0)
			add_racing(ui, p, a, true, ctx[1], whole);
	}
	if (p->list.n == 0) {
		say(p, SRC_TEXT, "%s", c->naccesses ? "The report gives no stack for its accesses: there are no racing lines to show."
				       : c->nstacks ? "The report is no data race: a frame of it shows its source here."
				       : c->text.n ? "No racing accesses are known: the report is shown as it is."
						   : "Without a crash report there are no racing lines to show.");
	}
	/* sentences alone say why there are none */
	snprintf(p->title, sizeof p->title, "%s", p->rows[0].kind == SRC_TEXT ? "no racing lines" : "racing lines");
}

/* ---- one file ---- */

static void file_title(struct ui *ui, struct source_pane *p, const struct evidence_file *f, const struct evidence_line *l)
{
	char words[64] = "not read";

	if (p->path.n == 0) {
		snprintf(p->title, sizeof p->title, "no file and line known");
		return;
	}
	if (l)
		how(ui, l, words, sizeof words);
	else if (f)
		snprintf(words, sizeof words, "other lines of it in span %" PRIu32, span_seq(ui, f->spans[0]));
	snprintf(p->title, sizeof p->title, "%.*s  %s", (int)(p->path.n < 80 ? p->path.n : 80), p->path.p, words);
}

void source_fill_file(struct ui *ui, struct source_pane *p, const struct frame *f, unsigned height)
{
	const struct evidence_file *file = session_file(ui->session, f->file);
	const struct evidence_line *l = session_line(ui->session, f->file, f->line), *before = NULL;
	size_t at = 0;

	reset(p);
	p->race = false;
	p->path = arena_slice(p->arena, f->file);
	p->line = f->line;
	if (!l)
		say_unread(ui, p, f, true);
	if (!l && file)
		say(p, SRC_RULE, "lines of it that were returned");
	for (size_t i = 0; file && i < file->n; i++) {
		if (!session_shows_line(ui->session, &file->lines[i]))
			continue;
		if (before && file->lines[i].line != before->line + 1)
			say_gap(p, file->lines[i].line - before->line - 1);
		before = &file->lines[i];
		if (file->lines[i].line <= f->line)
			at = p->list.n;
		add_code(ui, p, p->path, &file->lines[i]);
		p->rows[p->list.n - 1].current = file->lines[i].line == f->line;
	}
	file_title(ui, p, file, l);
	list_go(&p->list, l ? at : 0);
	/* the frame's line stands at a third of the pane: what leads to it is above, what it does below */
	p->list.top = p->list.cursor > height / 3 ? p->list.cursor - height / 3 : 0;
}

/* ---- drawing ---- */

static enum role mark_role(char mark)
{
	return mark == 'W' || mark == 'A' ? ROLE_RACE_WRITE : mark == 'R' ? ROLE_RACE_READ : ROLE_CALL_SITE;
}

/* Gutter: mark, note, line number; then the code. */
enum { GUTTER = 9 };

/* Lines before the first that shows that are looked at for a comment that goes on in it. */
enum { LOOK_BACK = 60 };

static void draw_code(struct ui *ui, const struct source_row *r, struct rect at, unsigned skip, struct clex *c)
{
	struct grid *g = ui->grid;
	char number[16];
	enum role role = r->mark ? mark_role(r->mark) : r->grepped ? ROLE_NORMAL : ROLE_LINE_READ;

	if (r->mark)
		grid_fill(g, at.row, at.col, 1, (unsigned char)r->mark, mark_role(r->mark));
	else if (r->current)
		grid_puts(g, at.row, at.col, 1, glyph(GLYPH_HERE), ROLE_NOTE);
	grid_puts(g, at.row, at.col + 1, 1, noted_sign(noted_source(ui, r->path, r->line, r->line)), ROLE_NOTE);
	snprintf(number, sizeof number, "%6" PRIu32, r->line);
	grid_puts(g, at.row, at.col + 2, 6, number, ROLE_LINE_NUMBER);
	if (r->grepped)
		grid_puts(g, at.row, at.col + 8, 1, ":", ROLE_LINE_NUMBER);
	if (at.cols <= GUTTER)
		return;
	code_draw(g, at.row, at.col + GUTTER, at.cols - GUTTER, skip, r->text, c, role, r->mark != 0);
	if (!r->mark && !r->grepped)
		grid_mod(g, at.row, at.col + GUTTER, at.cols - GUTTER, MOD_READ);
}

/* Where the row begins in C: the last line before it that a comment begins or ends in tells, where lines follow each other. */
static struct clex begins(const struct source_pane *p, size_t row)
{
	const struct source_row *r = p->rows;

	for (size_t i = row; i > 0 && row - i < LOOK_BACK; i--) {
		if (r[i - 1].kind != SRC_CODE || r[i - 1].line + 1 != r[i].line)
			break;
		if (slice_find(r[i - 1].text, "/*", 0) != SLICE_NONE || slice_find(r[i - 1].text, "*/", 0) != SLICE_NONE)
			return clex_behind(r[i - 1].text);
	}
	return (struct clex){0};
}

void source_draw_rule(struct ui *ui, struct slice words, enum role role, struct rect at)
{
	unsigned used;

	grid_fill(ui->grid, at.row, at.col, at.cols, glyph_cp(GLYPH_ACROSS), ROLE_FRAME);
	if (at.cols < 8)
		return;
	used = grid_fit(ui->grid, at.row, at.col + 3, at.cols - 5, words, role);
	grid_puts(ui->grid, at.row, at.col + 2, 1, " ", ROLE_FRAME);
	grid_puts(ui->grid, at.row, at.col + 3 + used, 1, " ", ROLE_FRAME);
}

void source_draw_row(struct ui *ui, const struct source_pane *p, size_t row, struct rect at)
{
	const struct source_row *r = &p->rows[row];
	struct clex c = {0};

	if (r->kind == SRC_CODE) {
		c = begins(p, row);
		draw_code(ui, r, at, p->skip, &c);
	}
	if (r->kind == SRC_RULE)
		source_draw_rule(ui, r->text, ROLE_DIM, at);
	if (r->kind == SRC_TEXT)
		grid_fit(ui->grid, at.row, at.col, at.cols, r->text, ROLE_WARNING);
}
