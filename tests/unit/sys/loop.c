#define _GNU_SOURCE
#include "sys/loop.h"

#include <fcntl.h>
#include <signal.h>

#include "base/buf.h"
#include "tests/test.h"

/* What handlers did, one letter each, and what they need. */
struct world {
	struct loop *l;
	struct buf log;
	int a[2], b[2]; /* pipes */
	unsigned timer;
	unsigned turns;
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	w->l = loop_new(NULL);
	if (!w->l || pipe2(w->a, O_CLOEXEC | O_NONBLOCK) < 0 || pipe2(w->b, O_CLOEXEC | O_NONBLOCK) < 0)
		return -1;
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	loop_free(w->l);
	buf_release(&w->log);
	for (int i = 0; i < 2; i++) {
		if (w->a[i] >= 0)
			close(w->a[i]);
		if (w->b[i] >= 0)
			close(w->b[i]);
	}
	free(w);
	return 0;
}

static void feed(int fd, const char *bytes)
{
	assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
}

static void log_and_stop(void *arg)
{
	struct world *w = arg;

	buf_addc(&w->log, '.');
	loop_stop(w->l, 7);
}

static void log_t(void *arg)
{
	buf_addc(&((struct world *)arg)->log, 't');
}

static void log_u(void *arg)
{
	buf_addc(&((struct world *)arg)->log, 'u');
}

/* Log one byte of the pipe; at the hang-up, forget it and stop. */
static void on_read(void *arg, int fd, unsigned ready)
{
	struct world *w = arg;
	char c;

	if (ready & LOOP_READ && read(fd, &c, 1) == 1) {
		buf_addc(&w->log, c);
		return;
	}
	assert_true(ready & LOOP_HANGUP || ready & LOOP_READ);
	buf_addc(&w->log, '$');
	loop_forget_fd(w->l, fd);
	loop_stop(w->l, 3);
}

static void bytes_come_in_order_and_the_end_is_a_hangup(void **state)
{
	struct world *w = *state;

	feed(w->a[1], "xyz");
	close(w->a[1]);
	w->a[1] = -1;
	loop_fd(w->l, w->a[0], LOOP_READ, on_read, w);
	assert_int_equal(loop_run(w->l), 3);
	assert_string_equal(buf_str(&w->log), "xyz$");
}

static void on_hangup_only(void *arg, int fd, unsigned ready)
{
	struct world *w = arg;

	(void)fd;
	assert_int_equal(ready, LOOP_HANGUP);
	loop_stop(w->l, 1);
}

static void a_hangup_is_told_where_nothing_was_asked_for(void **state)
{
	struct world *w = *state;

	close(w->a[1]);
	w->a[1] = -1;
	loop_fd(w->l, w->a[0], 0, on_hangup_only, w);
	assert_int_equal(loop_run(w->l), 1);
}

static void on_write(void *arg, int fd, unsigned ready)
{
	struct world *w = arg;

	(void)fd;
	assert_int_equal(ready, LOOP_WRITE);
	loop_stop(w->l, 2);
}

static void a_pipe_with_room_can_be_written(void **state)
{
	struct world *w = *state;

	loop_fd(w->l, w->a[1], LOOP_WRITE, on_write, w);
	assert_int_equal(loop_run(w->l), 2);
}

static const int64_t hour = (int64_t)3600 * 1000000;

/* Far apart, and forwards here, so that nobody has to wait and a machine that is slow changes nothing: all are due. */
static void timers_run_once_in_the_order_of_their_time(void **state)
{
	struct world *w = *state;
	int64_t now = loop_now();

	loop_timer(w->l, 2 * hour, log_and_stop, w);
	loop_timer(w->l, hour, log_u, w);
	loop_timer(w->l, 0, log_t, w);
	loop_timer(w->l, -5, log_t, w);
	loop_skip(now + 2 * hour);
	assert_int_equal(loop_run(w->l), 7);
	loop_skip(now);
	assert_string_equal(buf_str(&w->log), "ttu.");
}

/* The same way: a timer of an hour is due. */
static void the_clock_leaves_out_what_is_skipped(void **state)
{
	struct world *w = *state;
	int64_t now = loop_now();

	loop_timer(w->l, hour, log_and_stop, w);
	loop_skip(now + hour);
	assert_int_equal(loop_run(w->l), 7);
	loop_skip(now);
	assert_true(loop_now() >= now && loop_now() < now + hour);
}

