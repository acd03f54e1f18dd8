/* A small finished run with every kind of text in it, made in memory, for tests of what is written from a run. */
#ifndef TESTS_RUN_H
#define TESTS_RUN_H

#include <string.h>

#include "base/json.h"
#include "model/run.h"
#include "report/report.h"

#define TEST_REPORT \
	"==================================================================\n" \
	"BUG: KCSAN: data-race in pond_fill / pond_level\n" \
	"\n" \
	"write to 0xffff888100000040 of 4 bytes by task 101 on cpu 0:\n" \
	" pond_fill+0x10/0x40 drivers/pond/pond.c:41\n" \
	" worker+0x20/0x80 drivers/pond/work.c:12\n" \
	"\n" \
	"read to 0xffff888100000040 of 4 bytes by task 102 on cpu 1:\n" \
	" pond_get drivers/pond/pond.h:7 [inline]\n" \
	" pond_level+0x11/0x30 drivers/pond/pond.c:77\n" \
	"\n" \
	"value changed: 0x00000001 -> 0x00000002\n" \
	"\n" \
	"Reported by Kernel Concurrency Sanitizer on:\n" \
	"CPU: 1 UID: 0 PID: 102 Comm: fish Not tainted 6.9.0-g0123456789ab #1\n" \
	"==================================================================\n"

/* Hostile on purpose: an escape sequence, a right-to-left override, markup. */
#define TEST_EXPLANATION "The level is only a *hint*.\x1b[31m red\nCaf\xc3\xa9 \xe2\x80\xae txet | `code`\n"

/* Texts of the spans by seq; p NULL where absent. */
struct test_body {
	const char *field[FIELD_N];
	enum traj_decode args, results;
};

static const struct test_body test_bodies[] = {
	{.field = {[FIELD_RESULTS] = "{\"Benign\":true,\"Explanation\":\"x\"}"}, .results = DECODE_JSON},
	{.field = {[FIELD_INSTRUCTION] = "judge \x1b]0;title\x07", [FIELD_PROMPT] = "\nreport:\n", [FIELD_REPLY] = "so"}},
	{.field = {[FIELD_THOUGHTS] = "thinking \"hard\"\n"}},
	{.field = {[FIELD_ARGS] = "{}", [FIELD_RESULTS_RAW] = "map[Output:a b]"}, .args = DECODE_SCHEMA,
	 .results = DECODE_RAW},
	{.field = {[FIELD_ERROR] = "no such file", [FIELD_RECORD] = "{\"Seq\": 4,\t\"odd\": 1e3}"}},
};

static inline int test_load(void *ctx, const struct span *s, struct body *b, struct err *e)
{
	const struct test_body *from = &test_bodies[s->seq];

	(void)ctx;
	(void)e;
	for (int f = 0; f < FIELD_N; f++)
		if (from->field[f])
			b->field[f] = arena_slice(b->arena, slice_str(from->field[f]));
	b->args = from->args;
	b->results = from->results;
	return 0;
}

static inline void test_run_spans(struct traj *t)
{
	static const struct span_put puts[] = {
		{.seq = 0, .type = SPAN_FLOW, .name = {"assessment-kcsan", 16}},
		{.seq = 1, .nesting = 1, .type = SPAN_AGENT, .name = {"expert", 6}, .model = {"model-x", 7}},
		{.seq = 2, .nesting = 2, .type = SPAN_LLM, .name = {"expert", 6}, .model = {"model-x", 7}, .tokens_in = 100,
		 .tokens_out = 20, .tokens_thought = 3},
		{.seq = 3, .nesting = 2, .type = SPAN_TOOL, .name = {"grepper", 7}},
		{.seq = 4, .nesting = 2, .type = SPAN_TOOL, .name = {"read-file", 9}, .error = true},
	};

	for (size_t i = 0; i < sizeof puts / sizeof *puts; i++) {
		struct span_put p = puts[i];

		p.started = (1767225600 + (int64_t)i) * 1000000;
		p.finished = p.started + 90 * 1000000;
		if (i == 3) { /* the source tells no time, but that it ended */
			p.started = p.finished = WHEN_NONE;
			p.closed = true;
		}
		traj_put(t, &p);
	}
}

/* Free with run_free(). */
static inline struct run *test_run_new(void)
{
	static const struct traj_source source = {.load = test_load};
	struct run *r = run_new();
	struct sha256 *h = sha256_new();

	sha256_add(h, "recording", 9);
	run_identify(r, h, 0);
	sha256_free(h);
	r->format = "span JSON";
	r->job = SLICE("0f0f-1234");
	r->title = SLICE("KCSAN: data-race in pond_fill / pond_level");
	r->explanation = SLICE(TEST_EXPLANATION);
	r->report_text = SLICE(TEST_REPORT);
	r->created = INT64_C(1767225600000000) - 1;
	r->traj = traj_new(&source, NULL);
	test_run_spans(r->traj);
	r->crash = report_parse(r->report_text);
	diags_add(&r->diags, DIAG_WARNING, 12, 0, "odd \x1b[1m line");
	diags_add(&r->diags, DIAG_NOTE, 13, 0, "only a note");
	run_complete(r);
	return r;
}

#endif
