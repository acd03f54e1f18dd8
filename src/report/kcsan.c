#include "report/kcsan.h"

#include <string.h>

#include "report/access.h"
#include "report/context.h"
#include "report/footer.h"
#include "report/line.h"
#include "report/stack.h"
#include "report/title.h"
#include "report/verbose.h"

enum {
	WRAP_LINES = 3,   /* an access line is wrapped over at most so many further lines */
	ROOM = 1024,      /* bytes of a line that was put together again */
	FOOTER_TAIL = 8,  /* so many lines after the CPU line, hardware and workqueue may still follow */
};

/* Where in a report we are. */
enum stage {
	STAGE_HEAD,    /* no access yet */
	STAGE_STACK,   /* frames of the last access */
	STAGE_REORDER, /* frames of its reorder note */
	STAGE_CLOSED,  /* between blocks: frames are not ours */
	STAGE_ALIEN,   /* an ordinary crash dump was mixed in: neither frames nor a CPU line are ours */
	STAGE_FOOTER,  /* after the heading of the footer */
};

struct parser {
	struct crash *out; /* the best so far; its text is what is parsed */
	struct arena *arena;
	struct prefix prefix;
	struct slice rest;
	const char *ruler; /* where the ruler starts that may belong to the next title */
	int best;          /* how whole `out` is; 0: nothing yet */
	bool first;        /* the first report with an access is wanted, not the best */

	/* the report being read */
	struct crash cur;
	struct stack frames[CRASH_ACCESSES], reordered[CRASH_ACCESSES];
	struct verbose verbose[CRASH_ACCESSES];
	enum stage stage;
	struct slice caller; /* who prints it: lines of others are left out */
	const char *from, *to;
	bool titled, strong;
	bool gap;            /* a line that is no frame came after the last frame */
	bool block;          /* no blank line came since the access line, or since the reorder note */
	unsigned tail;       /* lines since the CPU line */
};

/* ---- one report ---- */

static void begin(struct parser *k)
{
	k->cur = (struct crash){.cpu = -1, .pid = -1};
	for (size_t i = 0; i < CRASH_ACCESSES; i++) {
		stack_clear(&k->frames[i]);
		stack_clear(&k->reordered[i]);
		verbose_clear(&k->verbose[i]);
	}
	k->stage = STAGE_HEAD;
	k->caller = (struct slice){0};
	k->from = k->to = NULL;
	k->titled = k->strong = k->gap = k->block = false;
	k->tail = 0;
}

static void covers(struct parser *k, struct slice s)
{
	if (!k->from)
		k->from = s.p;
	if (!k->to || k->to < s.p + s.n)
		k->to = s.p + s.n;
}

static struct access *last(struct parser *k)
{
	return &k->cur.access[k->cur.naccesses - 1];
}

static bool has_footer(const struct parser *k)
{
	return k->cur.pid >= 0;
}

/* One access where the other side is unknown, two otherwise, whatever the title says. */
static bool has_accesses(const struct crash *c)
{
	return c->naccesses == (c->naccesses && c->access[0].unknown_origin ? 1 : 2);
}

static bool has_frames(const struct parser *k)
{
	for (size_t i = 0; i < k->cur.naccesses; i++) {
		if (!k->frames[i].n && !k->frames[i].is_open)
			return false;
	}
	return k->cur.naccesses > 0;
}

static void keep(struct parser *k, bool complete)
{
	struct crash *c = k->out;
	struct slice text = c->text;

	*c = k->cur;
	c->arena = k->arena;
	c->text = text;
	c->kind = CRASH_KCSAN;
	c->complete = complete;
	c->extent = (struct slice){k->from, (size_t)(k->to - k->from)};
	for (size_t i = 0; i < c->naccesses; i++) {
		struct access *a = &c->access[i];

		a->frames = stack_take(&k->frames[i], k->arena, &a->nframes);
		a->reordered = stack_take(&k->reordered[i], k->arena, &a->nreordered);
		a->lost = k->frames[i].lost + k->reordered[i].lost;
		a->lost_line = k->frames[i].lost ? k->frames[i].lost_line : k->reordered[i].lost_line;
		c->complete &= a->lost == 0;
		verbose_take(&k->verbose[i], k->arena, a);
	}
	title_complete(c);
}

