/* Stored events: each line is "KIND PAYLOAD"; read alone, then folded into a review. */
#include "base/mem.h"
#include "model/event.h"
#include "model/payload.h"
#include "model/review.h"
#include "tests/fuzz/fuzz.h"

enum { EVENTS = 64 };

static void read_payload(const char *payload)
{
	char target[SHA256_HEX + 1], *text;
	struct place *places;
	struct decision d = {0};
	struct buf b = BUF_INIT;
	size_t n;

	if (payload_decision(slice_str(payload), &d, NULL) == 0) {
		payload_decide(&b, &d, &(struct decided_on){0});
		fuzz_must_be_json(buf_slice(&b));
		decision_release(&d);
	}
	if (payload_read_text(payload, &text))
		free(text);
	payload_read_target(payload, target);
	if (payload_read_places(payload, &places, &n)) {
		for (size_t i = 0; i < n; i++) {
			place_words(&b, &places[i]);
			place_release(&places[i]);
		}
		free(places);
	}
	fuzz_touch(payload_member(payload, true, "recording"));
	buf_release(&b);
}

/* Events of two writers, one a line, a second apart. */
static void add(struct events *es, struct slice line)
{
	size_t at = slice_chr(line, ' ', 0);
	struct event *ev;

	es->e = mem_grow(es->e, &es->cap, es->n + 1, sizeof *es->e);
	ev = &es->e[es->n];
	*ev = (struct event){.run = xstrdup("r"), .reviewer = xstrdup(es->n & 1 ? "a" : "b"), .store = xstrdup("s"),
			     .via = xstrdup("screen"), .time = (int64_t)es->n * 1000000};
	ev->kind = xstrndup(line.p, at == SLICE_NONE ? line.n : at);
	ev->payload = at == SLICE_NONE ? xstrdup("{}") : xstrndup(line.p + at + 1, line.n - at - 1);
	if (es->n >= 2)
		memcpy(ev->prev, es->e[es->n - 2].hash, sizeof ev->prev);
	event_seal(ev);
	es->n++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct events es = {0};
	struct slice rest = fuzz_slice(data, size), line;
	struct buf b = BUF_INIT;
	struct review *r;

	while (es.n < EVENTS && slice_line(&rest, &line))
		add(&es, line);
	for (size_t i = 0; i < es.n; i++) {
		read_payload(es.e[i].payload);
		event_words(&b, &es.e[i]);
	}
	events_verify(&es, NULL);
	r = review_fold(&es, "a");
	MUST(r->state < REVIEW_STATES);
	review_free(r);
	buf_release(&b);
	events_release(&es);
	return 0;
}
