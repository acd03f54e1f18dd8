/*
 * Checkable statements in what a model wrote (DESIGN §2): a line or file of the source, a function, a field, a quoted piece of code,
 * "I grepped for X".  Only the text is looked at; whether they hold is asked elsewhere (model/claim_check.h).
 */
#ifndef MODEL_CLAIM_H
#define MODEL_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum claim_kind {
	CLAIM_PLACE,    /* "kernel/audit.c:249", "lines 247-250", a file alone */
	CLAIM_FUNCTION, /* "foo()" */
	CLAIM_FIELD,    /* "the `owner` field", `struct::field` */
	CLAIM_CODE,     /* between backticks, or fenced */
	CLAIM_SEARCHED, /* "I grepped for X" */
	CLAIM_CHECKED,  /* "I verified X", "I looked at X" */
	CLAIM_KINDS
};
const char *claim_kind_name(enum claim_kind k); /* "place", "function", "field", "code", "search", "check" */

struct claim {
	enum claim_kind kind;
	size_t from, to;      /* bytes of the text, `to` exclusive */
	struct slice what;    /* the function, field, code, or what was looked for; part of the text */
	struct slice file;    /* CLAIM_PLACE: part of the text */
	bool spoken_of;       /* `file` is only the last one that was named, which need not be meant; or empty */
	uint32_t first, last; /* its lines; 0: the file as a whole */
	bool proposed;        /* it speaks, or asks, of what could be, or is not, or compares values: such code, or file, need not be there */
};

struct claim_reader {
	struct slice text;
	size_t at;        /* looked at next */
	size_t sentence;  /* where it begins */
	struct slice file; /* the last one that was named */
};

/* The next one of r->text, in order of `from`; false at the end.  `r` is zero but for the text at first.  Time is linear. */
bool claim_next(struct claim_reader *r, struct claim *out);

/* Identifiers of C that are no keyword, type or constant: is there one in `code`? */
bool claim_has_name(struct slice code);

#endif
