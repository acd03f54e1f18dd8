/* What people said of a run: the fold of its events into a state (DESIGN §2, §5). */
#ifndef MODEL_REVIEW_H
#define MODEL_REVIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "model/claim_mark.h"
#include "model/decision.h"
#include "model/event.h"
#include "model/payload.h"
#include "model/place.h"

enum review_state {
	REVIEW_UNREVIEWED, REVIEW_APPROVED, REVIEW_OVERRIDDEN, REVIEW_JUDGED, REVIEW_DEFERRED, REVIEW_CONFLICT,
	REVIEW_STATES
};
const char *review_state_name(enum review_state s); /* "unreviewed", "approved", …, "conflict" */
bool review_state_of(struct slice word, enum review_state *s);
enum review_state review_state_for(enum decision_kind k); /* the state that a decision of this kind gives */

/* A decision that stands: the newest of its reviewer that was not undone. */
struct standing {
	const struct event *event; /* borrowed from the events */
	struct decision decision;
	bool superseded; /* another standing decision sees it */
};
struct annotation {
	const struct event *event; /* the annotate event: its hash is the annotation's id */
	struct place *places;
	size_t nplaces;
	char *text;  /* owned; the newest edit */
	bool edited; /* it is not the first one */
};
struct review {
	enum review_state state;
	struct standing *standing; /* one a reviewer, oldest first; deferrals count while nothing else stands */
	size_t nstanding;
	const struct standing *effective; /* the one that gives the state; NULL when unreviewed or in conflict */
	struct annotation *annotations;   /* oldest first, removed ones left out */
	size_t nannotations;
	struct marked_claim *claims; /* oldest first */
	size_t nclaims;
	const struct event *can_undo, *can_redo; /* for the reviewer that was folded for; NULL where there is none */
	struct standing *blind; /* the verdicts that were made blind, at most one a reviewer, oldest first */
	size_t nblind;
	size_t unknown; /* events of unknown kind, or whose payload could not be understood */
};

/*
 * Fold events (any order; not changed; must outlive the result) for `reviewer` (NULL: nobody's undo).
 *
 * Order: time, then hash.  Undo and redo touch only events of the same reviewer, edit and remove only that reviewer's
 * annotations.  What can be undone is the newest own decide, annotate, edit, remove or mark-claim that is not undone; what can be
 * redone is the one undone last, until a new event of one's own.
 *
 * A decision is superseded by another reviewer's standing decision that sees it.  Of those left, the newest gives the
 * state where they agree in their outputs; where they do not, they are a conflict.  A deferral never supersedes and
 * never conflicts: it gives the state only where nothing else stands.
 *
 * A reviewer's verdict is blind where it says so and is that reviewer's first on the run, with no reveal before it.  It is
 * kept as such for good: neither a later decision nor undo takes it away, for what the reviewer thought then does not change.
 */
enum { REVIEW_CLAIMS = 4096 }; /* marked claims that are kept; further ones count as unknown */
struct review *review_fold(const struct events *es, const char *reviewer);
void review_free(struct review *r);

/* Has `reviewer` decided on this run (a deferral decides nothing), undone or not, or had it revealed? */
bool events_have_seen(const struct events *es, const char *reviewer);

/* Is `s` one of the decisions that are in conflict?  False for all where there is no conflict. */
bool standing_in_conflict(const struct review *r, const struct standing *s);

#endif
