#include "tests/test.h"

#include "import/json_scan.h"

/* What a scan tells, one word an event: elements as they stand, "!what at PLACE", and how it ended. */
static char *told(struct slice text)
{
	struct err e;
	struct blob *b = blob_memory("text", text, &e);
	struct json_scan s;
	struct buf out = BUF_INIT;

	assert_non_null(b);
	json_scan_init(&s, b);
	for (;;) {
		enum json_scan_event ev = json_scan_next(&s, &e);

		assert_int_not_equal(ev, JSON_SCAN_FAILED);
		if (ev == JSON_SCAN_END)
			break;
		if (ev == JSON_SCAN_ELEMENT)
			buf_addf(&out, "%.*s/%d ", (int)(s.end - s.at), text.p + s.at, (int)s.deepest);
		else
			buf_addf(&out, "!%s at %d ", s.odd, (int)s.at);
	}
	buf_adds(&out, s.closed ? "closed" : s.inside ? "inside" : "open");
	json_scan_release(&s);
	blob_free(b);
	return buf_detach(&out);
}

static void finds_elements_and_says_what_is_odd(void **state)
{
	static const struct {
		const char *text, *told;
	} rows[] = {
		{"[]", "closed"},
		{" [ ]\n", "closed"},
		{"\xef\xbb\xbf[{}]", "{}/1 closed"},
		{"[{\"a\":[1,{}]},{\"b\":\"]}\\\"\"}]", "{\"a\":[1,{}]}/3 {\"b\":\"]}\\\"\"}/1 closed"},
		{"[1, \"a,]b\" ,true,[2]]", "1/0 \"a,]b\"/0 true/0 [2]/1 closed"},
		{"[{}{}]", "{}/1 !a comma is missing at 3 {}/1 closed"},
		{"[{},]", "{}/1 !a comma too many at 4 closed"},
		{"[,{}]", "!a comma too many at 1 {}/1 closed"},
		{"[{},,{}]", "{}/1 !a comma too many at 4 {}/1 closed"},
		{"[{}}", "{}/1 !the array is closed by '}' at 3 closed"},
		{"[{}] x y", "{}/1 !text after the array at 5 closed"},
		{"{}", "!no array begins here at 0 open"},
		{"", "open"},
		{"[", "open"},
		{"[{}", "{}/1 open"},
		{"[{},", "{}/1 open"},
		{"[{}, {\"a\":\"", "{}/1 inside"},
		{"[{\"a\":\"\\", "inside"},
		{"[12", "inside"},
		{"[{]}", "{]/1 !the array is closed by '}' at 3 closed"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *got = told(slice_str(rows[i].text));

		assert_string_equal(got, rows[i].told);
		free(got);
	}
}

/* Whatever lies on the edge of a window (1 MiB) is found as anywhere else. */
static void finds_elements_across_windows(void **state)
{
	static const char piece[] = "{\"k\":\"\\\\\\\"]\"}";

	(void)state;
	for (size_t shift = 0; shift < sizeof piece; shift++) {
		struct buf text = BUF_INIT;
		struct err e;
		struct blob *b;
		struct json_scan s;

		buf_addc(&text, '[');
		buf_pad(&text, ' ', (1 << 20) - 1 - shift);
		buf_adds(&text, piece);
		buf_adds(&text, ",{}]");
		b = blob_memory("text", buf_slice(&text), &e);
		json_scan_init(&s, b);
		assert_int_equal(json_scan_next(&s, &e), JSON_SCAN_ELEMENT);
		assert_int_equal(s.at, (1 << 20) - shift);
		assert_int_equal(s.end - s.at, sizeof piece - 1);
		assert_true((json_scan_element(&s).p != NULL) == (shift == 0 || shift >= sizeof piece - 1));
		assert_int_equal(json_scan_next(&s, &e), JSON_SCAN_ELEMENT);
		assert_slice(json_scan_element(&s), "{}");
		assert_int_equal(json_scan_next(&s, &e), JSON_SCAN_END);
		assert_true(s.closed);
		json_scan_release(&s);
		blob_free(b);
		buf_release(&text);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(finds_elements_and_says_what_is_odd),
	cmocka_unit_test(finds_elements_across_windows),
};

TEST_MAIN()
