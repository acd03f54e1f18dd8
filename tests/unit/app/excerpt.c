#include "app/excerpt.h"

#include "tests/test.h"

/* The example run, whose texts are known. */
static int setup(void **state)
{
	static struct app app;
	struct buf path = BUF_INIT;
	struct err e = {0};

	app = (struct app){0};
	buf_addf(&path, "%s/examples/pond-race.json", getenv("VERDICT_TEST_SRCDIR"));
	*state = session_open(&app, buf_str(&path), &e);
	buf_release(&path);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	session_free(*state);
	return 0;
}

static void a_text_of_a_span_is_compared_byte_by_byte(void **state)
{
	char text[] = "Looking at", *longer = NULL;
	struct place p = {.kind = PLACE_SPAN, .seq = 5, .field = FIELD_THOUGHTS, .from = 2, .to = 12, .excerpt = text};

	assert_int_equal(excerpt_check(*state, &p), EXCERPT_SAME);
	p.to = 9000; /* past the end: it was another text that was so long */
	assert_int_equal(excerpt_check(*state, &p), EXCERPT_DIFFERS);
	p.to = 12;
	text[0] = 'l';
	assert_int_equal(excerpt_check(*state, &p), EXCERPT_DIFFERS);
	p.excerpt = longer; /* nothing was kept, nothing can differ */
	assert_int_equal(excerpt_check(*state, &p), EXCERPT_SAME);
	text[0] = 'L';
	p.excerpt = text;
	p.seq = 4711;
	assert_int_equal(excerpt_check(*state, &p), EXCERPT_DIFFERS);
	p.seq = 5;
	p.field = FIELD_ERROR; /* which the span has not */
	assert_int_equal(excerpt_check(*state, &p), EXCERPT_DIFFERS);
}

static void source_is_compared_where_a_tool_returned_it(void **state)
{
	char path[] = "drivers/pond/pond.h", text[] = "\tlockdep_assert_held(&p->lock);\n\tp->flags |= bits;";
	struct place p = {.kind = PLACE_SOURCE, .path = path, .line_first = 66, .line_last = 67, .excerpt = text};

	assert_int_equal(excerpt_check(*state, &p), EXCERPT_SAME);
	p.line_first = 67;
	assert_int_equal(excerpt_check(*state, &p), EXCERPT_DIFFERS);
	p.line_first = p.line_last = 4000; /* nobody read that line */
	assert_int_equal(excerpt_check(*state, &p), EXCERPT_UNKNOWN);
	path[0] = 'x';
	assert_int_equal(excerpt_check(*state, &p), EXCERPT_UNKNOWN);
}

static void the_report_is_compared_from_its_byte_on(void **state)
{
	struct session *s = *state;
	char text[] = "BUG: KCSAN: data-race";
	struct place p = {.kind = PLACE_REPORT, .excerpt = text};

	p.from = slice_find(s->run->crash->text, text, 0);
	assert_true(p.from != SLICE_NONE);
	p.to = p.from + sizeof text + 3; /* the excerpt is its beginning */
	assert_int_equal(excerpt_check(s, &p), EXCERPT_SAME);
	p.from++;
	assert_int_equal(excerpt_check(s, &p), EXCERPT_DIFFERS);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_text_of_a_span_is_compared_byte_by_byte),
	cmocka_unit_test(source_is_compared_where_a_tool_returned_it),
	cmocka_unit_test(the_report_is_compared_from_its_byte_on),
};

int main(void)
{
	return cmocka_run_group_tests(tests, setup, teardown);
}
