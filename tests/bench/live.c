/*
 * A live run while it streams a thousand tokens a second onto a screen that holds a fifth of a megabyte of thoughts: what
 * of a core it takes, how long until bytes of the provider are on the screen, how long a key takes.  Every piece and every
 * key is a sample.  Prints a table and writes JSON.
 *
 *	live [-s SECONDS] [-o FILE] PATH-OF-VERDICT
 */
#define _GNU_SOURCE /* clock_getcpuclockid, mkdtemp */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "tests/provider.h"
#include "tests/pty/pty.h"

enum { ROWS = 45, COLS = 160, THOUGHTS = 200000, RATE = 1000, SECONDS = 8, SECONDS_MAX = 120, KEYS = 100 };

/* What is asked for: per cent of a core, and milliseconds at the 99th percentile. */
enum { MUST_CPU = 10, MUST_SCREEN = 20, MUST_KEY = 10 };

struct samples {
	int64_t *us; /* owned */
	size_t n, cap;
};

static void add(struct samples *s, int64_t us)
{
	s->us = mem_grow(s->us, &s->cap, s->n + 1, sizeof *s->us);
	s->us[s->n++] = us;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static double percentile(struct samples *s, size_t percent)
{
	if (s->n == 0)
		return -1;
	qsort(s->us, s->n, sizeof *s->us, by_size);
	return (double)s->us[(s->n - 1) * percent / 100] / 1000;
}

static int64_t now_us(clockid_t clock)
{
	struct timespec ts = {0};

	clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* ---- what streams ---- */

static const struct shape {
	const char *name, *between; /* words */
	unsigned words;             /* that stand between two of these */
} shapes[] = {{"200 KB in lines", "\\n", 12}, {"200 KB on one line", "\\s", 12}};

static void make_script(struct buf *b, const struct shape *sh, unsigned seconds)
{
	buf_adds(b, "dialect gemini\nrequest\nthought ");
	for (unsigned i = 0; b->n < THOUGHTS; i++)
		buf_addf(b, "word%u%s", i, i % sh->words == sh->words - 1 ? sh->between : "\\s");
	buf_addf(b, "\nstamp\nflood-thought %u %u\nstall\n", RATE * (seconds + 60), RATE);
}

/* ---- what is measured ---- */

struct figures {
	double cpu, screen, screen99, key, key99;
	size_t pieces, keys;
};

/* Each piece says when it was made: those that came to the screen first since byte `*at`. */
static void take_pieces(struct pty *p, size_t *at, uint64_t *newest, struct samples *s)
{
	struct slice raw = pty_raw(p);
	int64_t now = now_us(CLOCK_MONOTONIC);
	size_t i = *at;

	while ((i = slice_chr(raw, '@', i)) != SLICE_NONE) {
		size_t end = i + 1;
		uint64_t made;

		while (end < raw.n && raw.p[end] >= '0' && raw.p[end] <= '9')
			end++;
		if (end == raw.n) /* the rest is still to come */
			break;
		if (raw.p[end] == ' ' && slice_u64(slice_sub(raw, i + 1, end), &made) && made > *newest) {
			*newest = made;
			add(s, now - (int64_t)made);
		}
		i = end;
	}
	*at = i == SLICE_NONE ? raw.n : i;
}

static void watch_stream(struct pty *p, unsigned seconds, struct figures *f)
{
	struct samples s = {0};
	clockid_t cpu;
	size_t at = pty_raw(p).n;
	uint64_t newest = 0;
	int64_t used, start = now_us(CLOCK_MONOTONIC), end = start + (int64_t)seconds * 1000000;

	if (clock_getcpuclockid(pty_pid(p), &cpu) != 0)
		return;
	used = now_us(cpu);
	while (now_us(CLOCK_MONOTONIC) < end && pty_pump(p, 100))
		take_pieces(p, &at, &newest, &s);
	f->cpu = 100.0 * (double)(now_us(cpu) - used) / (double)(now_us(CLOCK_MONOTONIC) - start);
	f->pieces = s.n;
	f->screen = percentile(&s, 50);
	f->screen99 = percentile(&s, 99);
	free(s.us);
}

/* A view over the whole screen comes and goes: no key repaints more. */
static void press_keys(struct pty *p, struct figures *f)
{
	struct samples s = {0};

	for (unsigned i = 0; i < KEYS; i++) {
		bool open = i % 2 == 0;
		int64_t start = now_us(CLOCK_MONOTONIC);

		pty_send(p, open ? "?" : "q");
		if (open)
			pty_wait(p, "Everywhere", PTY_MS);
		else
			pty_wait_gone(p, "Everywhere", PTY_MS);
		add(&s, now_us(CLOCK_MONOTONIC) - start);
	}
	f->keys = s.n;
	f->key = percentile(&s, 50);
	f->key99 = percentile(&s, 99);
	free(s.us);
}

static struct figures measure(const char *verdict, const struct shape *sh, unsigned seconds)
{
	char tree[4200], report[4200];
	struct provider server;
	struct figures f = {0};
	struct buf script = BUF_INIT;
	struct pty *p;

	snprintf(tree, sizeof tree, "%s/examples/tree", getenv("VERDICT_TEST_SRCDIR"));
	snprintf(report, sizeof report, "%s/examples/report.txt", getenv("VERDICT_TEST_SRCDIR"));
	make_script(&script, sh, seconds);
	provider_start(&server, buf_str(&script));
	p = pty_start((const char *const[]){verdict, "run", "--anyway", "--kernel", tree, "--provider", "gemini", "--base-url",
					    server.url, report, NULL}, NULL, ROWS, COLS);
	pty_wait(p, "@", PTY_MS); /* what streams has come to the screen */
	watch_stream(p, seconds, &f);
	press_keys(p, &f);
	pty_kill(p);
	provider_end(&server);
	buf_release(&script);
	return f;
}

/* ---- the table ---- */

static void add_figures(struct json_w *w, const char *name, const struct figures *f)
{
	json_open(w, '{');
	json_kcstr(w, "name", name);
	json_kint(w, "cpu_permille", (int64_t)(f->cpu * 10));
	json_kint(w, "screen_median_us", (int64_t)(f->screen * 1000));
	json_kint(w, "screen_p99_us", (int64_t)(f->screen99 * 1000));
	json_kint(w, "pieces", (int64_t)f->pieces);
	json_kint(w, "key_median_us", (int64_t)(f->key * 1000));
	json_kint(w, "key_p99_us", (int64_t)(f->key99 * 1000));
	json_kint(w, "keys", (int64_t)f->keys);
	json_close(w, '}');
}

static bool is_good(const struct figures *f)
{
	return f->pieces > 100 && f->cpu < MUST_CPU && f->screen99 < MUST_SCREEN && f->key99 < MUST_KEY;
}

static bool run(const char *verdict, unsigned seconds, struct buf *json)
{
	struct json_w w;
	bool good = true;

	printf("live: %d tokens a second, screen %dx%d, %u s\n%-20s %8s %22s %22s\n", RATE, COLS, ROWS, seconds, "thoughts", "core",
	       "to the screen, p99", "key, p99");
	json_w_init(&w, json, true);
	json_open(&w, '{');
	json_kcstr(&w, "schema", "verdict.bench-live/1");
	json_key(&w, "shapes");
	json_open(&w, '[');
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		struct figures f = measure(verdict, &shapes[i], seconds);

		printf("%-20s %6.1f %% %9.1f %7.1f ms %10.1f %7.1f ms%s\n", shapes[i].name, f.cpu, f.screen, f.screen99, f.key,
		       f.key99, is_good(&f) ? "" : "  MISSED");
		add_figures(&w, shapes[i].name, &f);
		good = good && f.pieces;
	}
	json_close(&w, ']');
	json_close(&w, '}');
	printf("%-20s %6d %% %20d ms %18d ms\n", "must be below", MUST_CPU, MUST_SCREEN, MUST_KEY);
	return good;
}

static int write_file(const char *path, struct slice s)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	int rc = fd < 0 || fs_write_all(fd, s.p, s.n) < 0 || fs_write_all(fd, "\n", 1) < 0 ? -1 : 0;

	if (fd >= 0 && close(fd) < 0)
		rc = -1;
	if (rc < 0)
		fprintf(stderr, "live: cannot write '%s'\n", path);
	return rc;
}

