#include "race/value.h"

#include "tests/test.h"

static const char *words(const char *was, const char *is, uint32_t size)
{
	static struct buf b;
	uint64_t from, to;

	buf_clear(&b);
	assert_true(value_read(slice_str(was), &from));
	assert_true(value_read(slice_str(is), &to));
	value_words(from, to, size, &b);
	return buf_str(&b);
}

static void a_change_says_what_is_certain(void **state)
{
	(void)state;
	assert_string_equal(words("0x3", "0x7", 4), "Bit 2 was set.");
	assert_string_equal(words("0x7", "0x3", 4), "Bit 2 was cleared.");
	assert_string_equal(words("0x00", "0x05", 1), "Bits 0 and 2 were set.");
	assert_string_equal(words("0x1", "0x2", 4), "The value went up by one.");
	assert_string_equal(words("0x6", "0x7", 4), "Bit 0 was set; the value went up by one.");
	assert_string_equal(words("0x1", "0x4", 4), "Bit 2 was set, bit 0 was cleared.");
	assert_string_equal(words("0x7fff", "0x8000", 4), "The value went up by one.");
	assert_string_equal(words("0x100", "0xff", 4), "The value went down by one.");
	assert_string_equal(words("0x0000000000000000", "0xffff88811d7a5280", 8), "NULL became what looks like a kernel address.");
	assert_string_equal(words("0xffff88811d7a5280", "0x0", 8), "What looks like a kernel address became NULL.");
	assert_string_equal(words("0xffff888100000000", "0xffff888100000040", 8), "One kernel address became another, by their looks.");
	assert_string_equal(words("0x12345678", "0x9abcdef0", 4), "");
	assert_string_equal(words("0x5", "0x5", 4), "");
	assert_string_equal(words("0xfffffffffffffff4", "0x0", 8), ""); /* an error pointer, or -12 */
}

static void what_is_no_number_is_none(void **state)
{
	static const char *const odd[] = {"", "0x", "12", "0x12345678901234567", "0xg", "0x 1"};
	uint64_t v;

	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		assert_false(value_read(slice_str(odd[i]), &v));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_change_says_what_is_certain),
	cmocka_unit_test(what_is_no_number_is_none),
};

TEST_MAIN()
