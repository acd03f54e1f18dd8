/*
 * A walk through the statements of a function, along all ways that they allow, with what is held on them: if, loops, switch, goto and
 * labels, return, #if, and the macros of the kernel that are loops or guards.
 */
#ifndef RACE_FLOW_H
#define RACE_FLOW_H

#include "race/ctoken.h"
#include "race/helper.h"

struct flow {
	struct held_keys keys;
	struct held at;    /* what is held in the line; not live: no way leads there, or it is no statement */
	bool changes[HELD_KEYS]; /* it is taken or released in the line itself: which comes first is not told */
	struct held ret[HELPER_RETURNS]; /* where it returns, by what: only looked for where `line` is 0 */
	struct held any;       /* ... where the text does not tell what */
	bool pointer;          /* it returns NULL, or an error as a pointer, on some way */
	struct slice returned; /* the variable that it returns; empty: none, or several */
	const char *lost;  /* why the function was not understood; NULL: it was */
};

/*
 * `line`: of the tokens; 0: what is held when the function returns.  `cut`: they end before the function does.  `helpers`: may be NULL.
 * `callee`: what the line calls that matters, of which nothing is done yet; or empty.
 */
void flow_walk(struct flow *f, const struct ctokens *ts, uint32_t line, bool cut, struct slice callee, const struct helpers *helpers);

/* What the call whose name is token `i` does; NULL: nothing that matters. */
const struct lock_row *flow_row_at(const struct ctokens *ts, const size_t *partner, size_t i);

/*
 * The key of what the row takes or releases in the call whose name is token `i`; `partner[i]` of a bracket is where it closes, or the
 * number of tokens.
 */
struct held_key flow_key(const struct ctokens *ts, const size_t *partner, size_t i, const struct lock_row *r);
size_t *flow_partners(const struct ctokens *ts); /* owned by the caller */

#endif
