#include <locale.h>

#include "base/json.h"
#include "tests/test.h"

static void accepts_one_value_and_trims_around_it(void **state)
{
	static const struct {
		const char *in, *raw;
		enum json_type type;
	} t[] = {
		{"null", "null", JSON_NULL},
		{" true\n", "true", JSON_BOOL},
		{"\t-0.5e+10 ", "-0.5e+10", JSON_NUMBER},
		{"0", "0", JSON_NUMBER},
		{"\xef\xbb\xbf \"x\"", "\"x\"", JSON_STRING},
		{"[ ]", "[ ]", JSON_ARRAY},
		{"\r\n{\"a\": [1, 2]}\r\n", "{\"a\": [1, 2]}", JSON_OBJECT},
		{"\"\xff\"", "\"\xff\"", JSON_STRING},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct slice raw = {0};
		struct err e = {0};

		assert_int_equal(json_check(slice_str(t[i].in), &raw, NULL, &e), 0);
		assert_slice(raw, t[i].raw);
		assert_int_equal(json_type(raw), t[i].type);
	}
	assert_int_equal(json_type(SLICE("")), JSON_BAD);
	assert_int_equal(json_type(SLICE("x")), JSON_BAD);
}

static void refuses_what_is_not_json_and_says_where(void **state)
{
	static const struct {
		struct slice in;
		size_t at;
	} t[] = {
		{SLICE(""), 0},
		{SLICE("  "), 2},
		{SLICE("{} x"), 3},
		{SLICE("[1 2]"), 3},
		{SLICE("[1, x]"), 4},
		{SLICE("{\"a\" 1}"), 5},
		/* what cJSON alone would take */
		{SLICE("\x01 1"), 0},
		{SLICE("[1,\x01 2]"), 3},
		{SLICE("{\"a\"\0:1}"), 4},
		{SLICE("[01]"), 1},
		{SLICE("[-]"), 1},
		{SLICE("[1.]"), 1},
		{SLICE("[1e+]"), 2},
		{SLICE("\"a\nb\""), 2},
		{SLICE("\"\\u12g4\""), 2},
		{SLICE("[true]\0"), 6},
		{SLICE("\n\xef\xbb\xbf" "7"), 1},
		{SLICE("\xef\xbb\xbf\xef\xbb\xbf" "7"), 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct slice raw = SLICE("untouched");
		struct err e = {0};
		size_t at = 99;

		assert_int_equal(json_check(t[i].in, &raw, &at, &e), -1);
		assert_int_equal(e.cls, ERR_INPUT);
		assert_int_equal(at, t[i].at);
		assert_true(strncmp(e.msg, "not JSON at byte ", 17) == 0);
		assert_slice(raw, "untouched");
	}
}

static void a_cut_text_is_called_cut(void **state)
{
	static const char whole[] = "{\"a\": [\"x\\n\", true, null, {\"b\": -12}]}";
	struct slice raw;
	struct err e;

	(void)state;
	for (size_t n = 1; n < sizeof whole - 1; n++) {
		assert_int_equal(json_check((struct slice){whole, n}, &raw, NULL, &e), -1);
		assert_int_equal(e.cls, ERR_INPUT);
	}
	json_check(SLICE("[1, 2"), &raw, NULL, &e);
	assert_non_null(strstr(e.msg, "the text ends early"));
}

static void deep_nesting_is_refused_without_a_crash(void **state)
{
	size_t n = 200000;
	char *deep = malloc(n);
	struct slice raw;
	struct err e;

	(void)state;
	memset(deep, '[', n / 2);
	memset(deep + n / 2, ']', n / 2);
	assert_int_equal(json_check((struct slice){deep, n}, &raw, NULL, &e), -1);
	assert_int_equal(json_check((struct slice){deep + n / 2 - 900, 1800}, &raw, NULL, &e), 0);
	free(deep);
}

static void walks_members_and_elements_without_entering_them(void **state)
{
	static const struct slice raw = SLICE("{ \"a\" : [1,\"]\",{\"x\":\"}\"}] ,\"b\\\"\\\\\":\"\\\\\", \"c\":-1.5e3,"
					      "\"\":{}, \"d\":null }");
	static const char *const want[][2] = {
		{"\"a\"", "[1,\"]\",{\"x\":\"}\"}]"}, {"\"b\\\"\\\\\"", "\"\\\\\""}, {"\"c\"", "-1.5e3"},
		{"\"\"", "{}"}, {"\"d\"", "null"},
	};
	static const char *const elements[] = {"1", "\"]\"", "{\"x\":\"}\"}"};
	struct json_iter it = json_iter(raw), in;
	size_t n = 0, k = 0;

	(void)state;
	for (; json_next(&it); n++) {
		assert_slice(it.key, want[n][0]);
		assert_slice(it.value, want[n][1]);
		if (n > 0)
			continue;
		for (in = json_iter(it.value); json_next(&in); k++) {
			assert_slice(in.key, "");
			assert_slice(in.value, elements[k]);
		}
	}
	assert_int_equal(n, 5);
	assert_int_equal(k, 3);
	assert_false(json_next(&it));
}

static void walking_what_is_no_container_ends_at_once(void **state)
{
	static const char *const t[] = {"[]", "{}", "[ \n]", "1", "\"[1]\"", "null", ""};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct json_iter it = json_iter(slice_str(t[i]));

		assert_false(json_next(&it));
	}
}

