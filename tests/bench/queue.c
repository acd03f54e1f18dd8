#define _GNU_SOURCE /* mkdtemp */
#include "tests/bench/queue.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "tests/bench/table.h"
#include "tests/pty/pty.h"

enum { MUST_MS = 100 };

/* What is typed in a round, one behind the other, and what shows that it was done. */
static const struct step {
	const char *name, *keys, *shows;
} steps[] = {
	{"program start to the queue", NULL, "100001 runs"},
	{"left", "q", "Text  AI verdict"},
	{"shown again", "R", "Queue  100001 runs"},
	{"sorted by title", ":sort-runs title\r", "by title"},
	{"sorted by state, backwards", ":sort-runs -state\r", "by -state"},
	{"sorted as a queue", ":sort-runs queue\r", "by queue"},
	{"filtered by a word", ":filter-runs ext4\r", "only ext4"},
	{"filtered by what most have", ":filter-runs KCSAN\r", "only KCSAN"},
	{"filtered by state and reviewer", ":filter-runs state=approved reviewer=ann\r", "only state=approved"},
	{"to the end", "G", "at last"},
};
enum { STEPS = sizeof steps / sizeof *steps };

/*
 * Rows as they would be after many imports, the recordings left out: the newest one alone, that was imported, is opened.
 * Seeded: SQLite's own random() is not used.
 */
static const char fill[] =
	"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999),"
	" m AS (SELECT i, i * 7919 % 100003 AS a, i * 104729 % 99991 AS b FROM n)"
	" INSERT INTO run (id, recording, member, format, job, workflow, title, outputs, state, started, finished, added,"
	"  review, reviewer, decided, until)"
	" SELECT printf('%064x', a * 1000003 + i), printf('%064x', i), 0, 'span JSON', printf('job-%d', i), 'assessment-kcsan',"
	"  printf('KCSAN: data-race in %s_fn%d / %s_fn%d', CASE a % 5 WHEN 0 THEN 'ext4' WHEN 1 THEN 'audit' WHEN 2 THEN 'net'"
	"   WHEN 3 THEN 'btrfs' ELSE 'mm' END, a % 3001, CASE b % 3 WHEN 0 THEN 'ext4' WHEN 1 THEN 'tty' ELSE 'bpf' END, b % 2999),"
	"  CASE b % 4 WHEN 0 THEN 'harmful' WHEN 1 THEN 'benign, confident' ELSE 'benign' END, 'done', i, i + 1, i,"
	"  CASE WHEN b % 100 < 60 THEN 'unreviewed' WHEN b % 100 < 90 THEN 'approved' WHEN b % 100 < 96 THEN 'overridden'"
	"   ELSE 'deferred' END,"
	"  CASE WHEN b % 100 < 60 THEN NULL WHEN a % 2 THEN 'Ann <ann@example.org>' ELSE 'Bob <bob@example.org>' END,"
	"  CASE WHEN b % 100 < 60 OR b % 100 >= 96 THEN NULL ELSE 'benign' END,"
	"  CASE WHEN b % 100 >= 96 THEN printf('20%02d-%02d-01', 50 + a % 20, 1 + b % 12) END FROM m";

static bool make_store(const char *verdict, const char *dir)
{
	const char *src = getenv("VERDICT_TEST_SRCDIR");
	char *file = fs_join(src ? src : ".", "examples/pond-race.json"), set[128], path[128];
	const char *argv[] = {verdict, "import", file, NULL}, *env[] = {set, NULL};
	struct pty *p;
	sqlite3 *db = NULL;
	bool good;

	snprintf(set, sizeof set, "XDG_DATA_HOME=%s", dir);
	snprintf(path, sizeof path, "%s/verdict/verdict.db", dir);
	p = pty_start(argv, env, ROWS, COLS);
	good = pty_wait_exit(p, TIMEOUT_MS) == 0;
	pty_kill(p);
	good = good && sqlite3_open(path, &db) == SQLITE_OK && sqlite3_exec(db, fill, NULL, NULL, NULL) == SQLITE_OK;
	if (!good)
		fprintf(stderr, "bench: cannot fill %s: %s\n", path, db ? sqlite3_errmsg(db) : "no store");
	sqlite3_close(db);
	free(file);
	return good;
}

/* What a step shows; "at last": the cursor is on the last run. */
static bool is_shown(struct pty *p, void *arg)
{
	const char *shows = arg;
	struct buf text = BUF_INIT;
	struct slice line, rest;
	uint64_t n = 0, at = 0;

	if (strcmp(shows, "at last") != 0)
		return pty_shows(p, shows);
	pty_screen_text(p, &text);
	rest = buf_slice(&text);
	while (slice_line(&rest, &line)) {
		size_t q = slice_find(line, "Queue  ", 0), a = slice_find(line, " at ", 0);

		if (q != SLICE_NONE && a != SLICE_NONE) {
			slice_u64(slice_sub(line, q + 7, slice_chr(line, ' ', q + 7)), &n);
			slice_u64(slice_sub(line, a + 4, slice_chr(line, ' ', a + 4)), &at);
		}
	}
	buf_release(&text);
	return n && n == at;
}

static void round_of(const char *verdict, const char *set, struct result *res)
{
	const char *argv[] = {verdict, "review", "--queue", NULL};
	const char *env[] = {set, NULL};
	int64_t begun = now_us();
	struct pty *p = pty_start(argv, env, ROWS, COLS);

	for (size_t i = 0; i < STEPS; i++) {
		if (steps[i].keys) {
			until_rest(p);
			begun = now_us();
			pty_send(p, steps[i].keys);
		}
		pty_wait_until(p, is_shown, (void *)(uintptr_t)steps[i].shows, steps[i].name, TIMEOUT_MS);
		result_add(&res[i], now_us() - begun);
	}
	pty_send(p, "Q");
	pty_wait_exit(p, TIMEOUT_MS);
	pty_kill(p);
}

static void tell(struct json_w *w, const struct step *s, struct result *r)
{
	int64_t median, p99;

	result_sort(r);
	median = percentile(r, 50);
	p99 = percentile(r, 99);
	printf("  %-34s %9.2f %9.2f ms      median must be < %d ms: %s\n", s->name, (double)median / 1000, (double)p99 / 1000,
	       MUST_MS, median < MUST_MS * 1000 ? "yes" : "NO");
	table_figure(w, s->name, "us", r);
	json_kint(w, "must", MUST_MS * 1000);
	json_kcstr(w, "must_of", "median");
	json_close(w, '}');
}

bool bench_queue(const char *verdict, size_t runs, struct json_w *w)
{
	struct result res[STEPS] = {0};
	char dir[] = "/tmp/verdict-bench-XXXXXX", set[128], command[64];
	bool good = mkdtemp(dir) && make_store(verdict, dir);

	snprintf(set, sizeof set, "XDG_DATA_HOME=%s", dir);
	for (size_t i = 0; good && i < runs + 1; i++) {
		for (size_t k = 0; i == 1 && k < STEPS; k++)
			result_release(&res[k]); /* the first round only warms the caches */
		round_of(verdict, set, res);
	}
	printf("\n" BENCH_QUEUE "\n");
	table_open(w, BENCH_QUEUE, 34);
	for (size_t i = 0; good && i < STEPS; i++)
		tell(w, &steps[i], &res[i]);
	table_close(w);
	for (size_t i = 0; i < STEPS; i++)
		result_release(&res[i]);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command) == 0 && good;
}
