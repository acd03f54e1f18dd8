// SPDX-License-Identifier: Apache-2.0
/* What user space sees of a pond. */
#include <linux/io.h>
#include <linux/sysfs.h>

#include "pond.h"

static ssize_t level_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct pond *p = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%u\n", readl(p->regs + POND_REG_LEVEL));
}
static DEVICE_ATTR_RO(level);

static ssize_t state_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct pond *p = dev_get_drvdata(dev);
	u32 flags = READ_ONCE(p->flags);

	return sysfs_emit(buf, "%s%s%s\n",
			  flags & POND_F_OPEN ? "open" : "closed",
			  flags & POND_F_HUNGRY ? " hungry" : "",
			  flags & POND_F_LEAK ? " leaking" : "");
}
static DEVICE_ATTR_RO(state);

/* Counted under two different locks: a snapshot of what stands there is enough. */
static ssize_t stats_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct pond *p = dev_get_drvdata(dev);

	return sysfs_emit(buf, "feedings %llu\ngrams %llu\nripples %llu\n",
			  data_race(p->stats.feedings),
			  data_race(p->stats.grams),
			  data_race(p->stats.ripples));
}
static DEVICE_ATTR_RO(stats);

static ssize_t valve_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t count)
{
	struct pond *p = dev_get_drvdata(dev);
	bool open;
	int err;

	err = kstrtobool(buf, &open);
	if (err)
		return err;

	mutex_lock(&p->feed_mutex);
	if (open && pond_test(p, POND_F_LEAK))
		err = -EIO;
	else
		pond_valve(p, open);
	mutex_unlock(&p->feed_mutex);

	return err ? err : count;
}
static DEVICE_ATTR_WO(valve);

static struct attribute *pond_attrs[] = {
	&dev_attr_level.attr,
	&dev_attr_state.attr,
	&dev_attr_stats.attr,
	&dev_attr_valve.attr,
	NULL,
};

const struct attribute_group pond_group = {
	.attrs = pond_attrs,
};
