#include "base/clex.h"

#include <string.h>

/* What clex_behind() looks at, at most. */
enum { LOOK_BACK = 8192 };

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* ---- words ---- */

static bool is_one_of(struct slice word, const char *const *words)
{
	for (; *words; words++)
		if (slice_is(word, *words))
			return true;
	return false;
}

bool clex_is_keyword(struct slice word)
{
	static const char *const words[] = {
		"if", "else", "for", "while", "do", "switch", "case", "default", "break", "continue", "return", "goto",
		"sizeof", "typeof", "__typeof__", "struct", "union", "enum", "typedef", "static", "extern", "inline", "const",
		"register", "restrict", "auto", "asm", "__asm__", "__always_inline", "noinline", "__attribute__", "_Generic",
		"_Static_assert", "__inline", NULL,
	};

	return is_one_of(word, words);
}

static bool is_type(struct slice word)
{
	static const char *const words[] = {
		"void", "char", "short", "int", "long", "float", "double", "signed", "unsigned", "bool", "_Bool", "u8", "u16",
		"u32", "u64", "s8", "s16", "s32", "s64", "__u8", "__u16", "__u32", "__u64", "__s8", "__s16", "__s32", "__s64",
		"gfp_t", "atomic_long_t", NULL,
	};

	return (word.n > 2 && slice_ends(word, "_t")) || is_one_of(word, words);
}

/*
 * The primitives are known by how their names begin (with a star), or whole: the kernel has hundreds, and more are added.  Names
 * of types do not count: a lock that is declared does not order anything.
 */
static bool matches(struct slice word, const char *pattern)
{
	size_t n;

	if (pattern[0] != word.p[0])
		return false;
	n = strlen(pattern);
	if (pattern[n - 1] != '*')
		return slice_is(word, pattern);
	return word.n >= n - 1 && memcmp(word.p, pattern, n - 1) == 0;
}

