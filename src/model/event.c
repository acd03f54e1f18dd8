#include "model/event.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/when.h"
#include "model/claim_mark.h"
#include "model/payload.h"

static const char *const kinds[] = {
	[EVENT_DECIDE] = "decide", [EVENT_UNDO] = "undo", [EVENT_REDO] = "redo", [EVENT_ANNOTATE] = "annotate",
	[EVENT_EDIT] = "edit", [EVENT_REMOVE] = "remove", [EVENT_REVEAL] = "reveal", [EVENT_MARK_CLAIM] = "mark-claim",
	[EVENT_OTHER] = "other",
};

const char *event_kind_name(enum event_kind k)
{
	return kinds[k];
}

enum event_kind event_kind_of(const char *word)
{
	int k = 0;

	while (k < EVENT_OTHER && strcmp(word, kinds[k]) != 0)
		k++;
	return (enum event_kind)k;
}

const char *event_via_name(enum event_via v)
{
	static const char *const names[] = {
		[VIA_SCREEN] = "screen", [VIA_LINEAR] = "linear", [VIA_COMMAND] = "command",
	};

	return names[v];
}

void event_release(struct event *ev)
{
	free(ev->run);
	free(ev->reviewer);
	free(ev->store);
	free(ev->kind);
	free(ev->via);
	free(ev->payload);
	memset(ev, 0, sizeof *ev);
}

void events_release(struct events *es)
{
	for (size_t i = 0; i < es->n; i++)
		event_release(&es->e[i]);
	free(es->e);
	*es = (struct events){0};
}

void event_time(struct buf *b, const struct event *ev)
{
	when_add(b, ev->time, WHEN_MICRO);
}

void event_canonical(struct buf *b, const struct event *ev)
{
	struct buf time = BUF_INIT;
	struct json_w w;

	event_time(&time, ev);
	json_w_init(&w, b, false);
	w.ascii = true;
	json_open(&w, '{');
	json_key(&w, "kind");
	json_str(&w, slice_str(ev->kind));
	json_key(&w, "payload");
	json_raw(&w, slice_str(ev->payload));
	json_kcstr(&w, "prev", ev->prev);
	json_key(&w, "reviewer");
	json_str(&w, slice_str(ev->reviewer));
	json_key(&w, "run");
	json_str(&w, slice_str(ev->run));
	json_key(&w, "store");
	json_str(&w, slice_str(ev->store));
	json_key(&w, "time");
	json_str(&w, buf_slice(&time));
	json_key(&w, "via");
	json_str(&w, slice_str(ev->via));
	json_close(&w, '}');
	buf_release(&time);
}

static void hash_of(const struct event *ev, char hash[SHA256_HEX + 1])
{
	struct buf b = BUF_INIT;

	event_canonical(&b, ev);
	sha256_of(buf_slice(&b), hash);
	buf_release(&b);
}

void event_seal(struct event *ev)
{
	hash_of(ev, ev->hash);
}

/* ---- order and chains ---- */

static int by_time(const struct event *a, const struct event *b)
{
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return strcmp(a->hash, b->hash);
}

static int compare_times(const void *a, const void *b)
{
	const struct event *const *x = a, *const *y = b;

	return by_time(*x, *y);
}

static int by_writer(const struct event *a, const struct event *b)
{
	int c = strcmp(a->run, b->run);

	c = c ? c : strcmp(a->reviewer, b->reviewer);
	return c ? c : strcmp(a->store, b->store);
}

static int compare_writers(const void *a, const void *b)
{
	const struct event *const *x = a, *const *y = b;
	int c = by_writer(*x, *y);

	return c ? c : by_time(*x, *y);
}

/* Pointers to all events, sorted; freed by the caller. */
static const struct event **sorted(const struct events *es, int (*compare)(const void *, const void *))
{
	const struct event **p = xmalloc(es->n * sizeof *p);

	for (size_t i = 0; i < es->n; i++)
		p[i] = &es->e[i];
	if (es->n)
		qsort(p, es->n, sizeof *p, compare);
	return p;
}

size_t *events_order(const struct events *es)
{
	const struct event **p;
	size_t *order;

	if (es->n == 0)
		return NULL;
	p = sorted(es, compare_times);
	order = xmalloc(es->n * sizeof *order);
	for (size_t i = 0; i < es->n; i++)
		order[i] = (size_t)(p[i] - es->e);
	free(p);
	return order;
}

/* What is wrong with an event that follows `before` (NULL: the writer's first), or NULL. */
static const char *flaw(const struct event *ev, const struct event *before)
{
	char hash[SHA256_HEX + 1];

	hash_of(ev, hash);
	if (strcmp(hash, ev->hash) != 0)
		return "its content does not have its hash";
	if (!before)
		return ev->prev[0] ? "the event before it is missing" : NULL;
	if (strcmp(ev->prev, before->hash) != 0)
		return "it does not follow the event before it";
	return ev->time > before->time ? NULL : "it is not later than the event before it";
}

