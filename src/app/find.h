/*
 * A search through all texts of a run, as the reviewer reads them (decoded), and through its crash report.  It works in
 * slices, and where the recording allows it decodes only the spans whose raw bytes may hold a hit.
 */
#ifndef APP_FIND_H
#define APP_FIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/session.h"
#include "base/err.h"
#include "base/slice.h"

/* The search ends with this many hits. */
enum { FIND_HITS = 10000 };

/* At most so many bytes of the line with the hit are kept. */
enum { FIND_EXCERPT = 400 };

/* Strings are owned by the search. */
struct find_hit {
	bool report;           /* in the crash report, else in a span */
	uint32_t seq;          /* of the span */
	enum traj_field field;
	const char *member;    /* of Args or Results, the member whose text it is; NULL: none, or it has no name */
	uint64_t from, to;     /* bytes of the decoded text, `to` exclusive and never the same */
	uint64_t line;         /* of that text, from 1 */
	struct slice excerpt;  /* of the line: from its beginning, or from shortly before the hit */
	size_t at, n;          /* the hit in the excerpt, cut to it */
};

struct find;

/*
 * Search the run of `s`, which must outlive it, for `pattern` (base/search.h).  NULL: ERR_USAGE.  Nothing is searched yet;
 * what may not be seen (session_may_show()) when its turn comes is not searched.
 */
struct find *find_new(struct session *s, struct slice pattern, struct err *e);
void find_free(struct find *f);

/*
 * Go on for about `us` microseconds.  True where there is more to do.  Searched are the report, then the spans that are
 * there, by seq, each as it is when its turn comes; bodies are released (traj_release_bodies()).
 */
bool find_step(struct find *f, int64_t us);

/* Hits so far, in order; valid until find_free(). */
size_t find_count(const struct find *f);
const struct find_hit *find_hit(const struct find *f, size_t i);

bool find_done(const struct find *f); /* nothing is left to search, or FIND_HITS were found */
bool find_full(const struct find *f); /* it ended because of FIND_HITS */
unsigned find_percent(const struct find *f);
struct slice find_pattern(const struct find *f);

/* Spans that could not be read, and texts for which the pattern backtracks too much. */
size_t find_unread(const struct find *f);
size_t find_gave_up(const struct find *f);

/* Spans whose texts were decoded: the others were passed over by their raw bytes. */
size_t find_decoded(const struct find *f);

#endif
