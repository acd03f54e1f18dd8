/* Live runs on a real terminal where something hangs, breaks, is hostile or is killed. */
#define _GNU_SOURCE
#include <signal.h>
#include <time.h>

#include "tests/provider.h"
#include "tests/pty/live_home.h"

#define RESULTS \
	"request\ncall set-results {\"Benign\": true}\nfinish\n" \
	"request\ntext Both write the **same value**.\\n\nfinish\n"

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Keys are answered while something hangs: the best of a few tries is the program's, the rest is the machine's. */
static void assert_keys_answer(struct pty *p)
{
	int64_t best = INT64_MAX;

	for (int i = 0; i < 5; i++) {
		int64_t from = now_ms(), took;

		pty_send(p, "?");
		pty_wait(p, "Moving", PTY_MS);
		took = now_ms() - from;
		pty_send(p, "q");
		pty_wait_gone(p, "Moving", PTY_MS);
		best = took < best ? took : best;
	}
	assert_true(best < 100);
}

/* The verdict has come: the screen is that of a run to be decided on. */
static void wait_end(struct pty *p)
{
	pty_wait(p, "AI benign", PTY_MS);
	pty_wait(p, "same value", PTY_MS);
}

static void leave(struct pty *p)
{
	pty_send(p, "Q");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	pty_kill(p);
}

/* Requests so far. */
static unsigned provider_asked(const struct provider *s)
{
	FILE *f = fopen(s->log, "re");
	unsigned n = 0;
	int c;

	assert_non_null(f);
	while ((c = getc(f)) != EOF)
		n += c == '\n';
	fclose(f);
	return n;
}

/* What the program wrote to the terminal at its end. */
static void assert_restored(struct pty *p)
{
	while (pty_pump(p, 100))
		;
	assert_true(slice_find(pty_raw(p), "\x1b[?1049l", 0) != SLICE_NONE);
}

static void replays(struct home *h)
{
	char *id = run_id(h), *out = run(h, 0, "replay %s", id);

	assert_non_null(strstr(out, "same: "));
	free(out);
	free(id);
}

static void a_provider_that_is_stopped_holds_no_key_up(void **state)
{
	struct home *h = *state;
	struct provider s;
	struct pty *p;

	provider_start(&s, "dialect gemini\nrequest\nthought **Begun**\\n\\nand then\\n\nwait 300\nthought **Going on**\\n\\nnow\\n\n"
			   "call set-results {\"Benign\": true}\nfinish\nrequest\ntext Both write the **same value**.\\n\nfinish\n");
	p = start_run(h, &s, "gemini", "--anyway");
	pty_wait(p, "Begun", PTY_MS);
	kill(s.pid, SIGSTOP);
	pty_wait(p, "waits for the provider", PTY_MS);
	assert_keys_answer(p);
	pty_wait(p, "waits for the provider", PTY_MS);
	kill(s.pid, SIGCONT);
	wait_end(p);
	leave(p);
	replays(h);
	assert_int_equal(provider_end(&s), 0);
}

static void a_tool_that_is_stopped_holds_no_key_up(void **state)
{
	struct home *h = *state;
	struct provider s;
	struct pty *p;
	pid_t tool;

	provider_start(&s, "dialect openai\nrequest\ncall grepper {\"Expression\": \"pond_mark\"}\nfinish\n" RESULTS);
	hold(h, true);
	p = start_run(h, &s, "openai", "--anyway");
	pty_wait(p, "waits for grepper", PTY_MS);
	tool = child_of(pty_pid(p));
	assert_true(tool > 0);
	kill(tool, SIGSTOP);
	hold(h, false);
	assert_keys_answer(p);
	pty_wait(p, "waits for grepper", PTY_MS);
	kill(tool, SIGCONT);
	wait_end(p);
	leave(p);
	replays(h);
	assert_int_equal(provider_end(&s), 0);
}

