/*
 * What the accesses of a race are to, by the text of their lines (DESIGN §6): of the repository at the kernel's commit, or as the
 * agent's tools returned it.
 */
#ifndef APP_RACE_H
#define APP_RACE_H

#include "app/session.h"
#include "race/lvalue.h"

enum race_known {
	RACE_NO_LINE, /* the text of the line is not known */
	RACE_NONE,    /* nothing in it has the access's direction and size */
	RACE_ONE,
	RACE_SEVERAL, /* which one is not told: none is guessed */
};

struct race_side {
	enum race_known known;
	size_t n;
	struct lvalue candidate[LVALUES_MAX];
};

/* Access number `i` of the report. */
void race_look(struct session *s, unsigned i, struct race_side *out);

/* Both sides as a sentence each, or one; nothing for a report without accesses. */
void race_words(struct session *s, struct buf *out);

#endif
