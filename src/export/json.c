#include "export/parts.h"

/* The reviewed verdict, verdict.review/1: documented in verdict-formats(7), checked by verdict.review.1.schema.json. */

#include <stdlib.h>

static void put_hash(struct json_w *w, const char *key, bool there, struct slice text)
{
	char hash[SHA256_HEX + 1] = "";

	if (there)
		sha256_of(text, hash);
	json_kcstr(w, key, hash);
}

static void put_run(struct json_w *w, const struct export_in *in)
{
	const struct run *r = in->run;

	json_key(w, "run");
	json_open(w, '{');
	json_kcstr(w, "id", r->id);
	json_kcstr(w, "recording", r->recording);
	json_kint(w, "member", r->member);
	json_kcstr(w, "format", r->format);
	json_kstr(w, "job", r->job);
	json_kstr(w, "workflow", r->workflow);
	json_kstr(w, "title", r->title);
	json_kcstr(w, "state", run_state_name(r->state));
	part_time(w, "created", r->created, r->unit);
	part_time(w, "started", r->started, r->unit);
	part_time(w, "finished", r->finished, r->unit);
	json_kstr(w, "kernel_commit", part_commit(in));
	json_kstr(w, "agent_revision", r->agent_revision);
	json_close(w, '}');
}

/* The parts of `report --json` that identify a report. */
static void put_report(struct json_w *w, const struct run *r)
{
	struct slice raw = {0};
	struct buf b = BUF_INIT;

	export_report_json(&b, r->crash);
	json_check(buf_slice(&b), &raw, NULL, NULL);
	json_key(w, "report");
	json_open(w, '{');
	json_kstr(w, "title", r->crash->title);
	json_kcstr(w, "kind", crash_kind_name(r->crash->kind));
	put_hash(w, "hash", r->report_text.n > 0, r->report_text);
	json_key(w, "functions");
	part_copy(w, json_member(raw, "functions"));
	json_key(w, "accesses");
	part_copy(w, json_member(raw, "accesses"));
	json_close(w, '}');
	buf_release(&b);
}

/* What was said to the agent beside its prompt and the answers of tools, and what the reviewer did meanwhile. */
static void put_asides(struct json_w *w, const struct asides *as)
{
	json_key(w, "interventions");
	json_open(w, '[');
	for (size_t i = 0; i < as->n; i++) {
		json_open(w, '{');
		json_kint(w, "span", as->a[i].seq);
		json_kcstr(w, "kind", aside_kind_name(as->a[i].kind));
		json_kstr(w, "text", as->a[i].text);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void put_ai(struct json_w *w, struct run *r)
{
	struct traj_totals totals = traj_totals(r->traj);
	struct slice instruction;
	int has = run_instruction(r, &instruction);

	json_key(w, "ai");
	json_open(w, '{');
	part_outputs(w, "outputs", &r->outputs);
	json_kstr(w, "explanation", r->explanation);
	part_models(w, r);
	part_tokens(w, &totals);
	put_hash(w, "instruction", has > 0, instruction);
	put_asides(w, &r->asides);
	json_close(w, '}');
	traj_release_bodies(r->traj);
}

/* A string member of what a decision was made on, or null. */
static void put_on(struct json_w *w, const char *payload, const char *key)
{
	struct slice raw = payload_member(payload, true, key);

	json_key(w, key);
	if (json_type(raw) == JSON_STRING)
		part_copy(w, raw);
	else
		json_null(w);
}

static void put_decision(struct json_w *w, const struct standing *s)
{
	const struct decision *d = &s->decision;

	json_open(w, '{');
	json_kcstr(w, "state", review_state_name(review_state_for(d->kind)));
	json_kcstr(w, "kind", decision_kind_name(d->kind));
	part_outputs(w, "outputs", &d->outputs);
	json_kcstr(w, "argument", argument_name(d->argument));
	json_kcstr(w, "remedy", remedy_name(d->remedy));
	json_kcstr(w, "confidence", confidence_name(d->confidence));
	part_reasons(w, d);
	json_kcstr(w, "comment", d->comment);
	json_kcstr(w, "until", d->until[0] ? d->until : NULL);
	json_kbool(w, "blind", d->blind);
	json_kcstr(w, "reviewer", s->event->reviewer);
	part_event_time(w, "decided", s->event);
	json_key(w, "on");
	json_open(w, '{');
	put_on(w, s->event->payload, "recording");
	put_on(w, s->event->payload, "report");
	put_on(w, s->event->payload, "instruction");
	json_close(w, '}');
	json_close(w, '}');
}

static void put_review(struct json_w *w, const struct review *r)
{
	json_key(w, "decision");
	if (r->effective)
		put_decision(w, r->effective);
	else
		json_null(w);
	json_key(w, "conflict");
	json_open(w, '[');
	for (size_t i = 0; i < r->nstanding; i++)
		if (standing_in_conflict(r, &r->standing[i]))
			put_decision(w, &r->standing[i]);
	json_close(w, ']');
	json_key(w, "blind");
	json_open(w, '[');
	for (size_t i = 0; i < r->nblind; i++)
		put_decision(w, &r->blind[i]);
	json_close(w, ']');
	part_annotations(w, r);
}

static void put_event(struct json_w *w, const struct event *ev)
{
	struct slice payload;

	json_open(w, '{');
	json_kcstr(w, "hash", ev->hash);
	json_kcstr(w, "prev", ev->prev);
	part_event_time(w, "time", ev);
	json_kcstr(w, "reviewer", ev->reviewer);
	json_kcstr(w, "store", ev->store);
	json_kcstr(w, "via", ev->via);
	json_kcstr(w, "kind", ev->kind);
	json_key(w, "payload");
	if (json_check(slice_str(ev->payload), &payload, NULL, NULL) == 0)
		part_copy(w, payload);
	else
		json_null(w); /* only in a store that somebody tampered with */
	json_close(w, '}');
}

static void put_history(struct json_w *w, const struct events *es)
{
	size_t *order = events_order(es);

	json_key(w, "history");
	json_open(w, '[');
	for (size_t i = 0; i < es->n; i++)
		put_event(w, &es->e[order[i]]);
	json_close(w, ']');
	free(order);
}

int export_review_json(const struct export_in *in, export_sink sink, void *arg, struct err *e)
{
	struct buf b = BUF_INIT;
	struct json_w w;
	int rc;

	json_w_init(&w, &b, true);
	json_open(&w, '{');
	json_kcstr(&w, "schema", "verdict.review/1");
	put_run(&w, in);
	json_kstr(&w, "case", in->run->job);
	put_report(&w, in->run);
	put_ai(&w, in->run);
	put_review(&w, in->review);
	part_claims(&w, in->review);
	part_evidence(&w, in->run);
	put_history(&w, in->events);
	json_close(&w, '}');
	buf_addc(&b, '\n');
	rc = part_flush(&b, sink, arg, e);
	buf_release(&b);
	return rc;
}
