#define _GNU_SOURCE /* pipe2, memfd_create, environ, syscall */
#include "sys/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"
#include "sys/spawn.h"

enum {
	PIECE = 64 * 1024,
	MAX_OUT = 16 << 20,
	MAX_ERR = 64 * 1024,
	MAX_MS = 10 * 60 * 1000,
	/* What is read of standard error after the end: somebody who left the group may go on writing. */
	LAST_WORDS = 1 << 20,
};

struct child {
	struct loop *l;
	pid_t pid;
	int pidfd, out, err; /* -1: closed */
	int in;              /* of one that lasts: our end of its standard input; else -1 */
	struct buf waiting;  /* for it; of this `sent` bytes are gone */
	size_t sent;
	unsigned timer;
	struct buf kept, errors;
	size_t max_out, seen; /* of standard output */
	size_t max_err;
	void (*data)(void *arg, struct slice piece);
	void (*done)(void *arg, const struct child_result *r);
	void *arg;
	bool timed_out, too_much;
};

/* ---- starting ---- */

/* Is this one of the variables that every child gets? */
static bool harmless(struct slice name)
{
	static const char *const names[] = {
		"PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME",
		"XDG_STATE_HOME",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_is(name, names[i]))
			return true;
	return slice_starts(name, "LC_");
}

static struct slice name_of(const char *variable)
{
	struct slice s = slice_str(variable);

	return slice_sub(s, 0, slice_chr(s, '=', 0));
}

static bool given(const char *const *env, struct slice name)
{
	for (; env && *env; env++)
		if (slice_eq(name_of(*env), name))
			return true;
	return false;
}

/* The array is the caller's, the strings are not. */
static char **environment(const char *const *extra)
{
	size_t n = 0, kept = 0;
	char **env;

	for (size_t i = 0; extra && extra[i]; i++)
		n++;
	for (size_t i = 0; environ && environ[i]; i++)
		n++;
	env = xcalloc(n + 1, sizeof *env);
	for (size_t i = 0; environ && environ[i]; i++)
		if (harmless(name_of(environ[i])) && !given(extra, name_of(environ[i])))
			env[kept++] = environ[i];
	for (size_t i = 0; extra && extra[i]; i++)
		env[kept++] = (char *)(uintptr_t)extra[i];
	return env;
}

/* Standard input is a file in memory: whoever reads slowly, or not at all, holds nobody up. */
static int input_file(struct slice input)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd >= 0 && (fs_write_all(fd, input.p, input.n) < 0 || lseek(fd, 0, SEEK_SET) < 0)) {
		int errnum = errno;

		close(fd);
		errno = errnum;
		return -1;
	}
	return fd;
}

static pid_t start(const struct child_request *rq, const int fd[3], struct err *e)
{
	struct spawn_limit limit[3] = {{RLIMIT_CORE, 0}};
	struct spawn s = {.fd = {fd[0], fd[1], fd[2]}, .tty = -1, .dir = rq->dir, .bound = true, .limit = limit, .nlimits = 1};
	char **env = environment(rq->env);
	pid_t pid;

	if (!rq->writes)
		limit[s.nlimits++] = (struct spawn_limit){RLIMIT_FSIZE, 0};
	if (rq->max_memory)
		limit[s.nlimits++] = (struct spawn_limit){RLIMIT_AS, rq->max_memory};
	s.env = env;
	pid = spawn(rq->argv, &s, e);
	free(env);
	return pid;
}

/* ---- its end ---- */

static void close_fd(struct child *c, int *fd)
{
	if (*fd < 0)
		return;
	loop_forget_fd(c->l, *fd);
	close(*fd);
	*fd = -1;
}

/* Kill the group and reap.  Before reaping: as long as the child is a zombie, nobody else can have its group number. */
static int put_down(struct child *c)
{
	int status = 0;

	kill(-c->pid, SIGKILL);
	spawn_reap(c->pid, &status, 0);
	return status;
}

static void release(struct child *c)
{
	loop_cancel(c->l, c->timer);
	close_fd(c, &c->pidfd);
	close_fd(c, &c->out);
	close_fd(c, &c->err);
	close_fd(c, &c->in);
	buf_release(&c->waiting);
	buf_release(&c->kept);
	buf_release(&c->errors);
	free(c);
}

void child_kill(struct child *c)
{
	if (!c)
		return;
	put_down(c);
	release(c);
}

static void take_out(struct child *c, struct slice piece)
{
	size_t room = c->max_out - c->seen;

	if (piece.n > room) {
		piece.n = room;
		c->too_much = true;
	}
	c->seen += c->max_out == SIZE_MAX ? 0 : piece.n;
	if (!piece.n)
		return;
	if (c->data)
		c->data(c->arg, piece);
	else
		buf_add_slice(&c->kept, piece);
}

static void take_err(struct child *c, struct slice piece)
{
	size_t room = c->max_err - c->errors.n;

	buf_add(&c->errors, piece.p, piece.n < room ? piece.n : room);
}

/* Read once: the number of bytes; 0: nothing now, or its end, and then it is closed. */
static size_t read_once(struct child *c, int *fd, void (*take)(struct child *c, struct slice piece))
{
	char piece[PIECE];
	ssize_t n;

	if (*fd < 0)
		return 0;
	do
		n = read(*fd, piece, sizeof piece);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		take(c, (struct slice){piece, (size_t)n});
	else if (n == 0 || errno != EAGAIN)
		close_fd(c, fd);
	return n > 0 ? (size_t)n : 0;
}

