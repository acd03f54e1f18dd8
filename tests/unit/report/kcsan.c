#include "tests/test.h"

#include "report/report.h"

#define RULER "==================================================================\n"
#define TITLE "BUG: KCSAN: data-race in reader / writer\n"
#define WRITE "write to 0xffff888100001000 of 8 bytes by task 70 on cpu 0:\n"
#define READ "read to 0xffff888100001000 of 8 bytes by task 71 on cpu 1:\n"
#define FOOTER "Reported by Kernel Concurrency Sanitizer on:\n" \
	"CPU: 1 UID: 0 PID: 71 Comm: my task Not tainted 6.1.0-rc2-g0123456789ab+ #8\n"

/* Parsed reports of the running test; freed after it. */
static struct crash *parsed[32];
static size_t nparsed;

static struct crash *parse(const char *text)
{
	assert_true(nparsed < sizeof parsed / sizeof *parsed);
	parsed[nparsed] = report_parse(slice_str(text));
	return parsed[nparsed++];
}

static int free_parsed(void **state)
{
	(void)state;
	while (nparsed)
		crash_free(parsed[--nparsed]);
	return 0;
}

/* The functions of a stack as one string: "f* g~": * inline, ~ beyond an interrupt entry, - without name. */
static void assert_stack(const struct frame *f, size_t n, const char *want)
{
	char got[1024] = "";

	for (size_t i = 0; i < n; i++)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%.*s%s%s", i ? " " : "",
			 f[i].function.n ? (int)f[i].function.n : 1, f[i].function.n ? f[i].function.p : "-",
			 f[i].inlined ? "*" : "", f[i].interrupted ? "~" : "");
	assert_string_equal(got, want);
}

static void assert_access(const struct crash *c, size_t i, const char *want)
{
	assert_true(i < c->naccesses);
	assert_stack(c->access[i].frames, c->access[i].nframes, want);
}

static void assert_inside(const struct crash *c, struct slice s)
{
	assert_true(s.p >= c->text.p && s.p + s.n <= c->text.p + c->text.n);
}

static void reads_a_whole_report(void **state)
{
	static const char text[] = "noise\n" RULER TITLE "\n" WRITE
		" helper include/linux/h.h:9 [inline]\n"
		" writer+0x1d/0x30 [mod] drivers/m.c:12\n"
		" entry_SYSCALL_64_after_hwframe+0x77/0x7f\n"
		"\n" READ
		" reader+0x10/0x20 fs/r.c:7\n"
		"\n"
		"value changed: 0x0000000000000000 -> 0x0000000000000001\n"
		" bits changed: 0x0000000000000001 with mask 0x0000000000000003\n"
		"\n" FOOTER
		"Tainted: [W]=WARN\n"
		"Hardware name: Board 7 (DT)\n"
		"Workqueue: events do_it\n" RULER "more noise\n";
	struct crash *c = parse(text);
	const struct access *w = &c->access[0];

	(void)state;
	assert_int_equal(c->kind, CRASH_KCSAN);
	assert_slice(c->title, "KCSAN: data-race in reader / writer");
	assert_inside(c, c->title);
	assert_int_equal(c->nfunctions, 2);
	assert_slice(c->functions[0], "reader");
	assert_slice(c->functions[1], "writer");
	assert_int_equal(c->naccesses, 2);
	assert_access(c, 0, "helper* writer entry_SYSCALL_64_after_hwframe");
	assert_access(c, 1, "reader");
	assert_int_equal(w->kind, ACCESS_WRITE);
	assert_int_equal(w->task, 70);
	assert_slice(w->text, "write to 0xffff888100001000 of 8 bytes by task 70 on cpu 0:");
	assert_int_equal(w->address, 0xffff888100001000);
	assert_slice(w->frames[0].file, "include/linux/h.h");
	assert_int_equal(w->frames[0].line, 9);
	assert_false(w->frames[0].has_offset);
	assert_slice(w->frames[1].text, "writer+0x1d/0x30 [mod] drivers/m.c:12");
	assert_inside(c, w->frames[1].text);
	assert_slice(w->frames[1].module, "mod");
	assert_int_equal(w->frames[1].offset, 0x1d);
	assert_int_equal(w->frames[1].length, 0x30);
	assert_int_equal(crash_call_site(w), 1);
	assert_slice(c->value_old, "0x0000000000000000");
	assert_slice(c->value_new, "0x0000000000000001");
	assert_slice(c->bits_changed, "0x0000000000000001");
	assert_slice(c->bits_mask, "0x0000000000000003");
	assert_int_equal(c->cpu, 1);
	assert_int_equal(c->pid, 71);
	assert_slice(c->comm, "my task");
	assert_slice(c->release, "6.1.0-rc2-g0123456789ab+");
	assert_slice(crash_release_commit(c), "0123456789ab");
	assert_slice(c->hardware, "Board 7 (DT)");
	assert_slice(c->workqueue, "events do_it");
	assert_true(c->complete);
	assert_true(slice_starts(c->extent, "====="));
	assert_true(slice_ends(c->extent, "====="));
	assert_int_equal(c->extent.n, sizeof text - sizeof "noise\n" - sizeof "\nmore noise\n" + 1);
}

