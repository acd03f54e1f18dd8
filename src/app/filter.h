/*
 * Which spans of a run the reviewer wants to see: conditions that all must hold, tried in slices.
 *
 *	type=WORD,...   the type of the span is one of these
 *	name=WORD,...   so is its name
 *	file=PATH,...   it is a tool call that names such a file, or returned some of it
 *	text=PATTERN    one of its texts, as far as they may be seen, holds a hit (base/search.h)
 *	errors          it ended with an error
 *	PATTERN         the same, or its type or name does
 *
 * In words and paths '*' stands for any characters and '?' for one; a path may lack the directories in front.  Quotes keep
 * blanks together: "text=a b".
 */
#ifndef APP_FILTER_H
#define APP_FILTER_H

#include "app/session.h"

enum { FILTER_CONDITIONS = 8 };

struct filter;

/* Over the run of `s`, which must outlive it.  NULL: ERR_USAGE, and what is wrong.  Nothing is tried yet. */
struct filter *filter_new(struct session *s, struct slice words, struct err *e);
void filter_free(struct filter *f);

/*
 * Try spans for about `us` microseconds; true where there are more.  Spans that come later, or may be seen later, are tried by
 * later calls: filter_waits().  Where indexes changed all are tried anew, and those that came to their end once more: that
 * filter_keeps() gives other answers than before is told by another filter_rounds().
 */
bool filter_step(struct filter *f, int64_t us);
bool filter_waits(const struct filter *f); /* is there something to try? */
uint64_t filter_rounds(const struct filter *f);

/* The spans before this index were tried; of these, does it keep span `i`?  How many it keeps so far. */
size_t filter_done(const struct filter *f);
bool filter_keeps(const struct filter *f, size_t i);
size_t filter_kept(const struct filter *f);

/* What it was made from. */
struct slice filter_words(const struct filter *f);

/* Does `s` fit one of the words, between commas, of `globs`? */
bool filter_glob(struct slice globs, struct slice s);

#endif