static void finish(struct child *c)
{
	struct child_result r = {0};
	int status = put_down(c);

	while (!c->too_much && read_once(c, &c->out, take_out))
		;
	for (size_t n, all = 0; all < LAST_WORDS && (n = read_once(c, &c->err, take_err)); all += n)
		;
	r.timed_out = c->timed_out;
	r.too_much = c->too_much;
	r.exited = WIFEXITED(status) && !c->timed_out;
	if (r.exited)
		r.status = WEXITSTATUS(status);
	else
		r.signal = WIFSIGNALED(status) ? WTERMSIG(status) : SIGKILL;
	r.out = buf_slice(&c->kept);
	r.err = buf_slice(&c->errors);
	c->done(c->arg, &r);
	release(c);
}

static void on_out(void *arg, int fd, unsigned ready)
{
	struct child *c = arg;

	(void)fd;
	(void)ready;
	read_once(c, &c->out, take_out);
	if (c->too_much)
		finish(c);
}

static void on_err(void *arg, int fd, unsigned ready)
{
	struct child *c = arg;

	(void)fd;
	(void)ready;
	read_once(c, &c->err, take_err);
}

static void on_end(void *arg, int fd, unsigned ready)
{
	(void)fd;
	(void)ready;
	finish(arg);
}

static void on_time(void *arg)
{
	struct child *c = arg;

	c->timed_out = true;
	finish(c);
}

/* Send what waits, as far as it is taken; one that takes no more will end, and that is told. */
static void send_on(struct child *c)
{
	ssize_t n;

	do
		n = send(c->in, c->waiting.p + c->sent, c->waiting.n - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
		close_fd(c, &c->in);
	else if (n > 0)
		c->sent += (size_t)n;
	if (c->in < 0 || c->sent == c->waiting.n) {
		buf_clear(&c->waiting);
		c->sent = 0;
	}
}

static void on_in(void *arg, int fd, unsigned ready)
{
	struct child *c = arg;

	(void)fd;
	(void)ready;
	send_on(c);
	if (c->in >= 0 && c->waiting.n == 0)
		loop_forget_fd(c->l, c->in);
}

void child_write(struct child *c, struct slice s)
{
	if (c->in < 0)
		return;
	buf_add_slice(&c->waiting, s);
	send_on(c);
	if (c->in >= 0 && c->waiting.n)
		loop_fd(c->l, c->in, LOOP_WRITE, on_in, c);
}

pid_t child_pid(const struct child *c)
{
	return c->pid;
}

/* Watch what has been started; -1: it cannot be watched. */
static int watch(struct child *c, const struct child_request *rq)
{
	c->pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0);
	if (c->pidfd < 0)
		return -1;
	loop_fd(c->l, c->out, LOOP_READ, on_out, c);
	loop_fd(c->l, c->err, LOOP_READ, on_err, c);
	loop_fd(c->l, c->pidfd, LOOP_READ, on_end, c);
	if (!rq->lasts)
		c->timer = loop_timer(c->l, (int64_t)(rq->ms ? rq->ms : MAX_MS) * 1000, on_time, c);
	return 0;
}

struct child *child_start(struct loop *l, const struct child_request *rq,
			  void (*done)(void *arg, const struct child_result *r), void *arg, struct err *e)
{
	struct child *c = xcalloc(1, sizeof *c);
	int out[2] = {-1, -1}, errs[2] = {-1, -1}, talk[2] = {-1, -1}, in;

	/* a socket, because a write to a pipe that nobody reads any more raises a signal */
	if (rq->lasts)
		in = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, talk) < 0 ? -1 : talk[1];
	else
		in = input_file(rq->input);
	*c = (struct child){.l = l, .pidfd = -1, .in = talk[0], .data = rq->data, .done = done, .arg = arg};
	c->max_out = rq->lasts ? SIZE_MAX : rq->max_out ? rq->max_out : MAX_OUT;
	c->max_err = rq->max_err ? rq->max_err : MAX_ERR;
	buf_init(&c->kept, rq->lasts ? MAX_OUT : c->max_out);
	buf_init(&c->errors, c->max_err);
	if (in < 0 || pipe2(out, O_CLOEXEC) < 0 || pipe2(errs, O_CLOEXEC) < 0)
		c->pid = err_sys(e, ERR_TOOL, errno, "cannot start '%s'", rq->argv[0]);
	else
		c->pid = start(rq, (int[]){in, out[1], errs[1]}, e);
	c->out = out[0];
	c->err = errs[0];
	if (in >= 0)
		close(in);
	if (out[1] >= 0)
		close(out[1]);
	if (errs[1] >= 0)
		close(errs[1]);
	if (c->pid > 0) {
		fcntl(c->out, F_SETFL, O_NONBLOCK);
		fcntl(c->err, F_SETFL, O_NONBLOCK);
		if (watch(c, rq) == 0)
			return c;
		err_sys(e, ERR_TOOL, errno, "cannot watch '%s'", rq->argv[0]);
		put_down(c);
	}
	release(c);
	return NULL;
}
