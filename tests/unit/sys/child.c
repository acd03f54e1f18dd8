#define _GNU_SOURCE
#include "sys/child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "tests/test.h"

enum { SOON = 20000 };

/* A loop, and what the last child left. */
struct world {
	struct loop *l;
	unsigned done;
	struct child_result r;
	struct buf out, err;
	unsigned pieces;
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	w->l = loop_new(NULL);
	*state = w;
	return w->l ? 0 : -1;
}

static int teardown(void **state)
{
	struct world *w = *state;

	loop_free(w->l);
	buf_release(&w->out);
	buf_release(&w->err);
	free(w);
	return 0;
}

static void ended(void *arg, const struct child_result *r)
{
	struct world *w = arg;

	w->done++;
	w->r = *r;
	buf_add_slice(&w->out, r->out);
	buf_add_slice(&w->err, r->err);
	loop_stop(w->l, 0);
}

/* Run `script` with what else `rq` says, to its end. */
static void sh(struct world *w, const char *script, struct child_request rq)
{
	const char *const argv[] = {"sh", "-c", script, NULL};
	struct err e = {0};

	rq.argv = argv;
	if (!rq.ms)
		rq.ms = SOON;
	buf_clear(&w->out);
	buf_clear(&w->err);
	if (!child_start(w->l, &rq, ended, w, &e))
		fail_msg("%s", e.msg);
	loop_run(w->l);
}

static struct slice out(struct world *w)
{
	return slice_trim(buf_slice(&w->out));
}

/* Wait until process `number` has ended; a zombie counts as ended: who reaps it is no business of ours. */
static void assert_dead(struct slice number)
{
	struct pollfd p = {.events = POLLIN};
	uint64_t pid = 0;

	assert_true(slice_u64(slice_trim(number), &pid));
	p.fd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
	if (p.fd < 0)
		return;
	assert_int_equal(poll(&p, 1, SOON), 1);
	close(p.fd);
}

static void output_errors_and_status_are_taken(void **state)
{
	struct world *w = *state;

	sh(w, "echo one; echo two >&2; exit 3", (struct child_request){0});
	assert_int_equal(w->done, 1);
	assert_true(w->r.exited);
	assert_int_equal(w->r.status, 3);
	assert_slice(buf_slice(&w->out), "one\n");
	assert_slice(buf_slice(&w->err), "two\n");
	sh(w, "kill -TERM $$", (struct child_request){0});
	assert_false(w->r.exited);
	assert_int_equal(w->r.signal, SIGTERM);
}

static void piece(void *arg, struct slice s)
{
	struct world *w = arg;

	w->pieces++;
	buf_add_slice(&w->err, s);
}

static void output_comes_in_pieces_where_asked(void **state)
{
	struct world *w = *state;

	sh(w, "head -c 1000000 /dev/zero; sleep 0; echo end", (struct child_request){.data = piece});
	assert_true(w->pieces > 1);
	assert_int_equal(w->out.n, 0);
	assert_int_equal(w->err.n, 1000004);
}

static void input_larger_than_a_pipe_is_read_or_not(void **state)
{
	struct world *w = *state;
	struct slice big = {calloc(1, 3000000), 3000000};

	sh(w, "wc -c", (struct child_request){.input = big});
	assert_slice(out(w), "3000000");
	sh(w, "exit 0", (struct child_request){.input = big});
	assert_true(w->r.exited);
	sh(w, "cat", (struct child_request){.input = big});
	assert_int_equal(w->out.n, big.n);
	sh(w, "wc -c", (struct child_request){0});
	assert_slice(out(w), "0");
	free((char *)(uintptr_t)big.p);
}

static void ceilings_hold(void **state)
{
	struct world *w = *state;

	sh(w, "printf 12345", (struct child_request){.max_out = 5});
	assert_false(w->r.too_much);
	assert_slice(buf_slice(&w->out), "12345");
	sh(w, "printf 123456", (struct child_request){.max_out = 5});
	assert_true(w->r.too_much);
	assert_slice(buf_slice(&w->out), "12345");
	sh(w, "while :; do echo more; done", (struct child_request){.max_out = 100000});
	assert_true(w->r.too_much);
	assert_false(w->r.exited);
	sh(w, "head -c 300000 /dev/zero >&2; echo done", (struct child_request){.max_err = 10});
	assert_int_equal(w->err.n, 10);
	assert_true(w->r.exited);
	assert_slice(out(w), "done");
}

