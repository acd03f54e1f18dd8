/* A search pattern: a Perl-compatible regular expression, without regard to case unless it has a capital letter. */
#ifndef UI_SEARCH_H
#define UI_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

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

/* The first hit in `text` at or after byte `from`. */
bool search_find(const struct search *s, struct slice text, size_t from, size_t *start, size_t *end);

#endif
