#include "import/json_scan.h"

enum { WINDOW = 1 << 20 };

void json_scan_init(struct json_scan *s, const struct blob *b)
{
	*s = (struct json_scan){.blob = b};
}

void json_scan_release(struct json_scan *s)
{
	buf_release(&s->window);
}

/* The window behind this one: 1, 0 at the end of the recording, or -1. */
static int next_window(struct json_scan *s, struct err *e)
{
	uint64_t at = s->base + s->window.n, left = blob_size(s->blob) - at;
	size_t n = left < WINDOW ? (size_t)left : WINDOW;

	if (n == 0)
		return 0;
	if (blob_read(s->blob, at, n, &s->window, e) < 0)
		return -1;
	s->base = at;
	s->i = at == 0 && slice_starts(buf_slice(&s->window), "\xef\xbb\xbf") ? 3 : 0;
	return 1;
}

/* Go to the byte behind the string's closing quote, or to the end of the window. */
static void skip_string(struct json_scan *s)
{
	const char *p = s->window.p;
	size_t i = s->i, n = s->window.n;

	if (s->backslash) {
		s->backslash = false;
		i++;
	}
	for (; i < n; i++) {
		if (p[i] == '"') {
			s->in_string = false;
			i++;
			break;
		}
		if (p[i] == '\\' && ++i == n)
			s->backslash = true;
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

/* Before and after the array only blanks may stand. */
static enum json_scan_event outside(struct json_scan *s, char c)
{
	s->at = s->base + s->i++;
	if (!s->opened && c == '[') {
		s->opened = true;
		s->depth = 1;
		return JSON_SCAN_END;
	}
	/* told once: the rest of the recording is passed over */
	buf_clear(&s->window);
	s->i = 0;
	s->base = blob_size(s->blob);
	return odd(s, s->opened ? "text after the array" : "no array begins here");
}

enum json_scan_event json_scan_next(struct json_scan *s, struct err *e)
{
	for (;;) {
		enum json_scan_event ev = JSON_SCAN_END;
		char c;

		if (s->i == s->window.n) {
			int more = next_window(s, e);

			if (more <= 0)
				return more < 0 ? JSON_SCAN_FAILED : JSON_SCAN_END;
			continue;
		}
		if (s->in_string) {
			skip_string(s);
			continue;
		}
		c = s->window.p[s->i];
		if (s->inside) {
			if (within(s, c))
				return finish(s, s->i);
			continue;
		}
		if (is_blank(c))
			s->i++;
		else if (s->depth == 0)
			ev = outside(s, c);
		else
			ev = between(s, c);
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
