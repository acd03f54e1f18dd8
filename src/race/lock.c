#include "race/lock.h"

#include <string.h>

#include "base/clex.h"

/* What takes and releases one thing. */
enum family {
	SPIN = 1, RWLOCK, MUTEX, RTMUTEX, WWMUTEX, RWSEM, PERCPU_RWSEM, SEMAPHORE, LOCAL, SOCK, BHSOCK, NAMED, RCU, RCU_BH, RCU_SCHED, RCU_TASKS,
	SRCU, SEQLOCK, SEQCOUNT, STATS, IRQ, BH, PREEMPT, MIGRATE, PAGE, BITLOCK, XARRAY, TXQ, ANY, UNKNOWN,
};

/* A lock in all the forms that spinlocks have; `of`, `args`: as in struct lock_row. */
#define SPINS(lock, try, unlock, kind, family, arg, of) \
	{lock, LOCK_TAKE, kind, family, arg, of, LOCK_ALONE, 0, false}, {lock "_irq", LOCK_TAKE, kind, family, arg, of, LOCK_WITH_IRQ, 0, false}, \
	{lock "_irqsave", LOCK_TAKE, kind, family, arg, of, LOCK_WITH_IRQSAVE, 2, false}, {lock "_bh", LOCK_TAKE, kind, family, arg, of, LOCK_WITH_BH, 0, false}, \
	{try, LOCK_TRY, kind, family, arg, of, LOCK_ALONE, 0, false}, {try "_irq", LOCK_TRY, kind, family, arg, of, LOCK_WITH_IRQ, 0, false}, \
	{try "_irqsave", LOCK_TRY, kind, family, arg, of, LOCK_WITH_IRQSAVE, 2, false}, {try "_bh", LOCK_TRY, kind, family, arg, of, LOCK_WITH_BH, 0, false}, \
	{unlock, LOCK_DROP, kind, family, arg, of, LOCK_ALONE, 0, false}, {unlock "_irq", LOCK_DROP, kind, family, arg, of, LOCK_WITH_IRQ, 0, false}, \
	{unlock "_irqrestore", LOCK_DROP, kind, family, arg, of, LOCK_WITH_IRQSAVE, 2, false}, {unlock "_bh", LOCK_DROP, kind, family, arg, of, LOCK_WITH_BH, 0, false}
/* One that sleeps. */
#define SLEEPS(lock, try, unlock, kind, family, arg, of) \
	{lock, LOCK_TAKE, kind, family, arg, of, LOCK_ALONE, 0, false}, {lock "_interruptible", LOCK_TRY_ZERO, kind, family, arg, of, LOCK_ALONE, 0, false}, \
	{lock "_killable", LOCK_TRY_ZERO, kind, family, arg, of, LOCK_ALONE, 0, false}, {try, LOCK_TRY, kind, family, arg, of, LOCK_ALONE, 0, false}, \
	{unlock, LOCK_DROP, kind, family, arg, of, LOCK_ALONE, 0, false}
#define ROW(name, op, kind, family, arg, of) {name, op, kind, family, arg, of, LOCK_ALONE, 0, false}
#define NESTS(name, op, kind, family, arg, of) {name, op, kind, family, arg, of, LOCK_ALONE, 0, true}
/* Of the tree of RCU. */
#define RCU_NODE(name, op, extra, flags) {name "_rcu_node", op, LOCK_EXCLUSIVE, SPIN, 1, "->lock", extra, flags, false}
#define BOTH(lock, unlock, kind, family, arg, of) ROW(lock, LOCK_TAKE, kind, family, arg, of), ROW(unlock, LOCK_DROP, kind, family, arg, of)
#define PAUSE(name, kind, family, arg, of) ROW(name, LOCK_PAUSE, kind, family, arg, of)
#define PAUSES_IRQ(name) {name, LOCK_PAUSE, LOCK_EXCLUSIVE, SPIN, 3, " ", LOCK_WITH_IRQ, 0, false} /* it is given the lock itself */
#define PAUSES_SOCK(name) PAUSE(name, LOCK_EXCLUSIVE, SOCK, 1, "->sk_lock")
#define PAIR(lock, unlock, kind, family, arg, of) NESTS(lock, LOCK_TAKE, kind, family, arg, of), NESTS(unlock, LOCK_DROP, kind, family, arg, of)

