/* A live run with a scripted provider: how far the screen is behind it, what that costs, and how keys answer meanwhile. */
#ifndef TESTS_BENCH_LIVE_H
#define TESTS_BENCH_LIVE_H

#include "base/json.h"

#define BENCH_LIVE "a live run on examples/report.txt"

/* `runs` runs of each; prints a table, and adds it to the array of groups that is open in `w`.  False where one failed. */
bool bench_live(const char *verdict, size_t runs, struct json_w *w);

#endif
