#include "report/headline.h"

#include "base/buf.h"
#include "report/frame.h"
#include "report/prefix.h"

enum {
	DETAIL_LINES = 6, /* "Read of size 8" stands so near to the headline */
	TITLE_MAX = 512,  /* a longer line is no title: it is shown cut */
};

#define NULL_DEREF "BUG: unable to handle kernel NULL pointer dereference"
#define PAGING "BUG: unable to handle kernel paging request"

/* The first that fits counts. */
static const struct headline heads[] = {
	{"BUG: KASAN: ", true, false, CRASH_KASAN, NULL},
	{"BUG: KMSAN: ", true, false, CRASH_KMSAN, NULL},
	{"BUG: KFENCE: ", true, false, CRASH_KFENCE, NULL},
	{"BUG: kernel NULL pointer", true, false, CRASH_FAULT, NULL_DEREF},
	{"BUG: unable to handle kernel NULL", true, false, CRASH_FAULT, NULL_DEREF},
	{"BUG: unable to handle", true, false, CRASH_FAULT, PAGING},
	{"BUG: memory leak", true, false, CRASH_LEAK, "memory leak"},
	{"BUG: sleeping function called from invalid context", true, false, CRASH_SLEEP,
	 "BUG: sleeping function called from invalid context"},
	{"BUG: scheduling while atomic", true, false, CRASH_SLEEP, "BUG: scheduling while atomic"},
	{"BUG: soft lockup", true, false, CRASH_STALL, "BUG: soft lockup"},
	{"BUG: ", true, false, CRASH_BUG, NULL},
	{"WARNING: possible ", false, false, CRASH_LOCKDEP, "possible deadlock"},
	{"WARNING: SOFTIRQ-safe ", false, false, CRASH_LOCKDEP, "possible deadlock"},
	{"WARNING: HARDIRQ-safe ", false, false, CRASH_LOCKDEP, "possible deadlock"},
	{"WARNING: inconsistent lock state", false, false, CRASH_LOCKDEP, "inconsistent lock state"},
	{"WARNING: bad unlock balance", false, false, CRASH_LOCKDEP, "WARNING: bad unlock balance"},
	{"WARNING: suspicious RCU usage", false, false, CRASH_LOCKDEP, "WARNING: suspicious RCU usage"},
	{"WARNING: ", false, false, CRASH_WARNING, "WARNING"},
	{"INFO: task ", false, false, CRASH_HANG, "INFO: task hung"},
	{"INFO: rcu", false, false, CRASH_STALL, "INFO: rcu detected stall"},
	{"INFO: trying to register non-static key", false, false, CRASH_LOCKDEP, "INFO: trying to register non-static key"},
	{"INFO: ", false, false, CRASH_BUG, NULL},
	{"rcu: INFO: ", false, false, CRASH_STALL, "INFO: rcu detected stall"},
	{"watchdog: BUG: soft lockup", true, false, CRASH_STALL, "BUG: soft lockup"},
	{"watchdog: BUG: ", true, false, CRASH_STALL, NULL},
	{"UBSAN: ", true, false, CRASH_UBSAN, NULL},
	{"Oops: general protection fault", true, true, CRASH_FAULT, "general protection fault"},
	{"Oops: divide error", true, true, CRASH_FAULT, "divide error"},
	{"Oops", true, true, CRASH_FAULT, NULL},
	{"kernel BUG at", true, false, CRASH_BUG, "kernel BUG"},
	{"Kernel panic", true, true, CRASH_PANIC, NULL},
	{"general protection fault", true, true, CRASH_FAULT, "general protection fault"},
	{"divide error", true, true, CRASH_FAULT, "divide error"},
	{"stack segment", true, true, CRASH_FAULT, "stack segment fault"},
	{"invalid opcode", true, true, CRASH_FAULT, "invalid opcode"},
	{"Unable to handle kernel NULL", true, false, CRASH_FAULT, NULL_DEREF},
	{"Unable to handle kernel", true, false, CRASH_FAULT, PAGING},
	{"Internal error:", true, true, CRASH_FAULT, NULL},
	{"unregister_netdevice: waiting for", false, false, CRASH_HANG, NULL},
};

const struct headline *headline_find(struct slice line)
{
	if (slice_starts(line, "INFO: lockdep is turned off") || slice_starts(line, "BUG: KCSAN: "))
		return NULL;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		if (slice_starts(line, heads[i].begin))
			return &heads[i];
	}
	return NULL;
}

