#define _GNU_SOURCE /* scandir */
#include "tests/test.h"

#include <dirent.h>
#include <time.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"
#include "report/report.h"

#define RACE(a, b) \
	"==================================================================\n" \
	"BUG: KCSAN: data-race in " a " / " b "\n" \
	"\n" \
	"write to 0xffff888100000040 of 4 bytes by task 101 on cpu 0:\n" \
	" " a "+0x10/0x40\n" \
	"\n" \
	"read to 0xffff888100000040 of 4 bytes by task 102 on cpu 1:\n" \
	" " b "+0x11/0x30\n" \
	"\n" \
	"Reported by Kernel Concurrency Sanitizer on:\n" \
	"CPU: 1 PID: 102 Comm: fish Not tainted 6.9.0 #1\n" \
	"==================================================================\n"

#define FREED(f) \
	"==================================================================\n" \
	"BUG: KASAN: slab-use-after-free in " f "+0x1/0x2\n" \
	"Read of size 8 at addr ffff888000000000 by task x/1\n" \
	"\n" \
	"CPU: 0 PID: 1 Comm: x Not tainted 6.9.0 #1\n" \
	"Call Trace:\n" \
	" <TASK>\n" \
	" kasan_report+0x1/0x2\n" \
	" " f "+0x1/0x2\n" \
	" ? maybe+0x1/0x2\n" \
	" caller+0x1/0x2\n" \
	" </TASK>\n" \
	"\n" \
	"Freed by task 15:\n" \
	" kfree+0x1/0x2\n" \
	" dropper+0x3/0x4\n" \
	"\n" \
	"==================================================================\n"

#define WARNED \
	"------------[ cut here ]------------\n" \
	"refcount_t: underflow; use-after-free.\n" \
	"WARNING: CPU: 0 PID: 9 at lib/refcount.c:28 refcount_warn_saturate+0x1/0x2\n" \
	"CPU: 0 PID: 9 Comm: y Not tainted 6.9.0 #1\n" \
	"RIP: 0010:refcount_warn_saturate+0x1/0x2\n" \
	"RSP: 0018:ffffc900055df988 EFLAGS: 00010293\n" \
	"Call Trace:\n" \
	" put_pond+0x5/0x6\n" \
	"---[ end trace 0000000000000000 ]---\n" \
	"RIP: 0010:refcount_warn_saturate+0x1/0x2\n"

#define PANICKED \
	"Kernel panic - not syncing: panic_on_warn set ...\n" \
	"CPU: 0 PID: 9 Comm: y Not tainted 6.9.0 #1\n" \
	"Call Trace:\n" \
	" panic+0x1/0x2\n" \
	" end_report+0x1/0x2\n"

/* The titles of all reports, a line each; the sums of what was found. */
struct seen {
	struct buf titles;
	size_t n, kcsan, frames, bytes;
	size_t stop_after; /* 0: never */
};

static int see(void *arg, struct crash *c)
{
	struct seen *s = arg;

	buf_addf(&s->titles, "%s %.*s\n", crash_kind_name(c->kind), (int)c->title.n, c->title.p);
	s->n++;
	s->kcsan += c->kind == CRASH_KCSAN;
	s->bytes += c->text.n;
	for (size_t i = 0; i < c->nstacks; i++)
		s->frames += c->stacks[i].nframes;
	return s->stop_after && s->n == s->stop_after;
}

static void assert_all(const char *log, const char *titles)
{
	struct seen s = {0};
	size_t n = report_parse_all(slice_str(log), see, &s);

	assert_string_equal(buf_str(&s.titles), titles);
	assert_int_equal(n, s.n);
	buf_release(&s.titles);
}

static void gives_every_report_of_a_log_in_order(void **state)
{
	(void)state;
	assert_all(RACE("a", "b") RACE("c", "d"), "kcsan KCSAN: data-race in a / b\nkcsan KCSAN: data-race in c / d\n");
	assert_all("boot\n" FREED("f") "noise\n" RACE("a", "b") WARNED "more noise\n" FREED("g"),
		   "kasan KASAN: slab-use-after-free Read in f\n"
		   "kcsan KCSAN: data-race in a / b\n"
		   "warning WARNING: refcount bug in put_pond\n"
		   "kasan KASAN: slab-use-after-free Read in g\n");
}

static void a_panic_behind_a_report_is_its_end(void **state)
{
	(void)state;
	assert_all(RACE("a", "b") PANICKED, "kcsan KCSAN: data-race in a / b\n");
	assert_all(FREED("f") PANICKED FREED("g"),
		   "kasan KASAN: slab-use-after-free Read in f\nkasan KASAN: slab-use-after-free Read in g\n");
	assert_all(PANICKED, "panic Kernel panic - not syncing: panic_on_warn set ...\n");
}

