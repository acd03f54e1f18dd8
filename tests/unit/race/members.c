#include "race/members.h"

#include <inttypes.h>

#include "base/buf.h"
#include "tests/test.h"

/* "name@bit+bits" each; "no": refused. */
static const char *fields(const char *json)
{
	static struct buf b;
	struct arena *a = arena_new();
	struct members ms;

	buf_clear(&b);
	if (!members_read(slice_str(json), a, &ms))
		buf_adds(&b, "no");
	for (size_t i = 0; i < ms.n; i++)
		buf_addf(&b, "%s%.*s@%" PRIu64 "+%" PRIu64, b.n ? " " : "", (int)ms.m[i].name.n, ms.m[i].name.p, ms.m[i].bit, ms.m[i].bits);
	arena_free(a);
	return b.n ? buf_str(&b) : "";
}

static void fields_are_read_in_order(void **state)
{
	(void)state;
	assert_string_equal(fields("[{\"Name\":\"lock\",\"OffsetBits\":0,\"SizeBits\":256},{\"Name\":\"owner\",\"OffsetBits\":256,\"SizeBits\":64}]"),
			    "lock@0+256 owner@256+64");
	assert_string_equal(fields("[{\"Name\":\"b\",\"OffsetBits\":8,\"SizeBits\":8},{\"Name\":\"a\",\"OffsetBits\":0,\"SizeBits\":1},"
				 "{\"Name\":\"\",\"OffsetBits\":8,\"SizeBits\":64}]"),
			    "a@0+1 @8+64 b@8+8");
	assert_string_equal(fields("[]"), "");
	assert_string_equal(fields("[{\"OffsetBits\":0,\"SizeBits\":8}]"), "@0+8");
}

static void what_is_no_layout_is_refused(void **state)
{
	static const char *const odd[] = {
		"{}", "\"\"", "[1]", "[{\"Name\":\"a\",\"OffsetBits\":-8,\"SizeBits\":8}]", "[{\"Name\":\"a\",\"OffsetBits\":0}]",
		"[{\"Name\":1,\"OffsetBits\":0,\"SizeBits\":8}]", "[{\"Name\":\"a\",\"OffsetBits\":0,\"SizeBits\":9223372036854775807}]",
		"[{\"Name\":\"a\",\"OffsetBits\":\"0\",\"SizeBits\":8}]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		assert_string_equal(fields(odd[i]), "no");
}

static unsigned alignment(const char *json)
{
	struct arena *a = arena_new();
	struct members ms;
	unsigned n;

	assert_true(members_read(slice_str(json), a, &ms));
	n = members_alignment(&ms);
	arena_free(a);
	return n;
}

#define FIELD(bit, bits) "{\"Name\":\"a\",\"OffsetBits\":" #bit ",\"SizeBits\":" #bits "}"

static void fields_tell_where_a_struct_may_begin(void **state)
{
	(void)state;
	assert_int_equal(alignment("[" FIELD(0, 64) "," FIELD(64, 32) "]"), 8);
	assert_int_equal(alignment("[" FIELD(0, 32) "," FIELD(32, 256) "]"), 4);
	assert_int_equal(alignment("[" FIELD(0, 16) "," FIELD(16, 8) "," FIELD(24, 8) "]"), 2);
	assert_int_equal(alignment("[" FIELD(0, 8) "," FIELD(8, 3) "]"), 1);
	/* an array of characters between numbers; a packed struct */
	assert_int_equal(alignment("[" FIELD(0, 64) "," FIELD(64, 64) "," FIELD(136, 64) "]"), 8);
	assert_int_equal(alignment("[" FIELD(0, 8) "," FIELD(8, 64) "," FIELD(72, 32) "]"), 1);
	assert_int_equal(alignment("[]"), 1);
}

static void a_field_is_found_by_its_name_if_that_tells(void **state)
{
	struct arena *a = arena_new();
	struct members ms;

	(void)state;
	assert_true(members_read(SLICE("[{\"Name\":\"a\",\"OffsetBits\":0,\"SizeBits\":8},{\"Name\":\"b\",\"OffsetBits\":9,\"SizeBits\":3},"
				       "{\"Name\":\"a\",\"OffsetBits\":64,\"SizeBits\":8},{\"Name\":\"\",\"OffsetBits\":64,\"SizeBits\":8}]"),
				 a, &ms));
	assert_null(members_find(&ms, SLICE("a")));
	assert_null(members_find(&ms, SLICE("")));
	assert_int_equal(members_find(&ms, SLICE("b"))->bit, 9);
	assert_false(member_is_whole(members_find(&ms, SLICE("b"))));
	arena_free(a);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(fields_are_read_in_order),
	cmocka_unit_test(what_is_no_layout_is_refused),
	cmocka_unit_test(fields_tell_where_a_struct_may_begin),
	cmocka_unit_test(a_field_is_found_by_its_name_if_that_tells),
};

TEST_MAIN()
