/* Which fields a change of value was to. */
#include "race/changed.h"

#include "tests/test.h"

static const struct member fields[] = {
	{{"state", 5}, 0, 32}, {{"hungry", 6}, 32, 1}, {{"leak", 4}, 33, 1}, {{"depth", 5}, 34, 6}, {{"", 0}, 64, 64}, {{"low", 3}, 64, 32}, {{"high", 4}, 96, 32},
};
static const struct members members = {fields, sizeof fields / sizeof *fields};

static const char *of(uint64_t address, uint32_t size, uint64_t was, uint64_t is, bool big)
{
	static struct buf b;
	struct picture p = {.n = 2, .access = {{'W', address, size}, {'R', address, size}}, .members = &members, .name = SLICE("struct pond"),
			    .base = 0x1000, .changed = true, .was = was, .is = is, .big_endian = big};

	buf_clear(&b);
	changed_fields(&p, &b);
	return buf_str(&b);
}

static void bits_are_called_by_their_names(void **state)
{
	(void)state;
	assert_string_equal(of(0x1004, 1, 0x01, 0x02, false), "Changed in struct pond: hungry (1 -> 0), leak (0 -> 1).");
	assert_string_equal(of(0x1004, 4, 0x04, 0x08, false), "Changed in struct pond: depth (0x1 -> 0x2).");
	assert_string_equal(of(0x1004, 1, 0x80, 0x00, true), "Changed in struct pond: hungry (1 -> 0).");
}

static void a_wide_access_is_to_several_fields(void **state)
{
	(void)state;
	assert_string_equal(of(0x1000, 8, 0, UINT64_C(0x100000001), false), "Changed in struct pond: state (bit 0), hungry (0 -> 1).");
	assert_string_equal(of(0x1008, 8, 0, UINT64_C(0x400000000), false), "Changed in struct pond: high (bit 2).");
}

/* Its name stands in the line. */
static void of_one_whole_field_there_is_nothing_to_say(void **state)
{
	(void)state;
	assert_string_equal(of(0x1000, 4, 0, 1, false), "");
	assert_string_equal(of(0x1004, 1, 1, 1, false), "");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(bits_are_called_by_their_names),
	cmocka_unit_test(a_wide_access_is_to_several_fields),
	cmocka_unit_test(of_one_whole_field_there_is_nothing_to_say),
};

TEST_MAIN()
