#define _GNU_SOURCE /* clock_getcpuclockid */
#include "tests/bench/live.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/fs.h"
#include "base/utf8.h"
#include "tests/bench/table.h"
#include "tests/provider.h"
#include "tests/pty/pty.h"

/* ---- what is measured ---- */

enum { KEYS = 100, KEY_GAP_US = 17000 };

/*
 * `must` is asked of the median, or of the 99th percentile; figures are kept in units of 1/scale.
 */
static const struct figure {
	const char *name, *unit, *key; /* key: of JSON, in what the figures are kept in */
	unsigned must, scale;
	bool p99;
} figures[] = {
	{"behind, 37 pieces/s", "ms", "us", 20, 1000, true},
	{"behind, 1,000/s", "ms", "us", 20, 1000, true},
	{"processor at 1,000/s", "%", "percent_100", 10, 100, false},
	{"key, 200 KB and 1,000/s", "ms", "us", 10, 1000, true},
	{"a line, whole width", "bytes", "bytes", 300, 1, false},
	{"a line in a pane, of changed cells", "%", "percent", 150, 1, false},
};
enum { SLOW, FAST, PROCESSOR, KEY, LINE, PANE_LINE, FIGURES };

/* The words of a flood stand twelve on a line; stamped ones tell when they were made. */
#define LINE_WORDS 12
static const char slow_script[] = "dialect gemini\nstamp\nrequest\nflood-thought 80 37\nthought finished-here\\n\nstall\n",
		  fast_script[] = "dialect gemini\nstamp\nrequest\nflood-thought 3000 1000\nthought finished-here\\n\nstall\n",
		  key_script[] = "dialect gemini\nrequest\nflood-thought 36000 40000\nthought all-here\\n\n"
				 "flood-thought 100000 1000\nstall\n",
		  line_script[] = "dialect gemini\nrequest\nwait 300\nflood-thought 1200 20000\nthought all-here\\n\nwait 300\n"
				  "flood-thought 1200 400\nthought finished-here\\n\nstall\n";
enum { LINES_COUNTED = 1200 / LINE_WORDS };

/* ---- a run on a screen ---- */

struct live_run {
	struct provider server;
	struct pty *p;
	int64_t end; /* when it has taken too long */
};

static void begin(struct live_run *r, const char *verdict, const char *script)
{
	const char *src = getenv("VERDICT_TEST_SRCDIR");
	char *tree = fs_join(src ? src : ".", "examples/tree"), *report = fs_join(src ? src : ".", "examples/report.txt");
	const char *argv[] = {verdict, "run", "--kernel", tree, "--provider", "gemini", "--base-url", r->server.url, report, NULL};

	provider_start(&r->server, script);
	r->p = pty_start(argv, NULL, ROWS, COLS);
	r->end = now_us() + (int64_t)TIMEOUT_MS * 1000;
	free(tree);
	free(report);
}

static void end(struct live_run *r)
{
	hang_up(r->p);
	provider_end(&r->server);
}

static bool more(struct live_run *r)
{
	int64_t left = r->end - now_us();

	return left > 0 && pty_pump(r->p, (int)(left / 1000) + 1);
}

static bool until(struct live_run *r, const char *text)
{
	while (!pty_shows(r->p, text))
		if (!more(r))
			return false;
	return true;
}

