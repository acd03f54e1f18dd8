/*
 * Payloads of events: canonical JSON objects (no blanks, keys in bytewise order, all but printable ASCII escaped).
 * What reads them back takes any bytes and trusts none.
 */
#ifndef MODEL_PAYLOAD_H
#define MODEL_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/slice.h"
#include "model/decision.h"
#include "model/place.h"

/*
 * A decision carries what it was made on: the hashes of recording, report and instruction ("" or NULL is null), and
 * `sees`: the hashes of other people's standing decisions that its maker was shown.
 */
struct decided_on {
	const char *recording, *report, *instruction;
	const char *const *sees;
	size_t nsees;
};
void payload_decide(struct buf *b, const struct decision *d, const struct decided_on *on);

/* What the AI said was shown to a reviewer who had not decided: `by` the command of that name. */
void payload_reveal(struct buf *b, const char *by);

/* At most PLACES_MAX places, excerpts cut at PLACE_EXCERPT bytes. */
void payload_annotate(struct buf *b, const struct place *places, size_t n, struct slice text);
void payload_edit(struct buf *b, const char *target, struct slice text); /* new text of annotation `target` */
void payload_target(struct buf *b, const char *target);                  /* undo, redo, remove */

/*
 * The decision in a payload (or a draft); `d` is released first, and all zeroes where this is -1: ERR_STORE, what is
 * there is no decision that this version understands.
 */
int payload_decision(struct slice json, struct decision *d, struct err *e);

/* Other readers: false where the payload is not what the kind needs.  What they fill is the caller's to free. */
bool payload_read_text(const char *payload, char **text);
bool payload_read_target(const char *payload, char target[SHA256_HEX + 1]);
bool payload_read_places(const char *payload, struct place **places, size_t *n);

/*
 * One place as an object with every key, in the order kind, span, field, member, from, to, path, commit, first, last,
 * excerpt.
 */
void payload_place(struct json_w *w, const struct place *p);

/* The member "places" of a payload, with keys in bytewise order; at most PLACES_MAX, excerpts cut at PLACE_EXCERPT bytes. */
void payload_places(struct json_w *w, const struct place *places, size_t n);

/*
 * The raw JSON of member `key` of a payload, and of member `key` of its "on" where `on`; empty where there is none.
 * Borrowed from the payload.
 */
struct slice payload_member(const char *payload, bool on, const char *key);

#endif
