#include "race/family.h"

#include <string.h>

/* '*' in a name stands for anything; the first that fits is taken. */
struct row {
	const char *name, *args;
	uint8_t size;
};

static const struct row rows[] = {
	/* marked accesses, and what looks at an expression only */
	{"READ_ONCE*", "v", 0}, {"WRITE_ONCE*", "w.", 0}, {"ACCESS_ONCE", "l", 0}, {"data_race", "v", 0}, {"likely", ".", 0},
	{"unlikely", ".", 0}, {"ASSERT_EXCLUSIVE_BITS", "r.", 0}, {"ASSERT_EXCLUSIVE_*", "r", 0},
	{"sizeof*", "--", 0}, {"typeof*", "--", 0}, {"alignof*", "--", 0}, {"offsetof*", "--", 0}, {"BUILD_BUG_ON*", "--", 0},
	{"ARRAY_SIZE", "-", 0}, {"static_assert", "--", 0}, {"same_type", "--", 0}, {"container_of*", ".--", 0}, {"list_entry*", ".--", 0},
	{"hlist_entry*", ".--", 0}, {"rb_entry*", ".--", 0}, {"lockdep_assert_*", "--", 0}, {"lockdep_is_held*", "-", 0},
	{"kcsan_check_*read_write", "M..", 0}, {"kcsan_check_*read", "R..", 0}, {"kcsan_check_*write", "W..", 0},
	{"instrument_*read_write", "M..", 0}, {"instrument_*read", "R..", 0}, {"instrument_*write", "W..", 0},
	/* of each cpu */
	{"this_cpu_read*", "r", 0}, {"this_cpu_write*", "w.", 0}, {"this_cpu_ptr", ".", 0}, {"this_cpu_*", "m..", 0},
	{"raw_cpu_read*", "r", 0}, {"raw_cpu_write*", "w.", 0}, {"raw_cpu_ptr", ".", 0}, {"raw_cpu_*", "m..", 0},
	{"per_cpu_ptr", "..", 0}, {"per_cpu", "l.", 0}, {"percpu_counter_read*", "R", 8}, {"percpu_counter_*", "M..", 0},
	/* RCU */
	{"rcu_dereference*", "v..", FAMILY_POINTER}, {"srcu_dereference*", "v..", FAMILY_POINTER}, {"rtnl_dereference", "v", FAMILY_POINTER},
	{"rcu_access_pointer", "v", FAMILY_POINTER}, {"rcu_assign_pointer", "w.", FAMILY_POINTER},
	{"RCU_INIT_POINTER", "w.", FAMILY_POINTER}, {"rcu_replace_pointer", "m..", FAMILY_POINTER},
	{"unrcu_pointer", "v", FAMILY_POINTER}, {"rcu_pointer_handoff", "v", FAMILY_POINTER},
	/* ordering, exchange */
	{"smp_load_acquire", "R", 0}, {"smp_store_release", "W.", 0}, {"smp_store_mb", "w.", 0}, {"smp_cond_load_*", "R.", 0},
	{"try_cmpxchg*", "MM.", 0}, {"sync_try_cmpxchg", "MM.", 0}, {"cmpxchg*", "M..", 0}, {"sync_cmpxchg", "M..", 0}, {"xchg*", "M.", 0},
	{"swap", "mm", 0},
	/* bits */
	{"assign_bit", ".M.", 0}, {"test_and_set_bit*", ".M", 0}, {"test_and_clear_bit*", ".M", 0}, {"test_and_change_bit*", ".M", 0},
	{"test_bit", ".R", 0}, {"test_bit_*", ".R", 0}, {"set_bit", ".M", 0}, {"set_bit_le", ".M", 0}, {"clear_bit", ".M", 0},
	{"clear_bit_le", ".M", 0}, {"clear_bit_unlock*", ".M", 0}, {"change_bit", ".M", 0}, {"find_*_bit", "R..", 0},
	{"bitmap_zero", "W.", 0}, {"bitmap_fill", "W.", 0}, {"bitmap_copy", "WR.", 0}, {"bitmap_set", "M..", 0}, {"bitmap_clear", "M..", 0},
	{"bitmap_empty", "R.", 0}, {"bitmap_full", "R.", 0}, {"bitmap_weight", "R.", 0}, {"cpumask_test_and_*_cpu", ".M", 0},
	{"cpumask_set_cpu", ".M", 0}, {"cpumask_clear_cpu", ".M", 0}, {"cpumask_test_cpu", ".R", 0},
	/* lists: neighbours change with what is put between them */
	{"INIT_LIST_HEAD*", "W", FAMILY_POINTER}, {"INIT_HLIST_HEAD", "W", FAMILY_POINTER}, {"INIT_HLIST_NODE", "W", FAMILY_POINTER},
	{"list_empty", "R", FAMILY_POINTER}, {"list_empty_careful", "R", FAMILY_POINTER}, {"list_is_singular", "R", FAMILY_POINTER},
	{"list_is_first", "RR", FAMILY_POINTER}, {"list_is_last", "RR", FAMILY_POINTER}, {"hlist_empty", "R", FAMILY_POINTER},
	{"hlist_unhashed*", "R", FAMILY_POINTER}, {"hlist_nulls_empty", "R", FAMILY_POINTER}, {"hlist_bl_empty", "R", FAMILY_POINTER},
	{"llist_empty", "R", FAMILY_POINTER}, {"list_first_*", "R--", FAMILY_POINTER}, {"list_last_*", "R--", FAMILY_POINTER},
	{"list_next_entry*", "r-", FAMILY_POINTER}, {"list_prev_entry*", "r-", FAMILY_POINTER},
	{"list_for_each_entry_safe*", "wwR-", FAMILY_POINTER}, {"list_for_each_entry*", "wR-.", FAMILY_POINTER},
	{"hlist_for_each_entry*", "wR-.", FAMILY_POINTER}, {"list_add", "LL", FAMILY_POINTER}, {"list_add_tail", "LL", FAMILY_POINTER},
	{"list_add*_rcu", "LL", FAMILY_POINTER}, {"list_del", "L", FAMILY_POINTER}, {"list_del_init*", "L", FAMILY_POINTER},
	{"list_del_rcu", "L", FAMILY_POINTER}, {"list_del_entry", "L", FAMILY_POINTER}, {"list_move*", "LL", FAMILY_POINTER},
	{"list_splice*", "LL", FAMILY_POINTER}, {"list_replace*", "LL", FAMILY_POINTER}, {"list_swap", "LL", FAMILY_POINTER},
	{"hlist_add_*", "LL", FAMILY_POINTER}, {"hlist_del*", "L", FAMILY_POINTER}, {"hlist_nulls_add_*", "LL", FAMILY_POINTER},
	{"hlist_nulls_del*", "L", FAMILY_POINTER}, {"hlist_bl_add_*", "LL", FAMILY_POINTER}, {"hlist_bl_del*", "L", FAMILY_POINTER},
	{"hlist_replace*", "LL", FAMILY_POINTER}, {"skb_queue_head", "LL", 0}, {"skb_queue_tail", "LL", 0}, {"skb_unlink", "LL", 0},
	{"skb_dequeue", "L", 0}, {"skb_queue_empty*", "R", FAMILY_POINTER}, {"skb_queue_len*", "R", 4},
	/* memory */
	{"memcpy*", "WR.", 0}, {"memmove", "WR.", 0}, {"memset*", "W..", 0}, {"memzero_explicit", "W.", 0}, {"memcmp", "RR.", 0},
	{"bcmp", "RR.", 0}, {"strcmp", "RR", 0}, {"strncmp", "RR.", 0}, {"strlen", "R", 0}, {"strnlen", "R.", 0}, {"strscpy*", "WR.", 0},
	{"strcpy", "WR", 0}, {"strncpy", "WR.", 0}, {"strlcpy", "WR.", 0}, {"copy_from_user*", "W..", 0}, {"copy_to_user*", ".R.", 0},
	{"get_user", "w.", 0}, {"get_unaligned*", "R", 0}, {"put_unaligned*", ".W", 0}, {"le*_to_cpup", "R", 0}, {"be*_to_cpup", "R", 0},
	{"le*_add_cpu", "M.", 0}, {"be*_add_cpu", "M.", 0},
	/* counted sections */
	{"read_seqbegin", "R", 4}, {"read_seqretry", "R.", 4}, {"*read_seqcount_begin", "R", 4}, {"*read_seqcount_retry", "R.", 4},
	{"*write_seqcount_*", "M", 4}, {"u64_stats_read", "R", 8}, {"u64_stats_set", "W.", 8}, {"u64_stats_add", "M.", 8},
	{"u64_stats_inc", "M", 8},
};