bool headline_dumps(struct slice line)
{
	const struct headline *h = headline_find(line);

	return (h && h->dump) || slice_starts(line, "BUG: KCSAN: ");
}

/* Add `line` without "+0x1a/0x40" behind its names. */
static void add_without_offsets(struct buf *b, struct slice line)
{
	struct slice word;

	for (struct slice rest = line; slice_word(&rest, &word);) {
		struct slice name = word;
		struct frame_line fl;

		if (b->n)
			buf_addc(b, ' ');
		while (name.n && (name.p[name.n - 1] == ',' || name.p[name.n - 1] == ':'))
			name.n--;
		if (frame_parse(name, &fl) == FRAME_OFFSET)
			buf_add_slice(b, fl.f.function);
		else
			buf_add_slice(b, name);
		buf_add_slice(b, slice_sub(word, name.n, word.n));
	}
}

/* KASAN tells the direction on a later line: "Read of size 8 at addr …". */
static const char *direction(struct prefix *p, struct slice rest)
{
	struct slice line, caller;

	for (int i = 0; i < DETAIL_LINES && slice_line(&rest, &line); i++) {
		line = prefix_strip(p, line, &caller);
		if (slice_starts(line, "Read of size "))
			return " Read";
		if (slice_starts(line, "Write of size "))
			return " Write";
	}
	return "";
}

static struct slice compose(struct arena *a, struct prefix *p, struct slice line, struct slice rest)
{
	static const char *const memory[] = {"KASAN: ", "KMSAN: ", "KFENCE: "};
	struct buf b = BUF_INIT;
	struct slice s = slice_rtrim(slice_sub(line, 0, TITLE_MAX)), title, in;
	bool kasan;
	size_t at;

	slice_eat(&s, "BUG: ");
	kasan = slice_starts(s, memory[0]);
	if (!kasan && !slice_starts(s, memory[1]) && !slice_starts(s, memory[2]))
		s = slice_rtrim(slice_sub(line, 0, TITLE_MAX));
	at = kasan ? slice_find(s, " in ", 0) : SLICE_NONE;
	in = slice_sub(s, at == SLICE_NONE ? s.n : at, s.n);
	add_without_offsets(&b, slice_sub(s, 0, at));
	if (in.n) {
		buf_adds(&b, direction(p, rest));
		add_without_offsets(&b, in);
	}
	title = slice_eq(buf_slice(&b), s) ? s : arena_slice(a, buf_slice(&b));
	buf_release(&b);
	return title;
}

/* What the words of a headline become in front of " in FUNCTION"; false where they stay as they are. */
static bool words_of(struct buf *b, const struct headline *h, struct slice line, struct slice before, struct prefix *p,
		     struct slice rest)
{
	struct slice s = slice_rtrim(slice_sub(line, 0, TITLE_MAX));

	switch (h->kind) {
	case CRASH_WARNING:
		buf_adds(b, h->title);
		if (slice_starts(before, "refcount_t: "))
			buf_adds(b, ": refcount bug");
		else if (slice_starts(before, "ODEBUG: "))
			buf_adds(b, ": ODEBUG bug");
		return true;
	case CRASH_KASAN:
	case CRASH_KMSAN:
	case CRASH_KFENCE:
	case CRASH_UBSAN:
		slice_eat(&s, "BUG: ");
		buf_add_slice(b, slice_sub(s, 0, slice_find(s, " in ", 0)));
		if (h->kind == CRASH_KASAN)
			buf_adds(b, direction(p, rest));
		return true;
	default:
		if (!h->title)
			return false;
		buf_adds(b, h->title);
		return true;
	}
}

struct slice headline_title(struct arena *a, struct slice line, struct slice before, struct slice rest,
			    struct slice function)
{
	const struct headline *h = headline_find(line);
	struct prefix p = {0};
	struct buf b = BUF_INIT;
	struct slice title;

	if (!h || function.n == 0 || !words_of(&b, h, line, before, &p, rest)) {
		buf_release(&b);
		return compose(a, &p, line, rest);
	}
	buf_adds(&b, " in ");
	buf_add_slice(&b, function);
	title = arena_slice(a, buf_slice(&b));
	buf_release(&b);
	return title;
}

struct slice headline_of(struct arena *a, struct slice text)
{
	struct prefix p = {0};
	struct slice rest = text, line, caller;

	while (slice_line(&rest, &line)) {
		line = prefix_strip(&p, line, &caller);
		if (headline_find(line))
			return compose(a, &p, line, rest);
	}
	return (struct slice){0};
}