/* The report being read is over.  Is it whole enough to look for no other? */
static bool finish(struct parser *k)
{
	bool accesses = has_accesses(&k->cur), frames = has_frames(k);
	int whole = (k->strong || k->cur.naccesses ? 1 : 0) + (k->titled ? 8 : 0) + (accesses ? 4 : 0) +
		    (frames ? 2 : 0);
	bool counts = (k->strong && !k->first) || k->cur.naccesses > 0;

	if (counts && whole > k->best) {
		keep(k, k->titled && accesses && frames && has_footer(k));
		k->best = whole;
	}
	begin(k);
	return counts && (whole == 15 || k->first);
}

/* ---- lines ---- */

/*
 * Lines are wrapped by mails.  Add the next one to `*s`, in `room` of size ROOM; `next` is that line, `*rest`
 * what follows it.  False where there is none that could belong to it.
 */
static bool join(struct parser *k, char *room, struct slice *s, struct slice *rest, struct line *next)
{
	size_t n = s->n;

	if (n > ROOM / 2 || !line_next(&k->prefix, rest, next) || !next->text.n || next->text.n >= ROOM / 2)
		return false;
	memmove(room, s->p, n);
	room[n++] = ' ';
	memcpy(room + n, next->text.p, next->text.n);
	*s = (struct slice){room, n + next->text.n};
	return true;
}

/*
 * Titles in a row are one title, of which the last is the function that the kernel named; so is one nearer
 * its block.
 */
static bool on_title(struct parser *k, const struct line *l)
{
	struct slice title = l->rest, joined = title, rest = k->rest;
	struct line next;
	char room[ROOM];

	if (!l->strong && (k->cur.naccesses || k->strong))
		return false;
	if ((k->cur.naccesses || has_footer(k)) && finish(k))
		return true;
	k->titled = true;
	k->strong = l->strong;
	k->caller = l->caller;
	if (k->gap || k->ruler)
		k->from = k->ruler;
	k->gap = false;
	covers(k, l->whole);
	if (join(k, room, &joined, &rest, &next) && title_is_wrapped(title, next.text)) {
		title = arena_slice(k->arena, joined);
		covers(k, next.whole);
		k->rest = rest;
	}
	title_parse(k->arena, title, &k->cur);
	return false;
}

static bool on_access(struct parser *k, const struct line *l, struct slice text)
{
	struct crash *c = &k->cur;

	if ((c->naccesses == CRASH_ACCESSES || (c->naccesses && c->access[0].unknown_origin) ||
	     k->stage == STAGE_FOOTER) && finish(k))
		return true;
	if (!k->caller.n)
		k->caller = l->caller;
	c->access[c->naccesses] = l->access;
	c->access[c->naccesses].text = text;
	c->naccesses++;
	k->stage = STAGE_STACK;
	k->gap = false;
	k->block = true;
	covers(k, text);
	return false;
}

/* The next lines may hold the rest of an access line. */
static bool on_access_part(struct parser *k, struct line *l)
{
	struct slice joined = l->text, rest = k->rest;
	struct line next;
	char room[ROOM];

	for (int i = 0; i < WRAP_LINES && join(k, room, &joined, &rest, &next); i++) {
		int r = access_parse(joined, &l->access);

		if (r == 0)
			return false;
		if (r == 1) {
			const char *end = next.text.p + next.text.n;

			access_parse(arena_slice(k->arena, joined), &l->access);
			k->rest = rest;
			return on_access(k, l, (struct slice){l->text.p, (size_t)(end - l->text.p)});
		}
	}
	return false;
}

/* The stack that frames belong to now; NULL where they are not ours. */
static struct stack *stack_of(struct parser *k)
{
	if (k->stage == STAGE_STACK)
		return &k->frames[k->cur.naccesses - 1];
	return k->stage == STAGE_REORDER ? &k->reordered[k->cur.naccesses - 1] : NULL;
}

