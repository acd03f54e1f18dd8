#include "tests/test.h"

#include "report/context.h"
#include "report/frame.h"

static void knows_every_form_of_a_frame(void **state)
{
	static const struct {
		const char *line;
		enum frame_form form;
		const char *function, *file, *module;
		uint32_t number;
		uint64_t offset, length;
	} cases[] = {
		{" foo+0x1a/0x40", FRAME_OFFSET, "foo", "", "", 0, 0x1a, 0x40},
		{"foo.isra.0+0x0/0x80", FRAME_OFFSET, "foo.isra.0", "", "", 0, 0, 0x80},
		{".foo+0x1a/0x40", FRAME_OFFSET, ".foo", "", "", 0, 0x1a, 0x40},
		{"foo+0x1a/0x40 [mod]", FRAME_OFFSET, "foo", "", "mod", 0, 0x1a, 0x40},
		{"foo+0x1a/0x40 [mod 0123abcd]", FRAME_OFFSET, "foo", "", "mod", 0, 0x1a, 0x40},
		{"foo+0x1a/0x40     net/core/dev.c:12", FRAME_OFFSET, "foo", "net/core/dev.c", "", 12, 0x1a, 0x40},
		{"foo+0x1a/0x40 [mod] net/a.c:12", FRAME_OFFSET, "foo", "net/a.c", "mod", 12, 0x1a, 0x40},
		{"foo+0x1a/0x40 net/a.c:12 [mod]", FRAME_OFFSET, "foo", "net/a.c", "mod", 12, 0x1a, 0x40},
		{"foo+0x1a/0x40 net/a.c:12:7", FRAME_OFFSET, "foo", "net/a.c", "", 12, 0x1a, 0x40},
		{"foo+0x1a/0x40 (unreliable)", FRAME_OFFSET, "foo", "", "", 0, 0x1a, 0x40},
		{"foo+0x1a/0x40 <-- look", FRAME_OFFSET, "foo", "", "", 0, 0x1a, 0x40},
		{"? foo+0x1a/0x40", FRAME_OFFSET, "foo", "", "", 0, 0x1a, 0x40},
		{"[<ffffffff81000000>] foo+0x1a/0x40", FRAME_OFFSET, "foo", "", "", 0, 0x1a, 0x40},
		{"foo net/core/dev.c:9 [inline]", FRAME_INLINE, "foo", "net/core/dev.c", "", 9, 0, 0},
		{"foo   net/a.c:9 [inline]   <-- look", FRAME_INLINE, "foo", "net/a.c", "", 9, 0, 0},
		{"foo io/a.h:-1 [inline]", FRAME_INLINE, "foo", "io/a.h", "", 0, 0, 0},
		{"foo net/core/dev.c:9", FRAME_PLACE, "foo", "net/core/dev.c", "", 9, 0, 0},
		{"foo (net/a.c:9)", FRAME_DECODED, "foo", "", "", 0, 0, 0},
		{"foo+0x1a/0x40 (net/a.c:9)", FRAME_DECODED, "foo", "", "", 0, 0x1a, 0x40},
		{"foo at mm/memory.c:12", FRAME_AT, "foo", "mm/memory.c", "", 12, 0, 0},
		{"foo at mm/memory.c:12 (discriminator 11)", FRAME_AT, "foo", "mm/memory.c", "", 12, 0, 0},
		{"(inlined by) foo at mm/memory.c:?", FRAME_BY, "foo", "mm/memory.c", "", 0, 0, 0},
		{"0xeedc7805", FRAME_ADDRESS, "0xeedc7805", "", "", 0, 0, 0},
		{"0x0", FRAME_ADDRESS, "0x0", "", "", 0, 0, 0},
		{"foo", FRAME_BARE, "foo", "", "", 0, 0, 0},
		{"foo()", FRAME_BARE, "foo", "", "", 0, 0, 0},
		{"foo [mod]", FRAME_BARE, "foo", "", "mod", 0, 0, 0},
		{"net/core/dev.c:12", FRAME_TAIL, "", "net/core/dev.c", "", 12, 0, 0},
		{"foo+0x1a/0x40 net/a.c:99999999999", FRAME_OFFSET, "foo", "net/a.c", "", 0, 0x1a, 0x40},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct frame_line fl;

		if (frame_parse(slice_str(cases[i].line), &fl) != cases[i].form)
			fail_msg("%s: form %d", cases[i].line, (int)fl.form);
		assert_slice(fl.f.function, cases[i].function);
		assert_slice(fl.f.file, cases[i].file);
		assert_slice(fl.f.module, cases[i].module);
		assert_int_equal(fl.f.line, cases[i].number);
		assert_int_equal(fl.f.offset, cases[i].offset);
		assert_int_equal(fl.f.length, cases[i].length);
		assert_int_equal(fl.f.has_offset, cases[i].length != 0);
		assert_int_equal(fl.f.inlined, cases[i].form == FRAME_INLINE);
	}
}

