/* Parts of race/flow.c: statements (flow_ways.c), conditions (flow_cond.c), calls (flow_parts.c, flow_names.c), helpers (flow_help.c). */
#ifndef RACE_FLOW_PARTS_H
#define RACE_FLOW_PARTS_H

#include "race/flow.h"

enum { BRANCHES = 8, DEPTH = 120, GUARDS = 32 };

/* A label, or where a loop begins: what is held on the ways to it. */
struct point {
	size_t token;
	struct slice label; /* empty: of a loop */
	struct held held;
};

/* A loop or a switch around. */
struct scope {
	struct scope *up;
	struct held brk, cont, entry; /* entry: of a switch */
	bool is_switch, has_default;
	unsigned guards; /* that there were outside of it */
};

/* The #if that are open in a block. */
struct branch {
	struct held entry, out;
	bool has_else;
};
struct branches {
	struct branch *open; /* BRANCHES of them; NULL: none was met */
	size_t n;
};

struct walk {
	const struct ctokens *ts;
	size_t at, body; /* body: its first brace */
	uint32_t line;
	struct slice callee; /* of flow_walk() */
	size_t called;       /* the token where the call of it ends, which has not come back: what stands behind does not matter; 0: none */
	size_t *partner; /* owned by flow_walk() */
	struct flow *flow;
	const struct helpers *helpers; /* borrowed; may be NULL */
	const char *lost;
	struct point *points;
	size_t npoints, cap_points, nlabels; /* labels come first */
	bool changed;   /* more is known of a point than before: another walk is needed */
	bool ended;     /* the tokens ended inside of a block */
	bool labels;    /* there was a label */
	bool seen_in_loop, seen_behind_label; /* the line */
	struct scope *scope;
	struct branches *branches; /* of the block around */
	unsigned depth, loops;
	struct guard {
		size_t key, extra; /* HELD_KEYS: none */
	} guard[GUARDS];
	unsigned nguards;
	struct { /* "ret = mutex_lock_interruptible(&m);", and what holds by what it returned */
		struct slice var; /* empty: none */
		struct held ret[HELPER_RETURNS];
	} pending;
};

/* The function is not understood; the first reason stays. */
void flow_lose(struct walk *w, const char *why);

/* ---- flow.c ---- */

/* Is the next token that word?  Take it if it is. */
bool flow_at(const struct walk *w, const char *word);
bool flow_eat(struct walk *w, const char *word, const struct held *h);

bool flow_opens(const struct ctoken *t); /* a bracket */

/* The parentheses of a condition: what stands in them is `from` to `to` (exclusive), and they are passed. */
bool flow_parens(struct walk *w, size_t *from, size_t *to, const struct held *h);

/* The end of an expression statement that begins at token `i`: its ";", or what ends the block. */
size_t flow_end(struct walk *w, size_t i);

/* The number of a label, or of the loop that begins at a token. */
size_t flow_point(struct walk *w, size_t token, struct slice label);

/* A way leads to a point, with `*h` held; then `*h` is what is held there on all ways. */
void flow_reach(struct walk *w, size_t p, struct held *h);

void flow_statement(struct walk *w, struct held *h);

/* ---- flow_ways.c: each at its first token ---- */

void flow_if_statement(struct walk *w, struct held *h);
void flow_while_loop(struct walk *w, struct held *h);
void flow_for_loop(struct walk *w, struct held *h);
void flow_do_loop(struct walk *w, struct held *h);
void flow_macro_loop(struct walk *w, struct held *h); /* "list_for_each_entry(p, …) {" */
void flow_switch_statement(struct walk *w, struct held *h);
void flow_case_label(struct walk *w, struct held *h);
void flow_label(struct walk *w, struct held *h);
void flow_jump(struct walk *w, struct held *h); /* return, goto, break, continue */

/* ---- flow_names.c ---- */

/* Argument `n`, from 1, of the call whose parenthesis opens at `open`: its tokens. */
bool flow_argument(const struct ctokens *ts, const size_t *partner, size_t open, unsigned n, size_t *from, size_t *to);

/* ---- flow_parts.c, flow_cond.c ---- */

/* Token `i` is passed: is it in the line? */
void flow_see(struct walk *w, size_t i, const struct held *h);

/* The call whose name is token `i`; `may`: under a condition.  False where it is none that matters. */
bool flow_call(struct walk *w, size_t i, struct held *h, bool may);

/* The row of the call whose name is token `i`; NULL: it is none that matters. */
const struct lock_row *flow_row(const struct walk *w, size_t i);

/*
 * What is held behind the call whose name is token `i`, by what it returns; `assigned`: the variable that takes it, or empty.  False:
 * it is none that matters, or none whose answer tells.
 */
bool flow_ask(struct walk *w, size_t i, struct slice assigned, const struct held *h, struct held ret[HELPER_RETURNS]);

/* ---- flow_pause.c: what is released for a while ---- */

/* By the call whose name is token `i`, and its row. */
void flow_pause(struct walk *w, size_t i, const struct lock_row *r, struct held *h);

/* The lock of number `k` may be, by the call whose name is token `i`. */
void flow_pause_key(struct walk *w, size_t i, size_t k, struct held *h);

/* Is it the call that the line is in? */
bool flow_is_callee(const struct walk *w, size_t i);

/* It may be a call that is given a lock that is held, and of which nothing is known. */
void flow_lend(struct walk *w, size_t i, struct held *h);

/* ---- flow_help.c: what helpers do ---- */

/* What the call whose name is token `i` does; NULL: it is not known. */
const struct helper *flow_helper(const struct walk *w, size_t i);

/* It does it, and returns some of `returns` (bits 1 << HELPER_…). */
void flow_help(struct walk *w, size_t i, const struct helper *p, unsigned returns, struct slice assigned, struct held *h, bool may);

/* The function returns what stands in the tokens `from` to `to` (exclusive), with `*h` held, and `*before` before they were passed. */
void flow_return(struct walk *w, size_t from, size_t to, const struct held *before, const struct held *h);
void flow_returned(struct flow *f); /* once all ways are walked */

/* A name is given to a macro: where it is a label, it may be gone to. */
void flow_may_jump(struct walk *w, struct slice name, const struct held *h);

/* Tokens `from` to `to` (exclusive), in order; the second, as a whole statement. */
void flow_expression(struct walk *w, size_t from, size_t to, struct held *h);
void flow_expression_statement(struct walk *w, size_t from, size_t to, struct held *h);

/* A condition: what is held where it is true, and where not; the two may be `h` itself. */
void flow_cond(struct walk *w, size_t from, size_t to, const struct held *h, struct held *yes, struct held *no);

/* Names that stand alone between commas are assigned. */
void flow_assign_names(struct walk *w, size_t from, size_t to, struct held *h);

/* What the guards from number `from` on hold is released; `perhaps`: where it is not known which of them are left. */
void flow_drop_guards(struct walk *w, struct held *h, unsigned from, bool perhaps);
void flow_drop_guards_above(struct walk *w, struct held *h, unsigned from, unsigned to);

/* At "scoped_guard": takes it, and goes behind the parentheses.  False: it may not be taken. */
bool flow_scoped_guard(struct walk *w, struct held *h);

#endif
