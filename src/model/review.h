/* What people said of a run: events that are only ever added, and their fold into a state (DESIGN §2, §5). */
#ifndef MODEL_REVIEW_H
#define MODEL_REVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/sha256.h"
#include "base/slice.h"
#include "model/outputs.h"
#include "model/traj.h"

enum decision_kind { DECIDE_APPROVE, DECIDE_OVERRIDE, DECIDE_JUDGE, DECIDE_DEFER, DECISION_KINDS };
const char *decision_kind_name(enum decision_kind k); /* "approve", "override", "judge", "defer" */

enum argument { ARGUMENT_NONE, ARGUMENT_SOUND, ARGUMENT_FLAWED, ARGUMENTS }; /* NONE: not judged */
const char *argument_name(enum argument a); /* "not judged", "sound", "flawed" */

enum remedy {
	REMEDY_UNSET, /* nothing was said */
	REMEDY_NONE, REMEDY_DATA_RACE, REMEDY_ONCE, REMEDY_LOCK, REMEDY_ORDERING, REMEDY_ATOMIC, REMEDY_OTHER, REMEDIES
};
const char *remedy_name(enum remedy r); /* NULL for UNSET; "none", "data_race()", "READ_ONCE/WRITE_ONCE", "lock", … */

enum confidence { CONFIDENCE_UNSET, CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH, CONFIDENCES };
const char *confidence_name(enum confidence c); /* NULL for UNSET */

/* Inverses of the names; false for an unknown word. */
bool decision_kind_of(struct slice word, enum decision_kind *k);
bool argument_of(struct slice word, enum argument *a);
bool remedy_of(struct slice word, enum remedy *r);
bool confidence_of(struct slice word, enum confidence *c);

/* The reasons for an override that come with the program (DESIGN §5), in the order of their digits; ended by NULL. */
extern const char *const review_reasons[];

enum { REASONS_MAX = 32 };

struct decision {
	enum decision_kind kind;
	struct outputs outputs; /* the corrected or judged ones; of an approval, the AI's; of a deferral, none */
	enum argument argument;
	enum remedy remedy;
	enum confidence confidence;
	char *reasons[REASONS_MAX]; /* owned */
	size_t nreasons;
	char *comment; /* owned; NULL where there is none */
};
void decision_release(struct decision *d);
void decision_copy(struct decision *to, const struct decision *from); /* `to` is released first */
void decision_add_reason(struct decision *d, struct slice reason);    /* once each; past REASONS_MAX ignored */
bool decision_has_reason(const struct decision *d, const char *reason);
void decision_drop_reason(struct decision *d, const char *reason);

/* A place (DESIGN §2), kept with its excerpt. */
enum place_kind { PLACE_SPAN, PLACE_REPORT, PLACE_SOURCE };
struct place {
	enum place_kind kind;
	uint32_t seq;          /* SPAN */
	enum traj_field field; /* SPAN */
	char *member;          /* SPAN, of Args or Results: the member whose decoded text the bytes count in; owned; or NULL */
	uint64_t from, to;     /* SPAN, REPORT: bytes of the decoded value, `to` exclusive */
	char *path;            /* SOURCE; owned */
	char *commit;          /* SOURCE; owned; NULL: commit unknown */
	uint32_t line_first, line_last; /* SOURCE */
	char *excerpt;         /* owned; at most PLACE_EXCERPT bytes of what stands there */
};
enum { PLACE_EXCERPT = 400, PLACES_MAX = 32 };
void place_release(struct place *p);
void place_copy(struct place *to, const struct place *from); /* overwrites `to` */

/* For people: "span 7 Thoughts", "report", "kernel/audit.c:249". */
void place_words(struct buf *b, const struct place *p);

enum event_kind { EVENT_DECIDE, EVENT_UNDO, EVENT_REDO, EVENT_ANNOTATE, EVENT_EDIT, EVENT_REMOVE, EVENT_OTHER };
const char *event_kind_name(enum event_kind k);

