/* Source of the frames of a report, from a kernel repository at a commit. */
#ifndef TESTS_BENCH_FRAME_H
#define TESTS_BENCH_FRAME_H

#include "base/json.h"

#define BENCH_FRAME "source of a frame"

/*
 * On the repository $VERDICT_BENCH_KERNEL at its newest commit: from the key that selects a frame to its file on the screen,
 * beside `git show` through less; without it it is said that nothing was measured.  Prints a table, and adds it to the array
 * of groups that is open in `w`.  False where a file did not show.
 */
bool bench_frame(const char *verdict, size_t runs, struct json_w *w);

#endif