static void a_text_without_report_is_one_raw_one(void **state)
{
	struct seen s = {0};

	(void)state;
	assert_all("", "raw \n");
	assert_all("INFO: nothing happened\nall is well\n", "raw INFO: nothing happened\n");
	report_parse_all(SLICE("one\ntwo\n"), see, &s);
	assert_int_equal(s.bytes, 8);
	buf_release(&s.titles);
}

static void stops_where_it_is_told_to(void **state)
{
	struct seen s = {.stop_after = 2};

	(void)state;
	assert_int_equal(report_parse_all(SLICE(RACE("a", "b") FREED("f") FREED("g") RACE("c", "d")), see, &s), 2);
	buf_release(&s.titles);
}

static void a_report_that_ends_early_does_not_swallow_the_next(void **state)
{
	static const char whole[] = FREED("f"), race[] = RACE("a", "b");

	(void)state;
	for (size_t n = 0; n < sizeof whole; n++) {
		struct buf log = BUF_INIT;
		struct seen s = {0};

		buf_add(&log, whole, n);
		buf_adds(&log, "\n" RACE("c", "d"));
		report_parse_all(buf_slice(&log), see, &s);
		assert_true(slice_ends(buf_slice(&s.titles), "kcsan KCSAN: data-race in c / d\n"));
		buf_release(&s.titles);
		buf_release(&log);
	}
	for (size_t n = 0; n < sizeof race; n++) {
		struct buf log = BUF_INIT;
		struct seen s = {0};

		buf_add(&log, race, n);
		buf_adds(&log, "\n" RACE("c", "d"));
		report_parse_all(buf_slice(&log), see, &s);
		assert_true(slice_ends(buf_slice(&s.titles), "kcsan KCSAN: data-race in c / d\n"));
		buf_release(&s.titles);
		buf_release(&log);
	}
}

/* ---- stacks ---- */

static void names_stacks_by_the_words_of_the_report(void **state)
{
	struct crash *c = report_parse(SLICE(FREED("f") PANICKED));

	(void)state;
	assert_int_equal(c->kind, CRASH_KASAN);
	assert_int_equal(c->nstacks, 3);
	assert_slice(c->stacks[0].name, "Call Trace");
	assert_slice(c->stacks[1].name, "Freed by task 15");
	assert_slice(c->stacks[2].name, "Kernel panic - not syncing: panic_on_warn set ...");
	assert_int_equal(c->stacks[0].nframes, 4);
	assert_int_equal(c->stacks[0].guilty, 1);
	assert_true(c->stacks[0].frames[2].unreliable);
	assert_int_equal(c->stacks[1].guilty, 1);
	assert_int_equal(c->pid, 1);
	assert_true(c->complete);
	crash_free(c);
}

static void the_place_of_the_cpu_heads_its_stack(void **state)
{
	struct crash *c = report_parse(SLICE(WARNED));

	(void)state;
	assert_int_equal(c->nstacks, 1);
	assert_int_equal(c->stacks[0].nframes, 2);
	assert_slice(c->stacks[0].frames[0].function, "refcount_warn_saturate");
	assert_slice(c->functions[0], "put_pond");
	crash_free(c);
}

static void lines_of_others_do_not_end_a_stack(void **state)
{
	struct crash *c = report_parse(SLICE("[    1.000000][   T7] kernel BUG at a.c:1!\n"
					     "[    1.000000][   T7] Call Trace:\n"
					     "[    1.000000][   T7]  a+0x1/0x2\n"
					     "[    1.000000][   T8] link is up:\n"
					     "[    1.000000][   T7]  b+0x1/0x2\n"
					     "[    1.000000][   T7] \n"
					     "[    1.000000][   T7]  ([<0000>] c+0x1/0x2)\n"));

	(void)state;
	assert_slice(c->title, "kernel BUG in a");
	assert_int_equal(c->nstacks, 1);
	assert_int_equal(c->stacks[0].nframes, 2);
	crash_free(c);
}

