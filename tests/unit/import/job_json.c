#include "tests/unit/import/page.h"

#define RECORD(seq, nesting, type, name, rest) \
	"{\"Started\":\"2026-03-01T10:01:0" #seq ".5Z\",\"Seq\":" #seq ",\"Nesting\":" #nesting ",\"Type\":\"" type \
	"\",\"Name\":\"" name "\",\"Model\":\"\"," rest ",\"Instruction\":\"\",\"Prompt\":\"\",\"Thoughts\":\"\"," \
	"\"InputTokens\":1,\"OutputTokens\":2,\"OutputThoughtsTokens\":3,\"ToolCalls\":null}"
#define FLOW RECORD(0, 0, "flow", "assessment-kcsan", \
	"\"Duration\":90250000000,\"Error\":\"\",\"Args\":\"\",\"Results\":\"map[Benign:true Explanation:It is fine.]\",\"Reply\":\"\"")
#define AGENT RECORD(1, 1, "agent", "expert", \
	"\"Duration\":2000000000,\"Error\":\"\",\"Args\":\"\",\"Results\":\"{\\\"Benign\\\": true}\",\"Reply\":\"It is fine.\"")
#define TOOL RECORD(2, 2, "tool", "read-file", \
	"\"Duration\":1000000000,\"Error\":\"log-in to see details\",\"Args\":\"map[File:pond.c]\",\"Results\":\"null\",\"Reply\":\"\"")
#define OPEN RECORD(3, 2, "llm", "expert", \
	"\"Duration\":0,\"Error\":\"\",\"Args\":\"\",\"Results\":\"\",\"Reply\":\"\"")
#define SPANS "[\n" FLOW ",\n" AGENT ",\n" TOOL ",\n" OPEN "\n]"

#define JOB(id) "{\"ID\":\"" id "\",\"Workflow\":\"assessment-kcsan\",\"Description\":\"KCSAN: data-race in pond_fill / pond_level (2)\"," \
	"\"Created\":\"2026-03-01T10:00:00Z\",\"Started\":\"2026-03-01T10:01:00Z\",\"Finished\":\"0001-01-01T00:00:00Z\"," \
	"\"CodeRevision\":\"0123456789abcdef0123456789abcdef01234567\",\"Error\":\"\",\"Correct\":\"❓\"," \
	"\"Results\":[{\"Name\":\"Benign\",\"IsBool\":true,\"Value\":true},{\"Name\":\"Note\",\"IsBool\":false,\"Value\":\"true\"}]}"
#define ARGS "[{\"Key\":\"KernelCommit\",\"Value\":\"89abcdef0123456789abcdef0123456789abcdef\",\"Large\":false}," \
	"{\"Key\":\"CrashReport\",\"Value\":\"BUG: KCSAN: data-race in pond_fill / pond_level\\n\",\"Large\":true}]"
#define ANSWER "{\"Job\":" JOB(PAGE_ID) ",\n\"Trajectory\":" SPANS ",\n\"Args\":" ARGS "}"

static void a_job_gives_its_fields_and_spans(void **state)
{
	struct run *r = page_take(ANSWER);
	const struct span *s;

	(void)state;
	assert_silent(r);
	assert_string_equal(r->format, "job JSON");
	assert_slice(r->job, PAGE_ID);
	assert_slice(r->workflow, "assessment-kcsan");
	assert_slice(r->title, "KCSAN: data-race in pond_fill / pond_level (2)");
	assert_slice(r->agent_revision, "0123456789abcdef0123456789abcdef01234567");
	assert_slice(r->kernel_commit, "89abcdef0123456789abcdef0123456789abcdef");
	assert_slice(r->report_text, "BUG: KCSAN: data-race in pond_fill / pond_level\n");
	assert_slice(r->explanation, "It is fine.");
	assert_int_equal(r->outputs.n, 1);
	assert_true(r->outputs.o[0].value);
	assert_int_equal(r->unit, WHEN_MICRO);
	assert_int_equal(r->state, RUN_RUNNING);
	assert_int_equal(traj_count(r->traj), 4);
	s = traj_span(r->traj, 0);
	assert_int_equal(s->finished - s->started, 90250000);
	assert_int_equal(s->tokens_thought, 3);
	assert_int_equal(traj_span(r->traj, 2)->flags, SPAN_FINISHED | SPAN_ERROR | SPAN_HIDDEN_ERROR);
	assert_int_equal(traj_span(r->traj, 3)->flags, 0);
	run_free(r);
}

