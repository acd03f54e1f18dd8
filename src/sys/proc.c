#define _GNU_SOURCE /* pipe2, environ, syscall */
#include "sys/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/spawn.h"

/* ---- starting ---- */

/* The environment without what may hold a provider's key; the array is the caller's, the strings are not. */
static char **clean_environment(void)
{
	static const char *const secret[] = {"_API_KEY", "_AUTH_TOKEN"};
	size_t n = 0, kept = 0;
	char **env;

	while (environ && environ[n])
		n++;
	env = xcalloc(n + 1, sizeof *env);
	for (size_t i = 0; i < n; i++) {
		struct slice name = slice_str(environ[i]);

		name = slice_sub(name, 0, slice_chr(name, '=', 0));
		if (!slice_ends(name, secret[0]) && !slice_ends(name, secret[1]))
			env[kept++] = environ[i];
	}
	return env;
}

/* Start a child in a process group of its own, with this program's environment but for the keys. */
static pid_t start(const char *const argv[], struct spawn plan, struct err *e)
{
	char **env = clean_environment();
	pid_t pid;

	plan.env = env;
	pid = spawn(argv, &plan, e);
	free(env);
	return pid;
}

/* The exit status of what waitpid() gave, or -1 for a child that a signal ended. */
static int status_of(const char *name, int status, struct err *e)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	return err_set(e, ERR_TOOL, "'%s' was ended by signal %d", name, WTERMSIG(status));
}

/* ---- taking the output ---- */

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

enum drain { DRAIN_MORE, DRAIN_END, DRAIN_FULL };

/* Take what is in the pipe now. */
static enum drain drain(int fd, struct buf *out, size_t max)
{
	char piece[16 * 1024];
	ssize_t n;

	for (;;) {
		n = read(fd, piece, sizeof piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 && errno == EAGAIN ? DRAIN_MORE : DRAIN_END;
		if ((size_t)n > max - out->n || buf_add(out, piece, (size_t)n) < 0)
			return DRAIN_FULL;
	}
}

/*
 * Until the child has ended and all it wrote was taken; a grandchild that keeps the pipe open is not waited
 * for. NULL, or why it has to be killed.
 */
static const char *watch(int fd, int pidfd, struct buf *out, size_t max, unsigned ms)
{
	int64_t end = now_ms() + ms;
	struct pollfd p[2] = {{.fd = fd, .events = POLLIN}, {.fd = pidfd, .events = POLLIN}};

	for (;;) {
		int64_t left = end - now_ms();
		bool ended;

		if (left <= 0)
			return "it took too long";
		if (poll(p, 2, left > 60000 ? 60000 : (int)left) < 0 && errno != EINTR)
			return strerror(errno);
		ended = p[1].revents != 0;
		if (p[0].revents || ended) {
			enum drain d = p[0].fd < 0 ? DRAIN_END : drain(fd, out, max);

			if (d == DRAIN_FULL)
				return "it wrote too much";
			if (d == DRAIN_END)
				p[0].fd = -1;
		}
		if (ended)
			return NULL;
		p[0].revents = p[1].revents = 0;
	}
}

/* Take the output of child `pid`, end its group and reap it. */
static int collect(const char *name, pid_t pid, int fd, struct buf *out, size_t max, unsigned ms,
		   struct err *e)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0), status = 0;
	const char *why = pidfd < 0 ? strerror(errno) : watch(fd, pidfd, out, max, ms);

	/* Before reaping: as long as the child is a zombie, nobody else can have its group number. */
	kill(-pid, SIGKILL);
	if (pidfd >= 0)
		close(pidfd);
	if (spawn_reap(pid, &status, 0) < 0)
		return err_sys(e, ERR_TOOL, errno, "cannot wait for '%s'", name);
	if (why)
		return err_set(e, ERR_TOOL, "'%s' was stopped: %s", name, why);
	return status_of(name, status, e);
}

int proc_capture(const char *const argv[], struct buf *out, size_t max, unsigned ms, struct err *e)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), fd[2], rc;
	pid_t pid;

	buf_clear(out);
	if (null < 0)
		return err_sys(e, ERR_TOOL, errno, "cannot open '/dev/null'");
	if (pipe2(fd, O_CLOEXEC) < 0) {
		rc = err_sys(e, ERR_TOOL, errno, "cannot make a pipe");
		close(null);
		return rc;
	}
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	pid = start(argv, (struct spawn){.fd = {null, fd[1], null}, .tty = -1}, e);
	close(null);
	close(fd[1]);
	rc = pid < 0 ? -1 : collect(argv[0], pid, fd[0], out, max, ms, e);
	close(fd[0]);
	return rc;
}

/* ---- on the terminal ---- */

/*
 * Wait for the child that has the terminal.  Where the user stops it (Ctrl-Z), this program stops too, so
 * that the shell gets the terminal back; when it is continued, so is the child.
 */
static int attend(const char *name, pid_t pid, int tty, struct err *e)
{
	int status;

	for (;;) {
		if (spawn_reap(pid, &status, WUNTRACED) < 0)
			return err_sys(e, ERR_TOOL, errno, "cannot wait for '%s'", name);
		if (tty >= 0)
			spawn_foreground(tty, getpgrp());
		if (!WIFSTOPPED(status))
			return status_of(name, status, e);
		if (tty < 0)
			continue;
		/* A session leader has no shell above it that could continue it. */
		if (getsid(0) != getpgrp())
			kill(0, SIGSTOP);
		spawn_foreground(tty, pid);
		kill(-pid, SIGCONT);
	}
}

int proc_foreground(const char *const argv[], struct err *e)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC), job = tty, rc;
	struct spawn plan = {.fd = {-1, -1, -1}, .tty = -1};
	pid_t pid;

	/* Only who has the terminal can give it away. */
	if (tty >= 0 && tcgetpgrp(tty) != getpgrp())
		job = -1;
	if (tty >= 0 && !isatty(STDIN_FILENO))
		plan.fd[0] = tty;
	plan.tty = job;
	pid = start(argv, plan, e);
	if (pid < 0 && job >= 0)
		spawn_foreground(job, getpgrp());
	rc = pid < 0 ? -1 : attend(argv[0], pid, job, e);
	if (tty >= 0)
		close(tty);
	return rc;
}

/* ---- words ---- */

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Copy the word at `*s` without its quotes to `*to`; false where a quote is left open. */
static bool take_word(const char **s, char **to)
{
	char quote = '\0';

	for (; **s && (quote || !blank(**s)); (*s)++) {
		char c = **s;

		if (quote ? c == quote : c == '\'' || c == '"') {
			quote = quote ? '\0' : c;
			continue;
		}
		if (c == '\\' && quote != '\'' && (*s)[1])
			c = *++*s;
		*(*to)++ = c;
	}
	*(*to)++ = '\0';
	return !quote;
}

size_t proc_split(const char *command, char **argv, size_t max)
{
	char *words = xmalloc(strlen(command) + 2), *to = words;
	size_t n = 0;
	bool ok = max > 0;

	while (ok) {
		while (blank(*command))
			command++;
		if (!*command)
			break;
		if (n + 1 >= max) {
			ok = false;
			break;
		}
		argv[n++] = to;
		ok = take_word(&command, &to);
	}
	if (!ok || n == 0) {
		free(words);
		n = 0;
	}
	if (max)
		argv[n] = NULL;
	return n;
}
