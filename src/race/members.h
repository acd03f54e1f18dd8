/* Where the fields of a struct or union lie, as codesearch-struct-layout tells it: in bits, of the configured kernel. */
#ifndef RACE_MEMBERS_H
#define RACE_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"

enum { MEMBERS_MAX = 4096 };

struct member {
	struct slice name; /* empty: an anonymous struct or union, whose own fields follow it */
	uint64_t bit, bits; /* where it begins, and how many there are */
};

struct members {
	const struct member *m; /* in the arena; by where they begin, the larger first */
	size_t n;
};

/*
 * Read "Fields", an array of {Name, OffsetBits, SizeBits}, as checked JSON; names are copied into `a`.  False where it is anything
 * else, or has more than MEMBERS_MAX.
 */
bool members_read(struct slice json, struct arena *a, struct members *out);

/* The one field of that name; NULL: there is none, or there are several. */
const struct member *members_find(const struct members *ms, struct slice name);

/*
 * What the struct begins at a multiple of, in bytes, as the places of its fields tell: 8 at most, 1 where they tell nothing.  A struct
 * that is packed may begin anywhere all the same.
 */
unsigned members_alignment(const struct members *ms);

/* Does it begin and end between bytes? */
bool member_is_whole(const struct member *m);

#endif
