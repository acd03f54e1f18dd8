#include "ui/copy.h"

#include <locale.h>

#include "tests/test.h"

static void what_is_copied_does_no_harm_in_a_shell(void **state)
{
	static const struct {
		const char *in, *out;
		size_t left_out;
	} t[] = {
		{"p->flags |= bits;", "p->flags |= bits;", 0},
		{"if (a)\n\tb();\n", "if (a)\n\tb();", 0},
		{"rm -rf /\n\n\r\n", "rm -rf /", 0},
		{"a\r\nb\r\n", "a\nb", 0},
		{"\x1b[201~evil\x07", "[201~evil", 2},
		{"a\x9b" "b\xc2\x9b" "c", "abc", 2},
		{"gr\xc3\xbcn \xe6\xbc\xa2", "gr\xc3\xbcn \xe6\xbc\xa2", 0},
		{"x\xe2\x80\xaey\xe2\x80\x8bz", "xyz", 2},
		{"a\rb", "ab", 1},
		{"\x1b\x1b", "", 2},
		{"", "", 0},
	};

	(void)state;
	for (int utf8 = 0; utf8 < 2; utf8++) { /* what the terminal can show makes no difference */
		setlocale(LC_ALL, utf8 ? "C.UTF-8" : "C");
		for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
			struct buf b = BUF_INIT;

			assert_int_equal(copy_clean(&b, slice_str(t[i].in)), t[i].left_out);
			assert_slice(buf_slice(&b), t[i].out);
			buf_release(&b);
		}
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(what_is_copied_does_no_harm_in_a_shell),
};

TEST_MAIN()