static void knows_one_sided_reports(void **state)
{
	struct crash *c = parse(RULER "BUG: KCSAN: assert: race in f+0x64/0x1cc\n\n"
		"race at unknown origin, with assert no writes to 0x10 of 4 bytes by interrupt on cpu 5:\n"
		" f+0x64/0x1cc\n\nvalue changed: 0x00000000 -> 0x00000001\n\n" FOOTER RULER);

	(void)state;
	assert_slice(c->title, "KCSAN: assert: race in f");
	assert_int_equal(c->nfunctions, 1);
	assert_slice(c->functions[0], "f");
	assert_int_equal(c->naccesses, 1);
	assert_true(c->access[0].unknown_origin);
	assert_true(c->access[0].interrupt);
	assert_int_equal(c->access[0].task, -1);
	assert_true(c->complete);
}

static void takes_the_last_of_several_titles(void **state)
{
	struct crash *c = parse("Subject: BUG: KCSAN: data-race in x / y\n\nSee below.\n\n"
		"BUG: KCSAN: data-race in sum net/a.c:24 [inline]\n"
		"BUG: KCSAN: data-race in update+0x64/0x100 net/a.c:87\n\n"
		"race at unknown origin, with read to 0x10 of 4 bytes by task 1 on cpu 2:\n"
		" sum net/a.c:24 [inline]\n update+0x64/0x100 net/a.c:87\n");

	(void)state;
	assert_slice(c->title, "KCSAN: data-race in update");
	assert_slice(c->functions[0], "update");
	assert_true(slice_starts(c->extent, "BUG: KCSAN: data-race in sum"));
	assert_false(c->complete);
}

static void joins_wrapped_lines(void **state)
{
	struct crash *c = parse("> " RULER "> BUG: KCSAN: data-race in reader /\n> writer\n>\n"
		"> write (marked) to 0xffff888100001000 of 8 bytes by task\n> 70 on cpu\n> 0:\n>  writer+0x1/0x2\n>\n"
		"> race at unknown origin, with\n> nothing\n"
		"> read to 0xffff888100001000 of 8 bytes\n> by task 71 on cpu 1:\n>  reader+0x1/0x2\nfs/r.c:7\n>\n"
		"> Reported by Kernel Concurrency Sanitizer on:\n"
		"> CPU: 1 PID: 71 Comm: a b Tainted: G\n>       T  6.1.0-next #2\n> 0123456789abcdef\n"
		"> Hardware name: Board\n");
	const struct access *w = &c->access[0];

	(void)state;
	assert_slice(c->title, "KCSAN: data-race in reader / writer");
	assert_slice(c->functions[1], "writer");
	assert_access(c, 0, "writer");
	assert_access(c, 1, "reader");
	assert_int_equal(w->marks, MARK_MARKED);
	assert_int_equal(w->task, 70);
	assert_slice(w->address_text, "0xffff888100001000");
	assert_inside(c, w->text);
	assert_slice(w->text, "write (marked) to 0xffff888100001000 of 8 bytes by task\n> 70 on cpu\n> 0:");
	assert_slice(c->access[1].frames[0].file, "fs/r.c");
	assert_slice(c->comm, "a b");
	assert_slice(c->release, "6.1.0-next");
	assert_slice(c->hardware, "Board");
	assert_true(c->complete);
}