/* Those of them that are functions in all versions. */
static const char *const functions[] = {
	"percpu_counter_*", "assign_bit", "test_and_*_bit*", "test_bit*", "set_bit*", "clear_bit*", "change_bit", "find_*_bit", "bitmap_*", "cpumask_*",
	"INIT_LIST_HEAD*", "INIT_HLIST_*", "list_empty*", "list_is_*", "list_add*", "list_del*", "list_move*", "list_splice*", "list_replace*", "list_swap",
	"hlist_empty", "hlist_unhashed*", "hlist_add_*", "hlist_del*", "hlist_replace*", "hlist_nulls_*", "hlist_bl_*", "llist_empty", "skb_*", "u64_stats_*",
};

/* Behind "atomic_" and its like; of what orders ("_acquire" …) nothing is left there. */
static const struct row counters[] = {
	{"read", "R", 0}, {"cond_read", "R.", 0}, {"set", "W.", 0}, {"init", "W", 0}, {"add_unless", "M..", 0}, {"fetch_add_unless", "M..", 0},
	{"dec_and_*lock*", "MM.", 0}, {"put_mutex", "M.M", 0}, {"put_lock", "M.M", 0}, {"try_cmpxchg", "MM.", 0}, {"cmpxchg", "M..", 0},
	{"xchg", "M.", 0}, {"fetch_inc*", "M", 0}, {"fetch_dec*", "M", 0}, {"fetch_*", ".M", 0}, {"inc*", "M", 0}, {"dec*", "M", 0},
	{"get*", "M", 0}, {"put", "M.", 0}, {"add*", ".M", 0}, {"sub*", ".M", 0}, {"and*", ".M", 0}, {"or*", ".M", 0}, {"xor*", ".M", 0},
};

