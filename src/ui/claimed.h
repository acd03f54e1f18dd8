/* What reviewers say of claims: marks of those that were found, and sentences that a reviewer made claims. */
#ifndef UI_CLAIMED_H
#define UI_CLAIMED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/claims.h"

struct ui;

/* A claim that only a reviewer made: number `index` of review.claims, and what came of checking it. */
struct claimed_own {
	uint32_t index;
	bool known;    /* it was checked */
	bool checkable; /* it says something that can be */
	enum claim_state state;
	char *path;    /* owned; where in the source that is; or NULL */
	uint32_t line;
};

/* Those, of the review as it was when there were so many events and claims. */
struct claimed {
	struct claimed_own *own; /* owned */
	size_t n, events, claims;
	const struct review *review;
};
void claimed_release(struct claimed *c);

/* How many there are, and one of them; the review is looked through again where it has changed. */
size_t claimed_count(struct ui *ui);
const struct marked_claim *claimed_at(struct ui *ui, size_t i);
const struct claimed_own *claimed_check(const struct ui *ui, size_t i); /* how far it was checked */

/* Is one not checked yet?  Check one, once all were found (app/claims.h): true where there is more to do now. */
bool claimed_wants(struct ui *ui);
bool claimed_more(struct ui *ui);

/* What is said of a claim that was found: by the reviewer at the screen, else by another; or NULL. */
const struct marked_claim *claimed_of(struct ui *ui, const struct claim_row *r);

/* The place of a claim in the text that makes it; released by the caller. */
struct place claimed_place(const struct claim_row *r);

/* `word` is true, false, unverifiable or open, of one of the two (the other is NULL); places collected in Source are pinned to it. */
void claimed_mark(struct ui *ui, const struct claim_row *r, const struct marked_claim *own, const char *word);

/* Make what is selected in Text a claim: false where nothing is. */
bool claimed_select(struct ui *ui);

#endif