/* A stop is asked for twice, and ends the run for good. */
static void stop_it(struct pty *p)
{
	pty_send(p, "X");
	pty_wait(p, "again ends the run for good", PTY_MS);
	pty_send(p, "X");
	pty_wait(p, "stopped by the reviewer", PTY_MS);
}

static void a_provider_that_never_answers(void **state)
{
	struct home *h = *state;
	struct provider s;
	struct pty *p;

	provider_start(&s, "dialect gemini\nrequest\nstall\n");
	p = start_run(h, &s, "gemini", "--anyway");
	pty_wait(p, "waits for the provider", PTY_MS);
	assert_keys_answer(p);
	stop_it(p);
	leave(p);
	replays(h);
	provider_end(&s);
}

static void a_provider_that_is_not_there(void **state)
{
	struct home *h = *state;
	struct provider s;
	struct pty *p;

	provider_start(&s, "dialect gemini\nrequest\nstall\n");
	provider_end(&s);
	p = start_run(h, &s, "gemini", "--anyway");
	pty_wait(p, "tries again in", PTY_MS);
	assert_keys_answer(p);
	pty_wait(p, "connect to", PTY_MS);
	stop_it(p);
	leave(p);
	replays(h);
}

/* Halted, it says why; Space tries again. */
static void a_key_that_is_none(void **state)
{
	struct home *h = *state;
	struct buf script = BUF_INIT;
	struct provider s;
	struct pty *p;

	buf_addf(&script, "dialect openai\nrequest\nstatus 401\ntype application/json\nraw {\"error\": {\"message\": \"%s is no key\\x1b[2J\"}}\n"
			  "request\nthought red\\x1b[31m\\x1b]0;pwn\\x07 \\xc2\\x9b2J \\xe2\\x80\\xae and %s\\n\n"
			  "call read-file {\"File\": \"a\\u001b]0;pwn\\u0007%s\"}\ncall evil\\u001b {}\nfinish\n" RESULTS,
		 key, key, key);
	provider_start(&s, buf_str(&script));
	p = start_run(h, &s, "openai", "--anyway");
	pty_wait(p, "X stops): HTTP 401", PTY_MS);
	pty_wait(p, "[redacted] is no key", PTY_MS);
	assert_keys_answer(p);
	pty_send(p, ":ask read-file\r");
	pty_wait(p, "its calls wait for y, E or N", PTY_MS);
	pty_send(p, " ");
	pty_wait(p, "waits for you", PTY_MS);
	pty_send(p, "E");
	pty_wait(p, "arguments:", PTY_MS);
	pty_send(p, "\x15{\"File\": \"drivers/pond/pond.h\"}\r");
	wait_end(p);
	assert_no_key(h, p);
	assert_true(slice_find(pty_raw(p), "\x1b]0;pwn", 0) == SLICE_NONE);
	assert_true(slice_find(pty_raw(p), "\xc2\x9b", 0) == SLICE_NONE);
	assert_true(slice_find(pty_raw(p), "\xe2\x80\xae", 0) == SLICE_NONE);
	leave(p);
	replays(h);
	assert_int_equal(provider_end(&s), 0);
	buf_release(&script);
}

static void resizes_while_it_streams(void **state)
{
	struct home *h = *state;
	struct provider s;
	struct pty *p;

	provider_start(&s, "dialect gemini\nrequest\nflood-thought 3000 3000\ncall set-results {\"Benign\": true}\nfinish\n"
			   "request\ntext Both write the **same value**.\\n\nfinish\n");
	p = start_run(h, &s, "gemini", "--anyway");
	pty_wait(p, "waits for the provider", PTY_MS);
	for (int i = 0; i < 50; i++) {
		pty_resize(p, 1, 1);
		pty_pump(p, 5);
		pty_resize(p, 45, 160);
		pty_pump(p, 5);
	}
	wait_end(p);
	leave(p);
	assert_int_equal(provider_end(&s), 0);
}

