#include "tests/test.h"

#include "base/buf.h"
#include "model/run.h"
#include "tests/words.h"

/* One span of a run and its texts. */
struct row {
	uint16_t nesting;
	enum span_type type;
	const char *name, *model;
	bool open, error;
	const char *error_text, *results, *instruction, *prompt, *reply;
};

static const struct row *rows; /* of the run being tested, by seq */

static void fill(struct body *b, enum traj_field f, const char *text)
{
	if (text)
		b->field[f] = slice_str(text);
}

static int load(void *ctx, const struct span *s, struct body *b, struct err *e)
{
	const struct row *r = &rows[s->seq];

	(void)ctx;
	(void)e;
	fill(b, FIELD_ERROR, r->error_text);
	fill(b, FIELD_RESULTS, r->results);
	fill(b, FIELD_INSTRUCTION, r->instruction);
	fill(b, FIELD_PROMPT, r->prompt);
	fill(b, FIELD_REPLY, r->reply);
	return 0;
}

static const struct traj_source source = {.load = load};

/* A run of these spans, up to the first without a name; not completed. */
static struct run *make(const struct row *r)
{
	struct run *run = run_new();

	rows = r;
	run->traj = traj_new(&source, NULL);
	for (uint32_t i = 0; r[i].name; i++)
		traj_put(run->traj, &(struct span_put){
			.seq = i, .nesting = r[i].nesting, .type = r[i].type, .name = slice_str(r[i].name),
			.model = slice_str(r[i].model), .started = 1000 + i, .finished = r[i].open ? WHEN_NONE : 2000 + i,
			.error = r[i].error || r[i].error_text});
	return run;
}

#define EXPLAINED "{\"Benign\":true,\"Confident\":false,\"Explanation\":\"it\\nis\"}"
#define SPAN(depth, kind, ...) {.nesting = depth, .type = SPAN_##kind, .name = __VA_ARGS__}
#define FLOW SPAN(0, FLOW, "flow", .results = EXPLAINED)
#define END {.name = NULL}

static void is_completed_from_its_flow(void **state)
{
	static const struct row spans[] = {
		FLOW, SPAN(1, AGENT, "a", .prompt = "Look:\n\nBUG: x\nmore\n\n", .results = "{\"Benign\":false}", .reply = "no"), END,
	};
	struct run *r = make(spans);
	struct buf words = BUF_INIT;

	(void)state;
	run_complete(r);
	outputs_words(&words, &r->outputs);
	assert_string_equal(buf_str(&words), "benign, not confident");
	assert_slice(r->workflow, "flow");
	assert_slice(r->explanation, "it\nis");
	assert_slice(r->report_text, "BUG: x\nmore\n");
	assert_int_equal(r->state, RUN_DONE);
	assert_int_equal(r->started, 1000);
	assert_int_equal(r->finished, 2000);
	assert_true(r->created == WHEN_NONE);
	buf_release(&words);
	run_free(r);
}

static void keeps_what_the_importer_found(void **state)
{
	static const struct row spans[] = {
		FLOW, SPAN(1, AGENT, "a", .prompt = "BUG: x\n"), END,
	};
	struct run *r = make(spans);

	(void)state;
	r->workflow = SLICE("w");
	r->explanation = SLICE("e");
	r->report_text = SLICE("report");
	r->started = 5;
	r->finished = 6;
	outputs_set(&r->outputs, SLICE("Benign"), false);
	run_complete(r);
	assert_slice(r->workflow, "w");
	assert_slice(r->explanation, "e");
	assert_slice(r->report_text, "report");
	assert_int_equal(r->started, 5);
	assert_int_equal(r->finished, 6);
	assert_int_equal(r->outputs.n, 1);
	assert_false(r->outputs.o[0].value);
	run_free(r);
}

