#include "ui/rows.h"

#include <locale.h>
#include <time.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "tests/test.h"

/* All rows drawn, as text. */
static void assert_drawn(const char *text, unsigned width, bool wrap, const char *want)
{
	struct buf b = BUF_INIT;
	struct rows rs = {0};
	struct grid *g;

	rows_layout(&rs, slice_str(text), width, wrap);
	g = grid_new((unsigned)rs.n, width);
	for (size_t i = 0; i < rs.n; i++)
		rows_draw(&rs, slice_str(text), i, g, (unsigned)i, 0, width, 0, ROLE_NORMAL);
	grid_text(g, &b);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
	grid_free(g);
	rows_release(&rs);
}

static void long_lines_break_at_blanks(void **state)
{
	static const struct {
		const char *text;
		unsigned width;
		const char *want;
	} cases[] = {
		{"", 10, "\n"},
		{"\n", 10, "\n"},
		{"\n\n", 10, "\n\n"},
		{"one", 10, "one\n"},
		{"one\n", 10, "one\n"},
		{"one\r\ntwo\r\n", 10, "one\ntwo\n"},
		{"lone \r here", 20, "lone ^M here\n"},
		{"one two three", 8, "one two\nthree\n"},
		{"one two three", 7, "one two\nthree\n"},
		{"one two three", 6, "one\ntwo\nthree\n"},
		{"abcdefghij", 4, "abcd\nefgh\nij\n"},
		{"a abcdefghij", 4, "a\nabcd\nefgh\nij\n"},
		{"one    two", 5, "one\ntwo\n"},
		{"one    two", 4, "one\ntwo\n"},
		{"abc          ", 5, "abc\n"},
		{"          abc", 5, "\nabc\n"},
		{"a\tb", 16, "a       b\n"},
		{"a\tb", 5, "a\nb\n"},
		{"漢字漢字", 5, "漢字\n漢字\n"},
		{"ab漢字", 3, "ab\n漢\n字\n"},
		{"e\xcc\x81" "e\xcc\x81" "e", 2, "e\xcc\x81" "e\xcc\x81\ne\n"},
		{"abcde\xe2\x80\xae" "f", 10, "abcde\n<U+202E>f\n"},
		{"x\x1b[1m", 2, "x\n^[\n[1\nm\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_drawn(cases[i].text, cases[i].width, true, cases[i].want);
}

static void continuations_stand_under_the_first_letter(void **state)
{
	static const struct {
		const char *text;
		unsigned width;
		const char *want;
	} cases[] = {
		{"  one two three", 9, "  one two\n  three\n"},
		{"- one two three", 9, "- one two\n  three\n"},
		{"  * one two three", 12, "  * one two\n    three\n"},
		{"12. one two", 8, "12. one\n    two\n"},
		{"1) one two", 8, "1) one\n   two\n"},
		{"• one two", 7, "• one\n  two\n"},
		{"-one two three", 8, "-one two\nthree\n"},
		{"1.5 two three", 8, "1.5 two\nthree\n"},
		{"\tone two three", 20, "        one two\n        three\n"},
		{"\tone two three", 15, "        one two\nthree\n"},
		{"    abcdefghijkl", 8, "    abcd\n    efgh\n    ijkl\n"},
		{"    a \xe2\x80\xae", 8, "    a\n<U+202E>\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_drawn(cases[i].text, cases[i].width, true, cases[i].want);
}

static void without_wrapping_a_line_is_a_row(void **state)
{
	(void)state;
	assert_drawn("a line that is long\nand one more\n", 6, false, "a line\nand on\n");
	assert_drawn("", 6, false, "\n");
}

static void scrolled_rows_are_cut_at_both_edges(void **state)
{
	static const struct {
		const char *text;
		unsigned skip;
		const char *want;
	} cases[] = {
		{"0123456789", 0, "012345\n"},
		{"0123456789", 3, "345678\n"},
		{"0123456789", 7, "789\n"},
		{"0123456789", 10, "\n"},
		{"0123456789", 4000, "\n"},
		{"a\tb", 2, "\n"},
		{"a\tb", 5, "   b\n"},
		{"漢字漢字", 1, " 字漢\n"},
		{"漢字漢字", 3, " 漢字\n"},
		{"a漢字", 1, "漢字\n"},
		{"\x1b[0mtext", 1, " [0mte\n"},
		{"e\xcc\x81xyz", 1, "xyz\n"},
		{"abcdefg漢", 2, "cdefg\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct slice text = slice_str(cases[i].text);
		struct grid *g = grid_new(1, 10);
		struct buf b = BUF_INIT;
		struct rows rs = {0};

		rows_layout(&rs, text, 100, false);
		rows_draw(&rs, text, 0, g, 0, 2, 6, cases[i].skip, ROLE_NORMAL);
		grid_text(g, &b);
		assert_string_equal(buf_str(&b) + (b.n > 2 ? 2 : 0), cases[i].want);
		buf_release(&b);
		grid_free(g);
		rows_release(&rs);
	}
}

/* ---- properties, on texts made of awkward pieces ---- */

static const char *const pieces[] = {
	"a", "bc", "word", " ", "  ", "    ", "\t", "\n", "\r\n", "\r", "漢", "é", "e\xcc\x81", "\xcc\x81", "\xe2\x80\xae",
	"\x1b", "\xff", "\xe6\xbc", "- ", "12. ", "12", "1.", "\x7f", "averylongwordthatneverends",
};

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

static void make_text(struct buf *b, uint32_t *seed)
{
	unsigned n = next_random(seed) % 40;

	buf_clear(b);
	while (n--)
		buf_adds(b, pieces[next_random(seed) % (sizeof pieces / sizeof *pieces)]);
}

/* Rows hold all bytes, in order, but for line ends; and none is empty but for empty lines. */
static void check_cover(const struct rows *rs, struct slice text)
{
	size_t at = 0;

	assert_true(rs->n >= 1);
	for (size_t i = 0; i < rs->n; i++) {
		const struct row *r = &rs->r[i];

		if (r->first && i > 0) {
			if (text.p[at] == '\r')
				at++;
			assert_int_equal(text.p[at], '\n');
			at++;
		}
		assert_int_equal(r->from, at);
		assert_true(r->to >= r->from);
		assert_true(r->first || r->to > r->from);
		at = r->to;
	}
	if (at < text.n && text.p[at] == '\r')
		at++;
	assert_true(at == text.n || (at + 1 == text.n && text.p[at] == '\n'));
}

/* Every byte has a row and a cell, the cell leads back to it, and cells go up to the width only. */
static void check_places(const struct rows *rs, struct slice text)
{
	for (size_t i = 0; i < rs->n; i++) {
		const struct row *r = &rs->r[i];
		unsigned col = 0, before = r->indent;
		uint32_t cp;

		for (size_t at = r->from, n; at < r->to; at += n) {
			n = utf8_decode(slice_sub(text, at, r->to), &cp);
			for (size_t k = 0; k < n; k++)
				assert_int_equal(rows_find(rs, at + k), i);
			col = rows_col(rs, text, i, at);
			assert_true(col >= before || (!utf8_width(cp) && col + 2 >= before));
			assert_true(!rs->wrap || col <= rs->width);
			if (n > 1)
				assert_int_equal(rows_col(rs, text, i, at + 1), col);
			if (utf8_width(cp) && (!rs->wrap || col < rs->width))
				assert_int_equal(rows_byte(rs, text, i, col), at);
			before = col;
		}
		col = rows_col(rs, text, i, r->to);
		assert_true(col >= before);
		assert_true(!rs->wrap || col <= rs->width);
		assert_int_equal(rows_byte(rs, text, i, col), r->to);
		assert_int_equal(rows_byte(rs, text, i, 100000), r->to);
	}
	assert_int_equal(rows_find(rs, text.n + 5), rs->n - 1);
}

/* What is drawn stays within its rectangle, whatever is scrolled out. */
static void check_drawing(const struct rows *rs, struct slice text, unsigned skip)
{
	struct grid *g = grid_new(1, rs->width + 4);
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < rs->n; i++) {
		grid_clear(g);
		grid_fill(g, 0, 0, g->cols, '#', ROLE_DIM);
		grid_fill(g, 0, 2, rs->width, ' ', ROLE_NORMAL);
		rows_draw(rs, text, i, g, 0, 2, rs->width, skip, ROLE_TOOL);
		rows_mod(rs, text, i, 0, text.n, g, 0, 2, rs->width, skip, MOD_MATCH);
		for (unsigned c = 0; c < 2; c++) {
			assert_int_equal(grid_cell(g, 0, c)->cp, '#');
			assert_int_equal(grid_cell(g, 0, g->cols - 1 - c)->cp, '#');
			assert_int_equal(grid_cell(g, 0, c)->mod, 0);
			assert_int_equal(grid_cell(g, 0, g->cols - 1 - c)->mod, 0);
		}
	}
	buf_release(&b);
	grid_free(g);
}

static void every_byte_has_its_cell_and_no_row_is_too_wide(void **state)
{
	struct buf text = BUF_INIT;
	struct rows rs = {0};
	uint32_t seed = 7;

	(void)state;
	for (unsigned round = 0; round < 1500; round++) {
		unsigned width = 1 + next_random(&seed) % 30;

		make_text(&text, &seed);
		for (int wrap = 0; wrap < 2; wrap++) {
			rows_layout(&rs, buf_slice(&text), width, wrap);
			check_cover(&rs, buf_slice(&text));
			check_places(&rs, buf_slice(&text));
			check_drawing(&rs, buf_slice(&text), wrap ? 0 : next_random(&seed) % 12);
		}
	}
	rows_release(&rs);
	buf_release(&text);
}

/* ---- text that grows ---- */

static void assert_same_rows(const struct rows *got, const struct rows *want)
{
	assert_int_equal(got->n, want->n);
	for (size_t i = 0; i < got->n; i++) {
		assert_int_equal(got->r[i].from, want->r[i].from);
		assert_int_equal(got->r[i].to, want->r[i].to);
		assert_int_equal(got->r[i].indent, want->r[i].indent);
		assert_int_equal(got->r[i].first, want->r[i].first);
	}
}

static void text_that_grows_is_laid_out_as_if_it_came_at_once(void **state)
{
	struct buf text = BUF_INIT;
	struct rows grown = {0}, whole = {0};
	uint32_t seed = 11;

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		unsigned width = 1 + next_random(&seed) % 24, most = 1 + next_random(&seed) % 9;
		bool wrap = next_random(&seed) % 8 != 0;
		size_t n = 0;

		make_text(&text, &seed);
		rows_layout(&grown, SLICE(""), width, wrap);
		while (n < text.n) { /* inside characters, between CR and LF */
			n += next_random(&seed) % (most + 1);
			n = n < text.n ? n : text.n;
			rows_more(&grown, slice_sub(buf_slice(&text), 0, n));
			rows_layout(&whole, slice_sub(buf_slice(&text), 0, n), width, wrap);
			assert_same_rows(&grown, &whole);
		}
	}
	rows_release(&grown);
	rows_release(&whole);
	buf_release(&text);
}

/* A thought without a line end, of a fifth of a megabyte, word by word. */
static void of_a_line_that_grows_only_the_end_is_laid_out_again(void **state)
{
	struct buf text = BUF_INIT;
	struct rows grown = {0}, whole = {0};
	size_t redone = 0;

	(void)state;
	rows_layout(&grown, SLICE(""), 80, true);
	for (unsigned i = 0; text.n < 200000; i++) {
		buf_addf(&text, "word%u ", i);
		redone += text.n - grown.next;
		rows_more(&grown, buf_slice(&text));
	}
	assert_true(redone < 200 * (size_t)20000); /* two rows a word */
	rows_layout(&whole, buf_slice(&text), 80, true);
	assert_same_rows(&grown, &whole);
	rows_release(&grown);
	rows_release(&whole);
	buf_release(&text);
}

static void an_end_that_changes_is_laid_out_anew(void **state)
{
	static const char before[] = "one line of words\n\nanother that is longer than the width is\nlast\n";
	static const char *const ends[] = {"", "x", "x\ny\n", "words that wrap in so narrow a pane\n\n"};

	(void)state;
	for (size_t at = 0; at < sizeof before; at++)
		for (size_t i = 0; (at == 0 || before[at - 1] == '\n') && i < sizeof ends / sizeof *ends; i++) {
			struct buf text = BUF_INIT;
			struct rows got = {0}, want = {0};

			buf_adds(&text, before);
			rows_layout(&got, buf_slice(&text), 10, i % 2 == 0);
			buf_cut(&text, at);
			buf_adds(&text, ends[i]);
			rows_cut(&got, at);
			rows_more(&got, buf_slice(&text));
			rows_layout(&want, buf_slice(&text), 10, i % 2 == 0);
			assert_same_rows(&got, &want);
			rows_release(&got);
			rows_release(&want);
			buf_release(&text);
		}
}

static void escaped_forms_that_fit_the_width_are_not_cut(void **state)
{
	struct buf text = BUF_INIT, drawn = BUF_INIT;
	struct rows rs = {0};
	uint32_t seed = 3;

	(void)state;
	for (unsigned round = 0; round < 300; round++) {
		unsigned width = 8 + next_random(&seed) % 12, want = 0, got = 0;
		struct grid *g;

		buf_clear(&text);
		for (unsigned n = next_random(&seed) % 20; n--;) {
			bool hostile = next_random(&seed) % 3 == 0;

			buf_adds(&text, hostile ? "\xe2\x80\xae" : next_random(&seed) % 2 ? "ab " : "    x");
			want += hostile;
		}
		rows_layout(&rs, buf_slice(&text), width, true);
		g = grid_new((unsigned)rs.n, width);
		for (size_t i = 0; i < rs.n; i++)
			rows_draw(&rs, buf_slice(&text), i, g, (unsigned)i, 0, width, 0, ROLE_NORMAL);
		buf_clear(&drawn);
		grid_text(g, &drawn);
		for (size_t at = 0; (at = slice_find(buf_slice(&drawn), "<U+202E>", at)) != SLICE_NONE; at++)
			got++;
		assert_int_equal(got, want);
		grid_free(g);
	}
	rows_release(&rs);
	buf_release(&text);
	buf_release(&drawn);
}

static void a_range_of_bytes_is_marked_where_it_is_drawn(void **state)
{
	struct slice text = SLICE("one tw\xc3\xb6 \xe6\xbc\xa2 x");
	struct grid *g = grid_new(1, 14);
	struct buf b = BUF_INIT;
	struct rows rs = {0};

	(void)state;
	rows_layout(&rs, text, 14, true);
	rows_draw(&rs, text, 0, g, 0, 0, 14, 0, ROLE_NORMAL);
	rows_mod(&rs, text, 0, 4, 8, g, 0, 0, 14, 0, MOD_MATCH);
	rows_mod(&rs, text, 0, 9, 12, g, 0, 0, 14, 0, MOD_SELECT);
	rows_mod(&rs, text, 0, 2, 2, g, 0, 0, 14, 0, MOD_SELECT);
	grid_roles(g, &b);
	assert_string_equal(buf_str(&b), "....mmm.ss....\n");
	buf_clear(&b);
	grid_clear(g);
	rows_mod(&rs, text, 0, 0, 8, g, 0, 0, 14, 5, MOD_MATCH);
	grid_roles(g, &b);
	assert_string_equal(buf_str(&b), "mm............\n");
	buf_release(&b);
	grid_free(g);
	rows_release(&rs);
}

/* Work is counted in time only roughly: quadratic work on these would take minutes. */
static void long_single_lines_are_laid_out_in_linear_time(void **state)
{
	static const char *const units[] = {"a", "word ", " ", "\t", "漢", "\xcc\x81", "x \xe2\x80\xae", "            x"};
	enum { BYTES = 10 << 20 };
	char *text = xmalloc(BYTES);
	clock_t begin = clock();

	(void)state;
	for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
		size_t n = strlen(units[u]), used = BYTES / n * n / (u ? 8 : 1);
		struct slice whole = {text, used / n * n};
		struct rows rs = {0};
		struct grid *g = grid_new(1, 80);

		for (size_t at = 0; at < whole.n; at += n)
			memcpy(text + at, units[u], n);
		rows_layout(&rs, whole, 80, true);
		assert_int_equal(rs.r[rs.n - 1].to, whole.n);
		for (size_t i = 0; i < rs.n; i += 1 + rs.n / 1000) {
			assert_int_equal(rows_find(&rs, rs.r[i].from), i);
			rows_draw(&rs, whole, i, g, 0, 0, 80, 0, ROLE_NORMAL);
		}
		grid_free(g);
		rows_release(&rs);
	}
	free(text);
	assert_true((clock() - begin) / CLOCKS_PER_SEC < 60);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(long_lines_break_at_blanks),
	cmocka_unit_test(continuations_stand_under_the_first_letter),
	cmocka_unit_test(without_wrapping_a_line_is_a_row),
	cmocka_unit_test(scrolled_rows_are_cut_at_both_edges),
	cmocka_unit_test(every_byte_has_its_cell_and_no_row_is_too_wide),
	cmocka_unit_test(text_that_grows_is_laid_out_as_if_it_came_at_once),
	cmocka_unit_test(of_a_line_that_grows_only_the_end_is_laid_out_again),
	cmocka_unit_test(an_end_that_changes_is_laid_out_anew),
	cmocka_unit_test(escaped_forms_that_fit_the_width_are_not_cut),
	cmocka_unit_test(a_range_of_bytes_is_marked_where_it_is_drawn),
	cmocka_unit_test(long_single_lines_are_laid_out_in_linear_time),
};

int main(void)
{
	setlocale(LC_ALL, "");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
