/*
 * The blind walk: a run whose hidden texts carry marks is looked at in every pane, view, size and list, searched and
 * annotated, before its reviewer has decided: no mark shows.  Then all of them do.
 */
#include "tests/app.h"

#include <locale.h>

#include "app/app.h"
#include "base/mem.h"
#include "ui/view.h"

/* What no screen may hold; the searches below ask for it in a way that does not show it. */
#define MARK "ZQXMARK"
#define ASKED "ZQXM[A]RK"

static const char recording[] =
	"[{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"assessment-kcsan\",\"Started\":\"2026-05-11T08:00:00Z\"},\n"
	"{\"Seq\":1,\"Nesting\":1,\"Type\":\"agent\",\"Name\":\"expert\",\"Model\":\"m\",\"Started\":\"2026-05-11T08:00:01Z\","
	"\"Instruction\":\"Judge it.\",\"Prompt\":\"Look:\\nBUG: KCSAN: data-race in fa / fb\\n\\n"
	"write to 0xffff888100000000 of 8 bytes by task 1 on cpu 0:\\n fa+0x1/0x2 net/a.c:3\\n\\n"
	"read to 0xffff888100000000 of 8 bytes by task 2 on cpu 1:\\n fb+0x1/0x2 net/b.c:4\\n\"},\n"
	"{\"Seq\":2,\"Nesting\":2,\"Type\":\"llm\",\"Name\":\"expert\",\"Model\":\"m\",\"Started\":\"2026-05-11T08:00:02Z\","
	"\"Finished\":\"2026-05-11T08:00:03Z\",\"Thoughts\":\"**" MARK " title**\\nI thought " MARK "\",\"Reply\":\"said " MARK "\","
	"\"Error\":\"gave up at " MARK "\"},\n"
	"{\"Seq\":3,\"Nesting\":2,\"Type\":\"tool\",\"Name\":\"read-file\",\"Started\":\"2026-05-11T08:00:03Z\","
	"\"Finished\":\"2026-05-11T08:00:04Z\",\"Args\":{\"File\":\"net/a.c\"},"
	"\"Results\":{\"Contents\":\"1:\\tint a;\\n2:\\t{\\n3:\\tseen = 1;\\n4:\\t}\\n\"}},\n"
	"{\"Seq\":4,\"Nesting\":2,\"Type\":\"tool\",\"Name\":\"codeexpert\",\"Started\":\"2026-05-11T08:00:05Z\","
	"\"Finished\":\"2026-05-11T08:00:09Z\",\"Args\":{\"Question\":\"who locks?\"},\"Results\":{\"Answer\":\"" MARK " does\"}},\n"
	"{\"Seq\":5,\"Nesting\":3,\"Type\":\"agent\",\"Name\":\"codeexpert\",\"Model\":\"m\",\"Started\":\"2026-05-11T08:00:05Z\","
	"\"Finished\":\"2026-05-11T08:00:09Z\",\"Prompt\":\"asks " MARK "\",\"Reply\":\"answers " MARK "\"},\n"
	"{\"Seq\":6,\"Nesting\":4,\"Type\":\"llm\",\"Name\":\"codeexpert\",\"Model\":\"m\",\"Started\":\"2026-05-11T08:00:06Z\","
	"\"Finished\":\"2026-05-11T08:00:08Z\",\"Thoughts\":\"" MARK " below\",\"Prompt\":\"told " MARK "\"},\n"
	"{\"Seq\":7,\"Nesting\":2,\"Type\":\"tool\",\"Name\":\"set-results\",\"Started\":\"2026-05-11T08:00:10Z\","
	"\"Finished\":\"2026-05-11T08:00:10Z\",\"Args\":{\"Benign\":false,\"Explanation\":\"since " MARK "\"},"
	"\"Results\":{\"Said\":\"" MARK "\"}},\n"
	"{\"Seq\":8,\"Nesting\":1,\"Type\":\"action\",\"Name\":\"poster\",\"Started\":\"2026-05-11T08:00:11Z\","
	"\"Finished\":\"2026-05-11T08:00:12Z\",\"Args\":{\"Text\":\"posts " MARK "\"},\"Results\":{\"Url\":\"" MARK "\"}},\n"
	"{\"Seq\":1,\"Nesting\":1,\"Type\":\"agent\",\"Name\":\"expert\",\"Model\":\"m\",\"Started\":\"2026-05-11T08:00:01Z\","
	"\"Finished\":\"2026-05-11T08:00:13Z\",\"Instruction\":\"Judge it.\",\"Prompt\":\"Look:\\nBUG: KCSAN: data-race in fa / fb\\n\\n"
	"write to 0xffff888100000000 of 8 bytes by task 1 on cpu 0:\\n fa+0x1/0x2 net/a.c:3\\n\\n"
	"read to 0xffff888100000000 of 8 bytes by task 2 on cpu 1:\\n fb+0x1/0x2 net/b.c:4\\n\","
	"\"Results\":{\"Benign\":false,\"Explanation\":\"because " MARK "\"},\"Reply\":\"" MARK "\"},\n"
	"{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"assessment-kcsan\",\"Started\":\"2026-05-11T08:00:00Z\","
	"\"Finished\":\"2026-05-11T08:00:14Z\",\"Results\":{\"Benign\":false,\"Explanation\":\"because " MARK "\"}}]\n";

