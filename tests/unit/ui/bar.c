#include "ui/bar.h"

#include <locale.h>

#include "tests/test.h"
#include "ui/glyph.h"

/* The first row of a grid of 10 cells with one bar; and all rows of columns. */
static void bar_is(uint64_t v, uint64_t most, const char *want)
{
	struct grid *g = grid_new(1, 10);
	struct buf b = BUF_INIT;

	bar_draw(g, 0, 0, 4, v, most, ROLE_NORMAL);
	grid_text(g, &b);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
	grid_free(g);
}

static void a_bar_is_as_long_as_its_value(void **state)
{
	(void)state;
	glyph_ascii(false);
	bar_is(0, 10, "\n");
	bar_is(10, 0, "\n");
	bar_is(10, 10, "████\n");
	bar_is(20, 10, "████\n");
	bar_is(5, 10, "██\n");
	bar_is(4, 10, "█▌\n");
	bar_is(1, 1000000, "▌\n");
	bar_is(UINT64_MAX / 2, UINT64_MAX, "██\n");
	bar_is(INT64_MAX, UINT64_MAX, "██\n");
}

static void without_utf8_it_is_ascii(void **state)
{
	(void)state;
	glyph_ascii(true);
	bar_is(4, 10, "#:\n");
	glyph_ascii(false);
}

static void columns_are(unsigned cols, const uint32_t *v, size_t n, const char *want)
{
	struct grid *g = grid_new(2, 12);
	struct buf b = BUF_INIT;

	bar_columns(g, (struct rect){0, 0, 2, cols}, v, n, 8, ROLE_NORMAL);
	grid_text(g, &b);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
	grid_free(g);
}

static void columns_are_as_high_as_their_values(void **state)
{
	static const uint32_t v[] = {8, 4, 1, 0, 6};

	(void)state;
	columns_are(12, v, 3, "██\n██ ██ ▄▄\n");
	columns_are(5, v, 5, "█   ▄\n██▄ █\n");
	columns_are(3, v, 5, "█\n██▄\n"); /* never over the edge */
	columns_are(12, v, 0, "\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bar_is_as_long_as_its_value),
		cmocka_unit_test(without_utf8_it_is_ascii),
		cmocka_unit_test(columns_are_as_high_as_their_values),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
