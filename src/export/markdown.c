#include "export/parts.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "export/wrap.h"
#include "model/evidence.h"

/* "<ann@example.org>", which Markdown makes a link of, and mail has as it is; its bytes, or 0. */
static size_t address(struct slice s)
{
	size_t at = 0;

	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '>')
			return at ? i + 1 : 0;
		if (s.p[i] == '@' && i > 1 && !at)
			at = i;
		else if (!isalnum((unsigned char)s.p[i]) && !strchr(".-_+", s.p[i]))
			return 0;
	}
	return 0;
}

/* Is the sign at `i` markup, there?  Where it is not it stays as it is: a mail is read as it stands. */
static bool is_markup(struct slice s, size_t i, bool links, bool closes)
{
	char next = i + 1 < s.n ? s.p[i + 1] : '\0';
	bool inside = i > 0 && isalnum((unsigned char)s.p[i - 1]) && isalnum((unsigned char)next);

	switch (s.p[i]) {
	case '`':
		return true;
	case '*':
		return next != ' ' || i == 0 || s.p[i - 1] != ' ';
	case '_': /* within a word never, and names of functions stay readable */
		return closes && !inside;
	case '\\':
		return next && ispunct((unsigned char)next);
	case '[':
	case ']':
	case '!':
		return links;
	case '<':
		return isalpha((unsigned char)next) || next == '/' || next == '!' || next == '?';
	case '&':
		return isalpha((unsigned char)next) || next == '#';
	case '~':
		return next == '~' || (i > 0 && s.p[i - 1] == '~');
	case '#':
	case '>':
	case '|':
		return i == 0;
	default:
		return false;
	}
}

/* Does a word of it end in an underscore? */
static bool has_closing(struct slice s)
{
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] == '_' && s.p[i - 1] != ' ' && (i + 1 == s.n || (s.p[i + 1] != '_' && !isalnum((unsigned char)s.p[i + 1]))))
			return true;
	return false;
}

/* One line of text as text: nothing in it is markup. */
static void add_text(struct buf *b, struct slice text)
{
	struct buf seen = BUF_INIT;
	struct slice s;
	bool links, closes;

	utf8_escape(&seen, text, false);
	s = buf_slice(&seen);
	links = slice_find(s, "](", 0) != SLICE_NONE || slice_find(s, "][", 0) != SLICE_NONE || slice_find(s, "]:", 0) != SLICE_NONE;
	closes = has_closing(s);
	for (size_t i = 0; i < s.n; i++) {
		size_t n = s.p[i] == '<' ? address(slice_sub(s, i, s.n)) : 0;

		if (n) {
			buf_add_slice(b, slice_sub(s, i, i + n));
			i += n - 1;
			continue;
		}
		if (is_markup(s, i, links, closes))
			buf_addc(b, '\\');
		buf_addc(b, s.p[i]);
	}
	buf_release(&seen);
}

