#define _GNU_SOURCE
#include "sys/proc.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

#include "tests/test.h"

enum { SOON = 20000 };

static int sh(const char *script, struct buf *out, size_t max, unsigned ms, struct err *e)
{
	const char *const argv[] = {"sh", "-c", script, NULL};

	return proc_capture(argv, out, max, ms, e);
}

static void output_and_status_are_taken(void **state)
{
	struct buf out = BUF_INIT;
	struct err e;

	(void)state;
	buf_adds(&out, "old");
	assert_int_equal(sh("echo one; echo two; exit 3", &out, 100, SOON, &e), 3);
	assert_slice(buf_slice(&out), "one\ntwo\n");
	assert_int_equal(sh("echo no >&2; cat", &out, 100, SOON, &e), 0);
	assert_slice(buf_slice(&out), "");
	buf_release(&out);
}

static void arguments_are_not_read_by_a_shell(void **state)
{
	const char *const argv[] = {"printf", "%s|", "a b", "$HOME", "`id`", "*", NULL};
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(proc_capture(argv, &out, 100, SOON, NULL), 0);
	assert_slice(buf_slice(&out), "a b|$HOME|`id`|*|");
	buf_release(&out);
}

static void a_program_that_is_not_there_is_an_error_that_names_it(void **state)
{
	const char *const argv[] = {"no-such-program-here", NULL}, *const none[] = {NULL};
	struct buf out = BUF_INIT;
	struct err e = {0};

	(void)state;
	assert_int_equal(proc_capture(argv, &out, 100, SOON, &e), -1);
	assert_int_equal(e.cls, ERR_TOOL);
	assert_non_null(strstr(e.msg, "no-such-program-here"));
	assert_non_null(strstr(e.msg, strerror(ENOENT)));
	assert_int_equal(proc_capture(none, &out, 100, SOON, &e), -1);
	buf_release(&out);
}

static void exactly_the_ceiling_is_taken_and_more_is_an_error(void **state)
{
	struct buf out = BUF_INIT;
	struct err e = {0};

	(void)state;
	assert_int_equal(sh("printf 12345", &out, 5, SOON, &e), 0);
	assert_slice(buf_slice(&out), "12345");
	assert_int_equal(sh("printf 123456", &out, 5, SOON, &e), -1);
	assert_int_equal(e.cls, ERR_TOOL);
	assert_int_equal(sh("while :; do echo more; done", &out, 100000, SOON, &e), -1);
	assert_non_null(strstr(e.msg, "too much"));
	buf_release(&out);
}

static void large_output_is_taken_whole(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(sh("head -c 3000000 /dev/zero", &out, 3000000, SOON, NULL), 0);
	assert_int_equal(out.n, 3000000);
	buf_release(&out);
}

static void what_takes_too_long_is_killed_with_its_children(void **state)
{
	struct buf out = BUF_INIT;
	struct pollfd p = {.events = POLLIN};
	struct err e = {0};
	uint64_t child;

	(void)state;
	assert_int_equal(sh("sleep 1000 & echo $!; wait", &out, 100, 300, &e), -1);
	assert_int_equal(e.cls, ERR_TOOL);
	assert_non_null(strstr(e.msg, "too long"));
	assert_true(slice_u64(slice_trim(buf_slice(&out)), &child));
	/* A zombie counts as gone: who reaps it is no business of ours. */
	p.fd = (int)syscall(SYS_pidfd_open, (pid_t)child, 0);
	if (p.fd >= 0) {
		assert_int_equal(poll(&p, 1, SOON), 1);
		close(p.fd);
	}
	buf_release(&out);
}

static void a_grandchild_that_keeps_the_pipe_is_not_waited_for(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(sh("sleep 1000 & echo done", &out, 100, SOON, NULL), 0);
	assert_slice(buf_slice(&out), "done\n");
	buf_release(&out);
}

static void a_child_that_closes_its_output_is_waited_for(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(sh("exec >&-; exit 5", &out, 100, SOON, NULL), 5);
	buf_release(&out);
}

static void a_child_ended_by_a_signal_is_an_error(void **state)
{
	struct buf out = BUF_INIT;
	struct err e = {0};

	(void)state;
	assert_int_equal(sh("kill -KILL $$", &out, 100, SOON, &e), -1);
	assert_int_equal(e.cls, ERR_TOOL);
	assert_non_null(strstr(e.msg, "signal 9"));
	buf_release(&out);
}