static void joins_wrapped_frames_and_values(void **state)
{
	struct crash *c = parse(TITLE WRITE
		" top\ninclude/t.h:1 [inline]\n"
		" middle include/m.h:2\n[inline]\n"
		" writer+0x1/0x2\nfs/w.c:3\n"
		" a_long_helper\ninclude/h.h:4 [inline]\n"
		" caller+0x1/0x2 fs/w.c:5\nfs/other.c:6\n"
		"\n" READ " reader\n fs/r.c:7\n\n"
		"value changed: 0x0000000000000001 ->\n0x0000000000000002\n bits changed: 0x01 with\nmask 0x03\n\n"
		"Reported by Kernel Concurrency Sanitizer\non:\n"
		"CPU: 1 PID: 71 Comm: my task Not\ntainted 6.1.0 #1\n");
	const struct frame *f = c->access[0].frames;

	(void)state;
	assert_access(c, 0, "top* middle* writer a_long_helper* caller");
	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(f[i].line, i + 1);
	assert_slice(c->access[1].frames[0].file, "fs/r.c");
	assert_slice(c->value_old, "0x0000000000000001");
	assert_slice(c->value_new, "0x0000000000000002");
	assert_slice(c->bits_mask, "0x03");
	assert_slice(c->comm, "my task");
	assert_slice(c->release, "6.1.0");
	/* the frame has its place already */
	assert_int_equal(c->access[0].lost, 1);
	assert_slice(c->access[0].lost_line, "fs/other.c:6");
	assert_false(c->complete);
}

static void expands_decoded_stacks_to_inline_chains(void **state)
{
	struct crash *c = parse(TITLE WRITE
		"writer (include/a.h:1 (discriminator 2) include/b.h:2\n\t\t./c.c:3) mod\n"
		"caller (d.c:?)\n"
		"cut (e.c:5\n"
		"\n" READ
		"reader (r.c:1\n\t./s.c:2\nouter (t.c:3)\n");
	const struct frame *f = c->access[0].frames;

	(void)state;
	assert_access(c, 0, "-* -* writer caller cut");
	assert_slice(f[0].file, "include/a.h");
	assert_int_equal(f[0].line, 1);
	assert_slice(f[1].file, "include/b.h");
	assert_slice(f[2].file, "./c.c");
	assert_slice(f[2].module, "mod");
	assert_slice(f[3].file, "d.c");
	assert_int_equal(f[3].line, 0);
	assert_slice(f[4].file, "e.c");
	assert_int_equal(crash_call_site(&c->access[0]), 2);
	assert_true(slice_eq(f[0].text, f[2].text));
	assert_access(c, 1, "-* reader outer");
}

