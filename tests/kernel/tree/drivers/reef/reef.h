/* SPDX-License-Identifier: Apache-2.0 */
#ifndef _REEF_H
#define _REEF_H

#include <linux/compiler.h>
#include <linux/types.h>

enum reef_state {
	REEF_CALM,
	REEF_STORMY,
};

struct reef;

/* What a kind of reef can do. */
struct reef_ops {
	int (*open)(struct reef *r);
	void (*close)(struct reef *r);
};

/**
 * struct reef - a reef and its fish
 * @lock: holds off the tide
 */
struct reef {
	u32 lock;
	u32 fish;
	u32 shark : 1;
	u32 depth : 5;
	union {
		u64 raw;
		struct {
			u32 low;
			u32 high;
		};
	};
#ifdef CONFIG_REEF_STATS
	atomic_t visits;
#endif
	struct {
		u8 red, green;
	} colour;
	const struct reef_ops *ops;
	struct list_head link;
	u8 name[];
};

#define link_to_reef(l)	container_of(l, struct reef, link)

/* Every file that includes this has one of its own, the same. */
static inline u32 reef_fish(const struct reef *r)
{
	return READ_ONCE(r->fish);
}

int reef_open(struct reef *r);
extern u32 reef_count;

#endif
