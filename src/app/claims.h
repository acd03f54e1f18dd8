/*
 * The claims of a run, from what its model wrote, each checked (DESIGN §6): found in slices, once all was read.  What tools did not
 * return is asked of the repository at the commit that crashed, where one is named.
 */
#ifndef APP_CLAIMS_H
#define APP_CLAIMS_H

#include "app/session.h"
#include "model/claim_check.h"

enum {
	CLAIMS_MAX = 4096,        /* of a run; further ones are left out */
	CLAIMS_TEXT = 8 << 20,    /* bytes of text that are looked through */
	CLAIMS_SPOTS = 1 << 16,   /* places in texts where they are made */
};

/* One that is made several times stands where it was made first. */
struct claim_row {
	enum claim_kind kind;
	enum claim_state state;
	bool asking;             /* the repository is still asked about it: the state may change */
	struct slice what;       /* as it stands in the text */
	uint32_t seq;            /* of the span */
	enum traj_field field;
	const char *member;      /* of a result; static; or NULL */
	uint64_t from, to;       /* of the decoded text */
	struct slice path;       /* in the source; empty: nowhere known */
	uint32_t line;
	size_t times;
};

struct claims;

/* Over the run of `s`, which must outlive it and have been read to its end (session.caught_up). */
struct claims *claims_new(struct session *s);
void claims_free(struct claims *c); /* NULL: nothing */

/*
 * For about `us` microseconds; true where there is more to do.  Where the repository was asked there is nothing to do until something
 * came of it (app/kernel.h): claims_asks().
 */
bool claims_step(struct claims *c, int64_t us);
bool claims_asks(const struct claims *c);
bool claims_are_of_tools(const struct claims *c); /* the repository is not asked: tools returned other source than it has */

/* Was it made of what may be seen now? */
bool claims_are_current(const struct claims *c);

/* Were all found, and what the repository has to say of it asked for? */
bool claims_are_found(const struct claims *c);

/* What was found so far: first those that do not hold. */
size_t claims_count(const struct claims *c);
const struct claim_row *claims_at(const struct claims *c, size_t i);
/* A place where one is made, by the way of the texts: by span, part of it, and byte. */
struct claim_spot {
	const struct claim_row *row; /* of the claim, which may have been made before */
	uint32_t seq;                /* of the span */
	unsigned part;               /* claims_part() */
	uint64_t from, to;
};
size_t claims_spots(const struct claims *c);
const struct claim_spot *claims_spot(const struct claims *c, size_t i);
size_t claims_spot_at(const struct claims *c, uint32_t seq, unsigned part, uint64_t from); /* the first that is not before it */

/* Parts of a span that are looked through, in this order; UINT_MAX: that is none.  `member` may be NULL. */
unsigned claims_part(enum traj_field f, const char *member);
struct place claims_place(const struct claim_spot *s); /* without an excerpt; released by the caller */

size_t claims_in(const struct claims *c, enum claim_state state); /* those that are certain: not asking */

/*
 * The answer to what any text of a span claims, by its index: that of the claim in it that holds least; `false` where it claims nothing
 * that can be checked.  Once claims_step() has nothing more to do; `asking` then: not known yet, and to be asked again, after more
 * steps, when something came.
 */
bool claims_ask(struct claims *c, struct slice text, size_t span, struct claim_answer *out, bool *asking);
bool claims_are_cut(const struct claims *c); /* there was more than is looked through */

#endif
