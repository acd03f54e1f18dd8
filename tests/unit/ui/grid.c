#include "ui/grid.h"
#include "ui/glyph.h"

#include <locale.h>

#include "base/utf8.h"
#include "tests/test.h"

static void assert_text(const struct grid *g, const char *want)
{
	struct buf b = BUF_INIT;

	grid_text(g, &b);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void assert_roles(const struct grid *g, const char *want)
{
	struct buf b = BUF_INIT;

	grid_roles(g, &b);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

/* One put of `s` at cell `col` of a row of 16: what it looks like, and the cells used. */
static void text_lands_in_cells_as_a_terminal_would_show_it(void **state)
{
	static const struct {
		unsigned col, max;
		const char *s, *want;
		unsigned used;
	} cases[] = {
		{0, 16, "plain", "plain\n", 5},
		{2, 3, "clipped", "  cli\n", 3},
		{13, 16, "edge of it", "             edg\n", 3},
		{16, 4, "off", "\n", 0},
		{0, 0, "none", "\n", 0},
		{0, 16, "grün", "grün\n", 4},
		{0, 16, "漢字", "漢字\n", 4},
		{0, 3, "漢字", "漢\n", 2},
		{15, 9, "漢x", "\n", 0},
		{0, 16, "e\xcc\x81x", "e\xcc\x81x\n", 2},
		{0, 16, "e\xcc\x81\xcc\x82\xcc\x83x", "e\xcc\x81\xcc\x82x\n", 2},
		{0, 16, "\xe6\xbc\xa2\xcc\x81x", "\xe6\xbc\xa2\xcc\x81x\n", 3},
		{4, 12, "\xcc\x81x", "    \xe2\x97\x8c\xcc\x81x\n", 2},
		{0, 16, "a\tb", "a       b\n", 9},
		{3, 13, "a\tb", "   a       b\n", 9},
		{0, 5, "a\tb", "a\n", 5},
		{0, 16, "a\nb\r", "a^Jb^M\n", 6},
		{0, 16, "\x1b[31m", "^[[31m\n", 6},
		{0, 16, "\x7f\xff", "^?\\xff\n", 6},
		{0, 16, "\xc2\x9b", "<U+009B>\n", 8},
		{0, 16, "a\xe2\x80\xae" "b", "a<U+202E>b\n", 10},
		{0, 5, "\xe2\x80\xae", "<U+20\n", 5},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct grid *g = grid_new(1, 16);

		assert_int_equal(grid_puts(g, 0, cases[i].col, cases[i].max, cases[i].s, ROLE_NORMAL), cases[i].used);
		assert_text(g, cases[i].want);
		grid_free(g);
	}
}

static void a_nul_is_shown_too(void **state)
{
	struct grid *g = grid_new(1, 8);

	(void)state;
	grid_put(g, 0, 0, 8, (struct slice){"a\0b", 3}, ROLE_NORMAL);
	assert_text(g, "a^@b\n");
	grid_free(g);
}

static void nothing_that_a_terminal_obeys_gets_into_a_cell(void **state)
{
	struct grid *g = grid_new(1, 40);

	(void)state;
	for (uint32_t cp = 0; cp < 0x110000; cp += cp < 0x3000 ? 1 : 61) {
		char bytes[4];
		size_t n;

		if (cp >= 0xd800 && cp < 0xe000)
			continue;
		n = utf8_encode(cp, bytes);
		grid_clear(g);
		grid_put(g, 0, 0, 40, (struct slice){bytes, n}, ROLE_NORMAL);
		for (unsigned col = 0; col < 40; col++) {
			const struct cell *c = grid_cell(g, 0, col);

			assert_true(c->cp == 0 || utf8_shows(c->cp));
			assert_true(c->cp != 0 || (col > 0 && utf8_width(grid_cell(g, 0, col - 1)->cp) == 2));
			for (unsigned m = 0; m < CELL_MARKS; m++)
				assert_true(c->marks[m] == 0 || (utf8_shows(c->marks[m]) && utf8_width(c->marks[m]) == 0));
		}
	}
	grid_free(g);
}

static void overwriting_half_of_a_wide_character_leaves_no_half(void **state)
{
	static const struct {
		unsigned col;
		const char *s, *want;
	} cases[] = {
		{0, "x", "x 字\n"}, {1, "x", " x字\n"}, {1, "xy", " xy\n"}, {1, "語", " 語\n"}, {3, "x", "漢 x\n"}, {2, "x", "漢x\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct grid *g = grid_new(1, 6);

		grid_puts(g, 0, 0, 6, "漢字", ROLE_NORMAL);
		grid_puts(g, 0, cases[i].col, 6, cases[i].s, ROLE_NORMAL);
		assert_text(g, cases[i].want);
		grid_free(g);
	}
}

static void a_cut_is_marked_in_the_last_cell(void **state)
{
	static const struct {
		unsigned max;
		const char *s, *want;
		unsigned used;
	} cases[] = {
		{5, "exact", "exact\n", 5}, {5, "longer", "long…\n", 5}, {5, "ab", "ab\n", 2}, {1, "ab", "…\n", 1},
		{0, "ab", "\n", 0},	    {5, "漢字漢", "漢字…\n", 5}, {4, "漢字漢", "漢 …\n", 4}, {3, "\x1b\x1b", "^[…\n", 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct grid *g = grid_new(1, 8);

		assert_int_equal(grid_fit(g, 0, 0, cases[i].max, slice_str(cases[i].s), ROLE_NORMAL), cases[i].used);
		assert_text(g, cases[i].want);
		grid_free(g);
	}
}

static void roles_and_overlays_lie_beside_the_text(void **state)
{
	struct grid *g = grid_new(3, 10);

	(void)state;
	grid_puts(g, 0, 0, 10, "漢 title", ROLE_TITLE);
	grid_role(g, 0, 3, 2, ROLE_ERROR);
	grid_puts(g, 1, 0, 10, "match", ROLE_TOOL);
	grid_mod(g, 1, 1, 3, MOD_MATCH);
	grid_mod(g, 1, 2, 5, MOD_SELECT);
	grid_fill(g, 2, 1, 3, '*', ROLE_DIM);
	grid_role(g, 2, 9, 99, ROLE_KEY);
	grid_role(g, 7, 0, 1, ROLE_KEY);
	assert_text(g, "漢 title\nmatch\n ***\n");
	assert_roles(g, "ttteettt..\nTmSSsss...\n.ddd.....k\n");
	grid_clear(g);
	assert_roles(g, "..........\n..........\n..........\n");
	grid_free(g);
}

static void a_put_takes_the_overlay_away(void **state)
{
	struct grid *g = grid_new(1, 3);

	(void)state;
	grid_mod(g, 0, 0, 3, MOD_SELECT);
	grid_puts(g, 0, 1, 1, "x", ROLE_NORMAL);
	assert_roles(g, "s.s\n");
	grid_free(g);
}

static void frames_have_a_title_that_fits(void **state)
{
	struct grid *g = grid_new(3, 12);

	(void)state;
	grid_frame(g, (struct rect){0, 0, 3, 12}, SLICE("Run"), true);
	assert_text(g, "┌ Run ─────┐\n│          │\n└──────────┘\n");
	assert_roles(g, "FFFFFFFFFFFF\nF..........F\nFFFFFFFFFFFF\n");
	grid_clear(g);
	grid_frame(g, (struct rect){0, 1, 2, 9}, SLICE("a long title"), false);
	assert_text(g, " ┌ a lo… ┐\n └───────┘\n\n");
	grid_clear(g);
	grid_frame(g, (struct rect){1, 0, 2, 4}, SLICE("Run"), false);
	assert_text(g, "\n┌──┐\n└──┘\n");
	grid_clear(g);
	grid_frame(g, (struct rect){0, 0, 1, 4}, SLICE("Run"), false);
	grid_frame(g, (struct rect){0, 0, 0, 0}, SLICE("Run"), false);
	assert_text(g, "\n\n\n");
	grid_free(g);
}

static void lines_can_be_ascii(void **state)
{
	struct grid *g = grid_new(3, 12);

	(void)state;
	glyph_ascii(true);
	grid_frame(g, (struct rect){0, 0, 3, 9}, SLICE("a long title"), true);
	assert_text(g, "+ a lo> +\n|       |\n+-------+\n");
	glyph_ascii(false);
	grid_frame(g, (struct rect){0, 0, 3, 9}, SLICE("a long title"), true);
	assert_text(g, "┌ a lo… ┐\n│       │\n└───────┘\n");
	grid_free(g);
}

static void a_resized_grid_is_blank_and_has_a_ceiling(void **state)
{
	struct grid *g = grid_new(2, 4);

	(void)state;
	grid_puts(g, 0, 0, 4, "text", ROLE_NORMAL);
	g->cursor_row = g->cursor_col = 1;
	grid_resize(g, 3, 2);
	assert_text(g, "\n\n\n");
	assert_int_equal(g->cursor_row, -1);
	assert_int_equal(g->cursor_col, -1);
	grid_resize(g, 65535, 65535);
	assert_int_equal(g->rows, GRID_ROWS);
	assert_int_equal(g->cols, GRID_COLS);
	grid_puts(g, GRID_ROWS - 1, GRID_COLS - 1, 5, "xy", ROLE_NORMAL);
	grid_resize(g, 0, 0);
	assert_int_equal(grid_puts(g, 0, 0, 5, "xy", ROLE_NORMAL), 0);
	assert_text(g, "");
	grid_free(g);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(text_lands_in_cells_as_a_terminal_would_show_it),
	cmocka_unit_test(a_nul_is_shown_too),
	cmocka_unit_test(nothing_that_a_terminal_obeys_gets_into_a_cell),
	cmocka_unit_test(overwriting_half_of_a_wide_character_leaves_no_half),
	cmocka_unit_test(a_cut_is_marked_in_the_last_cell),
	cmocka_unit_test(roles_and_overlays_lie_beside_the_text),
	cmocka_unit_test(a_put_takes_the_overlay_away),
	cmocka_unit_test(frames_have_a_title_that_fits),
	cmocka_unit_test(lines_can_be_ascii),
	cmocka_unit_test(a_resized_grid_is_blank_and_has_a_ceiling),
};

int main(void)
{
	setlocale(LC_ALL, "");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
