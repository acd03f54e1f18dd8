/* Going to what is named at the prompt: a span by its number, a file and its line, a function. */
#ifndef UI_GO_H
#define UI_GO_H

#include <stdbool.h>

#include "base/slice.h"

struct ui;

void go_do(struct ui *ui, const char *args);

/*
 * The name of the function that a line of C begins to define, as kernel code is laid out: at its first column, with the
 * parameters behind it.  Empty for other lines.
 */
struct slice go_defines(struct slice line);

/* Call `found` for each function of the report's frames, then for those that evidence defines; it returns false to end. */
void go_functions(struct ui *ui, bool (*found)(void *arg, struct slice name), void *arg);

#endif
