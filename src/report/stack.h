/* The frames of one stack, gathered line by line. */
#ifndef REPORT_STACK_H
#define REPORT_STACK_H

#include "base/arena.h"
#include "model/crash.h"
#include "report/frame.h"

struct stack {
	struct frame *f; /* owned */
	size_t n, cap;
	size_t raw;        /* 1 + the index of the frame that lines of addr2line explain; 0: none */
	struct frame bare; /* a name alone was the last line, where has_bare: its place may be on the next */
	bool has_bare;
	struct frame open; /* a decoded line whose list of places goes on with the next line, where is_open */
	bool is_open;
	size_t lost;            /* lines that stand among the frames and are none, or are past STACK_MAX */
	struct slice lost_line; /* the first of them */
};

/* Where a line stands. */
enum stack_at {
	STACK_FAR,    /* behind a gap: only strong forms count */
	STACK_NEAR,   /* behind the line before: weak forms count, a lone word only where all others are names alone */
	STACK_WITHIN, /* no blank line between it and the line that heads the stack: any form counts */
};

enum { STACK_MAX = 4096 }; /* frames; the kernel keeps 64, inlined ones come on top; more are lost */

/* All zeroes is an empty stack.  stack_clear() keeps the memory, stack_release() frees it. */
void stack_clear(struct stack *st);
void stack_release(struct stack *st);

/* Add what a line says.  Did it fit? */
bool stack_add(struct stack *st, const struct frame_line *fl, enum stack_at at);

/* A line that stands where frames do and is none. */
void stack_lose(struct stack *st, struct slice line);

/*
 * After a decoded line that ended inside its list (is_open): go on with `line`.  False where the list does
 * not.
 */
bool stack_continue(struct stack *st, struct slice line);

/*
 * The result in the arena, without KCSAN's own functions on top; what lies beyond an interrupt entry is
 * marked. NULL and 0 for an empty stack.
 */
struct frame *stack_take(const struct stack *st, struct arena *a, size_t *n);
/* The same with KCSAN's own functions, for reports of other kinds. */
struct frame *stack_take_all(const struct stack *st, struct arena *a, size_t *n);

#endif
