/*
 * JSON: cJSON decides what is JSON; values are then taken as slices of the checked text, because cJSON keeps no
 * offsets, rounds numbers and ends strings at a NUL, while raw record bytes must be copied, not reprinted, and
 * nothing may be lost silently.  The writer gives one fixed form.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

/* ---- reading ---- */

enum json_type { JSON_BAD, JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* The type of the value whose raw bytes are `raw` (as the functions below hand them out), by its first byte. */
enum json_type json_type(struct slice raw);

/*
 * Check with cJSON, and for what cJSON lets pass, that `s` is exactly one JSON value: RFC 8259, with a byte order mark
 * and blanks around it and with bytes that are not UTF-8 allowed, nested at most CJSON_NESTING_LIMIT deep.  Gives its
 * bytes without the blanks.  -1 with ERR_INPUT and the offset of the first wrong byte in the message and in `*at`
 * (may be NULL).
 */
int json_check(struct slice s, struct slice *raw, size_t *at, struct err *e);

enum { JSON_DEPTH_MAX = 1000 }; /* cJSON's CJSON_NESTING_LIMIT */

/* How deep brackets lie in one another in any bytes, strings apart: json_check() refuses more than JSON_DEPTH_MAX. */
size_t json_depth(struct slice raw);

/*
 * Walk the members of an object or the elements of an array whose bytes passed json_check().
 *
 *	struct json_iter it = json_iter(raw);
 *	while (json_next(&it)) ... it.key (raw, with quotes; empty in arrays), it.value (raw)
 */
struct json_iter {
	struct slice rest;
	struct slice key, value;
	bool object;
};
struct json_iter json_iter(struct slice raw);
bool json_next(struct json_iter *it);

/* The raw value of member `key` of an object (the last one, as Go and JavaScript do); empty where there is none. */
struct slice json_member(struct slice raw, const char *key);

/*
 * Decode a raw string value, escapes and surrogate pairs too; a lone surrogate becomes U+FFFD; other bytes are
 * kept as they are.  The result lies in `a`, or is a part of `raw` where nothing was escaped.
 */
struct slice json_string(struct arena *a, struct slice raw);

/* A copy of checked JSON on one line: line ends stand between values only, in strings they are escaped; they become blanks. */
struct slice json_one_line(struct arena *a, struct slice raw);

/* Member `key` as string / integer / bool.  False where it is absent, null or of another type or range. */
bool json_get_str(struct arena *a, struct slice raw, const char *key, struct slice *v);
bool json_get_int(struct slice raw, const char *key, int64_t *v);
bool json_get_bool(struct slice raw, const char *key, bool *v);

/* ---- writing ---- */

/*
 * A writer of one document into a buffer.  Two forms: compact (no blanks, canonical when the caller gives keys in
 * sorted order) and indented by two spaces.  Strings: control, bidirectional and invisible characters become
 * \u escapes, broken bytes U+FFFD, so that the output is valid JSON and safe on a terminal.
 */
struct json_w {
	struct buf *b; /* borrowed */
	bool indent;
	bool ascii; /* set after json_w_init(): all but printable ASCII is escaped, so bytes do not hang on the locale */
	bool need_comma; /* a value stands before in this container */
	bool after_key;
	unsigned depth;
};
void json_w_init(struct json_w *w, struct buf *b, bool indent);
void json_open(struct json_w *w, char bracket); /* '{' or '[' */
void json_close(struct json_w *w, char bracket); /* '}' or ']' */
void json_key(struct json_w *w, const char *key);
void json_key_slice(struct json_w *w, struct slice key);
void json_str(struct json_w *w, struct slice s);
void json_cstr(struct json_w *w, const char *s); /* NULL is null */
void json_int(struct json_w *w, int64_t v);
void json_uint(struct json_w *w, uint64_t v);
void json_bool(struct json_w *w, bool v);
void json_null(struct json_w *w);
void json_raw(struct json_w *w, struct slice raw); /* a value that is JSON already, byte by byte */

/* key and value in one call; an empty or NULL string is null. */
void json_kstr(struct json_w *w, const char *key, struct slice s);
void json_kcstr(struct json_w *w, const char *key, const char *s);
void json_kint(struct json_w *w, const char *key, int64_t v);
void json_kbool(struct json_w *w, const char *key, bool v);
void json_khex(struct json_w *w, const char *key, uint64_t v); /* "0x…" as a string */

#endif