static void walking_unchecked_bytes_ends_all_the_same(void **state)
{
	static const struct slice t[] = {
		SLICE("[:1]"), SLICE("[[[["), SLICE("{\"a\":\"\\"), SLICE("{::::}"), SLICE("[\"\\"), SLICE("[,,,,"),
		SLICE("{\"a\""), SLICE("{\"a\" \"b\""), SLICE("["), SLICE("{]}"), SLICE("[\0\0]"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		/* its own allocation, so that a sanitizer sees a step past its end */
		char *copy = malloc(t[i].n);
		struct json_iter it;
		int n = 0;

		memcpy(copy, t[i].p, t[i].n);
		for (it = json_iter((struct slice){copy, t[i].n}); json_next(&it); n++)
			assert_true(n < 20);
		free(copy);
	}
}

static void the_last_of_two_equal_members_counts(void **state)
{
	static const struct slice raw = SLICE("{\"k\":1,\"kk\":2,\"k\":3,\"n\":{\"k\":9}}");

	(void)state;
	assert_slice(json_member(raw, "k"), "3");
	assert_slice(json_member(raw, "kk"), "2");
	assert_int_equal(json_member(raw, "x").n, 0);
	assert_int_equal(json_member(SLICE("[1]"), "k").n, 0);
}

static void strings_are_decoded_to_their_bytes(void **state)
{
	static const struct {
		const char *raw;
		struct slice out;
	} t[] = {
		{"\"\"", SLICE("")},
		{"\"plain é\"", SLICE("plain é")},
		{"\"\\b\\f\\n\\r\\t\\\"\\\\\\/\"", SLICE("\b\f\n\r\t\"\\/")},
		{"\"a\\u0000b\"", SLICE("a\0b")},
		{"\"\\u00e9\\u20AC\\uffff\"", SLICE("\xc3\xa9\xe2\x82\xac\xef\xbf\xbf")},
		{"\"\\ud83d\\ude00\\udbff\\udfff\"", SLICE("\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf")},
		{"\"\\ud83d\"", SLICE("\xef\xbf\xbd")},
		{"\"\\ud83dx\"", SLICE("\xef\xbf\xbdx")},
		{"\"\\ude00\\ud83d\"", SLICE("\xef\xbf\xbd\xef\xbf\xbd")},
		{"\"\\ud83d\\ud83d\\ude00\"", SLICE("\xef\xbf\xbd\xf0\x9f\x98\x80")},
		{"\"\\ud83d\\n\"", SLICE("\xef\xbf\xbd\n")},
		{"\"\xff\\u0041\"", SLICE("\xff" "A")},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct slice raw = {0}, s;
		struct err e;

		assert_int_equal(json_check(slice_str(t[i].raw), &raw, NULL, &e), 0);
		assert_slice(raw, t[i].raw);
		s = json_string(a, raw);
		assert_int_equal(s.n, t[i].out.n);
		assert_memory_equal(s.p, t[i].out.p, s.n);
	}
	arena_free(a);
}

static void typed_members_refuse_other_types_and_ranges(void **state)
{
	static const struct slice raw = SLICE("{\"s\":\"x\\ty\",\"i\":-9223372036854775808,\"u\":9223372036854775808,"
					      "\"f\":1.0,\"e\":1e3,\"t\":true,\"n\":null,\"q\":\"1\",\"b\":false}");
	static const char *const no_int[] = {"s", "u", "f", "e", "t", "n", "q", "none"};
	struct arena *a = arena_new();
	struct slice s = {0};
	int64_t i = 0;
	bool b = false;

	(void)state;
	assert_true(json_get_str(a, raw, "s", &s));
	assert_slice(s, "x\ty");
	assert_false(json_get_str(a, raw, "n", &s));
	assert_false(json_get_str(a, raw, "i", &s));
	assert_true(json_get_int(raw, "i", &i) && i == INT64_MIN);
	for (size_t k = 0; k < sizeof no_int / sizeof *no_int; k++)
		assert_false(json_get_int(raw, no_int[k], &i));
	assert_true(json_get_bool(raw, "t", &b) && b);
	assert_true(json_get_bool(raw, "b", &b) && !b);
	assert_false(json_get_bool(raw, "n", &b));
	assert_false(json_get_bool(raw, "q", &b));
	arena_free(a);
}

static void write_all_kinds(struct json_w *w)
{
	json_open(w, '{');
	json_kstr(w, "s", SLICE("x"));
	json_kstr(w, "none", SLICE(""));
	json_kcstr(w, "null", NULL);
	json_key(w, "empty");
	json_open(w, '{');
	json_close(w, '}');
	json_key(w, "list");
	json_open(w, '[');
	json_int(w, INT64_MIN);
	json_uint(w, UINT64_MAX);
	json_bool(w, true);
	json_null(w);
	json_cstr(w, "");
	json_open(w, '[');
	json_close(w, ']');
	json_raw(w, SLICE("{\"a\" : 1}"));
	json_close(w, ']');
	json_kint(w, "i", -1);
	json_kbool(w, "b", false);
	json_khex(w, "h", UINT64_C(0xffff888104a3e03c));
	json_close(w, '}');
}

static void both_forms_are_exact(void **state)
{
	static const char compact[] =
		"{\"s\":\"x\",\"none\":null,\"null\":null,\"empty\":{},\"list\":[-9223372036854775808,"
		"18446744073709551615,true,null,\"\",[],{\"a\" : 1}],\"i\":-1,\"b\":false,\"h\":\"0xffff888104a3e03c\"}";
	static const char indented[] =
		"{\n  \"s\": \"x\",\n  \"none\": null,\n  \"null\": null,\n  \"empty\": {},\n  \"list\": [\n"
		"    -9223372036854775808,\n    18446744073709551615,\n    true,\n    null,\n    \"\",\n    [],\n"
		"    {\"a\" : 1}\n  ],\n  \"i\": -1,\n  \"b\": false,\n  \"h\": \"0xffff888104a3e03c\"\n}";
	struct buf b = BUF_INIT;
	struct json_w w;
	struct slice raw;
	struct err e;

	(void)state;
	json_w_init(&w, &b, false);
	write_all_kinds(&w);
	assert_string_equal(buf_str(&b), compact);
	assert_int_equal(json_check(buf_slice(&b), &raw, NULL, &e), 0);
	buf_clear(&b);
	json_w_init(&w, &b, true);
	write_all_kinds(&w);
	assert_string_equal(buf_str(&b), indented);
	buf_release(&b);
}

static void written_strings_are_safe_and_read_back_the_same(void **state)
{
	static const struct {
		struct slice in;
		const char *out;
		bool same; /* decoding gives the input again */
	} t[] = {
		{SLICE("\"\\/"), "\"\\\"\\\\/\"", true},
		{SLICE("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"", true},
		{SLICE("a\0b\x1b\x7f"), "\"a\\u0000b\\u001b\\u007f\"", true},
		{SLICE("\xc2\x9b"), "\"\\u009b\"", true},
		{SLICE("\xe2\x80\xae\xe2\x80\x8b\xe2\x80\xa8"), "\"\\u202e\\u200b\\u2028\"", true},
		{SLICE("\xf3\xa0\x80\x81"), "\"\\udb40\\udc01\"", true},
		{SLICE("é€😀"), "\"é€😀\"", true},
		{SLICE("\xff\xed\xa0\x80."), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd.\"", false},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct buf b = BUF_INIT;
		struct json_w w;
		struct slice raw, s;
		struct err e;

		json_w_init(&w, &b, false);
		json_str(&w, t[i].in);
		assert_string_equal(buf_str(&b), t[i].out);
		assert_int_equal(json_check(buf_slice(&b), &raw, NULL, &e), 0);
		s = json_string(a, raw);
		assert_int_equal(slice_eq(s, t[i].in), t[i].same);
		buf_release(&b);
	}
	arena_free(a);
}

static void bytes_do_not_hang_on_the_locale(void **state)
{
	struct slice text = SLICE("é 中 \xcd\xb8"); /* the last one is unassigned */
	struct buf b = BUF_INIT;
	struct json_w w;

	(void)state;
	setlocale(LC_ALL, "C");
	json_w_init(&w, &b, false);
	json_str(&w, text);
	assert_string_equal(buf_str(&b), "\"é 中 \xcd\xb8\"");
	buf_clear(&b);
	setlocale(LC_ALL, "C.UTF-8");
	json_w_init(&w, &b, false);
	json_str(&w, text);
	assert_string_equal(buf_str(&b), "\"é 中 \xcd\xb8\"");
	buf_clear(&b);
	json_w_init(&w, &b, false);
	w.ascii = true;
	json_open(&w, '{');
	json_key(&w, "é");
	json_str(&w, SLICE("中😀\xff"));
	json_close(&w, '}');
	assert_string_equal(buf_str(&b), "{\"\\u00e9\":\"\\u4e2d\\ud83d\\ude00\\ufffd\"}");
	buf_release(&b);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(accepts_one_value_and_trims_around_it),
	cmocka_unit_test(refuses_what_is_not_json_and_says_where),
	cmocka_unit_test(a_cut_text_is_called_cut),
	cmocka_unit_test(deep_nesting_is_refused_without_a_crash),
	cmocka_unit_test(walks_members_and_elements_without_entering_them),
	cmocka_unit_test(walking_what_is_no_container_ends_at_once),
	cmocka_unit_test(walking_unchecked_bytes_ends_all_the_same),
	cmocka_unit_test(the_last_of_two_equal_members_counts),
	cmocka_unit_test(strings_are_decoded_to_their_bytes),
	cmocka_unit_test(typed_members_refuse_other_types_and_ranges),
	cmocka_unit_test(both_forms_are_exact),
	cmocka_unit_test(written_strings_are_safe_and_read_back_the_same),
	cmocka_unit_test(bytes_do_not_hang_on_the_locale),
};

TEST_MAIN()
