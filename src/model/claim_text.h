/*
 * Source as claims are held against it: without comments, and without blanks but those that part two words, so that a quote is found
 * however it is laid out.  Private to the check (model/claim_parts.h).
 */
#ifndef MODEL_CLAIM_TEXT_H
#define MODEL_CLAIM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clex.h"

enum { CLAIM_PIECES = 64 }; /* of a quote that leaves things out */

struct claim_text {
	struct slice path;   /* borrowed */
	struct buf s;
	struct buf comments; /* what `s` is without: the words of comments */
	struct line_start {
		uint32_t at, comment, line;
	} *lines; /* owned: where each line begins in both */
	size_t n, cap;
	bool whole;         /* all of the file */
	bool unread;        /* of the tree: no tool returned it */
	struct clex lexer;  /* behind the last line that was added */
	uint32_t before;    /* its number */
};
void claim_text_release(struct claim_text *t);

/* Lines are added in order of their numbers; no quote goes over those that are missing. */
void claim_text_add(struct claim_text *t, uint32_t number, struct slice line);

/* The line that byte `at` of t->s lies in. */
uint32_t claim_text_line(const struct claim_text *t, size_t at);

/* Does it have that line? */
bool claim_text_has(const struct claim_text *t, uint32_t line);

/* Where `piece` is, neither beginning nor ending in the middle of a word, at or after byte `from`; SLICE_NONE: nowhere. */
size_t claim_text_find(const struct claim_text *t, struct slice piece, size_t from);

/* The line in whose comments `words` stands, or that they begin in: blanks do not matter; 0: none. */
uint32_t claim_text_comment(const struct claim_text *t, struct slice words);

/* Add text without blanks but those that part two words. */
void claim_text_squeeze(struct buf *b, struct slice text);

/* A quote, cut where it leaves something out. */
struct claim_pieces {
	struct buf s;
	size_t end[CLAIM_PIECES]; /* of each, in `s` */
	size_t n;
};
void claim_pieces_cut(struct slice code, struct claim_pieces *p); /* `p` all zeroes; p->s is released by the caller */

/* All pieces in this order, near to each other, from byte `from` on: where the first is; SLICE_NONE: not so. */
size_t claim_pieces_find(const struct claim_text *t, const struct claim_pieces *p, size_t from);

#endif
