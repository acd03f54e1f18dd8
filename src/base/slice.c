#define _GNU_SOURCE /* memmem, memrchr */
#include "base/slice.h"

#include <string.h>

struct slice slice_str(const char *s)
{
	return (struct slice){s ? s : "", s ? strlen(s) : 0};
}

struct slice slice_sub(struct slice s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (struct slice){s.p ? s.p + from : s.p, to - from};
}

bool slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool slice_is(struct slice a, const char *s)
{
	return slice_eq(a, slice_str(s));
}

int slice_cmp(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	if (c)
		return c;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool slice_starts(struct slice s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && (n == 0 || memcmp(s.p, prefix, n) == 0);
}

bool slice_ends(struct slice s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.n >= n && (n == 0 || memcmp(s.p + s.n - n, suffix, n) == 0);
}

size_t slice_find_slice(struct slice s, struct slice needle, size_t from)
{
	const char *hit;

	if (from > s.n || needle.n > s.n - from)
		return SLICE_NONE;
	if (needle.n == 0)
		return from;
	hit = memmem(s.p + from, s.n - from, needle.p, needle.n);
	return hit ? (size_t)(hit - s.p) : SLICE_NONE;
}

size_t slice_find(struct slice s, const char *needle, size_t from)
{
	return slice_find_slice(s, slice_str(needle), from);
}

size_t slice_rfind(struct slice s, const char *needle)
{
	size_t n = strlen(needle);
	const char *end;

	if (n == 0 || n > s.n)
		return n == 0 ? s.n : SLICE_NONE;
	end = s.p + s.n;
	/* step from one possible last byte of the needle to the one before it */
	while ((end = memrchr(s.p + n - 1, needle[n - 1], (size_t)(end - s.p) - (n - 1)))) {
		if (memcmp(end - (n - 1), needle, n) == 0)
			return (size_t)(end - (n - 1) - s.p);
		if ((size_t)(end - s.p) < n)
			break;
	}
	return SLICE_NONE;
}

size_t slice_chr(struct slice s, char c, size_t from)
{
	const char *hit;

	if (from >= s.n)
		return SLICE_NONE;
	hit = memchr(s.p + from, c, s.n - from);
	return hit ? (size_t)(hit - s.p) : SLICE_NONE;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct slice slice_rtrim(struct slice s)
{
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct slice slice_trim(struct slice s)
{
	s = slice_rtrim(s);
	while (s.n && is_blank(*s.p)) {
		s.p++;
		s.n--;
	}
	return s;
}

bool slice_eat(struct slice *s, const char *prefix)
{
	if (!slice_starts(*s, prefix))
		return false;
	*s = slice_sub(*s, strlen(prefix), s->n);
	return true;
}

bool slice_line(struct slice *rest, struct slice *line)
{
	size_t nl;

	if (rest->n == 0)
		return false;
	nl = slice_chr(*rest, '\n', 0);
	*line = slice_sub(*rest, 0, nl);
	*rest = slice_sub(*rest, nl == SLICE_NONE ? rest->n : nl + 1, rest->n);
	return true;
}

bool slice_word(struct slice *rest, struct slice *word)
{
	size_t i = 0, from;

	while (i < rest->n && (rest->p[i] == ' ' || rest->p[i] == '\t'))
		i++;
	from = i;
	while (i < rest->n && rest->p[i] != ' ' && rest->p[i] != '\t')
		i++;
	*word = slice_sub(*rest, from, i);
	*rest = slice_sub(*rest, i, rest->n);
	return word->n > 0;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

static bool parse_digits(struct slice s, unsigned base, uint64_t *v)
{
	uint64_t r = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned)digit(s.p[i]);

		if (d >= base || r > (UINT64_MAX - d) / base)
			return false;
		r = r * base + d;
	}
	*v = r;
	return true;
}

bool slice_u64(struct slice s, uint64_t *v)
{
	return parse_digits(s, 10, v);
}

bool slice_hex(struct slice s, uint64_t *v)
{
	return parse_digits(s, 16, v);
}

bool slice_i64(struct slice s, int64_t *v)
{
	bool neg = slice_eat(&s, "-");
	uint64_t u;

	if (!parse_digits(s, 10, &u) || u > (uint64_t)INT64_MAX + neg)
		return false;
	*v = neg ? (int64_t)(0 - u) : (int64_t)u;
	return true;
}
