/* Declarations of C, as far as their text tells: whether a name is declared, and as which struct or union. */
#ifndef RACE_DECLARED_H
#define RACE_DECLARED_H

#include "race/token.h"

/* "struct foo *x = ", "int a", "pid_t pid": does a declaration begin here?  And: behind a declarator, to its value if it has one. */
bool declared_begins(struct tokens t);
void declared_skip(struct tokens *t);

/* Is the line a declaration of a variable of that name? */
bool declared_is(struct slice line, const char *name);

struct declared {
	struct slice tag; /* "pond" of "struct pond *p"; part of the text */
	unsigned stars;   /* 1: it points to one */
	bool array;
};

/*
 * The first declaration in `text` of `name`, a variable, parameter or member, as a struct or union that has a tag or as a pointer to
 * one; false: there is none.
 */
bool declared_as(struct slice text, struct slice name, struct declared *d);

/* The tag of a cast "(struct pond*)"; false: it is not one to a pointer to a struct or union. */
bool declared_cast(struct slice cast, struct slice *tag);

/* What stands between the braces of "struct TAG {" in `text`; false: it is not defined there, or not to its end. */
bool declared_body(struct slice text, struct slice tag, struct slice *body);

#endif
