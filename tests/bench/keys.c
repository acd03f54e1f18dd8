#define _GNU_SOURCE /* realpath */
#include "tests/bench/keys.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "tests/bench/sample.h"
#include "tests/pty/pty.h"

/*
 * A key that brings no byte at all in SILENT_MS is no figure of time, and told; on the way to where a walk begins, keys that
 * change nothing are not waited for that long.
 */
enum { SILENT_MS = 2000, WAY_MS = 200, IDLE_MS = 1000, MUST_US = 10000, MUST_LINE = 300, MUST_CELLS = 150 };

/* ---- what is pressed ---- */

/* Keys are separated by blanks: names, ^X, or the bytes themselves; those of a chord stand together and are sent at once. */
enum kind {
	KEYS,  /* any */
	WIDE,  /* each scrolls the whole width of the screen by a line */
	SPLIT, /* each scrolls a pane beside others by a line */
};
struct walk {
	const char *name;
	const char *way;  /* not measured: from wherever the last walk ended */
	const char *keys; /* measured */
	unsigned times;   /* the keys again */
	enum kind kind;
};

static const struct walk verdict_walks[] = {
	{"Report", "1 g", "j k ^D ^U G g r G g r x x", 1, KEYS},
	{"Source", "2 g", "j k ^D ^U x x", 1, KEYS},
	{"Run", "3 G g", "j j k ^D ^D ^U G k ^U g l h", 1, KEYS},
	{"unfold 1 MB", "4 : 1 0 Enter g", "Space Space", 1, KEYS},
	{"Text, 1 MB", "Space", "j k ^D ^D ^U G k ^U g v j j v", 1, KEYS},
	{"open a text of 1 MB", "Space 3 : 9 Enter", "j k", 1, KEYS},
	{"open, back", "3 g ^D", "Enter 3 j Enter 3", 1, KEYS},
	{"fold", "3 g", "Space Space", 1, KEYS},
	{"panes, zoom", "1", "Tab Tab Tab Tab z z 3 z z", 1, KEYS},
	{"go to a span", "3 g", ": 9 9 9 9 0 0 Enter", 1, KEYS},
	{"help", "4", "? ^D ^U G g q", 1, KEYS},
	{"typed motions", "3 : 5 0 0 0 0 0 Enter", "]t ]h [t [h ]s [s ]f [f ]a", 1, KEYS},
	{"the next error: none", "3 g", "]e", 1, KEYS},
	{"both accesses", "4", "D j k ^D ^U x D", 1, KEYS},
	{"timeline", "3 : 5 0 0 0 0 0 Enter", "T j j k ^D ^U G k g q", 1, KEYS},
	{"notes, runs, messages", "4", "L q R q M q", 1, KEYS},
	{"filter", "3 g : f i l t e r Space t y p e = t o o l", "Enter j k ^D G g", 1, KEYS},
	{"no filter", "3 : f i l t e r", "Enter", 1, KEYS},
	{"splits", "3", "^W> ^W< ^W+ ^W-", 1, KEYS},
	{"search a pane", "3 g", "/ R C U Enter n n N", 1, KEYS},
	{"search it in vain", "3 g / z e b r a", "Enter", 1, KEYS},
	{"Run, zoomed", "3 g z", "j j k ^D ^D ^U G k ^U g z", 1, KEYS},
	{"a line of Run, zoomed", "3 g z ^D ^D ^D", "j", 10, WIDE},
	{"a line of Run", "z 3 g ^D ^D ^D", "j", 10, SPLIT},
	{"a line of Text", "4 : 1 0 Enter g Space ^D ^D ^D ^D", "j", 10, SPLIT},
	{"a line of Text, zoomed", "z ^D ^D ^D ^D", "j", 10, WIDE},
	{"leave the zoom", "g Space", "z", 1, KEYS},
	{"step", "3 : s e e k Space 5 0 % Enter", ". . , , }t }h {h {t }} {{", 1, KEYS},
	{"seek", "3", ") ) ( (", 1, KEYS},
	{"seek to the end", "3 : s e e k Space 1 0 0 %", "Enter", 1, KEYS},
	{0},
};

