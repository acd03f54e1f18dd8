/* What marks an access, what orders others, and what is only called like it. */
#include "race/primitive.h"

#include "tests/test.h"

static void assert_all(const char *names, enum primitive is)
{
	struct slice rest = slice_str(names), word;

	while (slice_word(&rest, &word))
		if (primitive_find(word) != is)
			fail_msg("%.*s is %d", (int)word.n, word.p, primitive_find(word));
}

static void marks(void **state)
{
	(void)state;
	assert_all("READ_ONCE READ_ONCE_NOCHECK WRITE_ONCE data_race smp_load_acquire smp_store_release atomic_inc atomic64_read refcount_dec_and_test "
		   "cmpxchg cmpxchg64 set_bit test_bit test_and_set_bit this_cpu_inc rcu_dereference rcu_dereference_bh rcu_assign_pointer list_add_rcu "
		   "hlist_bl_for_each_entry_rcu", PRIMITIVE_ACCESS);
}

static void order(void **state)
{
	(void)state;
	assert_all("smp_mb smp_mb__after_atomic smp_rmb barrier synchronize_rcu complete wait_for_completion_timeout wake_up wait_event_interruptible call_rcu",
		   PRIMITIVE_ORDER);
}

static void others(void **state)
{
	(void)state;
	assert_all("rcu_is_leaf_node rcu_report_qs_rnp rcu_preempt_blocked_readers_cgp preempt_count smp_processor_id smp_call_function this_cpu_ptr per_cpu_ptr "
		   "wake_up_worker set_bits completed read_once x spin_lock", PRIMITIVE_NONE);
	assert_int_equal(primitive_find(SLICE("")), PRIMITIVE_NONE);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(marks),
	cmocka_unit_test(order),
	cmocka_unit_test(others),
};

TEST_MAIN()