enum { HIDDEN = 64 };

struct world {
	char home[64];
	char path[256];
	struct app app;
	struct ui *ui;
	const char *doing; /* for the message of a failure; NULL: nothing is hidden any more */
	size_t looks, copies;
	char *hidden[HIDDEN]; /* owned; what no screen may hold */
	size_t nhidden;
};

static int64_t fake_now(void)
{
	static int64_t t = 1772355600000000;

	return t += 1000000;
}

/* The terminal's clipboard. */
static int copied(void *arg, struct slice text, struct err *e)
{
	struct world *w = arg;

	(void)e;
	w->copies++;
	if (w->doing && slice_find(text, MARK, 0) != SLICE_NONE)
		fail_msg("%s is copied (%s)", MARK, w->doing);
	return 0;
}

static void open_world(struct world *w, const char *reviewer, const char *blind)
{
	const struct ui_host host = {.arg = w, .copy = copied};
	struct session *s;
	struct err e = {0};

	test_app_init(&w->app, w->home);
	w->app.now = fake_now;
	test_app_set(&w->app, "reviewer", reviewer);
	test_app_set(&w->app, "blind", blind);
	s = session_begin(&w->app, w->path, false, &e);
	if (!s)
		fail_msg("%s", e.msg);
	w->ui = ui_new(&w->app, s, 45, 160, &host, &e);
	assert_non_null(w->ui);
}

static void close_world(struct world *w)
{
	ui_free(w->ui);
	app_release(&w->app);
	w->ui = NULL;
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	FILE *f;

	test_dir(w->home);
	setlocale(LC_ALL, "C.UTF-8");
	snprintf(w->path, sizeof w->path, "%s/run.json", w->home);
	f = fopen(w->path, "w");
	assert_non_null(f);
	fputs(recording, f);
	fclose(f);
	w->hidden[w->nhidden++] = xstrdup(MARK);
	w->hidden[w->nhidden++] = xstrdup("harmful");
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	if (w->ui)
		close_world(w);
	test_dir_remove(w->home);
	for (size_t i = 0; i < w->nhidden; i++)
		free(w->hidden[i]);
	free(w);
	return 0;
}

static void settle(struct world *w)
{
	while (ui_idle(w->ui))
		;
}

/* All that is on the screen now. */
static void screen(struct world *w, struct buf *out)
{
	buf_clear(out);
	grid_text(ui_draw(w->ui), out);
}

static bool shows(struct world *w, const char *text)
{
	struct buf b = BUF_INIT;
	bool there;

	screen(w, &b);
	there = slice_find(buf_slice(&b), text, 0) != SLICE_NONE;
	buf_release(&b);
	return there;
}

static void look(struct world *w)
{
	struct buf b = BUF_INIT;

	if (!w->doing)
		return;
	w->looks++;
	screen(w, &b);
	for (size_t i = 0; i < w->nhidden; i++)
		if (slice_find(buf_slice(&b), w->hidden[i], 0) != SLICE_NONE)
			fail_msg("'%s' shows (%s):\n%s", w->hidden[i], w->doing, buf_str(&b));
	buf_release(&b);
}