/* Only agents of the flow itself speak for the run: not those that a tool or an agent started. */
static void asks_the_last_agent_where_the_flow_is_silent(void **state)
{
	static const struct row spans[] = {
		SPAN(0, FLOW, "flow", .open = true),
		SPAN(1, AGENT, "first", .results = "{\"Benign\":true}", .reply = "one"),
		SPAN(1, AGENT, "second", .results = "{\"Benign\":false}", .reply = "two", .prompt = "==\nBUG: y"),
		SPAN(2, TOOL, "codeexpert"),
		SPAN(3, AGENT, "codeexpert", .results = "{\"Found\":true}", .reply = "three", .prompt = "BUG: z"),
		SPAN(2, AGENT, "judge", .results = "{\"Stop\":true}", .reply = "four"),
		SPAN(1, AGENT, "third", .results = "{\"Plan\":\"x\"}", .reply = ""),
		END,
	};
	struct run *r = make(spans);

	(void)state;
	run_complete(r);
	assert_int_equal(r->outputs.n, 1);
	assert_string_equal(r->outputs.o[0].name, "Benign");
	assert_false(r->outputs.o[0].value);
	assert_slice(r->explanation, "two");
	assert_slice(r->report_text, "BUG: y");
	assert_int_equal(r->state, RUN_RUNNING);
	run_free(r);
}

static void tells_its_state(void **state)
{
	static const struct row none[] = {END}, done[] = {FLOW, SPAN(1, ACTION, "a"), END},
		failed[] = {SPAN(0, FLOW, "f", .error_text = "why"), SPAN(1, ACTION, "a", .open = true), END},
		hidden[] = {SPAN(0, FLOW, "f", .error_text = "log-in to see details"), END},
		child_failed[] = {FLOW, SPAN(1, ACTION, "a", .error = true), END},
		running[] = {SPAN(0, FLOW, "f", .open = true), END}, child_open[] = {FLOW, SPAN(1, LLM, "a", .open = true), END},
		no_flow[] = {SPAN(1, AGENT, "a"), SPAN(2, LLM, "a"), END},
		no_flow_failed[] = {SPAN(1, AGENT, "a"), SPAN(2, LLM, "a", .error = true), SPAN(1, AGENT, "b", .error = true), END},
		no_flow_open[] = {SPAN(1, AGENT, "a", .error = true), SPAN(2, LLM, "a", .open = true), END};
	static const struct {
		const struct row *spans;
		bool cut, started;
		const char *error;
		enum run_state want;
	} cases[] = {
		{none, .want = RUN_PENDING}, {none, .started = true, .want = RUN_RUNNING},
		{none, .started = true, .error = "Aborted", .want = RUN_FAILED}, {done, .want = RUN_DONE},
		{done, .cut = true, .want = RUN_RUNNING}, {done, .error = "job failed", .want = RUN_FAILED},
		{failed, .want = RUN_FAILED}, {failed, .cut = true, .want = RUN_FAILED}, {hidden, .want = RUN_FAILED},
		{child_failed, .want = RUN_DONE}, {running, .want = RUN_RUNNING}, {child_open, .want = RUN_RUNNING},
		{no_flow, .want = RUN_DONE}, {no_flow_failed, .want = RUN_FAILED}, {no_flow_open, .want = RUN_RUNNING},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct run *r = make(cases[i].spans);

		r->cut = cases[i].cut;
		r->started = cases[i].started ? 1 : WHEN_NONE;
		r->error = slice_str(cases[i].error);
		run_complete(r);
		if (r->state != cases[i].want)
			fail_msg("case %zu: %s", i, run_state_name(r->state));
		assert_int_equal(r->error_hidden, cases[i].spans == hidden);
		run_free(r);
	}
	assert_string_equal(run_state_name(RUN_PENDING), "pending");
	assert_string_equal(run_state_name(RUN_RUNNING), "running");
	assert_string_equal(run_state_name(RUN_FAILED), "failed");
	assert_string_equal(run_state_name(RUN_DONE), "done");
}

