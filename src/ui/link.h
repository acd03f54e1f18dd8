/*
 * What in a line of text names a place in the source: "kernel/audit.c:249", "audit.c#L10-L20", a file name alone, a function by
 * "foo()", "foo(x)" or "`foo`".  Only the line at hand is looked at; whether there is such a place is asked elsewhere
 * (app/resolve.h).
 */
#ifndef UI_LINK_H
#define UI_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum { LINK_MAX = 120 }; /* bytes of a name or path; longer ones are none */

enum link_kind { LINK_FILE, LINK_FUNCTION };

struct link {
	enum link_kind kind;
	size_t from, to;   /* bytes of the line, `to` exclusive */
	struct slice name; /* the path, or the function; part of the line */
	uint32_t line;     /* of a file; 0: none is named */
};

/* The first one that begins at or after byte `from`, which is not inside of one. */
bool link_next(struct slice line, size_t from, struct link *out);

/* The one that byte `at` is part of. */
bool link_at(struct slice line, size_t at, struct link *out);

#endif