static void titles_name_whose_fault_it_is(void **state)
{
	static const struct {
		const char *text, *title;
	} cases[] = {
		{"BUG: unable to handle page fault for address: 00\nOops: 0000 [#1]\nRIP: 0010:do_raw_spin_lock+0x1/0x2\n"
		 "Call Trace:\n _raw_spin_lock+0x1/0x2\n user+0x1/0x2\n",
		 "BUG: unable to handle kernel paging request in user"},
		{"BUG: kernel NULL pointer dereference, address: 00\nRIP: 0010:user.constprop.0+0x1/0x2\n",
		 "BUG: unable to handle kernel NULL pointer dereference in user"},
		{"INFO: task a:1 blocked for more than 143 seconds.\nCall Trace:\n __schedule+0x1/0x2\n schedule+0x1/0x2\n"
		 " waiter+0x1/0x2\n", "INFO: task hung in waiter"},
		{"watchdog: BUG: soft lockup - CPU#0 stuck for 22s!\nRIP: 0010:spinner+0x1/0x2\n", "BUG: soft lockup in spinner"},
		{"WARNING: possible recursive locking detected\nx/1 is trying to acquire lock:\n"
		 "ffff888106a71958 (&q->lock){+.+.}-{4:4}, at: taker+0x1/0x2\nCall Trace:\n lock_acquire+0x1/0x2\n",
		 "possible deadlock in taker"},
		{"rcu: INFO: rcu_sched self-detected stall on CPU\nCall Trace:\n ticker+0x1/0x2\n __x64_sys_read+0x1/0x2\n",
		 "INFO: rcu detected stall in sys_read"},
		{"Oops: general protection fault [#1]\nRIP: 0010:__se_sys_read+0x1/0x2\n", "general protection fault in read"},
		{"BUG: KMSAN: uninit-value in memcpy+0x1/0x2\n memcpy+0x1/0x2\n reader+0x1/0x2\n", "KMSAN: uninit-value in reader"},
		{"BUG: KMSAN: uninit-value in memcpy+0x1/0x2\n memcpy+0x1/0x2\n", "KMSAN: uninit-value in memcpy"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct crash *c = report_parse(slice_str(cases[i].text));

		assert_slice(c->title, cases[i].title);
		assert_true(c->nstacks > 0);
		crash_free(c);
	}
}

/* ---- real logs ---- */

static int is_log(const struct dirent *d)
{
	return d->d_name[0] >= '0' && d->d_name[0] <= '9';
}

static size_t add_files(struct buf *log, const char *dir)
{
	struct dirent **files;
	int n = scandir(dir, &files, is_log, alphasort);

	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		struct buf text = BUF_INIT;
		char path[4096];

		snprintf(path, sizeof path, "%s/%s", dir, files[i]->d_name);
		assert_int_equal(fs_read(path, &text, NULL), 0);
		buf_add_slice(log, buf_slice(&text));
		buf_addc(log, '\n');
		buf_release(&text);
		free(files[i]);
	}
	free(files);
	return (size_t)n;
}

static void gives_the_reports_of_real_logs_put_together(void **state)
{
	struct buf log = BUF_INIT;
	struct seen s = {0};
	enum { TWICE = 2 }; /* one of the logs holds its report a second time, cleaned */
	size_t kcsan, others;

	(void)state;
	kcsan = add_files(&log, test_data("kcsan-reports/syzkaller"));
	others = add_files(&log, test_data("other-reports"));
	kcsan += add_files(&log, test_data("kcsan-reports/syzkaller"));
	report_parse_all(buf_slice(&log), see, &s);
	print_message("# %zu KCSAN logs and %zu others: %zu reports, %zu of KCSAN\n", kcsan, others, s.n, s.kcsan);
	assert_int_equal(s.kcsan, kcsan + TWICE);
	assert_int_equal(s.n, kcsan + others + TWICE);
	buf_release(&s.titles);
	buf_release(&log);
}

static double seconds_for(const char *unit, size_t times)
{
	struct buf log = BUF_INIT;
	struct seen s = {0};
	struct timespec a, b;

	while (times--)
		buf_adds(&log, unit);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	report_parse_all(buf_slice(&log), see, &s);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	buf_release(&s.titles);
	buf_release(&log);
	return (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
}

/* Sixteen times the text in far less than the square of that: the figure has room for noise of a factor of four. */
static void the_time_grows_with_the_text_only(void **state)
{
	static const char *const units[] = {
		RACE("a", "b"), FREED("f"), WARNED PANICKED, "BUG: KCSAN: data-race in a / b\n", "BUG: KASAN: x in f\n",
		"WARNING: x\n", "read to 0x10 of 8 bytes by task 4 on cpu 1:\n", "Call Trace:\n", " f+0x1/0x2\n",
		"================\n", "INFO: task x\n f+0x1/0x2\n\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		size_t once = 12000 / strlen(units[i]);
		double small = seconds_for(units[i], once), large = seconds_for(units[i], 16 * once);

		if (large > 0.5 && large > 64 * small)
			fail_msg("%.20s…: %f s, sixteen times the text %f s", units[i], small, large);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(gives_every_report_of_a_log_in_order),
	cmocka_unit_test(a_panic_behind_a_report_is_its_end),
	cmocka_unit_test(a_text_without_report_is_one_raw_one),
	cmocka_unit_test(stops_where_it_is_told_to),
	cmocka_unit_test(a_report_that_ends_early_does_not_swallow_the_next),
	cmocka_unit_test(names_stacks_by_the_words_of_the_report),
	cmocka_unit_test(the_place_of_the_cpu_heads_its_stack),
	cmocka_unit_test(lines_of_others_do_not_end_a_stack),
	cmocka_unit_test(titles_name_whose_fault_it_is),
	cmocka_unit_test(gives_the_reports_of_real_logs_put_together),
	cmocka_unit_test(the_time_grows_with_the_text_only),
};

TEST_MAIN()
