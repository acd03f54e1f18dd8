/* Review events: what is stored, their canonical bytes, and the chains that these form (DESIGN §5). */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/sha256.h"

enum event_kind { EVENT_DECIDE, EVENT_UNDO, EVENT_REDO, EVENT_ANNOTATE, EVENT_EDIT, EVENT_REMOVE, EVENT_REVEAL, EVENT_MARK_CLAIM, EVENT_OTHER };
const char *event_kind_name(enum event_kind k); /* "decide", …; "other" for EVENT_OTHER, which is never stored */
enum event_kind event_kind_of(const char *word); /* EVENT_OTHER for an unknown word */

enum event_via { VIA_SCREEN, VIA_LINEAR, VIA_COMMAND };
const char *event_via_name(enum event_via v); /* "screen", "linear", "command" */

/* One event as stored.  All strings are owned. */
struct event {
	char hash[SHA256_HEX + 1]; /* of the canonical bytes */
	char prev[SHA256_HEX + 1]; /* the same writer's previous event on the same run; "" for the first */
	char *run, *reviewer, *store; /* writer = reviewer and store id */
	char *kind;                   /* the word; unknown ones are kept */
	char *via;
	char *payload; /* canonical JSON object (model/payload.h) */
	int64_t time;  /* µs UTC */
};
struct events {
	struct event *e; /* owned */
	size_t n, cap;
};
void event_release(struct event *ev); /* `ev` is all zeroes afterwards */
void events_release(struct events *es);

/*
 * The canonical bytes: one JSON object without blanks, keys in bytewise order (kind, payload, prev, reviewer, run,
 * store, time, via), all but printable ASCII escaped; prev is null for a first event; time is RFC 3339 in UTC with
 * microseconds, as exports show it.  event_seal() sets ev->hash to their SHA-256.
 */
void event_canonical(struct buf *b, const struct event *ev);
void event_seal(struct event *ev);

/* The time of an event as canonical bytes and exports have it. */
void event_time(struct buf *b, const struct event *ev);

/* Indexes of the events in the order in which they are folded: time, then hash.  Freed by the caller; NULL for none. */
size_t *events_order(const struct events *es);

/*
 * 0 where every hash is right and every writer's chain is whole (each event names the one before it and is later than
 * that); else -1 with ERR_STORE naming the first bad event.  Events may be in any order.
 */
int events_verify(const struct events *es, struct err *e);

/* One line for people of what an event is: "override: harmful, confident; missed lock". */
void event_words(struct buf *b, const struct event *ev);

#endif
