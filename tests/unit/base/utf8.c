#include <locale.h>

#include "base/utf8.h"
#include "tests/test.h"

static void decodes_the_ends_of_every_range(void **state)
{
	static const struct {
		const char *bytes;
		uint32_t cp;
	} t[] = {
		{"A", 'A'}, {"\x7f", 0x7f}, {"\xc2\x80", 0x80}, {"\xdf\xbf", 0x7ff}, {"\xe0\xa0\x80", 0x800},
		{"\xed\x9f\xbf", 0xd7ff}, {"\xee\x80\x80", 0xe000}, {"\xef\xbf\xbf", 0xffff},
		{"\xf0\x90\x80\x80", 0x10000}, {"\xf4\x8f\xbf\xbf", 0x10ffff},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct slice s = slice_str(t[i].bytes);
		uint32_t cp = 0;
		char back[4];

		assert_int_equal(utf8_decode(s, &cp), s.n);
		assert_int_equal(cp, t[i].cp);
		assert_int_equal(utf8_encode(cp, back), s.n);
		assert_memory_equal(back, s.p, s.n);
		assert_true(utf8_valid(s));
	}
}

static void a_broken_byte_is_one_byte_and_says_which(void **state)
{
	static const char *const t[] = {
		"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf", /* overlong */
		"\xed\xa0\x80", "\xed\xbf\xbf", /* surrogates */
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff", /* too large */
		"\xc3", "\xe2\x82", "\xf0\x9f\x98", /* the text ends early */
		"\xc3(", "\xe2(\xac", "\xe2\x82(", "\xf0\x9f\x98(", /* no continuation */
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct slice s = slice_str(t[i]);
		uint32_t cp = 0;

		assert_int_equal(utf8_decode(s, &cp), 1);
		assert_int_equal(cp, UTF8_BROKEN + (unsigned char)t[i][0]);
		assert_false(utf8_valid(s));
		assert_int_equal(utf8_broken_at(s), 0);
	}
	assert_int_equal(utf8_broken_at(SLICE("ab\xc3\xa9\xff")), 4);
	assert_true(utf8_broken_at(SLICE("a\0b")) == SLICE_NONE);
	assert_true(utf8_valid(SLICE("")));
}

static void what_could_deceive_does_not_show(void **state)
{
	static const uint32_t hidden[] = {
		0, 0x07, 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9b, 0x9f, 0xad, /* controls, soft hyphen */
		0x61c, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069, /* bidirectional */
		0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0x180e, 0x3164, /* zero width, fillers */
		0x2028, 0x2029, 0xfe0f, 0xe0001, 0xe0041, 0xe01ef, 0xd800, 0xdfff,
	};
	static const uint32_t shown[] = {' ', '~', 0xa0, 0xe9, 0x301, 0x20ac, 0x2705, 0x4e2d, 0x1f600, 0x2500};

	(void)state;
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
		assert_false(utf8_shows(hidden[i]));
		assert_true(utf8_hides(hidden[i]));
	}
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		assert_true(utf8_shows(shown[i]));
		assert_false(utf8_hides(shown[i]));
	}
	assert_false(utf8_shows(UTF8_BROKEN + 0xff));
	assert_false(utf8_shows(0x110000));
	assert_false(utf8_shows(0x0378)); /* unassigned: no width is known */
	assert_false(utf8_hides(0x0378)); /* but no table of ours names it */
}

static void escapes_are_as_wide_as_their_width_says(void **state)
{
	static const uint32_t t[] = {0, 0x1b, 0x7f, 0x80, 0x9b, 0x202e, 0xfeff, 0xe0001, 0x10fffe,
				     UTF8_BROKEN + 0x9b, UTF8_BROKEN + 0xff};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct buf b = BUF_INIT;

		utf8_escape_cp(&b, t[i]);
		assert_int_equal(b.n, utf8_width(t[i]));
		for (size_t k = 0; k < b.n; k++)
			assert_in_range(b.p[k], 0x20, 0x7e);
		buf_release(&b);
	}
	assert_int_equal(utf8_width('a'), 1);
	assert_int_equal(utf8_width(0x301), 0);
	assert_int_equal(utf8_width(0x4e2d), 2);
	assert_int_equal(utf8_width(0x1f600), 2);
}

