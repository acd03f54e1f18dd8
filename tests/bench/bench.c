/*
 * How long until a command shows its first full screen (or ends), or what was asked of it there; and how much memory it
 * has of its own?  Every command of a group works on the same file; they
 * take turns, so that a machine that gets slower meanwhile is slower for all of them.  Prints a table and writes JSON.
 *
 *	bench [-n RUNS] [-g WORD] [-w WORD] [-o FILE] PATH-OF-VERDICT
 *
 * WORD: only the groups whose title holds it; -w: only the walks over keys whose name does.
 */
#define _GNU_SOURCE /* sigtimedwait, mkdtemp */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "tests/bench/code.h"
#include "tests/bench/frame.h"
#include "tests/bench/keys.h"
#include "tests/bench/live.h"
#include "tests/bench/queue.h"
#include "tests/bench/sample.h"
#include "tests/pty/pty.h"

enum { RUNS = 15, RUNS_MAX = 1000 };

/* ---- what is measured ---- */

/* The screen is full once its last row holds one of `last`, if any, and the screen each of `all` and not `none`. */
struct sign {
	const char *last[3];
	const char *all[3];
	const char *none;
};

static const struct sign verdict_full = {.last = {"? help"}, .all = {"Text", "benign"}};
static const struct sign less_full = {.last = {":", "@BASE@", "(END)"}};

/* All spans are known. */
static const struct sign verdict_read = {.last = {"? help"}, .all = {"Text", " done"}};
static const struct sign verdict_at_span = {.last = {"? help"}, .all = {"span 500000,"}};

/* An expression for what is there here and there, and one for what is nowhere: all of the file must be gone through. */
#define SOME "RCU so p->flags race"
#define NOWHERE "zebra crossing"
static const struct sign verdict_hit = {.all = {"Search  " SOME, ", at 1"}};
static const struct sign verdict_hits = {.all = {"Search  " SOME, " hit"}, .none = "% searched"};
static const struct sign verdict_no_hit = {.last = {"not found in the run"}};
static const struct sign less_no_hit = {.last = {"Pattern not found"}};

/* What is asked once the screen is full: the time runs from the Enter behind `keys`, which show as `shows`. */
struct ask {
	const char *keys, *shows;
	const struct sign *answer;
};
static const struct ask ask_hit = {"S" SOME, SOME, &verdict_hit}, ask_hits = {"S" SOME, SOME, &verdict_hits},
			ask_nowhere = {"S" NOWHERE, NOWHERE, &verdict_no_hit},
			ask_less = {"/" NOWHERE, "/" NOWHERE, &less_no_hit},
			ask_span = {":500000", ":500000", &verdict_at_span};

struct command {
	const char *name;
	const char *argv[6];      /* @VERDICT@, @FILE@ and @BASE@ (the file's name) stand for what they say */
	const struct sign *full;  /* NULL: measured until it ends, its output dropped */
	unsigned must;            /* the median that is asked for, in milliseconds or megabytes; 0: none */
	const struct ask *ask;    /* what is measured instead, once the screen is full */
};

enum { COMMANDS_MAX = 6 };

struct group {
	const char *title;
	const char *file;     /* below the folder of real data; NULL: only the own one */
	const char *own_file; /* below the source tree, or after a @ the build directory: where the other is absent */
	const char *peer;     /* the command that ratios refer to */
	struct command command[COMMANDS_MAX];
	bool memory;          /* own memory is measured, not time: the peak of all that is resident, less what is mapped from
			       * files (VmHWM less RssFile) */
};

#define REVIEW {"@VERDICT@", "review", "@FILE@"}
#define SEARCHES { \
		{"verdict, first hit", REVIEW, &verdict_read, 100, &ask_hit}, \
		{"verdict, all hits", REVIEW, &verdict_read, 500, &ask_hits}, \
		{"verdict, no hit", REVIEW, &verdict_read, 500, &ask_nowhere}, \
		{"less, no hit", {"less", "@FILE@"}, &less_full, 0, &ask_less}, \
	}

