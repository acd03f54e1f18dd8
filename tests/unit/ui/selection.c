#define _GNU_SOURCE /* mkstemp, mkdtemp, setenv */
#include "ui/selection.h"

#include <locale.h>

#include "base/fs.h"
#include "tests/app.h"
#include "ui/view.h"

/* A thought of letters that take two and three bytes, and one line; "漢" and "字" take three bytes and two cells each. */
#define THOUGHT "größe 漢字 end"
#define SPANS \
	"{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"f\",\"Finished\":\"2026-01-01T00:00:00Z\"}\n" \
	"{\"Seq\":1,\"Nesting\":1,\"Type\":\"llm\",\"Name\":\"a\",\"Finished\":\"2026-01-01T00:00:00Z\",\"Thoughts\":\"" THOUGHT "\"}\n" \
	"{\"Seq\":2,\"Nesting\":1,\"Type\":\"llm\",\"Name\":\"b\",\"Finished\":\"2026-01-01T00:00:00Z\",\"Thoughts\":\"two\",\"Reply\":\"three\"}\n" \
	"{\"Seq\":3,\"Nesting\":1,\"Type\":\"llm\",\"Name\":\"c\",\"Finished\":\"2026-01-01T00:00:00Z\"}\n"

static struct ui *screen(void)
{
	static char home[] = "/tmp/verdict-select-XXXXXX", path[] = "/tmp/verdict-select-XXXXXX";
	static struct app a;
	struct err e = {0};
	struct session *s;
	struct ui *ui;
	int fd;

	if (strstr(home, "XXXXXX")) {
		assert_non_null(mkdtemp(home));
		fd = mkstemp(path);
		assert_int_equal(fs_write_all(fd, SPANS, sizeof SPANS - 1), 0);
		close(fd);
	}
	setlocale(LC_ALL, "C.UTF-8");
	app_release(&a);
	test_app_init(&a, home);
	test_app_set(&a, "reviewer", "Rita Reviewer <rita@example.org>");
	s = session_begin(&a, path, false, &e);
	if (!s)
		fail_msg("%s", e.msg);
	ui = ui_new(&a, s, 40, 140, NULL, &e);
	assert_non_null(ui);
	while (ui_idle(ui))
		;
	ui_draw(ui);
	return ui;
}

static void press(struct ui *ui, const char *keys)
{
	for (; *keys; keys++)
		ui_press(ui, (unsigned char)*keys);
	ui_draw(ui);
}

static void a_selection_of_text_holds_whole_characters(void **state)
{
	struct ui *ui = screen();
	struct buf text = BUF_INIT;
	struct place p;

	(void)state;
	press(ui, ":1\r4/gr\rll"); /* to "ö" */
	assert_false(ui_selection_text(ui, &text));
	press(ui, "vllll"); /* "öße 漢": the cursor's character is part of it */
	assert_true(ui_selection_text(ui, &text));
	assert_string_equal(buf_str(&text), "öße 漢");
	assert_int_equal(ui_places(ui, &p, 1), 1);
	assert_int_equal(p.kind, PLACE_SPAN);
	assert_int_equal(p.seq, 1);
	assert_int_equal(p.field, FIELD_THOUGHTS);
	assert_int_equal(p.from, 2);
	assert_int_equal(p.to, sizeof "größe 漢" - 1);
	assert_string_equal(p.excerpt, "öße 漢");
	place_release(&p);
	press(ui, "v"); /* backwards, from one character to itself and those before */
	press(ui, "vhhh");
	buf_clear(&text);
	assert_true(ui_selection_text(ui, &text));
	assert_string_equal(buf_str(&text), "ße 漢");
	press(ui, "\x1b");
	assert_false(ui_selection_text(ui, &text));
	assert_false(selection_end(ui));
	buf_release(&text);
	ui_free(ui);
}

static void spans_are_a_place_each_and_those_without_a_text_none(void **state)
{
	struct ui *ui = screen();
	struct buf text = BUF_INIT;
	struct place p[4];
	size_t first, last;

	(void)state;
	press(ui, "3gjvG");
	assert_true(selection_rows(ui, PANE_RUN, &first, &last));
	assert_false(selection_rows(ui, PANE_REPORT, &first, &last));
	assert_int_equal(last - first, 2);
	assert_int_equal(ui_places(ui, p, 4), 2);
	assert_int_equal(p[0].seq, 1);
	assert_int_equal(p[1].seq, 2);
	assert_string_equal(p[0].excerpt, THOUGHT);
	place_release(&p[0]);
	place_release(&p[1]);
	assert_int_equal(ui_places(ui, p, 1), 1); /* as many as there is room for */
	place_release(&p[0]);
	assert_true(ui_selection_text(ui, &text));
	assert_true(slice_find(buf_slice(&text), "two\n", 0) != SLICE_NONE);
	press(ui, "4"); /* it is of the pane that it was begun in */
	assert_false(selection_on(ui));
	assert_true(selection_rows(ui, PANE_RUN, &first, &last));
	press(ui, "v"); /* one at a time */
	assert_true(selection_on(ui));
	assert_false(selection_rows(ui, PANE_RUN, &first, &last));
	buf_release(&text);
	ui_free(ui);
}

/* From the middle of one text over a heading into another one. */
static void a_selection_over_several_texts_is_a_place_in_each(void **state)
{
	struct ui *ui = screen();
	struct buf text = BUF_INIT;
	struct place p[4];

	(void)state;
	press(ui, ":2\r4/two\rlvG");
	assert_int_equal(ui_places(ui, p, 4), 2);
	assert_int_equal(p[0].field, FIELD_THOUGHTS);
	assert_int_equal(p[0].from, 1);
	assert_string_equal(p[0].excerpt, "wo");
	assert_int_equal(p[1].field, FIELD_REPLY);
	assert_int_equal(p[1].from, 0);
	place_release(&p[0]);
	place_release(&p[1]);
	ui_selection_text(ui, &text);
	assert_true(slice_find(buf_slice(&text), "wo\n", 0) == 0);
	buf_release(&text);
	ui_free(ui);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_selection_over_several_texts_is_a_place_in_each),
	cmocka_unit_test(a_selection_of_text_holds_whole_characters),
	cmocka_unit_test(spans_are_a_place_each_and_those_without_a_text_none),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