static void press(struct world *w, ui_key k)
{
	ui_press(w->ui, k);
	if (w->ui->done) /* some command leaves: the walk goes on */
		w->ui->done = false;
	look(w);
	settle(w);
	look(w);
}

static void command(struct world *w, const char *line)
{
	ui_press(w->ui, ':');
	for (; *line; line++)
		ui_press(w->ui, (ui_key)(unsigned char)*line);
	press(w, '\r');
}

static void escape(struct world *w)
{
	for (int i = 0; i < 4; i++)
		ui_press(w->ui, 27);
	look(w);
}

/* Down through whatever has the keys, a row at a time. */
static void walk_rows(struct world *w, unsigned rows)
{
	ui_press(w->ui, 'g');
	for (unsigned i = 0; i < rows; i++) {
		press(w, 'j');
		if (w->ui->view == VIEW_PANES)
			ui_run(w->ui, CMD_COPY, "");
	}
}

static void walk_panes(struct world *w)
{
	for (char pane = '1'; pane <= '4'; pane++) {
		w->doing = "a pane";
		escape(w);
		press(w, (ui_key)pane);
		walk_rows(w, 12);
		press(w, 'z');
		walk_rows(w, 12);
		press(w, '\r');
		walk_rows(w, 40);
		escape(w);
	}
}

static void walk_searches(struct world *w)
{
	for (char pane = '1'; pane <= '4'; pane++) {
		w->doing = "a search in a pane";
		press(w, (ui_key)pane);
		command(w, "search " ASKED);
		assert_true(shows(w, "not found"));
	}
	w->doing = "a search in all";
	command(w, "search-all " ASKED);
	assert_int_equal(find_count(w->ui->find.find), 0);
	command(w, "search-all seen");
	assert_true(find_count(w->ui->find.find) > 0); /* the source that a tool returned is found */
	escape(w);
}

/* Commands that end the test, the blindness or the program, or say what the reviewer thinks. */
static bool is_left_out(enum command c)
{
	static const enum command out[] = {CMD_REVEAL, CMD_QUIT, CMD_CLOSE, CMD_SUSPEND, CMD_BIND, CMD_UNBIND, CMD_PROMPT};

	for (size_t i = 0; i < sizeof out / sizeof *out; i++)
		if (out[i] == c)
			return true;
	return commands[c].context == CONTEXT_DECIDE;
}

/* Each command of the table, with each word that it takes, on each span: what is added to the table is walked, too. */
static void walk_commands(struct world *w)
{
	size_t spans = traj_count(w->ui->session->run->traj);
	struct buf line = BUF_INIT;

	for (int c = 0; c < COMMANDS; c++) {
		struct slice words = slice_str(commands[c].args);

		if (is_left_out((enum command)c))
			continue;
		w->doing = commands[c].name;
		for (;;) {
			size_t bar = slice_chr(words, '|', 0);
			struct slice one = slice_sub(words, 0, bar);

			buf_clear(&line);
			buf_addf(&line, "%s ", commands[c].name);
			if (bar != SLICE_NONE || (one.n && *one.p >= 'a' && *one.p <= 'z'))
				buf_add_slice(&line, one);
			for (size_t i = 0; i < spans; i += 2) {
				press(w, '3');
				ui_press(w->ui, 'g');
				for (size_t k = 0; k < i; k++)
					ui_press(w->ui, 'j');
				command(w, buf_str(&line));
				if (!w->ui->decide.open && w->ui->prompting == PROMPT_NONE)
					walk_rows(w, i == 0 ? 30 : 3);
				escape(w);
			}
			if (bar == SLICE_NONE)
				break;
			words = slice_sub(words, bar + 1, words.n);
		}
	}
	buf_release(&line);
}

static void forget_form(struct world *w)
{
	w->doing = "the form";
	press(w, 'o');
	assert_true(w->ui->decide.open);
	press(w, 'D');
}

