#include "tests/test.h"

#include "import/json_walk.h"

static void parts_of_whole_json_are_found_in_order(void **state)
{
	struct json_walk w = json_walk(SLICE("\xef\xbb\xbf {\"a\": 1, \"b\" : [1, {\"x\": \"]}\"}] ,\"c\":\"q\\\"}\", \"d\":null}tail"));

	(void)state;
	assert_true(json_walk_next(&w));
	assert_slice(w.key, "\"a\"");
	assert_slice(w.value, "1");
	assert_true(json_walk_next(&w));
	assert_slice(w.key, "\"b\"");
	assert_slice(w.value, "[1, {\"x\": \"]}\"}]");
	assert_int_equal(w.depth, 2);
	assert_true(json_walk_next(&w));
	assert_slice(w.value, "\"q\\\"}\"");
	assert_int_equal(w.depth, 0);
	assert_true(json_walk_next(&w));
	assert_slice(w.value, "null");
	assert_false(json_walk_next(&w));
	assert_true(w.closed);
	assert_slice(slice_sub(w.text, w.i, w.text.n), "tail");
	assert_false(json_walk_next(&w));
}

static void a_cut_text_gives_what_is_whole(void **state)
{
	static const char text[] = "[{\"a\":\"x\\\"y\"},[1,2],true,\"s\"]";

	(void)state;
	for (size_t n = 0; n < sizeof text - 1; n++) {
		char *copy = malloc(n + 1); /* so that a read behind the end is seen */
		struct json_walk w;
		size_t whole = 0;

		memcpy(copy, text, n);
		w = json_walk((struct slice){copy, n});
		while (json_walk_next(&w))
			whole += w.whole;
		assert_false(w.closed);
		assert_int_equal(whole, n < 13 ? 0 : n < 19 ? 1 : n < 25 ? 2 : n < 28 ? 3 : 4);
		free(copy);
	}
}

static void what_is_no_json_ends_the_walk(void **state)
{
	static const char *const odd[] = {"", "x", "{", "{x}", "{\"a\" 1}", "{\"a\"", "[}", "{]", "[\"", "{\"a\":}", "[,,,"};

	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		struct json_walk w = json_walk(slice_str(odd[i]));

		while (json_walk_next(&w))
			assert_true(w.value.n > 0);
		assert_false(w.closed);
	}
}

static void a_member_is_the_last_of_its_name(void **state)
{
	(void)state;
	assert_slice(json_walk_member(SLICE("{\"a\":1,\"b\":2,\"a\":3"), "a"), "3");
	assert_int_equal(json_walk_member(SLICE("{\"aa\":1}"), "a").n, 0);
	assert_int_equal(json_walk_member(SLICE("[\"a\",1]"), "a").n, 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(parts_of_whole_json_are_found_in_order),
	cmocka_unit_test(a_cut_text_gives_what_is_whole),
	cmocka_unit_test(what_is_no_json_ends_the_walk),
	cmocka_unit_test(a_member_is_the_last_of_its_name),
};

TEST_MAIN()
