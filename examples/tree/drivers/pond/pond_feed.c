// SPDX-License-Identifier: Apache-2.0
/* The workers of a pond: feed the fish, watch the liner, move the valve. */
#include <linux/io.h>
#include <linux/jiffies.h>

#include "pond.h"

#define POND_WATCH_PERIOD	(2 * HZ)

/**
 * pond_valve - open or close the inlet
 * @p: the pond
 * @open: what it shall be
 *
 * Context: process, with @p->feed_mutex held.
 */
void pond_valve(struct pond *p, bool open)
{
	unsigned long irqflags;

	lockdep_assert_held(&p->feed_mutex);

	writel(open, p->regs + POND_REG_VALVE);

	spin_lock_irqsave(&p->lock, irqflags);
	if (open)
		p->flags |= POND_F_OPEN;
	else
		p->flags &= ~POND_F_OPEN;
	spin_unlock_irqrestore(&p->lock, irqflags);
}

static void pond_drop(struct pond *p, u32 grams)
{
	writel(grams, p->regs + POND_REG_FEED);
	p->stats.feedings++;
	p->stats.grams += grams;
}

/*
 * Queued by the interrupt, at most once a burst.  Requests that come while
 * the food is falling belong to this feeding.
 */
static void pond_feed_work(struct work_struct *work)
{
	struct pond *p = container_of(work, struct pond, feed_work);

	mutex_lock(&p->feed_mutex);
	if (pond_test(p, POND_F_HUNGRY)) {
		pond_drop(p, p->portion);
		pond_clear(p, POND_F_HUNGRY);
	}
	mutex_unlock(&p->feed_mutex);
}

/*
 * Runs all the time: a wet liner must close the inlet even where nobody is
 * hungry.  The sensor fires once, so the bit is all that tells of the leak.
 */
static void pond_watch_work(struct work_struct *work)
{
	struct pond *p = container_of(to_delayed_work(work), struct pond, watch_work);

	mutex_lock(&p->feed_mutex);
	if (pond_test(p, POND_F_LEAK) && pond_test(p, POND_F_OPEN)) {
		dev_warn(p->dev, "liner is wet, closing the inlet\n");
		pond_valve(p, false);
	}
	mutex_unlock(&p->feed_mutex);

	schedule_delayed_work(&p->watch_work, POND_WATCH_PERIOD);
}

void pond_feed_init(struct pond *p)
{
	spin_lock_init(&p->lock);
	mutex_init(&p->feed_mutex);
	INIT_WORK(&p->feed_work, pond_feed_work);
	INIT_DELAYED_WORK(&p->watch_work, pond_watch_work);
	schedule_delayed_work(&p->watch_work, POND_WATCH_PERIOD);
}

void pond_feed_stop(struct pond *p)
{
	cancel_delayed_work_sync(&p->watch_work);
	cancel_work_sync(&p->feed_work);
}
