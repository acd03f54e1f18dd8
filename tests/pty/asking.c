/* Questions about the code on a real terminal: a git that was stopped holds up neither the keys nor the end of the question. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>

#include "tests/pty/home.h"
#include "tests/pty/pty.h"

static const char *program(void)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/src/verdict", getenv("VERDICT_TEST_BUILDDIR"));
	return path;
}

static void run(struct home *h, const char *script)
{
	struct buf command = BUF_INIT;

	buf_addf(&command, "cd %s && export HOME=%s GIT_CONFIG_NOSYSTEM=1 && { %s; } >/dev/null 2>&1", h->dir, h->dir, script);
	assert_int_equal(system(buf_str(&command)), 0);
	buf_release(&command);
}

/*
 * A repository of the example's tree, and a git in front of the real one that stops at what the file "stop" names.  It says which
 * it is by a directory: files it may not write.
 */
static int make_home(void **state)
{
	static char path[8192];
	struct home *h;
	struct buf script = BUF_INIT;

	if (home_make(state) < 0)
		return -1;
	h = *state;
	if (system("git --version >/dev/null 2>&1") != 0)
		return 0;
	buf_addf(&script, "cp -r %s linux && chmod -R u+w linux && cd linux && git init -q && git add -A && "
			  "git -c user.name=A -c user.email=a@example.org commit -qm 'pond: feed the fish' && cd .. && mkdir bin && "
			  "printf '#!/bin/sh\\nif [ -e %s/stop ] && expr \" $* \" : \".* $(cat %s/stop) \" >/dev/null; then\\n"
			  "mkdir %s/pid.$$; kill -STOP $$; fi\\nexec %%s \"$@\"\\n' \"$(command -v git)\" >bin/git && chmod +x bin/git",
		 test_src("examples/tree"), h->dir, h->dir, h->dir);
	run(h, buf_str(&script));
	buf_release(&script);
	snprintf(path, sizeof path, "PATH=%s/bin:%s", h->dir, getenv("PATH"));
	h->set[6] = "ASAN_OPTIONS=detect_leaks=0:log_path=/dev/null";
	h->set[7] = path;
	return 0;
}

static struct pty *start(struct home *h)
{
	static char kernel[100];
	const char *argv[] = {program(), "review", "--set", "reviewer=R", "--kernel", kernel, "--commit", "HEAD",
			      test_src("examples/pond-race.json"), NULL};

	snprintf(kernel, sizeof kernel, "%s/linux", h->dir);
	if (access(kernel, F_OK) < 0)
		skip();
	return pty_start(argv, h->set, 30, 120);
}

static bool is_gone(struct pty *p, void *arg)
{
	int pid = *(int *)arg;

	(void)p;
	return kill(pid, 0) < 0 && errno == ESRCH;
}

static bool has_stopped(struct pty *p, void *arg)
{
	struct home *h = arg;
	char path[100], stat[200] = "", state = 0;
	const struct dirent *d;
	DIR *in = opendir(h->dir);
	int pid = 0;
	FILE *f;

	(void)p;
	while (in && !pid && (d = readdir(in)))
		sscanf(d->d_name, "pid.%d", &pid);
	if (in)
		closedir(in);
	h->runs = (unsigned)pid;
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	f = pid ? fopen(path, "r") : NULL;
	if (f && fgets(stat, sizeof stat, f) && strrchr(stat, ')'))
		sscanf(strrchr(stat, ')'), ") %c", &state);
	if (f)
		fclose(f);
	return state == 'T';
}

static void a_stopped_git_holds_up_nothing(void **state)
{
	struct home *h = *state;
	struct pty *p = start(h);
	int pid;

	pty_wait(p, "benign", PTY_MS);
	pty_send(p, "x2");
	pty_wait(p, "drivers/pond/pond.h  at ", PTY_MS);
	run(h, "echo blame >stop");
	pty_send(p, "\vb");
	pty_wait(p, "asking for who changed drivers/pond/pond.h lines 69 to 89 since", PTY_MS);
	pty_wait_until(p, has_stopped, h, "git has stopped", PTY_MS);
	pid = (int)h->runs;
	/* keys answer, and the bottom line goes on to count */
	pty_send(p, "?");
	pty_wait(p, "Help  1 of", PTY_MS);
	pty_send(p, "q");
	pty_wait(p, "since 1s: Escape ends it", PTY_MS);
	pty_send(p, "4");
	pty_wait(p, "Text  AI verdict", PTY_MS);
	/* Escape ends the question and all that was started for it */
	pty_send(p, "\033");
	pty_wait(p, "not asked any more: who changed drivers/pond/pond.h lines 69 to 89", PTY_MS);
	pty_wait_until(p, is_gone, &pid, "git is gone", PTY_MS);
	/* and another is answered */
	run(h, "rm stop");
	pty_send(p, "2\vb");
	pty_wait(p, "A  pond: feed the fish", PTY_MS);
	pty_send(p, "q");
	pty_wait_gone(p, "Blame", PTY_MS);
	pty_send(p, "Q");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	pty_kill(p);
}

/* The one that reads files for Source, which lasts. */
static void a_stopped_reader_of_files_holds_up_nothing(void **state)
{
	struct home *h = *state;
	struct pty *p;

	run(h, "echo cat-file >stop");
	p = start(h);
	pty_wait(p, "benign", PTY_MS);
	pty_wait_until(p, has_stopped, h, "git has stopped", PTY_MS);
	pty_send(p, "x");
	pty_wait(p, "drivers/pond/pond.h", PTY_MS);
	pty_send(p, "?");
	pty_wait(p, "Help  1 of", PTY_MS);
	pty_send(p, "qo");
	pty_wait(p, "not saved yet", PTY_MS);
	pty_send(p, "\033");
	pty_wait_gone(p, "not saved yet", PTY_MS);
	pty_send(p, "Q");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	pty_kill(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_stopped_git_holds_up_nothing, make_home, home_drop),
		cmocka_unit_test_setup_teardown(a_stopped_reader_of_files_holds_up_nothing, make_home, home_drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
