#define _GNU_SOURCE /* mkstemp, mkdtemp, setenv */
#include "ui/motion.h"

#include <locale.h>
#include <unistd.h>

#include "base/fs.h"
#include "tests/test.h"
#include "ui/view.h"

/* A screen over a million spans, the last of which failed. */

enum { SPANS = 1000000, SLICE_SPANS = 1 << 16 };

struct world {
	char home[64], path[96];
	struct app app;
	struct ui *ui;
};

static void settle(struct ui *ui)
{
	while (ui_idle(ui))
		;
}

static void add_spans(struct traj *t)
{
	for (uint32_t i = 1; i < SPANS; i++)
		traj_put(t, &(struct span_put){.seq = i, .nesting = 1, .type = i % 2 ? SPAN_TOOL : SPAN_LLM, .name = SLICE("x"),
					       .started = WHEN_NONE, .finished = WHEN_NONE, .closed = true,
					       .error = i == SPANS - 1});
}

static int setup(void **state)
{
	static const char flow[] = "{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"x\",\"Finished\":\"2026-01-01T00:00:00Z\"}\n";
	struct world *w = calloc(1, sizeof *w);
	struct session *s;
	struct err e = {0};
	FILE *f;

	strcpy(w->home, "/tmp/verdict-motion-XXXXXX");
	assert_non_null(mkdtemp(w->home));
	snprintf(w->path, sizeof w->path, "%s/run.jsonl", w->home);
	setlocale(LC_ALL, "C.UTF-8");
	for (size_t i = 0; i < 4; i++)
		setenv((const char *[]){"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"}[i], w->home, 1);
	f = fopen(w->path, "w");
	fputs(flow, f);
	fclose(f);
	app_init(&w->app);
	conf_set(&w->app.conf, SLICE("reviewer"), SLICE("Rita"), "test", NULL);
	s = session_open(&w->app, w->path, &e);
	if (!s)
		fail_msg("%s", e.msg);
	add_spans(s->run->traj);
	w->ui = ui_new(&w->app, s, 40, 140, NULL, &e);
	assert_non_null(w->ui);
	settle(w->ui);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	char command[96];
	int rc;

	ui_free(w->ui);
	app_release(&w->app);
	snprintf(command, sizeof command, "rm -rf %s", w->home);
	rc = system(command);
	free(w);
	return rc;
}

static void type(struct ui *ui, const char *keys)
{
	for (; *keys; keys++)
		ui_press(ui, (ui_key)(unsigned char)*keys);
}

static bool shows(struct ui *ui, const char *text)
{
	struct buf b = BUF_INIT;
	bool found;

	grid_text(ui_draw(ui), &b);
	found = slice_find(buf_slice(&b), text, 0) != SLICE_NONE;
	buf_release(&b);
	return found;
}

static size_t row(const struct ui *ui)
{
	return ui->run.rows[ui->run.list.cursor].span;
}

/* Idle turns until the search is over. */
static unsigned slices(struct ui *ui)
{
	unsigned n = 0;

	for (; ui->waiting & WAIT_MOTION; n++)
		ui_idle(ui);
	return n;
}

static void the_last_of_a_million_spans_is_found_in_slices(void **state)
{
	struct ui *ui = ((struct world *)*state)->ui;

	assert_int_equal(row(ui), 0);
	type(ui, "]e");
	assert_true(ui->waiting & WAIT_MOTION);
	assert_true(shows(ui, "searching"));
	assert_int_equal(row(ui), 0);
	assert_true(slices(ui) >= SPANS / SLICE_SPANS - 1);
	assert_int_equal(row(ui), SPANS - 1);
	assert_false(shows(ui, "searching"));
	type(ui, "[e");
	assert_true(slices(ui) >= SPANS / SLICE_SPANS - 1);
	assert_int_equal(row(ui), SPANS - 1);
	assert_true(shows(ui, "no earlier error"));
	type(ui, "<");
	assert_int_equal(row(ui), 0);
}

static void what_is_near_is_there_at_once(void **state)
{
	struct ui *ui = ((struct world *)*state)->ui;

	type(ui, "]t]t");
	assert_false(ui->waiting & WAIT_MOTION);
	assert_int_equal(row(ui), 3);
	type(ui, "[t");
	assert_int_equal(row(ui), 1);
}

static void any_key_ends_the_search(void **state)
{
	struct ui *ui = ((struct world *)*state)->ui;

	type(ui, "]e");
	assert_true(ui->waiting & WAIT_MOTION);
	type(ui, "z");
	assert_false(ui->waiting & WAIT_MOTION);
	settle(ui);
	assert_int_equal(row(ui), 0);
	type(ui, "]h"); /* no span has thoughts: each is read */
	assert_true(ui->waiting & WAIT_MOTION);
	type(ui, "j");
	assert_false(ui->waiting & WAIT_MOTION);
}

static void kinds_have_their_words(void **state)
{
	enum motion_kind k = MOTIONS;

	(void)state;
	assert_true(motion_of(SLICE("tool"), &k));
	assert_int_equal(k, MOTION_TOOL);
	assert_true(motion_of(SLICE("access"), &k));
	assert_int_equal(k, MOTION_ACCESS);
	assert_false(motion_of(SLICE("tools"), &k));
	assert_false(motion_of(SLICE(""), &k));
}

static void the_table_of_commands_lists_all_kinds(void **state)
{
	struct slice all = slice_str(commands[CMD_NEXT].args);
	enum motion_kind k;
	int n = 0;

	(void)state;
	assert_string_equal(commands[CMD_NEXT].args, commands[CMD_PREV].args);
	for (size_t from = 0; from < all.n; n++) {
		size_t bar = slice_chr(all, '|', from);

		assert_true(motion_of(slice_sub(all, from, bar), &k));
		from = bar == SLICE_NONE ? all.n : bar + 1;
	}
	assert_int_equal(n, MOTIONS);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(kinds_have_their_words),
	cmocka_unit_test(the_table_of_commands_lists_all_kinds),
	cmocka_unit_test_setup_teardown(the_last_of_a_million_spans_is_found_in_slices, setup, teardown),
	cmocka_unit_test_setup_teardown(what_is_near_is_there_at_once, setup, teardown),
	cmocka_unit_test_setup_teardown(any_key_ends_the_search, setup, teardown),
};

TEST_MAIN()
