/*
 * What of the source a verdict about the race should rest on, and how much of it the agent's tools returned (DESIGN §6): the racing
 * functions, who calls them, the structure of the racing field, and its other users: by its name, in the files of these as the
 * repository has them, else as far as searches showed them.
 */
#ifndef APP_UNREAD_H
#define APP_UNREAD_H

#include "app/session.h"

enum unread_what { UNREAD_FUNCTION, UNREAD_CALLER, UNREAD_STRUCT, UNREAD_USER };
enum unread_state {
	UNREAD_NEVER,
	UNREAD_GREPPED, /* a search showed some of it, nothing read it */
	UNREAD_PARTLY,
	UNREAD_READ,
	UNREAD_OPEN,    /* what is known does not tell */
};
const char *unread_state_name(enum unread_state s);

struct unread_row {
	enum unread_what what;
	enum unread_state state;
	struct slice name;   /* the function, or the field */
	struct slice of;     /* UNREAD_CALLER: whom it calls; UNREAD_USER: the function that the line is in, where that is known; else empty */
	struct slice path;   /* where it is; empty: not known */
	uint32_t line;
	uint32_t got, lines; /* UNREAD_PARTLY: so many of its lines were returned; lines 0: how long it is is not known */
};

enum { UNREAD_ROWS = 256 };

/*
 * The rows, in `a`; their number, at most UNREAD_ROWS: there may be more users then.  What may not be seen counts as not returned.
 * `*waits`: the repository was asked for a file, so there may be more soon.
 */
size_t unread_find(struct session *s, struct arena *a, struct unread_row **rows, bool *waits);

#endif
