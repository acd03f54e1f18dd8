#define _GNU_SOURCE /* mkdtemp, posix_spawnp */
#include "tests/bench/code.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "tests/bench/table.h"

extern char **environ;

enum { PEERS = 3, COLD_ROUNDS = 3 };

/* What is asked; of the peers, those that are installed and whose file ("@…", in the build directory) is there. */
static const struct question {
	const char *name, *words[8];
	bool cold;      /* with an empty cache, or (later) with one that knows another file */
	bool later;
	unsigned must_ms;
	const char *peer[PEERS][8];
} questions[] = {
	{"definition, first file of a tree", {"codesearch-definition-source", "--name", "audit_log_start", "--context-file", "kernel/audit.c"},
	 true, false, 6000, {{0}}},
	{"definition, a later file", {"codesearch-definition-source", "--name", "netlink_rcv_skb", "--context-file", "net/netlink/af_netlink.c"},
	 true, true, 2000, {{0}}},
	{"definition, seen before", {"codesearch-definition-source", "--name", "audit_log_start"}, false, false, 10,
	 {{"readtags", "-t", "@tags", "audit_log_start"}, {"cscope", "-d", "-f", "@cscope.out", "-L", "-1", "audit_log_start"}}},
	{"layout, seen before", {"codesearch-struct-layout", "--name", "audit_ctl_mutex"}, false, false, 10,
	 {{"pahole", "-C", "audit_ctl_mutex", "@kernel/audit.o"}}},
	{"references of a field, seen before", {"codesearch-find-references", "--name", "netlink_sock::cb_running"}, false, false, 50,
	 {{"cscope", "-d", "-f", "@cscope.out", "-L", "-0", "cb_running"}}},
};
enum { QUESTIONS = sizeof questions / sizeof *questions };

struct row {
	struct result own, peer[PEERS];
};

/* Run it and wait for its end; microseconds, or -1: it failed. */
static int64_t time_of(const char *const *argv)
{
	posix_spawn_file_actions_t to;
	posix_spawnattr_t how;
	sigset_t none;
	int64_t begun = now_us();
	pid_t pid;
	int status = -1;

	sigemptyset(&none);
	posix_spawnattr_init(&how);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawn_file_actions_init(&to);
	posix_spawn_file_actions_addopen(&to, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&to, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&to, 2, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, argv[0], &to, &how, (char *const *)(uintptr_t)argv, environ) != 0 || waitpid(pid, &status, 0) != pid)
		status = -1;
	posix_spawn_file_actions_destroy(&to);
	posix_spawnattr_destroy(&how);
	return status == 0 ? now_us() - begun : -1;
}

/* As the screen and the agent ask: by the program for children, which lies beside. */
static int64_t ask(const char *verdict, const struct question *q, const char *kernel, const char *build)
{
	char tool[4096];
	const char *argv[16] = {tool};
	size_t n = 1;

	snprintf(tool, sizeof tool, "%s-tool", verdict);
	for (size_t i = 0; q->words[i]; i++)
		argv[n++] = q->words[i];
	argv[n++] = "--kernel";
	argv[n++] = kernel;
	argv[n++] = "--build";
	argv[n++] = build;
	return time_of(argv);
}

static int64_t ask_peer(const char *const *words, const char *build)
{
	const char *argv[9] = {NULL};
	char *file = NULL;
	int64_t us = -1;

	for (size_t i = 0; i < 8 && words[i]; i++)
		argv[i] = words[i][0] == '@' ? (file = fs_join(build, words[i] + 1)) : words[i];
	if (argv[0] && file && access(file, R_OK) == 0)
		us = time_of(argv);
	free(file);
	return us;
}

static void forget(const char *cache)
{
	const char *argv[] = {"rm", "-rf", cache, NULL};

	time_of(argv);
}

/* The first ones begin with an empty cache; then all is known. */
static void measure(const char *verdict, size_t runs, const char *kernel, const char *build, struct row *rows)
{
	const char *cache = getenv("XDG_CACHE_HOME");

	for (size_t i = 0; i < COLD_ROUNDS; i++)
		for (size_t k = 0; k < QUESTIONS; k++) {
			if (!questions[k].cold)
				continue;
			if (!questions[k].later)
				forget(cache);
			result_note(&rows[k].own, ask(verdict, &questions[k], kernel, build));
		}
	for (size_t k = 0; k < QUESTIONS; k++)
		for (size_t i = 0; i < runs + 1 && !questions[k].cold; i++) {
			int64_t us = ask(verdict, &questions[k], kernel, build);

			if (i)
				result_note(&rows[k].own, us);
			for (size_t p = 0; i && p < PEERS; p++)
				result_note(&rows[k].peer[p], ask_peer(questions[k].peer[p], build));
		}
}

static bool tell_row(struct json_w *w, const struct question *q, struct row *row)
{
	bool good = row->own.n && !row->own.failed;
	char name[64];

	if (!good)
		fprintf(stderr, "bench: no answer to '%s'\n", q->name);
	if (row->own.n)
		table_row(w, q->name, &row->own, q->must_ms);
	for (size_t p = 0; p < PEERS; p++) {
		if (q->peer[p][0] && !row->peer[p].n)
			printf("    %-34s not measured: it is not installed, or has no %s\n", q->peer[p][0],
			       strcmp(q->peer[p][0], "readtags") == 0 ? "tags" : strcmp(q->peer[p][0], "cscope") == 0 ? "cscope.out" : "object");
		snprintf(name, sizeof name, "  %s", q->peer[p][0] ? q->peer[p][0] : "");
		if (row->peer[p].n)
			table_row(w, name, &row->peer[p], 0);
		result_release(&row->peer[p]);
	}
	result_release(&row->own);
	return good;
}

bool bench_code(const char *verdict, size_t runs, struct json_w *w)
{
	const char *kernel = getenv("VERDICT_BENCH_KERNEL"), *build = getenv("VERDICT_BENCH_BUILD");
	char cache[] = "/tmp/verdict-bench-XXXXXX";
	struct row rows[QUESTIONS] = {0};
	bool good = true;

	printf("\n" BENCH_CODE "\n");
	if (!kernel || !build) {
		printf("  not measured: VERDICT_BENCH_KERNEL and VERDICT_BENCH_BUILD name no prepared kernel\n");
		return true;
	}
	if (!mkdtemp(cache))
		return false;
	setenv("XDG_CACHE_HOME", cache, 1);
	measure(verdict, runs, kernel, build, rows);
	unsetenv("XDG_CACHE_HOME");
	forget(cache);
	table_open(w, BENCH_CODE, TABLE_NAME);
	for (size_t i = 0; i < QUESTIONS; i++)
		good &= tell_row(w, &questions[i], &rows[i]);
	table_close(w);
	return good;
}
