#include "ui/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/listing.h"
#include "app/places.h"
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
	p->path = p->defines = (struct slice){0};
	p->title[0] = '\0';
	p->skip = 0;
	p->waits = false;
	p->commit = p->odd = p->found = (struct slice){0};
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

/* Ids of commits are cut, names of tags and branches are not. */
static struct slice short_commit(struct slice commit)
{
	return slice_sub(commit, 0, commit.n == 40 || commit.n == 64 ? 12 : commit.n);
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

/* A line where it is known, and how tools returned it. */
static bool add_code(struct ui *ui, struct source_pane *p, struct slice path, const struct listing *l, uint32_t number)
{
	const struct evidence_line *read;
	struct slice text;
	struct source_row *r;

	if (!listing_at(ui->session, l, number, &text, &read))
		return false;
	r = add(p, SRC_CODE);
	r->line = number;
	r->span = read ? read->span : UINT32_MAX;
	r->path = path;
	r->text = text;
	r->grepped = read && read->kind == EVIDENCE_GREP;
	r->unread = !read;
	r->whole = l->from == LISTING_COMMIT;
	r->mark = l->from == LISTING_COMMIT && l->differing ? 0 : line_mark(ui, path, number); /* its lines are not the report's */
	return true;
}

/*
 * What is odd about the repository's text, in a few words; of several files the first, but that it is of another commit only
 * where there is nothing worse.
 */
static void note_odd(struct source_pane *p, const struct listing *l)
{
	bool mild = !l->differing && !l->late && l->other.n;
	struct slice at = short_commit(l->commit), other = short_commit(l->other);
	struct buf b = BUF_INIT;

	if (l->differing)
		buf_addf(&b, "tools read other source than that of %.*s", (int)at.n, at.p);
	else if (l->late)
		buf_adds(&b, "git does not answer");
	else if (other.n)
		buf_addf(&b, "source of %.*s, not of %.*s that crashed", (int)at.n, at.p, (int)other.n, other.p);
	else if (!l->unnamed) /* that is told as it is */
		buf_add_slice(&b, l->why);
	if (b.n && (!p->odd.n || (p->mild && !mild))) {
		p->odd = arena_slice(p->arena, buf_slice(&b));
		p->mild = mild;
	}
	buf_release(&b);
}

static void look(struct ui *ui, struct source_pane *p, struct slice path, struct listing *l)
{
	if (p->asked[0] && !p->race)
		listing_at_commit(ui->session, path, slice_str(p->asked), p->arena, l);
	else
		listing_of(ui->session, path, p->arena, l);
	p->waits |= l->waits;
	if (l->found)
		p->found = short_commit(l->commit);
	note_odd(p, l);
}

/* What is odd about the repository's text of a file; false: nothing. */
static bool odd_words(const struct listing *l, struct buf *out)
{
	struct slice at = short_commit(l->commit), fits = short_commit(l->fits);

	if (l->differing && l->from == LISTING_COMMIT) {
		buf_addf(out, "Of %.*s, that was asked about: %zu of the %zu lines that tools returned are others.", (int)at.n, at.p, l->differing,
			 l->compared);
	} else if (l->differing) {
		buf_addf(out, "At %.*s %zu of the %zu lines that tools returned are others: theirs are shown", (int)at.n, at.p,
			 l->differing, l->compared);
		if (fits.n)
			buf_addf(out, "; they are those of commit %.*s", (int)fits.n, fits.p);
		buf_addc(out, '.');
	} else if (l->late) {
		buf_adds(out, "git does not answer: what tools returned is shown.");
	} else if (l->why.n) {
		buf_addf(out, "No text of a repository: %.*s.", (int)l->why.n, l->why.p);
		if (fits.n)
			buf_addf(out, " Tools returned it as it is in commit %.*s.", (int)fits.n, fits.p);
	}
	return out->n > 0;
}

static void say_odd(struct source_pane *p, const struct listing *l)
{
	struct buf b = BUF_INIT;

	if (odd_words(l, &b))
		say(p, SRC_TEXT, "%s", buf_str(&b));
	buf_release(&b);
}

/* Where else source that nobody read can be had from: `it` or `them`. */
static void say_where(struct ui *ui, struct source_pane *p, bool several)
{
	struct slice commit = session_commit(ui->session);

	say(p, SRC_TEXT, "To see %s here, name a git repository of the kernel:", several ? "them" : "it");
	say(p, SRC_TEXT, "    :set kernel DIR");
	if (commit.n)
		say(p, SRC_TEXT, "%s looked up at commit %.*s.", several ? "They are" : "It is", (int)short_commit(commit).n, commit.p);
	else
		say(p, SRC_TEXT, "The recording does not name the commit that crashed: :set commit COMMIT does.");
}

/* Is there more to be said of what nobody read, as all was looked at? */
static bool may_advise(const struct ui *ui)
{
	return ui->session->caught_up && session_may_show(ui->session, SESSION_RUN, PART_TOTALS);
}

/* Could a repository show it, were one named? */
static bool wants_kernel(const struct frame *f, const struct listing *l)
{
	return f->file.n && !l->waits && !l->differing && l->why.n == 0;
}

/* What to say where no tool returned a line and no repository has it. */
static void say_unread(struct ui *ui, struct source_pane *p, const struct frame *f, bool whole)
{
	if (f->file.n == 0) {
		say(p, SRC_TEXT, "The report gives no file and line for %.*s.", (int)f->function.n, f->function.p);
		if (places_asks(ui->placed.places))
			say(p, SRC_TEXT, "Where it is defined is being looked for.");
		else if (whole)
			say(p, SRC_TEXT, "Symbolize it (scripts/decode_stacktrace.sh) and import the run again, or name its vmlinux: :set vmlinux FILE.");
		return;
	}
	if (session_is_bare(ui->session))
		say(p, SRC_TEXT, "No source of line %" PRIu32 " of %.*s is here.", f->line, (int)f->file.n, f->file.p);
	else
		say(p, SRC_TEXT, "Not read: no tool call %s returned line %" PRIu32 " of %.*s.",
		    !session_may_show(ui->session, SESSION_RUN, PART_TOTALS) ? "so far"
		    : ui->session->caught_up ? "of this run" : "that is read so far", f->line, (int)f->file.n, f->file.p);
	if (whole && may_advise(ui) && !session_is_bare(ui->session))
		say(p, SRC_TEXT, "The agent judged without seeing it.");
}

/* ---- both racing lines ---- */

/*
 * How a line came here, for rules and titles: "as read in span 6", "not read, only grepped in span 8"; of the repository's text
 * "at 0123456789ab, read in span 6".
 */
static void how(const struct ui *ui, const struct listing *l, const struct evidence_line *read, char *out, size_t size)
{
	struct slice at = short_commit(l->commit), fits = short_commit(l->fits);
	bool whole = l->from == LISTING_COMMIT;
	size_t n = whole ? (size_t)snprintf(out, size, "at %.*s", (int)(at.n < 24 ? at.n : 24), at.p) : 0;

	if (whole && l->differing) {
		snprintf(out + n, size - n, ": tools read other text");
		return;
	}
	if (!read && session_is_bare(ui->session)) /* nobody was to read it */
		return;
	if (whole)
		n += (size_t)snprintf(out + n, size - n, ", ");
	if (!read)
		snprintf(out + n, size - n, "not read");
	else if (read->kind == EVIDENCE_READ)
		snprintf(out + n, size - n, "%sread in span %" PRIu32, whole ? "" : "as ", span_seq(ui, read->span));
	else
		snprintf(out + n, size - n, "not read, only grepped in span %" PRIu32, span_seq(ui, read->span));
	n = strlen(out);
	if (l->fits.n)
		snprintf(out + n, size - n, ": of %.*s, not of %.*s", (int)fits.n, fits.p, (int)(at.n < 24 ? at.n : 24), at.p);
	else if (l->differing)
		snprintf(out + n, size - n, ": not of %.*s", (int)(at.n < 24 ? at.n : 24), at.p);
}

static void add_around(struct ui *ui, struct source_pane *p, const struct frame *f, const struct listing *l, unsigned context)
{
	uint32_t from = f->line > context ? f->line - context : 1;

	for (uint32_t n = from; n <= f->line + context; n++)
		add_code(ui, p, f->file, l, n);
}

/* Its place is not known: the function, as the repository has it. */
static void add_defined(struct ui *ui, struct source_pane *p, const struct frame *f, bool site, unsigned context)
{
	struct frame at = {.file = f->defined_in, .line = f->defined};
	struct listing l;

	look(ui, p, at.file, &l);
	say(p, SRC_RULE, "%s%.*s  line unknown: defined at %.*s:%" PRIu32, site ? "called in " : "", (int)f->function.n, f->function.p,
	    (int)at.file.n, at.file.p, at.line);
	for (uint32_t n = at.line; n <= at.line + 2 * context; n++)
		add_code(ui, p, at.file, &l, n);
}

/* True where there is nothing to show of it, as no repository is set. */
static bool add_racing(struct ui *ui, struct source_pane *p, unsigned a, bool site, unsigned context, bool whole)
{
	const struct access *acc = &crash_of(ui)->access[a];
	const struct frame *f = &acc->frames[site ? crash_call_site(acc) : 0];
	const struct evidence_line *read = NULL;
	char words[128] = "";
	struct slice text;
	struct listing l;
	bool known;

	if (f->file.n == 0 && f->defined) {
		add_defined(ui, p, f, site, context);
		return false;
	}
	look(ui, p, f->file, &l);
	known = f->line && listing_at(ui->session, &l, f->line, &text, &read);
	if (known)
		how(ui, &l, read, words, sizeof words);
	if (f->file.n == 0)
		say(p, SRC_RULE, "%s%.*s", site ? "called in " : "", (int)f->function.n, f->function.p);
	else
		say(p, SRC_RULE, "%s%.*s%s%.*s:%" PRIu32 "%s%s", site ? "called in " : "", (int)f->function.n, f->function.p,
		    f->function.n ? " " : "",
		    (int)f->file.n, f->file.p, f->line, known ? "  " : "", words);
	if (known)
		add_around(ui, p, f, &l, context);
	else
		say_unread(ui, p, f, whole);
	if (whole || !known)
		say_odd(p, &l);
	return !known && wants_kernel(f, &l);
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

/* Rows from which one access has room for what to do about lines that nobody read; and those that it takes once for all. */
enum { WHOLE_ADVICE = 16, ADVICE = 4 };

void source_fill_race(struct ui *ui, struct source_pane *p, unsigned from, unsigned to, unsigned height)
{
	const struct crash *c = crash_of(ui);
	unsigned places = 0, sites = 0, ctx[2];
	bool whole = to - from == 1 && height >= WHOLE_ADVICE;
	unsigned missing = 0;

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
		missing += add_racing(ui, p, a, false, ctx[0], whole);
		if (crash_call_site(&c->access[a]) > 0)
			missing += add_racing(ui, p, a, true, ctx[1], whole);
	}
	if (missing && may_advise(ui) && (whole || to - from == c->naccesses) && p->list.n + ADVICE <= height) {
		say(p, SRC_TEXT, " ");
		say_where(ui, p, missing > 1);
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

static void file_title(struct ui *ui, struct source_pane *p, const struct listing *l, const struct evidence_line *read)
{
	char words[128] = "not read";

	if (p->path.n == 0) {
		snprintf(p->title, sizeof p->title, "no file and line known");
		return;
	}
	if (p->defines.n) {
		snprintf(p->title, sizeof p->title, "%.*s  line unknown: where %.*s is defined", (int)(p->path.n < 80 ? p->path.n : 80),
			 p->path.p, (int)(p->defines.n < 40 ? p->defines.n : 40), p->defines.p);
		return;
	}
	if (read || l->from == LISTING_COMMIT)
		how(ui, l, read, words, sizeof words);
	else if (l->file)
		snprintf(words, sizeof words, "other lines of it in span %" PRIu32, span_seq(ui, l->file->spans[0]));
	snprintf(p->title, sizeof p->title, "%.*s  %s", (int)(p->path.n < 80 ? p->path.n : 80), p->path.p, words);
}

/* The lines that tools returned, with rules where some were not; the row of the last one up to `line`. */
static size_t add_returned(struct ui *ui, struct source_pane *p, const struct listing *l, uint32_t line)
{
	const struct evidence_line *before = NULL;
	size_t at = 0;

	for (size_t i = 0; l->file && i < l->file->n; i++) {
		const struct evidence_line *e = &l->file->lines[i];

		if (!session_shows_line(ui->session, e))
			continue;
		if (before && e->line != before->line + 1)
			say_gap(p, e->line - before->line - 1);
		before = e;
		if (e->line <= line)
			at = p->list.n;
		add_code(ui, p, p->path, l, e->line);
		p->rows[p->list.n - 1].current = e->line == line;
	}
	return at;
}

/* All lines of the file. */
static size_t add_all(struct ui *ui, struct source_pane *p, const struct listing *l, uint32_t line)
{
	for (size_t i = 1; i <= l->n; i++) {
		add_code(ui, p, p->path, l, (uint32_t)i);
		p->rows[p->list.n - 1].current = i == line;
	}
	if (l->n == 0)
		say(p, SRC_TEXT, "The file is empty.");
	return line && line <= l->n ? line - 1 : 0;
}

/* Where the line of a frame is not known, but its function is, that is shown. */
static struct frame place_of(const struct frame *f)
{
	struct frame at = *f;

	if (f->file.n == 0 && f->defined) {
		at.file = f->defined_in;
		at.line = f->defined;
	}
	return at;
}

void source_fill_file(struct ui *ui, struct source_pane *p, const struct frame *frame, unsigned height)
{
	const struct frame at_line = place_of(frame), *f = &at_line;
	const struct evidence_line *read = NULL;
	struct slice text;
	struct listing l;
	bool known;
	size_t at;

	reset(p);
	p->race = false;
	p->path = arena_slice(p->arena, f->file);
	p->line = f->line;
	if (f->line != frame->line)
		p->defines = arena_slice(p->arena, f->function);
	look(ui, p, p->path, &l);
	known = listing_at(ui->session, &l, f->line, &text, &read);
	if (l.from == LISTING_COMMIT)
		p->commit = l.commit;
	say_odd(p, &l);
	if (l.from == LISTING_COMMIT) {
		if (f->line > l.n)
			say(p, SRC_TEXT, "The file ends before line %" PRIu32 ": it has %zu.", f->line, l.n);
		at = p->list.n + add_all(ui, p, &l, f->line);
	} else {
		if (!known)
			say_unread(ui, p, f, true);
		if (!known && may_advise(ui) && wants_kernel(f, &l))
			say_where(ui, p, false);
		if (!known && l.file)
			say(p, SRC_RULE, "lines of it that were returned");
		at = add_returned(ui, p, &l, f->line);
	}
	file_title(ui, p, &l, read);
	list_go(&p->list, known ? at : 0);
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
	bool read = !r->grepped && !r->unread;
	enum role role = r->mark ? mark_role(r->mark) : read ? ROLE_LINE_READ : ROLE_NORMAL;

	if (r->mark)
		grid_fill(g, at.row, at.col, 1, (unsigned char)r->mark, mark_role(r->mark));
	else if (r->current)
		grid_puts(g, at.row, at.col, 1, glyph(GLYPH_HERE), ROLE_NOTE);
	grid_puts(g, at.row, at.col + 1, 1, noted_sign(noted_source(ui, r->path, r->line, r->line)), ROLE_NOTE);
	snprintf(number, sizeof number, "%6" PRIu32, r->line);
	grid_puts(g, at.row, at.col + 2, 6, number, ROLE_LINE_NUMBER);
	if (r->grepped)
		grid_puts(g, at.row, at.col + 8, 1, ":", ROLE_LINE_NUMBER);
	else if (r->whole && read)
		grid_puts(g, at.row, at.col + 8, 1, glyph(GLYPH_READ), ROLE_LINE_NUMBER);
	if (at.cols <= GUTTER)
		return;
	code_draw(g, at.row, at.col + GUTTER, at.cols - GUTTER, skip, r->text, c, role, r->mark != 0);
	if (!r->mark && read)
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
