/* The program as its users meet it: keys on a real terminal, over the real page where it is present, else the example. */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/wait.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "tests/pty/home.h"
#include "tests/pty/pty.h"
#include "tests/test.h"

static char *program(void)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/src/verdict", getenv("VERDICT_TEST_BUILDDIR"));
	return path;
}

static int make_home(void **state)
{
	struct home *h;

	if (home_make(state) < 0)
		return -1;
	h = *state;
	h->set[6] = "ASAN_OPTIONS=detect_leaks=0:log_path=/dev/null";
	return 0;
}

static struct pty *start(struct home *h, const char *file, unsigned rows, unsigned cols)
{
	const char *argv[] = {program(), "review", "--set", "reviewer=Rita Reviewer <rita@example.org>", file, NULL};

	return pty_start(argv, h->set, rows, cols);
}

static void quit(struct pty *p)
{
	pty_send(p, "Q");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	pty_kill(p);
}

/* Standard output of a command in that home. */
static char *run(struct home *h, const char *args, const char *file, int want_status)
{
	struct buf command = BUF_INIT, out = BUF_INIT;
	FILE *f;
	size_t n;
	int status;

	buf_addf(&command, "HOME=%s XDG_DATA_HOME=%s/data %s %s '%s' 2>&1", h->dir, h->dir, program(), args, file);
	f = popen(buf_str(&command), "r");
	assert_non_null(f);
	do {
		char *to = buf_room(&out, 4096);

		n = fread(to, 1, 4096, f);
		buf_wrote(&out, n);
	} while (n);
	status = pclose(f);
	assert_int_equal(WEXITSTATUS(status), want_status);
	buf_release(&command);
	return buf_detach(&out);
}

static void the_real_page_is_reviewed_by_keys(void **state)
{
	struct home *h = *state;
	char *page = xstrdup(test_data("syzbot-assessment-kcsan-audit.txt")), *json;
	struct slice raw, review, v, note, places;
	struct arena *a = arena_new();
	struct json_iter it;
	struct pty *p = start(h, page, 45, 160);

	/* on opening: the answer and both racing lines with their call sites */
	pty_wait(p, "benign, confident", PTY_MS);
	pty_wait(p, "W    249", PTY_MS);
	pty_wait(p, "R    270", PTY_MS);
	pty_wait(p, "r   1927", PTY_MS);
	pty_wait(p, "commit unknown", PTY_MS);
	/* both racing lines looked at, in their file */
	pty_send(p, "x");
	pty_wait(p, "kernel/audit.c  as read in span 6", PTY_MS);
	pty_wait(p, "270", PTY_MS);
	pty_send(p, "x");
	pty_wait(p, "audit_cmd_mutex.owner = current;", PTY_MS);
	/* a sentence of a thought commented */
	pty_send(p, ":7\r");
	pty_wait(p, "7 llm expert", PTY_MS);
	pty_send(p, "4/torn\r");
	pty_wait(p, "torn", PTY_MS);
	pty_send(p, "c");
	pty_wait(p, "note on span 7 Thoughts \"", PTY_MS);
	pty_send(p, "32-bit machines were not considered\r");
	pty_wait(p, "1 note", PTY_MS);
	/* Benign overridden with a reason, undone, redone */
	pty_send(p, "o");
	pty_wait(p, "not saved yet", PTY_MS);
	pty_send(p, " 1");
	pty_wait(p, "override: harmful, confident; missed lock (not saved yet)", PTY_MS);
	pty_send(p, "\r");
	pty_wait(p, "you override: harmful, confident", PTY_MS);
	pty_send(p, "u");
	pty_wait(p, "undone: override", PTY_MS);
	pty_wait(p, "you –", PTY_MS);
	pty_send(p, "\x12");
	pty_wait(p, "you override: harmful, confident", PTY_MS);
	quit(p);

	json = run(h, "export --format json", page, 0);
	assert_int_equal(json_check(slice_str(json), &raw, NULL, NULL), 0);
	review = json_member(raw, "decision");
	assert_true(json_get_str(a, review, "state", &v));
	assert_slice(v, "overridden");
	assert_slice(json_member(json_member(review, "outputs"), "Benign"), "false");
	assert_slice(json_member(json_member(review, "outputs"), "Confident"), "true");
	it = json_iter(json_member(review, "reasons"));
	assert_true(json_next(&it));
	assert_slice(it.value, "\"missed lock\"");
	assert_false(json_next(&it));
	it = json_iter(json_member(raw, "annotations"));
	assert_true(json_next(&it));
	note = it.value;
	assert_false(json_next(&it));
	assert_true(json_get_str(a, note, "text", &v));
	assert_slice(v, "32-bit machines were not considered");
	it = json_iter(json_member(note, "places"));
	assert_true(json_next(&it));
	places = it.value;
	assert_slice(json_member(places, "span"), "7");
	assert_slice(json_member(places, "field"), "\"Thoughts\"");
	assert_true(json_get_str(a, places, "excerpt", &v));
	assert_true(slice_find(v, "torn", 0) != SLICE_NONE);
	assert_slice(slice_sub(v, v.n - 1, v.n), ".");
	it = json_iter(json_member(raw, "history")); /* note, decision, undo, redo: nothing is lost */
	for (int i = 0; i < 4; i++)
		assert_true(json_next(&it));
	assert_false(json_next(&it));
	free(json);
	free(page);
	arena_free(a);
}

