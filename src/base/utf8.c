#define _GNU_SOURCE /* wcwidth */
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

size_t utf8_decode(struct slice s, uint32_t *cp)
{
	static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *p = (const unsigned char *)s.p;
	uint32_t c = p[0];
	size_t n;

	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	n = c >= 0xf0 && c < 0xf8 ? 4 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xc0 && c < 0xe0 ? 2 : 0;
	*cp = UTF8_BROKEN + c;
	if (n == 0 || n > s.n)
		return 1;
	c &= 0x7fu >> n;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 1;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 1;
	*cp = c;
	return n;
}

size_t utf8_encode(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

struct slice utf8_cut(struct slice s, size_t max)
{
	uint32_t cp;

	if (s.n <= max)
		return s;
	/* the character that begins last before the cut: does it end before it? */
	for (size_t back = 1; back <= 3 && back <= max; back++) {
		struct slice last = slice_sub(s, max - back, s.n);

		if (((unsigned char)last.p[0] & 0xc0) == 0x80)
			continue;
		if (utf8_decode(last, &cp) > back)
			return slice_sub(s, 0, max - back);
		break;
	}
	return slice_sub(s, 0, max);
}

size_t utf8_broken_at(struct slice s)
{
	uint64_t word;
	uint32_t cp;

	for (size_t i = 0; i < s.n;) {
		size_t n;

		if (s.n - i >= sizeof word) { /* most text is ASCII: eight bytes at a time */
			memcpy(&word, s.p + i, sizeof word);
			if ((word & UINT64_C(0x8080808080808080)) == 0) {
				i += sizeof word;
				continue;
			}
		}
		if ((unsigned char)s.p[i] < 0x80) {
			i++;
			continue;
		}
		n = utf8_decode((struct slice){s.p + i, s.n - i}, &cp);
		if (cp >= UTF8_BROKEN)
			return i;
		i += n;
	}
	return SLICE_NONE;
}

bool utf8_valid(struct slice s)
{
	return utf8_broken_at(s) == SLICE_NONE;
}

/*
 * Ranges that a terminal draws as nothing or that change how the text around them is drawn: Unicode's
 * Default_Ignorable_Code_Point, Bidi_Control and the line and paragraph separators.  Variation selectors and
 * the zero-width joiner are among them: shown, an emoji sequence is uglier, but nothing is hidden.
 */
static const struct {
	uint32_t first, last;
} hidden[] = {
	{0x0000, 0x001f}, {0x007f, 0x009f}, {0x00ad, 0x00ad}, {0x034f, 0x034f}, {0x061c, 0x061c},
	{0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x200b, 0x200f}, {0x2028, 0x202e},
	{0x2060, 0x206f}, {0x3164, 0x3164}, {0xd800, 0xdfff}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},
	{0xffa0, 0xffa0}, {0xfff0, 0xfffb}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

bool utf8_hides(uint32_t cp)
{
	if (cp >= 0x20 && cp < 0x7f)
		return false;
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden && hidden[i].first <= cp; i++)
		if (cp <= hidden[i].last)
			return true;
	return cp > 0x10ffff;
}

bool utf8_shows(uint32_t cp)
{
	return (cp >= 0x20 && cp < 0x7f) || (!utf8_hides(cp) && wcwidth((wchar_t)cp) >= 0);
}

void utf8_escape_cp(struct buf *b, uint32_t cp)
{
	if (cp >= UTF8_BROKEN)
		buf_addf(b, "\\x%02x", cp & 0xff);
	else if (cp < 0x20)
		buf_addf(b, "^%c", (int)cp + '@');
	else if (cp == 0x7f)
		buf_adds(b, "^?");
	else
		buf_addf(b, "<U+%04X>", cp);
}

unsigned utf8_width(uint32_t cp)
{
	if (cp >= 0x20 && cp < 0x7f)
		return 1;
	if (utf8_shows(cp))
		return (unsigned)wcwidth((wchar_t)cp);
	if (cp >= UTF8_BROKEN)
		return 4;
	return cp < 0x80 ? 2 : cp < 0x10000 ? 8 : cp < 0x100000 ? 9 : 10;
}

void utf8_escape(struct buf *b, struct slice s, bool keep_layout)
{
	uint32_t cp;

	for (size_t i = 0, n; i < s.n; i += n) {
		n = utf8_decode(slice_sub(s, i, s.n), &cp);
		if (utf8_shows(cp) || (keep_layout && (cp == '\n' || cp == '\t')))
			buf_add(b, s.p + i, n);
		else
			utf8_escape_cp(b, cp);
	}
}

/* Cells of `s` on one line, all that does not show counted escaped. */
static unsigned cells_of(struct slice s, unsigned enough)
{
	unsigned w = 0;
	uint32_t cp;

	for (size_t i = 0; i < s.n && w <= enough;) {
		i += utf8_decode(slice_sub(s, i, s.n), &cp);
		w += utf8_width(cp);
	}
	return w;
}

unsigned utf8_fit(struct buf *b, struct slice s, unsigned cells)
{
	bool cut = cells_of(s, cells) > cells;
	unsigned room = cut && cells ? cells - 1 : cells, used = 0;
	uint32_t cp;

	for (size_t i = 0, n; i < s.n; i += n) {
		unsigned w;

		n = utf8_decode(slice_sub(s, i, s.n), &cp);
		w = utf8_width(cp);
		if (used + w > room)
			break;
		utf8_escape(b, slice_sub(s, i, i + n), false);
		used += w;
	}
	if (cut && cells) {
		buf_adds(b, utf8_shows(0x2026) ? "…" : ">");
		used++;
	}
	return used;
}
