/*
 * The parts of a JSON object or array that may be cut or broken: each is found by counting brackets and
 * skipping strings, so that what is whole can be used although the end is missing.  What a part holds is
 * for others to check.
 */
#ifndef IMPORT_JSON_WALK_H
#define IMPORT_JSON_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct json_walk {
	struct slice text; /* borrowed */
	size_t i;          /* next byte */
	bool object;
	bool closed; /* the closing bracket was there; `i` is behind it */

	/* of the part just found */
	struct slice key;   /* raw, with its quotes; empty in arrays */
	struct slice value; /* raw, as far as it is there */
	bool whole;         /* the value's end is there */
	uint32_t depth;     /* brackets in one another in it; 0 for a scalar */
};

/* Begin at the first byte of `text` that is no blank, which must be '[' or '{': json_walk_opens(). */
bool json_walk_opens(struct slice text, char bracket);
struct json_walk json_walk(struct slice text);

/*
 * The next part.  False at the end: `closed` says whether the brackets were; where they were not, either
 * the text ended or something else than a part stands at `i`.
 */
bool json_walk_next(struct json_walk *w);

/*
 * The value of member `key` (without escapes) of an object in `text`, as far as it is there; the last one;
 * or empty.
 */
struct slice json_walk_member(struct slice text, const char *key);

#endif
