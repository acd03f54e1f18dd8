/* The queue over a hundred thousand stored runs: how long until it shows, is sorted, and is filtered. */
#ifndef TESTS_BENCH_QUEUE_H
#define TESTS_BENCH_QUEUE_H

#include "base/json.h"

#define BENCH_QUEUE "the queue of 100,000 stored runs"

/* `runs` rounds; prints a table, and adds it to the array of groups that is open in `w`.  False where one failed. */
bool bench_queue(const char *verdict, size_t runs, struct json_w *w);

#endif