int events_verify(const struct events *es, struct err *e)
{
	const struct event **p = sorted(es, compare_writers);
	const struct event *bad = NULL;
	const char *why = NULL;
	struct buf time = BUF_INIT;

	for (size_t i = 0; i < es->n; i++) {
		const char *what = flaw(p[i], i && by_writer(p[i - 1], p[i]) == 0 ? p[i - 1] : NULL);

		if (what && (!bad || by_time(p[i], bad) < 0)) {
			bad = p[i];
			why = what;
		}
	}
	free(p);
	if (!bad)
		return 0;
	event_time(&time, bad);
	err_set(e, ERR_STORE, "cannot trust the events of run %.12s: event %.12s of '%s' at %s: %s", bad->run, bad->hash,
		bad->reviewer, buf_str(&time), why);
	buf_release(&time);
	return -1;
}

/* ---- words ---- */

enum { WORDS_COMMENT = 60 }; /* cells of a comment or note in a line for people */

static void add_quote(struct buf *b, const char *text)
{
	buf_adds(b, "\"");
	utf8_fit(b, slice_str(text), WORDS_COMMENT);
	buf_adds(b, "\"");
}

static void decide_words(struct buf *b, const struct event *ev)
{
	struct decision d = {0};

	if (payload_decision(slice_str(ev->payload), &d, NULL) < 0) {
		buf_adds(b, "decide");
		return;
	}
	buf_adds(b, decision_kind_name(d.kind));
	if (d.outputs.n) {
		buf_adds(b, ": ");
		outputs_words(b, &d.outputs);
	}
	if (d.until[0])
		buf_addf(b, " until %s", d.until);
	if (d.argument != ARGUMENT_NONE)
		buf_addf(b, "; argument %s", argument_name(d.argument));
	if (d.remedy != REMEDY_UNSET)
		buf_addf(b, "; remedy %s", remedy_name(d.remedy));
	if (d.confidence != CONFIDENCE_UNSET)
		buf_addf(b, "; confidence %s", confidence_name(d.confidence));
	for (size_t i = 0; i < d.nreasons; i++)
		buf_addf(b, "%s%s", i ? ", " : "; ", d.reasons[i]);
	if (d.comment) {
		buf_adds(b, "; ");
		add_quote(b, d.comment);
	}
	decision_release(&d);
}

static void annotate_words(struct buf *b, const struct event *ev)
{
	struct place *places;
	size_t n;
	char *text;

	buf_adds(b, "note");
	if (payload_read_places(ev->payload, &places, &n)) {
		for (size_t i = 0; i < n; i++) {
			buf_adds(b, i ? ", " : " on ");
			place_words(b, &places[i]);
			place_release(&places[i]);
		}
		free(places);
	}
	if (payload_read_text(ev->payload, &text)) {
		buf_adds(b, ": ");
		add_quote(b, text);
		free(text);
	}
}

static void mark_words(struct buf *b, const struct event *ev)
{
	struct marked_claim m;

	buf_adds(b, "claim");
	if (!claim_mark_read(ev->payload, &m))
		return;
	buf_addf(b, " %s on ", claim_mark_name(m.mark));
	places_words(b, m.places, m.nplaces);
	if (m.places[0].excerpt) {
		buf_adds(b, ": ");
		add_quote(b, m.places[0].excerpt);
	}
	marked_claim_release(&m);
}

static void target_words(struct buf *b, const struct event *ev, const char *what)
{
	char target[SHA256_HEX + 1], *text;

	buf_adds(b, what);
	if (payload_read_target(ev->payload, target))
		buf_addf(b, " %.12s", target);
	if (payload_read_text(ev->payload, &text)) {
		buf_adds(b, ": ");
		add_quote(b, text);
		free(text);
	}
}

void event_words(struct buf *b, const struct event *ev)
{
	enum event_kind k = event_kind_of(ev->kind);

	switch (k) {
	case EVENT_DECIDE:
		decide_words(b, ev);
		break;
	case EVENT_ANNOTATE:
		annotate_words(b, ev);
		break;
	case EVENT_MARK_CLAIM:
		mark_words(b, ev);
		break;
	case EVENT_EDIT:
		target_words(b, ev, "edit note");
		break;
	case EVENT_REMOVE:
		target_words(b, ev, "remove note");
		break;
	case EVENT_REVEAL:
		buf_adds(b, "reveal: what the AI said was shown");
		break;
	case EVENT_UNDO:
	case EVENT_REDO:
		target_words(b, ev, event_kind_name(k));
		break;
	default:
		buf_adds(b, ev->kind);
		break;
	}
}
