#define _GNU_SOURCE
#include "workspace/recheck.h"

#include <stdlib.h>

#include "tests/tree.h"

struct world {
	struct test_tree t;
	struct root r;
	struct recheck c;
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	struct err e;

	*state = w;
	test_tree_make(&w->t);
	recheck_init(&w->c, &w->r);
	return root_open(&w->r, w->t.dir, &e);
}

static int teardown(void **state)
{
	struct world *w = *state;

	recheck_release(&w->c);
	root_release(&w->r);
	test_tree_remove(&w->t);
	free(w);
	return 0;
}

static bool is(struct world *w, const char *name, uint64_t number, const char *text)
{
	return recheck_line(&w->c, slice_str(name), number, slice_str(text));
}

static void lines_are_what_they_are(void **state)
{
	struct world *w = *state;

	test_tree_write(&w->t, "a.c", SLICE("one\ntwo\r\n\nfour"));
	assert_true(is(w, "a.c", 1, "one"));
	assert_true(is(w, "a.c", 2, "two\r"));
	assert_true(is(w, "a.c", 4, "four"));
	assert_true(is(w, "a.c", 3, ""));
	assert_false(is(w, "a.c", 3, "x"));
	assert_false(is(w, "a.c", 1, "on"));
	assert_false(is(w, "a.c", 1, "ones"));
	assert_false(is(w, "a.c", 5, ""));
	assert_false(is(w, "none.c", 1, "one"));
}

/* Lines that go over the end of a block, and long ones, of which the beginning counts. */
static void long_files_are_gone_through(void **state)
{
	struct world *w = *state;
	struct buf b = BUF_INIT, line = BUF_INIT;

	for (int i = 1; i <= 20000; i++)
		buf_addf(&b, "line %d of many\n", i);
	buf_pad(&b, 'x', 100000);
	buf_adds(&b, "\nlast\n");
	test_tree_write(&w->t, "long.c", buf_slice(&b));
	for (int i = 1; i <= 20000; i += 7) {
		buf_clear(&line);
		buf_addf(&line, "line %d of many", i);
		assert_true(is(w, "long.c", (uint64_t)i, buf_str(&line)));
	}
	buf_clear(&line);
	buf_pad(&line, 'x', 8000);
	assert_true(is(w, "long.c", 20001, buf_str(&line)));
	assert_true(is(w, "long.c", 20002, "last"));
	buf_release(&b);
	buf_release(&line);
}

/* What was a directory of the tree when it was read may be one now: what counts is what is below the root. */
static void what_lies_outside_has_no_lines(void **state)
{
	struct world *w = *state;

	test_tree_run(&w->t, "mkdir ../out d; echo secret >../out/a.c; echo known >d/a.c; ln -s ../out link; mkfifo fifo; ln -s /dev/zero zero");
	assert_false(is(w, "link/a.c", 1, "secret"));
	assert_false(is(w, "d/a.c", 1, "secret"));
	assert_true(is(w, "d/a.c", 1, "known"));
	assert_false(is(w, "fifo", 1, ""));
	assert_false(is(w, "zero", 1, ""));
	assert_false(is(w, "d", 1, ""));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(lines_are_what_they_are),
		TEST(long_files_are_gone_through),
		TEST(what_lies_outside_has_no_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
