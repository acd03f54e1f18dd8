#include "report/dump.h"

#include <stdlib.h>

#include "base/mem.h"
#include "report/footer.h"
#include "report/guilty.h"
#include "report/headline.h"
#include "report/prefix.h"
#include "report/stack.h"

enum {
	HEADING_MAX = 200, /* a longer line is no heading */
	FRONT_LINES = 3,   /* a ruler or "cut here" so near above the headline belongs to it */
};

/* One line, as far as dumps tell them apart. */
struct row {
	struct slice whole, text, caller;
};

struct dump {
	struct crash *out;
	struct prefix prefix;
	struct slice rest;
	const struct headline *head; /* of the report being read; NULL: none yet */
	struct slice line, before, behind; /* its headline, the line above it, what follows it */
	const char *from, *to;       /* what it covers */
	const char *front;           /* a ruler or the like that may belong to the next headline */
	unsigned front_age;
	struct slice above;          /* the last line that was not blank */

	struct crash_stack *stacks; /* owned */
	size_t n, cap;
	struct stack frames; /* of the stack that is open */
	bool open, gap;
	struct slice name, head_line, caller; /* of the open stack */
	struct slice heading; /* the line above, where it may head a stack */
	bool entry;           /* it is the headline itself */
	struct frame_line pc; /* where the CPU was, until the stack comes */
	bool has_pc, ended;   /* ended: what follows repeats the registers */
	bool acquires;        /* the next line tells which lock was wanted where */
	struct slice wanted_at;
};

static bool next_row(struct dump *d, struct row *r)
{
	if (!slice_line(&d->rest, &r->whole))
		return false;
	r->whole = slice_rtrim(r->whole);
	r->text = prefix_strip(&d->prefix, r->whole, &r->caller);
	return true;
}

static void covers(struct dump *d, struct slice s)
{
	if (!d->from)
		d->from = s.p;
	if (!d->to || d->to < s.p + s.n)
		d->to = s.p + s.n;
}

/* ---- stacks ---- */

static void close_stack(struct dump *d)
{
	struct crash_stack *st;

	if (!d->open)
		return;
	d->open = d->gap = false;
	if (d->n == CRASH_STACKS_MAX || (d->frames.n == 0 && !d->frames.is_open))
		return;
	d->stacks = mem_grow(d->stacks, &d->cap, d->n + 1, sizeof *d->stacks);
	st = &d->stacks[d->n++];
	*st = (struct crash_stack){.name = d->name, .text = d->head_line};
	st->frames = stack_take_all(&d->frames, d->out->arena, &st->nframes);
	st->guilty = guilty_frame(st->frames, st->nframes);
}

static void open_stack(struct dump *d, const struct row *r)
{
	close_stack(d);
	stack_clear(&d->frames);
	d->open = true;
	d->caller = r->caller;
	d->head_line = d->heading;
	d->name = d->entry ? SLICE("access") : d->heading.n ? d->heading : SLICE("stack");
	if (slice_ends(d->name, ":"))
		d->name.n--;
	d->heading = (struct slice){0};
	d->entry = false;
}

static bool same_place(const struct frame *a, const struct frame *b)
{
	return slice_eq(a->function, b->function) && a->offset == b->offset;
}

/* The place where the CPU was heads its stack, unless the stack says it itself. */
static void put_pc(struct dump *d, const struct frame *first)
{
	if (d->has_pc && !(first && same_place(&d->pc.f, first)))
		stack_add(&d->frames, &d->pc, STACK_WITHIN);
	d->has_pc = false;
}

static bool fits(const struct dump *d, const struct frame_line *fl)
{
	if (frame_is_strong(fl->form))
		return true;
	return d->open && !d->gap && fl->form != FRAME_BARE && fl->form != FRAME_TAIL;
}

static bool on_frame(struct dump *d, const struct row *r)
{
	struct frame_line fl;

	if (d->open && d->frames.is_open && stack_continue(&d->frames, r->text))
		return true;
	if (frame_parse(r->text, &fl) == FRAME_NONE)
		return false;
	if (!fits(d, &fl) && !(d->heading.n && fl.form == FRAME_ADDRESS && slice_starts(d->heading, "Call ")))
		return false;
	if (!d->open || d->heading.n || d->entry || !slice_eq(d->caller, r->caller)) {
		open_stack(d, r);
		put_pc(d, &fl.f);
	}
	stack_add(&d->frames, &fl, STACK_WITHIN);
	d->gap = false;
	return true;
}

