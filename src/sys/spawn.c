#define _GNU_SOURCE /* pipe2, execvpe, syscall */
#include "sys/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

void spawn_foreground(int tty, pid_t group)
{
	sigset_t ttou, old;

	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &old);
	tcsetpgrp(tty, group);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

int spawn_reap(pid_t pid, int *status, int options)
{
	pid_t got;

	do
		got = waitpid(pid, status, options);
	while (got < 0 && errno == EINTR);
	return got == pid ? 0 : -1;
}

/* ---- in the child, between fork and exec: only calls that are safe there ---- */

/* The dispositions that this program may have changed; exec resets handlers by itself, but not what is ignored. */
static void reset_signals(void)
{
	static const int changed[] = {SIGPIPE, SIGTSTP, SIGTTOU, SIGTTIN, SIGINT, SIGQUIT, SIGTERM, SIGCHLD};
	struct sigaction sa = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (size_t i = 0; i < sizeof changed / sizeof *changed; i++)
		sigaction(changed[i], &sa, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The signal is for the death of the parent from now on: one that has died already is seen by its number. */
static void bind_to(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(127);
}

/* 0, or -1 with errno. */
static int prepare(const struct spawn *s)
{
	for (int i = 0; i < 3; i++)
		if (s->fd[i] >= 0 && dup2(s->fd[i], i) < 0)
			return -1;
	/* A library may have opened something without the flag; kernels without this call only lose the second lock. */
#ifdef SYS_close_range
	syscall(SYS_close_range, 3u, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */);
#endif
	if (s->dir && chdir(s->dir) < 0)
		return -1;
	for (size_t i = 0; i < s->nlimits; i++) {
		struct rlimit r = {s->limit[i].max, s->limit[i].max}, now;

		/* a limit that is lower already stays */
		if (getrlimit(s->limit[i].resource, &now) == 0 && now.rlim_max < r.rlim_max)
			r.rlim_cur = r.rlim_max = now.rlim_max;
		if (setrlimit(s->limit[i].resource, &r) < 0)
			return -1;
	}
	return 0;
}

static void become(const char *const argv[], const struct spawn *s, pid_t parent, int report)
{
	int errnum;

	if (s->bound)
		bind_to(parent);
	setpgid(0, 0);
	if (s->tty >= 0)
		spawn_foreground(s->tty, getpid());
	if (prepare(s) == 0) {
		reset_signals();
		execvpe(argv[0], (char *const *)(uintptr_t)argv, s->env);
	}
	errnum = errno;
	if (write(report, &errnum, sizeof errnum) < 0)
		_exit(126);
	_exit(127);
}

/* ---- in the parent ---- */

/* A pipe that exec closes says whether exec worked: what the child writes there is its errno. */
pid_t spawn(const char *const argv[], const struct spawn *s, struct err *e)
{
	pid_t self = getpid(), pid;
	int report[2], errnum = 0;
	ssize_t n;

	if (!argv[0])
		return err_set(e, ERR_TOOL, "cannot start a program: none is named");
	if (pipe2(report, O_CLOEXEC) < 0)
		return err_sys(e, ERR_TOOL, errno, "cannot start '%s'", argv[0]);
	pid = fork();
	if (pid == 0)
		become(argv, s, self, report[1]);
	if (pid < 0)
		errnum = errno;
	close(report[1]);
	if (pid > 0) {
		setpgid(pid, pid);
		do
			n = read(report[0], &errnum, sizeof errnum);
		while (n < 0 && errno == EINTR);
		if (n == (ssize_t)sizeof errnum)
			spawn_reap(pid, NULL, 0);
		else
			errnum = 0;
	}
	close(report[0]);
	if (errnum)
		return err_sys(e, ERR_TOOL, errnum, "cannot start '%s'", argv[0]);
	return pid;
}
