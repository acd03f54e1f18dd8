/* The texts of functions and macros, cut out of the lines of a file as far as those are known. */
#ifndef APP_LENS_TEXT_H
#define APP_LENS_TEXT_H

#include "app/listing.h"

enum { LENS_LINES = 5000, LENS_BYTES = 400 << 10 }; /* of one function */

struct lens_lines {
	const struct session *s;
	const struct listing *l;
};

/* What a search showed may be cut: it does not count. */
bool lens_line(const struct lens_lines *t, uint32_t n, struct slice *text);

/* "static int f(int a) {", which is no "if (a) {" that was not indented. */
bool lens_opens_in_head(struct slice line);

/* From line `first`, with the brace at `open`, to the brace that closes it at `line` or behind; or as far as is known: `*cut`. */
bool lens_function(const struct lens_lines *t, uint32_t first, uint32_t open, uint32_t line, struct buf *text, bool *cut);

/* The line of the file, `from` or behind, where a function of that name begins with a body; 0: there is none. */
uint32_t lens_definition(const struct lens_lines *t, struct slice name, uint32_t from, uint32_t *open);

/* The same of "#define NAME(": `text` is what stands behind the name. */
uint32_t lens_macro(const struct lens_lines *t, struct slice name, uint32_t from, struct buf *text);

/* Is a function of that name declared without a body?  Where a header defines it, too, an #if chooses. */
bool lens_is_declared(const struct lens_lines *t, struct slice name);

/* How many lines of the file are known, at most. */
uint32_t lens_last_line(const struct lens_lines *t);

#endif
