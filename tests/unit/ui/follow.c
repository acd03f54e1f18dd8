/* A live run on the screen, with an engine that does what the test says: following, words, orders. */
#define _GNU_SOURCE /* mkstemp, mkdtemp, setenv */
#include "tests/app.h"

#include <locale.h>
#include <unistd.h>

#include "app/live.h"
#include "base/fs.h"
#include "ui/view.h"

/* ---- an engine of the test's own, in the place of app/live.c ---- */

struct live {
	struct agent_next next;
	struct agent_status status;
	bool over;
	const char *refuses; /* why orders are refused; NULL: they are obeyed */
	unsigned orders;
	enum journal_what what; /* the last one */
	char text[128];         /* its text, arguments or reason, behind its tool */
};

static struct live engine;

void live_free(struct live *l)
{
	(void)l;
}

bool live_over(const struct live *l)
{
	return l->over;
}

const struct agent_next *live_next(struct live *l)
{
	return &l->next;
}

struct agent_status live_status(const struct live *l)
{
	return l->status;
}

const char *live_failure(const struct live *l)
{
	(void)l;
	return "";
}

void live_tree(const struct live *l, const char **dir, const char **build)
{
	(void)l;
	*dir = "/linux";
	*build = "";
}

const char *live_id(const struct live *l)
{
	(void)l;
	return "0123456789ab0123456789ab01234567";
}

int live_control(struct live *l, struct journal_control *c, struct err *e)
{
	struct buf b = BUF_INIT;

	if (l->refuses)
		return err_set(e, ERR_USAGE, "%s", l->refuses);
	l->orders++;
	l->what = c->what;
	buf_add_slice(&b, c->tool);
	buf_add_slice(&b, c->text);
	buf_add_slice(&b, c->args);
	buf_add_slice(&b, c->reason);
	snprintf(l->text, sizeof l->text, "%s", buf_str(&b));
	buf_release(&b);
	return 0;
}

/* ---- a screen over a recording that grows ---- */

#define AT "\"2026-03-01T09:00:00Z\""
#define SPAN(seq, nesting, type, name) "{\"Seq\":" seq ",\"Nesting\":" nesting ",\"Type\":\"" type "\",\"Name\":\"" name "\"," \
	"\"Started\":" AT
#define FLOW SPAN("0", "0", "flow", "assessment-kcsan")
#define AGENT SPAN("1", "1", "agent", "expert")
#define LLM SPAN("2", "2", "llm", "expert")
#define TOOL SPAN("3", "2", "tool", "grepper")
#define OPEN "}\n"
#define DONE ",\"Finished\":\"2026-03-01T09:00:05Z\"}\n"
#define END ",\"Finished\":\"2026-03-01T09:00:09Z\",\"Results\":{\"Benign\":true,\"Explanation\":\"All is well.\"}}\n"

static const int64_t began = 1772355600000000; /* AT */
static int64_t clock_us;

static int64_t fake_now(void)
{
	return clock_us;
}

struct world {
	char home[64], path[96];
	struct app app;
	struct session *session; /* the screen's */
	struct ui *ui;
};

static void settle(struct ui *ui)
{
	while (ui_idle(ui))
		;
}

static void grow(struct world *w, const char *bytes)
{
	FILE *f = fopen(w->path, "a");

	assert_non_null(f);
	fputs(bytes, f);
	assert_int_equal(fclose(f), 0);
	if (w->ui) {
		w->ui->waiting |= WAIT_LIVE;
		settle(w->ui);
	}
}

static void stream(struct world *w, const char *text)
{
	traj_stream(w->session->run->traj, 2, FIELD_THOUGHTS, slice_str(text));
	w->ui->waiting |= WAIT_LIVE;
	settle(w->ui);
}

