/* The lock and interrupt lines of verbose reports: ours, damaged ones, and those that were collected. */
#include "report/verbose.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/fs.h"
#include "report/report.h"
#include "tests/test.h"

/* "number address name usage function" of a line. */
static const char *lock(const char *line)
{
	static char out[300];
	struct crash_lock l;
	uint32_t number = 0;
	int r = verbose_lock(slice_str(line), &number, &l);

	if (r != 1)
		snprintf(out, sizeof out, "%d", r);
	else
		snprintf(out, sizeof out, "%" PRIu32 " [%.*s] [%.*s] [%.*s] [%.*s]", number, (int)l.address.n, l.address.p, (int)l.name.n, l.name.p, (int)l.usage.n,
			 l.usage.p, (int)l.at.function.n, l.at.function.p);
	return out;
}

static void lines_of_locks(void **state)
{
	(void)state;
	assert_string_equal(lock("#0: c5ac004c (&rdev->exclusive_lock){.+.+}-{3:3}, at: radeon_gem_create_ioctl+0x68/0x20c [radeon]"),
			    "0 [c5ac004c] [&rdev->exclusive_lock] [{.+.+}-{3:3}] [radeon_gem_create_ioctl]");
	assert_string_equal(lock("#3: ffff9a00d4b985d8 (&(&ei->i_raw_lock)->rlock){+.+.}, at: ext4_do_update_inode+0xaa/0xf60 [ext4]"),
			    "3 [ffff9a00d4b985d8] [&(&ei->i_raw_lock)->rlock] [{+.+.}] [ext4_do_update_inode]");
	assert_string_equal(lock("#0: ffff9281e5928808 (&mm->mmap_sem#2){++++}, at: do_page_fault"), "0 [ffff9281e5928808] [&mm->mmap_sem#2] [{++++}] [do_page_fault]");
	assert_string_equal(lock("#1: ffffffff8e13bd20 (rcu_read_lock){....}-{1:3}, at: rcu_read_lock include/linux/rcupdate.h:840 [inline]"),
			    "1 [ffffffff8e13bd20] [rcu_read_lock] [{....}-{1:3}] [rcu_read_lock]");
	assert_string_equal(lock("#0:  (&sb->s_type->i_mutex_key){+.+.}, at: f+0x1/0x2"), "0 [] [&sb->s_type->i_mutex_key] [{+.+.}] [f]");
}

static void lines_that_are_cut_or_none(void **state)
{
	(void)state;
	assert_string_equal(lock("#0: ffff00000a0ead88"), "-1");
	assert_string_equal(lock("#0:"), "-1");
	assert_string_equal(lock("#0: ffff00000a0ead88 (&type->i_mutex_dir_key#3){++++}-{3:3}, at:"), "-1");
	assert_string_equal(lock("#0: ffff00000a0ead88 (&type->i_mutex"), "-1");
	assert_string_equal(lock("#0: f+0x1/0x2"), "0");
	assert_string_equal(lock("#define X (y)"), "0");
	assert_string_equal(lock("#99999999999: ffff (x){.}, at: f"), "0");
	assert_string_equal(lock("# 1: ffff (x){.}, at: f"), "0");
}

static void counts(void **state)
{
	struct slice holder;
	int32_t n;

	(void)state;
	assert_true(verbose_count(SLICE("5 locks held by fsync04/25724:"), &n, &holder));
	assert_int_equal(n, 5);
	assert_true(slice_is(holder, "fsync04/25724"));
	assert_true(verbose_count(SLICE("no locks held by swapper/1/0."), &n, &holder));
	assert_int_equal(n, 0);
	assert_true(slice_is(holder, "swapper/1/0"));
	assert_true(verbose_count(SLICE("1 lock held by kworker/u256:0/8:"), &n, &holder));
	assert_true(slice_is(holder, "kworker/u256:0/8"));
	assert_false(verbose_count(SLICE("99999999999 locks held by x/1:"), &n, &holder));
	assert_false(verbose_count(SLICE("locks held by x/1:"), &n, &holder));
	assert_false(verbose_count(SLICE("3 locks were held by x/1:"), &n, &holder));
}

/* "hard soft held holder: name@function …" of each access. */
static const char *said(const struct crash *c)
{
	static const char *const irqs[] = {"?", "on", "off"};
	static struct buf b;

	buf_clear(&b);
	for (size_t i = 0; i < c->naccesses; i++) {
		const struct access *a = &c->access[i];

		buf_addf(&b, "%s%s %s %" PRId32 " %.*s", i ? " | " : "", irqs[a->hardirqs], irqs[a->softirqs], a->nheld, (int)a->holder.n, a->holder.p);
		for (size_t k = 0; k < a->nlocks; k++)
			buf_addf(&b, " %.*s@%.*s", (int)a->locks[k].name.n, a->locks[k].name.p, (int)a->locks[k].at.function.n, a->locks[k].at.function.p);
	}
	return buf_str(&b);
}