static void a_child_has_its_own_group_and_fresh_signals(void **state)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
	struct buf out = BUF_INIT;
	sigset_t set, before;
	struct slice rest, line;
	uint64_t bits;
	int lines = 0;

	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGWINCH);
	sigprocmask(SIG_BLOCK, &set, &before);
	sigaction(SIGPIPE, &ignore, &old);
	assert_int_equal(sh("grep -E '^Sig(Blk|Ign)' /proc/self/status; [ $$ = $(cut -d ' ' -f 5 /proc/$$/stat) ]", &out,
			    200, SOON, NULL),
			 0);
	rest = buf_slice(&out);
	while (slice_line(&rest, &line)) {
		/* signals 32 and 33 belong to the C library, which lets nobody change them; nohup had SIGHUP ignored before the start */
		assert_true(slice_hex(slice_sub(line, 8, line.n), &bits));
		assert_int_equal(bits & 0x7ffffffe, 0);
		lines++;
	}
	assert_int_equal(lines, 2);
	sigaction(SIGPIPE, &old, NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	buf_release(&out);
}

static void children_get_no_keys(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	setenv("SOME_API_KEY", "secret", 1);
	setenv("OTHER_AUTH_TOKEN", "secret", 1);
	setenv("VERDICT_TEST_PLAIN", "plain", 1);
	assert_int_equal(sh("echo \"[$SOME_API_KEY$OTHER_AUTH_TOKEN$VERDICT_TEST_PLAIN]\"", &out, 100, SOON, NULL), 0);
	assert_slice(buf_slice(&out), "[plain]\n");
	buf_release(&out);
}

static void a_foreground_program_gives_its_status(void **state)
{
	const char *const ok[] = {"true", NULL}, *const four[] = {"sh", "-c", "exit 4", NULL};
	const char *const absent[] = {"no-such-editor-here", NULL};
	struct err e = {0};

	(void)state;
	assert_int_equal(proc_foreground(ok, &e), 0);
	assert_int_equal(proc_foreground(four, &e), 4);
	assert_int_equal(proc_foreground(absent, &e), -1);
	assert_int_equal(e.cls, ERR_TOOL);
}

static void commands_are_split_into_words(void **state)
{
	static const struct {
		const char *command;
		size_t n;
		const char *words; /* joined by | */
	} cases[] = {
		{"vi", 1, "vi"},
		{"  emacs  -nw ", 2, "emacs|-nw"},
		{"'my editor' \"a b\" c\\ d", 3, "my editor|a b|c d"},
		{"x '' y", 3, "x||y"},
		{"a'b'\"c\"d", 1, "abcd"},
		{"'a\\b' \"a\\\"b\" \\'", 3, "a\\b|a\"b|'"},
		{"end\\", 1, "end\\"},
		{"", 0, ""},
		{"   ", 0, ""},
		{"vi 'x", 0, ""},
		{"vi \"x\\\"", 0, ""},
		{"1 2 3 4", 4, "1|2|3|4"},
		{"1 2 3 4 5", 0, ""},
	};
	char *argv[5];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char got[100] = "";

		assert_int_equal(proc_split(cases[i].command, argv, 5), cases[i].n);
		assert_null(argv[cases[i].n]);
		for (size_t k = 0; k < cases[i].n; k++) {
			strcat(got, k ? "|" : "");
			strcat(got, argv[k]);
		}
		assert_string_equal(got, cases[i].words);
		free(argv[0]);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(output_and_status_are_taken),
	cmocka_unit_test(arguments_are_not_read_by_a_shell),
	cmocka_unit_test(a_program_that_is_not_there_is_an_error_that_names_it),
	cmocka_unit_test(exactly_the_ceiling_is_taken_and_more_is_an_error),
	cmocka_unit_test(large_output_is_taken_whole),
	cmocka_unit_test(what_takes_too_long_is_killed_with_its_children),
	cmocka_unit_test(a_grandchild_that_keeps_the_pipe_is_not_waited_for),
	cmocka_unit_test(a_child_that_closes_its_output_is_waited_for),
	cmocka_unit_test(a_child_ended_by_a_signal_is_an_error),
	cmocka_unit_test(a_child_has_its_own_group_and_fresh_signals),
	cmocka_unit_test(children_get_no_keys),
	cmocka_unit_test(a_foreground_program_gives_its_status),
	cmocka_unit_test(commands_are_split_into_words),
};

TEST_MAIN()