static void a_cancelled_timer_does_not_run(void **state)
{
	struct world *w = *state;
	unsigned t = loop_timer(w->l, 0, log_t, w), u = loop_timer(w->l, 0, log_u, w);

	assert_true(t != 0 && u != 0 && t != u);
	loop_timer(w->l, 1000, log_and_stop, w);
	loop_cancel(w->l, t);
	loop_cancel(w->l, t);
	loop_cancel(w->l, 0);
	loop_run(w->l);
	loop_cancel(w->l, u);
	assert_string_equal(buf_str(&w->log), "u.");
}

static void cancel_other(void *arg)
{
	struct world *w = arg;

	buf_addc(&w->log, 'c');
	loop_cancel(w->l, w->timer);
}

static void a_timer_can_cancel_one_that_is_due_as_well(void **state)
{
	struct world *w = *state;

	loop_timer(w->l, 0, cancel_other, w);
	w->timer = loop_timer(w->l, 0, log_t, w);
	loop_timer(w->l, 1000, log_and_stop, w);
	loop_run(w->l);
	assert_string_equal(buf_str(&w->log), "c.");
}

static void again(void *arg)
{
	struct world *w = arg;

	buf_addc(&w->log, 'a');
	loop_timer(w->l, 0, again, w);
}

static void a_timer_that_renews_itself_leaves_descriptors_their_turn(void **state)
{
	struct world *w = *state;

	close(w->a[1]);
	w->a[1] = -1;
	loop_timer(w->l, 0, again, w);
	loop_fd(w->l, w->a[0], LOOP_READ, on_read, w);
	assert_int_equal(loop_run(w->l), 3);
	assert_string_equal(buf_str(&w->log), "$");
}

static void forget_both(void *arg, int fd, unsigned ready)
{
	struct world *w = arg;

	(void)fd;
	(void)ready;
	buf_addc(&w->log, 'f');
	loop_forget_fd(w->l, w->a[0]);
	loop_forget_fd(w->l, w->b[0]);
	loop_timer(w->l, 0, log_and_stop, w);
}

static void a_handler_can_forget_a_descriptor_that_is_ready_as_well(void **state)
{
	struct world *w = *state;

	feed(w->a[1], "x");
	feed(w->b[1], "y");
	loop_fd(w->l, w->a[0], LOOP_READ, forget_both, w);
	loop_fd(w->l, w->b[0], LOOP_READ, forget_both, w);
	loop_run(w->l);
	assert_string_equal(buf_str(&w->log), "f.");
}

