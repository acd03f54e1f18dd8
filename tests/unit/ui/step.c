/* A run is walked: at each place all panes show what had come by then, and nothing else. */
#include "tests/app.h"

#include <inttypes.h>
#include <locale.h>

#include "app/app.h"
#include "ui/view.h"

enum { SPANS = 9 };

static const char *const types[SPANS] = {"flow", "agent", "llm", "tool", "tool", "agent", "llm", "tool", "llm"};
static const unsigned nesting[SPANS] = {0, 1, 2, 2, 2, 3, 4, 2, 2};

struct world {
	char home[64], path[96];
	struct app app;
	struct ui *ui;
};

static int64_t now = 1772355600000000;

static int64_t fake_now(void)
{
	return now;
}

/* Each span begins `i` seconds after the first and says BEGINSi in what it starts with, ENDSi in what it ends with. */
static void write_run(FILE *f)
{
	fputs("[", f);
	for (int i = 0; i < SPANS; i++)
		fprintf(f, "%s{\"Seq\":%d,\"Nesting\":%u,\"Type\":\"%s\",\"Name\":\"n%d\",\"Started\":\"2026-05-11T08:00:%02dZ\","
			"\"Finished\":\"2026-05-11T08:01:%02dZ\",\"Args\":{\"File\":\"BEGINS%d\"},"
			"\"%s\":%s,\"Error\":\"%s\"%s}\n", i ? "," : "", i, nesting[i], types[i], i, i, i, i,
			strcmp(types[i], "llm") == 0 ? "Thoughts" : "Results",
			strcmp(types[i], "llm") == 0 ? "\"ENDS\"" : "{\"Benign\":true,\"Explanation\":\"ENDS\"}",
			i == 4 || i == 6 ? "went wrong" : "", "");
	fputs("]\n", f);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	struct session *s;
	struct err e = {0};
	FILE *f;

	test_dir(w->home);
	setlocale(LC_ALL, "C.UTF-8");
	snprintf(w->path, sizeof w->path, "%s/run.json", w->home);
	f = fopen(w->path, "w");
	assert_non_null(f);
	write_run(f);
	fclose(f);
	test_app_init(&w->app, w->home);
	w->app.now = fake_now;
	test_app_set(&w->app, "reviewer", "Rita");
	s = test_app_open(&w->app, w->path);
	w->ui = ui_new(&w->app, s, 45, 160, NULL, &e);
	assert_non_null(w->ui);
	while (ui_idle(w->ui))
		;
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	ui_free(w->ui);
	app_release(&w->app);
	test_dir_remove(w->home);
	free(w);
	return 0;
}

static bool shows(struct world *w, const char *text)
{
	struct buf b = BUF_INIT;
	bool there;

	grid_text(ui_draw(w->ui), &b);
	there = slice_find(buf_slice(&b), text, 0) != SLICE_NONE;
	buf_release(&b);
	return there;
}

static void type(struct world *w, const char *keys)
{
	for (; *keys; keys++)
		ui_press(w->ui, (ui_key)(unsigned char)*keys);
	while (ui_idle(w->ui))
		;
}

static const struct walk *walk_of(struct world *w)
{
	return &w->ui->session->walk;
}

/* Every row of Run with its text, and what may be seen at this place. */
static void look_at_all(struct world *w)
{
	const struct walk *k = walk_of(w);
	struct buf row = BUF_INIT;

	for (size_t i = 0; i < SPANS; i++) {
		struct slice text;

		assert_int_equal(session_field(w->ui->session, i, FIELD_ARGS, &text, NULL), i < k->begun);
		if (!walk_has_ended(k, i))
			for (int f = 0; f < FIELD_N; f++)
				if (f != FIELD_ARGS && f != FIELD_ARGS_RAW)
					assert_int_equal(session_field(w->ui->session, i, (enum traj_field)f, &text, NULL), 0);
	}
	assert_int_equal(w->ui->run.list.n, k->begun);
	for (size_t i = 0; i < w->ui->run.list.n; i++) {
		size_t span = w->ui->run.rows[i].span;

		run_select(w->ui, span);
		assert_int_equal(w->ui->text.doc.span, span);
		assert_int_equal(slice_find(buf_slice(&w->ui->text.doc.text), "ENDS", 0) != SLICE_NONE, walk_has_ended(k, span));
		buf_clear(&row);
		pane_run.row_text(w->ui, i, &row);
		if (!walk_has_ended(k, span))
			assert_true(slice_find(buf_slice(&row), "ENDS", 0) == SLICE_NONE);
	}
	run_select(w->ui, SPANS - 1); /* what is not there yet cannot be gone to */
	assert_true(w->ui->text.doc.span != SPANS - 1 || k->begun == SPANS);
	if (!walk_is_over(k, w->ui->session->run->traj)) {
		assert_int_equal(session_outputs(w->ui->session)->n, 0);
		assert_int_equal(session_explanation(w->ui->session).n, 0);
		assert_true(shows(w, "AI has not answered yet"));
		assert_false(shows(w, "AI benign"));
	}
	buf_release(&row);
}

static void each_place_shows_what_had_come(void **state)
{
	struct world *w = *state;

	assert_true(shows(w, "AI benign"));
	for (int i = 0; i < 2 * SPANS; i++) {
		type(w, ".");
		assert_int_equal(walk_position(walk_of(w)), i + 1);
		look_at_all(w);
	}
	assert_true(shows(w, "AI benign"));
	for (int i = 2 * SPANS - 1; i > 0; i--) {
		type(w, ",");
		assert_int_equal(walk_position(walk_of(w)), i);
		look_at_all(w);
	}
	ui_press(w->ui, 27);
	assert_false(walk_of(w)->on);
	assert_true(shows(w, "AI benign"));
	assert_int_equal(w->ui->run.list.n, SPANS);
}

