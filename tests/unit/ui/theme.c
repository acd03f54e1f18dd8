#include "ui/theme.h"

#include "base/fs.h"
#include "tests/test.h"

static void roles_have_unique_names_and_letters_and_fall_back_to_earlier_ones(void **state)
{
	static const enum role fallback[ROLES] = {
#define ROLE(sym, name, letter, fallback) ROLE_##fallback,
		UI_ROLES(ROLE)
#undef ROLE
	};

	(void)state;
	for (unsigned a = 0; a < ROLES; a++) {
		assert_true(role_letter((enum role)a) > ' ' && role_letter((enum role)a) < 127);
		assert_true(fallback[a] < a || a == ROLE_NORMAL);
		/* Letters of selected cells in the role plane. */
		assert_true(role_letter((enum role)a) != 's' && role_letter((enum role)a) != 'S');
		for (unsigned b = 0; b < a; b++) {
			assert_string_not_equal(role_name((enum role)a), role_name((enum role)b));
			assert_int_not_equal(role_letter((enum role)a), role_letter((enum role)b));
		}
	}
}

static void a_line_sets_colours_and_attributes(void **state)
{
	static const struct {
		const char *line;
		struct style want;
	} cases[] = {
		{"color title red", {true, 1, -1, false, false, false, false}},
		{"color title bright-white blue bold", {true, 15, 4, true, false, false, false}},
		{"color title default 200", {true, -1, 200, false, false, false, false}},
		{"color title dim underline", {true, -1, -1, false, true, true, false}},
		{"color title bold 7 reverse 0 # why not", {true, 7, 0, true, false, false, true}},
		{"color title default", {true, -1, -1, false, false, false, false}},
		{"color title #fF8000 #000000 bold", {true, COLOUR_RGB + 0xff8000, COLOUR_RGB, true, false, false, false}},
		{"color title 1 #not-a-colour", {true, 1, -1, false, false, false, false}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct diags ds = {0};
		struct theme t;
		struct style got;

		theme_parse(&t, slice_str(cases[i].line), &ds);
		got = t.style[ROLE_TITLE];
		assert_int_equal(ds.n, 0);
		assert_true(got.set);
		assert_int_equal(got.fg, cases[i].want.fg);
		assert_int_equal(got.bg, cases[i].want.bg);
		assert_int_equal(got.bold, cases[i].want.bold);
		assert_int_equal(got.dim, cases[i].want.dim);
		assert_int_equal(got.underline, cases[i].want.underline);
		assert_int_equal(got.reverse, cases[i].want.reverse);
	}
}

static void roles_that_are_not_named_look_like_their_fallback(void **state)
{
	struct diags ds = {0};
	struct theme t;

	(void)state;
	theme_parse(&t, SLICE("color hint cyan\ncolor warning 3 bold\ncolor normal 7"), &ds);
	assert_int_equal(ds.n, 0);
	assert_int_equal(t.style[ROLE_KEY].fg, 6);
	assert_false(t.style[ROLE_KEY].set);
	assert_int_equal(t.style[ROLE_RACE_WRITE].fg, 3);
	assert_true(t.style[ROLE_ERROR].bold);
	assert_int_equal(t.style[ROLE_NOTE].fg, 7);
	theme_parse(&t, SLICE(""), &ds);
	for (unsigned r = 0; r < ROLES; r++) {
		assert_int_equal(t.style[r].fg, -1);
		assert_int_equal(t.style[r].bg, -1);
		assert_false(t.style[r].bold || t.style[r].dim || t.style[r].underline || t.style[r].reverse);
	}
}

static void colours_left_out_are_those_of_normal_text(void **state)
{
	struct diags ds = {0};
	struct theme t;

	(void)state;
	theme_parse(&t, SLICE("color title bold\ncolor key green\ncolor hint default default\ncolor normal 1 7"), &ds);
	assert_int_equal(ds.n, 0);
	assert_int_equal(t.style[ROLE_TITLE].fg, 1);
	assert_int_equal(t.style[ROLE_TITLE].bg, 7);
	assert_int_equal(t.style[ROLE_KEY].fg, 2);
	assert_int_equal(t.style[ROLE_KEY].bg, 7);
	assert_int_equal(t.style[ROLE_HINT].bg, -1);
	assert_int_equal(t.style[ROLE_NOTE].bg, 7);
}

static void bad_lines_are_warnings_and_the_rest_counts(void **state)
{
	static const char text[] = "color title red\n"
				   "color\n"
				   "color title\n"
				   "color titel red\n"
				   "color title purple\n"
				   "color title 256\n"
				   "color title bright-default\n"
				   "color title red blue green\n"
				   "colour title red\n"
				   "color \"title red\n"
				   "color key green\n";
	struct diags ds = {0};
	struct theme t;

	(void)state;
	theme_parse(&t, slice_str(text), &ds);
	assert_int_equal(ds.n, 9);
	for (size_t i = 0; i < ds.n; i++) {
		assert_int_equal(ds.d[i].level, DIAG_WARNING);
		assert_int_equal(ds.d[i].line, i + 2);
	}
	assert_int_equal(ds.d[1].byte, 22);
	assert_int_equal(t.style[ROLE_TITLE].fg, 1);
	assert_int_equal(t.style[ROLE_KEY].fg, 2);
	diags_release(&ds);
}

static void messages_show_hostile_words_escaped(void **state)
{
	struct diags ds = {0};
	struct theme t;

	(void)state;
	theme_parse(&t, SLICE("color \x1b[31mx red"), &ds);
	assert_int_equal(ds.n, 1);
	assert_string_equal(ds.d[0].text, "unknown role '^[[31mx'");
	diags_release(&ds);
}

static void parse_shipped(const char *text, struct theme *t)
{
	struct diags ds = {0};

	theme_parse(t, slice_str(text), &ds);
	for (size_t i = 0; i < ds.n; i++)
		print_error("line %u: %s\n", (unsigned)ds.d[i].line, ds.d[i].text);
	assert_int_equal(ds.n, 0);
	for (unsigned r = 0; r < ROLES; r++)
		assert_true(t->style[r].set);
}

static bool same_style(const struct style *a, const struct style *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->bold == b->bold && a->dim == b->dim &&
	       a->underline == b->underline && a->reverse == b->reverse;
}

static void the_default_theme_paints_no_background_and_uses_16_colours(void **state)
{
	struct theme t;

	(void)state;
	parse_shipped(theme_default, &t);
	for (unsigned r = 0; r < ROLES; r++) {
		assert_true(t.style[r].fg < 16);
		assert_int_equal(t.style[r].bg, -1);
		/* These vanish on a dark or on a light background. */
		assert_true(t.style[r].fg != 0 && t.style[r].fg != 7 && t.style[r].fg != 3 && t.style[r].fg < 8);
	}
	assert_false(same_style(&t.style[ROLE_RACE_WRITE], &t.style[ROLE_RACE_READ]));
	assert_false(same_style(&t.style[ROLE_FRAME], &t.style[ROLE_FRAME_FOCUS]));
	assert_false(same_style(&t.style[ROLE_LINE_READ], &t.style[ROLE_NORMAL]));
}

static void the_mono_theme_has_no_colour_and_still_tells_roles_apart(void **state)
{
	static const enum role apart[] = {ROLE_RACE_WRITE, ROLE_RACE_READ, ROLE_CALL_SITE, ROLE_LINE_READ, ROLE_NORMAL};
	struct theme t;

	(void)state;
	parse_shipped(theme_mono, &t);
	for (unsigned r = 0; r < ROLES; r++) {
		assert_int_equal(t.style[r].fg, -1);
		assert_int_equal(t.style[r].bg, -1);
	}
	for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
		for (size_t k = 0; k < i; k++)
			assert_false(same_style(&t.style[apart[i]], &t.style[apart[k]]));
	assert_false(same_style(&t.style[ROLE_FRAME], &t.style[ROLE_FRAME_FOCUS]));
	assert_true(t.style[ROLE_MATCH].reverse);
}

static double linear(unsigned v)
{
	double x = v / 255.0;

	return x * x; /* near enough to what an eye sees */
}

static double luminance(ui_colour c)
{
	uint32_t rgb = palette_rgb(c);

	return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8 & 0xff) + 0.0722 * linear(rgb & 0xff);
}

