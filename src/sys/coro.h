/*
 * A function on a stack of its own, which gives control back in the middle and is entered again where it
 * left.
 */
#ifndef SYS_CORO_H
#define SYS_CORO_H

#include <stdbool.h>

#include "base/err.h"

struct coro;

/*
 * Get a stack of 256 KiB, with a page below it that no overflow passes unnoticed.  `fn` runs from the first
 * coro_enter() on. NULL: ERR_TOOL.
 */
struct coro *coro_new(void (*fn)(struct coro *self, void *arg), void *arg, struct err *e);

/*
 * Not from inside.  What the function holds where it left is not given back: bring it to its end first if
 * that matters.
 */
void coro_free(struct coro *c);

/* Run it until it leaves or returns; false when it has returned, now or before. */
bool coro_enter(struct coro *c);

/* From inside: go back to who entered. */
void coro_leave(struct coro *c);

#endif
