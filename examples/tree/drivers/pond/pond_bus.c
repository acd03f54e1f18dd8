// SPDX-License-Identifier: Apache-2.0
/* The bridge: one interrupt line for up to four ponds. */
#include <linux/io.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "pond.h"

#define POND_BUS_PONDS	4
#define POND_BUS_STRIDE	0x100

struct pond_bus {
	void __iomem *regs;
	int irq;
	struct list_head ponds;	/* does not change while the interrupt is requested */
};

static const struct class pond_class = {
	.name = "pond",
};

static const struct attribute_group *pond_groups[] = {
	&pond_group,
	NULL,
};

/*
 * The status is latched: what is not written back comes again, what is
 * written back does not.  It is acknowledged before the ponds look at it, so
 * that an event which arrives meanwhile raises the line once more.
 */
static irqreturn_t pond_bus_irq(int irq, void *data)
{
	struct pond_bus *bus = data;
	irqreturn_t ret = IRQ_NONE;
	struct pond *p;

	list_for_each_entry(p, &bus->ponds, node) {
		u32 status = readl(p->regs + POND_REG_STATUS);

		if (!status)
			continue;
		writel(status, p->regs + POND_REG_STATUS);
		ret |= pond_irq(p, status);
	}
	return ret;
}

static int pond_add(struct pond_bus *bus, struct device *parent, unsigned int nr)
{
	struct pond *p = devm_kzalloc(parent, sizeof(*p), GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	p->regs = bus->regs + nr * POND_BUS_STRIDE;
	p->portion = 12;
	pond_feed_init(p);
	p->dev = device_create_with_groups(&pond_class, parent, 0, p, pond_groups, "pond%u", nr);
	if (IS_ERR(p->dev)) {
		pond_feed_stop(p);
		return PTR_ERR(p->dev);
	}
	list_add_tail(&p->node, &bus->ponds);
	return 0;
}

static void pond_drain(struct pond_bus *bus)
{
	struct pond *p;

	list_for_each_entry(p, &bus->ponds, node) {
		device_unregister(p->dev);
		pond_feed_stop(p);
	}
}

static int pond_bus_probe(struct platform_device *pdev)
{
	struct pond_bus *bus = devm_kzalloc(&pdev->dev, sizeof(*bus), GFP_KERNEL);
	int err = 0;

	if (!bus)
		return -ENOMEM;
	INIT_LIST_HEAD(&bus->ponds);
	bus->regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(bus->regs))
		return PTR_ERR(bus->regs);
	bus->irq = platform_get_irq(pdev, 0);
	if (bus->irq < 0)
		return bus->irq;

	for (unsigned int nr = 0; nr < POND_BUS_PONDS && !err; nr++)
		err = pond_add(bus, &pdev->dev, nr);
	if (!err)
		err = request_irq(bus->irq, pond_bus_irq, 0, "pond", bus);
	if (err)
		pond_drain(bus);
	else
		platform_set_drvdata(pdev, bus);
	return err;
}

static void pond_bus_remove(struct platform_device *pdev)
{
	struct pond_bus *bus = platform_get_drvdata(pdev);

	free_irq(bus->irq, bus);
	pond_drain(bus);
}

static struct platform_driver pond_bus_driver = {
	.probe = pond_bus_probe,
	.remove = pond_bus_remove,
	.driver = { .name = "pond-bus" },
};

static int __init pond_init(void)
{
	int err = class_register(&pond_class);

	if (err)
		return err;
	err = platform_driver_register(&pond_bus_driver);
	if (err)
		class_unregister(&pond_class);
	return err;
}
module_init(pond_init);

static void __exit pond_exit(void)
{
	platform_driver_unregister(&pond_bus_driver);
	class_unregister(&pond_class);
}
module_exit(pond_exit);

MODULE_DESCRIPTION("Garden ponds behind a bus bridge");
