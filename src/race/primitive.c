#include "race/primitive.h"

#include <stdbool.h>
#include <string.h>

/* A star at the end stands for whatever comes. */
static bool is_any(struct slice name, const char *const *patterns)
{
	for (; *patterns; patterns++) {
		size_t n = strlen(*patterns);
		bool open = (*patterns)[n - 1] == '*';

		if (open ? name.n >= n - 1 && memcmp(name.p, *patterns, n - 1) == 0 : slice_is(name, *patterns))
			return true;
	}
	return false;
}

enum primitive primitive_find(struct slice name)
{
	static const char *const accesses[] = {
		"READ_ONCE*", "WRITE_ONCE*", "data_race", "ASSERT_EXCLUSIVE_*", "kcsan_*", "smp_load_acquire", "smp_store_release", "smp_store_mb",
		"smp_cond_load_*", "atomic_*", "atomic64_*", "atomic_long_*", "raw_atomic*", "arch_atomic*", "refcount_*", "kref_*", "cmpxchg*",
		"try_cmpxchg*", "xchg", "xchg_*", "arch_cmpxchg*", "arch_xchg*", "xadd", "set_bit", "clear_bit", "change_bit", "test_bit", "test_bit_acquire",
		"set_bit_*", "clear_bit_*", "test_and_set_bit*", "test_and_clear_bit*", "test_and_change_bit*", "__set_bit", "__clear_bit", "__change_bit",
		"__test_and_*", "this_cpu_*", "raw_cpu_*", "__this_cpu_*", "rcu_dereference*", "srcu_dereference*", "rcu_assign_pointer",
		"rcu_access_pointer", "rcu_replace_pointer", "rcu_pointer_handoff", "RCU_INIT_POINTER", NULL};
	static const char *const no_accesses[] = {"this_cpu_ptr", "raw_cpu_ptr", "kcsan_check_*", NULL};
	static const char *const orders[] = {
		"smp_mb*", "smp_rmb", "smp_wmb", "smp_acquire__*", "barrier", "barrier_data", "mb", "rmb", "wmb", "dma_rmb", "dma_wmb", "dma_mb", "__smp_*",
		"synchronize_*", "call_rcu*", "call_srcu", "kfree_rcu*", "kvfree_rcu*", "rcu_barrier*", "complete", "complete_all", "wait_for_completion*",
		"reinit_completion", "wait_event*", "wake_up", "wake_up_all", "wake_up_bit", "wake_up_var", "wake_up_poll", "wake_up_process",
		"wake_up_interruptible*", "wake_up_sync*", "wake_up_locked*", "wait_on_bit*", "wait_var_event*", NULL};

	if (name.n < 2)
		return PRIMITIVE_NONE;
	if (is_any(name, accesses) && !is_any(name, no_accesses))
		return PRIMITIVE_ACCESS;
	if (slice_ends(name, "_rcu") && (slice_starts(name, "list_") || slice_starts(name, "hlist_")))
		return PRIMITIVE_ACCESS;
	return is_any(name, orders) ? PRIMITIVE_ORDER : PRIMITIVE_NONE;
}
