/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A garden pond behind a small bus bridge: fish that ask for food, ripples on
 * the surface, and a sensor in the liner that fires once when it gets wet.
 *
 * Locking
 *   @lock        what the interrupt shares with the rest; taken with
 *                interrupts off outside of the handler
 *   @feed_mutex  keeps feedings and valve moves apart; may sleep
 *   feed_mutex nests outside of lock.
 */
#ifndef POND_H
#define POND_H

#include <linux/bits.h>
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

/* Bits of pond->flags */
#define POND_F_OPEN	BIT(0)	/* the inlet valve is open */
#define POND_F_HUNGRY	BIT(1)	/* somebody asked for food since the last feeding */
#define POND_F_LEAK	BIT(2)	/* the liner sensor fired; the valve has to close */

/* Bits of the interrupt status */
#define POND_IRQ_RIPPLE	BIT(0)
#define POND_IRQ_HUNGRY	BIT(1)
#define POND_IRQ_LEAK	BIT(2)

/* Registers, in bytes from pond->regs */
#define POND_REG_STATUS	0x00	/* latched events; writing a bit back clears it */
#define POND_REG_FEED	0x04	/* grams to drop */
#define POND_REG_VALVE	0x08	/* 1 open, 0 closed */
#define POND_REG_LEVEL	0x0c	/* millimetres of water */

struct pond_stats {
	u64 feedings;
	u64 grams;
	u64 ripples;
};

struct pond {
	struct device *dev;
	void __iomem *regs;

	spinlock_t lock;
	u32 flags;		/* POND_F_* */
	u32 portion;		/* grams a feeding */

	struct mutex feed_mutex;
	struct work_struct feed_work;
	struct delayed_work watch_work;

	struct pond_stats stats;
	struct list_head node;	/* on pond_bus.ponds */
};

/* From the interrupt: note that something happened. */
static inline void pond_mark(struct pond *p, u32 bits)
{
	lockdep_assert_held(&p->lock);
	p->flags |= bits;
}

/* From the workers: it has been dealt with. */
static inline void pond_clear(struct pond *p, u32 bits)
{
	lockdep_assert_held(&p->feed_mutex);
	p->flags &= ~bits;
}

static inline bool pond_test(const struct pond *p, u32 bits)
{
	return p->flags & bits;
}

irqreturn_t pond_irq(struct pond *p, u32 status);

void pond_feed_init(struct pond *p);
void pond_feed_stop(struct pond *p);
void pond_valve(struct pond *p, bool open);

extern const struct attribute_group pond_group;

#endif