/* Without "raw_", "__raw_", "_raw_" in front and "_nested", "_nest_lock", "_notrace" behind: lock_find() takes these off. */
static const struct lock_row rows[] = {
	SPINS("spin_lock", "spin_trylock", "spin_unlock", LOCK_EXCLUSIVE, SPIN, 1, ""),
	SPINS("read_lock", "read_trylock", "read_unlock", LOCK_SHARED, RWLOCK, 1, ""),
	SPINS("write_lock", "write_trylock", "write_unlock", LOCK_EXCLUSIVE, RWLOCK, 1, ""),
	SPINS("xa_lock", "xa_trylock", "xa_unlock", LOCK_EXCLUSIVE, SPIN, 1, "->xa_lock"),
	SPINS("xas_lock", "xas_trylock", "xas_unlock", LOCK_EXCLUSIVE, SPIN, 1, "->xa->xa_lock"),
	SPINS("write_seqlock", "write_tryseqlock", "write_sequnlock", LOCK_EXCLUSIVE, SEQLOCK, 1, ""),
	SPINS("read_seqlock_excl", "read_tryseqlock_excl", "read_sequnlock_excl", LOCK_EXCLUSIVE, SEQLOCK, 1, ""),
	ROW("atomic_dec_and_lock", LOCK_TRY, LOCK_EXCLUSIVE, SPIN, 2, ""), ROW("refcount_dec_and_lock", LOCK_TRY, LOCK_EXCLUSIVE, SPIN, 2, ""),
	{"atomic_dec_and_lock_irqsave", LOCK_TRY, LOCK_EXCLUSIVE, SPIN, 2, "", LOCK_WITH_IRQSAVE, 3, false},
	{"refcount_dec_and_lock_irqsave", LOCK_TRY, LOCK_EXCLUSIVE, SPIN, 2, "", LOCK_WITH_IRQSAVE, 3, false},
	BOTH("arch_spin_lock", "arch_spin_unlock", LOCK_EXCLUSIVE, SPIN, 1, ""), ROW("arch_spin_trylock", LOCK_TRY, LOCK_EXCLUSIVE, SPIN, 1, ""),
	RCU_NODE("spin_lock", LOCK_TAKE, LOCK_ALONE, 0), RCU_NODE("spin_trylock", LOCK_TRY, LOCK_ALONE, 0), RCU_NODE("spin_unlock", LOCK_DROP, LOCK_ALONE, 0),
	RCU_NODE("spin_lock_irq", LOCK_TAKE, LOCK_WITH_IRQ, 0), RCU_NODE("spin_lock_irqsave", LOCK_TAKE, LOCK_WITH_IRQSAVE, 2),
	RCU_NODE("spin_trylock_irqsave", LOCK_TRY, LOCK_WITH_IRQSAVE, 2), RCU_NODE("spin_unlock_irq", LOCK_DROP, LOCK_WITH_IRQ, 0),
	RCU_NODE("spin_unlock_irqrestore", LOCK_DROP, LOCK_WITH_IRQSAVE, 2), ROW("lockdep_assert_held_rcu_node", LOCK_ASSERT, LOCK_EXCLUSIVE, SPIN, 1, "->lock"),
	SPINS("spin_rq_lock", "spin_rq_trylock", "spin_rq_unlock", LOCK_EXCLUSIVE, SPIN, 1, "->__lock"),
	{"lock_task_sighand", LOCK_TRY, LOCK_EXCLUSIVE, SPIN, 1, "->sighand->siglock", LOCK_WITH_IRQSAVE, 2, false},
	{"unlock_task_sighand", LOCK_DROP, LOCK_EXCLUSIVE, SPIN, 1, "->sighand->siglock", LOCK_WITH_IRQSAVE, 2, false},
	BOTH("netif_addr_lock", "netif_addr_unlock", LOCK_EXCLUSIVE, SPIN, 1, "->addr_list_lock"),
	{"netif_addr_lock_bh", LOCK_TAKE, LOCK_EXCLUSIVE, SPIN, 1, "->addr_list_lock", LOCK_WITH_BH, 0, false},
	{"netif_addr_unlock_bh", LOCK_DROP, LOCK_EXCLUSIVE, SPIN, 1, "->addr_list_lock", LOCK_WITH_BH, 0, false},
	ROW("lockref_put_or_lock", LOCK_TRY_ZERO, LOCK_EXCLUSIVE, SPIN, 1, "->lock"),
	BOTH("task_lock", "task_unlock", LOCK_EXCLUSIVE, SPIN, 1, "->alloc_lock"),
	ROW("pte_offset_map_lock", LOCK_TRY, LOCK_EXCLUSIVE, SPIN, 4, "*"), ROW("pte_unmap_unlock", LOCK_DROP, LOCK_EXCLUSIVE, SPIN, 2, ""),
	BOTH("bit_spin_lock", "bit_spin_unlock", LOCK_EXCLUSIVE, BITLOCK, 2, ""), ROW("bit_spin_trylock", LOCK_TRY, LOCK_EXCLUSIVE, BITLOCK, 2, ""),
	ROW("test_and_set_bit_lock", LOCK_TRY_ZERO, LOCK_EXCLUSIVE, BITLOCK, 2, ""), ROW("clear_bit_unlock", LOCK_DROP, LOCK_EXCLUSIVE, BITLOCK, 2, ""),
	ROW("__clear_bit_unlock", LOCK_DROP, LOCK_EXCLUSIVE, BITLOCK, 2, ""), ROW("__bit_spin_unlock", LOCK_DROP, LOCK_EXCLUSIVE, BITLOCK, 2, ""),
	BOTH("hlist_bl_lock", "hlist_bl_unlock", LOCK_EXCLUSIVE, BITLOCK, 1, ""),

	SLEEPS("mutex_lock", "mutex_trylock", "mutex_unlock", LOCK_EXCLUSIVE, MUTEX, 1, ""), ROW("mutex_lock_io", LOCK_TAKE, LOCK_EXCLUSIVE, MUTEX, 1, ""),
	ROW("atomic_dec_and_mutex_lock", LOCK_TRY, LOCK_EXCLUSIVE, MUTEX, 2, ""), ROW("refcount_dec_and_mutex_lock", LOCK_TRY, LOCK_EXCLUSIVE, MUTEX, 2, ""),
	SLEEPS("rt_mutex_lock", "rt_mutex_trylock", "rt_mutex_unlock", LOCK_EXCLUSIVE, RTMUTEX, 1, ""),
	ROW("ww_mutex_lock", LOCK_TRY_ZERO, LOCK_EXCLUSIVE, WWMUTEX, 1, ""), ROW("ww_mutex_lock_interruptible", LOCK_TRY_ZERO, LOCK_EXCLUSIVE, WWMUTEX, 1, ""),
	ROW("ww_mutex_trylock", LOCK_TRY, LOCK_EXCLUSIVE, WWMUTEX, 1, ""), ROW("ww_mutex_unlock", LOCK_DROP, LOCK_EXCLUSIVE, WWMUTEX, 1, ""),
	SLEEPS("down_read", "down_read_trylock", "up_read", LOCK_SHARED, RWSEM, 1, ""),
	SLEEPS("down_write", "down_write_trylock", "up_write", LOCK_EXCLUSIVE, RWSEM, 1, ""),
	ROW("downgrade_write", LOCK_DOWNGRADE, LOCK_EXCLUSIVE, RWSEM, 1, ""), ROW("mmap_write_downgrade", LOCK_DOWNGRADE, LOCK_EXCLUSIVE, RWSEM, 1, "->mmap_lock"),
	SLEEPS("percpu_down_read", "percpu_down_read_trylock", "percpu_up_read", LOCK_SHARED, PERCPU_RWSEM, 1, ""),
	BOTH("percpu_down_write", "percpu_up_write", LOCK_EXCLUSIVE, PERCPU_RWSEM, 1, ""),
	ROW("down", LOCK_TAKE, LOCK_EXCLUSIVE, SEMAPHORE, 1, ""), ROW("down_interruptible", LOCK_TRY_ZERO, LOCK_EXCLUSIVE, SEMAPHORE, 1, ""),
	ROW("down_killable", LOCK_TRY_ZERO, LOCK_EXCLUSIVE, SEMAPHORE, 1, ""), ROW("down_timeout", LOCK_TRY_ZERO, LOCK_EXCLUSIVE, SEMAPHORE, 1, ""),
	ROW("down_trylock", LOCK_TRY_ZERO, LOCK_EXCLUSIVE, SEMAPHORE, 1, ""), ROW("up", LOCK_DROP, LOCK_EXCLUSIVE, SEMAPHORE, 1, ""),
	SPINS("local_lock", "local_trylock", "local_unlock", LOCK_EXCLUSIVE, LOCAL, 1, ""),

	SLEEPS("mmap_read_lock", "mmap_read_trylock", "mmap_read_unlock", LOCK_SHARED, RWSEM, 1, "->mmap_lock"),
	SLEEPS("mmap_write_lock", "mmap_write_trylock", "mmap_write_unlock", LOCK_EXCLUSIVE, RWSEM, 1, "->mmap_lock"),
	SLEEPS("inode_lock", "inode_trylock", "inode_unlock", LOCK_EXCLUSIVE, RWSEM, 1, "->i_rwsem"),
	SLEEPS("inode_lock_shared", "inode_trylock_shared", "inode_unlock_shared", LOCK_SHARED, RWSEM, 1, "->i_rwsem"),
	SLEEPS("device_lock", "device_trylock", "device_unlock", LOCK_EXCLUSIVE, MUTEX, 1, "->mutex"),
	SLEEPS("lock_page", "trylock_page", "unlock_page", LOCK_EXCLUSIVE, PAGE, 1, " "), SLEEPS("folio_lock", "folio_trylock", "folio_unlock", LOCK_EXCLUSIVE, PAGE, 1, " "),
	SLEEPS("lock_buffer", "trylock_buffer", "unlock_buffer", LOCK_EXCLUSIVE, PAGE, 1, " "),
	BOTH("lock_sock", "release_sock", LOCK_EXCLUSIVE, SOCK, 1, "->sk_lock"), ROW("lock_sock_fast", LOCK_TAKE, LOCK_EXCLUSIVE, SOCK, 1, "->sk_lock"),
	BOTH("sockopt_lock_sock", "sockopt_release_sock", LOCK_EXCLUSIVE, SOCK, 1, "->sk_lock"), ROW("unlock_sock_fast", LOCK_DROP, LOCK_EXCLUSIVE, SOCK, 1, "->sk_lock"),
	BOTH("bh_lock_sock", "bh_unlock_sock", LOCK_EXCLUSIVE, BHSOCK, 1, "->sk_lock.slock"),
	BOTH("netif_tx_lock", "netif_tx_unlock", LOCK_EXCLUSIVE, TXQ, 1, "->tx_global_lock"),
	{"netif_tx_lock_bh", LOCK_TAKE, LOCK_EXCLUSIVE, TXQ, 1, "->tx_global_lock", LOCK_WITH_BH, 0, false},
	{"netif_tx_unlock_bh", LOCK_DROP, LOCK_EXCLUSIVE, TXQ, 1, "->tx_global_lock", LOCK_WITH_BH, 0, false},
	BOTH("__netif_tx_lock", "__netif_tx_unlock", LOCK_EXCLUSIVE, TXQ, 1, "->_xmit_lock"),
	SLEEPS("rtnl_lock", "rtnl_trylock", "rtnl_unlock", LOCK_EXCLUSIVE, NAMED, 0, "rtnl_mutex"),
	BOTH("console_lock", "console_unlock", LOCK_EXCLUSIVE, NAMED, 0, "console_sem"), ROW("console_trylock", LOCK_TRY, LOCK_EXCLUSIVE, NAMED, 0, "console_sem"),
	BOTH("cpus_read_lock", "cpus_read_unlock", LOCK_SHARED, NAMED, 0, "cpu_hotplug_lock"),
	BOTH("cpus_write_lock", "cpus_write_unlock", LOCK_EXCLUSIVE, NAMED, 0, "cpu_hotplug_lock"),

	PAIR("rcu_read_lock", "rcu_read_unlock", LOCK_RCU, RCU, 0, "rcu_read_lock"),
	PAIR("rcu_read_lock_bh", "rcu_read_unlock_bh", LOCK_RCU, RCU_BH, 0, "rcu_read_lock_bh"),
	PAIR("rcu_read_lock_sched", "rcu_read_unlock_sched", LOCK_RCU, RCU_SCHED, 0, "rcu_read_lock_sched"),
	PAIR("rcu_read_lock_trace", "rcu_read_unlock_trace", LOCK_RCU, RCU_TASKS, 0, "rcu_read_lock_trace"),
	PAIR("srcu_read_lock", "srcu_read_unlock", LOCK_RCU, SRCU, 1, ""), PAIR("srcu_read_lock_nmisafe", "srcu_read_unlock_nmisafe", LOCK_RCU, SRCU, 1, ""),
	PAIR("srcu_down_read", "srcu_up_read", LOCK_RCU, SRCU, 1, ""),

	BOTH("read_seqbegin", "read_seqretry", LOCK_SEQ, SEQLOCK, 1, ""), BOTH("read_seqcount_begin", "read_seqcount_retry", LOCK_SEQ, SEQCOUNT, 1, ""),
	BOTH("__read_seqcount_begin", "__read_seqcount_retry", LOCK_SEQ, SEQCOUNT, 1, ""),
	BOTH("read_seqbegin_or_lock", "done_seqretry", LOCK_SEQ, SEQLOCK, 1, ""), ROW("read_seqcount", LOCK_TAKE, LOCK_SEQ, SEQCOUNT, 1, ""),
	BOTH("read_seqcount_latch", "read_seqcount_latch_retry", LOCK_SEQ, SEQCOUNT, 1, ""),
	BOTH("u64_stats_fetch_begin_irq", "u64_stats_fetch_retry_irq", LOCK_SEQ, STATS, 1, ""),
	BOTH("u64_stats_fetch_begin", "u64_stats_fetch_retry", LOCK_SEQ, STATS, 1, ""),
	BOTH("write_seqcount_begin", "write_seqcount_end", LOCK_EXCLUSIVE, SEQCOUNT, 1, ""),
	BOTH("u64_stats_update_begin", "u64_stats_update_end", LOCK_EXCLUSIVE, STATS, 1, ""),

	{"local_irq_save", LOCK_TAKE, LOCK_IRQ, IRQ, 1, "", LOCK_ALONE, 0, false}, {"local_irq_restore", LOCK_DROP, LOCK_IRQ, IRQ, 1, "", LOCK_ALONE, 0, false},
	{"printk_safe_enter_irqsave", LOCK_TAKE, LOCK_IRQ, IRQ, 1, "", LOCK_ALONE, 0, false},
	{"printk_safe_exit_irqrestore", LOCK_DROP, LOCK_IRQ, IRQ, 1, "", LOCK_ALONE, 0, false},
	BOTH("local_irq_disable", "local_irq_enable", LOCK_IRQ, IRQ, 0, ""), BOTH("local_irq_disable_exit_to_user", "local_irq_enable_exit_to_user", LOCK_IRQ, IRQ, 0, ""),
	PAIR("local_bh_disable", "local_bh_enable", LOCK_BH, BH, 0, ""),
	PAIR("preempt_disable", "preempt_enable", LOCK_PREEMPT, PREEMPT, 0, ""), NESTS("preempt_enable_no_resched", LOCK_DROP, LOCK_PREEMPT, PREEMPT, 0, ""),
	PAIR("get_cpu", "put_cpu", LOCK_PREEMPT, PREEMPT, 0, ""), PAIR("get_cpu_var", "put_cpu_var", LOCK_PREEMPT, PREEMPT, 0, ""),
	PAIR("get_cpu_ptr", "put_cpu_ptr", LOCK_PREEMPT, PREEMPT, 0, ""),

	ROW("lockdep_assert_held", LOCK_ASSERT, LOCK_EXCLUSIVE, ANY, 1, ""), ROW("lockdep_assert_held_once", LOCK_ASSERT, LOCK_EXCLUSIVE, ANY, 1, ""),
	ROW("lockdep_assert_held_write", LOCK_ASSERT, LOCK_EXCLUSIVE, ANY, 1, ""), ROW("lockdep_assert_held_read", LOCK_ASSERT, LOCK_SHARED, ANY, 1, ""),
	ROW("__must_hold", LOCK_ASSERT, LOCK_EXCLUSIVE, ANY, 1, ""), ROW("__must_hold_shared", LOCK_ASSERT, LOCK_SHARED, ANY, 1, ""),
	ROW("__releases", LOCK_ASSERT, LOCK_EXCLUSIVE, ANY, 1, ""), ROW("__releases_shared", LOCK_ASSERT, LOCK_SHARED, ANY, 1, ""),
	ROW("assert_spin_locked", LOCK_ASSERT, LOCK_EXCLUSIVE, ANY, 1, ""), ROW("lockdep_assert_irqs_disabled", LOCK_ASSERT, LOCK_IRQ, IRQ, 0, ""),
	ROW("lockdep_assert_preemption_disabled", LOCK_ASSERT, LOCK_PREEMPT, PREEMPT, 0, ""), ROW("ASSERT_RTNL", LOCK_ASSERT, LOCK_EXCLUSIVE, NAMED, 0, "rtnl_mutex"),
	ROW("mmap_assert_locked", LOCK_ASSERT, LOCK_SHARED, RWSEM, 1, "->mmap_lock"), ROW("mmap_assert_write_locked", LOCK_ASSERT, LOCK_EXCLUSIVE, RWSEM, 1, "->mmap_lock"),
	ROW("sock_owned_by_me", LOCK_ASSERT, LOCK_EXCLUSIVE, SOCK, 1, "->sk_lock"), ROW("lockdep_assert_cpus_held", LOCK_ASSERT, LOCK_SHARED, NAMED, 0, "cpu_hotplug_lock"),
	ROW("lockdep_assert_rq_held", LOCK_ASSERT, LOCK_EXCLUSIVE, SPIN, 1, "->__lock"),

	/* what releases one for a while */
	PAUSE("cond_resched_lock", LOCK_EXCLUSIVE, SPIN, 1, ""), PAUSE("cond_resched_rwlock_read", LOCK_SHARED, RWLOCK, 1, ""),
	PAUSE("cond_resched_rwlock_write", LOCK_EXCLUSIVE, RWLOCK, 1, ""), NESTS("cond_resched_rcu", LOCK_PAUSE, LOCK_RCU, RCU, 0, "rcu_read_lock"),
	NESTS("schedule_preempt_disabled", LOCK_PAUSE, LOCK_PREEMPT, PREEMPT, 0, ""),
	PAUSES_IRQ("wait_event_lock_irq"), PAUSES_IRQ("wait_event_lock_irq_cmd"), PAUSES_IRQ("wait_event_lock_irq_timeout"),
	PAUSES_IRQ("wait_event_interruptible_lock_irq"), PAUSES_IRQ("wait_event_interruptible_lock_irq_cmd"), PAUSES_IRQ("wait_event_interruptible_lock_irq_timeout"),
	PAUSE("wait_event_interruptible_locked", LOCK_EXCLUSIVE, SPIN, 1, ".lock"), PAUSE("wait_event_interruptible_exclusive_locked", LOCK_EXCLUSIVE, SPIN, 1, ".lock"),
	PAUSE("wait_event_killable_locked", LOCK_EXCLUSIVE, SPIN, 1, ".lock"), PAUSE("wait_event_killable_exclusive_locked", LOCK_EXCLUSIVE, SPIN, 1, ".lock"),
	{"wait_event_interruptible_locked_irq", LOCK_PAUSE, LOCK_EXCLUSIVE, SPIN, 1, ".lock", LOCK_WITH_IRQ, 0, false},
	{"wait_event_interruptible_exclusive_locked_irq", LOCK_PAUSE, LOCK_EXCLUSIVE, SPIN, 1, ".lock", LOCK_WITH_IRQ, 0, false},
	PAUSES_SOCK("sk_wait_event"), PAUSES_SOCK("sk_wait_data"), PAUSES_SOCK("sk_stream_wait_memory"), PAUSES_SOCK("sk_stream_wait_connect"),
	PAUSES_SOCK("sk_stream_wait_close"), PAUSES_SOCK("inet_csk_wait_for_connect"), PAUSES_SOCK("inet_wait_for_connect"), PAUSES_SOCK("bt_sock_wait_state"),
	PAUSES_SOCK("bt_sock_wait_ready"), PAUSE("tipc_wait_for_cond", LOCK_EXCLUSIVE, SOCK, 1, "->sk->sk_lock"),
	PAUSE("__xa_store", LOCK_EXCLUSIVE, SPIN, 1, "->xa_lock"), PAUSE("__xa_insert", LOCK_EXCLUSIVE, SPIN, 1, "->xa_lock"),
	PAUSE("__xa_cmpxchg", LOCK_EXCLUSIVE, SPIN, 1, "->xa_lock"), PAUSE("__xa_alloc", LOCK_EXCLUSIVE, SPIN, 1, "->xa_lock"),
	PAUSE("__xa_alloc_cyclic", LOCK_EXCLUSIVE, SPIN, 1, "->xa_lock"), PAUSE("__xas_nomem", LOCK_EXCLUSIVE, SPIN, 1, "->xa->xa_lock"),
	PAUSE("rpm_suspend", LOCK_EXCLUSIVE, SPIN, 1, "->power.lock"), PAUSE("rpm_resume", LOCK_EXCLUSIVE, SPIN, 1, "->power.lock"),
	PAUSE("rpm_idle", LOCK_EXCLUSIVE, SPIN, 1, "->power.lock"), PAUSE("rpm_callback", LOCK_EXCLUSIVE, SPIN, 2, "->power.lock"),
	PAUSE("__rpm_callback", LOCK_EXCLUSIVE, SPIN, 2, "->power.lock"), PAUSE("maybe_create_worker", LOCK_EXCLUSIVE, SPIN, 1, "->lock"),
	PAUSE("__wait_on_freeing_inode", LOCK_EXCLUSIVE, SPIN, 1, "->i_lock"), PAUSE("__inode_wait_for_writeback", LOCK_EXCLUSIVE, SPIN, 1, "->i_lock"),

	/* what is called as if it were one */
	ROW("__acquires", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""), ROW("__cond_acquires", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""),
	ROW("__cond_lock", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""), ROW("spin_acquire", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""),
	ROW("spin_release", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""), ROW("mutex_acquire", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""),
	ROW("lock_acquire", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""), ROW("lock_release", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""),
	ROW("rcu_lock_acquire", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""), ROW("rcu_lock_release", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""),
	ROW("mutex_release", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""),
	ROW("spin_lock_init", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""),
	ROW("rwlock_init", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""), ROW("lock_map_acquire", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""),
	ROW("lock_map_release", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""), ROW("lock_is_held", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""),
	ROW("smp_mb__after_spinlock", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""), ROW("rcu_read_lock_held", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""),
	ROW("rcu_read_lock_bh_held", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""), ROW("rcu_read_lock_any_held", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""),
	ROW("rcu_read_lock_sched_held", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""), ROW("srcu_read_lock_held", LOCK_KEEP, LOCK_EXCLUSIVE, 0, 0, ""),
};

