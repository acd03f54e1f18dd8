#include "report/prefix.h"

enum {
	HEAD_MAX = 128,  /* a syslog head or vendor mark lies within so many bytes */
	STAMP_MAX = 48,  /* the longest bracket that can be a time or a caller */
};

static const char nbsp[] = "\xc2\xa0"; /* pages have no-break spaces for indentation */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One of the words at the front of `s`, followed by a blank. */
static bool starts_with_one_of(struct slice s, const char *const *words)
{
	for (; *words; words++) {
		struct slice rest = s;

		if (slice_eat(&rest, *words) && rest.n && *rest.p == ' ')
			return true;
	}
	return false;
}

/* Does `s` fit `shape`, in which 0 stands for a digit and all else for itself?  Eats it. */
static bool eat_shape(struct slice *s, const char *shape)
{
	size_t i;

	for (i = 0; shape[i]; i++) {
		if (i >= s->n || (shape[i] == '0' ? !is_digit(s->p[i]) : s->p[i] != shape[i]))
			return false;
	}
	*s = slice_sub(*s, i, s->n);
	return true;
}

static void eat_digits(struct slice *s)
{
	while (s->n && is_digit(*s->p))
		*s = slice_sub(*s, 1, s->n);
}

/* "14:06:18", with parts of a second and a zone where they follow. */
static bool eat_clock(struct slice *s)
{
	if (!eat_shape(s, "00:00:00"))
		return false;
	if (slice_eat(s, ".") || slice_eat(s, ","))
		eat_digits(s);
	if (!slice_eat(s, "Z") && !eat_shape(s, "+00:00") && !eat_shape(s, "-00:00"))
		eat_shape(s, "+0000");
	return true;
}

/* "2025-11-03T12:00:01.123456+00:00" */
static bool eat_iso_time(struct slice *s)
{
	struct slice t = *s;

	if (!eat_shape(&t, "0000-00-00") || !(slice_eat(&t, "T") || slice_eat(&t, " ")) || !eat_clock(&t))
		return false;
	*s = t;
	return true;
}

static bool is_month(struct slice s)
{
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", NULL
	};

	return starts_with_one_of(s, months);
}

static bool is_weekday(struct slice s)
{
	static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", NULL};

	return starts_with_one_of(s, days);
}

/* "12345.678901", or a date as `dmesg -T` prints it. */
static bool is_time(struct slice s)
{
	struct slice t = s;

	if (is_weekday(s) || (eat_iso_time(&t) && t.n == 0))
		return true;
	t = s;
	eat_digits(&t);
	if (t.n == s.n || !slice_eat(&t, ".") || t.n == 0)
		return false;
	eat_digits(&t);
	return t.n == 0;
}

static bool is_caller(struct slice s)
{
	if (s.n < 2 || (*s.p != 'T' && *s.p != 'C'))
		return false;
	s = slice_sub(s, 1, s.n);
	eat_digits(&s);
	return s.n == 0;
}

/* "[   44.377931]", "[ T4926]": a time is dropped, a caller is kept. */
static bool eat_bracket(struct slice *s, struct slice *caller)
{
	struct slice inner;
	size_t end = slice_chr(slice_sub(*s, 0, STAMP_MAX), ']', 0);

	if (end == SLICE_NONE)
		return false;
	inner = slice_trim(slice_sub(*s, 1, end));
	if (is_caller(inner))
		*caller = inner;
	else if (!is_time(inner))
		return false;
	*s = slice_sub(*s, end + 1, s->n);
	return true;
}

/* "<3>" */
static bool eat_level(struct slice *s)
{
	struct slice t = *s;

	if (!slice_eat(&t, "<"))
		return false;
	eat_digits(&t);
	if (s->n - t.n < 2 || s->n - t.n > 4 || !slice_eat(&t, ">"))
		return false;
	*s = t;
	return true;
}

/* "Nov  3 12:00:01 host kernel: ", the same with a full date, and a clock alone. */
static bool eat_syslog(struct slice *s)
{
	struct slice t = *s;
	bool dated = is_month(t) || eat_iso_time(&t), clock = !dated && eat_clock(&t);
	size_t at = dated ? slice_find(slice_sub(*s, 0, HEAD_MAX), " kernel: ", 0) : SLICE_NONE;

	if (at != SLICE_NONE) {
		*s = slice_sub(*s, at + sizeof " kernel: " - 1, s->n);
		return true;
	}
	if (!is_month(*s) && (dated || clock) && t.n && (*t.p == ' ' || *t.p == '\t')) {
		*s = t;
		return true;
	}
	return slice_eat(s, "kernel: ");
}

/*
 * "kworker/u16:3: [name:report&]" teaches what stands before the mark; later lines may have that part only.
 */
static bool eat_vendor(struct prefix *p, struct slice *s)
{
	struct slice head = slice_sub(*s, 0, HEAD_MAX);
	size_t at = slice_find(head, "[name:", 0), end = at == SLICE_NONE ? at : slice_find(head, "&]", at);

	if (end != SLICE_NONE) {
		if (at)
			p->vendor = slice_rtrim(slice_sub(*s, 0, at));
		*s = slice_sub(*s, end + 2, s->n);
		return true;
	}
	if (!p->vendor.n || !slice_eq(slice_sub(*s, 0, p->vendor.n), p->vendor))
		return false;
	head = slice_sub(*s, p->vendor.n, s->n);
	if (head.n && *head.p != ' ' && !slice_starts(head, nbsp))
		return false;
	*s = head;
	return true;
}

/* A prompt or the end of another line before the time: "login: [  417.725670]". */
static bool eat_console(struct slice *s)
{
	struct slice head = slice_sub(*s, 0, HEAD_MAX);

	for (size_t at = slice_chr(head, '[', 0); at != SLICE_NONE; at = slice_chr(head, '[', at + 1)) {
		struct slice t = slice_trim(slice_sub(head, at + 1, slice_chr(head, ']', at)));

		eat_digits(&t);
		if (eat_shape(&t, ".000000") && t.n == 0) {
			*s = slice_sub(*s, at, s->n);
			return true;
		}
	}
	return false;
}

struct slice prefix_strip(struct prefix *p, struct slice line, struct slice *caller)
{
	struct slice s = line;
	bool more = true;

	*caller = (struct slice){0};
	while (more) {
		s = slice_trim(s);
		if (s.n == 0)
			break;
		switch (*s.p) {
		case '>':
		case '|':
			s = slice_sub(s, 1, s.n);
			break;
		case '[':
			more = eat_bracket(&s, caller) || eat_vendor(p, &s);
			break;
		case '<':
			more = eat_level(&s);
			break;
		case '\xc2':
			more = slice_eat(&s, nbsp);
			break;
		default:
			more = eat_syslog(&s) || eat_vendor(p, &s) || eat_console(&s);
		}
	}
	return s;
}
