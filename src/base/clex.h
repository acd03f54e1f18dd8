/*
 * C taken apart into words for colouring, the kernel's primitives of concurrency as a class of their own.  It never fails: what it
 * does not know is plain text.  Nothing is allocated, and no line hangs on more than the lines before it.
 */
#ifndef BASE_CLEX_H
#define BASE_CLEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

enum clex_class {
	CLEX_TEXT, /* names, operators, blanks */
	CLEX_COMMENT, CLEX_STRING, CLEX_NUMBER, CLEX_KEYWORD, CLEX_TYPE, CLEX_PREPROCESSOR,
	CLEX_PRIMITIVE, /* READ_ONCE, smp_mb, spin_lock, rcu_read_lock, atomic_inc, …: what matters to a race */
	CLEX_CLASSES
};

/* Where a line begins; all zeroes at the beginning of a file. */
struct clex {
	bool comment; /* inside of one */
	bool known;   /* code was seen, or where a comment ends: it is no guess */
};

/* The pieces of one line, without its line end: they lie side by side and cover all of it. */
struct clex_piece {
	size_t from, to;
	enum clex_class class;
};

/*
 * The next piece of `line`: `*p` all zeroes before the first.  False behind the last; `c` is as the next line begins then.
 * Before any code was seen, a line that begins with " * " is taken as one of a comment, so that a text that begins in the middle of
 * one comes out right.
 */
bool clex_next(struct clex *c, struct slice line, struct clex_piece *p);

/* What a line is that stands behind `before`, of which only the end is looked at. */
struct clex clex_behind(struct slice before);

bool clex_is_ident(char c); /* may it stand in an identifier: an ASCII letter, a digit, or '_' */
/* The first place of an identifier at byte `from` or behind it, where it stands whole; SLICE_NONE: there is none. */
size_t clex_find_word(struct slice s, struct slice word, size_t from);
bool clex_is_primitive(struct slice word);
bool clex_is_keyword(struct slice word);

#endif