static const struct group groups[] = {
	{"page to first full screen", "syzbot-assessment-kcsan-audit.txt", "examples/pond-race.json", "less", {
		{"less", {"less", "@FILE@"}, &less_full, 0, NULL},
		{"verdict review", {"@VERDICT@", "review", "@FILE@"}, &verdict_full, 30, NULL},
	}, false},
	{"span JSON to first full screen", NULL, "examples/pond-race.json", "less", {
		{"less", {"less", "@FILE@"}, &less_full, 0, NULL},
		{"verdict review", {"@VERDICT@", "review", "@FILE@"}, &verdict_full, 30, NULL},
		{"jq", {"jq", ".", "@FILE@"}, NULL, 0, NULL},
		{"python json.load", {"python3", "-c", "import json,sys;json.load(open(sys.argv[1]))", "@FILE@"}, NULL, 0, NULL},
	}, false},
	{"107 MB on one line to first full screen", NULL, "@bench-array.json", "python json.load", {
		{"verdict review", {"@VERDICT@", "review", "@FILE@"}, &verdict_full, 100, NULL},
		{"less", {"less", "@FILE@"}, &less_full, 0, NULL},
		{"python json.load", {"python3", "-c", "import json,sys;json.load(open(sys.argv[1]))", "@FILE@"}, NULL, 0, NULL},
		{"node JSON.parse", {"node", "-e", "JSON.parse(require('fs').readFileSync(process.argv[1]))", "@FILE@"}, NULL, 0, NULL},
		{"jq .", {"jq", ".", "@FILE@"}, NULL, 0, NULL},
	}, false},
	{"1,000,000 spans as JSON lines to first full screen", NULL, "@bench-lines.json", "less", {
		{"less", {"less", "@FILE@"}, &less_full, 0, NULL},
		{"verdict review", {"@VERDICT@", "review", "@FILE@"}, &verdict_full, 50, NULL},
		{"verdict show, all read", {"@VERDICT@", "show", "@FILE@"}, NULL, 0, NULL},
	}, false},
	{"1,000,000 spans: the whole index; a span", NULL, "@bench-lines.json", "verdict, all spans", {
		{"verdict, all spans", REVIEW, &verdict_read, 1500, NULL},
		{"verdict, span 500000", REVIEW, &verdict_read, 10, &ask_span},
	}, false},
	{"search 106 MB on one line", NULL, "@bench-array.json", "less, no hit", SEARCHES, false},
	{"search 106 MB of JSON lines", NULL, "@bench-lines-106.json", "less, no hit", SEARCHES, false},
	{"own memory, 106 MB, all read", NULL, "@bench-array.json", "verdict review", {
		{"verdict review", REVIEW, &verdict_read, 100, NULL},
	}, true},
	{"own memory, 1,000,000 spans, all read", NULL, "@bench-lines.json", "verdict review", {
		{"verdict review", REVIEW, &verdict_read, 100, NULL},
	}, true},
};

/* ---- one run ---- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The last row only: looking at all cells after every few bytes would slow down what is measured. */
static void last_row(struct pty *p, struct buf *out)
{
	char bytes[4];

	buf_clear(out);
	for (unsigned col = 0; col < COLS; col++) {
		uint32_t cp = pty_cell(p, ROWS - 1, col).cp;

		buf_add(out, bytes, utf8_encode(cp && cp < 0x110000 ? cp : ' ', bytes));
	}
}

static bool is_full(struct pty *p, const struct sign *sign, const char *file, struct buf *row)
{
	bool yes = !sign->last[0];

	last_row(p, row);
	for (size_t i = 0; i < 3 && sign->last[i] && !yes; i++) {
		const char *what = strcmp(sign->last[i], "@BASE@") == 0 ? base_name(file) : sign->last[i];

		yes = slice_find(buf_slice(row), what, 0) != SLICE_NONE;
	}
	for (size_t i = 0; yes && i < 3 && sign->all[i]; i++)
		yes = pty_shows(p, sign->all[i]);
	return yes && !(sign->none && pty_shows(p, sign->none));
}

static _Noreturn void run_quietly(char **argv)
{
	int fd = open("/dev/null", O_WRONLY);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
		_exit(126);
	execvp(argv[0], argv);
	_exit(127);
}