/* A code span: its fence is longer than any in the text. */
static void add_code(struct buf *b, struct slice s)
{
	struct buf seen = BUF_INIT;
	size_t longest = 0, run = 0;

	utf8_escape(&seen, s, false);
	for (size_t i = 0; i < seen.n; i++) {
		run = seen.p[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	buf_pad(b, '`', longest + 1);
	buf_adds(b, longest ? " " : "");
	buf_add_slice(b, buf_slice(&seen));
	buf_adds(b, longest ? " " : "");
	buf_pad(b, '`', longest + 1);
	buf_release(&seen);
}

/* Lines behind `prefix`, control characters visible, otherwise as they are. */
static void add_lines(struct buf *b, const char *prefix, struct slice text)
{
	struct slice rest = slice_rtrim(text), part;

	while (slice_line(&rest, &part)) {
		buf_adds(b, prefix);
		utf8_escape(b, part, true);
		buf_addc(b, '\n');
	}
}

/* "- NAME: VALUE"; the value is in Markdown. */
static void item_markdown(struct buf *b, const char *name, const struct buf *value)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s: ", name);
	buf_add_slice(&line, buf_slice(value));
	wrap_add(b, SLICE("- "), SLICE("  "), buf_slice(&line));
	buf_release(&line);
}

static void item(struct buf *b, const char *name, const struct buf *value)
{
	struct buf words = BUF_INIT;

	add_text(&words, buf_slice(value));
	item_markdown(b, name, &words);
	buf_release(&words);
}

/* A heading is one line, however long. */
static void heading(struct buf *b, const char *mark, const struct buf *words)
{
	buf_adds(b, mark);
	add_text(b, buf_slice(words));
	buf_addc(b, '\n');
}

static void add_decision(struct buf *b, const struct decision *d)
{
	struct buf words = BUF_INIT;

	if (d->until[0])
		buf_addf(b, "- Until: %s\n", d->until);
	if (d->argument != ARGUMENT_NONE)
		buf_addf(b, "- Argument: %s\n", argument_name(d->argument));
	if (d->remedy != REMEDY_UNSET) {
		buf_adds(&words, remedy_name(d->remedy));
		item(b, "Remedy", &words);
		buf_clear(&words);
	}
	if (d->confidence != CONFIDENCE_UNSET)
		buf_addf(b, "- Confidence of the reviewer: %s\n", confidence_name(d->confidence));
	for (size_t i = 0; i < d->nreasons; i++)
		buf_addf(&words, "%s%s", i ? ", " : "", d->reasons[i]);
	if (words.n)
		item(b, "Reasons", &words);
	if (d->comment) {
		buf_addc(b, '\n');
		wrap_markdown(b, "> ", slice_str(d->comment));
	}
	buf_release(&words);
}

static void add_head(struct buf *b, const struct export_in *in)
{
	const struct run *r = in->run;
	struct slice commit = part_commit(in), *models;
	struct buf words = BUF_INIT;
	size_t n = run_models(r, &models);

	buf_adds(b, "# ");
	add_text(b, part_title(r));
	buf_adds(b, "\n\n");
	outputs_words(&words, &r->outputs);
	item(b, "AI verdict", &words);
	buf_clear(&words);
	part_review_words(&words, in->review);
	item(b, "Reviewed", &words);
	buf_clear(&words);
	for (size_t i = 0; i < in->review->nblind; i++) {
		const struct standing *blind = &in->review->blind[i];

		buf_clear(&words);
		buf_addf(&words, "%s judged before what the AI said was seen: ", blind->event->reviewer);
		outputs_words(&words, &blind->decision.outputs);
		item(b, "Blind", &words);
	}
	buf_clear(&words);
	buf_addf(b, "- Run: `%.*s`, %s\n", RUN_SHORT, r->id, run_state_name(r->state));
	if (r->error.n) {
		buf_add_slice(&words, r->error);
		item(b, "Error", &words);
	}
	if (r->job.n) {
		buf_adds(b, "- Job: ");
		add_code(b, r->job);
		buf_addc(b, '\n');
	}
	if (r->workflow.n) {
		buf_adds(b, "- Workflow: ");
		add_code(b, r->workflow);
		buf_addc(b, '\n');
	}
	buf_clear(&words);
	for (size_t i = 0; i < n; i++) {
		buf_adds(&words, i ? ", " : "");
		add_code(&words, models[i]);
	}
	if (n)
		item_markdown(b, "Model", &words);
	buf_adds(b, "- Kernel commit: ");
	if (commit.n)
		add_code(b, commit);
	else
		buf_adds(b, "unknown");
	buf_addc(b, '\n');
	if (in->review->effective)
		add_decision(b, &in->review->effective->decision);
	buf_release(&words);
	free(models);
}

/* ---- the race ---- */

enum { FRAMES = 12 }; /* of a stack: the report has all */

/* "pond_get drivers/pond/pond.h:7 [inline]", as the report would have it, without its offset. */
static void add_frame(struct buf *b, const struct frame *f, struct evidence *ev, bool racing)
{
	const struct evidence_file *file = racing && f->line ? evidence_file(ev, f->file) : NULL;
	const struct evidence_line *line = file ? evidence_line(file, f->line) : NULL;

	buf_adds(b, "     ");
	utf8_escape(b, f->function.n ? f->function : SLICE("(no name)"), false);
	if (!f->file.n && f->has_offset)
		buf_addf(b, "+0x%" PRIx64 "/0x%" PRIx64, f->offset, f->length);
	if (f->file.n) {
		buf_addc(b, ' ');
		utf8_escape(b, f->file, false);
		if (f->line)
			buf_addf(b, ":%" PRIu32, f->line);
	}
	buf_adds(b, f->inlined ? " [inline]\n" : "\n");
	if (line && slice_trim(line->text).n) {
		buf_adds(b, "       > ");
		utf8_escape(b, slice_trim(line->text), false);
		buf_addc(b, '\n');
	}
}

static void add_access(struct buf *b, const struct access *a, struct evidence *ev)
{
	size_t site = crash_call_site(a), n = 0, last = site < FRAMES ? FRAMES : site + 1;
	const char *between = " (";
	struct buf words = BUF_INIT;

	buf_adds(&words, access_kind_name(a->kind));
	for (unsigned k = 0; access_mark_name(k); k++)
		if (a->marks & 1u << k) {
			buf_addf(&words, "%s%s", between, access_mark_name(k));
			between = ", ";
		}
	buf_addf(&words, "%s of %" PRIu32 " byte%s by ", a->marks ? ")" : "", a->size, a->size == 1 ? "" : "s");
	if (a->interrupt)
		buf_adds(&words, "an interrupt");
	else
		buf_addf(&words, "task %" PRId32, a->task);
	buf_addf(&words, " on cpu %" PRId32 "%s", a->cpu, a->unknown_origin ? "; the other side is unknown" : "");
	buf_addc(b, '\n');
	buf_adds(&words, a->nframes ? ":" : "; it has no stack.");
	wrap_add(b, (struct slice){0}, (struct slice){0}, buf_slice(&words));
	buf_adds(b, a->nframes ? "\n" : "");
	while (n < a->nframes && n < last && !a->frames[n].interrupted) {
		add_frame(b, &a->frames[n], ev, n == 0 || n == site);
		n++;
	}
	if (n < a->nframes)
		buf_addf(b, "     ... %zu more\n", a->nframes - n);
	buf_release(&words);
}

/* Stacks are indented, as code: it reads the same rendered and not. */
static void add_race(struct buf *b, const struct export_in *in)
{
	const struct crash *c = in->run->crash;
	struct evidence *ev;
	struct buf words = BUF_INIT;

	if (c->naccesses == 0)
		return;
	ev = evidence_new(in->run->traj);
	evidence_update(ev);
	buf_adds(b, "\n## The race\n");
	for (size_t i = 0; i < c->naccesses; i++)
		add_access(b, &c->access[i], ev);
	evidence_free(ev);
	if (c->value_old.n) {
		buf_addf(&words, "value changed: %.*s -> %.*s", (int)c->value_old.n, c->value_old.p, (int)c->value_new.n, c->value_new.p);
		buf_addc(b, '\n');
		add_text(b, buf_slice(&words));
		buf_addc(b, '\n');
	}
	buf_clear(&words);
	if (in->racing.n) {
		add_text(&words, in->racing);
		buf_addc(b, '\n');
		wrap_add(b, (struct slice){0}, (struct slice){0}, buf_slice(&words));
	}
	buf_release(&words);
}

/* ---- places ---- */

/* "In the explanation", "In the thoughts of span 7", "At drivers/pond/pond.c:41". */
static void add_place_words(struct buf *b, const struct place *p)
{
	const char *field = traj_field_name(p->field);

	if (p->kind == PLACE_SOURCE) {
		buf_adds(b, "At ");
		place_words(b, p);
	} else if (p->kind == PLACE_REPORT) {
		buf_adds(b, "In the report");
	} else if (p->seq == 0 && p->member && strcmp(p->member, "Explanation") == 0) {
		buf_adds(b, "In the explanation");
	} else {
		buf_adds(b, "In ");
		if (p->member)
			buf_addf(b, "%s of ", p->member);
		buf_addf(b, "the %c%s of span %" PRIu32, tolower((unsigned char)field[0]), field + 1, p->seq);
	}
}

/* Text with code between backticks; where one of a pair is missing there is no code, and none is shown. */
static void add_spoken(struct buf *b, struct slice text)
{
	size_t ticks = 0, at;
	bool code = false;

	for (size_t i = 0; i < text.n; i++)
		ticks += text.p[i] == '`';
	for (; (at = slice_chr(text, '`', 0)) != SLICE_NONE; text = slice_sub(text, at + 1, text.n), code = !code) {
		if (code && ticks % 2 == 0)
			utf8_escape(b, slice_sub(text, 0, at), false);
		else
			add_text(b, slice_sub(text, 0, at));
		buf_adds(b, ticks % 2 == 0 ? "`" : "");
	}
	add_text(b, text);
}

/* A part of prose, in paragraphs: signs of Markdown of which it may have one half are left out. */
static void add_prose(struct buf *b, struct slice excerpt)
{
	struct buf plain = BUF_INIT, words = BUF_INIT;
	struct slice rest, line;

	for (size_t i = 0; i < excerpt.n; i++) {
		if (i + 1 < excerpt.n && excerpt.p[i] == '*' && excerpt.p[i + 1] == '*')
			i++;
		else
			buf_addc(&plain, excerpt.p[i]);
	}
	for (rest = slice_trim(buf_slice(&plain)); slice_line(&rest, &line);) {
		bool blank = slice_trim(line).n == 0;

		if (!blank) {
			buf_adds(&words, words.n ? " " : "");
			add_spoken(&words, slice_trim(line));
		}
		if (words.n && (blank || !rest.n)) {
			wrap_add(b, SLICE("> "), SLICE("> "), buf_slice(&words));
			buf_adds(b, rest.n ? ">\n" : "");
			buf_clear(&words);
		}
	}
	buf_release(&plain);
	buf_release(&words);
}

static bool is_prose(const struct place *p)
{
	if (p->kind != PLACE_SPAN)
		return false;
	return p->field == FIELD_THOUGHTS || p->field == FIELD_REPLY || p->field == FIELD_ERROR ||
	       (p->member && (strcmp(p->member, "Explanation") == 0 || strcmp(p->member, "Answer") == 0));
}

static void add_places(struct buf *b, const struct place *p, size_t n)
{
	struct buf words = BUF_INIT, text = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		buf_clear(&words);
		buf_clear(&text);
		add_place_words(&words, &p[i]);
		buf_adds(&words, p[i].excerpt ? ":" : ".");
		add_text(&text, buf_slice(&words));
		buf_addc(b, '\n');
		wrap_add(b, (struct slice){0}, (struct slice){0}, buf_slice(&text));
		if (!p[i].excerpt)
			continue;
		buf_addc(b, '\n');
		if (is_prose(&p[i]))
			add_prose(b, slice_str(p[i].excerpt));
		else /* a quote that holds code: nothing in the excerpt is markup */
			add_lines(b, ">     ", slice_str(p[i].excerpt));
	}
	buf_release(&words);
	buf_release(&text);
}