/* "RIP: 0010:f+0x1/0x2", "pc : f+0x1/0x2", "epc : f+0x1/0x2", "NIP [c00…] f+0x1/0x2" */
static bool on_pc(struct dump *d, const struct row *r)
{
	struct slice s = r->text;

	if (slice_eat(&s, "RIP: ")) {
		size_t colon = slice_chr(s, ':', 0);

		if (colon != SLICE_NONE && colon <= 4)
			s = slice_sub(s, colon + 1, s.n);
	} else if (!slice_eat(&s, "pc : ") && !slice_eat(&s, "epc : ") && !slice_eat(&s, "PC is at ")) {
		return false;
	}
	if (d->ended || d->has_pc || frame_parse(s, &d->pc) != FRAME_OFFSET)
		return true;
	if (d->open && !d->gap) { /* an exception entry inside a stack: what follows was interrupted there */
		stack_add(&d->frames, &d->pc, STACK_WITHIN);
		return true;
	}
	close_stack(d);
	d->has_pc = true;
	return true;
}

/* A report that ends at the registers has that one place. */
static void lone_pc(struct dump *d)
{
	if (!d->has_pc)
		return;
	d->heading = (struct slice){0};
	d->entry = false;
	open_stack(d, &(struct row){.text = {0}});
	d->name = SLICE("RIP");
	put_pc(d, NULL);
	close_stack(d);
}

/* ---- other lines ---- */

static bool is_mark(struct slice s)
{
	return slice_is(s, "<TASK>") || slice_is(s, "</TASK>") || slice_is(s, "<IRQ>") || slice_is(s, "</IRQ>") ||
	       slice_is(s, "<NMI>") || slice_is(s, "</NMI>") || slice_is(s, "<SOFTIRQ>") || slice_is(s, "</SOFTIRQ>");
}

static bool is_heading(struct slice s)
{
	if (s.n > HEADING_MAX && !slice_starts(s, "page last "))
		return false;
	return slice_ends(s, ":") || slice_starts(s, "page last ") || slice_starts(s, "backtrace (");
}

/* A line that says which task or CPU the next "Call Trace:" is of. */
static bool names_next(struct slice s)
{
	return slice_starts(s, "Task dump for CPU ") || slice_starts(s, "task:") ||
	       slice_starts(s, "NMI backtrace for cpu ") || slice_starts(s, "Kernel panic ");
}

static bool is_front(struct slice s)
{
	static const char marks[] = {'=', '-'};
	size_t n = 0;

	if (slice_starts(s, "------------[ cut here ]"))
		return true;
	for (size_t i = 0; i < sizeof marks; i++) {
		for (n = 0; n < s.n && s.p[n] == marks[i]; n++)
			;
		if (s.n >= 16 && n == s.n)
			return marks[i] == '=';
	}
	return false;
}

/* Lines of the footer; true where it is one. */
static bool on_footer(struct dump *d, const struct row *r)
{
	struct crash *c = d->out;
	struct slice s = r->text;

	if (slice_eat(&s, "CPU: ")) {
		if (c->pid < 0)
			footer_parse(slice_trim(s), c);
		return true;
	}
	if (slice_eat(&s, "Hardware name:")) {
		if (!c->hardware.n)
			c->hardware = slice_trim(s);
		return true;
	}
	if (slice_eat(&s, "Workqueue:")) {
		if (!c->workqueue.n)
			c->workqueue = slice_trim(s);
		return true;
	}
	return false;
}

/* "… is trying to acquire lock:", and on the next line "…, at: f+0x1/0x2" */
static void on_lock(struct dump *d, const struct row *r)
{
	size_t at = d->acquires ? slice_rfind(r->text, ", at: ") : SLICE_NONE;
	struct frame_line fl;

	if (at != SLICE_NONE && !d->wanted_at.n &&
	    frame_parse(slice_sub(r->text, at + 6, r->text.n), &fl) == FRAME_OFFSET)
		d->wanted_at = fl.f.function;
	d->acquires = slice_ends(r->text, "is trying to acquire lock:");
}

static void on_other(struct dump *d, const struct row *r)
{
	struct slice s = r->text;

	if (is_mark(s))
		return;
	/* a line of somebody else stands between: it neither ends nor heads anything */
	if (d->open && !slice_eq(r->caller, d->caller))
		return;
	on_lock(d, r);
	d->ended |= slice_starts(s, "---[ end trace");
	if (names_next(s)) {
		close_stack(d);
		d->heading = s;
		d->ended = false;
	} else if (slice_starts(s, "Call ") && is_heading(s)) {
		close_stack(d);
		d->heading = names_next(d->heading) ? d->heading : s;
	} else if (is_heading(s)) {
		close_stack(d);
		d->heading = s;
	} else {
		/* the registers stand between "Kernel panic …" and its "Call Trace:" */
		if (!names_next(d->heading))
			d->heading = (struct slice){0};
		d->entry = false;
		d->gap = true;
	}
}

/* A line within a report. */
static void on_line(struct dump *d, const struct row *r)
{
	if (r->text.n == 0) {
		close_stack(d);
		return;
	}
	if (on_pc(d, r) || on_frame(d, r)) {
		covers(d, r->whole);
		return;
	}
	if (on_footer(d, r)) {
		covers(d, r->whole);
		d->entry = false;
		return;
	}
	on_other(d, r);
	if (d->heading.n || is_front(r->text))
		covers(d, r->whole);
}