static void folds_the_lines_of_addr2line_into_raw_frames(void **state)
{
	struct crash *c = parse(TITLE WRITE
		" writer.isra.0+0x3e/0xc0\n"
		" inner at mm/m.c:1\n"
		" (inlined by) middle at mm/m.c:2 (discriminator 3)\n"
		" (inlined by) writer at mm/m.c:3\n"
		" raw+0x1/0x2\n"
		" only_inline at mm/m.c:4\n"
		" last+0x1/0x2\n"
		"\n" READ
		" helper at fs/r.c:1\n"
		" (inlined by) reader at fs/r.c:2\n"
		" caller at fs/r.c:3\n");

	(void)state;
	assert_access(c, 0, "inner* middle* writer.isra.0 only_inline* raw last");
	assert_int_equal(c->access[0].frames[2].line, 3);
	assert_int_equal(c->access[0].frames[2].offset, 0x3e);
	assert_int_equal(c->access[0].frames[4].file.n, 0);
	assert_access(c, 1, "helper* reader caller");
}

static void reads_bare_names_and_addresses(void **state)
{
	struct crash *c = parse(TITLE WRITE " writer\n do_exit [mod]\n 0xeedc7805\n ret_from_fork\n\nThanks\n\n" READ
		" reader+0x1/0x2\n 0x0\n word\n caller+0x1/0x2\n");

	(void)state;
	assert_access(c, 0, "writer do_exit 0xeedc7805 ret_from_fork");
	assert_slice(c->access[0].frames[1].module, "mod");
	assert_access(c, 1, "reader 0x0 word caller");
}

static void keeps_every_frame_up_to_the_blank_line(void **state)
{
	struct crash *c = parse(TITLE "\n" WRITE " writer+0x1/0x2\n _raw_write_lock_irq\n do_exit [mod]\n 0x0\n"
		" middle net/m.c:2\n kthread at kernel/kthread.c:1\n ret_from_fork\n\nword\n\n" READ " reader+0x1/0x2\n"
		" do_exit\n\n" FOOTER RULER);

	(void)state;
	assert_access(c, 0, "writer _raw_write_lock_irq do_exit 0x0 middle kthread ret_from_fork");
	assert_slice(c->access[0].frames[2].module, "mod");
	assert_access(c, 1, "reader do_exit");
	assert_int_equal(c->access[0].lost + c->access[1].lost, 0);
	assert_true(c->complete);
}

static void tells_of_lines_among_frames_that_are_none(void **state)
{
	struct crash *c = parse(TITLE "\n" WRITE " writer+0x1/0x2\n[   17.97681pages_np+0xcc/0x100\n"
		"** 12 printk messages dropped **\n outer+0x1/0x2\n do_exit\n\nProse behind the stack.\n\n" READ " reader+0x1/0x2\n\n"
		FOOTER RULER);

	(void)state;
	assert_access(c, 0, "writer outer do_exit");
	assert_int_equal(c->access[0].lost, 2);
	assert_slice(c->access[0].lost_line, "[   17.97681pages_np+0xcc/0x100");
	assert_inside(c, c->access[0].lost_line);
	assert_int_equal(c->access[1].lost, 0);
	assert_false(c->complete);
}

static void keeps_reorder_notes_apart(void **state)
{
	struct crash *c = parse(" | " TITLE " |\n | " WRITE " |  writer+0x1/0x2\n |\n | "
		"read (reordered) to 0xffff888100001000 of 8 bytes by task 71 on cpu 1:\n |  reader+0x1/0x2\n"
		" |   |\n |   +-> reordered to: delay+0x31/0x110 lib/d.c:5\n"
		" |                     reader+0x80/0x90\n |\n"
		" | stray+0x1/0x2\n");
	const struct access *r = &c->access[1];

	(void)state;
	assert_access(c, 1, "reader");
	assert_int_equal(r->marks, MARK_REORDERED);
	assert_stack(r->reordered, r->nreordered, "delay reader");
	assert_slice(r->reordered[0].file, "lib/d.c");
	assert_int_equal(c->access[0].nreordered, 0);
}