/* A copy of the page in the home without the results of span 6, which held the whole of kernel/audit.c. */
static char *page_without_span_6(struct home *h)
{
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct slice rest, line;
	struct err e;
	bool in_span = false, dropping = false;

	assert_int_equal(fs_read(test_data("syzbot-assessment-kcsan-audit.txt"), &text, &e), 0);
	rest = buf_slice(&text);
	while (slice_line(&rest, &line)) {
		if (slice_starts(line, "6/2 "))
			in_span = true;
		if (slice_starts(line, "7/2 "))
			in_span = dropping = false;
		dropping |= in_span && slice_is(line, "Results:");
		if (dropping)
			continue;
		buf_add_slice(&out, line);
		buf_addc(&out, '\n');
	}
	assert_int_equal(fs_write_atomic(h->dir, "page.txt", buf_slice(&out), &e), 0);
	buf_release(&text);
	buf_release(&out);
	return fs_join(h->dir, "page.txt");
}

static void a_file_that_no_tool_returned_is_said_to_be_unread(void **state)
{
	struct home *h = *state;
	char *page = page_without_span_6(h);
	struct pty *p = start(h, page, 45, 160);

	pty_wait(p, "never read: kernel/audit.c:249 and 5 more", PTY_MS);
	pty_wait(p, "Not read: no tool call of this run returned line 1609 of kernel/audit.c.", PTY_MS);
	pty_wait(p, "not read, only grepped in span 8", PTY_MS); /* what grep showed is not passed off as a reading */
	pty_send(p, "1gjj");
	pty_wait(p, "Not read: no tool call of this run returned line 1609 of kernel/audit.c.", PTY_MS);
	pty_wait(p, "name a git repository of the kernel", PTY_MS);
	quit(p);
	free(page);
}