/* What the model wrote is hidden: every row asks the gate. */
static const struct walk blind_walks[] = {
	{"blind, Run", "3 G g", "j j k ^D ^D ^U G k ^U g l h", 1, KEYS},
	{"blind, Source", "2 g", "j k ^D ^U x x", 1, KEYS},
	{"blind, motions", "3 : 5 0 0 0 0 0 Enter", "]t ]h [t [h ]s [s ]f [f ]a", 1, KEYS},
	{"blind, step", "3 : s e e k Space 5 0 % Enter", ". . , , }t }h {h {t }} {{", 1, KEYS},
	{"blind, timeline", "3", "T j j ^D g q", 1, KEYS},
	{0},
};

/* less: no cursor, but the same motions. */
static const struct walk less_walks[] = {
	{"less", "g", "j j k ^D ^D ^U G k ^U g", 1, KEYS},
	{"less, a line", "g", "j", 10, WIDE},
	{0},
};

static const struct walk tig_walks[] = {
	{"tig", "Home", "j j k ^D ^D ^U End k ^U Home", 1, KEYS},
	{"tig, a line", "Home ^D ^D ^D", "j", 10, WIDE},
	{0},
};

enum program { VERDICT, BLIND, LESS, TIG, PROGRAMS };

static const struct {
	const char *name; /* of the program that must be there */
	const char *title;
	const char *argv[5]; /* @VERDICT@, @FILE@ and @ROWS@ stand for what they say */
	const char *ready;   /* stands on the screen when all was read; NULL: something does */
	const struct walk *walks;
} programs[PROGRAMS] = {
	[VERDICT] = {"verdict", "verdict", {"@VERDICT@", "review", "@FILE@"}, " done", verdict_walks},
	[BLIND] = {"verdict", "verdict review --blind", {"@VERDICT@", "review", "--blind", "@FILE@"}, " done", blind_walks},
	[LESS] = {"less", "less", {"less", "-S", "@ROWS@"}, NULL, less_walks},
	[TIG] = {"tig", "tig", {"sh", "-c", "exec tig <@ROWS@"}, NULL, tig_walks},
};

static const struct {
	unsigned rows, cols;
} sizes[] = {{24, 80}, {45, 160}, {60, 200}};

/* Both lie in the build directory, where `make bench` starts this program. */
static const char run_file[] = "bench-lines.json", rows_file[] = "bench-rows.txt";

/* What came of a walk, of all rounds. */
struct figure {
	struct result us, settled; /* microseconds from the key on */
	struct result bytes, cells; /* cells: bytes sent, in percent of those of the cells that changed */
	unsigned silent;
	int64_t worst;
	char worst_key[12];
};

/* ---- one key ---- */

struct table {
	unsigned rows, cols;
	const char *only; /* walks with this in their name; "": all */
	struct pty *p[PROGRAMS]; /* NULL: absent */
	struct figure *f[PROGRAMS];
	struct pty_cell *was; /* owned: the screen before a key, rows × cols */
};

/* The bytes of the next key, and its name. */
static bool next_key(struct slice *keys, struct slice *name, char out[8])
{
	static const struct {
		const char *name, *bytes;
	} names[] = {{"Enter", "\r"}, {"Tab", "\t"}, {"Space", " "}, {"Home", "\033OH"}, {"End", "\033OF"}};

	if (!slice_word(keys, name))
		return false;
	snprintf(out, 8, "%.*s", (int)(name->n < 7 ? name->n : 7), name->p);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_is(*name, names[i].name))
			strcpy(out, names[i].bytes);
	if (name->n > 1 && name->p[0] == '^')
		snprintf(out, 8, "%c%.*s", name->p[1] & 0x1f, (int)(name->n < 7 ? name->n - 2 : 5), name->p + 2);
	return true;
}