static void leaves_lock_and_interrupt_lines_out_of_stacks(void **state)
{
	struct crash *c = parse(TITLE WRITE " writer+0x1/0x2\n\n2 locks held by t/70:\n"
		" #0: ffff888000000000 (x){+.+.}, at: walk+0x1/0x2\n [<ffff888000000000>] walk+0x1/0x2\n"
		"irq event stamp: 5\nhardirqs last  enabled at (5): [<ffff888000000000>] walk+0x1/0x2\n\n" READ
		" reader+0x1/0x2\n\nno locks held by t/71.\nirq event stamp: 0\n\n" FOOTER RULER);

	(void)state;
	assert_access(c, 0, "writer");
	assert_access(c, 1, "reader");
	assert_true(c->complete);
}

static void skips_foreign_lines_within_a_block(void **state)
{
	struct crash *c = parse(TITLE "\n" WRITE " writer+0x1/0x2\nata5: link down (SStatus 0)\n"
		"** 12 printk messages dropped **\nINFO: something else went on\n caller+0x1/0x2\n\n"
		"I think this line is the culprit.\n\n outer+0x1/0x2\n\nmany words\nword\n\n" READ
		" reader+0x1/0x2\n");

	(void)state;
	assert_access(c, 0, "writer caller outer");
	assert_access(c, 1, "reader");
}

static void drops_the_lines_of_other_callers(void **state)
{
	struct crash *c = parse("[    1.000000][  T71] " TITLE "[    1.000000][  T71] " WRITE
		"[    1.000000][  T71]  writer+0x1/0x2\n"
		"[    1.000000][    C0]  foreign+0x1/0x2\n"
		"[    1.000000][    C0] Kernel panic - not syncing: x\n"
		"[    1.000000][  T71]  caller+0x1/0x2\n"
		"[    1.000000][  T99] " READ
		"[    1.000000][  T71] " READ
		"[    1.000000][  T71]  reader+0x1/0x2\n"
		"[    1.000000][  T99] " RULER
		"[    1.000000][  T99] CPU: 7 PID: 99 Comm: x Not tainted 1.0 #1\n"
		"[    1.000000][  T71] CPU: 1 PID: 71 Comm: y Not tainted 2.0 #1\n");

	(void)state;
	assert_access(c, 0, "writer caller");
	assert_access(c, 1, "reader");
	assert_int_equal(c->naccesses, 2);
	assert_int_equal(c->pid, 71);
	assert_slice(c->release, "2.0");
}

static void ends_before_an_ordinary_dump(void **state)
{
	struct crash *c = parse(TITLE "\n" WRITE " writer+0x1/0x2\n\n" READ " reader+0x1/0x2\n"
		"Kernel panic - not syncing: panic_on_warn set ...\nCPU: 3 PID: 5 Comm: z Not tainted 1.0 #1\n"
		"Call Trace:\n dump_stack+0x1/0x2\n");

	(void)state;
	assert_access(c, 1, "reader");
	assert_int_equal(c->pid, -1);
	assert_false(c->complete);
}

static void marks_elided_stacks(void **state)
{
	static const char *const words[] = {"...", "....", "[...]", "<snip>", "[ snip ]", "…", "[ ... ]"};

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		char text[512];
		struct crash *c;

		snprintf(text, sizeof text, "%s%s writer+0x1/0x2\n %s\n caller+0x1/0x2\n\n%s reader+0x1/0x2\n",
			 TITLE, WRITE, words[i], READ);
		c = parse(text);
		assert_access(c, 0, "writer caller");
		assert_true(c->access[0].elided);
		assert_false(c->access[1].elided);
	}
}

static void marks_what_was_interrupted(void **state)
{
	struct crash *c = parse(TITLE
		"write to 0x10 of 4 bytes by interrupt on cpu 0:\n writer+0x1/0x2\n el1h_64_irq_handler+0x1/0x2\n"
		" el1h_64_irq+0x1/0x2\n kcsan_setup_watchpoint+0x1/0x2\n victim+0x1/0x2\n");

	(void)state;
	assert_access(c, 0, "writer el1h_64_irq_handler el1h_64_irq kcsan_setup_watchpoint~ victim~");
}