static void resizes_while_it_asks(void **state)
{
	struct home *h = *state;
	struct provider s;
	struct pty *p;

	provider_start(&s, "dialect gemini\nrequest\ncall read-file {\"File\": \"drivers/pond/pond.h\"}\nfinish\n" RESULTS);
	p = start_run(h, &s, "gemini", NULL);
	pty_wait(p, "paused", PTY_MS);
	pty_send(p, ":ask read-file\r");
	pty_wait(p, "its calls wait for y, E or N", PTY_MS);
	pty_send(p, " ");
	pty_wait(p, "waits for you", PTY_MS);
	pty_resize(p, 1, 1);
	pty_pump(p, 50);
	pty_resize(p, 24, 80);
	pty_wait(p, "waits for you", PTY_MS);
	pty_send(p, "E");
	pty_wait(p, "arguments:", PTY_MS);
	pty_resize(p, 1, 1);
	pty_pump(p, 50);
	pty_resize(p, 45, 160);
	pty_wait(p, "arguments:", PTY_MS);
	pty_send(p, "\r");
	wait_end(p);
	leave(p);
	replays(h);
	assert_int_equal(provider_end(&s), 0);
}

/* What the agent read may be otherwise now: nothing is sent before the reviewer has seen that. */
static void a_tree_that_has_changed_pauses_the_run(void **state)
{
	struct home *h = *state;
	const char *argv[] = {program(), "resume", NULL, NULL};
	struct provider s;
	struct pty *p;
	char *id;

	provider_start(&s, "dialect gemini\nrequest\nthought **Begun**\\n\\nand then\\n\nstall\n" RESULTS);
	shell("cd %s/tree && git init -q && git add -A && git -c user.name=a -c user.email=a@b commit -qm a && echo >>drivers/pond/pond.h",
	      h->dir);
	p = start_run(h, &s, "gemini", "--anyway");
	pty_wait(p, "Begun", PTY_MS);
	kill(pty_pid(p), SIGKILL);
	pty_wait_exit(p, PTY_MS);
	pty_kill(p);
	shell("echo >>%s/tree/drivers/pond/pond.h", h->dir);
	id = run_id(h);
	argv[2] = id;
	p = pty_start(argv, h->set, 45, 160);
	pty_wait(p, "paused", PTY_MS);
	pty_send(p, "M");
	pty_wait(p, "was changed since the run began", PTY_MS);
	pty_send(p, "q");
	pty_wait(p, "paused", PTY_MS);
	assert_true(provider_asked(&s) == 1);
	pty_send(p, " ");
	wait_end(p);
	leave(p);
	replays(h);
	free(id);
	assert_int_equal(provider_end(&s), 0);
}

/* Killed while it asks, and resumed where nobody can be asked. */
static void what_asks_goes_on_without_a_screen(void **state)
{
	struct home *h = *state;
	struct provider s;
	struct pty *p;
	char *id, *out;

	provider_start(&s, "dialect gemini\nrequest\ncall read-file {\"File\": \"drivers/pond/pond.h\"}\nfinish\n" RESULTS);
	p = start_run(h, &s, "gemini", NULL);
	pty_wait(p, "paused", PTY_MS);
	pty_send(p, ":ask all\r");
	pty_wait(p, "its calls wait for y, E or N", PTY_MS);
	pty_send(p, " ");
	pty_wait(p, "waits for you", PTY_MS);
	pty_send(p, " ");
	pty_wait(p, "then pauses", PTY_MS);
	kill(pty_pid(p), SIGKILL);
	pty_wait_exit(p, PTY_MS);
	pty_kill(p);
	id = run_id(h);
	out = run(h, 0, "resume --headless %s", id);
	assert_non_null(strstr(out, "benign"));
	free(out);
	free(id);
	replays(h);
	assert_int_equal(provider_end(&s), 0);
}

