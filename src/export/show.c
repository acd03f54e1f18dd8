#include "export/parts.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/utf8.h"

/* ---- JSON ---- */

static void put_warnings(struct json_w *w, const struct diags *ds)
{
	struct buf b = BUF_INIT;

	json_key(w, "warnings");
	json_open(w, '[');
	for (size_t i = 0; i < ds->n; i++) {
		if (ds->d[i].level == DIAG_NOTE)
			continue;
		buf_clear(&b);
		part_diag(&b, &ds->d[i]);
		json_str(w, buf_slice(&b));
	}
	if (ds->dropped) {
		buf_clear(&b);
		buf_addf(&b, "%zu more messages", ds->dropped);
		json_str(w, buf_slice(&b));
	}
	json_close(w, ']');
	buf_release(&b);
}

static void put_review(struct json_w *w, const struct review *r)
{
	static const struct outputs no_outputs;
	const struct standing *s = r->effective;
	const struct decision *d = s ? &s->decision : NULL;

	json_key(w, "review");
	json_open(w, '{');
	json_kcstr(w, "state", review_state_name(r->state));
	part_outputs(w, "outputs", d ? &d->outputs : &no_outputs);
	json_kcstr(w, "argument", d ? argument_name(d->argument) : NULL);
	json_kcstr(w, "remedy", d ? remedy_name(d->remedy) : NULL);
	json_kcstr(w, "reviewer", s ? s->event->reviewer : NULL);
	if (s)
		part_event_time(w, "decided", s->event);
	else
		json_kcstr(w, "decided", NULL);
	part_reasons(w, d);
	json_kcstr(w, "comment", d ? d->comment : NULL);
	part_annotations(w, r);
	json_kcstr(w, "confidence", d ? confidence_name(d->confidence) : NULL);
	json_kcstr(w, "until", d && d->until[0] ? d->until : NULL);
	json_close(w, '}');
}

void export_show_json(struct buf *b, const struct export_in *in)
{
	const struct run *r = in->run;
	struct traj_totals totals = traj_totals(r->traj);
	struct json_w w;

	json_w_init(&w, b, true);
	json_open(&w, '{');
	json_kcstr(&w, "id", r->id);
	json_kstr(&w, "job", r->job);
	json_kstr(&w, "workflow", r->workflow);
	json_kstr(&w, "title", r->title.n ? r->title : r->crash->title);
	json_kcstr(&w, "state", run_state_name(r->state));
	part_outputs(&w, "outputs", &r->outputs);
	json_kstr(&w, "explanation", r->explanation);
	json_kint(&w, "spans", (int64_t)totals.spans);
	json_kint(&w, "llm_calls", (int64_t)totals.llm_calls);
	json_kint(&w, "tool_calls", (int64_t)totals.tool_calls);
	part_tokens(&w, &totals);
	part_models(&w, r);
	json_kstr(&w, "kernel_commit", part_commit(in));
	part_time(&w, "started", r->started, r->unit);
	part_time(&w, "finished", r->finished, r->unit);
	put_warnings(&w, &r->diags);
	put_review(&w, in->review);
	json_kcstr(&w, "format", r->format);
	json_kcstr(&w, "recording", r->recording);
	json_kint(&w, "member", r->member);
	json_close(&w, '}');
	buf_addc(b, '\n');
}

/* ---- text ---- */

static void label(struct buf *b, const char *name)
{
	buf_addf(b, "%-13s", name);
}

static void line(struct buf *b, const char *name, struct slice value)
{
	label(b, name);
	utf8_escape(b, value, false);
	buf_addc(b, '\n');
}

/* A line whose value `words` holds, which is cleared. */
static void line_of(struct buf *b, const char *name, struct buf *words)
{
	line(b, name, buf_slice(words));
	buf_clear(words);
}

/* A text of several lines, every line behind `indent`. */
static void block(struct buf *b, const char *indent, struct slice text)
{
	struct slice rest = slice_rtrim(text), part;

	while (slice_line(&rest, &part)) {
		if (part.n)
			buf_adds(b, indent);
		utf8_escape(b, part, true);
		buf_addc(b, '\n');
	}
}

static void heading(struct buf *b, const char *name)
{
	buf_addf(b, "\n%s\n\n", name);
}

static void review_lines(struct buf *b, const struct review *r)
{
	const struct decision *d = r->effective ? &r->effective->decision : NULL;
	struct buf words = BUF_INIT;

	part_review_words(&words, r);
	line_of(b, "review", &words);
	if (!d) {
		buf_release(&words);
		return;
	}
	if (d->until[0])
		line(b, "until", slice_str(d->until));
	if (d->argument != ARGUMENT_NONE)
		line(b, "argument", slice_str(argument_name(d->argument)));
	if (d->remedy != REMEDY_UNSET)
		line(b, "remedy", slice_str(remedy_name(d->remedy)));
	if (d->confidence != CONFIDENCE_UNSET)
		line(b, "confidence", slice_str(confidence_name(d->confidence)));
	for (size_t i = 0; i < d->nreasons; i++)
		buf_addf(&words, "%s%s", i ? ", " : "", d->reasons[i]);
	if (words.n)
		line_of(b, "reasons", &words);
	if (d->comment) {
		buf_adds(b, "comment\n");
		block(b, "  ", slice_str(d->comment));
	}
	buf_release(&words);
}

