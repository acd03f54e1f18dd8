#define _GNU_SOURCE /* ppoll */
#include "sys/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

/*
 * Handlers add and remove entries while they are called.  So nothing is moved during a turn: removed entries
 * are only marked, and each entry carries the turn it was made in, which keeps a new entry from getting an
 * old readiness.
 */
struct fd_entry {
	int fd; /* -1: removed */
	unsigned events;
	uint64_t turn;
	void (*fn)(void *arg, int fd, unsigned ready);
	void *arg;
};

struct timer {
	unsigned id; /* 0: removed */
	int64_t due;
	uint64_t turn;
	void (*fn)(void *arg);
	void *arg;
};

struct signal_entry {
	int signo;
	void (*fn)(void *arg, int signo);
	void *arg;
};

struct loop {
	struct fd_entry *fds;
	size_t nfds, fds_cap;
	struct pollfd *polled;
	size_t polled_cap;
	struct timer *timers;
	size_t ntimers, timers_cap;
	struct signal_entry *signals;
	size_t nsignals, signals_cap;
	sigset_t mask;
	int signal_fd; /* -1 until the first loop_signal() */
	unsigned last_id;
	uint64_t turn;
	void (*each_turn)(void *arg);
	void *each_turn_arg;
	bool stopped;
	int value;
};

static int64_t skipped;

int64_t loop_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000 - skipped;
}

void loop_skip(int64_t since)
{
	skipped += loop_now() - since;
}

struct loop *loop_new(struct err *e)
{
	struct loop *l = xcalloc(1, sizeof *l);

	(void)e; /* descriptors are made when they are asked for */
	sigemptyset(&l->mask);
	l->signal_fd = -1;
	l->turn = 1;
	return l;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	if (l->signal_fd >= 0)
		close(l->signal_fd);
	free(l->fds);
	free(l->polled);
	free(l->timers);
	free(l->signals);
	free(l);
}

/* ---- descriptors ---- */

void loop_forget_fd(struct loop *l, int fd)
{
	for (size_t i = 0; i < l->nfds; i++)
		if (l->fds[i].fd == fd)
			l->fds[i].fd = -1;
}

void loop_fd(struct loop *l, int fd, unsigned events, void (*fn)(void *arg, int fd, unsigned ready),
	     void *arg)
{
	loop_forget_fd(l, fd);
	l->fds = mem_grow(l->fds, &l->fds_cap, l->nfds + 1, sizeof *l->fds);
	l->fds[l->nfds++] = (struct fd_entry){fd, events, l->turn, fn, arg};
}

/* Throw out what was removed, and fill the array for poll() in the same order. */
static void prepare_fds(struct loop *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->nfds; i++)
		if (l->fds[i].fd >= 0)
			l->fds[kept++] = l->fds[i];
	l->nfds = kept;
	l->polled = mem_grow(l->polled, &l->polled_cap, l->nfds + 1, sizeof *l->polled);
	for (size_t i = 0; i < l->nfds; i++) {
		unsigned ev = l->fds[i].events;

		l->polled[i] = (struct pollfd){.fd = l->fds[i].fd};
		if (ev & LOOP_READ)
			l->polled[i].events |= POLLIN;
		if (ev & LOOP_WRITE)
			l->polled[i].events |= POLLOUT;
	}
}

/* `n` entries were polled; handlers may have added more behind them and removed any. */
static void call_fds(struct loop *l, size_t n)
{
	for (size_t i = 0; i < n && !l->stopped; i++) {
		short got = l->polled[i].revents;
		struct fd_entry f = l->fds[i];
		unsigned ready = 0;

		if (!got || f.fd < 0 || f.turn == l->turn)
			continue;
		if (got & POLLIN)
			ready |= LOOP_READ;
		if (got & POLLOUT)
			ready |= LOOP_WRITE;
		if (got & (POLLHUP | POLLERR | POLLNVAL))
			ready |= LOOP_HANGUP;
		f.fn(f.arg, f.fd, ready);
	}
}

/* ---- timers ---- */

unsigned loop_timer(struct loop *l, int64_t us, void (*fn)(void *arg), void *arg)
{
	int64_t now = loop_now();

	if (us < 0)
		us = 0;
	if (++l->last_id == 0)
		l->last_id = 1;
	l->timers = mem_grow(l->timers, &l->timers_cap, l->ntimers + 1, sizeof *l->timers);
	l->timers[l->ntimers++] =
		(struct timer){l->last_id, us > INT64_MAX - now ? INT64_MAX : now + us, l->turn, fn, arg};
	return l->last_id;
}