static bool same_cell(struct pty_cell a, struct pty_cell b)
{
	return a.cp == b.cp && a.fg == b.fg && a.bg == b.bg && a.bold == b.bold && a.underline == b.underline &&
	       a.reverse == b.reverse;
}

/* Look at the screen again: the bytes of the characters in cells that are others, or look otherwise, now. */
static int64_t changed_bytes(struct table *t, struct pty *p)
{
	struct pty_cell *was = t->was;
	int64_t sum = 0;
	char bytes[4];

	for (unsigned row = 0; row < t->rows; row++)
		for (unsigned col = 0; col < t->cols; col++, was++) {
			struct pty_cell is = pty_cell(p, row, col);

			if (!same_cell(is, *was))
				sum += (int64_t)utf8_encode(is.cp && is.cp < 0x110000 ? is.cp : ' ', bytes);
			*was = is;
		}
	return sum;
}

static void press(struct table *t, struct pty *p, const struct walk *w, struct slice name, const char *key, struct figure *f)
{
	size_t n = pty_raw(p).n;
	int64_t start = now_us(), us, settled, cells;
	bool came;

	pty_send(p, key);
	came = until_settled(p, start, f ? SILENT_MS : WAY_MS, &us, &settled);
	if (!f)
		return;
	n = pty_raw(p).n - n;
	us -= start;
	f->silent += !came;
	if (!came)
		return;
	result_add(&f->us, us);
	result_add(&f->settled, settled - start);
	result_add(&f->bytes, (int64_t)n);
	if (us > f->worst) {
		f->worst = us;
		snprintf(f->worst_key, sizeof f->worst_key, "%.*s", (int)name.n, name.p);
	}
	if (w->kind == SPLIT && (cells = changed_bytes(t, p)) > 0)
		result_add(&f->cells, (int64_t)n * 100 / cells);
}

static void press_all(struct table *t, struct pty *p, const struct walk *w, const char *keys, struct figure *f)
{
	struct slice rest = slice_str(keys), name;
	char key[8];

	while (next_key(&rest, &name, key))
		press(t, p, w, name, key, f);
}

static void walk(struct table *t, struct pty *p, const struct walk *w, struct figure *f)
{
	press_all(t, p, w, w->way, NULL);
	changed_bytes(t, p);
	for (unsigned i = 0; i < w->times; i++)
		press_all(t, p, w, w->keys, f);
}

/* ---- rounds ---- */

static size_t count_walks(enum program g)
{
	size_t n = 0;

	while (programs[g].walks[n].name)
		n++;
	return n;
}

static bool is_ours(enum program g)
{
	return g == VERDICT || g == BLIND;
}

static bool is_there(enum program g)
{
	char command[64];

	snprintf(command, sizeof command, "command -v %s >/dev/null", programs[g].name);
	return is_ours(g) || system(command) == 0;
}

/* Start a program and wait until it has read all and does nothing more. */
static bool start(struct table *t, enum program g, const char *verdict)
{
	char *file = realpath(run_file, NULL), *rows = realpath(rows_file, NULL);
	const char *argv[6] = {0};
	struct buf tig = BUF_INIT;
	int64_t end = now_us() + (int64_t)TIMEOUT_MS * 1000;

	for (size_t i = 0; i < 5 && programs[g].argv[i]; i++) {
		const char *a = programs[g].argv[i];

		argv[i] = strcmp(a, "@VERDICT@") == 0 ? verdict : strcmp(a, "@FILE@") == 0 ? file : strcmp(a, "@ROWS@") == 0 ? rows : a;
	}
	if (g == TIG) {
		buf_addf(&tig, "exec tig <'%s'", rows ? rows : rows_file);
		argv[2] = buf_str(&tig);
	}
	t->p[g] = pty_start(argv, NULL, t->rows, t->cols);
	while (programs[g].ready && now_us() < end && !pty_shows(t->p[g], programs[g].ready))
		pty_pump(t->p[g], 100);
	until_rest(t->p[g]);
	free(file);
	free(rows);
	buf_release(&tig);
	if (now_us() < end && pty_pump(t->p[g], 0))
		return true;
	show_screen(t->p[g], programs[g].title);
	return false;
}