#define HEAD "BUG: KCSAN: data-race in reader / writer\n\nwrite to 0xffff888100001000 of 8 bytes by task 70 on cpu 0:\n writer+0x1/0x2\n\n"
#define READ "\nread to 0xffff888100001000 of 8 bytes by task 71 on cpu 1:\n reader+0x1/0x2\n\n"

static void each_access_has_its_own(void **state)
{
	struct crash *c = report_parse(SLICE(HEAD
		"2 locks held by t/70:\n #0: ffff888000000000 (&x->a){+.+.}, at: walk+0x1/0x2\n #1: ffff888000000008 (b){....}-{1:2}, at: go+0x1/0x2\n"
		"irq event stamp: 5\nhardirqs last  enabled at (4): [<ffff888000000000>] walk+0x1/0x2\n"
		"hardirqs last disabled at (5): [<ffff888000000000>] walk+0x1/0x2\nsoftirqs last  enabled at (3): walk+0x1/0x2\n"
		"softirqs last disabled at (2): walk+0x1/0x2\n" READ "no locks held by t/71.\nirq event stamp: 0\n\n"
		"value changed: 0x01 -> 0x02\n"));

	(void)state;
	assert_string_equal(said(c), "off on 2 t/70 &x->a@walk b@go | ? ? 0 t/71");
	assert_true(slice_is(c->value_new, "0x02"));
	crash_free(c);
	c = report_parse(SLICE(HEAD READ));
	assert_string_equal(said(c), "? ? -1  | ? ? -1 ");
	crash_free(c);
}

/* Where places were added a lock stands once for each function that was inlined. */
static void a_lock_that_stands_several_times_is_one(void **state)
{
	struct crash *c = report_parse(SLICE(HEAD
		"1 lock held by t/70:\n #0: ffff888000000000 (rcu_read_lock){....}-{1:3}, at: rcu_lock_acquire include/linux/rcupdate.h:331 [inline]\n"
		" #0: ffff888000000000 (rcu_read_lock){....}-{1:3}, at: rcu_read_lock include/linux/rcupdate.h:840 [inline]\n"
		" #0: ffff888000000000 (rcu_read_lock){....}-{1:3}, at: find+0x1/0x2 net/a.c:12\n" READ));

	(void)state;
	assert_string_equal(said(c), "? ? 1 t/70 rcu_read_lock@find | ? ? -1 ");
	assert_int_equal(c->access[0].locks[0].at.line, 12);
	crash_free(c);
}

static void too_many_locks_are_left_out(void **state)
{
	struct buf b = BUF_INIT;
	struct crash *c;

	(void)state;
	buf_adds(&b, HEAD "60 locks held by t/70:\n");
	for (int i = 0; i < 60; i++)
		buf_addf(&b, " #%d: ffff8880000000%02x (l%d){+.+.}, at: f+0x1/0x2\n", i, i, i);
	buf_adds(&b, READ);
	c = report_parse(buf_slice(&b));
	assert_int_equal(c->access[0].nheld, 60);
	assert_int_equal(c->access[0].nlocks, CRASH_LOCKS);
	crash_free(c);
	buf_release(&b);
}

static void collected(const char *file, const char *want)
{
	struct buf text = BUF_INIT;
	struct crash *c;
	struct err e;

	if (fs_read(test_data(file), &text, &e) < 0)
		fail_msg("%s", e.msg);
	c = report_parse(buf_slice(&text));
	assert_string_equal(said(c), want);
	crash_free(c);
	buf_release(&text);
}

static void collected_ones(void **state)
{
	(void)state;
	collected("kcsan-reports/collected/115-rcu_all_qs-rcu_disable_urgency_upon_qs.txt",
		  "? ? -1  | off off 3 X/331 &rdev->exclusive_lock@radeon_gem_create_ioctl &rdev->pm.mclk_lock@radeon_bo_create "
		  "reservation_ww_class_mutex@ww_mutex_trylock");
	collected("kcsan-reports/collected/106-p9_client_cb-p9_client_rpc.txt",
		  "? ? -1  | off on 1 systemd-journal/74 &type->i_mutex_dir_key#3@walk_component");
	collected("kcsan-reports/collected/131-tick_nohz_idle_stop_tick-tick_sched_do_timer.txt", "off on 0 swapper/1/0 | off on 0 swapper/0/0");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(lines_of_locks),
	cmocka_unit_test(lines_that_are_cut_or_none),
	cmocka_unit_test(counts),
	cmocka_unit_test(each_access_has_its_own),
	cmocka_unit_test(a_lock_that_stands_several_times_is_one),
	cmocka_unit_test(too_many_locks_are_left_out),
	cmocka_unit_test(collected_ones),
};

TEST_MAIN()
