/*
 * Of which struct an lvalue of a line is a field, by declarations that are known, and where that lies in it, by what
 * codesearch-struct-layout returned in the run, or by what the reviewer asked about the code.  Nothing is guessed: what the text does not tell is not known.
 */
#ifndef APP_OBJECT_H
#define APP_OBJECT_H

#include "app/session.h"
#include "race/members.h"

struct object {
	struct slice tag;        /* "pond": of the struct or union that the field is directly in */
	struct slice field;
	bool element;            /* it is one of an array, which one is not known */
	bool laid_out;           /* the layout of the struct is known: what follows is set */
	struct members members;
	const struct member *member; /* the field */
	uint32_t span;           /* index of the tool's span; EVIDENCE_NO_SPAN: the reviewer asked for it */
};

/*
 * `lvalue` is one by the names of the function around line `line` of `path`.  False: the type of something in it is not known.  All of
 * `out` lies in `a`.
 */
bool object_of(struct session *s, const char *lvalue, struct slice path, uint32_t line, struct arena *a, struct object *out);

#endif