/* A line that is none of a report's: where frames are due one may be hidden in it. */
static void on_foreign(struct parser *k, const struct line *l)
{
	struct stack *st = stack_of(k);

	k->gap = true;
	if (st && k->block)
		stack_lose(st, l->text);
}

static void on_frame(struct parser *k, const struct line *l)
{
	const struct frame_line *fl = &l->frame;
	struct stack *st = stack_of(k);

	/* behind a reorder note nothing separates a new stack from it but the gap */
	if (!st || (k->stage == STAGE_REORDER && k->gap && !k->block))
		return;
	if (stack_add(st, fl, k->block ? STACK_WITHIN : k->gap ? STACK_FAR : STACK_NEAR)) {
		covers(k, fl->f.text);
		k->gap = false;
	} else if (k->block) {
		on_foreign(k, l);
	} else if (fl->form != FRAME_BARE) {
		k->gap = true;
	}
}

static void on_reorder(struct parser *k, const struct line *l)
{
	struct frame_line fl;

	if (k->stage != STAGE_STACK)
		return;
	k->stage = STAGE_REORDER;
	k->gap = false;
	k->block = true;
	covers(k, l->whole);
	if (frame_parse(l->rest, &fl))
		stack_add(&k->reordered[k->cur.naccesses - 1], &fl, STACK_WITHIN);
}

static void on_pair(struct parser *k, const struct line *l)
{
	bool value = l->kind == LINE_VALUE;
	struct slice *old = value ? &k->cur.value_old : &k->cur.bits_changed;
	struct slice joined = l->rest, rest = k->rest, first, second;
	struct line next = *l;
	char room[ROOM];

	if (!k->cur.naccesses || old->n)
		return;
	if (!line_pair(l->kind, l->rest, &first, &second)) {
		if (!join(k, room, &joined, &rest, &next) || !line_pair(l->kind, joined, &first, &second))
			return;
		line_pair(l->kind, arena_slice(k->arena, joined), &first, &second);
		k->rest = rest;
	}
	*old = first;
	*(value ? &k->cur.value_new : &k->cur.bits_mask) = second;
	if (k->stage != STAGE_FOOTER)
		k->stage = STAGE_CLOSED;
	covers(k, next.whole);
}

static void on_cpu(struct parser *k, const struct line *l)
{
	struct slice joined = l->rest, rest = k->rest;
	struct crash try = k->cur;
	struct line next;
	char room[ROOM];

	if (has_footer(k) || k->stage == STAGE_HEAD || k->stage == STAGE_ALIEN)
		return;
	footer_parse(l->rest, &k->cur);
	if ((!has_footer(k) || !k->cur.release.n) && join(k, room, &joined, &rest, &next) &&
	    footer_parse(joined, &try) && try.release.n) {
		footer_parse(arena_slice(k->arena, joined), &k->cur);
		covers(k, next.whole);
		k->rest = rest;
	}
	if (has_footer(k)) {
		k->stage = STAGE_FOOTER;
		covers(k, l->whole);
	}
}

/* Lines that belong to the footer or end it.  True where the report is over. */
static bool on_footer(struct parser *k, const struct line *l)
{
	switch (l->kind) {
	case LINE_REPORTED:
		if (k->stage == STAGE_HEAD && !k->titled)
			return false;
		k->stage = STAGE_FOOTER;
		covers(k, l->whole);
		return false;
	case LINE_CPU:
		on_cpu(k, l);
		return false;
	case LINE_HARDWARE:
	case LINE_WORKQUEUE:
	case LINE_TAINT:
		if (!has_footer(k))
			return false;
		if (l->kind == LINE_HARDWARE && !k->cur.hardware.n)
			k->cur.hardware = l->rest;
		if (l->kind == LINE_WORKQUEUE && !k->cur.workqueue.n)
			k->cur.workqueue = l->rest;
		covers(k, l->whole);
		return false;
	default:
		return has_footer(k) && (l->kind == LINE_END || ++k->tail > FOOTER_TAIL);
	}
}

