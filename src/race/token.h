/* C taken apart into names, numbers, texts and signs; comments and blanks are left out. */
#ifndef RACE_TOKEN_H
#define RACE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_NUMBER, TOKEN_TEXT, TOKEN_SIGN };

struct token {
	enum token_kind kind;
	struct slice s; /* part of the code */
};

struct tokens {
	struct slice code;
	size_t at; /* behind `now` */
	struct token now, before; /* before: the one in front of `now` */
};

/* At the first of `code`, which must outlive it.  A copy of the struct looks ahead without taking anything. */
struct tokens tokens_of(struct slice code);
void tokens_next(struct tokens *t);

bool token_is(const struct token *t, const char *sign);
bool token_is_word(const struct token *t, const char *word);
bool token_is_name(const struct token *t); /* a name that is no keyword of C */

/* Take it if it is that sign; was it? */
bool tokens_eat(struct tokens *t, const char *sign);

/* Behind the sign, past brackets that are opened before it; at the end where it does not come. */
void tokens_skip_to(struct tokens *t, const char *close);

/* Where `now` begins in the code. */
size_t tokens_from(const struct tokens *t);

/* The code without blanks and comments, but those between words; at most `size` - 1 bytes.  False: it did not fit; "" then. */
bool token_squeeze(struct slice code, char *out, size_t size);

#endif