/* A first look, longer than any pane. */
static void stream_lines(struct world *w, unsigned first, unsigned last)
{
	char line[64];

	for (unsigned i = first; i <= last; i++) {
		snprintf(line, sizeof line, "- line %u of it\n", i);
		stream(w, line);
	}
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	struct err e = {0};

	strcpy(w->home, "/tmp/verdict-follow-XXXXXX");
	assert_non_null(mkdtemp(w->home));
	snprintf(w->path, sizeof w->path, "%s/run.jsonl", w->home);
	setlocale(LC_ALL, "C.UTF-8");
	engine = (struct live){.next = {.what = AGENT_SEND, .seq = 2, .since = began, .tries = 1}};
	clock_us = began + 12000000;
	test_app_init(&w->app, w->home);
	w->app.now = fake_now;
	test_app_set(&w->app, "reviewer", "Rita");
	grow(w, FLOW OPEN AGENT OPEN LLM OPEN);
	w->session = session_begin(&w->app, w->path, true, &e);
	assert_non_null(w->session);
	w->session->live = &engine;
	w->ui = ui_new(&w->app, w->session, 40, 140, NULL, &e);
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

static void type(struct world *w, const char *keys)
{
	for (; *keys; keys++)
		ui_press(w->ui, (ui_key)(unsigned char)*keys);
	settle(w->ui);
}

static bool shows(struct world *w, const char *text)
{
	struct buf b = BUF_INIT;
	bool found;

	grid_text(ui_draw(w->ui), &b);
	found = slice_find(buf_slice(&b), text, 0) != SLICE_NONE;
	buf_release(&b);
	return found;
}

static void assert_shows(struct world *w, const char *text)
{
	struct buf b = BUF_INIT;

	grid_text(ui_draw(w->ui), &b);
	if (slice_find(buf_slice(&b), text, 0) == SLICE_NONE)
		fail_msg("not shown: %s\n%s", text, buf_str(&b));
	buf_release(&b);
}

/* What a pane shows inside its frame; freed by the caller. */
static char *pane_now(struct world *w, enum pane_id pane)
{
	const struct grid *g = ui_draw(w->ui);
	struct rect r = w->ui->layout.pane[pane];
	struct buf b = BUF_INIT;

	for (unsigned row = r.row + 1; row + 1 < r.row + r.rows; row++)
		for (unsigned col = r.col + 1; col + 1 < r.col + r.cols; col++)
			buf_addf(&b, "%c", grid_cell(g, row, col)->cp < 0x7f ? (int)grid_cell(g, row, col)->cp : '?');
	return buf_detach(&b);
}

/* ---- following ---- */

static void shows_the_newest_and_moves_nothing_else(void **state)
{
	struct world *w = *state;
	char *report = pane_now(w, PANE_REPORT), *source = pane_now(w, PANE_SOURCE), *now;

	stream(w, "**Who writes it?**\n\n");
	assert_shows(w, "llm  Who writes it?");
	stream_lines(w, 1, 60);
	assert_shows(w, "line 60 of it");
	assert_false(shows(w, "line 1 of it"));
	grow(w, LLM DONE TOOL OPEN);
	assert_shows(w, "Text  3 tool grepper");
	now = pane_now(w, PANE_REPORT);
	assert_string_equal(now, report);
	free(now);
	now = pane_now(w, PANE_SOURCE);
	assert_string_equal(now, source);
	free(now);
	free(report);
	free(source);
}

static void a_move_lets_go_and_what_comes_is_counted(void **state)
{
	struct world *w = *state;
	char *text, *now;

	stream_lines(w, 1, 60);
	assert_false(shows(w, "follows"));
	type(w, "k");
	text = pane_now(w, PANE_TEXT);
	assert_false(shows(w, "follows"));
	stream_lines(w, 61, 63);
	assert_shows(w, "3 new lines here: f follows");
	now = pane_now(w, PANE_TEXT);
	assert_string_equal(now, text);
	free(now);
	free(text);
	grow(w, TOOL OPEN);
	assert_shows(w, "1 new span, 3 new lines here: f follows");
	assert_shows(w, "Text  2 llm expert");
	type(w, "f");
	assert_shows(w, "Text  3 tool grepper");
	assert_false(shows(w, "follows"));
}

static void lets_go_and_takes_hold(void **state)
{
	static const struct {
		const char *keys;
		bool follows;
	} steps[] = {
		{"j", true}, /* at the end already */
		{"1jj2jj4", true}, /* other panes */
		{"k", false}, {"j", true}, {"g", false}, {"G", true}, {"\x15", false}, {"\x04\x04\x04", true},
		{"v", false}, {"f", true},
		{"/line 5 of\r", false}, {"f", true}, {"3k", false}, {"j", false}, {"g", false}, {"G", true}, {"h", false}, {"f", true},
		{"2:1\r", false}, {":follow\r", true}, {"A", false}, {"3G", true}, {"?jjq", true}, {"i", false}, {"f", true},
		{"z", true}, {"z", true}, {"x", true},
	};
	struct world *w = *state;

	stream_lines(w, 1, 60);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		type(w, steps[i].keys);
		if (w->ui->follow.on != steps[i].follows)
			fail_msg("step %zu, '%s'", i, steps[i].keys);
	}
}