enum event_via { VIA_SCREEN, VIA_LINEAR, VIA_COMMAND };
const char *event_via_name(enum event_via v); /* "screen", "linear", "command" */

/* One event as stored.  All strings are owned. */
struct event {
	char hash[SHA256_HEX + 1]; /* of the canonical bytes */
	char prev[SHA256_HEX + 1]; /* the same writer's previous event on the same run; "" for the first */
	char *run, *reviewer, *store; /* writer = reviewer and store id */
	char *kind;                   /* the word; unknown ones are kept */
	char *via;
	char *payload; /* canonical JSON object */
	int64_t time;  /* µs UTC */
};
struct events {
	struct event *e; /* owned */
	size_t n, cap;
};
void event_release(struct event *ev);
void events_release(struct events *es);

/*
 * The canonical bytes: one JSON object without blanks, keys in bytewise order (kind, payload, prev, reviewer, run,
 * store, time, via), prev null for a first event.  event_seal() sets ev->hash to their SHA-256.
 */
void event_canonical(struct buf *b, const struct event *ev);
void event_seal(struct event *ev);

/* 0 where every hash is right and every writer's chain is whole; else -1 with ERR_STORE naming the first bad event. */
int events_verify(const struct events *es, struct err *e);

/*
 * Payloads.  A decision carries what it was made on: the hashes of recording, report and instruction ("" is null), and
 * `sees`: the hashes of other people's standing decisions that its maker was shown and means to settle.
 */
struct decided_on {
	const char *recording, *report, *instruction;
	const char *const *sees;
	size_t nsees;
};
void payload_decide(struct buf *b, const struct decision *d, const struct decided_on *on);

/* Read the decision back out of such a payload (unknown words are left unset).  -1: ERR_STORE, `d` is empty. */
int payload_decision(struct slice payload, struct decision *d, struct err *e);
void payload_annotate(struct buf *b, const struct place *places, size_t n, struct slice text);
void payload_edit(struct buf *b, const char *target, struct slice text); /* new text of annotation `target` */
void payload_target(struct buf *b, const char *target);                  /* undo, redo, remove */

enum review_state {
	REVIEW_UNREVIEWED, REVIEW_APPROVED, REVIEW_OVERRIDDEN, REVIEW_JUDGED, REVIEW_DEFERRED, REVIEW_CONFLICT
};
const char *review_state_name(enum review_state s);

/* A decision that stands: the newest of its reviewer that was not undone. */
struct standing {
	const struct event *event; /* borrowed from the events */
	struct decision decision;
};
struct annotation {
	const struct event *event; /* the annotate event: its hash is the annotation's id */
	struct place *places;
	size_t nplaces;
	char *text; /* owned; the newest edit */
};
struct review {
	enum review_state state;
	struct standing *standing; /* one a reviewer, oldest first; deferrals count while nothing else stands */
	size_t nstanding;
	const struct standing *effective; /* the one that gives the state; NULL when unreviewed or in conflict */
	struct annotation *annotations;   /* oldest first, removed ones left out */
	size_t nannotations;
	const struct event *can_undo, *can_redo; /* for the reviewer that was folded for; NULL where there is none */
	size_t unknown; /* events of unknown kind */
};

/*
 * Fold events (any order; not changed; must outlive the result) for `reviewer` (NULL: nobody's undo).  Order: time, then
 * hash.  Undo and redo touch only events of the same reviewer; a new event of one's own ends what could be redone.  Two
 * standing decisions of different reviewers whose outcome (kind deferral or not, outputs) differs, neither of which
 * sees the other, are a conflict; one that sees all the others supersedes them.
 */
struct review *review_fold(const struct events *es, const char *reviewer);
void review_free(struct review *r);

/* One line for people of what an event is: "override: harmful, confident; missed lock". */
void event_words(struct buf *b, const struct event *ev);

#endif
