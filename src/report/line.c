#include "report/line.h"

#include <string.h>

#include "report/access.h"
#include "report/headline.h"
#include "report/title.h"
#include "report/verbose.h"

enum { RULER_MIN = 16 }; /* the kernel prints 66; mails have fewer */

/* Lines that are known by how they begin; what follows is their rest. */
static const struct {
	const char *begin;
	enum line_kind kind;
} beginnings[] = {
	{"+-> reordered to:", LINE_REORDER},
	{"Reported by Kernel Concurrency Sanitizer", LINE_REPORTED},
	{"value changed:", LINE_VALUE},
	{"bits changed:", LINE_BITS},
	{"CPU: ", LINE_CPU},
	{"Hardware name:", LINE_HARDWARE},
	{"Workqueue:", LINE_WORKQUEUE},
	{"Tainted: [", LINE_TAINT},
	{"irq event stamp:", LINE_VERBOSE},
	{"hardirqs last ", LINE_VERBOSE},
	{"softirqs last ", LINE_VERBOSE},
	{"INFO: lockdep is turned off", LINE_VERBOSE},
	{"Call Trace:", LINE_END},
	{"Modules linked in", LINE_END},
	{"------------[ cut here ]", LINE_END},
	{"RIP: ", LINE_END},
	{"Kernel Offset: ", LINE_END},
};

static bool is_ruler(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '=')
			return false;
	}
	return s.n >= RULER_MIN;
}

/* "...", "[...]", "<snip>", "[ snip ]", "…" */
static bool is_elision(struct slice s)
{
	size_t dots = 0;

	while (s.n && strchr("[<({- ", *s.p) && *s.p)
		s = slice_sub(s, 1, s.n);
	while (s.n && strchr("]>)}- ", s.p[s.n - 1]) && s.p[s.n - 1])
		s.n--;
	if (slice_is(s, "snip") || slice_is(s, "snipped") || slice_is(s, "…"))
		return true;
	while (dots < s.n && (s.p[dots] == '.' || s.p[dots] == ' '))
		dots++;
	return dots == s.n && s.n >= 2;
}

/* "5 locks held by fsync04/25724:", "#0: ffff99f9911093f8 (sb_writers#13){.+.+}, at: …", or the first part of one */
static bool is_verbose(struct slice s)
{
	struct crash_lock lock;
	struct slice holder;
	uint32_t number;
	int32_t n;

	return verbose_count(s, &n, &holder) || (s.n && s.p[0] == '#' && verbose_lock(s, &number, &lock) != 0);
}

/* The hexadecimal number at the front of `*s`, with its 0x. */
static bool take_number(struct slice *s, struct slice *number)
{
	uint64_t v;

	return slice_word(s, number) && slice_starts(*number, "0x") &&
	       slice_hex(slice_sub(*number, 2, number->n), &v);
}

bool line_pair(enum line_kind kind, struct slice s, struct slice *first, struct slice *second)
{
	if (!take_number(&s, first))
		return false;
	s = slice_trim(s);
	return slice_eat(&s, kind == LINE_VALUE ? "->" : "with mask") && take_number(&s, second);
}

static enum line_kind known(struct line *l)
{
	for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
		struct slice rest = l->text;

		if (!slice_eat(&rest, beginnings[i].begin))
			continue;
		l->rest = slice_trim(rest);
		return beginnings[i].kind;
	}
	return is_verbose(l->text) ? LINE_VERBOSE : LINE_OTHER;
}

static enum line_kind classify(struct line *l)
{
	enum line_kind k;

	if (*l->text.p == '=' && is_ruler(l->text))
		return LINE_RULER;
	if (title_find(l->text, &l->rest, &l->strong))
		return LINE_TITLE;
	k = known(l);
	if (k != LINE_OTHER)
		return k;
	switch (access_parse(l->text, &l->access)) {
	case 1:
		return LINE_ACCESS;
	case -1:
		return LINE_ACCESS_PART;
	}
	if (is_elision(l->text))
		return LINE_ELIDED;
	if (headline_dumps(l->text))
		return LINE_END;
	return frame_parse(l->text, &l->frame) ? LINE_FRAME : LINE_OTHER;
}

bool line_next(struct prefix *p, struct slice *rest, struct line *l)
{
	if (!slice_line(rest, &l->whole))
		return false;
	l->whole = slice_rtrim(l->whole);
	l->text = prefix_strip(p, l->whole, &l->caller);
	l->rest = (struct slice){0};
	l->strong = false;
	memset(&l->access, 0, sizeof l->access);
	l->kind = l->text.n ? classify(l) : LINE_BLANK;
	return true;
}
