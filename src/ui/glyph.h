/* The signs that the program itself draws, in UTF-8 and, for terminals without it, in ASCII. */
#ifndef UI_GLYPH_H
#define UI_GLYPH_H

#include <stdbool.h>
#include <stdint.h>

/*
 * GLYPH(SYMBOL, UTF-8, ASCII).  Both forms take one cell.  Whatever the screen draws of its own beside ASCII stands here and
 * is written by glyph(): text of others is escaped where the terminal cannot show it, ours must be readable there.
 */
#define UI_GLYPHS(GLYPH) \
	GLYPH(CUT, "…", ">")         /* what does not fit was left out */ \
	GLYPH(MORE, "…", "+")        /* there is more: folded, or not known yet */ \
	GLYPH(HERE, "▸", ">")        /* what the other panes show; the pane that has the keys */ \
	GLYPH(SEEN, "•", "o")        /* returned some of the file in Source */ \
	GLYPH(READ, "▏", "|")        /* a line that tools returned, among others */ \
	GLYPH(BULLET, "•", "*")      /* of a list */ \
	GLYPH(NONE, "–", "-")        /* no value */ \
	GLYPH(LAST_CHILD, "└", "`")  \
	GLYPH(CHILD, "├", "|")       \
	GLYPH(ACROSS, "─", "-")      \
	GLYPH(DOWN, "│", "|")        \
	GLYPH(UPPER_LEFT, "┌", "+")  \
	GLYPH(UPPER_RIGHT, "┐", "+") \
	GLYPH(LOWER_LEFT, "└", "+")  \
	GLYPH(LOWER_RIGHT, "┘", "+") \
	GLYPH(BAR, "█", "#")         /* of a bar, or of a column */ \
	GLYPH(BAR_HALF, "▌", ":")    /* half a cell, at a bar's end */ \
	GLYPH(BAR_LOW, "▄", ".")     /* the same of a column */ \
	GLYPH(JOINED, "◌", "?")      /* what a combining mark without a letter stands on */

enum glyph {
#define GLYPH(sym, utf8, ascii) GLYPH_##sym,
	UI_GLYPHS(GLYPH)
#undef GLYPH
	GLYPHS
};

const char *glyph(enum glyph g);
uint32_t glyph_cp(enum glyph g); /* its code point */

/* The terminal shows UTF-8 (as at the start), or ASCII alone. */
void glyph_ascii(bool on);

#endif
