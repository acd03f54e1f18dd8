#include "report/stack.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/context.h"

void stack_clear(struct stack *st)
{
	st->n = 0;
	st->raw = 0;
	st->is_open = st->has_bare = false;
	st->lost = 0;
	st->lost_line = (struct slice){0};
}

void stack_release(struct stack *st)
{
	free(st->f);
	memset(st, 0, sizeof *st);
	stack_clear(st);
}

void stack_lose(struct stack *st, struct slice line)
{
	if (st->lost++ == 0)
		st->lost_line = line;
}

static void push(struct stack *st, const struct frame *f)
{
	if (st->n == STACK_MAX) {
		stack_lose(st, f->text);
		return;
	}
	st->f = mem_grow(st->f, &st->cap, st->n + 1, sizeof *st->f);
	st->f[st->n++] = *f;
}

/* "f.isra.0" and "f" are one function to addr2line. */
static bool same_function(struct slice a, struct slice b)
{
	return slice_eq(slice_sub(a, 0, slice_chr(a, '.', 1)), slice_sub(b, 0, slice_chr(b, '.', 1)));
}

/*
 * A line of addr2line.  Behind a raw frame it gives the place of that frame, or an inline function in front
 * of it; alone it is a frame, which "(inlined by)" makes an inline one of the next.
 */
static void add_explained(struct stack *st, const struct frame_line *fl)
{
	struct frame f = fl->f, raw;

	if (!st->raw || st->f[st->raw - 1].file.n) {
		if (fl->form == FRAME_BY && st->n && !st->f[st->n - 1].has_offset)
			st->f[st->n - 1].inlined = true;
		st->raw = 0;
		push(st, &f);
		return;
	}
	raw = st->f[st->raw - 1];
	if (same_function(raw.function, f.function)) {
		st->f[st->raw - 1].file = f.file;
		st->f[st->raw - 1].line = f.line;
		return;
	}
	if (st->n == STACK_MAX) {
		stack_lose(st, f.text);
		return;
	}
	f.inlined = true;
	st->f[st->raw - 1] = f;
	push(st, &raw);
	st->raw = st->n;
}

static void end_open(struct stack *st)
{
	if (st->is_open)
		push(st, &st->open);
	st->is_open = false;
}

/*
 * The last place of a decoded line is the function's own; those before it are of inline functions without
 * names.
 */
static void take_places(struct stack *st, struct slice places)
{
	struct slice file, module = {0};
	uint32_t line;
	int r;

	while ((r = frame_next_place(&places, &file, &line, &module)) == 1) {
		if (st->open.file.n) {
			struct frame helper = {.file = st->open.file, .line = st->open.line, .inlined = true,
					       .text = st->open.text};

			push(st, &helper);
		}
		st->open.file = file;
		st->open.line = line;
	}
	st->is_open = r == 0;
	if (module.n)
		st->open.module = module;
	if (!st->is_open)
		push(st, &st->open);
}

bool stack_continue(struct stack *st, struct slice line)
{
	struct slice places = line, file, module;
	uint32_t number;

	if (!st->is_open)
		return false;
	/* a list that was cut off ends with what was read of it */
	if (frame_next_place(&places, &file, &number, &module) != 1 && !slice_starts(line, ")") &&
	    !slice_starts(line, "(")) {
		end_open(st);
		return false;
	}
	take_places(st, line);
	return true;
}

static bool fits(const struct stack *st, const struct frame_line *fl, enum stack_at at)
{
	if (frame_is_strong(fl->form) || at == STACK_WITHIN)
		return true;
	if (at == STACK_FAR)
		return false;
	/* a lone word behind a gap among real frames is a comment or noise; a stack of names only has nothing else */
	return fl->form != FRAME_BARE || st->n == 0 || (!st->f[0].has_offset && !st->f[0].file.n);
}

/* The end of a line that was wrapped: of a name alone, of a raw frame, of a name with its place. */
static bool add_tail(struct stack *st, const struct frame *tail, bool bare)
{
	struct frame *f = st->n ? &st->f[st->n - 1] : NULL;

	if (bare && tail->file.n) {
		if (!f || f->text.p != st->bare.text.p) {
			push(st, &st->bare);
			f = &st->f[st->n - 1];
		}
		f->inlined = tail->inlined;
	} else if (!f || (tail->file.n ? !f->has_offset || f->file.n : f->has_offset || !f->file.n)) {
		return false;
	}
	if (tail->file.n) {
		f->file = tail->file;
		f->line = tail->line;
	} else {
		f->inlined = true;
	}
	return true;
}

bool stack_add(struct stack *st, const struct frame_line *fl, enum stack_at at)
{
	bool bare = st->has_bare;

	st->has_bare = at != STACK_FAR && fl->form == FRAME_BARE;
	if (st->has_bare)
		st->bare = fl->f;
	if (!fits(st, fl, at))
		return false;
	end_open(st);
	switch (fl->form) {
	case FRAME_AT:
	case FRAME_BY:
		add_explained(st, fl);
		return true;
	case FRAME_TAIL:
		return add_tail(st, &fl->f, bare);
	case FRAME_DECODED:
		st->open = fl->f;
		st->raw = 0;
		take_places(st, fl->places);
		return true;
	default:
		push(st, &fl->f);
		st->raw = fl->form == FRAME_OFFSET && !fl->f.file.n ? st->n : 0;
		return true;
	}
}

/* How many frames on top are KCSAN's own; none where nothing else would be left. */
static size_t own_frames(const struct stack *st)
{
	size_t i = 0;

	while (i < st->n && context_is_kcsan(st->f[i].function))
		i++;
	return i == st->n ? 0 : i;
}

static struct frame *take(const struct stack *st, struct arena *a, size_t skip, size_t *n)
{
	bool beyond = false;
	struct frame *f;

	*n = st->n - skip + (st->is_open ? 1 : 0);
	if (*n == 0)
		return NULL;
	f = arena_alloc(a, *n * sizeof *f);
	if (st->n > skip)
		memcpy(f, st->f + skip, (st->n - skip) * sizeof *f);
	if (st->is_open)
		f[*n - 1] = st->open;
	for (size_t i = 0; i < *n; i++) {
		f[i].interrupted = beyond;
		beyond |= context_is_interrupt_entry(f[i].function);
	}
	return f;
}

struct frame *stack_take(const struct stack *st, struct arena *a, size_t *n)
{
	return take(st, a, own_frames(st), n);
}

struct frame *stack_take_all(const struct stack *st, struct arena *a, size_t *n)
{
	return take(st, a, 0, n);
}