void loop_cancel(struct loop *l, unsigned timer)
{
	for (size_t i = 0; i < l->ntimers; i++)
		if (timer && l->timers[i].id == timer)
			l->timers[i].id = 0;
}

static void prepare_timers(struct loop *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->ntimers; i++)
		if (l->timers[i].id)
			l->timers[kept++] = l->timers[i];
	l->ntimers = kept;
}

/* The earliest timer; `turn`: only those made before it.  NULL: there is none. */
static struct timer *earliest(struct loop *l, uint64_t turn)
{
	struct timer *t = NULL;

	for (size_t i = 0; i < l->ntimers; i++)
		if (l->timers[i].id && l->timers[i].turn < turn && (!t || l->timers[i].due < t->due))
			t = &l->timers[i];
	return t;
}

/* A timer made by a timer waits for the next turn, so that descriptors get theirs. */
static void call_timers(struct loop *l)
{
	int64_t now = loop_now();
	struct timer *t;

	while (!l->stopped && (t = earliest(l, l->turn)) && t->due <= now) {
		struct timer due = *t;

		t->id = 0;
		due.fn(due.arg);
	}
}

/* ---- signals ---- */

int loop_signal(struct loop *l, int signo, void (*fn)(void *arg, int signo), void *arg, struct err *e)
{
	sigset_t mask = l->mask;
	int fd;

	if (sigaddset(&mask, signo) < 0 || sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return err_sys(e, ERR_TOOL, errno, "cannot watch signal %d", signo);
	fd = signalfd(l->signal_fd, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		return err_sys(e, ERR_TOOL, errno, "cannot watch signal %d", signo);
	l->signal_fd = fd;
	l->mask = mask;
	for (size_t i = 0; i < l->nsignals; i++)
		if (l->signals[i].signo == signo) {
			l->signals[i] = (struct signal_entry){signo, fn, arg};
			return 0;
		}
	l->signals = mem_grow(l->signals, &l->signals_cap, l->nsignals + 1, sizeof *l->signals);
	l->signals[l->nsignals++] = (struct signal_entry){signo, fn, arg};
	return 0;
}

static void call_signals(struct loop *l)
{
	struct signalfd_siginfo info;

	while (!l->stopped && read(l->signal_fd, &info, sizeof info) == (ssize_t)sizeof info)
		for (size_t i = 0; i < l->nsignals; i++)
			if (l->signals[i].signo == (int)info.ssi_signo) {
				struct signal_entry s = l->signals[i];

				s.fn(s.arg, s.signo);
				break;
			}
}

/* ---- turns ---- */

void loop_each_turn(struct loop *l, void (*fn)(void *arg), void *arg)
{
	l->each_turn = fn;
	l->each_turn_arg = arg;
}

static int turn(struct loop *l)
{
	struct timespec wait, *timeout = NULL;
	const struct timer *next;
	size_t n;
	int rc;

	prepare_fds(l);
	prepare_timers(l);
	next = earliest(l, UINT64_MAX);
	n = l->nfds;
	if (n == 0 && !next && l->signal_fd < 0)
		return -1;
	if (next) {
		int64_t left = next->due - loop_now();

		left = left < 0 ? 0 : left;
		wait = (struct timespec){.tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000};
		timeout = &wait;
	}
	l->polled[n] = (struct pollfd){.fd = l->signal_fd, .events = POLLIN};
	rc = ppoll(l->polled, n + 1, timeout, NULL);
	if (rc < 0 && errno != EINTR && errno != EAGAIN)
		return -1;
	l->turn++;
	if (rc > 0 && l->polled[n].revents)
		call_signals(l);
	if (rc > 0)
		call_fds(l, n);
	call_timers(l);
	return 0;
}

int loop_run(struct loop *l)
{
	while (!l->stopped) {
		if (l->each_turn)
			l->each_turn(l->each_turn_arg);
		if (!l->stopped && turn(l) < 0)
			return -1;
	}
	l->stopped = false;
	return l->value;
}

void loop_stop(struct loop *l, int value)
{
	l->stopped = true;
	l->value = value;
}