static void time_is_limited_and_the_group_dies(void **state)
{
	struct world *w = *state;

	sh(w, "sleep 1000 & echo $!; wait", (struct child_request){.ms = 300});
	assert_true(w->r.timed_out);
	assert_false(w->r.exited);
	assert_dead(out(w));
}

static void a_stopped_child_is_killed(void **state)
{
	struct world *w = *state;

	sh(w, "echo $$; kill -STOP $$", (struct child_request){.ms = 300});
	assert_true(w->r.timed_out);
	assert_dead(out(w));
}

static void a_grandchild_that_keeps_the_output_is_not_waited_for(void **state)
{
	struct world *w = *state;

	sh(w, "sleep 1000 & echo $!", (struct child_request){0});
	assert_true(w->r.exited);
	assert_dead(out(w));
}

static void never(void *arg, const struct child_result *r)
{
	(void)arg;
	(void)r;
	fail_msg("a killed child calls nobody");
}

static void stop(void *arg)
{
	loop_stop(arg, 0);
}

static void killing_it_is_the_end_of_it(void **state)
{
	struct world *w = *state;
	const char *const argv[] = {"sleep", "1000", NULL};
	struct child *c = child_start(w->l, &(struct child_request){.argv = argv, .ms = 1}, never, w, NULL);
	pid_t pid;

	assert_non_null(c);
	pid = child_pid(c);
	child_kill(c);
	child_kill(NULL);
	assert_int_equal(waitpid(pid, NULL, 0), -1);
	loop_timer(w->l, 20000, stop, w->l);
	loop_run(w->l);
}

static void what_cannot_be_started_is_an_error_that_names_it(void **state)
{
	struct world *w = *state;
	const char *const argv[] = {"no-such-program-here", NULL}, *const sleep_argv[] = {"sleep", "1", NULL};
	struct err e = {0};

	assert_null(child_start(w->l, &(struct child_request){.argv = argv}, never, w, &e));
	assert_int_equal(e.cls, ERR_TOOL);
	assert_non_null(strstr(e.msg, "no-such-program-here"));
	assert_non_null(strstr(e.msg, strerror(ENOENT)));
	assert_null(child_start(w->l, &(struct child_request){.argv = sleep_argv, .dir = "/no/such/dir"}, never, w, &e));
	assert_non_null(strstr(e.msg, strerror(ENOENT)));
}

static void the_environment_is_clean(void **state)
{
	struct world *w = *state;
	static const char *const env[] = {"GIVEN=yes", "TZ=Mars", NULL};

	setenv("GEMINI_API_KEY", "secret-1", 1);
	setenv("SOME_TOKEN", "secret-2", 1);
	setenv("TZ", "UTC", 1);
	sh(w, "env", (struct child_request){.env = env});
	assert_int_equal(slice_find(out(w), "secret", 0), SLICE_NONE);
	assert_int_not_equal(slice_find(out(w), "GIVEN=yes", 0), SLICE_NONE);
	assert_int_not_equal(slice_find(out(w), "PATH=", 0), SLICE_NONE);
	assert_int_not_equal(slice_find(out(w), "TZ=Mars", 0), SLICE_NONE);
	assert_int_equal(slice_find(out(w), "TZ=UTC", 0), SLICE_NONE);
}

static void descriptors_stay_here(void **state)
{
	struct world *w = *state;
	int fd = dup(0);

	assert_true(fd > 2);
	/* the last is its own, of the folder */
	sh(w, "exec ls /proc/self/fd", (struct child_request){0});
	assert_slice(out(w), "0\n1\n2\n3");
	close(fd);
}

static void files_and_memory_are_limited(void **state)
{
	struct world *w = *state;
	char path[] = "/tmp/verdict-child-XXXXXX";
	int fd = mkstemp(path);
	struct buf script = BUF_INIT;

	assert_true(fd >= 0);
	buf_addf(&script, "echo x >>%s", path);
	sh(w, buf_str(&script), (struct child_request){0});
	assert_false(w->r.exited && w->r.status == 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), 0);
	sh(w, buf_str(&script), (struct child_request){.writes = true});
	assert_int_equal(w->r.status, 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), 2);
	sh(w, "ulimit -v; ulimit -c", (struct child_request){.max_memory = 512 << 20});
	assert_slice(out(w), "524288\n0");
	close(fd);
	unlink(path);
	buf_release(&script);
}

