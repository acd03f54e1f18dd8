#include "ui/palette.h"

#include "tests/test.h"

static void colours_come_as_close_as_the_palette_allows(void **state)
{
	static const struct {
		ui_colour c, in_256, in_16;
	} cases[] = {
		{COLOUR_OWN, COLOUR_OWN, COLOUR_OWN},
		{3, 3, 3},
		{12, 12, 12},
		{208, 208, 11},
		{46, 46, 10},
		{232, 232, 0},
		{COLOUR_RGB + 0x000000, 16, 0},
		{COLOUR_RGB + 0xffffff, 231, 15},
		{COLOUR_RGB + 0x00ff00, 46, 10},
		{COLOUR_RGB + 0x8f0000, 88, 1},
		{COLOUR_RGB + 0x808080, 244, 7},
		{COLOUR_RGB + 0x5f5f5f, 59, 8},
		{COLOUR_RGB + 0x1f3faf, 25, 4},
		{COLOUR_RGB + 0x121314, 233, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(palette_fit(cases[i].c, PALETTE_TRUE), cases[i].c);
		assert_int_equal(palette_fit(cases[i].c, PALETTE_256), cases[i].in_256);
		assert_int_equal(palette_fit(cases[i].c, PALETTE_16), cases[i].in_16);
	}
}

/* What stands in the palette is what comes closest to itself. */
static void a_colour_of_the_palette_is_itself_again(void **state)
{
	(void)state;
	for (ui_colour c = 16; c < 256; c++) {
		ui_colour again = palette_fit(COLOUR_RGB + (ui_colour)palette_rgb(c), PALETTE_256);

		assert_int_equal(palette_rgb(again), palette_rgb(c));
		assert_in_range(palette_fit(c, PALETTE_16), 0, 15);
	}
	assert_int_equal(palette_rgb(16), 0x000000);
	assert_int_equal(palette_rgb(231), 0xffffff);
	assert_int_equal(palette_rgb(255), 0xeeeeee);
}

static void with_eight_colours_bright_is_bold(void **state)
{
	struct style st = palette_style((struct style){.fg = 12, .bg = 9}, PALETTE_8);

	(void)state;
	assert_int_equal(st.fg, 4);
	assert_int_equal(st.bg, 1);
	assert_true(st.bold);
	st = palette_style((struct style){.fg = 8, .bg = COLOUR_OWN}, PALETTE_8);
	assert_int_equal(st.fg, COLOUR_OWN);
	assert_true(st.dim && !st.bold);
	st = palette_style((struct style){.fg = 8, .bg = 15}, PALETTE_8); /* not the terminal's own: that may be white */
	assert_int_equal(st.fg, 0);
	assert_int_equal(st.bg, 7);
}

static void text_never_gets_the_colour_of_what_is_behind_it(void **state)
{
	(void)state;
	for (ui_colour fg = 0; fg < 256; fg++)
		for (ui_colour bg = 0; bg < 256; bg++) {
			struct style eight = palette_style((struct style){.fg = fg, .bg = bg}, PALETTE_8);
			struct style sixteen = palette_style((struct style){.fg = fg, .bg = bg}, PALETTE_16);

			if (fg == bg)
				continue;
			assert_true(eight.fg != eight.bg && sixteen.fg != sixteen.bg);
			assert_in_range(eight.fg, 0, 7);
			assert_in_range(eight.bg, 0, 7);
		}
}

static void terminals_are_told_apart_by_their_colours(void **state)
{
	(void)state;
	assert_int_equal(palette_of(8), PALETTE_8);
	assert_int_equal(palette_of(16), PALETTE_16);
	assert_int_equal(palette_of(88), PALETTE_16);
	assert_int_equal(palette_of(256), PALETTE_256);
	assert_int_equal(palette_of(0x1000000), PALETTE_TRUE);
	assert_int_equal(palette_of(65536), PALETTE_8); /* numbers of another order: the first eight are safe */
}

static struct style attributes(unsigned set)
{
	return (struct style){.set = true, .fg = COLOUR_OWN, .bg = COLOUR_OWN, .bold = set & 1, .dim = set & 2,
			      .underline = set & 4, .reverse = set & 8};
}

static unsigned bits(struct style st)
{
	return (st.bold ? 1u : 0) | (st.dim ? 2u : 0) | (st.underline ? 4u : 0) | (st.reverse ? 8u : 0);
}

static void what_is_laid_over_a_cell_shows(void **state)
{
	(void)state;
	for (unsigned st = 0; st < 16; st++) {
		assert_int_equal(bits(palette_overlay(attributes(st), attributes(8), false, false)), st);
		assert_int_not_equal(bits(palette_overlay(attributes(st), attributes(8), false, true)), st);
		assert_int_equal(bits(palette_overlay(attributes(st), attributes(0), true, false)), st);
		for (unsigned match = 1; match < 16; match++) {
			unsigned found = bits(palette_overlay(attributes(st), attributes(match), true, false));

			assert_int_not_equal(found, st);
			assert_int_not_equal(bits(palette_overlay(attributes(st), attributes(match), true, true)), found);
		}
	}
	/* within a line that is bold and reversed by itself */
	assert_int_equal(bits(palette_overlay(attributes(1 | 8), attributes(8), true, false)), 1 | 4);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(colours_come_as_close_as_the_palette_allows),
	cmocka_unit_test(a_colour_of_the_palette_is_itself_again),
	cmocka_unit_test(with_eight_colours_bright_is_bold),
	cmocka_unit_test(text_never_gets_the_colour_of_what_is_behind_it),
	cmocka_unit_test(terminals_are_told_apart_by_their_colours),
	cmocka_unit_test(what_is_laid_over_a_cell_shows),
};

TEST_MAIN()