/* What a terminal would obey, in every place that a recording can put it. */
static void hostile_text_is_shown_and_never_sent(void **state)
{
	static const char evil[] =
		"[{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"f\\u001b]0;pwned\\u0007\","
		"\"Started\":\"2026-01-01T00:00:00Z\",\"Finished\":\"2026-01-01T00:00:01Z\","
		"\"Results\":{\"Benign\":true,\"Explanation\":\"x\\u001b[2Jpwned \\u009b31m \\u202eabc \\u001bPq\"}},"
		"{\"Seq\":1,\"Nesting\":1,\"Type\":\"agent\",\"Name\":\"e\",\"Started\":\"2026-01-01T00:00:00Z\","
		"\"Finished\":\"2026-01-01T00:00:01Z\",\"Prompt\":\"==================================================================\\n"
		"BUG: KCSAN: data-race in a / b\\n\\nwrite to 0x10 of 8 bytes by task 1 on cpu 0:\\n a\\u001b[31m+0x1/0x2 x\\u001b]52;c;eA==\\u0007.c:1\\n\"}]";
	static const char bytes[] =
		"[{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"f\",\"Started\":\"2026-01-01T00:00:00Z\","
		"\"Finished\":\"2026-01-01T00:00:01Z\",\"Results\":{\"Explanation\":\"x\xc2\x9b" "31m \xe2\x80\xae" "abc \xc3\xa4\"}}]";
	const char *argv[] = {NULL, "export", "--format", "spans", NULL, NULL};
	struct home *h = *state;
	struct slice raw;
	struct pty *p;
	char *file;
	struct err e;

	assert_int_equal(fs_write_atomic(h->dir, "evil.json", slice_str(evil), &e), 0);
	file = fs_join(h->dir, "evil.json");
	p = start(h, file, 45, 160);
	pty_wait(p, "x^[[2Jpwned", PTY_MS);
	pty_wait(p, "<U+202E>abc", PTY_MS);
	pty_send(p, ":0\r");
	pty_wait(p, "f^[]0;pwned^G", PTY_MS);
	pty_send(p, "1r");
	pty_wait(p, "a^[[31m", PTY_MS);
	raw = pty_raw(p);
	assert_true(slice_find(raw, "\x1b]", 0) == SLICE_NONE);   /* OSC: titles, the clipboard */
	assert_true(slice_find(raw, "\x1bP", 0) == SLICE_NONE);   /* DCS */
	assert_true(slice_find(raw, "\xc2\x9b", 0) == SLICE_NONE); /* CSI in one character */
	assert_true(slice_find(raw, "\xe2\x80\xae", 0) == SLICE_NONE);
	assert_true(slice_find(raw, "\x1b[2Jpwned", 0) == SLICE_NONE);
	quit(p);
	/* spans are records byte by byte: on a terminal the same JSON without a hidden character */
	assert_int_equal(fs_write_atomic(h->dir, "evil.json", slice_str(bytes), &e), 0);
	argv[0] = program();
	argv[4] = file;
	p = pty_start(argv, h->set, 45, 160);
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	raw = pty_raw(p);
	assert_true(slice_find(raw, "x\\u009b31m \\u202eabc \xc3\xa4", 0) != SLICE_NONE);
	assert_true(slice_find(raw, "\xc2\x9b", 0) == SLICE_NONE);
	pty_kill(p);
	free(file);
}

static void the_same_recording_has_one_id_by_name_and_on_standard_input(void **state)
{
	struct home *h = *state;
	char *by_name = run(h, "import", test_src("examples/pond-race.json"), 0), *by_stdin;

	by_stdin = run(h, "import - < ", test_src("examples/pond-race.json"), 0);
	assert_true(slice_starts(slice_str(by_name), "new "));
	assert_true(slice_starts(slice_str(by_stdin), "known "));
	assert_memory_equal(by_name + 7, by_stdin + 7, 12);
	free(by_name);
	free(by_stdin);
}

static void a_decision_outlives_the_program_and_can_be_undone_after_a_restart(void **state)
{
	struct home *h = *state;
	const char *file = test_src("examples/pond-race.json");
	struct pty *p = start(h, file, 30, 100);

	pty_wait(p, "? help", PTY_MS);
	pty_send(p, "a");
	pty_wait(p, "not saved yet", PTY_MS);
	pty_send(p, "\r");
	pty_wait(p, "you approve", PTY_MS);
	quit(p);
	p = start(h, file, 30, 100);
	pty_wait(p, "you approve", PTY_MS);
	pty_send(p, "u");
	pty_wait(p, "undone: approve", PTY_MS);
	quit(p);
	p = start(h, file, 30, 100);
	pty_wait(p, "you –", PTY_MS);
	pty_send(p, "\x12");
	pty_wait(p, "you approve", PTY_MS);
	quit(p);
}

