/* Questions about the code of a real kernel: asked for the first time, and again, beside what else finds code. */
#ifndef TESTS_BENCH_CODE_H
#define TESTS_BENCH_CODE_H

#include "base/json.h"

#define BENCH_CODE "code questions"

/*
 * On the tree $VERDICT_BENCH_KERNEL with its build directory $VERDICT_BENCH_BUILD (`verdict index --config` makes one and says
 * where); without them it is said that nothing was measured.  Prints a table, and adds it to the array of groups that is open
 * in `w`.  False where a question failed.
 */
bool bench_code(const char *verdict, size_t runs, struct json_w *w);

#endif
