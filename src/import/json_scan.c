#include "import/json_scan.h"

#include <string.h>

enum { WINDOW = 1 << 20 };

void json_scan_init(struct json_scan *s, const struct blob *b)
{
	*s = (struct json_scan){.blob = b, .limit = UINT64_MAX};
}

void json_scan_init_lines(struct json_scan *s, const struct blob *b)
{
	json_scan_init(s, b);
	s->lines = true;
}

uint64_t json_scan_place(const struct json_scan *s)
{
	return s->base + s->i;
}

void json_scan_release(struct json_scan *s)
{
	buf_release(&s->window);
}

/* The window behind this one: 1, 0 at the end of the recording or of what may be looked at, or -1. */
static int next_window(struct json_scan *s, struct err *e)
{
	uint64_t at = s->base + s->window.n, size = blob_size(s->blob);
	uint64_t to = size < s->limit ? size : s->limit;
	size_t n = to <= at ? 0 : to - at < WINDOW ? (size_t)(to - at) : WINDOW;

	if (n == 0)
		return 0;
	if (blob_read(s->blob, at, n, &s->window, e) < 0)
		return -1;
	s->base = at;
	s->i = 0;
	return 1;
}

/* The bytes of `v` that are `c`, by their highest bits; above the lowest of them there may be others set. */
static uint64_t equal_bytes(uint64_t v, unsigned char c)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);

	v ^= ones * c;
	return (v - ones) & ~v & (ones << 7);
}