static double contrast(ui_colour a, ui_colour b)
{
	double x = luminance(a) + 0.05, y = luminance(b) + 0.05;

	return x > y ? x / y : y / x;
}

/* They paint their own background, so that what can be read on it is known. */
static void painted_themes_can_be_read(void **state)
{
	static const struct {
		const char *text;
		double least;
	} themes[] = {{theme_light, 4.5}, {theme_high_contrast, 7}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct theme t;

		parse_shipped(themes[i].text, &t);
		for (unsigned r = 0; r < ROLES; r++) {
			struct style few = palette_style(t.style[r], PALETTE_256);

			assert_true(t.style[r].fg >= 0 && t.style[r].bg >= 0);
			if (contrast(t.style[r].fg, t.style[r].bg) < themes[i].least ||
			    contrast(few.fg, few.bg) < themes[i].least)
				fail_msg("role %s: contrast %.1f, with 256 colours %.1f", role_name((enum role)r),
					 contrast(t.style[r].fg, t.style[r].bg), contrast(few.fg, few.bg));
			few = palette_style(t.style[r], PALETTE_16);
			assert_true(contrast(few.fg, few.bg) > 2); /* their green is what it is */
			few = palette_style(t.style[r], PALETTE_8);
			assert_true(few.fg != few.bg);
		}
		assert_false(same_style(&t.style[ROLE_RACE_WRITE], &t.style[ROLE_RACE_READ]));
		assert_false(same_style(&t.style[ROLE_FRAME], &t.style[ROLE_FRAME_FOCUS]));
		assert_false(same_style(&t.style[ROLE_LINE_READ], &t.style[ROLE_NORMAL]));
	}
}

static void the_built_in_themes_are_the_shipped_files(void **state)
{
	struct buf b = BUF_INIT, path = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; theme_builtin_name(i); i++) {
		buf_clear(&path);
		buf_addf(&path, "themes/%s", theme_builtin_name(i));
		assert_int_equal(fs_read(test_src(buf_str(&path)), &b, NULL), 0);
		assert_slice(buf_slice(&b), theme_builtin(theme_builtin_name(i)));
	}
	assert_int_equal(i, 4);
	assert_null(theme_builtin("none"));
	buf_release(&b);
	buf_release(&path);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(roles_have_unique_names_and_letters_and_fall_back_to_earlier_ones),
	cmocka_unit_test(a_line_sets_colours_and_attributes),
	cmocka_unit_test(roles_that_are_not_named_look_like_their_fallback),
	cmocka_unit_test(colours_left_out_are_those_of_normal_text),
	cmocka_unit_test(bad_lines_are_warnings_and_the_rest_counts),
	cmocka_unit_test(messages_show_hostile_words_escaped),
	cmocka_unit_test(the_default_theme_paints_no_background_and_uses_16_colours),
	cmocka_unit_test(the_mono_theme_has_no_colour_and_still_tells_roles_apart),
	cmocka_unit_test(painted_themes_can_be_read),
	cmocka_unit_test(the_built_in_themes_are_the_shipped_files),
};

TEST_MAIN()
