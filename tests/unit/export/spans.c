#include "tests/test.h"

#include "export/export.h"
#include "tests/run.h"

static int take(void *arg, struct slice piece)
{
	return buf_add_slice(arg, piece);
}

static int count(void *arg, struct slice piece)
{
	(void)piece;
	++*(int *)arg;
	return 0;
}

static void write_spans(struct run *r, export_sink sink, void *arg)
{
	struct events none = {0};
	struct review *review = review_fold(&none, NULL);
	struct export_in in = {.run = r, .events = &none, .review = review};

	assert_int_equal(exporter_find("spans")->write(&in, sink, arg, NULL), 0);
	review_free(review);
}

static void records_are_built_or_copied_in_order_of_seq(void **state)
{
	static const char want[] =
		"[\n"
		"{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"assessment-kcsan\",\"Started\":\"2026-01-01T00:00:00Z\","
		"\"Finished\":\"2026-01-01T00:01:30Z\",\"Results\":{\"Benign\":true,\"Explanation\":\"x\"}},\n"
		"{\"Seq\":1,\"Nesting\":1,\"Type\":\"agent\",\"Name\":\"expert\",\"Model\":\"model-x\","
		"\"Started\":\"2026-01-01T00:00:01Z\",\"Finished\":\"2026-01-01T00:01:31Z\","
		"\"Instruction\":\"judge \\u001b]0;title\\u0007\",\"Prompt\":\"\\nreport:\\n\",\"Reply\":\"so\"},\n"
		"{\"Seq\":2,\"Nesting\":2,\"Type\":\"llm\",\"Name\":\"expert\",\"Model\":\"model-x\","
		"\"Started\":\"2026-01-01T00:00:02Z\",\"Finished\":\"2026-01-01T00:01:32Z\","
		"\"Thoughts\":\"thinking \\\"hard\\\"\\n\",\"InputTokens\":100,\"OutputTokens\":20,\"OutputThoughtsTokens\":3},\n"
		"{\"Seq\":3,\"Nesting\":2,\"Type\":\"tool\",\"Name\":\"grepper\",\"Started\":\"0001-01-01T00:00:00Z\","
		"\"Finished\":\"0001-01-01T00:00:00Z\",\"Args\":{},\"Results\":\"map[Output:a b]\"},\n"
		"{\"Seq\": 4,\t\"odd\": 1e3}\n"
		"]\n";
	struct run *r = test_run_new();
	struct buf b = BUF_INIT;
	struct slice raw;

	(void)state;
	write_spans(r, take, &b);
	assert_string_equal(buf_str(&b), want);
	assert_int_equal(json_check(buf_slice(&b), &raw, NULL, NULL), 0);
	buf_release(&b);
	run_free(r);
}

static void spans_leave_one_by_one(void **state)
{
	struct run *r = test_run_new();
	int pieces = 0;

	(void)state;
	write_spans(r, count, &pieces);
	assert_int_equal(pieces, 6);
	run_free(r);
}

static void times_in_minutes_become_times_that_can_be_read_back(void **state)
{
	struct run *r = test_run_new();
	struct buf b = BUF_INIT;

	(void)state;
	r->unit = WHEN_MINUTE;
	write_spans(r, take, &b);
	assert_non_null(strstr(buf_str(&b), "\"Started\":\"2026-01-01T00:00:00Z\""));
	buf_release(&b);
	run_free(r);
}

static void a_run_without_spans_is_an_empty_array(void **state)
{
	static const struct traj_source none;
	struct run *r = test_run_new();
	struct buf b = BUF_INIT;
	struct slice raw;

	(void)state;
	traj_free(r->traj);
	r->traj = traj_new(&none, NULL);
	write_spans(r, take, &b);
	assert_int_equal(json_check(buf_slice(&b), &raw, NULL, NULL), 0);
	assert_false(json_next(&(struct json_iter){.rest = slice_sub(raw, 1, raw.n - 1)}));
	buf_release(&b);
	run_free(r);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(records_are_built_or_copied_in_order_of_seq),
	cmocka_unit_test(spans_leave_one_by_one),
	cmocka_unit_test(times_in_minutes_become_times_that_can_be_read_back),
	cmocka_unit_test(a_run_without_spans_is_an_empty_array),
};

TEST_MAIN()
