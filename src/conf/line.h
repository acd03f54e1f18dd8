/* The one line syntax of settings, keymaps and themes: words, quotes, comments. */
#ifndef CONF_LINE_H
#define CONF_LINE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/slice.h"

enum { CONF_WORDS = 16 };

struct conf_line {
	struct slice word[CONF_WORDS]; /* in the arena, or parts of the line */
	size_t n;
	size_t at[CONF_WORDS]; /* byte offset of each word in the line */
};

/*
 * Split one line (no LF) into words: blanks separate, "…" keeps them (\" and \\ inside), # at the start of a word begins
 * a comment to the end of the line, unless it is a colour: "#rrggbb", six hexadecimal digits and nothing more.  A line without words gives n = 0.  -1: ERR_INPUT (quote left open, too many words).
 */
int conf_split(struct arena *a, struct slice line, struct conf_line *out, struct err *e);

#endif
