#include "race/family.h"

#include "tests/test.h"

static void assert_family(const char *name, const char *letters, unsigned size)
{
	struct family f;

	if (!family_of(slice_str(name), &f))
		fail_msg("%s: none", name);
	for (size_t i = 0; letters[i]; i++)
		if (family_letter(&f, i) != letters[i])
			fail_msg("%s: argument %zu is '%c', not '%c'", name, i, family_letter(&f, i), letters[i]);
	if (f.size != size)
		fail_msg("%s: %u bytes, not %u", name, f.size, size);
}

static void families_are_told_by_their_names(void **state)
{
	static const struct {
		const char *name, *letters;
		unsigned size;
	} t[] = {
		{"READ_ONCE", "v.", 0}, {"WRITE_ONCE", "w.", 0}, {"atomic_read", "R", 4}, {"atomic_read_acquire", "R", 4}, {"atomic64_set", "W.", 8},
		{"atomic_long_add_return_relaxed", ".M", FAMILY_POINTER}, {"raw_atomic_inc", "M", 4}, {"arch_atomic_fetch_or", ".M", 4},
		{"atomic_fetch_add_unless", "M..", 4}, {"atomic_add_unless", "M..", 4}, {"atomic_inc_not_zero", "M", 4}, {"atomic_dec_if_positive", "M", 4},
		{"atomic_try_cmpxchg_acquire", "MM.", 4}, {"atomic_cmpxchg", "M..", 4}, {"atomic_dec_and_lock", "MM", 4},
		{"refcount_inc_not_zero", "M", 4}, {"__refcount_sub_and_test", ".M", 4}, {"refcount_dec_and_mutex_lock", "MM", 4}, {"kref_put", "M.", 4},
		{"set_bit", ".M", 0}, {"__set_bit", ".M", 0}, {"arch___set_bit", ".M", 0}, {"test_and_set_bit_lock", ".M", 0}, {"test_bit", ".R", 0},
		{"clear_bit_unlock", ".M", 0}, {"list_add_tail_rcu", "LL", FAMILY_POINTER}, {"__list_del_entry", "L", FAMILY_POINTER},
		{"hlist_del_init_rcu", "L", FAMILY_POINTER}, {"list_empty_careful", "R", FAMILY_POINTER}, {"list_for_each_entry_rcu", "wR-", FAMILY_POINTER},
		{"list_for_each_entry_safe", "wwR-", FAMILY_POINTER}, {"rcu_dereference_protected", "v.", FAMILY_POINTER}, {"xchg_release", "M.", 0},
		{"try_cmpxchg64", "MM.", 0}, {"this_cpu_inc", "m", 0}, {"__this_cpu_read", "r", 0}, {"this_cpu_cmpxchg", "m..", 0},
		{"raw_cpu_write", "w.", 0}, {"sizeof", "--", 0}, {"offsetof", "--", 0}, {"container_of", ".--", 0}, {"__memcpy", "WR.", 0},
		{"_copy_from_user", "W..", 0}, {"raw_read_seqcount_begin", "R", 4},
		{"kcsan_check_atomic_read_write", "M.", 0}, {"__kcsan_check_read", "R.", 0}, {"instrument_atomic_write", "W.", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		assert_family(t[i].name, t[i].letters, t[i].size);
}

/* What only looks like one of a family may do anything. */
static void other_names_are_of_none(void **state)
{
	static const char *const names[] = {"", "f", "list_add_event", "blacklist_add", "foo_set_bit", "atomic_", "atomic_pool_free", "my_memcpy",
					    "refcount_warn_saturate", "set_bits", "mutex_lock", "_", "arch_"};
	struct family f;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (family_of(slice_str(names[i]), &f))
			fail_msg("%s: '%s'", names[i], f.args);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(families_are_told_by_their_names),
	cmocka_unit_test(other_names_are_of_none),
};

TEST_MAIN()
