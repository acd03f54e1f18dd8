#define _GNU_SOURCE /* mkstemp, pwrite, ftruncate */
#include "tests/unit/import/page.h"

#include "import/span_json.h"

/* One record, with more members before its closing bracket. */
#define RECORD(seq, nesting, type, more) \
	"{\"Seq\":" seq ",\"Nesting\":" nesting ",\"Type\":\"" type "\",\"Name\":\"n" seq "\"," \
	"\"Started\":\"0001-01-01T00:01:0" seq "Z\"" more "}"
#define DONE ",\"Finished\":\"0001-01-01T00:01:09Z\""
#define RESULTS ",\"Results\":{\"Benign\":false,\"Explanation\":\"why\\n\"}"

static const char events[] =
	"[" RECORD("0", "0", "flow", "") "," RECORD("1", "1", "agent", ",\"Prompt\":\"p\"") ","
	RECORD("2", "2", "llm", "") ","
	RECORD("2", "2", "llm", DONE ",\"Model\":\"m\",\"InputTokens\":7,\"OutputTokens\":5,\"OutputThoughtsTokens\":3") ","
	RECORD("1", "1", "agent", DONE ",\"Prompt\":\"p\",\"Reply\":\"r\"") ","
	RECORD("0", "0", "flow", DONE RESULTS) "]";

static void merges_start_and_finish_records(void **state)
{
	struct run *r = page_take(events);
	struct traj_totals t = traj_totals(r->traj);
	struct slice *models;

	(void)state;
	assert_silent(r);
	assert_string_equal(r->format, "span JSON");
	assert_int_equal(r->state, RUN_DONE);
	assert_int_equal(r->unit, WHEN_SECOND);
	assert_int_equal(t.spans, 3);
	assert_int_equal(t.unfinished, 0);
	assert_int_equal(t.tokens_in, 7);
	assert_int_equal(t.tokens_out, 5);
	assert_int_equal(t.tokens_thought, 3);
	assert_int_equal(r->finished - r->started, 9000000);
	assert_slice(r->workflow, "n0");
	assert_slice(r->explanation, "why\n");
	assert_int_equal(r->outputs.n, 1);
	assert_false(r->outputs.o[0].value);
	assert_int_equal(run_models(r, &models), 1);
	assert_slice(models[0], "m");
	free(models);
	assert_slice(page_field(r, 1, FIELD_REPLY), "r");
	assert_slice(page_field(r, 1, FIELD_THOUGHTS), "(absent)");
	run_free(r);
}

static void hands_out_the_texts_of_a_record(void **state)
{
	static const char record[] =
		"{ \"Unknown\": [{}], \"Args\": {\"b\": [1, {\"c\": \"\\u00e4\"}] , \"a\": null},\n \"Error\":\"no\\tway\","
		"\"Results\":{}, \"Instruction\":null, \"Type\":\"tool\", \"\\u0053eq\": 4, \"Reply\":\"\", "
		"\"Thoughts\":\"\\ud83d\\ude00\", \"Name\":\"a\\\"b\",\"Started\":\"2026-01-02T03:04:05.5+01:00\" }";
	char *text = page_text("\n[\n", record, "\n]");
	struct run *r = page_take(text);
	struct slice v;

	(void)state;
	assert_slice(traj_name(r->traj, 0), "a\"b");
	assert_slice(page_field(r, 4, FIELD_ARGS), "{\"b\": [1, {\"c\": \"\\u00e4\"}] , \"a\": null}");
	assert_slice(page_field(r, 4, FIELD_ARGS_RAW), "{\"b\": [1, {\"c\": \"\\u00e4\"}] , \"a\": null}");
	assert_slice(page_field(r, 4, FIELD_RESULTS), "{}");
	assert_slice(page_field(r, 4, FIELD_ERROR), "no\tway");
	assert_slice(page_field(r, 4, FIELD_INSTRUCTION), "(absent)");
	assert_slice(page_field(r, 4, FIELD_REPLY), "");
	assert_slice(page_field(r, 4, FIELD_THOUGHTS), "\xf0\x9f\x98\x80");
	assert_slice(page_field(r, 4, FIELD_RECORD), record);
	assert_int_equal(traj_decode_of(r->traj, 0, FIELD_ARGS), DECODE_JSON);
	assert_int_equal(traj_decode_of(r->traj, 0, FIELD_RESULTS), DECODE_JSON);
	assert_int_equal(traj_member(r->traj, 0, FIELD_ARGS, "b", &v), 1);
	assert_int_equal(traj_span(r->traj, 0)->flags, SPAN_ERROR);
	assert_int_equal(r->unit, WHEN_MICRO);
	run_free(r);
	free(text);
}

