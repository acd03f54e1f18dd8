#include "app/offer.h"

#include <stdlib.h>
#include <string.h>

#include "app/decide.h"
#include "base/mem.h"

void offer_release(struct offer *o)
{
	free(o->reviewer);
	buf_release(&o->words);
	decision_release(&o->decision);
	*o = (struct offer){0};
}

/* What is looked for, and what was found so far. */
struct lookup {
	struct app *app;
	char report[SHA256_HEX + 1], instruction[SHA256_HEX + 1];
	struct offer *best;
	bool own; /* the best one is the reviewer's own */
	struct outputs *said; /* the outputs of each decision; owned */
	size_t nsaid, cap;
	struct err *e;
	bool failed;
};

/* Was the decision made on something else than `hash`?  A decision without one was made on none. */
static bool differs(const struct event *ev, const char *key, const char *hash)
{
	struct slice was = payload_member(ev->payload, true, key);

	if (was.n < 2 || *was.p != '"')
		return *hash != '\0';
	return !slice_is(slice_sub(was, 1, was.n - 1), hash);
}

static void consider(struct lookup *f, const struct run_row *row, const struct standing *st)
{
	bool own = strcmp(st->event->reviewer, app_reviewer(f->app)) == 0;
	struct offer *o = f->best;

	f->said = mem_grow(f->said, &f->cap, f->nsaid + 1, sizeof *f->said);
	f->said[f->nsaid] = (struct outputs){0};
	outputs_copy(&f->said[f->nsaid++], &st->decision.outputs);
	if (o->run[0] && (f->own != own ? f->own : o->time >= st->event->time))
		return;
	offer_release(o);
	f->own = own;
	memcpy(o->run, row->id, sizeof o->run);
	o->reviewer = xstrdup(st->event->reviewer);
	event_words(&o->words, st->event);
	decision_copy(&o->decision, &st->decision);
	o->time = st->event->time;
	o->report_differs = differs(st->event, "report", f->report);
	o->instruction_differs = differs(st->event, "instruction", f->instruction);
}

static int look(void *arg, const struct run_row *row)
{
	struct lookup *f = arg;
	struct events events = {0};
	struct review *rv;

	if (store_events(f->app->store, row->id, &events, f->e) < 0) {
		f->failed = true;
		return 1;
	}
	rv = review_fold(&events, NULL);
	for (size_t i = 0; i < rv->nstanding; i++)
		if (!rv->standing[i].superseded && rv->standing[i].decision.kind != DECIDE_DEFER)
			consider(f, row, &rv->standing[i]);
	review_free(rv);
	events_release(&events);
	return 0;
}

int offer_find(struct app *a, struct run *r, struct offer *o, struct err *e)
{
	struct lookup f = {.app = a, .best = o, .e = e};
	int rc;

	offer_release(o);
	if (!a->store || r->job.n == 0)
		return 0;
	decide_hashes(r, f.report, f.instruction);
	rc = store_decided(a->store, r->job, r->id, look, &f, e);
	for (size_t i = 0; i < f.nsaid; i++) {
		o->contrary += !outputs_equal(&f.said[i], &o->decision.outputs);
		outputs_release(&f.said[i]);
	}
	free(f.said);
	if (rc < 0 || f.failed) {
		offer_release(o);
		return -1;
	}
	return o->run[0] != '\0';
}

void offer_words(struct buf *b, const struct offer *o)
{
	const char *between = " (";

	buf_adds(b, "decided on another recording");
	if (o->report_differs) {
		buf_addf(b, "%sreport differs", between);
		between = ", ";
	}
	if (o->instruction_differs) {
		buf_addf(b, "%sinstruction differs", between);
		between = ", ";
	}
	if (o->contrary) {
		buf_addf(b, "%s%u more with another outcome", between, o->contrary);
		between = ", ";
	}
	buf_addf(b, "%s: ", *between == ',' ? ")" : "");
	buf_add_slice(b, buf_slice(&o->words));
	buf_addf(b, "; by %s", o->reviewer);
}

void offer_decision(const struct offer *o, const struct run *r, struct decision *d)
{
	decision_copy(d, &o->decision);
	d->kind = !decide_has_verdict(r) ? DECIDE_JUDGE
		: outputs_equal(&d->outputs, &r->outputs) ? DECIDE_APPROVE : DECIDE_OVERRIDE;
	while (d->kind != DECIDE_OVERRIDE && d->nreasons) /* they are reasons for an override */
		decision_drop_reason(d, d->reasons[d->nreasons - 1]);
}