static void skips_the_frames_of_kcsan_on_top(void **state)
{
	struct crash *c = parse("BUG: KCSAN: data-race in print_report / print_report\n\n" WRITE
		" print_report+0x1/0x2\n kcsan_report_known_origin+0x1/0x2\n writer+0x1/0x2\n\n" READ
		" print_report+0x1/0x2\n __tsan_read8+0x1/0x2\n reader+0x1/0x2\n");

	(void)state;
	assert_access(c, 0, "writer");
	assert_access(c, 1, "reader");
	assert_slice(c->title, "KCSAN: data-race in print_report / print_report");
	assert_slice(c->functions[0], "reader");
	assert_slice(c->functions[1], "writer");
}

static void reads_what_is_left_of_a_report(void **state)
{
	/* no title: the names come from the call sites, in alphabetical order */
	struct crash *c = parse("0x2\n caller+0x1/0x2\n\n" WRITE " in a.h:1 [inline]\n writer+0x1/0x2\n\n" READ
		" reader+0x1/0x2\n\n" FOOTER);

	(void)state;
	assert_int_equal(c->kind, CRASH_KCSAN);
	assert_slice(c->title, "");
	assert_slice(c->functions[0], "reader");
	assert_slice(c->functions[1], "writer");
	assert_int_equal(c->pid, 71);
	assert_false(c->complete);

	/* a title is all */
	c = parse(RULER TITLE);
	assert_int_equal(c->kind, CRASH_KCSAN);
	assert_int_equal(c->naccesses, 0);
	assert_slice(c->functions[0], "reader");

	/* frames and CPU line were filtered out by their level */
	c = parse(RULER TITLE "\n" WRITE "\n" READ "\nReported by Kernel Concurrency Sanitizer on:\n" RULER);
	assert_int_equal(c->naccesses, 2);
	assert_int_equal(c->access[1].nframes, 0);
	assert_false(c->complete);

	/* the tail alone says nothing of a race */
	c = parse("\n" FOOTER RULER);
	assert_int_equal(c->kind, CRASH_RAW);
}

static void is_complete_only_with_all_of_it(void **state)
{
	static const char *const parts[] = {
		TITLE "\n", WRITE, " writer+0x1/0x2\n\n", READ, " reader+0x1/0x2\n\n", FOOTER
	};
	const size_t n = sizeof parts / sizeof *parts;

	(void)state;
	for (size_t without = 0; without <= n; without++) {
		char text[1024] = "";

		for (size_t i = 0; i < n; i++) {
			if (i != without)
				strcat(text, parts[i]);
		}
		if (parse(text)->complete != (without == n))
			fail_msg("without part %zu", without);
	}
}

static void prefers_the_first_whole_report(void **state)
{
	static const char first[] = RULER TITLE "\n" WRITE " writer+0x1/0x2\n\n" READ " reader+0x1/0x2\n";
	static const char second[] = RULER "BUG: KCSAN: data-race in a / b\n\n" WRITE " b+0x1/0x2\n\n" READ
		" a+0x1/0x2\n";
	char text[2048];
	struct crash *c;

	(void)state;
	snprintf(text, sizeof text, "%s%s%s%s", READ " stale+0x1/0x2\n" RULER, first, RULER, second);
	c = parse(text);
	assert_slice(c->functions[0], "reader");
	snprintf(text, sizeof text, "%s%s%s", TITLE WRITE " writer+0x1/0x2\n", second, first);
	c = parse(text);
	assert_slice(c->functions[0], "a");
}

