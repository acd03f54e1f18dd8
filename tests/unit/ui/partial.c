#include "ui/partial.h"

#include "tests/test.h"

static int setup(void **state)
{
	static struct app app;
	struct err e = {0};

	app = (struct app){0};
	*state = session_open(&app, test_src("examples/pond-race.json"), &e);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	session_free(*state);
	return 0;
}

static struct slice line_of(const struct buf *text, uint32_t n)
{
	struct slice rest = buf_slice(text), line = {0};

	while (n-- > 0)
		assert_true(slice_line(&rest, &line));
	return line;
}

/* Every line that was returned stands at its number, and the first one that was not says so, once. */
static void assert_lines(struct session *s, const char *path)
{
	const struct evidence_file *f = session_file(s, slice_str(path));
	struct buf text = BUF_INIT;
	uint32_t missing = 1;
	bool whole;
	size_t at;

	assert_non_null(f);
	assert_int_equal(partial_text(s, slice_str(path), &text, &whole), f->n);
	for (size_t i = 0; i < f->n; i++) {
		assert_true(slice_eq(line_of(&text, f->lines[i].line), f->lines[i].text));
		missing += f->lines[i].line == missing;
	}
	at = slice_find(buf_slice(&text), "not the whole of", 0);
	assert_int_equal(whole, at == SLICE_NONE);
	if (!whole) {
		assert_true(slice_find(line_of(&text, missing), path, 0) != SLICE_NONE);
		assert_int_equal(slice_find(buf_slice(&text), "not the whole of", at + 1), SLICE_NONE);
	}
	buf_release(&text);
}

static void lines_stand_where_they_stand_in_the_file(void **state)
{
	static const char *const paths[] = {"drivers/pond/pond.h", "drivers/pond/pond_irq.c", "drivers/pond/pond_feed.c"};

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		assert_lines(*state, paths[i]);
}

static void of_a_file_that_nobody_read_there_is_nothing(void **state)
{
	struct buf text = BUF_INIT;
	bool whole;

	assert_int_equal(partial_text(*state, SLICE("no/such.c"), &text, &whole), 0);
	assert_false(whole);
	assert_int_equal(text.n, 0);
	buf_release(&text);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(lines_stand_where_they_stand_in_the_file),
	cmocka_unit_test(of_a_file_that_nobody_read_there_is_nothing),
};

int main(void)
{
	return cmocka_run_group_tests(tests, setup, teardown);
}
