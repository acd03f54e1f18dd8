/* What every unit test includes: cmocka, the real data where it is present, and a few comparisons. */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/slice.h"

/*
 * The path of a file below the folder of real data, in a static buffer; skips the test where the folder is absent.
 * The folder is $VERDICT_TEST_DATA.
 */
static inline const char *test_data(const char *name)
{
	static char path[4096];
	const char *dir = getenv("VERDICT_TEST_DATA");

	if (!dir || access(dir, R_OK) < 0) {
		print_message("# real data is absent: skipped\n");
		skip();
	}
	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

/* The path of a file of the source tree, in a static buffer. */
static inline const char *test_src(const char *name)
{
	static char path[4096];
	const char *dir = getenv("VERDICT_TEST_SRCDIR");

	snprintf(path, sizeof path, "%s/%s", dir ? dir : ".", name);
	return path;
}

/* A slice equals a C string, shown whole when it does not. */
static inline void assert_slice(struct slice s, const char *want)
{
	char *got = malloc(s.n + 1);

	memcpy(got, s.n ? s.p : "", s.n);
	got[s.n] = '\0';
	assert_string_equal(got, want);
	free(got);
}

/* main() of a test program: the table of tests is named `tests`. */
#define TEST_MAIN() \
	int main(void) \
	{ \
		return cmocka_run_group_tests(tests, NULL, NULL); \
	}

#endif