static void time_line(struct buf *b, const char *name, int64_t us, const struct run *r)
{
	struct buf words = BUF_INIT;

	if (us == WHEN_NONE)
		buf_adds(&words, "unknown");
	else
		when_add(&words, us, r->unit);
	line_of(b, name, &words);
	buf_release(&words);
}

static void count_lines(struct buf *b, const struct run *r)
{
	struct traj_totals t = traj_totals(r->traj);
	struct buf words = BUF_INIT;
	struct slice *models;
	size_t n = run_models(r, &models);

	buf_addf(&words, "%zu, %zu llm calls, %zu tool calls", t.spans, t.llm_calls, t.tool_calls);
	if (t.errors)
		buf_addf(&words, ", %zu with errors", t.errors);
	if (t.unfinished)
		buf_addf(&words, ", %zu unfinished", t.unfinished);
	line_of(b, "spans", &words);
	buf_addf(&words, "%" PRIu64 " in, %" PRIu64 " out, %" PRIu64 " thoughts", t.tokens_in, t.tokens_out,
		 t.tokens_thought);
	line_of(b, "tokens", &words);
	for (size_t i = 0; i < n; i++) {
		buf_adds(&words, i ? ", " : "");
		buf_add_slice(&words, models[i]);
	}
	line(b, "models", n ? buf_slice(&words) : SLICE("unknown"));
	buf_release(&words);
	free(models);
}

/* Of a run that was recorded here: whom its agent asked, and what it goes on from. */
static void origin_lines(struct buf *b, const struct run *r)
{
	struct buf words = BUF_INIT;

	if (r->provider.n) {
		buf_add_slice(&words, r->provider);
		buf_adds(&words, ", ");
		buf_add_slice(&words, r->model);
		line_of(b, "asked", &words);
	}
	if (r->parent.n) {
		buf_add_slice(&words, slice_sub(r->parent, 0, RUN_SHORT));
		buf_addf(&words, " at span %" PRIu32, r->parent_seq);
		line_of(b, "fork of", &words);
	}
	buf_release(&words);
}

static void warning_lines(struct buf *b, const struct run *r)
{
	size_t n = diags_count(&r->diags, DIAG_WARNING);
	struct buf words = BUF_INIT;

	if (n == 0)
		return;
	buf_addf(&words, "%zu", n);
	line_of(b, "warnings", &words);
	for (size_t i = 0; i < r->diags.n; i++) {
		if (r->diags.d[i].level == DIAG_NOTE)
			continue;
		part_diag(&words, &r->diags.d[i]);
		buf_adds(b, "  ");
		utf8_escape(b, buf_slice(&words), false);
		buf_addc(b, '\n');
		buf_clear(&words);
	}
	buf_release(&words);
}

static void summary(struct buf *b, const struct export_in *in)
{
	const struct run *r = in->run;
	struct slice commit = part_commit(in);
	struct buf words = BUF_INIT;

	utf8_escape(b, part_title(r), false);
	buf_adds(b, "\n\n");
	buf_addf(&words, "%.*s, %s", RUN_SHORT, r->id, run_state_words(r->state));
	if (r->format[0])
		buf_addf(&words, ", %s", r->format);
	line_of(b, "run", &words);
	if (r->job.n)
		line(b, "job", r->job);
	if (r->workflow.n)
		line(b, "workflow", r->workflow);
	outputs_words(&words, &r->outputs);
	line_of(b, "AI verdict", &words);
	review_lines(b, in->review);
	if (in->elsewhere.n)
		line(b, "elsewhere", in->elsewhere);
	if (in->review->nannotations) {
		buf_addf(&words, "%zu", in->review->nannotations);
		line_of(b, "notes", &words);
	}
	count_lines(b, r);
	origin_lines(b, r);
	time_line(b, "started", r->started, r);
	time_line(b, "finished", r->finished, r);
	line(b, "commit", commit.n ? commit : SLICE("unknown"));
	if (r->error.n) {
		buf_adds(b, "error\n");
		block(b, "  ", r->error);
	}
	warning_lines(b, r);
	if (r->explanation.n) {
		heading(b, "Explanation");
		block(b, "", r->explanation);
	}
	buf_release(&words);
}

/* ---- all of it ---- */