static void finds_the_report_in_a_prompt(void **state)
{
#define RULER "==================="
	static const struct {
		const char *prompt, *report;
	} cases[] = {
		{"", ""},
		{"no report here\n", ""},
		{"Intro\n\n" RULER "\nBUG: a\nb\n" RULER "\n\n", RULER "\nBUG: a\nb\n" RULER "\n"},
		{"Title\n" RULER "\n\nBUG: a\nb", "BUG: a\nb"},
		{"x\n[  1.234567][ T12] " RULER "\n[  1.2][ T12] BUG: a\nb\n\n\n",
		 "[  1.234567][ T12] " RULER "\n[  1.2][ T12] BUG: a\nb\n"},
		{"DEBUG: x\nBUG: first\nBUG: second", "BUG: first\nBUG: second"},
		{"[x BUG: a\n", ""},
		{"BUG:", "BUG:"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_slice(run_report_in(slice_str(cases[i].prompt)), cases[i].report);
}

static void names_the_models_that_answered(void **state)
{
	static const struct row answered[] = {
		FLOW, SPAN(1, AGENT, "a", .model = "category"), SPAN(2, LLM, "a", .model = "m1"), SPAN(2, LLM, "a", .model = ""),
		SPAN(2, LLM, "a", .model = "m2"), SPAN(2, LLM, "a", .model = "m1"),
		SPAN(2, LLM, "a", .model = "category", .open = true), END,
	}, silent[] = {FLOW, SPAN(1, AGENT, "a", .model = "category"), SPAN(2, LLM, "a", .model = "x", .open = true), END};
	struct run *r = make(answered);
	struct slice *names;

	(void)state;
	assert_int_equal(run_models(r, &names), 2);
	assert_slice(names[0], "m1");
	assert_slice(names[1], "m2");
	free(names);
	run_free(r);
	r = make(silent);
	assert_int_equal(run_models(r, &names), 1);
	assert_slice(names[0], "category");
	free(names);
	run_free(r);
}

static void finds_the_first_instruction(void **state)
{
	static const struct row with[] = {
		FLOW, SPAN(1, AGENT, "a"), SPAN(1, AGENT, "b", .instruction = "judge"), SPAN(1, AGENT, "c", .instruction = "x"), END,
	}, without[] = {FLOW, END};
	struct run *r = make(with);
	struct slice s;

	(void)state;
	assert_int_equal(run_instruction(r, &s), 1);
	assert_slice(s, "judge");
	run_free(r);
	r = make(without);
	assert_int_equal(run_instruction(r, &s), 0);
	assert_null(s.p);
	run_free(r);
}

static void gives_each_member_of_a_recording_its_own_id(void **state)
{
	struct run *r = run_new();
	struct sha256 *h = sha256_new();
	char want[SHA256_HEX + 1], first[SHA256_HEX + 1];

	(void)state;
	sha256_add(h, "bytes", 5);
	run_identify(r, h, 0);
	sha256_of(SLICE("bytes"), want);
	assert_string_equal(r->recording, want);
	sha256_of(SLICE("bytes\0" "0"), want);
	assert_string_equal(r->id, want);
	strcpy(first, r->id);
	run_identify(r, h, 12);
	sha256_of(SLICE("bytes\0" "12"), want);
	assert_string_equal(r->id, want);
	assert_string_not_equal(r->id, first);
	assert_int_equal(r->member, 12);
	sha256_free(h);
	run_free(r);
	run_free(NULL);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(is_completed_from_its_flow),
	cmocka_unit_test(keeps_what_the_importer_found),
	cmocka_unit_test(asks_the_last_agent_where_the_flow_is_silent),
	cmocka_unit_test(tells_its_state),
	cmocka_unit_test(finds_the_report_in_a_prompt),
	cmocka_unit_test(names_the_models_that_answered),
	cmocka_unit_test(finds_the_first_instruction),
	cmocka_unit_test(gives_each_member_of_a_recording_its_own_id),
};

TEST_MAIN_WORDS()
