/* Notes on a real terminal: what is written in the box outlives the program, as lines. */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/stat.h>

#include "tests/pty/home.h"
#include "tests/pty/pty.h"
#include "tests/test.h"

static int make_home(void **state)
{
	struct home *h;

	if (home_make(state) < 0)
		return -1;
	h = *state;
	h->set[6] = "ASAN_OPTIONS=detect_leaks=0:log_path=/dev/null";
	return 0;
}

static struct pty *start(struct home *h)
{
	static char program[4096];
	const char *argv[] = {program, "review", "--set", "reviewer=Rita Reviewer <rita@example.org>",
			      test_src("examples/pond-race.json"), NULL};

	snprintf(program, sizeof program, "%s/src/verdict", getenv("VERDICT_TEST_BUILDDIR"));
	return pty_start(argv, h->set, 45, 160);
}

/* Killed as soon as the store has `words`; nobody says when that is. */
static void kill_with(struct home *h, struct pty *p, const char *words)
{
	for (int i = 0; !home_holds(h, words) && i < PTY_MS / 50; i++)
		pty_pump(p, 50);
	assert_true(home_holds(h, words));
	kill(pty_pid(p), SIGKILL);
	pty_wait_exit(p, PTY_MS);
	pty_kill(p);
}

static void what_is_in_the_box_outlives_a_kill(void **state)
{
	struct home *h = *state;
	struct pty *p = start(h);

	pty_wait(p, "? help", PTY_MS);
	pty_send(p, ":5\r+2gjj+"); /* a thought, and a source line */
	pty_wait(p, "note: 2 places", PTY_MS);
	pty_send(p, "cthe first line");
	pty_wait(p, "the first line", PTY_MS);
	pty_send(p, "\x0f");
	pty_wait(p, "^S save", PTY_MS);
	pty_send(p, "\rand the sec\xc3\xb6nd");
	kill_with(h, p, "and the sec\\u00f6nd");

	p = start(h);
	pty_wait(p, "a draft was kept", PTY_MS);
	pty_wait(p, "note: 2 places", PTY_MS);
	pty_send(p, "c");
	pty_wait(p, "│the first line ", PTY_MS);
	pty_wait(p, "│and the sec\xc3\xb6nd ", PTY_MS);
	pty_wait(p, "span 5 Thoughts", PTY_MS);
	pty_wait(p, "drivers/pond/pond.h:67", PTY_MS);
	pty_send(p, ", again\x13");
	pty_wait(p, "1 note", PTY_MS);
	pty_wait_gone(p, "note: 2 places", PTY_MS);

	pty_send(p, "Le, and again"); /* an edit that is begun is a draft like any other */
	pty_wait(p, "Edit note", PTY_MS);
	kill_with(h, p, ", again, and again");
	p = start(h);
	pty_wait(p, "1 note", PTY_MS);
	pty_send(p, "c");
	pty_wait(p, "Edit note", PTY_MS);
	pty_send(p, "\x13");
	pty_wait(p, "edited the note on", PTY_MS);
	pty_send(p, "L");
	pty_wait(p, "and the sec\xc3\xb6nd, again, and again", PTY_MS);
	pty_wait(p, ", edited", PTY_MS);
	pty_send(p, "Q");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	pty_kill(p);
}

/* An editor that keeps what it was given: the line in one file, the text in another, and whether it could be written. */
static char *put_editor(struct home *h)
{
	struct buf path = BUF_INIT;
	FILE *f;

	buf_addf(&path, "%s/editor", h->dir);
	f = fopen(buf_str(&path), "w");
	assert_non_null(f);
	fprintf(f, "#!/bin/sh\necho \"$1\" >%s/line\ncp \"$2\" %s/seen\nstat -c %%a \"$2\" >%s/mode\n", h->dir, h->dir, h->dir);
	fclose(f);
	assert_int_equal(chmod(buf_str(&path), 0700), 0);
	return buf_detach(&path);
}

static void assert_file(struct home *h, const char *name, const char *holds)
{
	struct buf path = BUF_INIT, text = BUF_INIT;

	buf_addf(&path, "%s/%s", h->dir, name);
	assert_int_equal(fs_read(buf_str(&path), &text, NULL), 0);
	if (slice_find(buf_slice(&text), holds, 0) == SLICE_NONE)
		fail_msg("%s holds '%s', not '%s'", name, buf_str(&text), holds);
	buf_release(&path);
	buf_release(&text);
}

static void source_is_looked_at_in_the_editor(void **state)
{
	struct home *h = *state;
	char *editor = put_editor(h), set[160];
	struct pty *p;

	snprintf(set, sizeof set, "VISUAL=%s", editor);
	h->set[7] = set;
	p = start(h);
	pty_wait(p, "? help", PTY_MS);
	pty_send(p, "2gjje"); /* the access line of the racing write */
	pty_wait(p, "as far as the agent's tools returned it", PTY_MS);
	assert_file(h, "line", "+67\n");
	assert_file(h, "mode", "400\n");
	assert_file(h, "seen", "\tp->flags |= bits;\n");
	assert_file(h, "seen", "not the whole of drivers/pond/pond.h");
	pty_send(p, "Q");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	pty_kill(p);
	free(editor);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(source_is_looked_at_in_the_editor, make_home, home_drop),
	cmocka_unit_test_setup_teardown(what_is_in_the_box_outlives_a_kill, make_home, home_drop),
};

TEST_MAIN()
