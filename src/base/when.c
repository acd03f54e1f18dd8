#define _GNU_SOURCE /* gmtime_r */
#include "base/when.h"

#include <inttypes.h>
#include <time.h>

static const int64_t second = 1000000;

int64_t when_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * second + ts.tv_nsec / 1000;
}

/* Take `n` digits and, where it is not NUL, the byte `then` from the front of `*s`. */
static bool take(struct slice *s, size_t n, char then, int *v)
{
	int u = 0;

	if (s->n < n + (then != '\0') || (then && s->p[n] != then))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		u = u * 10 + (s->p[i] - '0');
	}
	*v = u;
	*s = slice_sub(*s, n + (then != '\0'), s->n);
	return true;
}

static bool is_leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

/* Days from 1970-01-01 to the first of January of year `y`, from 1 on. */
static int64_t days_to(int y)
{
	int64_t before = y - 1;

	return before * 365 + before / 4 - before / 100 + before / 400 - 719162;
}

static bool compose(int y, int mo, int d, int h, int mi, int s, int64_t *us)
{
	/* not timegm(): it takes a lock and looks at the time zone, and a recording holds millions of times */
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	static const int starts[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
	int64_t day;

	if (y < 1 || mo < 1 || mo > 12 || d < 1 || h > 23 || mi > 59 || s > 60 ||
	    d > lengths[mo - 1] + (mo == 2 && is_leap(y)))
		return false;
	day = days_to(y) + starts[mo - 1] + (mo > 2 && is_leap(y)) + d - 1;
	*us = (day * 86400 + h * 3600 + mi * 60 + s) * second; /* :60 is the first second of the next minute */
	return true;
}

bool when_parse(struct slice s, int64_t *us, enum when_unit *unit)
{
	int y, mo, d, h, mi, sec, oh, om, micro = 0;
	int64_t t;
	bool fraction = false;

	if (!take(&s, 4, '-', &y) || !take(&s, 2, '-', &mo) || !take(&s, 2, 'T', &d) || !take(&s, 2, ':', &h) ||
	    !take(&s, 2, ':', &mi) || !take(&s, 2, '\0', &sec))
		return false;
	if (slice_eat(&s, ".")) {
		int digits = 0;

		for (; s.n && *s.p >= '0' && *s.p <= '9'; s = slice_sub(s, 1, s.n), digits++)
			if (digits < 6)
				micro = micro * 10 + (*s.p - '0');
		if (digits == 0)
			return false;
		for (; digits < 6; digits++)
			micro *= 10;
		fraction = true;
	}
	if (!compose(y, mo, d, h, mi, sec, &t))
		return false;
	if (!slice_is(s, "Z") && !slice_is(s, "z")) {
		int sign = slice_eat(&s, "+") ? 1 : slice_eat(&s, "-") ? -1 : 0;

		if (!sign || !take(&s, 2, ':', &oh) || !take(&s, 2, '\0', &om) || s.n || oh > 23 || om > 59)
			return false;
		t -= sign * (oh * 3600 + om * 60) * second;
	}
	*us = t + micro;
	if (unit)
		*unit = fraction ? WHEN_MICRO : WHEN_SECOND;
	return true;
}

bool when_parse_page(struct slice s, int64_t *us)
{
	int y, mo, d, h, mi;

	return take(&s, 4, '/', &y) && take(&s, 2, '/', &mo) && take(&s, 2, ' ', &d) && take(&s, 2, ':', &h) &&
	       take(&s, 2, '\0', &mi) && s.n == 0 && compose(y, mo, d, h, mi, 0, us);
}

void when_add(struct buf *b, int64_t us, enum when_unit unit)
{
	int64_t sec = us / second, micro = us % second;
	time_t t;
	struct tm tm;

	if (micro < 0) {
		micro += second;
		sec--;
	}
	t = (time_t)sec;
	gmtime_r(&t, &tm);
	buf_addf(b, "%04d-%02d-%02dT%02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min);
	if (unit != WHEN_MINUTE)
		buf_addf(b, ":%02d", tm.tm_sec);
	if (unit == WHEN_MICRO && micro)
		buf_addf(b, ".%06" PRId64, micro);
	buf_addc(b, 'Z');
}

void when_add_duration(struct buf *b, int64_t us, enum when_unit unit)
{
	int64_t s = us / second, m = s / 60, h = m / 60, d = h / 24;

	if (us < 0)
		buf_addc(b, '?');
	else if (s < 60 && unit == WHEN_MINUTE)
		buf_adds(b, "<1m");
	else if (s < 60)
		buf_addf(b, "%" PRId64 "s", s);
	else if (h < 1)
		buf_addf(b, "%" PRId64 "m", m);
	else if (d < 1)
		buf_addf(b, "%" PRId64 "h%02" PRId64 "m", h, m % 60);
	else if (d < 10)
		buf_addf(b, "%" PRId64 "d%02" PRId64 "h", d, h % 24);
	else if (d < 100000)
		buf_addf(b, "%" PRId64 "d", d);
	else
		buf_addf(b, "%" PRId64 "y", d / 365);
}