static void at_the_end_who_follows_sees_the_answer(void **state)
{
	struct world *w = *state;

	stream_lines(w, 1, 60);
	engine.over = true;
	engine.next.what = AGENT_DONE;
	grow(w, LLM DONE AGENT DONE FLOW END);
	assert_shows(w, "All is well.");
	assert_shows(w, "Source  no racing lines");
	assert_shows(w, " done");
	type(w, "a");
	assert_shows(w, "approve: benign");
}

static void at_the_end_others_are_told_and_stay(void **state)
{
	struct world *w = *state;

	stream_lines(w, 1, 60);
	type(w, "g");
	type(w, "a");
	assert_shows(w, "cannot decide yet: the run is still going; F concludes, X stops it");
	engine.over = true;
	engine.next.what = AGENT_DONE;
	grow(w, LLM DONE AGENT DONE FLOW END);
	assert_shows(w, "the run has its end, done: A shows its answer");
	assert_shows(w, "Text  2 llm expert");
	type(w, "A");
	assert_shows(w, "All is well.");
}

/* ---- what is waited for ---- */

static void what_is_waited_for_is_named_and_since_when(void **state)
{
	static const struct {
		struct agent_next next;
		struct agent_status status;
		const char *state, *words;
	} cases[] = {
		{{.what = AGENT_SEND, .tries = 1}, {.turns = 2, .tokens = 12345}, "running 12s  turn 3  12k tokens",
		 "waits for the provider 12s"},
		{{.what = AGENT_SEND, .tries = 3}, {.paused = true}, "running", "waits for the provider, try 3, 12s, then pauses"},
		{{.what = AGENT_TOOL}, {.concluding = true}, "running", "waits for grepper 12s, concluding"},
		{{.what = AGENT_WAIT, .wait_us = 20000000, .why = "HTTP 429: enough"}, {0}, "retrying",
		 "tries again in 8s: HTTP 429: enough"},
		{{.what = AGENT_ASK}, {.steers = 2}, "asking",
		 "waits for you 12s (y E N): grepper {\"Expression\": \"->flags\"}, 2 messages to be said"},
		{{.what = AGENT_PAUSED}, {.paused = true}, "paused 12s", "paused 12s"},
		{{.what = AGENT_HALTED, .why = "the key is not valid"}, {0}, "halted",
		 "halted (Space tries again, X stops): the key is not valid"},
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		engine.next = cases[i].next;
		engine.next.since = began;
		engine.next.tool = SLICE("grepper");
		engine.next.args = SLICE("{\"Expression\": \"->flags\"}");
		engine.status = cases[i].status;
		assert_shows(w, cases[i].state);
		assert_shows(w, cases[i].words);
	}
}

