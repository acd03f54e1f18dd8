/*
 * Finds the elements of one big JSON array, or of JSON lines, without parsing them: in an array brackets are
 * counted and strings skipped, else an element is a line that is not blank.  It reads the recording in windows,
 * so that its size does not matter, and goes on where it stopped when there is more to read; what an element
 * holds is for others to check.
 */
#ifndef IMPORT_JSON_SCAN_H
#define IMPORT_JSON_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/blob.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

enum json_scan_event {
	JSON_SCAN_ELEMENT, /* from `at` to `end` */
	JSON_SCAN_ODD,     /* `odd` says what is wrong with the array at `at`; the scan goes on */
	JSON_SCAN_END,     /* no more up to `limit` or the end; `closed` says whether the array is whole */
	JSON_SCAN_FAILED,  /* the recording cannot be read */
};

struct json_scan {
	/* for the caller */
	uint64_t at, end;
	const char *odd;
	uint64_t deepest; /* nesting of the element, 1 for one that holds scalars only, 0 for a scalar */
	bool closed;      /* END: the array's closing bracket was there */
	bool inside;      /* END: an element was begun, at `at`, and not ended */
	uint64_t limit;   /* set by the caller: bytes from here on are not looked at yet */
	bool either;      /* set by the caller: where it begins with '{' they are lines */
	bool lines;

	/* its own */
	const struct blob *blob;
	struct buf window;
	uint64_t base; /* place of the window in the recording */
	size_t i;      /* next byte in the window */
	uint64_t depth; /* open brackets: 1 in the array itself */
	bool opened, over, in_string, backslash, scalar, comma_due, comma_seen;
};

/* Begin at the start of `b` (a byte order mark and blanks may come first).  Release in the end. */
void json_scan_init(struct json_scan *s, const struct blob *b);
void json_scan_init_lines(struct json_scan *s, const struct blob *b);
void json_scan_release(struct json_scan *s);

/* The next event; fills the caller's part.  `e` is set with JSON_SCAN_FAILED. */
enum json_scan_event json_scan_next(struct json_scan *s, struct err *e);

/* How far the recording was looked at. */
uint64_t json_scan_place(const struct json_scan *s);

/* No newline will come behind the last line: it becomes an element where one was begun. */
bool json_scan_last_line(struct json_scan *s);

/*
 * The bytes of the element just reported where they all lie in the window, else {0}; borrowed until the next
 * call.
 */
struct slice json_scan_element(const struct json_scan *s);

#endif