/* ---- guards ---- */

static const struct {
	const char *guard, *takes;
} guards[] = {
	{"mutex", "mutex_lock"}, {"mutex_intr", "mutex_lock_interruptible"}, {"mutex_kill", "mutex_lock_killable"}, {"mutex_try", "mutex_trylock"},
	{"spinlock", "spin_lock"}, {"spinlock_irq", "spin_lock_irq"}, {"spinlock_irqsave", "spin_lock_irqsave"}, {"spinlock_bh", "spin_lock_bh"},
	{"spinlock_try", "spin_trylock"}, {"spinlock_irqsave_try", "spin_trylock_irqsave"}, {"spinlock_irq_try", "spin_trylock_irq"},
	{"raw_spinlock", "spin_lock"}, {"raw_spinlock_irq", "spin_lock_irq"}, {"raw_spinlock_irqsave", "spin_lock_irqsave"}, {"raw_spinlock_bh", "spin_lock_bh"},
	{"raw_spinlock_nested", "spin_lock"}, {"raw_spinlock_try", "spin_trylock"},
	{"read_lock", "read_lock"}, {"read_lock_irq", "read_lock_irq"}, {"read_lock_irqsave", "read_lock_irqsave"},
	{"write_lock", "write_lock"}, {"write_lock_irq", "write_lock_irq"}, {"write_lock_irqsave", "write_lock_irqsave"},
	{"rwsem_read", "down_read"}, {"rwsem_read_intr", "down_read_interruptible"}, {"rwsem_read_try", "down_read_trylock"}, {"rwsem_write", "down_write"},
	{"rwsem_write_kill", "down_write_killable"}, {"rwsem_write_try", "down_write_trylock"}, {"percpu_read", "percpu_down_read"},
	{"percpu_write", "percpu_down_write"}, {"semaphore", "down"}, {"rcu", "rcu_read_lock"}, {"srcu", "srcu_read_lock"}, {"irq", "local_irq_disable"},
	{"irqsave", "local_irq_disable"}, {"preempt", "preempt_disable"}, {"device", "device_lock"}, {"rtnl", "rtnl_lock"}, {"cpus_read_lock", "cpus_read_lock"},
	{"cpus_write_lock", "cpus_write_lock"}, {"console_lock", "console_lock"}, {"mmap_read_lock", "mmap_read_lock"}, {"task_lock", "task_lock"},
	{"inode_lock", "inode_lock"}, {"local_lock", "local_lock"}, {"local_lock_irq", "local_lock_irq"}, {"local_lock_irqsave", "local_lock_irqsave"},
};

