#include "tests/test.h"

#include "report/access.h"

static void reads_kind_marks_bytes_and_who(void **state)
{
	static const struct {
		const char *line, *address;
		enum access_kind kind;
		unsigned marks;
		uint32_t size;
		bool unknown;
		int32_t task, cpu; /* task -1: interrupt */
	} cases[] = {
		{"read to 0xffff88810000aa00 of 8 bytes by task 12 on cpu 3:", "0xffff88810000aa00", ACCESS_READ, 0, 8,
		 false, 12, 3},
		{"write (marked) to 0xc26420dc of 4 bytes by interrupt on cpu 0:", "0xc26420dc", ACCESS_WRITE,
		 MARK_MARKED, 4, false, -1, 0},
		{"read-write (marked, reordered) to 0x10 of 1 bytes by task 0 on cpu 1:", "0x10", ACCESS_READ_WRITE,
		 MARK_MARKED | MARK_REORDERED, 1, false, 0, 1},
		{"write (marked, scoped) to 0x10 of 2 bytes by task 5 on cpu 1", "0x10", ACCESS_WRITE,
		 MARK_MARKED | MARK_SCOPED, 2, false, 5, 1},
		{"read (reordered) to 0x000000017f5871b8 of 1344 bytes by task 5 on cpu 1: <- here",
		 "0x000000017f5871b8", ACCESS_READ, MARK_REORDERED, 1344, false, 5, 1},
		{"assert no writes to 0x10 of 4 bytes by task 5 on cpu 1:", "0x10", ACCESS_ASSERT_NO_WRITES, 0, 4, false,
		 5, 1},
		{"assert no accesses (scoped) to 0x10 of 232 bytes by interrupt on cpu 1:", "0x10",
		 ACCESS_ASSERT_NO_ACCESSES, MARK_SCOPED, 232, false, -1, 1},
		{"race at unknown origin, with read to 0x10 of 4 bytes by task 5 on cpu 1:", "0x10", ACCESS_READ, 0, 4,
		 true, 5, 1},
		{"race at unknown origin, with assert no writes to 0x10 of 4 bytes by task 5 on cpu 1:", "0x10",
		 ACCESS_ASSERT_NO_WRITES, 0, 4, true, 5, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct access a = {0};

		assert_int_equal(access_parse(slice_str(cases[i].line), &a), 1);
		assert_int_equal(a.kind, cases[i].kind);
		assert_int_equal(a.marks, cases[i].marks);
		assert_int_equal(a.size, cases[i].size);
		assert_int_equal(a.unknown_origin, cases[i].unknown);
		assert_int_equal(a.task, cases[i].task);
		assert_int_equal(a.interrupt, cases[i].task < 0);
		assert_int_equal(a.cpu, cases[i].cpu);
		assert_slice(a.address_text, cases[i].address);
	}
}

static void tells_a_cut_line_from_another_one(void **state)
{
	static const struct {
		const char *line;
		int result;
	} cases[] = {
		{"race at unknown origin, with", -1},
		{"race at unknown origin, with read", -1},
		{"read to", -1},
		{"write (marked)", -1},
		{"read to 0x10 of 8 bytes by", -1},
		{"read to 0x10 of 8 bytes by task", -1},
		{"read to 0x10 of 8 bytes by task 4 on cpu", -1},
		{"read", 0},
		{"read to the end of it", 0},
		{"reads to 0x10 of 8 bytes by task 4 on cpu 1:", 0},
		{"read to 0xhello of 8 bytes by task 4 on cpu 1:", 0},
		{"read to 0x11223344556677889 of 8 bytes by task 4 on cpu 1:", 0},
		{"read to 0x10 of 4294967296 bytes by task 4 on cpu 1:", 0},
		{"read to 0x10 of 8 bytes by task 2147483648 on cpu 1:", 0},
		{"read to 0x10 of 8 bytes by tasklet on cpu 1:", 0},
		{"read to 0x10 of 1 bytes at 0x20", 0},
		{"read (marked to 0x10 of 8 bytes by task 4 on cpu 1:", 0},
		{"", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct access a = {0};

		if (access_parse(slice_str(cases[i].line), &a) != cases[i].result)
			fail_msg("%s", cases[i].line);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(reads_kind_marks_bytes_and_who),
	cmocka_unit_test(tells_a_cut_line_from_another_one),
};

TEST_MAIN()