static void a_draft_outlives_being_ended(void **state)
{
	struct home *h = *state;
	const char *file = test_src("examples/pond-race.json");
	struct pty *p = start(h, file, 45, 160);

	pty_wait(p, "? help", PTY_MS);
	pty_send(p, "o2c");
	pty_wait(p, "comment:", PTY_MS);
	pty_send(p, "the flag guards a list\r");
	pty_wait(p, "the flag guards a list", PTY_MS);
	pty_send(p, "\x1b"); /* the form closes: its draft is saved when the keys rest */
	pty_wait(p, "(draft)", PTY_MS);
	kill(pty_pid(p), SIGTERM);
	assert_int_equal(pty_wait_exit(p, PTY_MS), 128 + SIGTERM);
	pty_kill(p);
	p = start(h, file, 45, 160);
	pty_wait(p, "a draft was kept", PTY_MS);
	pty_send(p, "o");
	pty_wait(p, "the flag guards a list", PTY_MS);
	pty_wait(p, "[x] misread bits or value", PTY_MS);
	pty_send(p, "\x1b");
	pty_wait(p, "the draft is kept", PTY_MS);
	quit(p);
}

static void every_way_out_keeps_what_was_typed_and_restores_the_terminal(void **state)
{
	static const int signals[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGABRT};
	struct home *h = *state;
	const char *file = test_src("examples/pond-race.json");

	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		char word[32];
		struct slice raw;
		struct pty *p = start(h, file, 30, 100);

		pty_wait(p, "? help", PTY_MS);
		snprintf(word, sizeof word, "word%zu", i);
		pty_send(p, "c");
		pty_wait(p, "note on span", PTY_MS);
		pty_send(p, word);
		pty_wait(p, word, PTY_MS);
		kill(pty_pid(p), signals[i]);
		assert_int_equal(pty_wait_exit(p, PTY_MS), 128 + signals[i]);
		raw = pty_raw(p);
		assert_true(slice_find(raw, "\x1b[?1049l", 0) != SLICE_NONE);
		assert_true(slice_find(raw, "\x1b[?2004l", 0) != SLICE_NONE);
		pty_kill(p);
		if (signals[i] == SIGABRT) /* a fault: what was typed just now may be lost */
			continue;
		p = start(h, file, 30, 100);
		pty_wait(p, "a draft was kept", PTY_MS);
		pty_send(p, "c");
		pty_wait(p, word, PTY_MS);
		pty_send(p, "\x15\x0b\x1b"); /* emptied and left: for the next round */
		pty_wait_gone(p, word, PTY_MS);
		quit(p);
	}
}

static void pasted_lines_are_text_and_decide_nothing(void **state)
{
	struct home *h = *state;
	struct pty *p = start(h, test_src("examples/pond-race.json"), 30, 100);

	pty_wait(p, "? help", PTY_MS);
	pty_send(p, "\x1b[200~a\r\x1b[201~");
	pty_wait(p, "pasted text is taken at a prompt only", PTY_MS);
	pty_send(p, "c");
	pty_wait(p, "note on span", PTY_MS);
	pty_send(p, "\x1b[200~two\rlines\x13\x1b[201~"); /* they stay two: in the box, where a pasted ^S saves nothing */
	pty_wait(p, "│lines ", PTY_MS);
	pty_send(p, "\x13");
	pty_wait(p, "1 note", PTY_MS);
	pty_wait(p, "you –", PTY_MS);
	quit(p);
}

/* The store cannot be made: leaving is refused once, and then ends with the status of that. */
static void words_that_cannot_be_kept_are_not_left_in_silence(void **state)
{
	struct home *h = *state;
	struct pty *p;

	strcpy(h->env[1], "XDG_DATA_HOME=/dev/null");
	p = start(h, test_src("examples/pond-race.json"), 30, 100);
	pty_wait(p, "? help", PTY_MS);
	pty_send(p, "c");
	pty_wait(p, "note on span", PTY_MS);
	pty_send(p, "words\x1b");
	pty_wait(p, "/dev/null", PTY_MS);
	pty_send(p, "h");
	pty_wait_gone(p, "/dev/null", PTY_MS);
	pty_send(p, "Q");
	pty_wait(p, "/dev/null", PTY_MS);
	pty_send(p, "Q");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 6);
	pty_kill(p);
}

