/* UTF-8: decoding, cell widths, and making hostile text visible. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

/*
 * Decode the character at the front of `s` (not empty) by RFC 3629: overlong forms, surrogates and values
 * past U+10FFFF are broken.  Returns its length in bytes (1 to 4) and its code point in `*cp`; a broken byte
 * is 1 byte with `*cp` UTF8_BROKEN + the byte.
 */
#define UTF8_BROKEN 0x80000000u
size_t utf8_decode(struct slice s, uint32_t *cp);

/* Encode `cp` (below 0x110000) into `out`; returns the number of bytes, 1 to 4. */
size_t utf8_encode(uint32_t cp, char out[4]);

bool utf8_valid(struct slice s);

/* The beginning of `s`, at most `max` bytes, that ends with a whole character; broken bytes are characters of their own. */
struct slice utf8_cut(struct slice s, size_t max);

/* Where the first broken byte of `s` stands, or SLICE_NONE. */
size_t utf8_broken_at(struct slice s);

/*
 * May `cp` reach a terminal as it is?  False for C0 and C1 controls, DEL, bidirectional and other invisible
 * format characters, line and paragraph separators, unassigned or private characters of no width, broken bytes.
 */
bool utf8_shows(uint32_t cp);

/*
 * The part of utf8_shows() that does not hang on the C library's tables and locale: true for controls, bidirectional
 * and invisible characters and what is no character.  For files whose bytes must be the same everywhere.
 */
bool utf8_hides(uint32_t cp);

/*
 * Cells that `cp` takes on the screen: 0 (combining), 1 or 2; what does not show has the width of its escaped
 * form (utf8_escape_cp).  Tabs are the caller's business.  Widths are those of the C library's locale.
 */
unsigned utf8_width(uint32_t cp);

/* The escaped form of what does not show: ^[ for ESC, ^? for DEL, \x9b for a broken byte, <U+202E> otherwise. */
void utf8_escape_cp(struct buf *b, uint32_t cp);

/* Add `s` with all that does not show escaped; LF and TAB stay where `keep_layout`, and are escaped otherwise. */
void utf8_escape(struct buf *b, struct slice s, bool keep_layout);

/*
 * Add as much of `s`, escaped on one line, as fits into `cells`; a cut is marked by "…" (">" where that does not show) in the last cell.
 * Returns the cells used.
 */
unsigned utf8_fit(struct buf *b, struct slice s, unsigned cells);

#endif
