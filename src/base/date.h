/* Days: as text, "2026-12-01", so that they sort and compare as they stand. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

enum { DATE_TEXT = 10 };

/* The day that `now` (µs UTC) falls on where the program runs: TZ says where that is. */
void date_of(int64_t now, char text[DATE_TEXT + 1]);

/* Is it a day of the calendar, written so? */
bool date_is(struct slice text);

/*
 * A day after `today`, as people say it: "2026-12-01", "tomorrow", "monday" or "mon" (the next one), "3d", "2w".  Nothing
 * but blanks is no day: "".  -1 with ERR_USAGE, a sentence that lists the forms.
 */
int date_read(struct slice words, const char *today, char text[DATE_TEXT + 1], struct err *e);

#endif