static bool is_wanted(const struct table *t, enum program g, size_t i)
{
	return strstr(programs[g].walks[i].name, t->only) != NULL;
}

static void round_of(struct table *t)
{
	for (int g = 0; g < PROGRAMS; g++)
		for (size_t i = 0; t->p[g] && i < count_walks((enum program)g); i++)
			if (is_wanted(t, (enum program)g, i))
				walk(t, t->p[g], &programs[g].walks[i], &t->f[g][i]);
}

static size_t idle_bytes(struct pty *p)
{
	size_t n = pty_raw(p).n;

	for (int64_t until = now_us() + (int64_t)IDLE_MS * 1000; now_us() < until;)
		pty_pump(p, IDLE_MS);
	return pty_raw(p).n - n;
}

/* ---- tables ---- */

static void forget(struct figure *f)
{
	result_release(&f->us);
	result_release(&f->settled);
	result_release(&f->bytes);
	result_release(&f->cells);
	*f = (struct figure){0};
}

/* What is asked of a walk of ours, and whether it holds. */
static bool holds(const struct walk *w, const struct figure *f)
{
	return percentile(&f->us, 99) < MUST_US && (w->kind != WIDE || percentile(&f->bytes, 50) <= MUST_LINE) &&
	       (w->kind != SPLIT || percentile(&f->cells, 50) <= MUST_CELLS);
}

static void print_figure(enum program g, const struct walk *w, const struct figure *f, const struct result *peer)
{
	if (f->us.n == 0) {
		printf("  %-22s no key brought anything\n", w->name);
		return;
	}
	printf("  %-22s %9.2f %9.2f", w->name, (double)percentile(&f->us, 50) / 1000, (double)percentile(&f->us, 99) / 1000);
	if (peer->n)
		printf(" %9.2f", (double)percentile(&f->us, 50) / (double)percentile(peer, 50));
	else
		printf(" %9s", "-");
	printf(" %-6s %9.2f %7" PRId64 " %7" PRId64, f->worst_key, (double)percentile(&f->settled, 99) / 1000,
	       percentile(&f->bytes, 50), percentile(&f->bytes, 99));
	if (f->cells.n)
		printf(" %6" PRId64 " %%", percentile(&f->cells, 50));
	else
		printf(" %8s", "");
	if (is_ours(g))
		printf("   must be < 10 ms%s: %s", w->kind == WIDE ? ", 300 bytes" : w->kind == SPLIT ? ", 150 %" : "",
		       holds(w, f) ? "yes" : "NO");
	if (f->silent)
		printf("   %u keys brought nothing", f->silent);
	putchar('\n');
}

static void json_result(struct json_w *w, const char *median, const char *p99, const struct result *r)
{
	if (r->n == 0)
		return;
	json_kint(w, median, percentile(r, 50));
	json_kint(w, p99, percentile(r, 99));
}

static void json_figure(struct json_w *w, enum program g, const struct walk *walk, const struct figure *f,
			const struct result *peer)
{
	json_open(w, '{');
	json_kcstr(w, "name", walk->name);
	json_kcstr(w, "program", programs[g].title);
	json_kcstr(w, "keys", walk->keys);
	json_kint(w, "figures", (int64_t)f->us.n);
	json_kint(w, "silent", f->silent);
	json_result(w, "median_us", "p99_us", &f->us);
	if (f->us.n && peer->n)
		json_kint(w, "ratio_percent", percentile(&f->us, 50) * 100 / percentile(peer, 50));
	json_kcstr(w, "slowest_key", f->worst_key);
	json_kint(w, "slowest_us", f->worst);
	json_result(w, "median_settled_us", "p99_settled_us", &f->settled);
	json_result(w, "median_bytes", "p99_bytes", &f->bytes);
	json_result(w, "median_percent_of_cells", "p99_percent_of_cells", &f->cells);
	if (is_ours(g))
		json_kint(w, "must_p99_us", MUST_US);
	if (g == VERDICT && walk->kind == WIDE)
		json_kint(w, "must_bytes", MUST_LINE);
	if (g == VERDICT && walk->kind == SPLIT)
		json_kint(w, "must_percent_of_cells", MUST_CELLS);
	json_close(w, '}');
}