static bool on_ruler(struct parser *k, const struct line *l)
{
	k->ruler = l->whole.p;
	if (!k->cur.naccesses && k->stage != STAGE_FOOTER)
		return false;
	covers(k, l->whole);
	k->ruler = NULL;
	return finish(k);
}

/* A line of a lock may be wrapped. */
static void on_verbose(struct parser *k, const struct line *l)
{
	struct slice joined = l->text, rest = k->rest;
	struct line next;
	char room[ROOM];

	k->stage = STAGE_CLOSED;
	covers(k, l->whole);
	if (!k->cur.naccesses || verbose_add(&k->verbose[k->cur.naccesses - 1], l->text) >= 0 || !join(k, room, &joined, &rest, &next))
		return;
	if (verbose_add(&k->verbose[k->cur.naccesses - 1], arena_slice(k->arena, joined)) == 1) {
		covers(k, next.whole);
		k->rest = rest;
	}
}

static void on_other(struct parser *k, const struct line *l)
{
	switch (l->kind) {
	case LINE_BLANK:
		k->gap = true;
		k->block = false;
		return;
	case LINE_OTHER:
		on_foreign(k, l);
		return;
	case LINE_ELIDED:
		if (k->stage == STAGE_STACK) {
			last(k)->elided = true;
			covers(k, l->whole);
		}
		return;
	case LINE_VERBOSE:
		if (k->stage == STAGE_STACK || k->stage == STAGE_REORDER || k->stage == STAGE_CLOSED)
			on_verbose(k, l);
		return;
	case LINE_END:
		if (k->stage != STAGE_HEAD && k->stage != STAGE_FOOTER)
			k->stage = STAGE_ALIEN;
		return;
	default:
		k->gap = true;
	}
}

/* True where the text need not be read further. */
static bool on_line(struct parser *k, struct line *l)
{
	struct stack *st = k->stage == STAGE_STACK ? &k->frames[k->cur.naccesses - 1] : NULL;

	if (l->kind == LINE_TITLE)
		return on_title(k, l);
	if (l->caller.n && k->caller.n && !slice_eq(l->caller, k->caller))
		return false;
	if (st && st->is_open && l->kind != LINE_ACCESS && stack_continue(st, l->text)) {
		covers(k, l->whole);
		return false;
	}
	switch (l->kind) {
	case LINE_RULER:
		return on_ruler(k, l);
	case LINE_ACCESS:
		return on_access(k, l, l->text);
	case LINE_ACCESS_PART:
		return on_access_part(k, l);
	case LINE_FRAME:
		on_frame(k, l);
		return false;
	case LINE_REORDER:
		on_reorder(k, l);
		return false;
	case LINE_VALUE:
	case LINE_BITS:
		on_pair(k, l);
		return false;
	default:
		on_other(k, l);
		return on_footer(k, l) && finish(k);
	}
}

static void run(struct parser *k)
{
	struct line l;
	bool done = false;

	begin(k);
	while (!done && line_next(&k->prefix, &k->rest, &l)) {
		done = on_line(k, &l);
		if (l.kind != LINE_RULER && l.kind != LINE_BLANK)
			k->ruler = NULL;
	}
	if (!done)
		finish(k);
	for (size_t i = 0; i < CRASH_ACCESSES; i++) {
		stack_release(&k->frames[i]);
		stack_release(&k->reordered[i]);
	}
}

bool kcsan_parse(struct crash *c)
{
	struct parser k = {.out = c, .arena = c->arena, .rest = c->text};

	run(&k);
	return c->kind == CRASH_KCSAN;
}

bool kcsan_next(struct slice text, struct slice *extent)
{
	struct crash found = {.arena = arena_new(), .text = text};
	struct parser k = {.out = &found, .arena = found.arena, .rest = text, .first = true};

	run(&k);
	*extent = found.extent;
	arena_free(found.arena);
	return found.kind == CRASH_KCSAN;
}