static void texts_are_decoded_and_kept(void **state)
{
	struct run *r = page_take(ANSWER);

	(void)state;
	assert_slice(page_field(r, 0, FIELD_RESULTS), "{\"Benign\":true,\"Explanation\":\"It is fine.\"}");
	assert_slice(page_field(r, 0, FIELD_RESULTS_RAW), "map[Benign:true Explanation:It is fine.]");
	assert_int_equal(traj_decode_of(r->traj, 0, FIELD_RESULTS), DECODE_SCHEMA);
	assert_slice(page_field(r, 1, FIELD_RESULTS), "{\"Benign\": true}");
	assert_int_equal(traj_decode_of(r->traj, 1, FIELD_RESULTS), DECODE_JSON);
	assert_slice(page_field(r, 2, FIELD_RESULTS), "(absent)");
	assert_slice(page_field(r, 2, FIELD_PROMPT), "(absent)");
	assert_slice(page_field(r, 2, FIELD_RECORD), "(absent)");
	run_free(r);
}

static void the_keys_of_an_answer_come_in_any_order(void **state)
{
	struct run *r = page_take("{\"Header\":{\"Job\":{}},\"Args\":" ARGS ",\"Trajectory\":" SPANS ",\"Job\":" JOB(PAGE_ID) "}");

	(void)state;
	assert_slice(r->job, PAGE_ID);
	assert_int_equal(traj_count(r->traj), 4);
	run_free(r);
}

static void a_job_to_be_run_is_pending(void **state)
{
	struct run *r = page_take("{\"ID\":\"x-1\",\"Workflow\":\"assessment-kcsan\",\"Args\":{\"BugTitle\":\"a bug\","
				  "\"CrashReport\":\"BUG: KCSAN: data-race in pond_fill / pond_level\\n\",\"KernelCommit\":\"" PAGE_ID
				  "\"}}");

	(void)state;
	assert_string_equal(r->format, "job export");
	assert_slice(r->job, "x-1");
	assert_slice(r->title, "a bug");
	assert_int_equal(r->state, RUN_PENDING);
	assert_int_equal(traj_count(r->traj), 0);
	assert_true(r->report_text.n > 0);
	run_free(r);
}

static void every_job_of_a_list_is_a_run(void **state)
{
	static const char list[] = "{\"Header\":{},\"Jobs\":[" JOB("a-1") "," JOB("a-2") ",7," JOB("a-3") "],\"Next\":\"\"}";
	static const char *const ids[] = {"a-1", "a-2", "a-3"};
	char seen[3][SHA256_HEX + 1];
	struct err e;

	(void)state;
	for (unsigned m = 0; m < 3; m++) {
		struct run *r = import_member(blob_memory("list", slice_str(list), &e), m, &e);

		assert_non_null(r);
		if (m == 0)
			assert_says(r, DIAG_ERROR, "entry 3 of the list is no job");
		assert_int_equal(r->members, 3);
		assert_int_equal(r->member, m);
		assert_slice(r->job, ids[m]);
		assert_int_equal(r->outputs.n, 1);
		memcpy(seen[m], r->id, sizeof seen[m]);
		run_free(r);
	}
	assert_string_not_equal(seen[0], seen[1]);
	assert_null(import_member(blob_memory("list", slice_str(list), &e), 3, &e));
	assert_non_null(strstr(e.msg, "it holds 3"));
	assert_null(page_import(SLICE("{\"Jobs\":[]}"), &e));
	assert_non_null(strstr(e.msg, "no run in it"));
}

