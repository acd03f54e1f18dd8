#include "tests/test.h"

#include "base/json.h"
#include "import/span_scan.h"
#include "import/span_tail.h"

/* The quick look takes plain records only, and where it takes one it agrees with the slow look in everything. */
static void agrees_with_the_slow_look_or_gives_up(void **state)
{
#define HEAD "{\"Seq\":7,\"Nesting\":2,\"Type\":\"tool\",\"Name\":\"grepper\""
	static const struct {
		const char *record;
		bool taken;
	} rows[] = {
		{HEAD "}", true},
		{" { }", false},
		{"{}", false},
		{HEAD ",\"Started\":\"2026-05-11T08:31:07.417042340Z\",\"Finished\":\"2026-05-11T08:31:08Z\"}", true},
		{HEAD ",\"Started\":\"2024-02-29T23:59:59+01:30\"}", true},
		{HEAD ",\"Started\":\"2025-02-29T00:00:00Z\"}", false},
		{HEAD ",\"Started\":\"0001-01-01T00:00:00Z\",\"Finished\":null}", true},
		{HEAD ",\"Error\":\"log-in to see details\",\"Model\":\"m\",\"InputTokens\":4294967295}", true},
		{HEAD ",\"InputTokens\":4294967296}", false},
		{HEAD ",\"OutputTokens\":-1}", false},
		{HEAD ",\"OutputTokens\":1e3}", false},
		{HEAD ",\"OutputThoughtsTokens\":12 , \"Args\" : { \"a\" : [ 1.5e-7 , { } , [ ] , true , null ] } }", true},
		{HEAD ",\"Args\":{\"a\":01}}", false},
		{HEAD ",\"Args\":{\"a\":1.}}", false},
		{HEAD ",\"Args\":{\"a\":1,}}", false},
		{HEAD ",\"Args\":{\"a\" 1}}", false},
		{HEAD ",\"Args\":{\"a\":[1}]}", false},
		{HEAD ",\"Args\":{\"a\":tru}}", false},
		{HEAD ",\"Args\":[]}", false},
		{HEAD ",\"Args\":null,\"Other\":[\"x\"]}", true},
		{HEAD ",\"Reply\":\"\\ud83d\\ude00 \\ud800 \\\"\\\\\\/\\b\\f\\n\\r\\t\xc3\xa4\"}", true},
		{HEAD ",\"Reply\":\"\\x\"}", false},
		{HEAD ",\"Reply\":\"\\u12g4\"}", false},
		{HEAD ",\"Reply\":\"a long text with a tab\tin it\"}", false},
		{HEAD ",\"Reply\":7}", false},
		{HEAD ",\"Seq\":8}", false},
		{HEAD ",\"\\u0041rgs\":{}}", false},
		{HEAD ",\"Model\":\"a\\u0062\"}", false},
		{HEAD ",}", false},
		{HEAD, false},
	};
#undef HEAD

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct slice raw = slice_str(rows[i].record), checked;
		enum when_unit unit = WHEN_SECOND, slow_unit = WHEN_SECOND;
		struct span_put p = {0}, slow = {0};
		struct arena *a = arena_new();
		const char *odd;
		size_t end;
		bool ascii;

		if (span_scan(raw, &p, &unit, &end, &ascii) != rows[i].taken)
			fail_msg("%s", rows[i].record);
		for (size_t n = 0; n < raw.n; n++) /* what is cut is never taken */
			assert_false(span_scan(slice_sub(raw, 0, n), &(struct span_put){0}, &unit, &end, &ascii) &&
				     end > n);
		if (rows[i].taken) {
			assert_true(span_scan(raw, &p, &unit, &end, &ascii));
			assert_int_equal(end, raw.n);
			assert_int_equal(ascii, !strchr(rows[i].record, '\xc3'));
			assert_int_equal(json_check(raw, &checked, NULL, NULL), 0);
			assert_int_equal(span_record_head(a, checked, &slow, &slow_unit, &odd, NULL), 0);
			assert_null(odd);
			assert_int_equal(unit, slow_unit);
			assert_int_equal(p.seq, slow.seq);
			assert_int_equal(p.nesting, slow.nesting);
			assert_int_equal(p.type, slow.type);
			assert_true(slice_eq(p.name, slow.name) && slice_eq(p.model, slow.model));
			assert_true(p.started == slow.started && p.finished == slow.finished);
			assert_true(p.closed == slow.closed && p.error == slow.error);
			assert_int_equal(p.hidden_error, slow.hidden_error);
			assert_int_equal(p.tokens_in, slow.tokens_in);
			assert_int_equal(p.tokens_out, slow.tokens_out);
			assert_int_equal(p.tokens_thought, slow.tokens_thought);
		}
		arena_free(a);
	}
}

/* Deep nesting ends the look before it ends the stack. */
static void gives_up_on_what_is_nested_too_deep(void **state)
{
	(void)state;
	for (int deep = 998; deep < 1002; deep++) {
		struct buf b = BUF_INIT;
		enum when_unit unit = WHEN_SECOND;
		struct span_put p;
		size_t end;
		bool ascii;

		buf_adds(&b, "{\"Seq\":1,\"Type\":\"tool\",\"Other\":");
		buf_pad(&b, '[', (size_t)deep);
		buf_pad(&b, ']', (size_t)deep);
		buf_addc(&b, '}');
		assert_int_equal(span_scan(buf_slice(&b), &p, &unit, &end, &ascii), deep <= SPAN_NESTING_MAX - 1);
		buf_release(&b);
	}
}

static void finds_the_last_records_from_behind(void **state)
{
	static const struct {
		const char *tail;
		bool lines;
		const char *want; /* joined by '|', the last one first */
	} rows[] = {
		{"rest of one\"},{\"a\":\"}{\"},{\"b\":[{}]} ,\n{\"c\":\"\\\\\"}\n]\n", false,
		 "{\"c\":\"\\\\\"}|{\"b\":[{}]}|{\"a\":\"}{\"}"},
		{"x\\\"},{\"a\":\"\\\\\\\"}\"}", false, "{\"a\":\"\\\\\\\"}\"}"},
		{"all inside of one string", false, ""},
		{"\"}]", false, ""},
		{"]", false, ""},
		{"", false, ""},
		{"rest\n{\"a\":1}\r\n\n{\"b\":2}\n{\"torn", true, "{\"torn|{\"b\":2}|{\"a\":1}"},
		{"no line begins here", true, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct slice out[TAIL_RECORDS], tail = slice_str(rows[i].tail);
		size_t n = rows[i].lines ? tail_lines(tail, out, TAIL_RECORDS) : tail_elements(tail, out, TAIL_RECORDS);
		struct buf got = BUF_INIT;

		for (size_t k = 0; k < n; k++) {
			buf_adds(&got, k ? "|" : "");
			buf_add_slice(&got, out[k]);
		}
		assert_string_equal(buf_str(&got), rows[i].want);
		buf_release(&got);
	}
	assert_int_equal(tail_lines(SLICE("\n1\n2\n3\n"), (struct slice[2]){0}, 2), 2);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(agrees_with_the_slow_look_or_gives_up),
	cmocka_unit_test(gives_up_on_what_is_nested_too_deep),
	cmocka_unit_test(finds_the_last_records_from_behind),
};

TEST_MAIN()
