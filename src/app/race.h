/*
 * What the accesses of a race are to, by the text of their lines (DESIGN §6): of the repository at the kernel's commit, or as the
 * agent's tools returned it.  Where the access line is an inline helper's, it is said by the names of the call site, too.
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

enum { RACE_CALL = 100 };

struct race_side {
	enum race_known known;
	bool told;             /* RACE_SEVERAL: the other side, which is to the same bytes, names candidate `which` and no other of these: */
	char told_by[LVALUE_MAX]; /* by this name */
	size_t n, which;       /* which: 0 where it is not told */
	struct lvalue candidate[LVALUES_MAX];
	struct lvalue site[LVALUES_MAX]; /* each by the names of frame `at` */
	size_t frame;          /* the candidates are of this frame's line: 0, or further out where that text is not known */
	size_t at;             /* the frame furthest out, at most the call site, whose names are known for all of them */
	size_t called;         /* the call site */
	char call[RACE_CALL];  /* `at` is not the call site: what stands there, "atomic_inc(&p->refs)"; empty: not known */
	bool local;            /* the one candidate is a name alone, which may be one of a local variable */
};

/* Is there one that it can be taken to be to: candidate `which`?  More than its line alone may tell that. */
bool race_is_one(const struct race_side *r);

/* Access number `i` of the report. */
void race_look(struct session *s, unsigned i, struct race_side *out);

/* Both sides as a sentence each, or one; nothing for a report without accesses. */
void race_words(struct session *s, struct buf *out);

#endif
