/* What the kernel's primitives of locking do, by their names: one table (lock.c). */
#ifndef RACE_LOCK_H
#define RACE_LOCK_H

#include <stdbool.h>

#include "base/slice.h"

enum lock_kind {
	LOCK_EXCLUSIVE, LOCK_SHARED, /* a lock, taken alone or beside others */
	LOCK_RCU,     /* a read-side section of RCU or SRCU */
	LOCK_SEQ,     /* the reading side of a sequence count: it does not wait, and tries again */
	LOCK_IRQ, LOCK_BH, LOCK_PREEMPT, /* off on this cpu */
	LOCK_KINDS
};

enum lock_op {
	LOCK_TAKE,
	LOCK_DROP,
	LOCK_TRY,      /* taken where what it returns is not 0, */
	LOCK_TRY_ZERO, /* where it is 0 */
	LOCK_DOWNGRADE, /* held alone before, beside others from now on */
	LOCK_ASSERT,   /* the code says that it is held here */
	LOCK_MAY_TAKE, LOCK_MAY_DROP, /* by its name, it is something of that kind; LOCK_TRY may be by its name, too: it has no row's name then */
	LOCK_PAUSE,    /* it may be released inside for a while, and is held again behind it */
	LOCK_MAY_PAUSE, /* by its name it waits: what belongs to the objects that it is given may be released for a while */
	LOCK_KEEP,     /* no lock at all, whatever its name */
};

/* What goes with it. */
enum lock_extra { LOCK_ALONE, LOCK_WITH_IRQ, LOCK_WITH_IRQSAVE, LOCK_WITH_BH };

struct lock_row {
	const char *name;
	enum lock_op op;
	enum lock_kind kind;
	unsigned family;  /* what takes and releases the same thing has the same */
	unsigned arg;     /* which argument names it, from 1; 0: none does */
	const char *of;   /* arg: what is added to the argument ("->mmap_lock"), or ""; "*": it is where a pointer to it is put; else its name */
	enum lock_extra extra;
	unsigned flags;   /* LOCK_WITH_IRQSAVE: the argument that keeps the state */
	bool nests;
};

/*
 * What a function of that name does; NULL: nothing, as far as its name tells.  Of one that the table does not know the row has no
 * name: LOCK_MAY_TAKE, LOCK_MAY_DROP, LOCK_MAY_PAUSE, or LOCK_TRY.
 */
const struct lock_row *lock_find(struct slice name);

/* By its name a function only asks something of a lock that it is given, or prepares it. */
bool lock_is_harmless(struct slice name);

/* May its holder sleep?  A socket's owner does not wait with it, though he might. */
bool lock_sleeps(unsigned family);

/* Does the row say that a lock is held, but not of which kind: lockdep_assert_held()? */
bool lock_is_any(const struct lock_row *r);

/* The same by the name of a guard: guard(mutex), scoped_guard(spinlock_irqsave, …).  NULL: not known. */
const struct lock_row *lock_guard(struct slice name);

#endif
