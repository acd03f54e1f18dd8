#include "llm/clean.h"
#include "tests/test.h"

static void check(struct slice s, const char *want)
{
	struct buf out = BUF_INIT;

	llm_clean(&out, s);
	assert_string_equal(buf_str(&out), want);
	assert_int_equal(out.n, strlen(want));
	buf_release(&out);
}

static void broken_bytes_are_replaced_and_nuls_dropped(void **state)
{
	(void)state;
	check(SLICE(""), "");
	check(SLICE("plain \xc3\xa9 \xf0\x9f\xa6\x99"), "plain \xc3\xa9 \xf0\x9f\xa6\x99");
	check(SLICE("\0a\0\0b\0"), "ab");
	check(SLICE("a\xff\xfe" "b"), "a\xef\xbf\xbd\xef\xbf\xbd" "b");
	check(SLICE("\xe2\x82"), "\xef\xbf\xbd\xef\xbf\xbd");
	check(SLICE("\xc0\x80"), "\xef\xbf\xbd\xef\xbf\xbd");
	check(SLICE("\xed\xa0\x80!"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd!");
}

static void raw(const char *s, const char *want)
{
	struct buf out = BUF_INIT;
	struct json_w w;

	json_w_init(&w, &out, false);
	llm_clean_raw(&w, slice_str(s));
	assert_string_equal(buf_str(&out), want);
	buf_release(&out);
}

static void escaped_nuls_are_dropped_from_raw_json(void **state)
{
	(void)state;
	raw("{\"a\":\"x\\u0000y\\u0000\"}", "{\"a\":\"xy\"}");
	raw("\"\\\\u0000\"", "\"\\\\u0000\"");         /* a backslash and five letters */
	raw("\"\\\\\\u0000z\"", "\"\\\\z\"");           /* a backslash and a NUL */
	raw("\"\\u00001\"", "\"1\"");
	raw("\"\\u0001\\n\\\"\"", "\"\\u0001\\n\\\"\"");
	raw("[\"\xff\"]", "[\"\xef\xbf\xbd\"]");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(broken_bytes_are_replaced_and_nuls_dropped),
	cmocka_unit_test(escaped_nuls_are_dropped_from_raw_json),
};

TEST_MAIN()
