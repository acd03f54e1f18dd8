// SPDX-License-Identifier: Apache-2.0
/* What one pond does about its share of a bus interrupt. */
#include "pond.h"

/*
 * The fish ask in bursts.  The first request of a burst starts the feeding,
 * later ones find the bit set and the work queued already.
 */
static void pond_ask(struct pond *p)
{
	if (pond_test(p, POND_F_HUNGRY))
		return;
	pond_mark(p, POND_F_HUNGRY);
	schedule_work(&p->feed_work);
}

/**
 * pond_irq - handle the events of one pond
 * @p: the pond
 * @status: its POND_IRQ_* bits, acknowledged by the caller
 *
 * Context: hard interrupt.
 * Return: IRQ_HANDLED, or IRQ_NONE if no bit is ours.
 */
irqreturn_t pond_irq(struct pond *p, u32 status)
{
	irqreturn_t ret = IRQ_NONE;

	spin_lock(&p->lock);

	if (status & POND_IRQ_RIPPLE) {
		p->stats.ripples++;
		ret = IRQ_HANDLED;
	}

	if (status & POND_IRQ_LEAK) {
		pond_mark(p, POND_F_LEAK);
		ret = IRQ_HANDLED;
	}

	if (status & POND_IRQ_HUNGRY) {
		pond_ask(p);
		ret = IRQ_HANDLED;
	}

	spin_unlock(&p->lock);
	return ret;
}
