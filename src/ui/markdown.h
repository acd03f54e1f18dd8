/*
 * Markdown as pieces of text to be shown, each with the bytes of the source that it is.  A text that grows is laid out block by
 * block: what is closed is done once.
 */
#ifndef UI_MARKDOWN_H
#define UI_MARKDOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "ui/code.h"

enum {
	MARKDOWN_MAX = 256 << 10, /* bytes of a text that is taken as Markdown; longer ones are shown as they are */
	MARKDOWN_BLOCK = 16 << 10, /* of one block: what is longer is taken as several */
};

/* `n` bytes of the source from `from` on; 0: of none.  Where `n` is not the length of `shown`, they are shown as a whole. */
struct markdown_piece {
	struct slice shown;
	size_t from, n;
	enum role role;
	enum code_lang lang; /* of a line of code */
};

/* Pieces come in order of the source; what `shown` points to is gone afterwards. */
struct markdown_sink {
	void (*put)(void *ctx, const struct markdown_piece *p);
	void *ctx;
	enum role role; /* of plain text */
	unsigned width; /* cells that a table may take; 0: any number */
};

/* How far a text is laid out for good; all zeroes at its beginning. */
struct markdown {
	size_t at;          /* bytes of it */
	bool any;           /* something was shown */
	char fence;         /* inside of a fenced code block: its '`' or '~'; else 0 */
	size_t fence_n;     /* how many of them */
	bool coded;         /* a line of the code block was shown */
	enum code_lang lang;
	bool asked;         /* the block did not say its language: its first line does */
	bool tables;        /* one was shown: another width would change it */
	uint64_t parsed;    /* bytes that the parser was given so far */
};

/*
 * Lay out the blocks of `text` that are closed, from m->at on.  A block is closed by an empty line and the line behind it, outside
 * of a fence.  What was given before must be the beginning of `text`.  All that is shown ends with a line end.
 */
void markdown_settle(struct markdown *m, struct slice text, const struct markdown_sink *sink);

/* Lay out what is left, as if it were all: it is done again when there is more.  Only m->parsed and m->tables change. */
void markdown_rest(struct markdown *m, struct slice text, const struct markdown_sink *sink);

#endif
