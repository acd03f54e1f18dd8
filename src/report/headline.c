#include "report/headline.h"

#include "base/buf.h"
#include "report/frame.h"
#include "report/prefix.h"

enum {
	DETAIL_LINES = 6, /* "Read of size 8" stands so near to the headline */
	TITLE_MAX = 512,  /* a longer line is no title: it is shown cut */
};

static const struct {
	const char *begin;
	bool dump; /* a dump of a CPU follows at once; the others may be single lines */
} heads[] = {
	{"BUG: ", true},
	{"WARNING: ", false},
	{"INFO: ", false},
	{"rcu: INFO: ", false},
	{"UBSAN: ", true},
	{"Oops", true},
	{"kernel BUG at", true},
	{"Kernel panic", true},
	{"general protection fault", true},
	{"divide error", true},
	{"stack segment", true},
	{"invalid opcode", true},
	{"Unable to handle kernel", true},
	{"Internal error:", true},
	{"watchdog: BUG: ", true},
	{"unregister_netdevice: waiting for", false},
};

static bool is_headline(struct slice line, bool dumps_only)
{
	if (slice_starts(line, "INFO: lockdep is turned off"))
		return false;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		if ((heads[i].dump || !dumps_only) && slice_starts(line, heads[i].begin))
			return true;
	}
	return false;
}

bool headline_dumps(struct slice line)
{
	return is_headline(line, true);
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

struct slice headline_of(struct arena *a, struct slice text)
{
	struct prefix p = {0};
	struct slice rest = text, line, caller;

	while (slice_line(&rest, &line)) {
		line = prefix_strip(&p, line, &caller);
		if (line.n && is_headline(line, false))
			return compose(a, &p, line, rest);
	}
	return (struct slice){0};
}
