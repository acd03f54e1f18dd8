/* The function around a line of a listing, as far as it is known: what a name is there. */
#ifndef APP_SCOPE_H
#define APP_SCOPE_H

#include "app/listing.h"

struct scope {
	struct buf head;   /* up to its '{'; empty: not known */
	struct buf body;   /* from there to the line, the line itself left out; what follows the last line that is not known */
	uint32_t head_line, body_line; /* where they begin */
	bool whole;        /* all of it is known */
};

/* Release with scope_release(). */
void scope_of(const struct session *s, const struct listing *l, uint32_t line, struct scope *out);
void scope_release(struct scope *sc);

/* Is the name declared in it, or one of its parameters?  What is not known is not said to be. */
bool scope_declares(const struct scope *sc, const char *name);

/* The line, `line` or the nearest one above, that declares `name` in the function around `line`; 0: none does, as far as is known. */
uint32_t scope_declared_at(const struct session *s, const struct listing *l, uint32_t line, struct slice name);

/* The text from the line on, to the end of its statement or of its condition; false: the line is not known. */
bool scope_statement(const struct session *s, const struct listing *l, uint32_t line, struct buf *out);

#endif
