/* What a person decided on a run, and the words for it (DESIGN §2). */
#ifndef MODEL_DECISION_H
#define MODEL_DECISION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "base/slice.h"
#include "model/outputs.h"

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
const char *confidence_name(enum confidence c); /* NULL for UNSET; "low", "medium", "high" */

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
	char until[DATE_TEXT + 1]; /* of a deferral: the day until which it waits; "" where none is said */
	bool blind; /* made before what the AI said was seen */
};
void decision_release(struct decision *d); /* `d` is all zeroes afterwards */
void decision_copy(struct decision *to, const struct decision *from); /* `to` is released first */
void decision_add_reason(struct decision *d, struct slice reason);    /* once each; past REASONS_MAX ignored */
bool decision_has_reason(const struct decision *d, const char *reason);
void decision_drop_reason(struct decision *d, const char *reason);

#endif