bool clex_is_ident(char c)
{
	return (c >= '0' && c <= '9') || c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

size_t clex_find_word(struct slice s, struct slice word, size_t from)
{
	for (size_t at = from; word.n && (at = slice_find_slice(s, word, at)) != SLICE_NONE; at++)
		if ((at == 0 || !clex_is_ident(s.p[at - 1])) && (at + word.n >= s.n || !clex_is_ident(s.p[at + word.n])))
			return at;
	return SLICE_NONE;
}

bool clex_is_primitive(struct slice word)
{
	static const char *const patterns[] = {
		"READ_ONCE*", "WRITE_ONCE*", "data_race", "ASSERT_EXCLUSIVE_*", "kcsan_*", "__no_kcsan", "__no_kcsan_or_inline",
		"__data_racy", "volatile", "ACCESS_PRIVATE",
		"smp_*", "barrier", "barrier_data", "mb", "rmb", "wmb", "dma_rmb", "dma_wmb", "dma_mb", "__smp_*",
		"atomic_*", "atomic64_*", "raw_atomic*", "arch_atomic*", "refcount_*", "kref_*",
		"cmpxchg*", "try_cmpxchg*", "xchg", "xchg_*", "arch_cmpxchg*", "arch_xchg*", "xadd",
		"set_bit*", "clear_bit*", "change_bit*", "test_bit*", "test_and_set_bit*", "test_and_clear_bit*",
		"test_and_change_bit*", "__set_bit", "__clear_bit", "__change_bit", "__test_and_*", "bit_spin_*",
		"spin_*", "raw_spin_*", "_raw_spin_*", "arch_spin_*", "queued_spin_*", "read_lock*", "read_unlock*",
		"read_trylock*", "write_lock*", "write_unlock*", "write_trylock*", "local_lock*", "local_unlock*", "lock_sock*",
		"release_sock", "bh_lock_sock*", "bh_unlock_sock",
		"mutex_*", "rt_mutex_*", "ww_mutex_*", "down", "down_*", "up", "up_read", "up_write", "downgrade_write",
		"percpu_down_*", "percpu_up_*", "mmap_read_*", "mmap_write_*", "mmap_assert_*", "inode_lock*", "inode_unlock*",
		"read_seq*", "write_seq*", "raw_read_seq*", "raw_write_seq*", "raw_seqcount*", "need_seqretry", "done_seqretry",
		"rcu_*", "srcu_*", "call_rcu*", "call_srcu", "kfree_rcu*", "kvfree_rcu*", "synchronize_rcu*", "synchronize_srcu*",
		"synchronize_net", "RCU_INIT_POINTER", "guard", "scoped_guard",
		"lockdep_*", "__must_hold", "__acquires", "__releases", "__guarded_by", "local_irq_*", "irqs_disabled",
		"preempt_*", "local_bh_*", "migrate_disable", "migrate_enable", "get_cpu*", "put_cpu*",
		"this_cpu_*", "raw_cpu_*", "__this_cpu_*", "per_cpu", "per_cpu_ptr",
		"complete", "complete_all", "wait_for_completion*", "reinit_completion", "wait_event*", "wake_up*", NULL,
	};

	if (word.n < 2 || (word.n > 2 && slice_ends(word, "_t")))
		return false;
	if (slice_ends(word, "_rcu") && (slice_starts(word, "list_") || slice_starts(word, "hlist_")))
		return true;
	for (size_t i = 0; patterns[i]; i++)
		if (matches(word, patterns[i]))
			return true;
	return false;
}

/* ---- pieces ---- */

static size_t skip_blanks(struct slice s, size_t at)
{
	while (at < s.n && is_blank(s.p[at]))
		at++;
	return at;
}

/* A star and a blank, a slash or nothing behind it: of a comment, even where its beginning was not seen. */
static bool is_comment_line(struct slice line)
{
	size_t at = skip_blanks(line, 0);

	if (at == 0 || at >= line.n || line.p[at] != '*')
		return false;
	return at + 1 == line.n || is_blank(line.p[at + 1]) || line.p[at + 1] == '/';
}

static size_t comment_end(struct clex *c, struct slice line, size_t at)
{
	size_t end = slice_find(line, "*/", at);

	c->comment = end == SLICE_NONE;
	c->known |= end != SLICE_NONE;
	return c->comment ? line.n : end + 2;
}

static size_t string_end(struct slice line, size_t at)
{
	char quote = line.p[at++];

	while (at < line.n && line.p[at] != quote)
		at += line.p[at] == '\\' && at + 1 < line.n ? 2 : 1;
	return at < line.n ? at + 1 : line.n;
}

static size_t word_end(struct slice line, size_t at)
{
	while (at < line.n && (is_letter(line.p[at]) || is_digit(line.p[at])))
		at++;
	return at;
}

static enum clex_class class_of(struct slice word)
{
	if (clex_is_primitive(word))
		return CLEX_PRIMITIVE;
	return clex_is_keyword(word) ? CLEX_KEYWORD : is_type(word) ? CLEX_TYPE : CLEX_TEXT;
}

static bool starts_comment(struct slice line, size_t at)
{
	return at + 1 < line.n && line.p[at] == '/' && (line.p[at + 1] == '*' || line.p[at + 1] == '/');
}

/* The piece at p->from that begins with no blank. */
static void take(struct clex *c, struct slice line, struct clex_piece *p)
{
	size_t at = p->from;
	char ch = line.p[at];

	if (starts_comment(line, at)) {
		p->class = CLEX_COMMENT;
		p->to = line.p[at + 1] == '/' ? line.n : comment_end(c, line, at + 2);
	} else if (ch == '"' || ch == '\'') {
		p->class = CLEX_STRING;
		p->to = string_end(line, at);
	} else if (is_letter(ch)) {
		p->to = word_end(line, at);
		p->class = class_of(slice_sub(line, at, p->to));
	} else if (is_digit(ch)) {
		p->class = CLEX_NUMBER;
		p->to = word_end(line, at);
	} else {
		p->class = CLEX_TEXT;
		p->to = at + 1;
		while (p->to < line.n && !is_letter(line.p[p->to]) && !is_digit(line.p[p->to]) && line.p[p->to] != '"' &&
		       line.p[p->to] != '\'' && !starts_comment(line, p->to))
			p->to++;
	}
	c->known |= p->class != CLEX_COMMENT && skip_blanks(line, at) < p->to;
}

/* A directive, the "#" of which stands at `at`, and its word. */
static void take_directive(struct slice line, size_t at, struct clex_piece *p)
{
	p->class = CLEX_PREPROCESSOR;
	p->to = word_end(line, skip_blanks(line, at + 1));
}

bool clex_next(struct clex *c, struct slice line, struct clex_piece *p)
{
	bool begins = p->to == 0;
	size_t at;

	p->from = p->to;
	if (p->from >= line.n)
		return false;
	if (begins && (c->comment || (!c->known && is_comment_line(line)))) {
		p->class = CLEX_COMMENT;
		p->to = comment_end(c, line, 0);
		return true;
	}
	at = begins ? skip_blanks(line, 0) : line.n;
	if (at < line.n && line.p[at] == '#') {
		take_directive(line, at, p);
		c->known = true;
	} else {
		take(c, line, p);
	}
	return true;
}

struct clex clex_behind(struct slice before)
{
	struct slice s = slice_sub(before, before.n > LOOK_BACK ? before.n - LOOK_BACK : 0, before.n);
	size_t open = slice_rfind(s, "/*"), close = slice_rfind(s, "*/");
	struct clex c = {0};

	c.comment = open != SLICE_NONE && (close == SLICE_NONE || close < open);
	c.known = open != SLICE_NONE || close != SLICE_NONE;
	return c;
}