/* A finished job of the list is done, although its spans are elsewhere. */
static void the_state_of_a_job_without_spans_is_that_of_its_times(void **state)
{
	static const struct {
		const char *job;
		enum run_state want;
	} t[] = {
		{"{\"Jobs\":[{\"ID\":\"a\",\"Created\":\"2026-03-01T10:00:00Z\"}]}", RUN_PENDING},
		{"{\"Jobs\":[{\"ID\":\"a\",\"Started\":\"2026-03-01T10:00:00Z\"}]}", RUN_RUNNING},
		{"{\"Jobs\":[{\"ID\":\"a\",\"Started\":\"2026-03-01T10:00:00Z\",\"Finished\":\"2026-03-01T10:01:00Z\"}]}", RUN_DONE},
		{"{\"Jobs\":[{\"ID\":\"a\",\"Finished\":\"2026-03-01T10:01:00Z\",\"Error\":\"no\"}]}", RUN_FAILED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct run *r = page_take(t[i].job);

		assert_int_equal(r->state, t[i].want);
		run_free(r);
	}
}

static void an_answer_cut_at_any_byte_keeps_what_is_whole(void **state)
{
	static const char text[] = ANSWER;
	size_t most = 0, n = strlen(text);

	(void)state;
	for (size_t cut = 0; cut < n; cut++) {
		struct err e = {0};
		struct run *r = page_import((struct slice){text, cut}, &e);

		if (!r) {
			assert_int_equal(e.cls, ERR_INPUT);
			continue;
		}
		assert_true(traj_count(r->traj) >= most);
		most = traj_count(r->traj);
		if (most) {
			assert_true(r->diags.n > 0);
			assert_int_equal(r->state, RUN_RUNNING);
		}
		run_free(r);
	}
	assert_int_equal(most, 4);
}

static void what_is_odd_is_named_and_the_rest_kept(void **state)
{
	static const struct {
		const char *text, *words;
		size_t spans;
	} t[] = {
		{"{\"Job\":" JOB("a") ",\"Trajectory\":[" FLOW ",{\"Seq\":tru},{\"Seq\":1,\"Type\":\"agent\",\"Nesting\":1}]}", "not JSON", 2},
		{"{\"Job\":{\"ID\":x},\"Trajectory\":[" FLOW "]}", "Job: it is not JSON", 1},
		{"{\"Job\":" JOB("a") ",\"Trajectory\":[" FLOW ",{\"Seq\":1,\"Type\":\"llm\",\"Nesting\":1,\"Duration\":-5}]}", "Duration", 2},
		{"{\"Job\":" JOB("a") ",\"Trajectory\":[" FLOW ",{\"Seq\":1,\"Type\":7}]}", "Type is not a string", 1},
		{"{\"Job\":" JOB("a") ",\"Trajectory\":[" FLOW "}", "array of spans is broken", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct run *r = page_take(t[i].text);
		bool said = false;

		assert_int_equal(traj_count(r->traj), t[i].spans);
		for (size_t k = 0; k < r->diags.n; k++)
			said = said || strstr(r->diags.d[k].text, t[i].words);
		if (!said)
			fail_msg("case %zu: nothing says '%s'", i, t[i].words);
		run_free(r);
	}
}

static void nesting_without_end_is_refused_quickly(void **state)
{
	enum { DEEP = 1 << 20 };
	struct buf b = BUF_INIT;
	struct err e;
	struct run *r;

	(void)state;
	buf_adds(&b, "{\"Job\":{\"ID\":\"a\"},\"Trajectory\":[{\"Seq\":0,\"Args\":");
	buf_pad(&b, '[', DEEP);
	buf_pad(&b, ']', DEEP);
	buf_adds(&b, "}]}");
	r = page_import(buf_slice(&b), &e);
	assert_non_null(r);
	assert_says(r, DIAG_ERROR, "nested more than 1000 deep");
	run_free(r);
	buf_release(&b);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_job_gives_its_fields_and_spans),
	cmocka_unit_test(texts_are_decoded_and_kept),
	cmocka_unit_test(the_keys_of_an_answer_come_in_any_order),
	cmocka_unit_test(a_job_to_be_run_is_pending),
	cmocka_unit_test(every_job_of_a_list_is_a_run),
	cmocka_unit_test(the_state_of_a_job_without_spans_is_that_of_its_times),
	cmocka_unit_test(an_answer_cut_at_any_byte_keeps_what_is_whole),
	cmocka_unit_test(what_is_odd_is_named_and_the_rest_kept),
	cmocka_unit_test(nesting_without_end_is_refused_quickly),
};

TEST_MAIN()
