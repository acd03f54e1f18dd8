/* A script of the test's own, which is asked about the code instead of this program. */
#ifndef TESTS_PROGRAM_H
#define TESTS_PROGRAM_H

#include <sys/stat.h>

#include "app/ask.h"
#include "base/fs.h"
#include "tests/test.h"

static inline void test_program(struct ask *k, const char *dir, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Written to `dir`, as "answer", in place of one before; "#!/bin/sh" is put above it. */
static inline void test_program(struct ask *k, const char *dir, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	struct err e = {0};
	char path[200];
	va_list ap;

	buf_adds(&b, "#!/bin/sh\n");
	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	assert_int_equal(fs_write_atomic(dir, "answer", buf_slice(&b), &e), 0);
	snprintf(path, sizeof path, "%s/answer", dir);
	assert_int_equal(chmod(path, 0755), 0);
	ask_use(k, path);
	buf_release(&b);
}

#endif
