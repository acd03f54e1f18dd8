/* Keys on a recording of a million spans, in every pane and view: how long until the screen is painted, in how many bytes. */
#ifndef TESTS_BENCH_KEYS_H
#define TESTS_BENCH_KEYS_H

#include "base/json.h"

#define BENCH_KEYS "keys on 1,000,000 spans"

/*
 * `runs` rounds beside less and tig on a text of the same rows; where one of these is absent, that is said.  `only`: walks with this in
 * their name; "" for all.  Prints tables
 * and adds them to the array of groups that is open in `w`.  False where a figure could not be taken.
 */
bool bench_keys(const char *verdict, size_t runs, const char *only, struct json_w *w);

#endif