static void nothing_shows_before_the_verdict(void **state)
{
	static const unsigned sizes[][2] = {{45, 160}, {24, 80}};
	struct world *w = *state;

	open_world(w, "Rita", "on");
	w->doing = "before the store was asked";
	look(w);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		ui_resize(w->ui, sizes[i][0], sizes[i][1]);
		w->doing = "at first";
		settle(w);
		walk_panes(w);
		walk_searches(w);
		walk_commands(w);
		forget_form(w);
	}
	assert_true(w->looks > 1000);
	assert_true(w->copies > 100);
	assert_true(session_is_blind(w->ui->session));
	assert_int_equal(w->ui->session->events.n == 0 || !events_have_seen(&w->ui->session->events, "Rita"), 1);
}

static void judge(struct world *w)
{
	w->doing = NULL;
	ui_press(w->ui, 'a'); /* as good as o: there is nothing to approve */
	assert_true(w->ui->decide.open);
	ui_press(w->ui, ' ');
	ui_press(w->ui, '\r');
	settle(w);
}

/* The beginning of a text, as far as it stands on one row and in no text that stays. */
static void hide(struct world *w, struct slice text)
{
	struct session *s = w->ui->session;
	struct slice line = {0}, other;
	char *begin;

	while (slice_line(&text, &line) && (line = slice_trim(line)).n < 12)
		;
	while (line.n && (*line.p == '*' || *line.p == '#' || *line.p == ' '))
		line = slice_sub(line, 1, line.n);
	line = slice_sub(line, 0, 20);
	if (line.n < 12 || w->nhidden == HIDDEN)
		return;
	begin = xstrndup(line.p, line.n);
	for (size_t i = 0; i < traj_count(s->run->traj) && begin; i++)
		if (traj_span(s->run->traj, i)->type == SPAN_TOOL &&
		    traj_field(s->run->traj, i, FIELD_RESULTS_RAW, &other, NULL) > 0 &&
		    slice_find(other, begin, 0) != SLICE_NONE) {
			free(begin);
			begin = NULL;
		}
	if (begin)
		w->hidden[w->nhidden++] = begin;
}

/* The real page: the beginnings of all that a model wrote there. */
static void nothing_of_the_real_page_shows(void **state)
{
	static const enum traj_field fields[] = {FIELD_THOUGHTS, FIELD_REPLY};
	const char *data = getenv("VERDICT_TEST_DATA");
	struct world *w = *state;
	struct slice text;

	snprintf(w->path, sizeof w->path, "%s/syzbot-assessment-kcsan-audit.txt", data ? data : "");
	if (!data || access(w->path, R_OK) < 0)
		skip();
	w->nhidden = 0; /* its instruction speaks of harmful races */
	free(w->hidden[0]);
	free(w->hidden[1]);
	open_world(w, "Rita", "off");
	settle(w);
	for (size_t i = 0; i < traj_count(w->ui->session->run->traj); i++)
		for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
			if (traj_field(w->ui->session->run->traj, i, fields[f], &text, NULL) > 0)
				hide(w, text);
	hide(w, w->ui->session->run->explanation);
	assert_true(w->nhidden >= 5);
	press(w, '3');
	close_world(w);
	open_world(w, "Rita", "on");
	w->doing = "the real page at first";
	look(w);
	settle(w);
	walk_panes(w);
	press(w, '3');
	walk_rows(w, 20);
	for (int v = 0; v < 4; v++) {
		static const char *const views[] = {"timeline", "messages", "both", "notes"};

		w->doing = views[v];
		command(w, views[v]);
		walk_rows(w, 20);
		escape(w);
	}
	judge(w);
	w->doing = NULL;
	command(w, "answer");
	assert_true(shows(w, w->hidden[w->nhidden - 1]));
}

/* As a live run does it. */
static void what_streams_in_is_hidden(void **state)
{
	struct world *w = *state;
	struct traj *t;

	open_world(w, "Rita", "on");
	settle(w);
	t = w->ui->session->run->traj;
	traj_put(t, &(struct span_put){.seq = 9, .nesting = 1, .type = SPAN_LLM, .name = SLICE("expert"), .started = 1,
				       .finished = WHEN_NONE});
	run_more(w->ui);
	run_select(w->ui, 9);
	for (int i = 0; i < 3; i++) {
		w->doing = "what streams in";
		traj_stream(t, 9, i % 2 ? FIELD_REPLY : FIELD_THOUGHTS, SLICE(MARK "\n"));
		text_more(w->ui);
		look(w);
		press(w, '4');
		walk_rows(w, 5);
	}
	judge(w);
	run_select(w->ui, 9);
	assert_true(shows(w, MARK));
}

