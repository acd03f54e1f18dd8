/*
 * Which locks are held at a line of a function, which sections it stands in, and what marks its accesses, as far as the text of the
 * function tells (DESIGN §3).  Ways through the function are told by its statements, not by what their conditions say.  What is not
 * certain is undecided: nothing is called held that is not, and nothing is left out that may be.
 */
#ifndef RACE_LENS_H
#define RACE_LENS_H

#include "race/lock.h"

#include <stddef.h>
#include <stdint.h>

enum lens_state {
	LENS_HELD,      /* taken on every way to the line, and released on none */
	LENS_ASSERTED,  /* taken elsewhere; the code says that it is held: lockdep_assert_held(), __must_hold() */
	LENS_UNDECIDED, /* `why` */
	LENS_RELEASED,  /* taken, and released again before the line */
	LENS_DROPPED,   /* released here without having been taken here: a caller's, which does not hold it at the line */
	LENS_PAUSED,    /* not taken here, but what a caller holds of that name may have been released for a while: see `dip` */
	LENS_AT,        /* no lock but a mark (READ_ONCE(), smp_mb(), atomic_inc(), …), in the statement of the line, */
	LENS_BEFORE, LENS_BEHIND, /* or elsewhere in the function, where it orders or is of what the statement names */
};

enum { LENS_NAME = 96, LENS_WHY = 120, LENS_FINDS = 48 };

struct lens_find {
	enum lens_state state;
	enum lock_kind kind;  /* of marks without meaning, like the rest */
	unsigned family;      /* of struct lock_row */
	char name[LENS_NAME]; /* without blanks and "&": "audit_cmd_mutex.lock"; of a mark with its argument: "READ_ONCE(p->flags)" */
	char by[48];          /* who takes, asserts or releases it: "mutex_lock" */
	uint32_t line;        /* where: in lines of the file; 0: not known */
	char why[LENS_WHY];   /* UNDECIDED: half a sentence: "it is taken on some ways to the line only" */
	bool access;          /* of marks: it makes or marks an access, it does not only order others */
	bool sure;            /* UNDECIDED, by a function of which only the name is known: whatever it takes is taken on every way */
	bool elsewhere;       /* UNDECIDED, as it is released on another way without having been taken: `by` is empty */
	bool entered;         /* UNDECIDED, as on some ways it is as it was where the function began */
	bool certain;         /* DROPPED: on every way to the line */
	uint32_t pause, dip;  /* where it may have been released for a while: since it was taken here; as a caller held it; 0: nowhere */
	char pauser[48], dipper[48]; /* by whom */
	bool dips_in_line;    /* `dip` is in the line that matters itself */
	bool whole;           /* PAUSED: `name` is of an object, all locks of which may have been: "sk" */
	bool pointer;         /* the name goes through a pointer, an index or a call: another function's may be another object */
};

/* "p->q" of "p->q->lock", "a" of "a.lock": what the lock is a member of; empty where it is of none. */
struct slice lens_object(struct slice name);

struct helpers;

struct lens_text {
	struct slice text; /* of the function, from its head on */
	uint32_t first;    /* line of the file that it begins with */
	uint32_t line;     /* that matters, of the file */
	bool cut;          /* its end is not known */
	struct slice callee; /* what the line calls that matters: nothing of it is done yet; or empty */
	const struct helpers *helpers; /* what it calls; NULL: nothing is known of that */
};

/*
 * What stands around the line: at most LENS_FINDS of them, locks first, in `out`.  Where the function is not understood all its locks
 * are undecided, `*lost` (may be NULL) says why, else it is NULL.  Time is linear in the text, but for many loops in each other.
 */
size_t lens_look(const struct lens_text *t, struct lens_find *out, const char **lost);

#endif
