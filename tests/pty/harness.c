/* The pty harness itself, on programs whose behaviour is known. */
#include "tests/pty/pty.h"

#include <signal.h>

#include "tests/test.h"

static void shows_what_a_program_echoes(void **state)
{
	const char *const argv[] = {"cat", NULL};
	struct pty *p = pty_start(argv, NULL, 10, 40);

	(void)state;
	pty_send(p, "sch\xc3\xb6n \xe6\xbc\xa2\r");
	pty_wait(p, "schön 漢\nschön 漢\n", PTY_MS);
	assert_false(pty_shows(p, "never sent"));
	pty_send(p, "\x04");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	pty_kill(p);
}

static void gives_the_program_its_size(void **state)
{
	const char *const argv[] = {"sh", "-c", "stty size; trap 'stty size' WINCH; echo ready; while read x; do :; done", NULL};
	struct pty *p = pty_start(argv, NULL, 12, 50);

	(void)state;
	pty_wait(p, "12 50\nready", PTY_MS);
	pty_resize(p, 20, 90);
	pty_send(p, "\r");
	pty_wait(p, "20 90", PTY_MS);
	pty_kill(p);
}

static void sets_and_unsets_the_environment(void **state)
{
	const char *const argv[] = {"sh", "-c", "echo \"<$TERM> <$PTY_TEST> <${HOME-none}>\"", NULL};
	const char *const env[] = {"PTY_TEST=a b", "HOME", NULL};
	struct pty *p = pty_start(argv, env, 5, 60);

	(void)state;
	pty_wait(p, "<xterm-256color> <a b> <none>", PTY_MS);
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	pty_kill(p);
}

static void understands_what_a_terminal_is_sent(void **state)
{
	const char *const argv[] = {"printf", "%b", "gone\\033[2J\\033[3;5H\\033[1;31mred\\033[0m\\033[7mrev\\033[?25l", NULL};
	struct pty *p = pty_start(argv, NULL, 5, 20);
	unsigned row, col;
	bool shown;

	(void)state;
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	assert_false(pty_shows(p, "gone"));
	assert_true(pty_shows(p, "\n\n    redrev\n"));
	assert_int_equal(pty_cell(p, 2, 4).fg, 1);
	assert_int_equal(pty_cell(p, 2, 4).bg, -1);
	assert_true(pty_cell(p, 2, 4).bold);
	assert_false(pty_cell(p, 2, 4).reverse);
	assert_int_equal(pty_cell(p, 2, 7).fg, -1);
	assert_true(pty_cell(p, 2, 7).reverse);
	pty_cursor(p, &row, &col, &shown);
	assert_int_equal(row, 2);
	assert_int_equal(col, 10);
	assert_false(shown);
	assert_true(slice_find(pty_raw(p), "\033[3;5H", 0) != SLICE_NONE);
	pty_kill(p);
}

static void tells_how_a_program_ended(void **state)
{
	const char *const seven[] = {"sh", "-c", "exit 7", NULL}, *const killed[] = {"sh", "-c", "kill -TERM $$", NULL};
	const char *const absent[] = {"/nonexistent/program", NULL};
	struct pty *p = pty_start(seven, NULL, 5, 20);

	(void)state;
	assert_int_equal(pty_wait_exit(p, PTY_MS), 7);
	pty_kill(p);
	p = pty_start(killed, NULL, 5, 20);
	assert_int_equal(pty_wait_exit(p, PTY_MS), 128 + SIGTERM);
	pty_kill(p);
	p = pty_start(absent, NULL, 5, 60);
	assert_int_equal(pty_wait_exit(p, PTY_MS), 127);
	assert_true(pty_shows(p, "cannot start /nonexistent/program"));
	pty_kill(p);
}

static void takes_more_output_than_the_pty_holds(void **state)
{
	const char *const argv[] = {"sh", "-c", "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done", NULL};
	struct pty *p = pty_start(argv, NULL, 5, 20);

	(void)state;
	pty_wait(p, "line 19999", PTY_MS);
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	assert_true(slice_starts(pty_raw(p), "line 0\r\nline 1\r\n"));
	pty_kill(p);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(shows_what_a_program_echoes),
	cmocka_unit_test(gives_the_program_its_size),
	cmocka_unit_test(sets_and_unsets_the_environment),
	cmocka_unit_test(understands_what_a_terminal_is_sent),
	cmocka_unit_test(tells_how_a_program_ended),
	cmocka_unit_test(takes_more_output_than_the_pty_holds),
};

TEST_MAIN()
