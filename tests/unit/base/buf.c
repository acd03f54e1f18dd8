#include "base/buf.h"
#include "tests/test.h"

static void an_empty_buffer_is_an_empty_string(void **state)
{
	struct buf b = BUF_INIT;
	char *p;

	(void)state;
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(buf_slice(&b).n, 0);
	assert_non_null(buf_slice(&b).p);
	p = buf_detach(&b);
	assert_string_equal(p, "");
	free(p);
	buf_release(&b);
}

static void adding_keeps_every_byte_and_the_nul_behind(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	assert_int_equal(buf_add(&b, "a\0b", 3), 0);
	assert_int_equal(buf_addc(&b, '\0'), 0);
	assert_int_equal(buf_add(&b, NULL, 0), 0);
	assert_int_equal(buf_pad(&b, '.', 3), 0);
	assert_int_equal(buf_addf(&b, "%s=%d", "x", -7), 0);
	assert_int_equal(b.n, 11);
	assert_memory_equal(b.p, "a\0b\0...x=-7", 12);
	buf_cut(&b, 2);
	buf_cut(&b, 9);
	assert_int_equal(b.n, 2);
	assert_memory_equal(b.p, "a\0", 3);
	buf_release(&b);
	assert_null(b.p);
}

static void a_formatted_text_longer_than_any_block_is_whole(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	assert_int_equal(buf_addf(&b, "<%*d>", 70000, 1), 0);
	assert_int_equal(b.n, 70002);
	assert_int_equal(b.p[0], '<');
	assert_string_equal(b.p + 70000, "1>");
	buf_release(&b);
}

static void what_passes_the_ceiling_is_refused_whole_and_for_good(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4);
	assert_int_equal(buf_adds(&b, "abc"), 0);
	assert_int_equal(buf_adds(&b, "de"), -1);
	assert_true(b.over);
	assert_string_equal(buf_str(&b), "abc");
	assert_int_equal(buf_addc(&b, 'd'), -1);
	assert_int_equal(buf_addf(&b, "%s", ""), -1);
	assert_int_equal(buf_pad(&b, ' ', 0), -1);
	assert_null(buf_room(&b, 0));
	assert_string_equal(buf_str(&b), "abc");

	buf_clear(&b);
	assert_false(b.over);
	assert_int_equal(buf_adds(&b, "abcd"), 0);
	assert_int_equal(buf_addf(&b, "%d", 1), -1);
	assert_true(b.over);
	buf_release(&b);
	assert_int_equal(b.max, 4);
	assert_false(b.over);
}

static void a_huge_request_does_not_wrap_around(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	assert_int_equal(buf_addc(&b, 'x'), 0);
	assert_null(buf_room(&b, SIZE_MAX));
	assert_true(b.over);
	buf_release(&b);
}

static void room_is_counted_only_when_written(void **state)
{
	struct buf b = BUF_INIT;
	char *to;

	(void)state;
	to = buf_room(&b, 100);
	memcpy(to, "hello", 5);
	assert_int_equal(b.n, 0);
	buf_wrote(&b, 5);
	assert_string_equal(buf_str(&b), "hello");
	buf_release(&b);
}

static void a_detached_text_survives_the_buffer(void **state)
{
	struct buf b;
	char *p;

	(void)state;
	buf_init(&b, 10);
	buf_adds(&b, "mine");
	p = buf_detach(&b);
	assert_int_equal(b.n, 0);
	assert_int_equal(buf_adds(&b, "next"), 0);
	buf_release(&b);
	assert_string_equal(p, "mine");
	free(p);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(an_empty_buffer_is_an_empty_string),
	cmocka_unit_test(adding_keeps_every_byte_and_the_nul_behind),
	cmocka_unit_test(a_formatted_text_longer_than_any_block_is_whole),
	cmocka_unit_test(what_passes_the_ceiling_is_refused_whole_and_for_good),
	cmocka_unit_test(a_huge_request_does_not_wrap_around),
	cmocka_unit_test(room_is_counted_only_when_written),
	cmocka_unit_test(a_detached_text_survives_the_buffer),
};

TEST_MAIN()