static bool tell(struct table *t, struct json_w *w)
{
	static const struct result none;
	const struct result *peer = &none;
	bool good = true;
	char title[64];

	for (size_t i = 0; t->p[LESS] && i < count_walks(LESS); i++)
		if (programs[LESS].walks[i].kind == KEYS)
			peer = &t->f[LESS][i].us;
	for (int g = 0; g < PROGRAMS; g++)
		for (size_t i = 0; i < count_walks((enum program)g); i++) {
			result_sort(&t->f[g][i].us);
			result_sort(&t->f[g][i].settled);
			result_sort(&t->f[g][i].bytes);
			result_sort(&t->f[g][i].cells);
		}
	snprintf(title, sizeof title, BENCH_KEYS ", %ux%u", t->cols, t->rows);
	printf("\n%s\n  %-22s %9s %9s %9s %-6s %9s %7s %7s %8s\n", title, "", "median ms", "p99 ms", "to less", "worst", "settled", "bytes", "p99",
	       "of cells");
	json_open(w, '{');
	json_kcstr(w, "title", title);
	json_kcstr(w, "ratio_to", programs[LESS].name);
	json_key(w, "figures");
	json_open(w, '[');
	for (int g = 0; g < PROGRAMS; g++)
		for (size_t i = 0; t->p[g] && i < count_walks((enum program)g); i++) {
			if (!is_wanted(t, (enum program)g, i))
				continue;
			print_figure((enum program)g, &programs[g].walks[i], &t->f[g][i], peer);
			json_figure(w, (enum program)g, &programs[g].walks[i], &t->f[g][i], peer);
			good &= t->f[g][i].us.n > 0;
		}
	json_close(w, ']');
	json_key(w, "idle_bytes");
	json_open(w, '{');
	for (int g = 0; g < PROGRAMS; g++) {
		size_t n;

		if (!t->p[g]) {
			printf("  %-22s is not installed\n", programs[g].title);
			continue;
		}
		n = idle_bytes(t->p[g]);
		printf("  %-22s %zu bytes in a second without a key%s\n", programs[g].title, n,
		       !is_ours(g) ? "" : n == 0 ? ", must be 0: yes" : ", must be 0: NO");
		json_kint(w, programs[g].title, (int64_t)n);
	}
	json_close(w, '}');
	json_close(w, '}');
	fflush(stdout); /* the next table takes minutes */
	return good;
}

bool bench_keys(const char *verdict, size_t runs, const char *only, struct json_w *w)
{
	bool good = true;

	for (size_t s = 0; s < sizeof sizes / sizeof *sizes && good; s++) {
		struct table t = {.rows = sizes[s].rows, .cols = sizes[s].cols, .only = only};

		t.was = xcalloc((size_t)t.rows * t.cols, sizeof *t.was);
		for (int g = 0; g < PROGRAMS; g++) {
			t.f[g] = xcalloc(count_walks((enum program)g), sizeof *t.f[g]);
			if (is_there((enum program)g))
				good &= start(&t, (enum program)g, verdict);
		}
		for (size_t i = 0; i < runs + 1 && good; i++) {
			round_of(&t);
			for (int g = 0; i == 0 && g < PROGRAMS; g++) /* it only warms the caches */
				for (size_t k = 0; k < count_walks((enum program)g); k++)
					forget(&t.f[g][k]);
		}
		good = good && tell(&t, w);
		for (int g = 0; g < PROGRAMS; g++) {
			for (size_t k = 0; k < count_walks((enum program)g); k++)
				forget(&t.f[g][k]);
			free(t.f[g]);
			if (t.p[g])
				hang_up(t.p[g]);
		}
		free(t.was);
	}
	return good;
}