static void a_comment_of_several_lines_stays_one(void **state)
{
	struct home *h = *state;
	const char *file = test_src("examples/pond-race.json");
	char editor[160], *json;
	struct err e;
	struct pty *p;

	assert_int_equal(fs_write_atomic(h->dir, "editor", SLICE("printf 'one\\ntwo\\n' >\"$1\"\n"), &e), 0);
	snprintf(editor, sizeof editor, "VISUAL=sh %s/editor", h->dir);
	h->set[7] = editor;
	p = start(h, file, 45, 160);
	pty_wait(p, "? help", PTY_MS);
	pty_send(p, "oe");
	pty_wait(p, "one two", PTY_MS);
	pty_send(p, "c"); /* the prompt would make one line of it */
	pty_wait(p, "the comment is more than a line: e goes on", PTY_MS);
	pty_send(p, "\r");
	pty_wait(p, "you override: harmful", PTY_MS);
	quit(p);
	json = run(h, "export", file, 0);
	assert_true(slice_find(slice_str(json), "\"comment\": \"one\\ntwo\"", 0) != SLICE_NONE);
	free(json);
}

/* Names with line ends in them, which a list of notes must not take for rows. */
static void the_list_of_notes_has_its_own_rows_only(void **state)
{
	struct home *h = *state;
	const char *file = test_src("examples/pond-race.json");
	struct buf args = BUF_INIT;
	struct pty *p;

	buf_adds(&args, "comment --on \"$(printf 'a\\nb\\nc\\nd\\ne\\nf\\ng\\nh.c:3')\" --set \"reviewer=$(printf 'R\\nita')\" ");
	buf_adds(&args, file);
	free(run(h, buf_str(&args), "some words", 0));
	buf_release(&args);
	p = start(h, file, 30, 100);
	pty_wait(p, "1 note", PTY_MS);
	pty_send(p, "L");
	pty_wait(p, "a^Jb^Jc^Jd^Je^Jf^Jg^Jh.c:3", PTY_MS);
	pty_wait(p, "1  R^Jita, ", PTY_MS);
	pty_wait(p, "some words", PTY_MS);
	pty_send(p, "d");
	pty_wait(p, "cannot remove this note: it is R^Jita's", PTY_MS);
	quit(p);
}

/* 400000 hits in one line that is not wrapped: only those that show may be looked at for a frame. */
static void a_very_long_line_is_searched_at_once(void **state)
{
	struct home *h = *state;
	struct buf text = BUF_INIT;
	struct err e;
	struct pty *p;
	char *file;

	buf_adds(&text, "[{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"f\",\"Started\":\"2026-01-01T00:00:00Z\","
			"\"Finished\":\"2026-01-01T00:00:01Z\",\"Results\":{\"Explanation\":\"");
	for (int i = 0; i < 400000; i++)
		buf_adds(&text, "ab ");
	buf_adds(&text, "\"}}]");
	assert_int_equal(fs_write_atomic(h->dir, "long.json", buf_slice(&text), &e), 0);
	buf_release(&text);
	file = fs_join(h->dir, "long.json");
	p = start(h, file, 30, 100);
	pty_wait(p, "? help", PTY_MS);
	pty_send(p, "W");
	pty_wait(p, "long lines scroll", PTY_MS);
	pty_send(p, "/ab");
	pty_wait(p, "/ab", PTY_MS);
	pty_send(p, "\r");
	pty_wait_gone(p, "/ab", PTY_MS); /* the frame with the hits is there */
	pty_send(p, "M");
	pty_wait(p, "Messages", PTY_MS);
	pty_send(p, "q");
	quit(p);
	free(file);
}

