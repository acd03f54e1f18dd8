#include "base/clex.h"

#include "base/buf.h"
#include "tests/test.h"

/* One letter a byte: the class of what stands there. */
static const char *classes(struct clex *c, const char *line, struct buf *b)
{
	static const char letter[CLEX_CLASSES + 1] = ".csnkt#P";
	struct slice s = slice_str(line);
	struct clex_piece p = {0};
	size_t at = 0;

	buf_clear(b);
	while (clex_next(c, s, &p)) {
		assert_int_equal(p.from, at);
		assert_true(p.to > p.from && p.to <= s.n);
		buf_pad(b, letter[p.class], p.to - p.from);
		at = p.to;
	}
	assert_int_equal(at, s.n);
	return buf_str(b);
}

static void a_line_comes_apart(void **state)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{"", ""},
		{"\treturn READ_ONCE(p->flags) & 0x1fUL;", ".kkkkkk.PPPPPPPPP.............nnnnnn."},
		{"static int x = 'a'; // why", "kkkkkk.ttt.....sss..cccccc"},
		{"printk(\"a \\\" /* b\"); /* c */ x", ".......sssssssssss...ccccccc.."},
		{"#include <linux/spinlock.h>", "########..................."},
		{"  # define X 1 /* one */", "##########...n.ccccccccc"},
		{"\t * of a comment */ int x;", "ccccccccccccccccccc.ttt..."},
		{" *p = 1;", "......n."},
		{"spin_lock(&a->spin); spinlock_t l;", "PPPPPPPPP............tttttttttt..."},
		{"\"not ended", "ssssssssss"},
		{"\\", "."},
	};
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct clex c = {0};

		assert_string_equal(classes(&c, cases[i].line, &b), cases[i].want);
		assert_false(c.comment);
	}
	buf_release(&b);
}

static void a_comment_goes_on_over_lines(void **state)
{
	struct clex c = {0};
	struct buf b = BUF_INIT;

	(void)state;
	assert_string_equal(classes(&c, "int /* a", &b), "ttt.cccc");
	assert_true(c.comment);
	assert_string_equal(classes(&c, "int", &b), "ccc");
	assert_string_equal(classes(&c, "*/int", &b), "ccttt");
	assert_false(c.comment);
	buf_release(&b);
}

/* A product that goes on in the next line is none of a comment that nobody began. */
static void behind_code_a_star_is_no_comment(void **state)
{
	struct clex c = {0};
	struct buf b = BUF_INIT;

	(void)state;
	assert_string_equal(classes(&c, " * of a comment", &b), "ccccccccccccccc");
	assert_string_equal(classes(&c, " */", &b), "ccc");
	assert_string_equal(classes(&c, "x = a", &b), ".....");
	assert_string_equal(classes(&c, "\t* b;", &b), ".....");
	assert_string_equal(classes(&c, "/* c", &b), "cccc");
	assert_string_equal(classes(&c, " * d", &b), "cccc");
	c = clex_behind(SLICE("/* a */ x = b\n"));
	assert_string_equal(classes(&c, "\t* c;", &b), ".....");
	buf_release(&b);
}

static void a_word_is_found_whole(void **state)
{
	(void)state;
	assert_int_equal(clex_find_word(SLICE("owner = owner_of(x->owner);"), SLICE("owner"), 0), 0);
	assert_int_equal(clex_find_word(SLICE("owner = owner_of(x->owner);"), SLICE("owner"), 1), 20);
	assert_int_equal(clex_find_word(SLICE("my_owner owners"), SLICE("owner"), 0), SLICE_NONE);
	assert_int_equal(clex_find_word(SLICE("owner"), SLICE("owner"), 5), SLICE_NONE);
	assert_int_equal(clex_find_word(SLICE("owner"), SLICE(""), 0), SLICE_NONE);
}

static void where_a_window_begins_is_found(void **state)
{
	(void)state;
	assert_true(clex_behind(SLICE("a */ b\n/* c\nd\n")).comment);
	assert_false(clex_behind(SLICE("/* a\n b */\nd\n")).comment);
	assert_false(clex_behind(SLICE("")).comment);
}

static void primitives_are_told_from_what_is_called_alike(void **state)
{
	static const char *const yes[] = {
		"READ_ONCE", "WRITE_ONCE", "data_race", "smp_mb", "smp_store_release", "barrier", "atomic_inc", "atomic64_read",
		"refcount_dec_and_test", "cmpxchg", "try_cmpxchg_acquire", "xchg", "set_bit", "test_and_set_bit_lock",
		"spin_lock_irqsave", "raw_spin_unlock", "read_lock_bh", "write_unlock", "mutex_lock", "down_read", "up_write",
		"read_seqbegin", "write_seqcount_end", "rcu_read_lock", "srcu_read_unlock", "rcu_dereference", "call_rcu",
		"list_add_rcu", "hlist_for_each_entry_rcu", "lockdep_assert_held", "local_irq_save", "preempt_disable",
		"this_cpu_inc", "ASSERT_EXCLUSIVE_WRITER", "kcsan_begin_scoped_access", "__no_kcsan", "__data_racy", "complete",
		"wait_for_completion",
	};
	static const char *const no[] = {
		"atomic_t", "spinlock_t", "spinning", "spin", "readl", "read", "setbit", "xchgs", "update", "upper", "complete_it",
		"mutexes", "per_cpu_thing", "a", "", "barriers", "atomic", "READ",
	};

	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		assert_true(clex_is_primitive(slice_str(yes[i])));
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		assert_false(clex_is_primitive(slice_str(no[i])));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_comes_apart),
		cmocka_unit_test(a_comment_goes_on_over_lines),
		cmocka_unit_test(a_word_is_found_whole),
		cmocka_unit_test(behind_code_a_star_is_no_comment),
		cmocka_unit_test(where_a_window_begins_is_found),
		cmocka_unit_test(primitives_are_told_from_what_is_called_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