/* Wait for `pid` until `ms` have passed (SIGCHLD is blocked).  Its status, or -1 where it goes on. */
static int reap(pid_t pid, int ms)
{
	int64_t end = now_us() + (int64_t)ms * 1000;
	sigset_t chld;
	int status;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	for (;;) {
		int64_t left = end - now_us();
		struct timespec ts = {.tv_sec = (time_t)(left / 1000000), .tv_nsec = (long)(left % 1000000) * 1000};

		if (waitpid(pid, &status, WNOHANG) == pid)
			return status;
		if (left <= 0)
			return -1;
		sigtimedwait(&chld, NULL, &ts);
	}
}

/* When `sign` shows; -1 where it does not come. */
static int64_t until_sign(struct pty *p, const struct sign *sign, const char *file)
{
	int64_t start = now_us(), at = -1;
	struct buf row = BUF_INIT;
	bool more = true;

	while (more && at < 0) {
		int left = TIMEOUT_MS - (int)((now_us() - start) / 1000);
		int64_t seen;

		more = left > 0 && pty_pump(p, left);
		seen = now_us();
		if (is_full(p, sign, file, &row))
			at = seen;
	}
	buf_release(&row);
	return at;
}

/* Kilobytes of the process's own memory at its peak; -1 where the system does not tell. */
static int64_t own_memory(pid_t pid)
{
	char path[40], line[200];
	long peak = -1, files = -1;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f)) {
		sscanf(line, "VmHWM: %ld", &peak);
		sscanf(line, "RssFile: %ld", &files);
	}
	if (f)
		fclose(f);
	return peak < 0 || files < 0 ? -1 : peak - files;
}

/*
 * Microseconds from fork to a full screen, or from the question asked there to its answer, or the memory that it has
 * then; -1 where none of it comes.
 */
static int64_t on_screen(char **argv, const struct command *c, const char *file, bool memory)
{
	int64_t start = now_us(), at;
	struct pty *p = pty_start((const char *const *)argv, NULL, ROWS, COLS);

	at = until_sign(p, c->full, file);
	if (at >= 0 && c->ask) {
		const struct sign typed = {.last = {c->ask->shows}};

		pty_send(p, c->ask->keys);
		at = until_sign(p, &typed, file);
		start = now_us();
		pty_send(p, "\r");
		at = at < 0 ? -1 : until_sign(p, c->ask->answer, file);
	}
	if (at < 0)
		show_screen(p, argv[0]);
	if (at >= 0 && memory) {
		until_rest(p);
		start = 0;
		at = own_memory(pty_pid(p));
	}
	hang_up(p);
	return at < 0 ? -1 : at - start;
}

