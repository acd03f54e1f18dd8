/* Review events made by hand for tests: chained and sealed as a store would. */
#ifndef TESTS_EVENTS_H
#define TESTS_EVENTS_H

#include <string.h>

#include "base/mem.h"
#include "model/review.h"

#define TEST_RUN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* The newest event of a writer, or NULL. */
static inline const struct event *events_last(const struct events *es, const char *reviewer, const char *store)
{
	const struct event *last = NULL;

	for (size_t i = 0; i < es->n; i++)
		if (strcmp(es->e[i].reviewer, reviewer) == 0 && strcmp(es->e[i].store, store) == 0 &&
		    (!last || es->e[i].time > last->time))
			last = &es->e[i];
	return last;
}

/* Add an event; its hash, which stays valid until the next one, is returned. */
static inline const char *events_put(struct events *es, const char *reviewer, const char *store, const char *kind,
				     int64_t time, const struct buf *payload)
{
	const struct event *last = events_last(es, reviewer, store);
	struct event ev = {
		.run = xstrdup(TEST_RUN), .reviewer = xstrdup(reviewer), .store = xstrdup(store), .kind = xstrdup(kind),
		.via = xstrdup("command"), .payload = xstrdup(buf_str(payload)), .time = time,
	};

	if (last)
		memcpy(ev.prev, last->hash, sizeof ev.prev);
	event_seal(&ev);
	es->e = mem_grow(es->e, &es->cap, es->n + 1, sizeof *es->e);
	es->e[es->n] = ev;
	return es->e[es->n++].hash;
}

/* A decision on one output, Benign; `sees` may be NULL. */
static inline const char *events_decide(struct events *es, const char *reviewer, int64_t time, enum decision_kind kind,
					bool benign, const char *sees)
{
	struct decided_on on = {.recording = "r", .report = "", .sees = &sees, .nsees = sees != NULL};
	struct decision d = {.kind = kind};
	struct buf b = BUF_INIT;
	const char *hash;

	if (kind != DECIDE_DEFER)
		outputs_set(&d.outputs, SLICE("Benign"), benign);
	payload_decide(&b, &d, &on);
	hash = events_put(es, reviewer, "store", "decide", time, &b);
	buf_release(&b);
	decision_release(&d);
	return hash;
}

/* undo, redo, remove (`text` NULL), or edit. */
static inline const char *events_target(struct events *es, const char *reviewer, int64_t time, const char *kind,
					const char *target, const char *text)
{
	struct buf b = BUF_INIT;
	const char *hash;

	if (text)
		payload_edit(&b, target, slice_str(text));
	else
		payload_target(&b, target);
	hash = events_put(es, reviewer, "store", kind, time, &b);
	buf_release(&b);
	return hash;
}

static inline const char *events_note(struct events *es, const char *reviewer, int64_t time, const struct place *places,
				      size_t n, const char *text)
{
	struct buf b = BUF_INIT;
	const char *hash;

	payload_annotate(&b, places, n, slice_str(text));
	hash = events_put(es, reviewer, "store", "annotate", time, &b);
	buf_release(&b);
	return hash;
}

#endif
