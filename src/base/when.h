/* Points in time: microseconds since 1970 UTC, with the precision that the source had. */
#ifndef BASE_WHEN_H
#define BASE_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

#define WHEN_NONE INT64_MIN /* unknown, or Go's zero time */

enum when_unit { WHEN_MINUTE, WHEN_SECOND, WHEN_MICRO };

/* Microseconds since 1970-01-01T00:00Z now. */
int64_t when_now(void);

/*
 * RFC 3339 with any fraction and offset ("2026-02-24T17:03:05.25Z"), years 1 to 9999; digits past the microsecond
 * are dropped.  `*unit` (may be NULL) is WHEN_SECOND without a fraction.  False where it is no such time.
 */
bool when_parse(struct slice s, int64_t *us, enum when_unit *unit);

/* The dashboard's form, "2026/02/24 17:03", in UTC, minutes only. */
bool when_parse_page(struct slice s, int64_t *us);

/* Add RFC 3339 in UTC: no seconds for WHEN_MINUTE, six digits of fraction for WHEN_MICRO unless they are zero. */
void when_add(struct buf *b, int64_t us, enum when_unit unit);

/*
 * Add a duration in words of at most 7 characters: "3s", "2m", "1h05m", "2d03h", "12d", "300y"; "?" for a negative
 * one, which only broken times give.  With WHEN_MINUTE no seconds are given ("<1m").
 */
void when_add_duration(struct buf *b, int64_t us, enum when_unit unit);

#endif
