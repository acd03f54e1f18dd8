#include "ui/pair.h"

#include "report/report.h"
#include "tests/test.h"

/* A report of two accesses, each given by its access line; `more` stands behind the second stack. */
static struct crash *report(const char *title, const char *first, const char *second, const char *more)
{
	struct buf b = BUF_INIT;
	struct crash *c;

	buf_addf(&b, "BUG: KCSAN: %s\n\n%s\n pond_a+0x1/0x2\n", title, first);
	if (second)
		buf_addf(&b, "\n%s\n pond_b+0x1/0x2\n", second);
	buf_addf(&b, "\n%sReported by Kernel Concurrency Sanitizer on:\nCPU: 1 PID: 2 Comm: x Not tainted 6.1.0 #7\n", more);
	c = report_parse(buf_slice(&b));
	buf_release(&b);
	assert_int_equal(c->naccesses, second ? 2 : 1);
	return c;
}

#define RACE "data-race in pond_a / pond_b"

static void facts_are(const char *first, const char *second, const char *more, const char *want)
{
	struct crash *c = report(RACE, first, second, more);
	struct buf b = BUF_INIT;

	pair_facts(c, &b);
	if (slice_find(buf_slice(&b), want, 0) == SLICE_NONE)
		fail_msg("not said: %s\nbut: %s", want, buf_str(&b));
	buf_release(&b);
	crash_free(c);
}

static void facts_are_not(const char *first, const char *second, const char *word)
{
	struct crash *c = report(RACE, first, second, "");
	struct buf b = BUF_INIT;

	pair_facts(c, &b);
	if (slice_find(buf_slice(&b), word, 0) != SLICE_NONE)
		fail_msg("said: %s", buf_str(&b));
	buf_release(&b);
	crash_free(c);
}

