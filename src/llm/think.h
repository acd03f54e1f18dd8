/*
 * Thoughts that a server without a parser for them leaves in the answer, as <think>…</think> at its very start
 * (llm-apis B.3).  Only what is shown is divided: what is sent back keeps the marks.
 */
#ifndef LLM_THINK_H
#define LLM_THINK_H

#include <stdbool.h>

#include "base/slice.h"

struct think {
	enum { THINK_START, THINK_IN, THINK_AFTER, THINK_TEXT } state; /* all zeroes: nothing was seen */
	size_t matched;    /* bytes of the mark that is looked for */
	unsigned blanks;   /* before the first mark, held back */
};

/* The next piece; `out` is called with thoughts and text in order, in pieces of its own. */
void think_feed(struct think *t, struct slice s, void (*out)(void *arg, bool thought, struct slice s), void *arg);

/* No more comes: what was held back because it looked like the beginning of a mark is passed on. */
void think_end(struct think *t, void (*out)(void *arg, bool thought, struct slice s), void *arg);

#endif