/* What stays: report, source, calls of tools with what they returned. */
static void what_is_no_model_s_stays(void **state)
{
	struct world *w = *state;

	open_world(w, "Rita", "on");
	settle(w);
	assert_true(shows(w, "seen = 1;"));
	assert_true(shows(w, "data-race in fa / fb"));
	assert_true(shows(w, "read-file net/a.c"));
	assert_true(shows(w, "codeexpert who locks?"));
	assert_true(shows(w, "expert (hidden until you decide)"));
	assert_true(shows(w, "AI hidden"));
	command(w, "instruction");
	assert_true(shows(w, "Judge it."));
}

static void the_verdict_uncovers_all_and_is_kept_as_blind(void **state)
{
	struct world *w = *state;
	const struct review *rv;

	open_world(w, "Rita", "on");
	settle(w);
	judge(w);
	assert_true(shows(w, MARK " title"));
	command(w, "answer");
	assert_true(shows(w, "because " MARK));
	assert_true(shows(w, "AI harmful"));
	rv = w->ui->session->review;
	assert_int_equal(rv->nblind, 1);
	assert_int_equal(rv->blind[0].decision.kind, DECIDE_JUDGE);
	assert_true(rv->blind[0].decision.outputs.o[0].value);
	/* a second thought, and taking it back, leave it */
	ui_press(w->ui, 'o');
	ui_press(w->ui, '\r');
	settle(w);
	command(w, "undo");
	command(w, "undo");
	rv = w->ui->session->review;
	assert_int_equal(rv->nblind, 1);
	assert_true(rv->blind[0].decision.outputs.o[0].value);
	assert_false(session_is_blind(w->ui->session));
	close_world(w);
	open_world(w, "Rita", "on"); /* who knows it stays one who knows it */
	settle(w);
	assert_true(shows(w, MARK " title"));
}

static void others_do_not_tell(void **state)
{
	struct world *w = *state;

	open_world(w, "Ann", "off");
	settle(w);
	assert_true(shows(w, MARK " title"));
	command(w, "comment Ann says ZQXMARK");
	ui_press(w->ui, 'a');
	ui_press(w->ui, '\r');
	settle(w);
	assert_int_equal(w->ui->session->review->nblind, 0);
	close_world(w);
	open_world(w, "Rita", "on");
	settle(w);
	w->doing = "after Ann";
	look(w);
	assert_false(shows(w, "Ann"));
	command(w, "notes");
	command(w, "undo");
	judge(w);
	assert_true(shows(w, "Ann"));
	assert_int_equal(w->ui->session->review->nblind, 1);
}

static void revealing_is_asked_for_twice_and_recorded(void **state)
{
	struct world *w = *state;

	open_world(w, "Rita", "on");
	settle(w);
	w->doing = "once";
	command(w, "reveal");
	press(w, 'j'); /* forgets that it was asked for */
	command(w, "reveal");
	w->doing = NULL;
	ui_run(w->ui, CMD_REVEAL, "");
	settle(w);
	assert_true(shows(w, MARK " title"));
	assert_true(events_have_seen(&w->ui->session->events, "Rita"));
	ui_press(w->ui, 'o');
	ui_press(w->ui, '\r');
	settle(w);
	assert_int_equal(w->ui->session->review->nstanding, 1);
	assert_int_equal(w->ui->session->review->nblind, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_shows_before_the_verdict, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_of_the_real_page_shows, setup, teardown),
		cmocka_unit_test_setup_teardown(what_streams_in_is_hidden, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_model_s_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(the_verdict_uncovers_all_and_is_kept_as_blind, setup, teardown),
		cmocka_unit_test_setup_teardown(others_do_not_tell, setup, teardown),
		cmocka_unit_test_setup_teardown(revealing_is_asked_for_twice_and_recorded, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
