#define _GNU_SOURCE /* localtime_r */
#include "base/date.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/when.h"

static const int64_t day_us = INT64_C(86400) * 1000000;

enum { AHEAD_MAX = 1000 }; /* days or weeks that can be counted ahead */

void date_of(int64_t now, char text[DATE_TEXT + 1])
{
	time_t t = (time_t)(now / 1000000);
	struct tm tm;

	if (!localtime_r(&t, &tm) || strftime(text, DATE_TEXT + 1, "%Y-%m-%d", &tm) != DATE_TEXT)
		memcpy(text, "1970-01-01", DATE_TEXT + 1);
}

/* Days since 1970; false where the text is no day. */
static bool number_of(struct slice text, int64_t *days)
{
	char noon[sizeof "2026-12-01T12:00:00Z"];
	int64_t us;

	if (text.n != DATE_TEXT)
		return false;
	memcpy(noon, text.p, DATE_TEXT);
	memcpy(noon + DATE_TEXT, "T12:00:00Z", sizeof "T12:00:00Z");
	if (!when_parse(slice_str(noon), &us, NULL))
		return false;
	*days = us / day_us - (us < 0);
	return true;
}

static void text_of(int64_t days, char text[DATE_TEXT + 1])
{
	struct buf b = BUF_INIT;

	when_add(&b, days * day_us, WHEN_SECOND);
	snprintf(text, DATE_TEXT + 1, "%.*s", DATE_TEXT, buf_str(&b));
	buf_release(&b);
}

bool date_is(struct slice text)
{
	int64_t days;

	return number_of(text, &days);
}

static bool same(struct slice word, const char *name, size_t least)
{
	return word.n >= least && word.n <= strlen(name) && strncasecmp(word.p, name, word.n) == 0;
}

/* How many days ahead a word means; 0: none that is known. */
static int64_t ahead(struct slice word, int64_t today)
{
	/* 1970-01-01 was a Thursday */
	static const char *const names[] = {"thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday"};
	char unit = word.n ? word.p[word.n - 1] : '\0';
	uint64_t n;

	if (same(word, "tomorrow", 8))
		return 1;
	for (int64_t i = 0; i < 7; i++)
		if (same(word, names[i], 3)) {
			int64_t days = (i - today % 7 + 14) % 7;

			return days ? days : 7;
		}
	if ((unit == 'd' || unit == 'w') && slice_u64(slice_sub(word, 0, word.n - 1), &n) && n <= AHEAD_MAX)
		return (int64_t)n * (unit == 'w' ? 7 : 1);
	return 0;
}

int date_read(struct slice words, const char *today, char text[DATE_TEXT + 1], struct err *e)
{
	int64_t now = 0, day, more;

	words = slice_trim(words);
	text[0] = '\0';
	if (words.n == 0)
		return 0;
	number_of(slice_str(today), &now);
	if (!number_of(words, &day)) {
		more = ahead(words, now);
		if (more == 0)
			return err_set(e, ERR_USAGE, "cannot tell the day '%.*s': 2026-12-01, tomorrow, monday, 3d or 2w are possible",
				       (int)(words.n < 40 ? words.n : 40), words.p);
		day = now + more;
	}
	if (day <= now)
		return err_set(e, ERR_USAGE, "cannot wait until %.*s: today is %s", (int)words.n, words.p, today);
	text_of(day, text);
	return 0;
}