static void a_second_changes_the_clock_and_nothing_else(void **state)
{
	struct world *w = *state;
	struct buf was = BUF_INIT, now = BUF_INIT;
	struct slice a, b, x, y;

	stream_lines(w, 1, 30);
	grid_text(ui_draw(w->ui), &was);
	grid_text(ui_draw(w->ui), &now);
	assert_string_equal(buf_str(&was), buf_str(&now));
	clock_us += 1000000;
	buf_clear(&now);
	grid_text(ui_draw(w->ui), &now);
	a = buf_slice(&was);
	b = buf_slice(&now);
	for (unsigned row = 0; slice_line(&a, &x) && slice_line(&b, &y); row++)
		assert_int_equal(slice_eq(x, y), row != 0 && row != w->ui->layout.verdict_row);
	buf_release(&was);
	buf_release(&now);
}

/* ---- orders ---- */

static void keys_give_orders(void **state)
{
	static const struct {
		enum agent_doing now;
		bool paused;
		const char *keys;
		enum journal_what what; /* JOURNAL_WHATS: no order was given */
		const char *text;
	} cases[] = {
		{AGENT_SEND, false, " ", JOURNAL_PAUSE, ""},
		{AGENT_SEND, false, "3 ", JOURNAL_PAUSE, ""}, /* in Run too: - folds */
		{AGENT_SEND, true, " ", JOURNAL_CONTINUE, ""},
		{AGENT_HALTED, false, " ", JOURNAL_CONTINUE, ""},
		{AGENT_PAUSED, true, ".", JOURNAL_STEP, ""},
		{AGENT_TOOL, false, "F", JOURNAL_CONCLUDE, ""},
		{AGENT_TOOL, false, "X", JOURNAL_WHATS, ""},
		{AGENT_TOOL, false, "X", JOURNAL_STOP, ""},
		{AGENT_TOOL, false, "XjX", JOURNAL_WHATS, ""},
		{AGENT_TOOL, false, "j:stop\r:stop\r", JOURNAL_STOP, ""},
		{AGENT_TOOL, false, "X:next-line\rX", JOURNAL_WHATS, ""},
		{AGENT_TOOL, false, "jX:stop\r", JOURNAL_STOP, ""},
		{AGENT_SEND, false, "mlook there\r", JOURNAL_STEER, "look there"},
		{AGENT_SEND, false, ":steer and here\r", JOURNAL_STEER, "and here"},
		{AGENT_SEND, false, ":ask grepper\r", JOURNAL_ASK, "grepper"},
		{AGENT_SEND, false, ":ask all off\r", JOURNAL_ASK, "off"},
		{AGENT_SEND, false, ":ask\r", JOURNAL_WHATS, ""},
		{AGENT_SEND, false, "N", JOURNAL_WHATS, ""}, /* searches */
		{AGENT_SEND, false, "y", JOURNAL_WHATS, ""},
		{AGENT_ASK, false, "y", JOURNAL_ALLOW, ""},
		{AGENT_ASK, false, "E\r", JOURNAL_EDIT, "{\"Expression\":  \"x\"}"},
		{AGENT_ASK, false, ":edit-call {}\r", JOURNAL_EDIT, "{}"},
		{AGENT_ASK, false, "Nnot needed\r", JOURNAL_DENY, "not needed"},
		{AGENT_ASK, false, "N\r", JOURNAL_DENY, ""},
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned before = engine.orders;

		engine.next.what = cases[i].now;
		engine.next.args = SLICE("{\"Expression\":\n \"x\"}");
		engine.status.paused = cases[i].paused;
		engine.what = JOURNAL_WHATS;
		engine.text[0] = '\0';
		type(w, cases[i].keys);
		if (engine.what != cases[i].what || engine.orders != before + (cases[i].what != JOURNAL_WHATS) ||
		    strcmp(engine.text, cases[i].text) != 0)
			fail_msg("case %zu, '%s': %s '%s'", i, cases[i].keys, journal_what_name(engine.what), engine.text);
	}
}

