// SPDX-License-Identifier: Apache-2.0
#include "reef.h"

/* How many there are. */
u32 reef_count;

static struct reef *newest;
DEFINE_PER_CPU(u32, reef_tide);

/* The core's own way to count. */
static u32 count(struct reef *r)
{
	return reef_fish(r) + 1;
}

/*
 * Opening is not closing.
 */

int reef_open(struct reef *r)
{
	reef_count++;
	r->fish = count(r);
	WRITE_ONCE(r->high, 5);
	r->shark = 1;
	r->depth |= 2;
#ifdef CONFIG_REEF_STATS
	atomic_inc(&r->visits);
#endif
	rcu_assign_pointer(newest, r);
	return 0;
}

#define DEFINE_REEF_SHOW(field)						\
u32 reef_show_##field(struct reef *r)					\
{									\
	return r->field;						\
}

DEFINE_REEF_SHOW(fish)
DEFINE_REEF_SHOW(lock)

u32 reef_look(struct list_head *l)
{
	struct reef *r = link_to_reef(l);

	if (unlikely(r->fish > 9))
		return data_race(r->fish);
	r->colour.red = 3;
	*this_cpu_ptr(&reef_tide) = r->low;
	return rcu_dereference(newest)->fish;
}