/* The terminal is as it was, and the run goes on. */
static void signals_leave_a_run_that_goes_on(void **state)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
	struct home *h = *state;
	const char *argv[] = {program(), "resume", NULL, NULL};
	struct provider s;
	struct pty *p;
	char *id;

	provider_start(&s, "dialect gemini\nrequest 3\nthought **Begun**\\n\\nand then\\n\nstall\n" RESULTS);
	p = start_run(h, &s, "gemini", "--anyway");
	for (size_t i = 0; i < 3; i++) {
		pty_wait(p, "Begun", PTY_MS);
		kill(pty_pid(p), signals[i]);
		pty_wait_exit(p, PTY_MS);
		assert_restored(p);
		pty_kill(p);
		id = run_id(h);
		argv[2] = id;
		p = pty_start(argv, h->set, 45, 160);
		free(id);
	}
	wait_end(p);
	leave(p);
	replays(h);
	assert_int_equal(provider_end(&s), 0);
}

/* The disk fills in the middle: the screen says so, and when there is room again the run goes on. */
static void a_disk_that_fills(void **state)
{
	struct home *h = *state;
	static char preload[4200], dir[128];
	const char *env[20];
	struct provider s;
	struct pty *p;
	char *id;
	size_t n = 0;
	char report[4200], tree[128];
	const char *argv[] = {program(), "run", "--anyway", "--kernel", tree, "--provider", "gemini", "--model", "m",
			      "--base-url", s.url, report, NULL};

	provider_start(&s, "dialect gemini\nrequest\ncall read-file {\"File\": \"drivers/pond/pond.h\"}\nfinish\n" RESULTS);
	snprintf(report, sizeof report, "%s/examples/report.txt", getenv("VERDICT_TEST_SRCDIR"));
	snprintf(tree, sizeof tree, "%s/tree", h->dir);
	snprintf(preload, sizeof preload, "LD_PRELOAD=%s/tests/fault/shim.so", getenv("VERDICT_TEST_BUILDDIR"));
	snprintf(dir, sizeof dir, "FAULT_DIR=%s/data/verdict/runs", h->dir);
	for (; h->set[n]; n++)
		env[n] = h->set[n];
	env[n - 1] = "ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0:log_path=/dev/null";
	env[n++] = preload;
	env[n++] = dir;
	env[n++] = "FAULT_MODE=full";
	env[n++] = "FAULT_AT=12"; /* of the journal's writes */
	env[n] = NULL;
	p = pty_start(argv, env, 45, 160);
	pty_wait(p, "goes on when this is mended", PTY_MS);
	pty_wait(p, ".journal': No space left on device", PTY_MS);
	pty_send(p, "k"); /* the message goes, and what it said of the run stays */
	pty_wait(p, "the run cannot go on here: No space left on device", PTY_MS);
	assert_keys_answer(p);
	leave(p);
	id = run_id(h);
	free(run(h, 0, "resume --headless %s", id));
	free(id);
	replays(h);
	provider_end(&s);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(a_provider_that_is_stopped_holds_no_key_up, make_home, home_drop),
	cmocka_unit_test_setup_teardown(a_tool_that_is_stopped_holds_no_key_up, make_home, home_drop),
	cmocka_unit_test_setup_teardown(a_provider_that_never_answers, make_home, home_drop),
	cmocka_unit_test_setup_teardown(a_provider_that_is_not_there, make_home, home_drop),
	cmocka_unit_test_setup_teardown(a_key_that_is_none, make_home, home_drop),
	cmocka_unit_test_setup_teardown(resizes_while_it_streams, make_home, home_drop),
	cmocka_unit_test_setup_teardown(resizes_while_it_asks, make_home, home_drop),
	cmocka_unit_test_setup_teardown(a_tree_that_has_changed_pauses_the_run, make_home, home_drop),
	cmocka_unit_test_setup_teardown(what_asks_goes_on_without_a_screen, make_home, home_drop),
	cmocka_unit_test_setup_teardown(signals_leave_a_run_that_goes_on, make_home, home_drop),
	cmocka_unit_test_setup_teardown(a_disk_that_fills, make_home, home_drop),
};

TEST_MAIN()