/* ---- reports ---- */

static void begin(struct dump *d, const struct headline *h, const struct row *r)
{
	d->head = h;
	d->line = r->text;
	d->before = d->above;
	d->behind = d->rest;
	d->from = d->front;
	d->to = NULL;
	covers(d, r->whole);
	d->entry = h->kind == CRASH_KMSAN;
	d->heading = (struct slice){0};
	d->open = d->gap = d->has_pc = d->ended = d->acquires = false;
	d->wanted_at = (struct slice){0};
	d->n = 0;
}

/* Does this headline belong to the report that is being read? */
static bool goes_on(const struct dump *d, const struct headline *h)
{
	return h->kind == CRASH_PANIC || (h->follows && d->n == 0 && !d->open);
}

/* Where the next report would begin: the line of `r`, or the ruler above it. */
static const char *start_of(const struct dump *d, const struct row *r)
{
	return d->front ? d->front : r->whole.p;
}

static void note_front(struct dump *d, const struct row *r)
{
	if (is_front(r->text)) {
		d->front = r->whole.p;
		d->front_age = 0;
	} else if (d->front && ++d->front_age > FRONT_LINES) {
		d->front = NULL;
	}
	if (r->text.n)
		d->above = r->text;
}

/* Read up to the end of the first report, which `d` then holds; false where there is none. */
static bool read_one(struct dump *d)
{
	const char *end = d->rest.p + d->rest.n;
	struct row r;

	while (next_row(d, &r)) {
		const struct headline *h = headline_find(r.text);

		if (h && d->head && !goes_on(d, h)) {
			const char *start = start_of(d, &r);

			/* what is given back must have grown, so that the caller gets on */
			start = start > d->line.p ? start : r.whole.p;
			d->rest = (struct slice){start, (size_t)(end - start)};
			break;
		}
		if (h && !d->head)
			begin(d, h, &r);
		else if (d->head)
			on_line(d, &r);
		note_front(d, &r);
	}
	close_stack(d);
	lone_pc(d);
	return d->head != NULL;
}

/* The stack that the title is about: of the CPU that printed it, not of the locks and objects. */
static size_t main_stack(const struct dump *d)
{
	for (size_t i = 0; i < d->n; i++) {
		struct slice name = d->stacks[i].name;

		if (slice_is(name, "Call Trace") || slice_is(name, "Call trace") || slice_starts(name, "task:") ||
		    slice_starts(name, "backtrace"))
			return i;
	}
	return 0;
}

static struct slice function_of(const struct dump *d, size_t main)
{
	const struct crash_stack *st = &d->stacks[main];
	struct arena *a = d->out->arena;

	if (d->head->kind == CRASH_STALL) {
		for (size_t i = 0; i < d->n; i++) {
			struct slice call = guilty_syscall(a, d->stacks[i].frames, d->stacks[i].nframes);

			if (call.n)
				return call;
		}
	}
	if (d->wanted_at.n && !guilty_is_helper(d->wanted_at))
		return guilty_name(a, d->wanted_at);
	if (st->guilty < st->nframes)
		return guilty_name(a, st->frames[st->guilty].function);
	return (struct slice){0};
}

bool dump_parse(struct crash *c)
{
	struct crash cur = *c;
	struct dump d = {.out = &cur, .rest = c->text};
	bool found = read_one(&d) && d.n > 0;

	if (found) {
		size_t main = main_stack(&d);
		struct slice f = function_of(&d, main);

		cur.kind = d.head->kind;
		cur.title = headline_title(c->arena, d.line, d.before, d.behind, f);
		cur.functions[0] = f;
		cur.nfunctions = f.n ? 1 : 0;
		cur.stacks = arena_alloc(c->arena, d.n * sizeof *d.stacks);
		for (size_t i = 0; i < d.n; i++)
			cur.stacks[i] = d.stacks[i];
		cur.nstacks = d.n;
		cur.stack_main = main;
		cur.extent = (struct slice){d.from, (size_t)(d.to - d.from)};
		cur.complete = cur.title.n > 0;
		*c = cur;
	}
	free(d.stacks);
	stack_release(&d.frames);
	return found;
}

bool dump_next(struct slice *rest, struct slice *extent, bool *after)
{
	bool found = false;

	while (!found && rest->n) {
		struct crash cur = {.arena = arena_new(), .pid = -1};
		struct dump d = {.out = &cur, .rest = *rest};

		if (!read_one(&d)) {
			*rest = slice_sub(*rest, rest->n, rest->n);
		} else {
			found = (d.n > 0 || d.head->dump) && !(*after && d.head->kind == CRASH_PANIC);
			*extent = (struct slice){d.from, (size_t)(d.to - d.from)};
			*rest = d.rest;
			*after = false;
		}
		free(d.stacks);
		stack_release(&d.frames);
		arena_free(cur.arena);
	}
	return found;
}
