#include "report/guilty.h"

#include "base/buf.h"

/* Names that begin so are helpers; with "$", the whole name.  One table for all kinds: none of them is code that reports are about. */
static const char *const helpers[] = {
	/* what prints and checks */
	"dump_stack", "__dump_stack", "show_stack", "print_report", "print_address_description", "end_report", "panic$",
	"kasan_", "__kasan_", "____kasan_", "__asan_", "check_region_inline", "check_memory_region", "kmsan_", "__msan_",
	"kfence_", "__kfence_", "ubsan_", "__ubsan_", "kmemleak_", "__warn", "warn_slowpath", "report_bug", "handle_bug",
	"__report_bug", "refcount_", "__refcount_", "debug_object", "debug_print_object", "debug_check_no_obj",
	"__might_", "___might_", "__sanitizer_cov", "fortify_panic", "__fortify_panic",
	/* the way in of an exception */
	"die$", "die_", "__die", "do_trap", "do_error_trap", "exc_", "asm_exc_", "handle_invalid_op", "page_fault_oops",
	"__bad_area", "do_kern_addr_fault", "do_user_addr_fault", "do_page_fault", "el1h_64_sync", "el1_abort",
	"do_mem_abort", "invalid_op", "general_protection", "entry_SYSCALL", "do_syscall_", "x64_sys_call",
	"el0_svc", "el0t_64", "do_el0_svc", "invoke_syscall", "ret_from_fork",
	/* copying, lists, atomics */
	"memcpy", "__memcpy", "memmove", "__memmove", "memset", "__memset", "memcmp", "strcmp", "strncmp", "strlen",
	"strnlen", "strcpy", "strscpy", "hex_dump_to_buffer", "print_hex_dump", "instrument_", "_copy_", "copy_page_",
	"copy_to_user", "copy_from_user", "copyin", "copyout", "__list_", "list_add", "list_del", "list_move", "hlist_", "__hlist_", "rb_insert",
	"rb_erase", "__rb_",
	"_atomic_", "atomic_", "arch_atomic", "raw_atomic", "test_bit", "_test_bit", "__xa_", "xas_",
	/* locks and waiting */
	"lock_acquire", "__lock_acquire", "lock_release", "lock_is_held", "_raw_spin_", "do_raw_spin_", "__raw_spin_",
	"raw_spin_", "queued_", "native_queued_", "__pv_queued_", "pv_queued_", "_raw_read_", "_raw_write_", "mutex_",
	"__mutex_", "rt_mutex_base", "down_read", "down_write", "__down_", "up_read", "up_write", "rwsem_", "rwbase_", "percpu_down", "__schedule",
	"schedule$", "schedule_timeout", "schedule_preempt", "__switch_to", "context_switch", "io_schedule", "wait_for_completion", "__wait_for_common",
	"do_wait_for_common", "wait_on_bit", "folio_lock", "folio_unlock", "__folio_lock", "lock_page", "unlock_page",
	"print_circular_bug", "print_deadlock", "print_usage_bug", "print_lock", "check_noncircular", "check_prev",
	"validate_chain", "mark_lock", "mark_held_locks", "mark_usage", "lockdep_", "trace_hardirqs", "register_lock_class",
	"assign_lock_key", "debug_check_no_locks",
	/* allocation, reference counts, timers */
	"kmalloc", "__kmalloc", "kzalloc", "kcalloc", "kvmalloc", "kmem_cache_", "slab_", "__slab_", "___slab_",
	"__do_kmalloc", "new_slab", "kfree", "__kfree", "kvfree", "vmalloc", "vzalloc", "__vmalloc", "krealloc",
	"kmemdup", "kstrdup", "kobject_get", "kref_", "iput$", "lock_timer_base", "__mod_timer", "mod_timer", "add_timer",
	"del_timer", "__timer_delete", "timer_delete", "call_timer_fn",
	/* what ciphers and random numbers call for everybody */
	"crypto_", "drbg_", "aes_", "aesti_", "cipher_crypt_", "rng_setkey", "sha1_", "sha256_", "md5_",
};

bool guilty_is_helper(struct slice f)
{
	for (size_t i = 0; i < sizeof helpers / sizeof *helpers; i++) {
		struct slice helper = slice_str(helpers[i]);
		bool whole = slice_ends(helper, "$");

		if (whole ? slice_eq(f, slice_sub(helper, 0, helper.n - 1)) : slice_starts(f, helpers[i]))
			return true;
	}
	return false;
}

size_t guilty_frame(const struct frame *f, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!f[i].unreliable && f[i].function.n && !slice_starts(f[i].function, "0x") &&
		    !guilty_is_helper(f[i].function))
			return i;
	}
	return n;
}

/* "_Z8fakeNameiii", "_ZN3abc4nameEv": the last of the names that a length stands before. */
static struct slice demangle(struct slice s)
{
	struct slice name = {0}, rest = s;

	if (!slice_eat(&rest, "_Z"))
		return s;
	slice_eat(&rest, "N");
	for (;;) {
		size_t digits = 0, n = 0;

		while (digits < rest.n && digits < 4 && rest.p[digits] >= '0' && rest.p[digits] <= '9')
			n = n * 10 + (size_t)(rest.p[digits++] - '0');
		if (n == 0 || n > rest.n - digits)
			break;
		name = slice_sub(rest, digits, digits + n);
		rest = slice_sub(rest, digits + n, rest.n);
	}
	return name.n ? name : s;
}

static struct slice without_suffixes(struct slice s)
{
	static const char *const suffixes[] = {".cold", ".isra.", ".constprop.", ".part.", ".llvm."};
	size_t end = s.n;

	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		size_t at = slice_find(s, suffixes[i], 1);

		end = at < end ? at : end;
	}
	return slice_sub(s, 0, end);
}

/* "__x64_sys_read", as the entry of each machine is called; what is left of `*s` is the call. */
static bool eat_syscall(struct slice *s)
{
	static const char *const entries[] = {
		"__x64_sys_", "__ia32_sys_", "__ia32_compat_sys_", "__x64_compat_sys_", "__arm64_sys_",
		"__arm64_compat_sys_", "__riscv_sys_", "__s390x_sys_", "__s390_sys_", "__powerpc_sys_",
	};

	for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
		if (slice_eat(s, entries[i]))
			return true;
	}
	return false;
}

static struct slice syscall_name(struct arena *a, struct slice call)
{
	struct buf b = BUF_INIT;
	struct slice name;

	buf_adds(&b, "sys_");
	buf_add_slice(&b, call);
	name = arena_slice(a, buf_slice(&b));
	buf_release(&b);
	return name;
}

struct slice guilty_name(struct arena *a, struct slice function)
{
	struct slice s = demangle(without_suffixes(function));

	/* the body of a system call, as the macro names it */
	if (slice_eat(&s, "__se_sys_") || slice_eat(&s, "__do_sys_"))
		return s;
	return eat_syscall(&s) ? syscall_name(a, s) : s;
}

struct slice guilty_syscall(struct arena *a, const struct frame *f, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct slice s = without_suffixes(f[i].function);

		if (!f[i].unreliable && eat_syscall(&s))
			return syscall_name(a, s);
	}
	return (struct slice){0};
}
