/* A home for live runs: a small tree, keys, a git that can be held; and the program's commands in it. */
#ifndef TESTS_PTY_LIVE_HOME_H
#define TESTS_PTY_LIVE_HOME_H

#include <dirent.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/fs.h"
#include "base/mem.h"
#include "tests/provider.h"
#include "tests/pty/home.h"
#include "tests/pty/pty.h"
#include "tests/test.h"

/* It must be found nowhere but in the header that carries it. */
static const char key[] = "k3y-that-nobody-may-see-0123456789";

static inline char *program(void)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/src/verdict", getenv("VERDICT_TEST_BUILDDIR"));
	return path;
}

static inline void shell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static inline void shell(const char *fmt, ...)
{
	struct buf command = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&command, fmt, ap);
	va_end(ap);
	if (system(buf_str(&command)) != 0)
		fail_msg("failed: %s", buf_str(&command));
	buf_release(&command);
}

/*
 * A home with a tree that has no Makefile, so that a run begins paused, and with a git that waits as long as the file "hold"
 * is there, so that a tool runs as long as the test wants.
 */
static inline int make_home(void **state)
{
	static char env[4][4200];
	struct home *h;

	if (home_make(state) < 0)
		return -1;
	h = *state;
	snprintf(env[0], sizeof env[0], "GEMINI_API_KEY=%s", key);
	snprintf(env[1], sizeof env[1], "OPENAI_API_KEY=%s", key);
	snprintf(env[2], sizeof env[2], "PATH=%s/bin:%s", h->dir, getenv("PATH"));
	snprintf(env[3], sizeof env[3], "XDG_CACHE_HOME=%s/cache", h->dir);
	for (size_t i = 0; i < 4; i++)
		h->set[6 + i] = env[i];
	h->set[10] = "ASAN_OPTIONS=detect_leaks=0:log_path=/dev/null";
	shell("mkdir -p %s/tree %s/bin && cp -r '%s/examples/tree/drivers' %s/tree/", h->dir, h->dir, getenv("VERDICT_TEST_SRCDIR"),
	      h->dir);
	shell("real=$(command -v git) && printf '#!/bin/sh\\nwhile [ -e %s/hold ]; do sleep 0.1; done\\nexec %%s \"$@\"\\n' \"$real\" "
	      ">%s/bin/git && chmod 755 %s/bin/git",
	      h->dir, h->dir, h->dir);
	return 0;
}

/* The output of a command in that home, standard error with it. */
static inline char *run(struct home *h, int want_status, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static inline char *run(struct home *h, int want_status, const char *fmt, ...)
{
	struct buf command = BUF_INIT, out = BUF_INIT;
	va_list ap;
	FILE *f;
	size_t n;
	int status;

	buf_addf(&command, "HOME=%s XDG_DATA_HOME=%s/data %s ", h->dir, h->dir, program());
	va_start(ap, fmt);
	buf_addv(&command, fmt, ap);
	va_end(ap);
	buf_adds(&command, " 2>&1");
	f = popen(buf_str(&command), "r");
	assert_non_null(f);
	do {
		char *to = buf_room(&out, 4096);

		n = fread(to, 1, 4096, f);
		buf_wrote(&out, n);
	} while (n);
	status = pclose(f);
	if (WEXITSTATUS(status) != want_status)
		print_message("# %s\n# %s\n", buf_str(&command), buf_str(&out));
	assert_int_equal(WEXITSTATUS(status), want_status);
	buf_release(&command);
	return buf_detach(&out);
}

/* The child of `pid` that there is; 0 where there is none. */
static inline pid_t child_of(pid_t pid)
{
	char path[64], text[64] = "";
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
	f = fopen(path, "re");
	if (f) {
		if (!fgets(text, sizeof text, f))
			text[0] = '\0';
		fclose(f);
	}
	return (pid_t)atoi(text);
}

static inline void hold(struct home *h, bool on)
{
	shell(on ? "touch %s/hold" : "rm -f %s/hold", h->dir);
}

/* No file of the home, and no byte that reached the screen, holds the key. */
static inline void assert_no_key(struct home *h, struct pty *p)
{
	char *found;

	assert_true(slice_find(pty_raw(p), key, 0) == SLICE_NONE);
	shell("! grep -rl '%s' %s", key, h->dir);
	found = run(h, 0, "list --json");
	assert_null(strstr(found, key));
	free(found);
}

static inline char *run_id(struct home *h)
{
	char *list = run(h, 0, "list");

	list[12] = '\0';
	return list;
}

/* `option` may be NULL: without --anyway it begins paused, because the tree is none of a kernel. */
static inline struct pty *start_run(struct home *h, const struct provider *p, const char *provider, const char *option)
{
	char report[4200], tree[128];
	const char *argv[] = {program(), "run", "--set", "reviewer=Rita", "--kernel", tree, "--provider", provider, "--model", "test-model",
			      "--base-url", p->url, report, option, NULL};

	snprintf(report, sizeof report, "%s/examples/report.txt", getenv("VERDICT_TEST_SRCDIR"));
	snprintf(tree, sizeof tree, "%s/tree", h->dir);
	return pty_start(argv, h->set, 45, 160);
}

#endif