/* Microseconds of processor that the program has had, its tools left out. */
static int64_t processor_us(struct live_run *r)
{
	struct timespec ts = {0};
	clockid_t cpu;

	if (clock_getcpuclockid(pty_pid(r->p), &cpu) == 0)
		clock_gettime(cpu, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* ---- how far behind ---- */

/* How old, at `now`, is what came to the screen since `*newest`, which becomes the newest of it. */
static void read_stamps(struct slice screen, int64_t now, int64_t *newest, struct result *age)
{
	int64_t last = *newest;

	for (size_t at = 0; (at = slice_chr(screen, '@', at)) != SLICE_NONE; at++) {
		size_t to = at + 1;
		int64_t stamp = 0;

		while (to < screen.n && screen.p[to] >= '0' && screen.p[to] <= '9' && to - at < 18)
			stamp = stamp * 10 + (screen.p[to++] - '0');
		/* one that is not there whole is too small, or has no word behind it */
		if (stamp <= last || stamp > now || !slice_starts(slice_sub(screen, to, screen.n), " w"))
			continue;
		result_add(age, now - stamp);
		if (stamp > *newest)
			*newest = stamp;
	}
}

static bool stamps(const char *verdict, const char *script, struct result *age, struct result *processor)
{
	struct buf screen = BUF_INIT;
	struct live_run r;
	int64_t newest = 0, since = 0, used = 0;
	bool good = true, all = false;

	begin(&r, verdict, script);
	while (!all && (good = more(&r))) {
		int64_t now = now_us();

		pty_screen_text(r.p, &screen);
		read_stamps(buf_slice(&screen), now, &newest, age);
		all = slice_find(buf_slice(&screen), "finished-here", 0) != SLICE_NONE;
		if (!since && newest) {
			since = now;
			used = processor_us(&r);
		}
	}
	if (good && processor)
		result_add(processor, (processor_us(&r) - used) * 10000 / (now_us() - since));
	if (!good)
		show_screen(r.p, "a live run");
	end(&r);
	buf_release(&screen);
	return good;
}

static bool slow(const char *verdict, struct result *res)
{
	return stamps(verdict, slow_script, &res[SLOW], NULL);
}

static bool fast(const char *verdict, struct result *res)
{
	return stamps(verdict, fast_script, &res[FAST], &res[PROCESSOR]);
}

/* ---- keys ---- */

/* Is row `i` of the Report pane the one under the cursor? */
static bool is_marked(struct pty *p, unsigned i)
{
	struct pty_cell a = pty_cell(p, 2 + i, 5), b = pty_cell(p, 2 + !i, 5);

	return a.reverse != b.reverse ? a.reverse : a.bg != -1 && b.bg == -1;
}

static bool press(struct live_run *r, const char *key, unsigned row, struct result *res)
{
	int64_t rest = now_us() + KEY_GAP_US, start;

	while ((start = now_us()) < rest)
		pty_pump(r->p, (int)((rest - start) / 1000) + 1);
	pty_send(r->p, key);
	while (!is_marked(r->p, row))
		if (!more(r))
			return false;
	if (res)
		result_add(res, now_us() - start);
	return true;
}

static bool keys(const char *verdict, struct result *res)
{
	struct live_run r;
	bool good;

	begin(&r, verdict, key_script);
	good = until(&r, "all-here") && press(&r, "1g", 0, NULL);
	for (unsigned i = 0; good && i < KEYS; i++)
		good = press(&r, i % 2 ? "k" : "j", !(i % 2), &res[KEY]);
	if (!good)
		show_screen(r.p, "keys in a live run");
	end(&r);
	return good;
}

/* ---- bytes ---- */

struct screen {
	uint32_t cp[ROWS][COLS];
};

/* Look at the screen again: the bytes of the cells that are others now. */
static int64_t changed_bytes(struct pty *p, struct screen *was)
{
	int64_t sum = 0;
	char bytes[4];

	for (unsigned row = 0; row < ROWS; row++)
		for (unsigned col = 0; col < COLS; col++) {
			uint32_t cp = pty_cell(p, row, col).cp;

			if (cp == 0 || cp > 0x10ffff)
				cp = ' ';
			if (cp != was->cp[row][col])
				sum += (int64_t)utf8_encode(cp, bytes);
			was->cp[row][col] = cp;
		}
	return sum;
}

static bool lines(const char *verdict, const char *first_keys, struct result *a_line, struct result *of_cells)
{
	static struct screen screen;
	struct live_run r;
	int64_t cells = 0;
	size_t from = 0;
	bool good;

	begin(&r, verdict, line_script);
	good = until(&r, "waits for the provider");
	pty_send(r.p, first_keys);
	good = good && until(&r, "all-here");
	if (good) {
		changed_bytes(r.p, &screen);
		from = pty_raw(r.p).n;
	}
	while (good && !pty_shows(r.p, "finished-here")) {
		good = more(&r);
		cells += changed_bytes(r.p, &screen);
	}
	if (good && a_line)
		result_add(a_line, (int64_t)(pty_raw(r.p).n - from) / LINES_COUNTED);
	if (good && of_cells)
		result_add(of_cells, (int64_t)(pty_raw(r.p).n - from) * 100 / cells);
	if (!good)
		show_screen(r.p, "lines of a live run");
	end(&r);
	return good;
}

static bool whole_width(const char *verdict, struct result *res)
{
	return lines(verdict, "4z", &res[LINE], NULL);
}

static bool in_a_pane(const char *verdict, struct result *res)
{
	return lines(verdict, "", NULL, &res[PANE_LINE]);
}

/* ---- tables ---- */

static void print_figure(const struct figure *f, const struct result *r)
{
	double per = f->scale, median = (double)percentile(r, 50) / per, p99 = (double)percentile(r, 99) / per;

	printf("  %-34s %9.2f %9.2f %-5s   %s must be < %u %s: %s\n", f->name, median, p99, f->unit, f->p99 ? "p99" : "median",
	       f->must, f->unit, (f->p99 ? p99 : median) < f->must ? "yes" : "NO");
}

static void json_figure(struct json_w *w, const struct figure *f, const struct result *r)
{
	table_figure(w, f->name, f->key, r);
	json_kint(w, "must", (int64_t)f->must * f->scale);
	json_kcstr(w, "must_of", f->p99 ? "p99" : "median");
	json_close(w, '}');
}

bool bench_live(const char *verdict, size_t runs, struct json_w *w)
{
	static bool (*const measure[])(const char *, struct result *) = {slow, fast, keys, whole_width, in_a_pane};
	struct result res[FIGURES] = {0};
	bool good = true;

	for (size_t i = 0; i < runs + 1 && good; i++) {
		for (size_t k = 0; i == 1 && k < FIGURES; k++)
			result_release(&res[k]); /* the first round only warms the caches */
		for (size_t k = 0; k < sizeof measure / sizeof *measure && good; k++)
			good = measure[k](verdict, res);
	}
	printf("\n" BENCH_LIVE "\n");
	table_open(w, BENCH_LIVE, 34);
	for (size_t i = 0; i < FIGURES; i++) {
		res[i].failed = res[i].n == 0;
		result_sort(&res[i]);
		if (res[i].failed)
			printf("  %-34s did not come so far\n", figures[i].name);
		else
			print_figure(&figures[i], &res[i]);
		json_figure(w, &figures[i], &res[i]);
		result_release(&res[i]);
	}
	table_close(w);
	return good;
}
