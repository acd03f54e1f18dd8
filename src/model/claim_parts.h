/* The check of claims from inside: private to model/claim_check.c and model/claim_place.c. */
#ifndef MODEL_CLAIM_PARTS_H
#define MODEL_CLAIM_PARTS_H

#include "model/claim_check.h"
#include "model/claim_text.h"

/* Where the lines of a text come from, until they are taken in. */
struct coming {
	const struct evidence_file *file; /* what tools returned of it; else: */
	char *path, *text;                /* owned; the text until it is taken in */
	struct slice rest;
};

struct claim_check {
	const struct crash *crash;
	struct traj *traj;
	struct claim_text *texts; /* owned: what tools returned, then what was added of the tree */
	struct coming *coming;    /* owned: one for each */
	size_t n, cap, cap_coming;
	size_t filled; /* of these, texts that are complete */
	size_t next;   /* line of the next one */
	size_t bytes, added;
	bool (*shows)(void *arg, const struct evidence_line *l);
	void *arg;
	struct buf report; /* its text without blanks */
	bool cut; /* there was more than TEXT_MAX */
};

/* A path may lack the folders in front. */
bool claim_is_end_of(struct slice asked, struct slice path);

/* Is that line, of the file that it is said to be in, one of those that it is said to be at? */
bool claim_is_stated(const struct claim *stated, uint32_t line);

/* What it is to be found in a text. */
enum claim_state claim_state_in(const struct claim_text *t);

/*
 * Where a quote is; of several places the one between lines `first` and `last` of `file` of `stated` (may be NULL), if they are given and
 * one is there.  What was returned comes first.
 */
bool claim_found_in(struct claim_check *k, const struct claim_pieces *p, const struct claim *stated, struct claim_answer *out);

/* A quote of one piece: a name with signs around it.  `p` is all zeroes, or was made so before. */
void claim_with_sign(struct claim_pieces *p, const char *before, struct slice name, const char *behind);

/* The answer to a place. */
void claim_place_ask(struct claim_check *k, const struct claim *c, const struct claim *near, enum claim_tree tree, struct claim_answer *out);

#endif