/* Microseconds from fork to a good end; -1 otherwise. */
static int64_t until_end(char **argv)
{
	int64_t start = now_us();
	pid_t pid = fork();
	int status;

	if (pid == 0)
		run_quietly(argv);
	if (pid < 0)
		return -1;
	status = reap(pid, TIMEOUT_MS);
	if (status < 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	return status == 0 ? now_us() - start : -1;
}

/* ---- tables ---- */

struct bench {
	const char *verdict, *out;
	const char *only, *walks; /* words: of the groups, and of the walks of keys, that are wanted */
	size_t runs;
	struct json_w json;
	bool failed;
};

static int64_t once(const struct bench *b, const struct command *c, const char *file, bool memory)
{
	char *argv[sizeof c->argv / sizeof *c->argv + 1] = {0};
	int64_t v;
	size_t n = 0;

	for (; n < sizeof c->argv / sizeof *c->argv && c->argv[n]; n++)
		argv[n] = xstrdup(strcmp(c->argv[n], "@FILE@") == 0 ? file :
				  strcmp(c->argv[n], "@VERDICT@") == 0 ? b->verdict : c->argv[n]);
	v = c->full ? on_screen(argv, c, file, memory) : until_end(argv);
	while (n > 0)
		free(argv[--n]);
	return v;
}

static void measure(const struct bench *b, const struct group *g, const char *file, struct result *res, size_t count)
{
	for (size_t i = 0; i < b->runs + 1; i++) { /* the first round only warms the caches */
		for (size_t k = 0; k < count; k++) {
			int64_t v = res[k].failed ? -1 : once(b, &g->command[k], file, g->memory);

			res[k].failed = v < 0;
			if (i > 0 && v >= 0)
				result_add(&res[k], v);
		}
	}
	for (size_t k = 0; k < count; k++)
		result_sort(&res[k]);
}

/* Kilobytes in a megabyte, or microseconds in a millisecond. */
static int64_t scale(const struct group *g)
{
	return g->memory ? 1024 : 1000;
}

static void print_row(const struct group *g, const struct command *c, const struct result *r, const struct result *peer)
{
	int64_t median, per = scale(g);

	if (r->failed) {
		printf("  %-20s %s\n", c->name, c->ask ? "no answer" : c->full ? "no full screen" : "did not end well");
		return;
	}
	median = percentile(r, 50);
	printf("  %-20s %9.2f %9.2f", c->name, (double)median / (double)per,
	       (double)percentile(r, 99) / (double)per);
	if (!peer->failed)
		printf(" %9.2f", (double)median / (double)percentile(peer, 50));
	else
		printf(" %9s", "-");
	if (c->must)
		printf("   must be < %u %s: %s", c->must, g->memory ? "MB" : "ms", median < c->must * per ? "yes" : "NO");
	putchar('\n');
}

static void json_row(struct json_w *w, const struct group *g, const struct command *c, const struct result *r,
		     const struct result *peer)
{
	json_open(w, '{');
	json_kcstr(w, "name", c->name);
	json_kcstr(w, "until", c->ask ? "answer" : c->full ? "full screen" : "end");
	json_kint(w, "runs", (int64_t)r->n);
	if (!r->failed) {
		json_kint(w, g->memory ? "median_kb" : "median_us", percentile(r, 50));
		json_kint(w, g->memory ? "p99_kb" : "p99_us", percentile(r, 99));
		if (!peer->failed)
			json_kint(w, "ratio_percent", percentile(r, 50) * 100 / percentile(peer, 50));
	}
	json_kint(w, g->memory ? "must_kb" : "must_us", c->must * scale(g));
	json_key(w, g->memory ? "kb" : "us");
	json_open(w, '[');
	for (size_t i = 0; i < r->n; i++)
		json_int(w, r->v[i]);
	json_close(w, ']');
	json_close(w, '}');
}

/* The file of a group as an absolute path, freed by the caller. */
static char *file_of(const struct group *g)
{
	const char *data = getenv("VERDICT_TEST_DATA"), *src = getenv("VERDICT_TEST_SRCDIR");
	char *path = g->file && data ? fs_join(data, g->file) : NULL, *full;

	if (!path || access(path, R_OK) < 0) {
		free(path);
		/* what gen.c made lies in the build directory, where `make bench` starts this program */
		path = g->own_file[0] == '@' ? xstrdup(g->own_file + 1) : fs_join(src ? src : ".", g->own_file);
	}
	full = realpath(path, NULL);
	free(path);
	return full;
}

static void run_group(struct bench *b, const struct group *g)
{
	struct result res[COMMANDS_MAX] = {0}, *peer = res;
	char *file = file_of(g);
	size_t count = 0;
	struct stat st;

	if (!file || stat(file, &st) < 0) {
		fprintf(stderr, "bench: no file for '%s'\n", g->title);
		free(file);
		b->failed = true;
		return;
	}
	for (; count < COMMANDS_MAX && g->command[count].name; count++)
		if (strcmp(g->command[count].name, g->peer) == 0)
			peer = &res[count];
	measure(b, g, file, res, count);

	printf("\n%s: %s, %" PRId64 " bytes\n", g->title, base_name(file), (int64_t)st.st_size);
	printf("  %-20s %9s %9s %9s\n", "", g->memory ? "median MB" : "median ms", g->memory ? "p99 MB" : "p99 ms", "ratio");
	json_open(&b->json, '{');
	json_kcstr(&b->json, "title", g->title);
	json_kcstr(&b->json, "file", base_name(file));
	json_kint(&b->json, "bytes", (int64_t)st.st_size);
	json_kcstr(&b->json, "ratio_to", g->peer);
	json_key(&b->json, "commands");
	json_open(&b->json, '[');
	for (size_t k = 0; k < count; k++) {
		print_row(g, &g->command[k], &res[k], peer);
		json_row(&b->json, g, &g->command[k], &res[k], peer);
		b->failed |= res[k].failed;
	}
	for (size_t k = 0; k < count; k++)
		result_release(&res[k]);
	json_close(&b->json, ']');
	json_close(&b->json, '}');
	free(file);
}

/* What could make two machines' figures differ without need: settings, history, another terminal. */
static void plain_environment(char *home)
{
	static const char *const unset[] = {"LESS", "LESSOPEN", "LESSCLOSE", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
					    "XDG_STATE_HOME", "XDG_CACHE_HOME", "NO_COLOR"};
	sigset_t chld;

	for (size_t i = 0; i < sizeof unset / sizeof *unset; i++)
		unsetenv(unset[i]);
	setenv("HOME", home, 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("LESSHISTFILE", "-", 1);
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);
}

static int write_json(const char *path, struct slice s)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644), rc;

	rc = fd < 0 || fs_write_all(fd, s.p, s.n) < 0 || fs_write_all(fd, "\n", 1) < 0 ? -1 : 0;
	if (fd >= 0 && close(fd) < 0)
		rc = -1;
	if (rc < 0)
		fprintf(stderr, "bench: cannot write '%s': %s\n", path, strerror(errno));
	return rc;
}