static void reads_every_form_of_the_cpu_line(void **state)
{
	static const struct {
		const char *line, *comm, *release;
		int32_t cpu, pid;
	} cases[] = {
		{"CPU: 1 UID: 0 PID: 3040 Comm: dhcpcd Tainted: G        W           syzkaller #0 PREEMPT(full)",
		 "dhcpcd", "syzkaller", 1, 3040},
		{"CPU: 0 PID: 0 Comm: swapper/0 Not tainted 6.1.0-rc2+ #842 0123456789abcdef", "swapper/0",
		 "6.1.0-rc2+", 0, 0},
		{"CPU: 49 PID: 5528 Comm: a b Kdump: loaded Not tainted 6.18.0-rc4+ #65 VOLUNTARY", "a b",
		 "6.18.0-rc4+", 49, 5528},
		{"CPU: 2 PID: 9 Comm: x Kdump: loaded Tainted: G           OE     5.4.0 #1", "x", "5.4.0", 2, 9},
		{"CPU: 2 PID: 9 Comm: my task 6.1.111", "my task", "6.1.111", 2, 9},
		{"CPU: 2 PID: 9 Comm: x", "x", "", 2, 9},
		{"CPU: 2 PID: 9 Comm: x Not tainted\nHardware name: Board", "x", "", 2, 9},
		{"CPU: 2 UID: 0\nPID: 9 Comm: x Not tainted syzkaller #0", "x", "syzkaller", 2, 9},
		{"CPU: x PID: 9 Comm: x Not tainted 1.0 #1", "", "", -1, -1},
		{"CPU: 2 PID: 99999999999 Comm: x Not tainted 1.0 #1", "", "", -1, -1},
		{"CPU: 2 is idle", "", "", -1, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[512];
		struct crash *c;

		snprintf(text, sizeof text, "%s%s f+0x1/0x2\n\n%s\n%s", TITLE, WRITE, cases[i].line, RULER);
		c = parse(text);
		assert_int_equal(c->cpu, cases[i].cpu);
		assert_int_equal(c->pid, cases[i].pid);
		assert_slice(c->comm, cases[i].comm);
		assert_slice(c->release, cases[i].release);
	}
}

static void takes_a_value_line_wherever_it_stands(void **state)
{
	struct crash *c = parse(TITLE "\n" WRITE " writer+0x1/0x2\n"
		"value changed: 0x19 -> 0x99 --> overlap\nvalue changed: x\n"
		" not_ours+0x1/0x2\n\n" READ " reader+0x1/0x2\n");

	(void)state;
	assert_slice(c->value_old, "0x19");
	assert_slice(c->value_new, "0x99");
	assert_access(c, 0, "writer");
	assert_access(c, 1, "reader");
}

#define TEST(name) cmocka_unit_test_teardown(name, free_parsed)

static const struct CMUnitTest tests[] = {
	TEST(reads_a_whole_report),
	TEST(knows_one_sided_reports),
	TEST(takes_the_last_of_several_titles),
	TEST(joins_wrapped_lines),
	TEST(joins_wrapped_frames_and_values),
	TEST(expands_decoded_stacks_to_inline_chains),
	TEST(folds_the_lines_of_addr2line_into_raw_frames),
	TEST(reads_bare_names_and_addresses),
	TEST(keeps_every_frame_up_to_the_blank_line),
	TEST(tells_of_lines_among_frames_that_are_none),
	TEST(keeps_reorder_notes_apart),
	TEST(leaves_lock_and_interrupt_lines_out_of_stacks),
	TEST(skips_foreign_lines_within_a_block),
	TEST(drops_the_lines_of_other_callers),
	TEST(ends_before_an_ordinary_dump),
	TEST(marks_elided_stacks),
	TEST(marks_what_was_interrupted),
	TEST(skips_the_frames_of_kcsan_on_top),
	TEST(reads_what_is_left_of_a_report),
	TEST(is_complete_only_with_all_of_it),
	TEST(prefers_the_first_whole_report),
	TEST(reads_every_form_of_the_cpu_line),
	TEST(takes_a_value_line_wherever_it_stands),
};

TEST_MAIN()