static void resizing_keeps_a_correct_screen(void **state)
{
	struct home *h = *state;
	struct pty *p = start(h, test_src("examples/pond-race.json"), 45, 160);

	pty_wait(p, "? help", PTY_MS);
	pty_resize(p, 5, 20);
	pty_wait(p, "too small", PTY_MS);
	pty_resize(p, 24, 80);
	pty_wait_gone(p, "too small", PTY_MS);
	pty_wait(p, "? help", PTY_MS);
	pty_wait(p, "4 Text", PTY_MS);
	pty_resize(p, 45, 160);
	pty_wait(p, "Report", PTY_MS);
	quit(p);
}

static void stops_and_comes_back(void **state)
{
	struct home *h = *state;
	char command[8300];
	const char *argv[] = {"sh", "-i", NULL};
	struct pty *p = pty_start(argv, h->set, 30, 250); /* command lines, with their paths, fit in a row */

	snprintf(command, sizeof command, "PS1='$ '\r%s review %s\r", program(), test_src("examples/pond-race.json"));
	pty_send(p, command);
	pty_wait(p, "? help", PTY_MS);
	pty_send(p, "\x1a");
	pty_wait_gone(p, "? help", PTY_MS);
	pty_wait(p, "Stopped", PTY_MS);
	pty_send(p, "fg\r");
	pty_wait(p, "? help", PTY_MS);
	pty_send(p, "Q");
	pty_wait(p, "json\n$\n", PTY_MS); /* the shell is back: it alone reads what comes now */
	pty_send(p, "echo status $?\r");
	pty_wait(p, "status 0", PTY_MS);
	pty_kill(p);
}

static void without_colour_no_colour_is_sent(void **state)
{
	struct home *h = *state;
	struct pty *p;

	h->set[4] = "NO_COLOR=1";
	p = start(h, test_src("examples/pond-race.json"), 30, 100);
	pty_wait(p, "? help", PTY_MS);
	for (unsigned row = 0; row < 30; row++)
		for (unsigned col = 0; col < 100; col++)
			assert_true(pty_cell(p, row, col).fg == -1 && pty_cell(p, row, col).bg == -1);
	quit(p);
}

static void an_unusable_terminal_gets_a_sentence(void **state)
{
	struct home *h = *state;
	const char *argv[] = {program(), "review", test_src("examples/pond-race.json"), NULL};
	const char *env[16];
	struct pty *p;
	size_t n = 0;

	for (; h->set[n]; n++)
		env[n] = h->set[n];
	env[n++] = "TERM=no-such-terminal";
	env[n] = NULL;
	p = pty_start(argv, env, 24, 80);
	assert_int_equal(pty_wait_exit(p, PTY_MS), 5);
	pty_wait(p, "verdict: ", PTY_MS);
	pty_kill(p);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_home, home_drop)
static const struct CMUnitTest tests[] = {
	TEST(the_real_page_is_reviewed_by_keys),
	TEST(a_file_that_no_tool_returned_is_said_to_be_unread),
	TEST(hostile_text_is_shown_and_never_sent),
	TEST(the_same_recording_has_one_id_by_name_and_on_standard_input),
	TEST(a_decision_outlives_the_program_and_can_be_undone_after_a_restart),
	TEST(a_draft_outlives_being_ended),
	TEST(every_way_out_keeps_what_was_typed_and_restores_the_terminal),
	TEST(pasted_lines_are_text_and_decide_nothing),
	TEST(words_that_cannot_be_kept_are_not_left_in_silence),
	TEST(a_comment_of_several_lines_stays_one),
	TEST(the_list_of_notes_has_its_own_rows_only),
	TEST(a_very_long_line_is_searched_at_once),
	TEST(resizing_keeps_a_correct_screen),
	TEST(stops_and_comes_back),
	TEST(without_colour_no_colour_is_sent),
	TEST(an_unusable_terminal_gets_a_sentence),
};

TEST_MAIN()
