/*
 * What a helper that takes or releases locks leaves behind, as the text of it tells: for each lock whether it is held when the helper
 * returns, by what it returns, and what that lock is called where the helper is called.
 */
#ifndef RACE_HELPER_H
#define RACE_HELPER_H

#include "race/held.h"

enum { HELPER_EFFECTS = 8, HELPER_PARAMS = 10, HELPER_WORD = 40 };

/* What it returns: 0, NULL or false; an error; anything else. */
enum helper_return { HELPER_ZERO, HELPER_ERROR, HELPER_OTHER, HELPER_RETURNS };

struct helper_effect {
	struct held_key key; /* its name in the helper's words */
	bool local;          /* it goes through a variable of the helper's own */
	int8_t lo[HELPER_RETURNS], hi[HELPER_RETURNS]; /* as in struct held_slot */
	bool dips;           /* on some way it is released for a while without having been taken; what the helper takes again counts as a caller's */
};

struct helper {
	bool returns[HELPER_RETURNS]; /* it returns so on some way */
	char param[HELPER_PARAMS][HELPER_WORD];
	size_t nparams;
	bool macro; /* its parameters may be names of members, too */
	char variable[HELPER_WORD]; /* that it returns, its own; "return": what a helper of its own returns; empty: none, or several */
	struct helper_effect effect[HELPER_EFFECTS];
	size_t n;
};

/* Where helpers are looked up; NULL: it is not known what that one does. */
struct helpers {
	const struct helper *(*find)(void *arg, struct slice name);
	void *arg;
};

/*
 * Of the text of the function `name`, from its head on.  `helpers` (may be NULL): what it calls itself.  False: it was not understood, or
 * it does nothing to locks that is known.
 */
bool helper_read(struct slice text, struct slice name, const struct helpers *helpers, struct helper *out);

/* The same of a macro: what stands behind its name, from the parenthesis on, continued lines and all. */
bool helper_read_macro(struct slice definition, struct slice name, const struct helpers *helpers, struct helper *out);

bool helper_same(const struct helper *a, const struct helper *b); /* do both leave the same behind? */

/*
 * The key of an effect where the helper is called: `args` are the texts of its arguments, `assigned` is the variable that what it
 * returns is assigned to, or empty.  What goes through a variable of the helper's own is named by `name`: "f():p->lock".
 */
struct held_key helper_key(const struct helper *p, const struct helper_effect *e, struct slice name, const struct slice *args, size_t nargs,
			   struct slice assigned);

#endif
