#include "llm/extras.h"
#include "tests/test.h"

/* Add the members of each object in turn; what is written of them. */
static bool check(const char *const *pieces, const char *want)
{
	struct extras x = {0};
	struct arena *a = arena_new();
	struct buf out = BUF_INIT;
	struct json_w w;
	bool over;

	for (; *pieces; pieces++)
		for (struct json_iter it = json_iter(slice_str(*pieces)); json_next(&it);)
			extras_add(&x, a, it.key, it.value);
	json_w_init(&w, &out, false);
	json_open(&w, '{');
	extras_write(&x, &w);
	json_close(&w, '}');
	if (want)
		assert_string_equal(buf_str(&out), want);
	over = x.over;
	extras_release(&x);
	arena_free(a);
	buf_release(&out);
	return over;
}

static void what_comes_in_pieces_is_put_together(void **state)
{
	static const char *const texts[] = {"{\"reasoning\":\"a\\n\"}", "{\"reasoning\":null,\"x\":1}", "{\"reasoning\":\"b\",\"x\":2}", NULL};
	static const char *const arrays[] = {"{\"d\":[{\"t\":\"a\"}]}", "{\"d\":[]}", "{\"d\":[ {\"t\":\"b\"} , 1 ]}", NULL};
	static const char *const none[] = {"{\"a\":null}", NULL};

	(void)state;
	assert_false(check(texts, "{\"reasoning\":\"a\\nb\",\"x\":2}"));
	assert_false(check(arrays, "{\"d\":[{\"t\":\"a\"},{\"t\":\"b\"} , 1]}"));
	assert_false(check(none, "{}"));
}

/* DeepSeek wants its reasoning_content back even where it is empty (B.5). */
static void an_empty_text_is_one(void **state)
{
	static const char *const pieces[] = {"{\"reasoning_content\":\"\",\"d\":[],\"o\":{\"s\":\"Zm9v\"}}", NULL};

	(void)state;
	assert_false(check(pieces, "{\"reasoning_content\":\"\",\"d\":[],\"o\":{\"s\":\"Zm9v\"}}"));
}

static void another_type_begins_anew(void **state)
{
	static const char *const pieces[] = {"{\"a\":\"text\"}", "{\"a\":[1]}", "{\"a\":\"x\"}", NULL};

	(void)state;
	assert_false(check(pieces, "{\"a\":\"x\"}"));
}

static void more_than_is_kept_is_told(void **state)
{
	struct buf many = BUF_INIT;
	const char *pieces[2] = {NULL, NULL};

	(void)state;
	for (int i = 0; i < 33; i++)
		buf_addf(&many, "%c\"m%d\":%d", i ? ',' : '{', i, i);
	buf_addc(&many, '}');
	pieces[0] = buf_str(&many);
	assert_true(check(pieces, NULL));
	buf_release(&many);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(what_comes_in_pieces_is_put_together),
	cmocka_unit_test(an_empty_text_is_one),
	cmocka_unit_test(another_type_begins_anew),
	cmocka_unit_test(more_than_is_kept_is_told),
};

TEST_MAIN()
