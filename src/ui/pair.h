/* The two sides of a race in words: each access, and what holds for both. */
#ifndef UI_PAIR_H
#define UI_PAIR_H

#include "base/buf.h"
#include "model/crash.h"

/* "read-write (plain) interrupt on cpu 1, 4 bytes at 0xffff888104a3e03c"; what matters most is first, as the end may be cut. */
void pair_access(const struct access *a, struct buf *out);

/*
 * What is to be known of the two together, as sentences, the weightiest first: the change of value, same cpu or task, what an
 * assertion or a reordered access means, different addresses, which side was stalled.  Of a report without accesses: what is
 * shown instead.
 */
void pair_facts(const struct crash *c, struct buf *out);

/* Why there is no other side, where the report has one access only: a line a paragraph. */
void pair_missing(const struct crash *c, struct buf *out);

#endif
