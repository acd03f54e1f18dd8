/* Notes on a real terminal: what is written in the box outlives the program, as lines. */
#define _GNU_SOURCE
#include <signal.h>

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
	pty_wait_gone(p, "(draft)", PTY_MS);

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

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(what_is_in_the_box_outlives_a_kill, make_home, home_drop),
};

TEST_MAIN()
