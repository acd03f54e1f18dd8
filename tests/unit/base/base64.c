#include "base/base64.h"

#include "tests/test.h"

static void the_examples_of_the_standard(void **state)
{
	static const char *const t[][2] = {
		{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="},
		{"foobar", "Zm9vYmFy"}, {"\xff\xfe\xfd", "//79"}, {"\xfb\xef\xbe", "++++"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct buf b = BUF_INIT;

		base64_add(&b, slice_str(t[i][0]));
		assert_slice(buf_slice(&b), t[i][1]);
		buf_release(&b);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_examples_of_the_standard),
};

TEST_MAIN()
