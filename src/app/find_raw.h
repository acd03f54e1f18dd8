/*
 * The quick look of a search: which spans may hold a hit, by the raw bytes of their records, without decoding them.  Every
 * hit of the pattern holds a certain text (search_needs()).  It stands in the record as it is, but for signs that JSON writers
 * escape each in their own way, which are looked for in all of them; or another of its characters is there as \uXXXX, and
 * such escapes are looked for, too.  It errs on one side: a span that is passed over holds no hit.
 */
#ifndef APP_FIND_RAW_H
#define APP_FIND_RAW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/search.h"
#include "model/traj.h"

struct find_raw;

/* Over `t`, which must outlive it; NULL where the source has no raw bytes, or nothing is known that a hit must hold. */
struct find_raw *find_raw_new(const struct traj *t, const struct search *s);
void find_raw_free(struct find_raw *r);

/*
 * Look on from span `*i`, which is there, for at most a window of a few hundred kilobytes.  True: span `*i`, as it is now,
 * may hold a hit.  False: `*i` is the next to be looked at, perhaps the number of spans.
 */
bool find_raw_step(struct find_raw *r, size_t *i);

/* Records may have come, or taken the place of others: nothing that was read is true any more. */
void find_raw_forget(struct find_raw *r);

#endif