static void span_head(struct buf *b, const struct run *r, size_t i)
{
	const struct span *s = traj_span(r->traj, i);

	buf_addf(b, "\n%" PRIu32 "/%u ", s->seq, (unsigned)s->nesting);
	utf8_escape(b, traj_type_word(r->traj, i), false);
	buf_addc(b, ' ');
	utf8_escape(b, traj_name(r->traj, i), false);
	if (s->model) {
		buf_adds(b, "  ");
		utf8_escape(b, traj_string(r->traj, s->model), false);
	}
	if (s->started != WHEN_NONE) {
		buf_adds(b, "  ");
		when_add(b, s->started, r->unit);
	}
	if (s->started != WHEN_NONE && s->finished != WHEN_NONE) {
		buf_adds(b, "  ");
		when_add_duration(b, s->finished - s->started, r->unit);
	}
	if (!(s->flags & SPAN_FINISHED))
		buf_adds(b, "  unfinished");
	if (s->tokens_in || s->tokens_out || s->tokens_thought)
		buf_addf(b, "  tokens %" PRIu32 " in, %" PRIu32 " out, %" PRIu32 " thoughts", s->tokens_in, s->tokens_out,
			 s->tokens_thought);
	buf_addc(b, '\n');
}

/* One span with its texts; JSON as it is written, and what could not be decoded as the source had it. */
static int span_text(struct buf *b, const struct run *r, size_t i, struct err *e)
{
	span_head(b, r, i);
	for (size_t k = 0; (k = asides_find(&r->asides, traj_span(r->traj, i)->seq, k)) != SIZE_MAX; k++) {
		buf_addf(b, "  %s:\n", aside_kind_name(r->asides.a[k].kind));
		block(b, "    ", r->asides.a[k].text);
	}
	for (int f = FIELD_ERROR; f < FIELD_RECORD; f++) {
		struct slice s;
		int got;

		if (f == FIELD_ARGS_RAW || f == FIELD_RESULTS_RAW)
			continue;
		got = traj_field(r->traj, i, (enum traj_field)f, &s, e);
		if (got == 0 && f == FIELD_ARGS)
			got = traj_field(r->traj, i, FIELD_ARGS_RAW, &s, e);
		if (got == 0 && f == FIELD_RESULTS)
			got = traj_field(r->traj, i, FIELD_RESULTS_RAW, &s, e);
		if (got < 0)
			return -1;
		if (got == 0 || s.n == 0)
			continue;
		buf_addf(b, "  %s:\n", traj_field_name((enum traj_field)f));
		block(b, "    ", s);
	}
	return 0;
}

static void note_text(struct buf *b, const struct annotation *a)
{
	struct buf words = BUF_INIT;

	event_time(&words, a->event);
	buf_addf(&words, "  %s%s", a->event->reviewer, a->edited ? ", edited" : "");
	utf8_escape(b, buf_slice(&words), false);
	buf_addc(b, '\n');
	block(b, "  ", slice_str(a->text));
	for (size_t i = 0; i < a->nplaces; i++) {
		buf_clear(&words);
		place_words(&words, &a->places[i]);
		buf_adds(b, "  at ");
		utf8_escape(b, buf_slice(&words), false);
		buf_addc(b, '\n');
		block(b, "    | ", slice_str(a->places[i].excerpt));
	}
	buf_release(&words);
}

static void history(struct buf *b, const struct events *es)
{
	struct buf words = BUF_INIT;
	size_t *order = events_order(es);

	heading(b, "History");
	for (size_t i = 0; i < es->n; i++) {
		const struct event *ev = &es->e[order[i]];

		event_time(&words, ev);
		buf_addf(&words, "  %.12s  %s  ", ev->hash, ev->reviewer);
		event_words(&words, ev);
		utf8_escape(b, buf_slice(&words), false);
		buf_addc(b, '\n');
		buf_clear(&words);
	}
	buf_release(&words);
	free(order);
}

static int spans(struct buf *b, const struct run *r, export_sink sink, void *arg, struct err *e)
{
	size_t n = traj_count(r->traj);
	int rc = 0;

	heading(b, "Spans");
	buf_cut(b, b->n - 1); /* every span begins with an empty line of its own */
	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = span_text(b, r, i, e);
		traj_release_bodies(r->traj);
		if (rc == 0)
			rc = part_flush(b, sink, arg, e);
	}
	return rc;
}

int export_show_text(const struct export_in *in, bool full, export_sink sink, void *arg, struct err *e)
{
	struct buf b = BUF_INIT;
	int rc = 0;

	summary(&b, in);
	if (full && in->run->report_text.n) {
		heading(&b, "Report");
		block(&b, "", in->run->report_text);
	}
	if (full && traj_count(in->run->traj))
		rc = spans(&b, in->run, sink, arg, e);
	if (rc == 0 && full && in->review->nannotations) {
		heading(&b, "Notes");
		for (size_t i = 0; i < in->review->nannotations; i++)
			note_text(&b, &in->review->annotations[i]);
	}
	if (rc == 0 && full && in->events->n)
		history(&b, in->events);
	if (rc == 0)
		rc = part_flush(&b, sink, arg, e);
	buf_release(&b);
	return rc;
}