static void what_was_typed_is_not_lost(void **state)
{
	struct world *w = *state;

	type(w, "mhalf a\x07");
	assert_shows(w, "the message is kept: m goes on with it");
	type(w, "m message\r");
	assert_string_equal(engine.text, "half a message");
	type(w, "m");
	assert_false(shows(w, "half a"));
	type(w, "\x07");
	engine.refuses = "not now";
	type(w, "mrefused\r");
	assert_shows(w, "not now");
	type(w, "m");
	assert_shows(w, "to the agent: refused");
	type(w, "\x07");

	engine.next = (struct agent_next){.what = AGENT_ASK, .seq = 3, .args = SLICE("{\"File\": \"a\"}")};
	type(w, "E\x15{\"File\": \"b\"\r");
	assert_shows(w, "not now");
	type(w, "E");
	assert_shows(w, "arguments: {\"File\": \"b\"");
	engine.refuses = NULL;
	type(w, "}\r");
	assert_string_equal(engine.text, "{\"File\": \"b\"}");
	type(w, "E\x15of this call\x07");
	engine.next.seq = 4; /* another one waits */
	type(w, "E");
	assert_shows(w, "arguments: {\"File\": \"a\"}");
	type(w, "\x07");
}

/* A claim cannot be marked before the run has its end; what was collected for it is still there then. */
static void lines_for_a_claim_that_is_not_saved_stay_collected(void **state)
{
	struct world *w = *state;

	grow(w, SPAN("3", "2", "tool", "read-file") ",\"Args\":{\"File\":\"kernel/a.c\"},\"Results\":{\"Contents\":\"int a;\\nint b;\\n\"}" DONE);
	stream(w, "A thought. Another one.");
	type(w, ":go kernel/a.c:2\r+");
	assert_shows(w, "note: 1 place");
	run_select(w->ui, 2);
	type(w, "4gjjjjvlllC");
	assert_shows(w, "cannot mark a claim while the recording grows");
	assert_shows(w, "note: 1 place");
}

static void keys_of_live_runs_say_on_others_that_they_are_for_those(void **state)
{
	static const struct {
		const char *keys, *says;
	} cases[] = {
		{"F", "F (conclude) is for a run that is under way here; this one is not"},
		{"X", "X (stop) is for a run"}, {"f", "f (follow) is for a run"},
		{"E", "E answers a call that waits for you; none does"},
		{":pause\r", "pause: this run is not under way here"}, {":step\r", "step: this run is not under way here"},
		{":steer x\r", "steer: this run is not under way here"}, {":ask all\r", "ask: this run is not under way here"},
		{":allow\r", "allow: this run is not under way here"}, {":edit-call\r", "edit: this run is not under way here"},
		{":deny\r", "deny: this run is not under way here"}, {":conclude\r", "conclude: this run is not under way here"},
		{":stop\r", "stop: this run is not under way here"}, {":follow\r", "follow: this run is not under way here"},
	};
	struct world *w = *state;

	w->session->live = NULL;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		type(w, cases[i].keys);
		assert_shows(w, cases[i].says);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(shows_the_newest_and_moves_nothing_else, setup, teardown),
	cmocka_unit_test_setup_teardown(a_move_lets_go_and_what_comes_is_counted, setup, teardown),
	cmocka_unit_test_setup_teardown(lets_go_and_takes_hold, setup, teardown),
	cmocka_unit_test_setup_teardown(at_the_end_who_follows_sees_the_answer, setup, teardown),
	cmocka_unit_test_setup_teardown(at_the_end_others_are_told_and_stay, setup, teardown),
	cmocka_unit_test_setup_teardown(what_is_waited_for_is_named_and_since_when, setup, teardown),
	cmocka_unit_test_setup_teardown(a_second_changes_the_clock_and_nothing_else, setup, teardown),
	cmocka_unit_test_setup_teardown(keys_give_orders, setup, teardown),
	cmocka_unit_test_setup_teardown(what_was_typed_is_not_lost, setup, teardown),
	cmocka_unit_test_setup_teardown(lines_for_a_claim_that_is_not_saved_stay_collected, setup, teardown),
	cmocka_unit_test_setup_teardown(keys_of_live_runs_say_on_others_that_they_are_for_those, setup, teardown),
};

TEST_MAIN()