static void takes_no_sentence_for_a_frame(void **state)
{
	static const char *const lines[] = {
		"foo+0x1a/0x40 is where it happens", "foo+0x1a/0x40:", "foo+0x1a", "foo+0x1a/0x", "foo+0x1a/40",
		"foo+0x11223344556677889/0x10", "foo (bar)", "foo, bar", "see foo for net/a.c", "foo at noon",
		"foo at mm/memory.c:12 and more", "foo 12:30", "12", "+0x1a/0x40", "-", "...", "0x", "0xyz",
		"0x10 0x20", "0x10: value", "ata5: SATA link down", "foo [", "(inlined by)", "#0: x", "",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct frame_line fl;

		if (frame_parse(slice_str(lines[i]), &fl) != FRAME_NONE)
			fail_msg("%s: form %d", lines[i], (int)fl.form);
	}
}

static void walks_the_places_of_a_decoded_line(void **state)
{
	struct frame_line fl;
	struct slice file, module = {0}, more = SLICE("\t\t./include/b.h:2 c.c:? (discriminator 4)) [mod]");
	uint32_t line;

	(void)state;
	frame_parse(SLICE("foo (a/a.c:1 (discriminator 3)"), &fl);
	assert_int_equal(frame_next_place(&fl.places, &file, &line, &module), 1);
	assert_slice(file, "a/a.c");
	assert_int_equal(line, 1);
	assert_int_equal(frame_next_place(&fl.places, &file, &line, &module), 0);
	assert_int_equal(frame_next_place(&more, &file, &line, &module), 1);
	assert_slice(file, "./include/b.h");
	assert_int_equal(frame_next_place(&more, &file, &line, &module), 1);
	assert_slice(file, "c.c");
	assert_int_equal(line, 0);
	assert_int_equal(frame_next_place(&more, &file, &line, &module), -1);
	assert_slice(module, "mod");
}

static void knows_where_a_stack_leaves_its_code(void **state)
{
	(void)state;
	assert_true(context_is_interrupt_entry(SLICE("asm_sysvec_apic_timer_interrupt")));
	assert_true(context_is_interrupt_entry(SLICE("el1h_64_irq")));
	assert_false(context_is_interrupt_entry(SLICE("el1h_64_irq_handler")));
	assert_true(context_is_interrupt_entry(SLICE("ext_int_handler")));
	assert_true(context_is_interrupt_entry(SLICE("Decrementer_virt")));
	assert_false(context_is_interrupt_entry(SLICE("do_syscall_64")));
	assert_true(context_is_kcsan(SLICE("__tsan_read4")));
	assert_true(context_is_kcsan(SLICE("kcsan_report_known_origin")));
	assert_true(context_is_kcsan(SLICE("print_report")));
	assert_false(context_is_kcsan(SLICE("kcsan_test_run")));
	assert_false(context_is_kcsan(SLICE("print_reports")));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(knows_every_form_of_a_frame),
	cmocka_unit_test(takes_no_sentence_for_a_frame),
	cmocka_unit_test(walks_the_places_of_a_decoded_line),
	cmocka_unit_test(knows_where_a_stack_leaves_its_code),
};

TEST_MAIN()
