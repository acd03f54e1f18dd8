#include "base/library.h"
#include "tests/test.h"

static struct {
	double (*cos)(double);
	double (*floor)(double);
} lib;

static const char *const functions[] = {"cos", "floor"};

static void finds_functions_by_the_first_name_that_is_there(void **state)
{
	static const char *const names[] = {"libno-such-thing.so.7", "libm.so.6", NULL};
	struct err e = {0};

	(void)state;
	assert_int_equal(library_load(names, functions, 2, &lib, &e), 0);
	assert_true(lib.cos(0) == 1.0);
	assert_true(lib.floor(2.5) == 2.0);
}

static void leaves_all_alone_where_something_is_missing(void **state)
{
	static const char *const nothing[] = {"libno-such-thing.so.7", NULL}, *const math[] = {"libm.so.6", NULL};
	static const char *const more[] = {"cos", "no_such_function"};
	struct err e = {0};

	(void)state;
	lib.cos = NULL;
	assert_int_equal(library_load(nothing, functions, 2, &lib, &e), -1);
	assert_int_equal(e.cls, ERR_TOOL);
	assert_non_null(strstr(e.msg, "a library is missing: libno-such-thing.so.7"));
	assert_int_equal(library_load(math, more, 2, &lib, &e), -1);
	assert_non_null(strstr(e.msg, "no_such_function"));
	assert_null(lib.cos);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(finds_functions_by_the_first_name_that_is_there),
	cmocka_unit_test(leaves_all_alone_where_something_is_missing),
};

TEST_MAIN()