int main(int argc, char **argv)
{
	char home[] = "/tmp/verdict-bench-XXXXXX", command[64];
	const char *out = "bench-live.json";
	uint64_t seconds = SECONDS;
	struct buf json = BUF_INIT;
	bool good = true;
	int opt;

	while ((opt = getopt(argc, argv, "s:o:")) != -1) {
		if (opt == 'o')
			out = optarg;
		else if (opt != 's' || !slice_u64(slice_str(optarg), &seconds) || seconds == 0 || seconds > SECONDS_MAX)
			good = false;
	}
	if (!good || optind != argc - 1 || !getenv("VERDICT_TEST_SRCDIR")) {
		fputs("usage: live [-s SECONDS] [-o FILE] PATH-OF-VERDICT (make bench-live)\n", stderr);
		return ERR_USAGE;
	}
	if (!mkdtemp(home)) {
		fputs("live: cannot make a directory\n", stderr);
		return ERR_TOOL;
	}
	for (size_t i = 0; i < 4; i++)
		unsetenv((const char *[]){"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"}[i]);
	setenv("HOME", home, 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	good = run(argv[optind], (unsigned)seconds, &json);
	if (write_file(out, buf_slice(&json)) < 0)
		good = false;
	snprintf(command, sizeof command, "rm -rf %s", home);
	if (system(command) != 0)
		good = false;
	buf_release(&json);
	return good ? 0 : ERR_NO;
}