static void assert_at(struct world *w, const char *keys, size_t span, bool ended)
{
	type(w, keys);
	assert_int_equal(walk_of(w)->at, span);
	assert_int_equal(walk_has_ended(walk_of(w), span), ended);
}

static void typed_steps_go_where_they_say(void **state)
{
	struct world *w = *state;

	assert_at(w, "}t", 3, false);
	assert_at(w, "}t", 4, false);
	assert_at(w, "}h", 6, true);
	assert_at(w, "}e", 4, true); /* it began before, and ends now */
	assert_at(w, "{e", 6, true);
	assert_at(w, "{h", 2, true);
	assert_at(w, "}}", 3, false);
	assert_at(w, "{{", 2, false);
	assert_at(w, "{t", 2, false);
	assert_true(shows(w, "no earlier tool call"));
	assert_at(w, "}h}h}h", 8, true);
	assert_at(w, "}h", 8, true);
	assert_true(shows(w, "no further thought"));
}

static void a_place_is_gone_to(void **state)
{
	struct world *w = *state;

	assert_at(w, ":seek 5\r", 5, false);
	assert_true(shows(w, "walk span 6 of 9"));
	type(w, ":seek 50%\r");
	assert_int_equal(walk_position(walk_of(w)), SPANS);
	type(w, ")");
	assert_int_equal(walk_position(walk_of(w)), SPANS + 1);
	type(w, "((");
	assert_true(walk_position(walk_of(w)) < SPANS);
	type(w, ":seek 100%\r");
	assert_true(walk_is_over(walk_of(w), w->ui->session->run->traj));
	type(w, ":seek 0%\r");
	assert_int_equal(w->ui->run.list.n, 0);
	assert_false(shows(w, "BEGINS0"));
	type(w, ":seek 77\r");
	assert_true(shows(w, "no such span"));
	type(w, ":seek x\r");
	assert_true(shows(w, "to the number of a span"));
}

static void it_plays_by_the_clock(void **state)
{
	struct world *w = *state;

	assert_int_equal(ui_due(w->ui), -1);
	type(w, "p");
	assert_int_equal(ui_due(w->ui), 0);
	ui_tick(w->ui);
	assert_int_equal(walk_position(walk_of(w)), 1);
	assert_int_equal(ui_due(w->ui), 1000000);
	ui_tick(w->ui); /* too early */
	assert_int_equal(walk_position(walk_of(w)), 1);
	now += 1000000;
	ui_tick(w->ui);
	assert_int_equal(walk_position(walk_of(w)), 2);
	assert_false(ui_idle(w->ui)); /* the screen is idle between two steps */
	test_app_set(&w->app, "pace", "recorded");
	now += 1000000;
	ui_tick(w->ui); /* span 2 at 2 s; it ends at 62 s */
	assert_int_equal(walk_of(w)->at, 2);
	assert_int_equal(ui_due(w->ui), 3000000);
	type(w, "p");
	assert_int_equal(ui_due(w->ui), -1);
	type(w, "p");
	for (int i = 0; i < 2 * SPANS; i++) {
		now += 3000000;
		ui_tick(w->ui);
	}
	assert_int_equal(ui_due(w->ui), -1);
	assert_true(shows(w, "AI benign"));
}

static void a_form_holds_it(void **state)
{
	struct world *w = *state;

	type(w, "pw");
	assert_true(w->ui->decide.open);
	now += 2000000;
	ui_tick(w->ui);
	assert_int_equal(walk_position(walk_of(w)), 0);
	ui_press(w->ui, 27);
	now += 2000000;
	ui_tick(w->ui);
	assert_int_equal(walk_position(walk_of(w)), 1);
}

static void a_note_holds_it(void **state)
{
	struct world *w = *state;

	type(w, "p");
	now += 2000000;
	ui_tick(w->ui);
	assert_int_equal(walk_position(walk_of(w)), 1);
	type(w, "3c\x0fmore"); /* in the box */
	assert_true(w->ui->box.open);
	now += 2000000;
	ui_tick(w->ui);
	assert_int_equal(walk_position(walk_of(w)), 1);
}

static void a_shrinking_screen_does_not_hurt_it(void **state)
{
	struct world *w = *state;

	test_app_set(&w->app, "pace", "0.1");
	type(w, "p");
	for (int i = 0; i < 200; i++) {
		ui_resize(w->ui, i % 2 ? 1 : 45, i % 2 ? 1 : 160);
		ui_draw(w->ui);
		now += 100000;
		ui_tick(w->ui);
		if (ui_due(w->ui) < 0)
			type(w, "p");
	}
	ui_resize(w->ui, 45, 160);
	assert_true(shows(w, "of 9"));
}

static void searches_end_at_the_cursor(void **state)
{
	struct world *w = *state;

	type(w, ":seek 3\r");
	type(w, ":search-all BEGINS\r");
	assert_int_equal(find_count(w->ui->find.find), 4);
	type(w, ":search-all ENDS\r");
	assert_int_equal(find_count(w->ui->find.find), 1); /* of the one span that has ended */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		TEST(each_place_shows_what_had_come),
		TEST(typed_steps_go_where_they_say),
		TEST(a_place_is_gone_to),
		TEST(it_plays_by_the_clock),
		TEST(a_form_holds_it),
		TEST(a_note_holds_it),
		TEST(a_shrinking_screen_does_not_hurt_it),
		TEST(searches_end_at_the_cursor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
