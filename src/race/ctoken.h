/* The text of a C function as words and signs, each with its line: comments, strings and directives do not get in the way. */
#ifndef RACE_CTOKEN_H
#define RACE_CTOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum ctoken_kind {
	CTOKEN_NAME, /* keywords, too */
	CTOKEN_SIGN, /* an operator or a bracket, whole: "->", "&&", "{" */
	CTOKEN_TEXT, /* a number, a string, a character */
	CTOKEN_IF,   /* directives that leave code out: #if, #ifdef, #ifndef; */
	CTOKEN_ELSE, /* #else, */
	CTOKEN_ELIF,
	CTOKEN_ENDIF,
};

struct ctoken {
	struct slice s; /* of the text; for directives empty */
	uint32_t line;  /* from 1 */
	enum ctoken_kind kind;
};

struct ctokens {
	struct ctoken *t; /* owned */
	size_t n, cap;
	bool cut; /* there were more than a ceiling allows */
};

/* Take `text` apart; what is behind "#if 0" is left out.  Never fails; time is linear. */
void ctokens_read(struct ctokens *ts, struct slice text);
void ctokens_release(struct ctokens *ts);

bool ctoken_is(const struct ctoken *t, const char *word); /* a name or a sign */

#endif