static void add_claim(struct buf *b, const struct marked_claim *m)
{
	struct buf words = BUF_INIT;

	buf_addf(&words, "%s, by %s, ", m->mark == CLAIM_MARK_OPEN ? "not judged" : claim_mark_name(m->mark), m->event->reviewer);
	event_time(&words, m->event);
	buf_addf(&words, "; in the source: %s", claim_state_name(m->check));
	buf_addc(b, '\n');
	heading(b, "### ", &words);
	add_places(b, m->places, m->nplaces);
	buf_release(&words);
}

static void add_note(struct buf *b, const struct annotation *a)
{
	struct buf words = BUF_INIT;

	buf_addf(&words, "%s, ", a->event->reviewer);
	event_time(&words, a->event);
	buf_adds(&words, a->edited ? ", edited" : "");
	buf_addc(b, '\n');
	heading(b, "### ", &words);
	buf_addc(b, '\n');
	wrap_markdown(b, "", slice_str(a->text));
	add_places(b, a->places, a->nplaces);
	buf_release(&words);
}

static void add_history(struct buf *b, const struct events *es)
{
	size_t *order = events_order(es);
	struct buf words = BUF_INIT, line = BUF_INIT;

	buf_adds(b, "\n## History\n\n");
	for (size_t i = 0; i < es->n; i++) {
		const struct event *ev = &es->e[order[i]];

		buf_clear(&words);
		buf_clear(&line);
		event_words(&words, ev);
		event_time(&line, ev);
		buf_addf(&line, " `%.12s` ", ev->hash);
		add_text(&line, slice_str(ev->reviewer));
		buf_adds(&line, ": ");
		add_text(&line, buf_slice(&words));
		wrap_add(b, SLICE("- "), SLICE("  "), buf_slice(&line));
	}
	buf_release(&line);
	buf_release(&words);
	free(order);
}

int export_markdown(const struct export_in *in, export_sink sink, void *arg, struct err *e)
{
	struct buf b = BUF_INIT;
	int rc;

	add_head(&b, in);
	add_race(&b, in);
	if (in->run->explanation.n) {
		buf_adds(&b, "\n## Explanation\n\n");
		wrap_markdown(&b, "", in->run->explanation);
	}
	if (in->review->nannotations)
		buf_adds(&b, "\n## Notes\n");
	for (size_t i = 0; i < in->review->nannotations; i++)
		add_note(&b, &in->review->annotations[i]);
	if (in->review->nclaims)
		buf_adds(&b, "\n## Claims\n");
	for (size_t i = 0; i < in->review->nclaims; i++)
		add_claim(&b, &in->review->claims[i]);
	if (in->events->n)
		add_history(&b, in->events);
	rc = part_flush(&b, sink, arg, e);
	buf_release(&b);
	return rc;
}