static void keeps_a_broken_record_out_and_says_where(void **state)
{
	static const struct {
		const char *record, *says;
	} rows[] = {
		{"{\"Type\":\"tool\"}", "Seq is missing"},
		{"{\"Seq\":1}", "Type is missing"},
		{"{\"Seq\":null,\"Type\":\"tool\"}", "Seq is missing"},
		{"{\"Seq\":\"1\",\"Type\":\"tool\"}", "Seq is not a number"},
		{"{\"Seq\":-1,\"Type\":\"tool\"}", "Seq is not an integer from 0 to 4294967295"},
		{"{\"Seq\":4294967296,\"Type\":\"tool\"}", "Seq is not an integer from 0 to 4294967295"},
		{"{\"Seq\":1.5,\"Type\":\"tool\"}", "Seq is not an integer"},
		{"{\"Seq\":1,\"Type\":\"tool\",\"Nesting\":1001}", "Nesting is not an integer from 0 to 1000"},
		{"{\"Seq\":1,\"Type\":7}", "Type is not a string"},
		{"{\"Seq\":1,\"Type\":\"tool\",\"Args\":[]}", "Args is not an object"},
		{"{\"Seq\":1,\"Type\":\"tool\",\"Error\":{}}", "Error is not a string"},
		{"{\"Seq\":1,\"Type\":\"tool\" \"Name\":\"x\"}", "not JSON here"},
		{"{\"Seq\":01}", "not JSON here"},
		{"{]", "not JSON here"},
		{"7", "not an object"},
		{"[1]", "not an object"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = page_text("[" RECORD("0", "0", "flow", DONE) ",\n", rows[i].record, "]");
		struct run *r = page_take(text);

		assert_int_equal(traj_count(r->traj), 1);
		assert_int_equal(diags_count(&r->diags, DIAG_ERROR), 1);
		assert_says(r, DIAG_ERROR, rows[i].says);
		assert_says(r, DIAG_ERROR, "record 2");
		assert_int_equal(r->diags.d[0].line, 2);
		assert_true(r->diags.d[0].byte >= strcspn(text, "\n") + 1);
		run_free(r);
		free(text);
	}
}

static void works_with_odd_values(void **state)
{
	static const struct {
		const char *more, *says;
		uint32_t tokens;
		int flags;
	} rows[] = {
		{",\"InputTokens\":99999999999", "token count", UINT32_MAX, 0},
		{",\"InputTokens\":-4", "token count", 0, 0},
		{",\"Finished\":\"yesterday\"", "Finished is not a time", 0, SPAN_FINISHED},
		{",\"Started\":\"\"", "Started is not a time", 0, 0},
		{",\"Finished\":\"0001-01-01T00:00:00Z\"", NULL, 0, 0},
		{",\"Finished\":null", NULL, 0, 0},
		{",\"Error\":\"log-in to see details\"", NULL, 0, SPAN_ERROR | SPAN_HIDDEN_ERROR},
		{",\"Error\":\"\"", NULL, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = page_text("[{\"Seq\":0,\"Type\":\"flow\"", rows[i].more, "}]");
		struct run *r = page_take(text);
		const struct span *s = traj_span(r->traj, 0);

		assert_int_equal(s->tokens_in, rows[i].tokens);
		assert_int_equal(s->flags, rows[i].flags);
		if (rows[i].says)
			assert_says(r, DIAG_WARNING, rows[i].says);
		else
			assert_silent(r);
		run_free(r);
		free(text);
	}
}

static void tells_gaps_wrong_nesting_and_times(void **state)
{
	struct run *r = page_take("[" RECORD("0", "0", "flow", DONE) "," RECORD("1", "4", "agent", DONE) ","
				  RECORD("5", "2", "llm", ",\"Finished\":\"0001-01-01T00:00:01Z\"") ","
				  RECORD("6", "0", "zebra", DONE) "," RECORD("3", "2", "llm", DONE) "]");

	(void)state;
	assert_says(r, DIAG_WARNING, "2 of the first 7 spans are missing: the first is span 2");
	assert_says(r, DIAG_WARNING, "span 1 is nested 4 deep");
	assert_says(r, DIAG_WARNING, "span 5 is finished before it is started");
	assert_says(r, DIAG_WARNING, "span 6 is not below the first one");
	assert_int_equal(traj_count(r->traj), 5);
	assert_int_equal(traj_span(r->traj, 2)->seq, 3);
	assert_int_equal(traj_span(r->traj, 2)->parent, 0);
	assert_slice(traj_type_word(r->traj, 4), "zebra");
	assert_slice(page_field(r, 3, FIELD_RECORD), RECORD("3", "2", "llm", DONE));
	run_free(r);
}

/* Cut anywhere, an array gives what came before, or one clear message; never a crash, never a finished run. */
static void opens_an_array_cut_at_every_byte(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof events - 1; n++) {
		struct err e = {0};
		struct run *r = page_import((struct slice){events, n}, &e);

		if (!r) {
			assert_int_equal(e.cls, ERR_INPUT);
			assert_non_null(strstr(e.msg, "cannot import 'page'"));
			assert_true(n < sizeof("[" RECORD("0", "0", "flow", "")) - 1);
			continue;
		}
		assert_true(r->cut);
		assert_int_equal(r->state, RUN_RUNNING);
		assert_int_equal(diags_count(&r->diags, DIAG_WARNING), 1);
		assert_says(r, DIAG_WARNING, "the array ends");
		for (size_t i = 0; i < traj_count(r->traj); i++)
			page_field(r, traj_span(r->traj, i)->seq, FIELD_RECORD);
		run_free(r);
	}
}

static void says_where_it_was_cut(void **state)
{
	static const char text[] = "[" RECORD("0", "0", "flow", "") ",\n{\"Seq\":1,\"Na";
	struct run *r = page_take(text);
	char says[64];

	(void)state;
	snprintf(says, sizeof says, "ends inside record 2 at byte %zu", sizeof text - 1);
	assert_says(r, DIAG_WARNING, says);
	assert_int_equal(r->diags.d[0].line, 2);
	assert_int_equal(r->diags.d[0].byte, sizeof text - 1);
	run_free(r);
}

static void refuses_an_array_without_spans(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"[]", "the array is empty at byte 1"},
		{"[", "line 1, byte 1: the array ends after record 0"},
		{"[\n{\"a\":1}]", "line 2, byte 2: record 1: Seq is missing"},
		{"[{", "line 1, byte 2: the array ends inside record 1 at byte 2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err e = {0};

		assert_null(page_import(slice_str(rows[i].text), &e));
		assert_int_equal(e.cls, ERR_INPUT);
		if (!strstr(e.msg, rows[i].says))
			fail_msg("%s", e.msg);
	}
}

