#include "import/span_tail.h"

#include <stdbool.h>

static size_t newline_before(struct slice s)
{
	size_t i = s.n;

	while (i && s.p[i - 1] != '\n')
		i--;
	return i;
}

size_t tail_lines(struct slice tail, struct slice *out, size_t max)
{
	size_t n = 0, at;

	/* what stands before the first newline began somewhere before the tail */
	while (n < max && (at = newline_before(tail)) > 0) {
		out[n] = slice_trim(slice_sub(tail, at, tail.n));
		n += out[n].n > 0;
		tail = slice_sub(tail, 0, at - 1);
	}
	return n;
}

/* Is the byte at `i` escaped: does an odd number of backslashes stand before it? */
static bool is_escaped(struct slice s, size_t i)
{
	size_t from = i;

	while (from && s.p[from - 1] == '\\')
		from--;
	return (i - from) % 2;
}

/* The opening quote of the string whose closing one stands at `i`; SLICE_NONE where it is not there. */
static size_t string_begin(struct slice s, size_t i)
{
	while (i--)
		if (s.p[i] == '"') {
			size_t from = i;

			if (!is_escaped(s, i))
				return i;
			while (from && s.p[from - 1] == '\\') /* seen now: each backslash is looked at once */
				from--;
			i = from;
		}
	return SLICE_NONE;
}

/* Where the object that ends with the bracket at `i` begins; SLICE_NONE where that is before `s`. */
static size_t object_begin(struct slice s, size_t i)
{
	size_t depth = 0;

	do {
		switch (s.p[i]) {
		case '}':
		case ']':
			depth++;
			break;
		case '{':
		case '[':
			if (--depth == 0)
				return i;
			break;
		case '"':
			i = string_begin(s, i);
			if (i == SLICE_NONE)
				return i;
			break;
		default:
			break;
		}
	} while (i--);
	return SLICE_NONE;
}

size_t tail_elements(struct slice tail, struct slice *out, size_t max)
{
	size_t n = 0, from;

	tail = slice_rtrim(tail);
	if (slice_ends(tail, "]"))
		tail.n--;
	while (n < max) {
		tail = slice_rtrim(tail);
		if (!slice_ends(tail, "}"))
			break;
		from = object_begin(tail, tail.n - 1);
		if (from == SLICE_NONE)
			break;
		out[n++] = slice_sub(tail, from, tail.n);
		tail = slice_rtrim(slice_sub(tail, 0, from));
		if (!slice_ends(tail, ","))
			break;
		tail.n--;
	}
	return n;
}
