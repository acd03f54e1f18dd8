#include "base/arena.h"
#include "tests/test.h"

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
	static const size_t sizes[] = {0, 1, 7, 8, 9, 16, 100, 1000, 1024, 5000, 16384, 16385, 100000, 3};
	struct arena *a = arena_new();
	unsigned char *p[sizeof sizes / sizeof *sizes];

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		p[i] = arena_alloc(a, sizes[i]);
		assert_non_null(p[i]);
		assert_int_equal((uintptr_t)p[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(p[i][k], 0);
		memset(p[i], (int)i + 1, sizes[i]);
	}
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(p[i][k], i + 1);
	arena_free(a);
}

static void copies_keep_nul_bytes_and_end_with_one(void **state)
{
	struct arena *a = arena_new();
	struct slice s = arena_slice(a, (struct slice){"a\0b", 3});

	(void)state;
	assert_int_equal(s.n, 3);
	assert_memory_equal(s.p, "a\0b", 4);
	assert_string_equal(arena_str(a, (struct slice){0}), "");
	arena_free(a);
}

static void small_pieces_go_on_in_a_chunk_after_a_large_one(void **state)
{
	struct arena *a = arena_new();
	char *one = arena_alloc(a, 16), *two;

	(void)state;
	arena_alloc(a, 1 << 20);
	two = arena_alloc(a, 16);
	assert_ptr_equal(two, one + 16);
	arena_free(a);
}

static void the_count_of_bytes_is_what_is_really_held(void **state)
{
	struct arena *a = arena_new();
	size_t small, large;

	(void)state;
	assert_int_equal(arena_bytes(a), 0);
	arena_alloc(a, 1);
	small = arena_bytes(a);
	/* a cache bounded by this figure must neither forget a chunk nor think that a small text costs a lot */
	assert_in_range(small, 1024, 2048);
	arena_alloc(a, 16);
	assert_int_equal(arena_bytes(a), small);
	arena_alloc(a, 1 << 20);
	large = arena_bytes(a);
	assert_in_range(large, small + (1 << 20), small + (1 << 20) + 4096);
	arena_free(a);
}

static void many_small_pieces_take_little_more_than_their_sum(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (int i = 0; i < 100000; i++)
		arena_alloc(a, 16);
	assert_in_range(arena_bytes(a), 1600000, 1650000);
	arena_free(a);
	arena_free(NULL);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
	cmocka_unit_test(copies_keep_nul_bytes_and_end_with_one),
	cmocka_unit_test(small_pieces_go_on_in_a_chunk_after_a_large_one),
	cmocka_unit_test(the_count_of_bytes_is_what_is_really_held),
	cmocka_unit_test(many_small_pieces_take_little_more_than_their_sum),
};

TEST_MAIN()
