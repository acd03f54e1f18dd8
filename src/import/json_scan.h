/*
 * Finds the elements of one big JSON array without parsing them: brackets are counted, strings skipped.  It
 * reads the recording in windows, so that its size does not matter; what an element holds is for others to
 * check.
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
	JSON_SCAN_END,     /* no more; `closed` says whether the array is whole */
	JSON_SCAN_FAILED,  /* the recording cannot be read */
};

struct json_scan {
	/* for the caller */
	uint64_t at, end;
	const char *odd;
	uint64_t deepest; /* nesting of the element, 1 for one that holds scalars only, 0 for a scalar */
	bool closed;      /* END: the array's closing bracket was there */
	bool inside;      /* END: an element was begun, at `at`, and not ended */

	/* its own */
	const struct blob *blob;
	struct buf window;
	uint64_t base; /* place of the window in the recording */
	size_t i;      /* next byte in the window */
	uint64_t depth; /* open brackets: 1 in the array itself */
	bool opened, in_string, backslash, scalar, comma_due, comma_seen;
};

/* Begin at the start of `b` (a byte order mark and blanks may come first).  Release in the end. */
void json_scan_init(struct json_scan *s, const struct blob *b);
void json_scan_release(struct json_scan *s);

/* The next event; fills the caller's part.  `e` is set with JSON_SCAN_FAILED. */
enum json_scan_event json_scan_next(struct json_scan *s, struct err *e);

/*
 * The bytes of the element just reported where they all lie in the window, else {0}; borrowed until the next
 * call.
 */
struct slice json_scan_element(const struct json_scan *s);

#endif
