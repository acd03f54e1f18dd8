/* The claims of a run, from what its model wrote, each checked (DESIGN §6): found in slices, once all was read. */
#ifndef APP_CLAIMS_H
#define APP_CLAIMS_H

#include "app/session.h"
#include "model/claim_check.h"

enum {
	CLAIMS_MAX = 4096,        /* of a run; further ones are left out */
	CLAIMS_TEXT = 8 << 20,    /* bytes of text that are looked through */
};

/* One that is made several times stands where it was made first. */
struct claim_row {
	enum claim_kind kind;
	enum claim_state state;
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

/* For about `us` microseconds; true where there is more to do. */
bool claims_step(struct claims *c, int64_t us);

/* Was it made of what may be seen now? */
bool claims_are_current(const struct claims *c);

/* What was found so far: first those that do not hold. */
size_t claims_count(const struct claims *c);
const struct claim_row *claims_at(const struct claims *c, size_t i);
size_t claims_in(const struct claims *c, enum claim_state state);
bool claims_are_cut(const struct claims *c); /* there was more than is looked through */

#endif