/*
 * A program in between starts a child and is killed by a signal that it cannot see; the child's end is seen by its pipe.
 */
static void children_die_with_the_program(void **state)
{
	struct world *w = *state;
	const char *const argv[] = {"sh", "-c", "echo $$; exec sleep 1000", NULL};
	int fd[2];
	char number[32] = "";
	ssize_t n = 0;
	pid_t pid;

	assert_int_equal(pipe(fd), 0);
	pid = fork();
	if (pid == 0) {
		struct child_request rq = {.argv = argv, .data = piece};

		child_start(w->l, &rq, never, w, NULL);
		while (w->err.n == 0 || w->err.p[w->err.n - 1] != '\n') {
			loop_timer(w->l, 1000, stop, w->l);
			loop_run(w->l);
		}
		if (write(fd[1], w->err.p, w->err.n) < 0)
			_exit(1);
		pause();
		_exit(1);
	}
	n = read(fd[0], number, sizeof number - 1);
	assert_true(n > 0);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_dead(slice_str(number));
	close(fd[0]);
	close(fd[1]);
}

static void answers(void *arg, struct slice s)
{
	struct world *w = arg;

	buf_add_slice(&w->out, s);
	if (slice_chr(buf_slice(&w->out), '\n', 0) != SLICE_NONE)
		loop_stop(w->l, 0);
}

static void ask(struct world *w, struct child *c, struct slice question)
{
	buf_clear(&w->out);
	child_write(c, question);
	loop_run(w->l);
}

/* It is asked and answers as long as it is wanted; more than the socket holds waits until it is read. */
static void one_that_lasts_is_talked_to(void **state)
{
	static const char *const argv[] = {"sh", "-c", "while read -r a; do echo \"${#a}\"; done", NULL};
	const struct child_request rq = {.argv = argv, .lasts = true, .ms = 1, .max_out = 1, .data = answers};
	struct world *w = *state;
	struct child *c = child_start(w->l, &rq, ended, w, NULL);
	struct buf much = BUF_INIT;

	assert_non_null(c);
	ask(w, c, SLICE("three\n"));
	assert_string_equal(buf_str(&w->out), "5\n");
	ask(w, c, SLICE("four\n"));
	assert_string_equal(buf_str(&w->out), "4\n");
	buf_pad(&much, 'x', 1000000);
	buf_addc(&much, '\n');
	ask(w, c, buf_slice(&much));
	assert_string_equal(buf_str(&w->out), "1000000\n");
	assert_int_equal(w->done, 0);
	child_kill(c);
	buf_release(&much);
}

/* What ends while it is written to is told as ended, and no signal comes. */
static void one_that_does_not_last_is_told(void **state)
{
	static const char *const argv[] = {"sh", "-c", "read a; exit 3", NULL};
	const struct child_request rq = {.argv = argv, .lasts = true, .data = answers};
	struct world *w = *state;
	struct child *c = child_start(w->l, &rq, ended, w, NULL);

	assert_non_null(c);
	child_write(c, SLICE("x\n"));
	loop_run(w->l);
	assert_int_equal(w->done, 1);
	assert_true(w->r.exited);
	assert_int_equal(w->r.status, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(output_errors_and_status_are_taken),
	TEST(output_comes_in_pieces_where_asked),
	TEST(input_larger_than_a_pipe_is_read_or_not),
	TEST(ceilings_hold),
	TEST(time_is_limited_and_the_group_dies),
	TEST(a_stopped_child_is_killed),
	TEST(a_grandchild_that_keeps_the_output_is_not_waited_for),
	TEST(killing_it_is_the_end_of_it),
	TEST(what_cannot_be_started_is_an_error_that_names_it),
	TEST(the_environment_is_clean),
	TEST(descriptors_stay_here),
	TEST(files_and_memory_are_limited),
	TEST(children_die_with_the_program),
	TEST(one_that_lasts_is_talked_to),
	TEST(one_that_does_not_last_is_told),
};

TEST_MAIN()