static const struct lock_row *row_of(struct slice name)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].name[0] == name.p[0] && slice_is(name, rows[i].name))
			return &rows[i];
	return NULL;
}

const struct lock_row *lock_guard(struct slice name)
{
	for (size_t i = 0; i < sizeof guards / sizeof *guards; i++)
		if (slice_is(name, guards[i].guard))
			return row_of(slice_str(guards[i].takes));
	return NULL;
}

bool lock_is_any(const struct lock_row *r)
{
	return r->family == ANY;
}

/* ---- names that the table does not know ---- */

/* Is `word` one of the parts of the name, which '_' divides? */
static bool has_part(struct slice name, const char *word)
{
	size_t n = strlen(word);

	for (size_t at = 0; (at = slice_find(name, word, at)) != SLICE_NONE; at++)
		if ((at == 0 || name.p[at - 1] == '_') && (at + n == name.n || name.p[at + n] == '_'))
			return true;
	return false;
}

/* What is asked or prepared, not taken. */
bool lock_is_harmless(struct slice name)
{
	static const char *const parts[] = {"init", "destroy", "held", "is", "assert", "class", "DEFINE", "INIT", "lockdep", "contended", "wait", "free", "alloc", "print", "show", "might",
					     "has", "no", "wo", "need", "needs", "owner", "owned", "prefetch", "ASSERT", "posix", "vfs", "security", "trace", "dump",
					     "name", "status", "stats", "context", "conflict", "depth", "timeout", "cookie", "mode", "pin", "unpin", "repin", "ptr", "prepare", "finish", "needbreak"};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (has_part(name, parts[i]))
			return true;
	return false;
}