static void refuses_json_nested_too_deep_but_keeps_the_rest(void **state)
{
	struct buf b = BUF_INIT;
	struct run *r;

	(void)state;
	buf_adds(&b, "[{\"Seq\":1,\"Type\":\"tool\",\"Args\":");
	for (int i = 0; i < 1000; i++)
		buf_adds(&b, "{\"a\":");
	buf_adds(&b, "1");
	buf_pad(&b, '}', 1000);
	buf_adds(&b, "}," RECORD("0", "0", "flow", DONE) "]");
	r = page_take(buf_str(&b));
	assert_says(r, DIAG_ERROR, "record 1: its JSON is nested more than 1000 deep");
	assert_int_equal(traj_count(r->traj), 1);
	run_free(r);
	buf_release(&b);
}

static void keeps_broken_utf8_and_control_bytes(void **state)
{
	struct run *r = page_take("[{\"Seq\":0,\"Type\":\"flow\",\"Reply\":\"a\xff\\u0000\\u001bz\"},{\"Seq\":1,\"Nesting\":1,"
				  "\"Type\":\"tool\",\"Name\":\"\xff\"}]");
	struct slice s = page_field(r, 0, FIELD_REPLY);

	(void)state;
	assert_int_equal(s.n, 5);
	assert_memory_equal(s.p, "a\xff\0\x1bz", 5);
	assert_int_equal(diags_count(&r->diags, DIAG_WARNING), 1);
	assert_says(r, DIAG_WARNING, "record 1: it is not UTF-8 here");
	assert_int_equal(r->diags.d[0].byte, sizeof("[{\"Seq\":0,\"Type\":\"flow\",\"Reply\":\"a") - 1);
	run_free(r);
}

