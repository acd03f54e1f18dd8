/* Figures of a bench, and the clock and terminal that they are taken with. */
#ifndef TESTS_BENCH_SAMPLE_H
#define TESTS_BENCH_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/pty/pty.h"

/* Of the terminal, and of the longest wait for anything. */
enum { ROWS = 45, COLS = 160, TIMEOUT_MS = 20000 };

struct result {
	int64_t *v; /* owned: in the unit of what is measured */
	size_t n, cap;
	bool failed;
};
void result_add(struct result *r, int64_t v);
void result_note(struct result *r, int64_t v); /* a negative one: it failed */
void result_sort(struct result *r); /* must be done before percentile() */
void result_release(struct result *r);

/* The nearest rank, of one figure at least. */
int64_t percentile(const struct result *r, size_t percent);

/* Microseconds of CLOCK_MONOTONIC. */
int64_t now_us(void);

/* Until the process has had nothing to do for a while: all that waited was done. */
void until_rest(struct pty *p);

/*
 * Until nothing more comes of what was sent at `start`; false where no byte came in `silent_ms`.  The screen is painted with the
 * last byte before a gap of 10 ms, which is less than what the program lets pass between two frames; what goes on in slices,
 * as a search, is settled with the last byte after which none comes for 25 ms.  These waits themselves are not counted.
 */
bool until_settled(struct pty *p, int64_t start, int silent_ms, int64_t *painted, int64_t *settled);

/* The terminal goes away, as when its window is closed; who does not follow is killed.  Frees `p`. */
void hang_up(struct pty *p);

/* Tell on standard error how far `what` came. */
void show_screen(struct pty *p, const char *what);

#endif
