/* Primitives that mark an access or order it, by their names; locks are in race/lock.h. */
#ifndef RACE_PRIMITIVE_H
#define RACE_PRIMITIVE_H

#include "base/slice.h"

enum primitive {
	PRIMITIVE_NONE,
	PRIMITIVE_ACCESS, /* it makes or marks an access: READ_ONCE(), atomic_inc(), set_bit(), rcu_dereference() */
	PRIMITIVE_ORDER,  /* it orders others: smp_mb(), synchronize_rcu(), complete() and who waits for it */
};

enum primitive primitive_find(struct slice name);

#endif
