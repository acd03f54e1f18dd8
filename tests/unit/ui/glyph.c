#include "ui/glyph.h"

#include <locale.h>
#include <string.h>

#include "base/utf8.h"
#include "tests/test.h"

/* Layouts count on it: a sign takes one cell in both forms, and the plain one is ASCII. */
static void each_form_takes_one_cell(void **state)
{
	(void)state;
	setlocale(LC_ALL, "C.UTF-8");
	for (unsigned g = 0; g < GLYPHS; g++) {
		glyph_ascii(false);
		assert_int_equal(utf8_width(glyph_cp((enum glyph)g)), 1);
		glyph_ascii(true);
		assert_int_equal(strlen(glyph((enum glyph)g)), 1);
		assert_in_range(glyph(((enum glyph)g))[0], 0x21, 0x7e);
		assert_int_equal(glyph_cp((enum glyph)g), glyph((enum glyph)g)[0]);
	}
	glyph_ascii(false);
	assert_string_equal(glyph(GLYPH_HERE), "▸");
	assert_int_equal(glyph_cp(GLYPH_HERE), 0x25b8);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(each_form_takes_one_cell),
};

TEST_MAIN()