static bool parse_arguments(struct bench *b, int argc, char **argv)
{
	uint64_t runs;
	int opt;

	while ((opt = getopt(argc, argv, "n:g:o:w:")) != -1) {
		if (opt == 'o')
			b->out = optarg;
		else if (opt == 'g')
			b->only = optarg;
		else if (opt == 'w')
			b->walks = optarg;
		else if (opt == 'n' && slice_u64(slice_str(optarg), &runs) && runs > 0 && runs <= RUNS_MAX)
			b->runs = (size_t)runs;
		else
			return false;
	}
	b->verdict = optind == argc - 1 ? argv[optind] : NULL;
	return b->verdict != NULL;
}

int main(int argc, char **argv)
{
	struct bench b = {.out = "bench.json", .only = "", .walks = "", .runs = RUNS};
	struct buf json = BUF_INIT;
	char home[] = "/tmp/verdict-bench-XXXXXX", *rm[] = {(char[]){"rm"}, (char[]){"-rf"}, home, NULL};

	if (!parse_arguments(&b, argc, argv)) {
		fputs("usage: bench [-n RUNS] [-g WORD] [-w WORD] [-o FILE] PATH-OF-VERDICT\n", stderr);
		return ERR_USAGE;
	}
	if (!mkdtemp(home)) {
		fprintf(stderr, "bench: cannot make a directory: %s\n", strerror(errno));
		return ERR_TOOL;
	}
	plain_environment(home);
	printf("screen %dx%d, %zu runs each after one that does not count, commands in turn\n", COLS, ROWS, b.runs);
	json_w_init(&b.json, &json, true);
	json_open(&b.json, '{');
	json_kcstr(&b.json, "schema", "verdict.bench/1");
	json_kint(&b.json, "processors", sysconf(_SC_NPROCESSORS_ONLN));
	json_key(&b.json, "groups");
	json_open(&b.json, '[');
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
		if (strstr(groups[i].title, b.only))
			run_group(&b, &groups[i]);
	if (strstr(BENCH_KEYS, b.only))
		b.failed |= !bench_keys(b.verdict, b.runs, b.walks, &b.json);
	if (strstr(BENCH_QUEUE, b.only))
		b.failed |= !bench_queue(b.verdict, b.runs, &b.json);
	if (strstr(BENCH_FRAME, b.only))
		b.failed |= !bench_frame(b.verdict, b.runs, &b.json);
	if (strstr(BENCH_CODE, b.only))
		b.failed |= !bench_code(b.verdict, b.runs, &b.json);
	if (strstr(BENCH_LIVE, b.only))
		b.failed |= !bench_live(b.verdict, b.runs, &b.json);
	json_close(&b.json, ']');
	json_close(&b.json, '}');
	until_end(rm);
	if (write_json(b.out, buf_slice(&json)) < 0)
		b.failed = true;
	else
		printf("\nall figures: %s\n", b.out);
	buf_release(&json);
	return b.failed ? ERR_NO : 0;
}
