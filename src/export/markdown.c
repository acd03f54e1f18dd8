#include "export/parts.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* One line of text as text: nothing in it is markup. */
static void add_text(struct buf *b, struct slice s)
{
	struct buf seen = BUF_INIT;

	utf8_escape(&seen, s, false);
	for (size_t i = 0; i < seen.n; i++) {
		char c = seen.p[i];
		bool inside = i > 0 && i + 1 < seen.n && isalnum((unsigned char)seen.p[i - 1]) &&
			      isalnum((unsigned char)seen.p[i + 1]);

		/* an underscore within a word never is markup, and names of functions stay readable */
		if (c && strchr("\\`*[]<>|~&!#", c))
			buf_addc(b, '\\');
		else if (c == '_' && !inside)
			buf_addc(b, '\\');
		buf_addc(b, c);
	}
	buf_release(&seen);
}

/* A code span: its fence is longer than any in the text, and in a table a bar is escaped even there. */
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
	for (size_t i = 0; i < seen.n; i++) {
		if (seen.p[i] == '|')
			buf_addc(b, '\\');
		buf_addc(b, seen.p[i]);
	}
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

static void item(struct buf *b, const char *name, const struct buf *value)
{
	buf_addf(b, "- %s: ", name);
	add_text(b, buf_slice(value));
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
		add_lines(b, "> ", slice_str(d->comment));
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
	item(b, "Review", &words);
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
	for (size_t i = 0; i < n; i++) {
		buf_adds(b, i ? ", " : "- Model: ");
		add_code(b, models[i]);
	}
	buf_adds(b, n ? "\n- Kernel commit: " : "- Kernel commit: ");
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

static void add_frame(struct buf *b, const struct frame *f)
{
	add_code(b, f->function.n ? f->function : SLICE("?"));
	buf_adds(b, " | ");
	if (f->file.n) {
		struct buf place = BUF_INIT;

		buf_add_slice(&place, f->file);
		if (f->line)
			buf_addf(&place, ":%" PRIu32, f->line);
		add_code(b, buf_slice(&place));
		buf_release(&place);
	}
}

static void add_accesses(struct buf *b, const struct crash *c)
{
	if (c->naccesses == 0)
		return;
	buf_adds(b, "\n## Racing accesses\n\n| Access | Bytes | By | Function | Place |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < c->naccesses; i++) {
		const struct access *a = &c->access[i];
		size_t site = crash_call_site(a);

		buf_addf(b, "| %s", access_kind_name(a->kind));
		for (unsigned k = 0; access_mark_name(k); k++)
			if (a->marks & 1u << k)
				buf_addf(b, ", %s", access_mark_name(k));
		buf_addf(b, " | %" PRIu32 " | ", a->size);
		if (a->interrupt)
			buf_adds(b, "interrupt");
		else
			buf_addf(b, "task %" PRId32, a->task);
		buf_addf(b, ", cpu %" PRId32 " | ", a->cpu);
		if (a->nframes)
			add_frame(b, &a->frames[0]);
		else
			buf_adds(b, "unknown | ");
		buf_adds(b, " |\n");
		if (site > 0 && site < a->nframes) {
			buf_adds(b, "| called from | | | ");
			add_frame(b, &a->frames[site]);
			buf_adds(b, " |\n");
		}
	}
}

static void add_places(struct buf *b, const struct place *p, size_t n)
{
	struct buf words = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		buf_clear(&words);
		place_words(&words, &p[i]);
		buf_adds(b, "\nAt ");
		add_code(b, buf_slice(&words));
		buf_adds(b, p[i].excerpt ? ":\n\n" : "\n");
		/* a quote that holds code: nothing in the excerpt is markup */
		add_lines(b, ">     ", slice_str(p[i].excerpt));
	}
	buf_release(&words);
}

static void add_claim(struct buf *b, const struct marked_claim *m)
{
	struct buf words = BUF_INIT;

	buf_addf(&words, "%s, by %s, ", m->mark == CLAIM_MARK_OPEN ? "not judged" : claim_mark_name(m->mark), m->event->reviewer);
	event_time(&words, m->event);
	buf_addf(&words, "; in the source: %s", claim_state_name(m->check));
	buf_adds(b, "\n### ");
	add_text(b, buf_slice(&words));
	buf_adds(b, "\n");
	add_places(b, m->places, m->nplaces);
	buf_release(&words);
}

static void add_note(struct buf *b, const struct annotation *a)
{
	struct buf words = BUF_INIT;

	buf_addf(&words, "%s, ", a->event->reviewer);
	event_time(&words, a->event);
	buf_adds(&words, a->edited ? ", edited" : "");
	buf_adds(b, "\n### ");
	add_text(b, buf_slice(&words));
	buf_adds(b, "\n\n");
	add_lines(b, "", slice_str(a->text));
	add_places(b, a->places, a->nplaces);
	buf_release(&words);
}

static void add_history(struct buf *b, const struct events *es)
{
	size_t *order = events_order(es);
	struct buf words = BUF_INIT;

	buf_adds(b, "\n## History\n\n");
	for (size_t i = 0; i < es->n; i++) {
		const struct event *ev = &es->e[order[i]];

		buf_adds(b, "- ");
		event_time(b, ev);
		buf_addf(b, " `%.12s` ", ev->hash);
		add_text(b, slice_str(ev->reviewer));
		buf_adds(b, ": ");
		event_words(&words, ev);
		add_text(b, buf_slice(&words));
		buf_addc(b, '\n');
		buf_clear(&words);
	}
	buf_release(&words);
	free(order);
}

int export_markdown(const struct export_in *in, export_sink sink, void *arg, struct err *e)
{
	struct buf b = BUF_INIT;
	int rc;

	add_head(&b, in);
	add_accesses(&b, in->run->crash);
	if (in->run->explanation.n) {
		buf_adds(&b, "\n## Explanation\n\n");
		add_lines(&b, "", in->run->explanation);
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
