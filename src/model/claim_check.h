/*
 * Do claims hold (DESIGN §6)?  Asked is what the agent's tools returned, what it called, the report, and what was added of the tree
 * that crashed: nothing is built or fetched.  In doubt a claim is undecided: none is called absent that is there, none present that
 * is not.
 */
#ifndef MODEL_CLAIM_CHECK_H
#define MODEL_CLAIM_CHECK_H

#include "base/buf.h"
#include "model/claim.h"
#include "model/crash.h"
#include "model/evidence.h"

enum claim_state {
	CLAIM_ABSENT,     /* the text is not in the file that it is about, and that was returned whole */
	CLAIM_NO_CALL,    /* no tool call did that */
	CLAIM_ELSEWHERE,  /* the text is there, at other lines than it says */
	CLAIM_NEVER_READ, /* it exists, by the report or in the tree, but no tool returned it */
	CLAIM_UNDECIDED,
	CLAIM_PRESENT,    /* that text or line is there: not that the sentence is true */
	CLAIM_STATES
};
const char *claim_state_name(enum claim_state s); /* "absent", "no such call", … */

struct claim_answer {
	enum claim_state state;
	struct slice path; /* where in the source it is; empty: nowhere known; borrowed from the evidence, the crash or the check */
	uint32_t line;
};

struct claim_check;

/*
 * Over what was returned so far.  `shows` (may be NULL: all do) says whether a line may be seen; the others are as if they were not
 * there.  All must outlive it, and the evidence not change.
 */
struct claim_check *claim_check_new(const struct evidence *ev, const struct crash *c, struct traj *t,
				    bool (*shows)(void *arg, const struct evidence_line *l), void *arg);
void claim_check_free(struct claim_check *k);

/* Take in some thousand lines of source; true where there are more.  Before all are taken in, nothing is to be asked. */
bool claim_check_step(struct claim_check *k);

/*
 * Add a file of the tree that crashed, whether or not tools returned some of it: what is found there alone was never read.  Both are
 * copied; claim_check_step() takes it in.  False: it was added before, or there is no more room for it.
 */
bool claim_check_add(struct claim_check *k, struct slice path, struct slice text);
bool claim_check_has(const struct claim_check *k, struct slice path); /* was it added? */

/* How much of the tree that crashed was added. */
enum claim_tree {
	CLAIM_TREE_UNKNOWN, /* perhaps not all that matters to the claim */
	CLAIM_TREE_ADDED,   /* every file that may hold it; for a place, the file, if there is one */
	CLAIM_TREE_NAMELESS, /* the same, and no file has all its names in it, nor can a macro make those that are missing */
};

/*
 * The answer to a claim made in span `by` (by index; SIZE_MAX: at the end of the run): only calls before it count.  `beside` (may be
 * NULL): of a quote, the place that is given right behind it; of a place, the quote right before it.
 */
void claim_check_ask(struct claim_check *k, const struct claim *c, const struct claim *beside, size_t by, enum claim_tree tree,
		     struct claim_answer *out);

/* The file that a place is about; empty where that is not certain. */
struct slice claim_check_file(struct claim_check *k, const struct claim *c, const struct claim *beside);

/* The names that are in a claim, each once, with blanks between them: for a file that does not have them all it cannot be there. */
void claim_check_names(const struct claim *c, struct buf *out);

#endif