static const struct prefix {
	const char *name;
	uint8_t size;
} prefixes[] = {
	{"atomic_long_", FAMILY_POINTER}, {"atomic64_", 8}, {"atomic_", 4}, {"refcount_", 4}, {"kref_", 4}, {"local64_", 8},
	{"local_", FAMILY_POINTER},
};

/* Does the name fit the pattern, whose '*' stands for anything? */
static bool fits(struct slice name, const char *pattern)
{
	size_t n = strcspn(pattern, "*"), rest;

	if (name.n < n || memcmp(name.p, pattern, n) != 0)
		return false;
	if (!pattern[n])
		return name.n == n;
	rest = strlen(pattern + n + 1);
	for (size_t at = n; at + (rest && !strchr(pattern + n + 1, '*') ? rest : 0) <= name.n; at++)
		if (fits(slice_sub(name, at, name.n), pattern + n + 1))
			return true;
	return false;
}

static const struct row *row_of(const struct row *r, size_t n, struct slice name)
{
	for (size_t i = 0; i < n; i++)
		if (fits(name, r[i].name))
			return &r[i];
	return NULL;
}

static void cut_end(struct slice *s, const char *end)
{
	if (slice_ends(*s, end))
		s->n -= strlen(end);
}

static bool counter_of(struct slice name, struct family *f)
{
	const struct row *r;

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		struct slice rest = name;

		if (!slice_eat(&rest, prefixes[i].name))
			continue;
		cut_end(&rest, "_relaxed");
		cut_end(&rest, "_acquire");
		cut_end(&rest, "_release");
		r = row_of(counters, sizeof counters / sizeof *counters, rest);
		if (r)
			*f = (struct family){r->args, prefixes[i].size, true};
		return r != NULL;
	}
	return false;
}

static bool is_function(struct slice name)
{
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (fits(name, functions[i]))
			return true;
	return false;
}

/* Without what stands in front of variants of one thing. */
static struct slice bare(struct slice name)
{
	for (unsigned i = 0; i < 2; i++) {
		while (slice_eat(&name, "_"))
			;
		slice_eat(&name, "arch_");
	}
	return name;
}

bool family_of(struct slice name, struct family *f)
{
	struct slice counter = name = bare(name);
	const struct row *r;

	slice_eat(&counter, "raw_");
	if (counter_of(counter, f))
		return true;
	r = row_of(rows, sizeof rows / sizeof *rows, name);
	if (r)
		*f = (struct family){r->args, r->size, is_function(name)};
	return r != NULL;
}

char family_letter(const struct family *f, size_t i)
{
	size_t n = strlen(f->args);

	if (i < n)
		return f->args[i];
	return n && f->args[n - 1] == '-' ? '-' : '.';
}
