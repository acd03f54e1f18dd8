/* A borrowed piece of bytes: pointer and length, may hold NUL, owns nothing. */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice {
	const char *p; /* owner: whoever the function that handed it out names */
	size_t n;      /* bytes */
};

#define SLICE_NONE SIZE_MAX /* "not found" of the search functions */

/* A string literal as a slice. */
#define SLICE(lit) ((struct slice){(lit), sizeof(lit) - 1})

/* A C string (NULL gives an empty slice) or bytes `from` (inclusive) to `to` (exclusive, clamped) of `s`. */
struct slice slice_str(const char *s);
struct slice slice_sub(struct slice s, size_t from, size_t to);

bool slice_eq(struct slice a, struct slice b);
bool slice_is(struct slice a, const char *s); /* equal to a C string */
int slice_cmp(struct slice a, struct slice b); /* bytewise order, as memcmp, shorter first */
bool slice_starts(struct slice s, const char *prefix);
bool slice_ends(struct slice s, const char *suffix);

/* Position of the first `needle` at or after `from`, of the last one, of a byte; or SLICE_NONE. */
size_t slice_find(struct slice s, const char *needle, size_t from);
size_t slice_find_slice(struct slice s, struct slice needle, size_t from);
size_t slice_rfind(struct slice s, const char *needle);
size_t slice_chr(struct slice s, char c, size_t from);

/* Without blanks (space, tab, CR, LF) at both ends, or at the end only. */
struct slice slice_trim(struct slice s);
struct slice slice_rtrim(struct slice s);

/* Remove `prefix` from the front of `*s` where it stands there; says whether it did. */
bool slice_eat(struct slice *s, const char *prefix);

/*
 * Take the next line from the front of `*rest`, without its LF (a CR before it is kept).
 * Returns false when `*rest` is empty; a last line without LF counts as a line.
 */
bool slice_line(struct slice *rest, struct slice *line);

/* Take the next word (no space or tab in it) from the front of `*rest`; false when there is none. */
bool slice_word(struct slice *rest, struct slice *word);

/*
 * Numbers: the whole slice must be digits (decimal, or hexadecimal without 0x) and fit.
 * Returns false and leaves `*v` alone otherwise.
 */
bool slice_u64(struct slice s, uint64_t *v);
bool slice_hex(struct slice s, uint64_t *v);
bool slice_i64(struct slice s, int64_t *v); /* an optional '-' first */

#endif