/* Records larger than a window and behind others are read again from their own place. */
static void reads_large_records_again(void **state)
{
	struct buf b = BUF_INIT;
	struct run *r;

	(void)state;
	buf_adds(&b, "[" RECORD("0", "0", "flow", DONE));
	for (int i = 1; i < 4; i++) {
		buf_addf(&b, ",{\"Seq\":%d,\"Nesting\":1,\"Type\":\"tool\",\"Reply\":\"", i);
		buf_pad(&b, (char)('a' + i), 1500000);
		buf_adds(&b, "\"}");
	}
	buf_adds(&b, "]");
	r = page_take(buf_str(&b));
	for (uint32_t i = 1; i < 4; i++) {
		struct slice s = page_field(r, i, FIELD_REPLY);

		assert_int_equal(s.n, 1500000);
		assert_true(s.p[0] == (char)('a' + i) && s.p[s.n - 1] == s.p[0]);
	}
	run_free(r);
	buf_release(&b);
}

static void says_that_the_file_was_changed_behind_it(void **state)
{
	char path[] = "/tmp/verdict-test-XXXXXX";
	int fd = mkstemp(path);
	struct slice s;
	struct err e = {0};
	struct run *r;

	(void)state;
	assert_int_equal(write(fd, events, sizeof events - 1), sizeof events - 1);
	r = import_file(path, &e);
	assert_non_null(r);
	traj_release_bodies(r->traj);
	assert_int_equal(pwrite(fd, "[[[[[[[[", 8, (off_t)traj_span(r->traj, 2)->body_at), 8);
	assert_int_equal(traj_field(r->traj, 2, FIELD_RECORD, &s, &e), -1);
	assert_non_null(strstr(e.msg, "the file was changed"));
	assert_int_equal(traj_decode_of(r->traj, 2, FIELD_ARGS), DECODE_NONE);
	assert_int_equal(ftruncate(fd, 100), 0);
	assert_int_equal(traj_field(r->traj, 2, FIELD_RECORD, &s, &e), -1);
	assert_non_null(strstr(e.msg, "shorter than when it was opened"));
	run_free(r);
	close(fd);
	unlink(path);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(merges_start_and_finish_records),
	cmocka_unit_test(hands_out_the_texts_of_a_record),
	cmocka_unit_test(keeps_a_broken_record_out_and_says_where),
	cmocka_unit_test(works_with_odd_values),
	cmocka_unit_test(tells_gaps_wrong_nesting_and_times),
	cmocka_unit_test(opens_an_array_cut_at_every_byte),
	cmocka_unit_test(says_where_it_was_cut),
	cmocka_unit_test(refuses_an_array_without_spans),
	cmocka_unit_test(refuses_json_nested_too_deep_but_keeps_the_rest),
	cmocka_unit_test(keeps_broken_utf8_and_control_bytes),
	cmocka_unit_test(reads_large_records_again),
	cmocka_unit_test(says_that_the_file_was_changed_behind_it),
};

TEST_MAIN()
