/*
 * A search pattern: a Perl-compatible regular expression, without regard to case unless it has a capital letter; or a
 * plain text.
 */
#ifndef BASE_SEARCH_H
#define BASE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

struct search_re;

struct search {
	struct buf pattern;
	struct search_re *re; /* owned; NULL: no pattern */
};
void search_release(struct search *s);

/* -1 with ERR_USAGE, and the old pattern kept, where the expression is wrong. */
int search_set(struct search *s, struct slice pattern, struct err *e);

/* The same for a text that is taken as it stands: no character in it has a meaning of its own. */
int search_set_text(struct search *s, struct slice text, struct err *e);

/*
 * The first hit in `text` at or after byte `from`.  False, too, where the pattern backtracks too much to tell: such texts
 * are counted.
 */
bool search_find(const struct search *s, struct slice text, size_t from, size_t *start, size_t *end);
size_t search_gave_up(const struct search *s); /* since the pattern was set */

/*
 * A text that every hit of the expression holds, letters in either case: the longest one whose characters `may` all
 * accepts.  A part of the pattern; empty where none is known.
 */
struct slice search_needs(const struct search *s, bool (*may)(uint32_t cp));

#endif