/* Close and reopen the other pipe under the same numbers, and watch the new one. */
static void replace_b(void *arg, int fd, unsigned ready)
{
	struct world *w = arg;
	int fresh[2];

	(void)ready;
	buf_addc(&w->log, 'r');
	loop_forget_fd(w->l, fd);
	assert_int_equal(pipe2(fresh, O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(dup2(fresh[0], w->b[0]), w->b[0]);
	assert_int_equal(dup2(fresh[1], w->b[1]), w->b[1]);
	close(fresh[0]);
	close(fresh[1]);
	loop_fd(w->l, w->b[0], LOOP_READ, on_read, w);
	loop_timer(w->l, 1000, log_and_stop, w);
}

static void a_descriptor_made_anew_does_not_get_the_readiness_of_the_old(void **state)
{
	struct world *w = *state;

	feed(w->a[1], "x");
	feed(w->b[1], "y");
	loop_fd(w->l, w->a[0], LOOP_READ, replace_b, w);
	loop_fd(w->l, w->b[0], LOOP_READ, on_read, w);
	loop_run(w->l);
	assert_string_equal(buf_str(&w->log), "r.");
}

/* Many entries at once: arrays move while handlers run. */
static void add_many(void *arg, int fd, unsigned ready)
{
	struct world *w = arg;

	(void)ready;
	loop_forget_fd(w->l, fd);
	for (unsigned i = 0; i < 100; i++) {
		loop_timer(w->l, 0, log_t, w);
		loop_fd(w->l, dup(w->b[0]), LOOP_READ, on_read, w);
	}
	loop_timer(w->l, 1000, log_and_stop, w);
}

static void handlers_may_add_any_number_of_entries(void **state)
{
	struct world *w = *state;
	size_t t = 0;

	feed(w->a[1], "x");
	loop_fd(w->l, w->a[0], LOOP_READ, add_many, w);
	assert_int_equal(loop_run(w->l), 7);
	while (t < w->log.n && w->log.p[t] == 't')
		t++;
	assert_int_equal(t, 100);
	for (int fd = w->b[1] + 1; fd < w->b[1] + 130; fd++)
		close(fd);
}

static void one_entry_a_descriptor(void **state)
{
	struct world *w = *state;

	feed(w->a[1], "x");
	loop_fd(w->l, w->a[0], LOOP_READ, replace_b, w);
	loop_fd(w->l, w->a[0], LOOP_READ, on_read, w);
	loop_timer(w->l, 1000, log_and_stop, w);
	loop_run(w->l);
	assert_string_equal(buf_str(&w->log), "x.");
}

static void on_signal(void *arg, int signo)
{
	struct world *w = arg;

	buf_addc(&w->log, signo == SIGUSR1 ? '1' : '2');
	if (signo == SIGUSR2)
		loop_stop(w->l, 4);
}

static void signals_arrive_as_calls(void **state)
{
	struct world *w = *state;

	assert_int_equal(loop_signal(w->l, SIGUSR1, on_signal, w, NULL), 0);
	assert_int_equal(loop_signal(w->l, SIGUSR2, on_signal, w, NULL), 0);
	raise(SIGUSR2);
	raise(SIGUSR1);
	assert_int_equal(loop_run(w->l), 4);
	if (w->log.n == 1) {
		loop_timer(w->l, 0, log_and_stop, w);
		loop_run(w->l);
	}
	assert_non_null(strchr(buf_str(&w->log), '1'));
	assert_non_null(strchr(buf_str(&w->log), '2'));
}

static void a_signal_that_cannot_be_is_an_error(void **state)
{
	struct world *w = *state;
	struct err e = {0};

	assert_int_equal(loop_signal(w->l, 9999, on_signal, w, &e), -1);
	assert_int_equal(e.cls, ERR_TOOL);
}

static void each_turn(void *arg)
{
	struct world *w = arg;

	buf_addc(&w->log, '|');
	if (++w->turns == 3)
		loop_stop(w->l, 9);
}

static void the_turn_is_called_before_each_wait(void **state)
{
	struct world *w = *state;

	feed(w->a[1], "xy");
	loop_fd(w->l, w->a[0], LOOP_READ, on_read, w);
	loop_each_turn(w->l, each_turn, w);
	assert_int_equal(loop_run(w->l), 9);
	assert_string_equal(buf_str(&w->log), "|x|y|");
}

static void a_loop_runs_again_after_a_stop(void **state)
{
	struct world *w = *state;

	loop_stop(w->l, 5);
	assert_int_equal(loop_run(w->l), 5);
	loop_timer(w->l, 0, log_and_stop, w);
	assert_int_equal(loop_run(w->l), 7);
}

static void a_loop_with_nothing_to_wait_for_ends(void **state)
{
	struct world *w = *state;

	loop_timer(w->l, 0, log_t, w);
	assert_int_equal(loop_run(w->l), -1);
	assert_string_equal(buf_str(&w->log), "t");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
static const struct CMUnitTest tests[] = {
	TEST(bytes_come_in_order_and_the_end_is_a_hangup),
	TEST(a_hangup_is_told_where_nothing_was_asked_for),
	TEST(a_pipe_with_room_can_be_written),
	TEST(timers_run_once_in_the_order_of_their_time),
	TEST(the_clock_leaves_out_what_is_skipped),
	TEST(a_cancelled_timer_does_not_run),
	TEST(a_timer_can_cancel_one_that_is_due_as_well),
	TEST(a_timer_that_renews_itself_leaves_descriptors_their_turn),
	TEST(a_handler_can_forget_a_descriptor_that_is_ready_as_well),
	TEST(a_descriptor_made_anew_does_not_get_the_readiness_of_the_old),
	TEST(handlers_may_add_any_number_of_entries),
	TEST(one_entry_a_descriptor),
	TEST(signals_arrive_as_calls),
	TEST(a_signal_that_cannot_be_is_an_error),
	TEST(the_turn_is_called_before_each_wait),
	TEST(a_loop_runs_again_after_a_stop),
	TEST(a_loop_with_nothing_to_wait_for_ends),
};

TEST_MAIN()