/* It waits for something of what it is given, and not only for an event, which no lock goes with. */
static bool waits(struct slice name)
{
	static const char *const events[] = {"wait_event", "wait_for_completion", "wait_on_bit", "wait_on_page", "wait_on_buffer", "wait_var", "wait_woken", "wait_queue",
					     "wait_task", "folio_wait", "prepare_to_wait", "finish_wait", "add_wait", "remove_wait", "init_wait", "autoremove_wait"};

	if (!has_part(name, "wait"))
		return false;
	while (slice_eat(&name, "_"))
		;
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		if (slice_starts(name, events[i]))
			return false;
	return true;
}

bool lock_sleeps(unsigned family)
{
	return family == MUTEX || family == RTMUTEX || family == WWMUTEX || family == RWSEM || family == PERCPU_RWSEM || family == SEMAPHORE ||
	       family == NAMED || family == PAGE || family == SRCU || family == RCU_TASKS;
}

static const struct lock_row *unknown(struct slice name)
{
	static const struct lock_row may_pause = {.name = "", .op = LOCK_MAY_PAUSE, .kind = LOCK_EXCLUSIVE, .family = UNKNOWN, .of = ""};
	static const struct lock_row may_take = {.name = "", .op = LOCK_MAY_TAKE, .kind = LOCK_EXCLUSIVE, .family = UNKNOWN, .of = ""};
	static const struct lock_row may_try = {.name = "", .op = LOCK_TRY, .kind = LOCK_EXCLUSIVE, .family = UNKNOWN, .of = ""};
	static const struct lock_row may_drop = {.name = "", .op = LOCK_MAY_DROP, .kind = LOCK_EXCLUSIVE, .family = UNKNOWN, .of = ""};

	if (waits(name) && !has_part(name, "unlock"))
		return &may_pause;
	if (slice_find(name, "lock", 0) == SLICE_NONE && slice_find(name, "LOCK", 0) == SLICE_NONE)
		return NULL;
	if (has_part(name, "unlock") || has_part(name, "sequnlock") || has_part(name, "iunlock") || has_part(name, "UNLOCK"))
		return &may_drop;
	if (lock_is_harmless(name))
		return NULL;
	if (has_part(name, "trylock"))
		return &may_try;
	return has_part(name, "lock") || has_part(name, "ilock") || has_part(name, "LOCK") ? &may_take : NULL;
}

const struct lock_row *lock_find(struct slice name)
{
	static const char *const before[] = {"raw_", "_raw_", "__raw_"}, *const behind[] = {"_nested", "_nest_lock", "_notrace", "_non_owner"};
	const struct lock_row *r;
	struct slice s = name;

	if (name.n < 2)
		return NULL;
	r = row_of(s);
	for (size_t i = 0; !r && i < sizeof before / sizeof *before; i++) {
		s = name;
		if (slice_eat(&s, before[i]))
			break;
		s = name;
	}
	for (size_t i = 0; !r && i < sizeof behind / sizeof *behind; i++)
		if (s.n > strlen(behind[i]) && slice_ends(s, behind[i])) {
			s = slice_sub(s, 0, s.n - strlen(behind[i]));
			break;
		}
	if (!r && s.n > 1)
		r = row_of(s);
	return r ? r : unknown(name);
}