static void an_access_is_told_with_its_marks(void **state)
{
	static const struct {
		const char *line, *words;
	} cases[] = {
		{"write to 0xffff888100a10040 of 4 bytes by task 71 on cpu 0:",
		 "write (plain) task 71 on cpu 0, 4 bytes at 0xffff888100a10040"},
		{"read-write (marked) to 0xffff888100a10040 of 1 bytes by interrupt on cpu 3:",
		 "read-write (marked) interrupt on cpu 3, 1 byte at 0xffff888100a10040"},
		{"write (marked, reordered) to 0xc26420dc of 8 bytes by task 0 on cpu 1:",
		 "write (marked, reordered) task 0 on cpu 1, 8 bytes at 0xc26420dc"},
		{"write (reordered) to 0xc26420dc of 8 bytes by task 0 on cpu 1:",
		 "write (reordered, plain) task 0 on cpu 1, 8 bytes at 0xc26420dc"},
		{"assert no accesses to 0xc26420dc of 8 bytes by task 0 on cpu 1:",
		 "assert no accesses task 0 on cpu 1, 8 bytes at 0xc26420dc"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct crash *c = report(RACE, cases[i].line, "read to 0xc26420dc of 8 bytes by task 5 on cpu 6:", "");
		struct buf b = BUF_INIT;

		pair_access(&c->access[0], &b);
		assert_string_equal(buf_str(&b), cases[i].words);
		buf_release(&b);
		crash_free(c);
	}
}

static const char on_0[] = "write to 0xffff888100a10040 of 4 bytes by task 71 on cpu 0:";

static void same_cpu_and_task_are_told(void **state)
{
	(void)state;
	facts_are("write to 0xffff888100a10040 of 4 bytes by interrupt on cpu 0:", on_0, "",
		  "Both on cpu 0: the interrupt came while the task was at its access.");
	facts_are("write to 0xffff888100a10040 of 4 bytes by task 72 on cpu 0:", on_0, "",
		  "Both on cpu 0: one task was preempted at its access by the other.");
	facts_are(on_0, on_0, "", "Both by task 71: the same thread, which entered its own access again.");
	facts_are("write to 0xffff888100a10040 of 4 bytes by task 0 on cpu 1:",
		  "write to 0xffff888100a10040 of 4 bytes by task 0 on cpu 0:", "", "two different ones");
	facts_are_not("read to 0xffff888100a10040 of 4 bytes by task 72 on cpu 1:", on_0, "Both");
	facts_are_not("read to 0xffff888100a10040 of 4 bytes by interrupt on cpu 1:",
		      "write to 0xffff888100a10040 of 4 bytes by interrupt on cpu 0:", "Both");
}

static void different_bytes_are_told(void **state)
{
	(void)state;
	facts_are(on_0, "read to 0xffff888100a10043 of 1 bytes by task 72 on cpu 1:", "", "The second is to byte 3 of the first's 4, counted from 0.");
	facts_are("read to 0xffff888100a10043 of 1 bytes by task 72 on cpu 1:", on_0, "", "The first is to byte 3 of the second's 4");
	facts_are(on_0, "read to 0xffff888100a1003c of 8 bytes by task 72 on cpu 1:", "", "The first is to bytes 4 to 7 of the second's 8");
	facts_are(on_0, "read to 0xffff888100a10042 of 4 bytes by task 72 on cpu 1:", "", "They overlap in part: in bytes 2 to 3 of the first's 4, ");
	facts_are_not(on_0, "read to 0xffff888100a10040 of 4 bytes by task 72 on cpu 1:", "bytes");
}

/* The value is that of the access that was stalled, the second: of one byte here, whatever the other's size. */
static void a_value_is_of_the_second_access(void **state)
{
	(void)state;
	facts_are("write to 0xffff888100a10040 of 8 bytes by task 71 on cpu 0:", "read to 0xffff888100a10040 of 1 bytes by task 72 on cpu 1:",
		  "value changed: 0x00 -> 0x0f\n\n", "Bits 0, 1, 2 and 3 were set.");
	facts_are("read to 0xffff888100a10040 of 1 bytes by task 72 on cpu 1:", "write to 0xffff888100a10040 of 8 bytes by task 71 on cpu 0:",
		  "value changed: 0x0000000000000000 -> 0xffff888100000000\n\n", "NULL became what looks like a kernel address.");
}

static void a_change_of_value_is_told_first(void **state)
{
	struct crash *c = report(RACE, on_0, "read to 0xffff888100a10040 of 4 bytes by task 72 on cpu 0:",
				 "value changed: 0x00000001 -> 0x00000005\n bits changed: 0x00000004 with mask 0x00000006\n\n");
	struct buf b = BUF_INIT;

	(void)state;
	pair_facts(c, &b);
	assert_true(slice_starts(buf_slice(&b), "Value 0x00000001 -> 0x00000005, of the bits that are asserted 0x00000004 changed (mask "
						"0x00000006). Bit 2 was set. Both on cpu 0"));
	buf_release(&b);
	crash_free(c);
}

static void assertions_and_reordering_are_explained(void **state)
{
	(void)state;
	facts_are(on_0, "assert no accesses to 0xffff888100a10040 of 4 bytes by task 72 on cpu 1:", "",
		  "The second side asserts that no other thread touches this (ASSERT_EXCLUSIVE_ACCESS)");
	facts_are("assert no writes (scoped) to 0xffff888100a10040 of 4 bytes by task 72 on cpu 1:", on_0, "",
		  "The first side asserts that no other thread writes this (ASSERT_EXCLUSIVE_WRITER, _BITS)");
	facts_are("write (reordered) to 0xffff888100a10040 of 4 bytes by task 72 on cpu 1:", on_0, "",
		  "The first access was reordered");
	facts_are_not(on_0, on_0, "reordered");
}

static void why_a_side_is_missing_is_told(void **state)
{
	struct crash *c = report("data-race in pond_a+0x1/0x2",
				 "race at unknown origin, with read to 0xffff888100a10040 of 4 bytes by task 72 on cpu 1:", NULL, "");
	struct buf b = BUF_INIT;

	(void)state;
	pair_missing(c, &b);
	assert_true(slice_starts(buf_slice(&b), "The other side is unknown.\n"));
	crash_free(c);
	buf_clear(&b);
	c = report(RACE, on_0, NULL, "");
	pair_missing(c, &b);
	assert_true(slice_find(buf_slice(&b), "the part with the other one is missing", 0) != SLICE_NONE);
	buf_release(&b);
	crash_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_access_is_told_with_its_marks),
		cmocka_unit_test(same_cpu_and_task_are_told),
		cmocka_unit_test(different_bytes_are_told),
	cmocka_unit_test(a_value_is_of_the_second_access),
		cmocka_unit_test(a_change_of_value_is_told_first),
		cmocka_unit_test(assertions_and_reordering_are_explained),
		cmocka_unit_test(why_a_side_is_missing_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
