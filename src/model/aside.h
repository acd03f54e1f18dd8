/* What belongs to a span and is no text of its record: what the model was told in front of it, what the reviewer did there. */
#ifndef MODEL_ASIDE_H
#define MODEL_ASIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"

enum aside_kind { ASIDE_TOLD, ASIDE_ACT };
const char *aside_kind_name(enum aside_kind k); /* "told", "reviewer" */

struct aside {
	uint32_t seq; /* of the span */
	enum aside_kind kind;
	struct slice text;
};

/* All of a run, in the order in which they came; begins as {0}. */
struct asides {
	struct aside *a; /* owned */
	size_t n, cap;
	struct arena *arena; /* owned; the texts */
};

/* A longer text is cut; past the ceiling on their number no more are taken. */
enum { ASIDE_BYTES = 64 * 1024, ASIDES_MAX = 10000 };
void asides_add(struct asides *as, uint32_t seq, enum aside_kind k, struct slice text);
void asides_release(struct asides *as);

/* The first one of span `seq` from number `from` on; SIZE_MAX: there is none. */
size_t asides_find(const struct asides *as, uint32_t seq, size_t from);

/* Is it known what the model was told in front of the span? */
bool asides_told(const struct asides *as, uint32_t seq);

#endif
