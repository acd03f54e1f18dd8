/* What a verbose report says behind each stack: the locks that are held, and the state of interrupts. */
#ifndef REPORT_VERBOSE_H
#define REPORT_VERBOSE_H

#include "base/slice.h"
#include "model/crash.h"

/* "2 locks held by X/331:", "no locks held by systemd/1.": how many, and who holds them. */
bool verbose_count(struct slice s, int32_t *n, struct slice *holder);

/*
 * "#0: c5ac004c (&rdev->exclusive_lock){.+.+}-{3:3}, at: radeon_gem_create_ioctl+0x68/0x20c [radeon]".  1: it is one, `*number` its
 * number; 0: it is not; -1: it begins like one and ends too early: the rest may stand on the next line.
 */
int verbose_lock(struct slice s, uint32_t *number, struct crash_lock *l);

/*
 * "hardirqs last  enabled at (1056782): …", "softirqs last disabled at (…): …": which of the events it is and its count.  False where
 * it is none.
 */
bool verbose_irq(struct slice s, bool *soft, bool *enabled, uint64_t *count);

/* What is said of one access, line by line. */
struct verbose {
	bool said;            /* how many locks: */
	int32_t n;
	struct slice holder;
	struct crash_lock lock[CRASH_LOCKS];
	uint32_t number[CRASH_LOCKS];
	size_t nlocks;
	bool irq[2][2];       /* soft, enabled: the event was told of, */
	uint64_t event[2][2]; /* and its number */
};

void verbose_clear(struct verbose *v);

/* Take a line.  1: it was one; 0: it was none; -1: its rest may stand on the next line. */
int verbose_add(struct verbose *v, struct slice s);

/* Into the access, with what it points to in the arena. */
void verbose_take(const struct verbose *v, struct arena *a, struct access *to);

#endif