static void escapes_by_kind(void **state)
{
	static const struct {
		struct slice in;
		bool layout;
		const char *out;
	} t[] = {
		{SLICE("plain é 中"), false, "plain é 中"},
		{SLICE("\x1b[31mred\x1b[0m"), false, "^[[31mred^[[0m"},
		{SLICE("a\tb\nc\r"), false, "a^Ib^Jc^M"},
		{SLICE("a\tb\nc\r"), true, "a\tb\nc^M"},
		{SLICE("\0\x7f"), true, "^@^?"},
		{SLICE("\xc2\x9b" "31m"), false, "<U+009B>31m"},
		{SLICE("if (a\xe2\x80\xae)"), false, "if (a<U+202E>)"},
		{SLICE("\xf3\xa0\x80\x81"), false, "<U+E0001>"},
		{SLICE("\xff\xc0\xaf"), false, "\\xff\\xc0\\xaf"},
		{SLICE("e\xcc\x81"), false, "e\xcc\x81"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct buf b = BUF_INIT;

		utf8_escape(&b, t[i].in, t[i].layout);
		assert_string_equal(buf_str(&b), t[i].out);
		buf_release(&b);
	}
}

static void fits_into_cells_and_marks_a_cut(void **state)
{
	static const struct {
		const char *in;
		unsigned cells;
		const char *out;
		unsigned used;
	} t[] = {
		{"", 5, "", 0},
		{"abc", 3, "abc", 3},
		{"abcd", 3, "ab…", 3},
		{"abcd", 1, "…", 1},
		{"abcd", 0, "", 0},
		{"中中", 4, "中中", 4},
		{"中中", 3, "中…", 3},
		{"a中中", 3, "a…", 2},
		{"e\xcc\x81x", 2, "e\xcc\x81x", 2},
		{"a\x1b", 3, "a^[", 3},
		{"a\x1b" "b", 3, "a…", 2},
		{"\xe2\x80\xae", 8, "<U+202E>", 8},
		{"\xe2\x80\xae", 7, "…", 1},
		{"\xff", 4, "\\xff", 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct buf b = BUF_INIT;

		assert_int_equal(utf8_fit(&b, slice_str(t[i].in), t[i].cells), t[i].used);
		assert_string_equal(buf_str(&b), t[i].out);
		buf_release(&b);
	}
}

static int use_utf8(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C.UTF-8") ? 0 : -1;
}

static void a_cut_leaves_whole_characters(void **state)
{
	(void)state;
	assert_slice(utf8_cut(SLICE("abc"), 3), "abc");
	assert_slice(utf8_cut(SLICE("abcd"), 3), "abc");
	assert_slice(utf8_cut(SLICE("a\xc3\xa9z"), 2), "a");
	assert_slice(utf8_cut(SLICE("a\xc3\xa9z"), 3), "a\xc3\xa9");
	assert_slice(utf8_cut(SLICE("\xf0\x9f\x90\x9fz"), 3), "");
	assert_slice(utf8_cut(SLICE("\xf0\x9f\x90\x9fz"), 4), "\xf0\x9f\x90\x9f");
	assert_slice(utf8_cut(SLICE("a\x80\x80\x80\x80"), 3), "a\x80\x80");
	assert_slice(utf8_cut(SLICE("abc"), 0), "");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_cut_leaves_whole_characters),
	cmocka_unit_test(decodes_the_ends_of_every_range),
	cmocka_unit_test(a_broken_byte_is_one_byte_and_says_which),
	cmocka_unit_test(what_could_deceive_does_not_show),
	cmocka_unit_test(escapes_are_as_wide_as_their_width_says),
	cmocka_unit_test(escapes_by_kind),
	cmocka_unit_test(fits_into_cells_and_marks_a_cut),
};

int main(void)
{
	return cmocka_run_group_tests(tests, use_utf8, NULL);
}
