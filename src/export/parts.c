#include "export/parts.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- JSON ---- */

static void copy(struct json_w *w, struct arena *a, struct slice raw)
{
	enum json_type type = json_type(raw);
	struct json_iter it;

	if (type == JSON_STRING) {
		json_str(w, json_string(a, raw));
		return;
	}
	if (type != JSON_OBJECT && type != JSON_ARRAY) {
		json_raw(w, raw);
		return;
	}
	json_open(w, type == JSON_OBJECT ? '{' : '[');
	for (it = json_iter(raw); json_next(&it);) {
		if (it.object)
			json_key_slice(w, json_string(a, it.key));
		copy(w, a, it.value);
	}
	json_close(w, type == JSON_OBJECT ? '}' : ']');
}

void part_copy(struct json_w *w, struct slice raw)
{
	struct arena *a = arena_new();

	copy(w, a, raw);
	arena_free(a);
}

void part_time(struct json_w *w, const char *key, int64_t us, enum when_unit unit)
{
	struct buf b = BUF_INIT;

	if (us != WHEN_NONE)
		when_add(&b, us, unit);
	json_kstr(w, key, buf_slice(&b));
	buf_release(&b);
}

void part_event_time(struct json_w *w, const char *key, const struct event *ev)
{
	struct buf b = BUF_INIT;

	event_time(&b, ev);
	json_kstr(w, key, buf_slice(&b));
	buf_release(&b);
}

void part_outputs(struct json_w *w, const char *key, const struct outputs *os)
{
	json_key(w, key);
	if (os->n == 0) {
		json_null(w);
		return;
	}
	json_open(w, '{');
	for (size_t i = 0; i < os->n; i++)
		json_kbool(w, os->o[i].name, os->o[i].value);
	json_close(w, '}');
}

void part_tokens(struct json_w *w, const struct traj_totals *t)
{
	json_key(w, "tokens");
	json_open(w, '{');
	json_key(w, "input");
	json_uint(w, t->tokens_in);
	json_key(w, "output");
	json_uint(w, t->tokens_out);
	json_key(w, "thoughts");
	json_uint(w, t->tokens_thought);
	json_close(w, '}');
}

void part_models(struct json_w *w, const struct run *r)
{
	struct slice *names;
	size_t n = run_models(r, &names);

	json_key(w, "models");
	json_open(w, '[');
	for (size_t i = 0; i < n; i++)
		json_str(w, names[i]);
	json_close(w, ']');
	free(names);
}

void part_reasons(struct json_w *w, const struct decision *d)
{
	json_key(w, "reasons");
	json_open(w, '[');
	for (size_t i = 0; d && i < d->nreasons; i++)
		json_cstr(w, d->reasons[i]);
	json_close(w, ']');
}

void part_annotations(struct json_w *w, const struct review *r)
{
	json_key(w, "annotations");
	json_open(w, '[');
	for (size_t i = 0; i < r->nannotations; i++) {
		const struct annotation *a = &r->annotations[i];

		json_open(w, '{');
		json_kcstr(w, "id", a->event->hash);
		json_kcstr(w, "reviewer", a->event->reviewer);
		part_event_time(w, "time", a->event);
		json_kcstr(w, "text", a->text);
		json_key(w, "places");
		json_open(w, '[');
		for (size_t k = 0; k < a->nplaces; k++)
			payload_place(w, &a->places[k]);
		json_close(w, ']');
		json_close(w, '}');
	}
	json_close(w, ']');
}

void part_claims(struct json_w *w, const struct review *r)
{
	json_key(w, "claims");
	json_open(w, '[');
	for (size_t i = 0; i < r->nclaims; i++) {
		const struct marked_claim *m = &r->claims[i];

		json_open(w, '{');
		json_kcstr(w, "id", m->event->hash);
		json_kcstr(w, "reviewer", m->event->reviewer);
		part_event_time(w, "time", m->event);
		json_kcstr(w, "check", claim_state_name(m->check));
		json_kcstr(w, "mark", m->mark == CLAIM_MARK_OPEN ? NULL : claim_mark_name(m->mark));
		json_key(w, "places");
		json_open(w, '[');
		for (size_t k = 0; k < m->nplaces; k++)
			payload_place(w, &m->places[k]);
		json_close(w, ']');
		json_close(w, '}');
	}
	json_close(w, ']');
}

/* ---- text ---- */

struct slice part_title(const struct run *r)
{
	if (r->title.n)
		return r->title;
	return r->crash->title.n ? r->crash->title : SLICE("run without a title");
}

struct slice part_commit(const struct export_in *in)
{
	const struct run *r = in->run;

	if (in->commit.n)
		return in->commit;
	return r->kernel_commit.n ? r->kernel_commit : crash_release_commit(r->crash);
}

static void conflict_words(struct buf *b, const struct review *r)
{
	const char *between = ": ";

	for (size_t i = 0; i < r->nstanding; i++) {
		const struct standing *s = &r->standing[i];

		if (!standing_in_conflict(r, s))
			continue;
		buf_addf(b, "%s%s says ", between, s->event->reviewer);
		outputs_words(b, &s->decision.outputs);
		between = ", ";
	}
}

void part_review_words(struct buf *b, const struct review *r)
{
	buf_adds(b, review_state_name(r->state));
	if (r->state == REVIEW_CONFLICT)
		conflict_words(b, r);
	if (!r->effective)
		return;
	if (r->effective->decision.outputs.n) {
		buf_adds(b, ": ");
		outputs_words(b, &r->effective->decision.outputs);
	}
	buf_addf(b, "; by %s, ", r->effective->event->reviewer);
	event_time(b, r->effective->event);
}

void part_diag(struct buf *b, const struct diag *d)
{
	if (d->line)
		buf_addf(b, "line %" PRIu64 ": ", d->line);
	buf_adds(b, d->text);
}

/* ---- sinks ---- */

int part_flush(struct buf *b, export_sink sink, void *arg, struct err *e)
{
	int rc = 0;

	if (b->over)
		rc = err_set(e, ERR_INPUT, "cannot export: one piece is larger than %zu bytes", b->max ? b->max : BUF_MAX);
	else if (b->n && sink(arg, buf_slice(b)) != 0)
		rc = err_set(e, ERR_NO, "cannot export: the output cannot be written");
	buf_clear(b);
	return rc;
}