/* Go to the byte behind the string's closing quote, or to the end of the window. */
static void skip_string(struct json_scan *s)
{
	const char *p = s->window.p;
	size_t i = s->i, n = s->window.n;
	uint64_t word;

	if (s->backslash) {
		s->backslash = false;
		i++;
	}
	while (i < n) {
		for (; n - i >= sizeof word; i += sizeof word) {
			memcpy(&word, p + i, sizeof word);
			if (equal_bytes(word, '"') | equal_bytes(word, '\\'))
				break;
		}
		while (i < n && p[i] != '"' && p[i] != '\\')
			i++;
		if (i < n && p[i] == '"') {
			s->in_string = false;
			i++;
			break;
		}
		s->backslash = i + 1 == n;
		i += 2;
	}
	s->i = i < n ? i : n;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static enum json_scan_event odd(struct json_scan *s, const char *what)
{
	s->odd = what;
	return JSON_SCAN_ODD;
}

static void begin(struct json_scan *s, bool scalar)
{
	s->at = s->base + s->i;
	s->inside = true;
	s->scalar = scalar;
}

/* The element ends before byte `i` of the window. */
static enum json_scan_event finish(struct json_scan *s, size_t i)
{
	s->end = s->base + i;
	s->inside = s->scalar = false;
	s->comma_due = true;
	s->comma_seen = false;
	return JSON_SCAN_ELEMENT;
}

/*
 * A byte of the array itself, outside of elements.  JSON_SCAN_END means here that nothing is to be told.  The
 * byte is taken, except where a missing comma is told first.
 */
static enum json_scan_event between(struct json_scan *s, char c)
{
	if (c == ',') {
		bool extra = !s->comma_due;

		s->comma_due = false;
		s->comma_seen = true;
		s->at = s->base + s->i++;
		return extra ? odd(s, "a comma too many") : JSON_SCAN_END;
	}
	if (c == ']' || c == '}') {
		s->at = s->base + s->i++;
		s->closed = true;
		s->depth = 0;
		if (c == '}')
			return odd(s, "the array is closed by '}'");
		return s->comma_seen ? odd(s, "a comma too many") : JSON_SCAN_END;
	}
	if (s->comma_due) {
		s->comma_due = false;
		s->at = s->base + s->i;
		return odd(s, "a comma is missing");
	}
	begin(s, c != '{' && c != '[');
	if (c == '"')
		s->in_string = true;
	else if (!s->scalar)
		s->depth = 2;
	s->deepest = s->depth - 1;
	s->i++;
	return JSON_SCAN_END;
}

/* A byte of an element, outside of strings.  True where the element is finished by it. */
static bool within(struct json_scan *s, char c)
{
	if (s->scalar) {
		if (c != ',' && c != ']' && c != '}' && !is_blank(c)) {
			s->in_string = c == '"';
			s->i++;
			return false;
		}
		return true;
	}
	s->i++;
	if (c == '"')
		s->in_string = true;
	else if (c == '{' || c == '[')
		s->depth++;
	else if (c == '}' || c == ']')
		s->depth--;
	if (s->depth - 1 > s->deepest)
		s->deepest = s->depth - 1;
	return s->depth == 1;
}

/* What lies of an element in the window.  True where it is finished. */
static bool inside(struct json_scan *s)
{
	const char *p = s->window.p;
	size_t n = s->window.n;

	while (s->i < n) {
		if (s->in_string)
			skip_string(s);
		else if (!s->scalar && p[s->i] != '"' && !((unsigned char)p[s->i] & 0x40))
			s->i++; /* no bracket: those are 0x5b, 0x5d, 0x7b and 0x7d */
		else if (within(s, p[s->i]))
			return true;
	}
	return false;
}

/* Before and after the array only blanks may stand, and a byte order mark at the very beginning. */
static enum json_scan_event outside(struct json_scan *s, char c)
{
	static const char mark[] = "\xef\xbb\xbf";

	if (!s->opened && c == '{' && s->either) {
		s->lines = true;
		return JSON_SCAN_END;
	}
	s->at = s->base + s->i++;
	if (s->at < sizeof mark - 1 && c == mark[s->at])
		return JSON_SCAN_END;
	if (!s->opened && c == '[') {
		s->opened = true;
		s->depth = 1;
		return JSON_SCAN_END;
	}
	/* told once: the rest of the recording is passed over */
	s->over = true;
	return odd(s, s->opened ? "text after the array" : "no array begins here");
}

static enum json_scan_event next_line(struct json_scan *s, struct err *e)
{
	for (;;) {
		const char *from, *end;

		if (s->i == s->window.n) {
			int more = next_window(s, e);

			if (more <= 0)
				return more < 0 ? JSON_SCAN_FAILED : JSON_SCAN_END;
			continue;
		}
		from = s->window.p + s->i;
		if (!s->inside && (is_blank(*from) || (s->base + s->i < 3 && (unsigned char)*from >= 0x80))) {
			s->i++; /* of a byte order mark too */
			continue;
		}
		if (!s->inside)
			begin(s, false);
		end = memchr(from, '\n', s->window.n - s->i);
		s->i = end ? (size_t)(end - s->window.p) : s->window.n;
		if (end)
			return finish(s, s->i++);
	}
}

bool json_scan_last_line(struct json_scan *s)
{
	if (!s->lines || !s->inside)
		return false;
	finish(s, s->i);
	return true;
}

/* What follows the array was told once: all of it is passed over. */
static enum json_scan_event pass_over(struct json_scan *s)
{
	uint64_t size = blob_size(s->blob);

	buf_clear(&s->window);
	s->i = 0;
	s->base = size < s->limit ? size : s->limit;
	return JSON_SCAN_END;
}

enum json_scan_event json_scan_next(struct json_scan *s, struct err *e)
{
	if (s->lines)
		return next_line(s, e);
	if (s->over)
		return pass_over(s);
	for (;;) {
		enum json_scan_event ev = JSON_SCAN_END;
		char c;

		if (s->i == s->window.n) {
			int more = next_window(s, e);

			if (more <= 0)
				return more < 0 ? JSON_SCAN_FAILED : JSON_SCAN_END;
			continue;
		}
		if (s->inside) {
			if (inside(s))
				return finish(s, s->i);
			continue;
		}
		c = s->window.p[s->i];
		if (is_blank(c))
			s->i++;
		else if (s->depth == 0)
			ev = outside(s, c);
		else
			ev = between(s, c);
		if (s->lines)
			return next_line(s, e);
		if (ev != JSON_SCAN_END)
			return ev;
	}
}

struct slice json_scan_element(const struct json_scan *s)
{
	if (s->at < s->base || s->end > s->base + s->window.n)
		return (struct slice){0};
	return slice_sub(buf_slice(&s->window), (size_t)(s->at - s->base), (size_t)(s->end - s->base));
}
