/* Calls of helpers, and what their own names are to who calls them (DESIGN §2: access line and call site). */
#ifndef RACE_CALL_H
#define RACE_CALL_H

#include "race/lvalue.h"

enum { CALL_ARGS = 12 };

struct call {
	struct slice text; /* "pond_mark(p, BIT)": part of the code */
	size_t n;
	struct slice arg[CALL_ARGS];
};

/* The call of `name` in the code; false: there is none, there are several that differ, or it has too many arguments. */
bool call_find(struct slice code, struct slice name, struct call *out);

/* The same of a function's head, "static void f(struct foo *p, int n)": `arg` is the parameters' names, empty where one has none. */
bool call_head(struct slice head, struct slice name, struct call *out);

enum call_renamed {
	CALL_SAME,    /* no parameter is in it */
	CALL_RENAMED,
	CALL_UNKNOWN, /* it cannot be told */
};

/* What an lvalue of the helper with that head is called where it is called; `out` is set where it is CALL_RENAMED. */
enum call_renamed call_rename(const char *lvalue, const struct call *head, const struct call *call, struct lvalue *out);

#endif
