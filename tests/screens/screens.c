/*
 * The screen without a terminal: scripts of steps, and the screens they must give.
 *
 *	open FILE          a recording; $DATA is the folder of real data (absent: the script is skipped)
 *	size ROWS COLS
 *	keys KEY...        keys in the syntax of keymaps, separated by blanks
 *	type TEXT          the rest of the line, letter by letter
 *	snap NAME          after all waiting work: compare with NAME.screen beside the script
 *	see TEXT           the screen holds TEXT in one row
 *	row N TEXT         row N (from 0) holds TEXT
 *	not TEXT           no row holds TEXT
 *	write FILE TEXT    the rest of the line is added to a file below the home of the script, as a line
 *	asks               from now on questions about the code are answered, by answers.sh beside the scripts
 *	reopen             leave the program and open the same file again, with the same store
 *
 *	sizes … end        the steps between at 160x45, 100x30 and 80x24; "%" in them is the size
 *
 * A screen is kept as three planes of text: what stands there, one role letter a cell, and what a terminal without colour
 * makes of the roles (see mono.h).  VERDICT_SCREENS_WRITE=1 writes the files anew.
 *
 * Every script is run twice: the second time on a terminal without UTF-8, where it is only looked at whether the screen,
 * after each step, is ASCII, and none of the program's own signs stands there escaped.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/ask.h"
#include "app/session.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "tests/screens/intact.h"
#include "tests/screens/mono.h"
#include "ui/glyph.h"
#include "ui/ui.h"
#include "ui/view.h"

struct script {
	const char *dir;
	struct app app;
	struct ui *ui;
	char *file;
	unsigned rows, cols;
	unsigned line;
	struct loop *loop; /* what is asked about the code comes from there, where something is: else NULL */
	struct ask *ask;
	struct buf failure;
	bool skipped;
	bool ascii; /* the second time */
};

/* 2026-03-01T09:00:00Z and a second later at every look. */
static int64_t fake_now(void)
{
	static int64_t t = 1772355600000000;

	return t += 1000000;
}

static void fail(struct script *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void fail(struct script *s, const char *fmt, ...)
{
	va_list ap;

	if (s->failure.n)
		return;
	buf_addf(&s->failure, "line %u: ", s->line);
	va_start(ap, fmt);
	buf_addv(&s->failure, fmt, ap);
	va_end(ap);
}

static void answered(void *arg)
{
	struct script *s = arg;

	s->ui->waiting |= WAIT_ASK;
	loop_stop(s->loop, 0);
}

/* Until nothing is waited for, the answer to a question neither. */
static void settle(struct script *s)
{
	for (;;) {
		while (ui_idle(s->ui))
			;
		if (ask_state(s->ask) != ASK_WAITS)
			return;
		loop_run(s->loop);
	}
}

/* The text plane, trailing blanks cut, so that the files stay clean. */
static void trimmed(struct buf *out, struct slice plane)
{
	struct slice line;

	while (slice_line(&plane, &line)) {
		while (line.n && line.p[line.n - 1] == ' ')
			line.n--;
		buf_add_slice(out, line);
		buf_addc(out, '\n');
	}
}

static void planes(struct script *s, struct buf *out)
{
	struct buf text = BUF_INIT, roles = BUF_INIT;
	const struct grid *g;

	settle(s);
	g = ui_draw(s->ui);
	grid_text(g, &text);
	grid_roles(g, &roles);
	trimmed(out, buf_slice(&text));
	buf_adds(out, "---- roles\n");
	buf_add_slice(out, buf_slice(&roles));
	buf_adds(out, "---- mono\n");
	mono_plane(g, out);
	buf_release(&text);
	buf_release(&roles);
}

static void show(struct script *s, struct buf *out)
{
	struct buf text = BUF_INIT;
	struct slice rest, line;

	settle(s);
	grid_text(ui_draw(s->ui), &text);
	rest = buf_slice(&text);
	while (slice_line(&rest, &line)) {
		buf_adds(out, "\n# |");
		buf_add_slice(out, line);
	}
	buf_release(&text);
}

static void open_ui(struct script *s)
{
	struct session *session;
	struct err e = {0};

	app_init(&s->app);
	s->app.now = fake_now;
	if (!s->app.conf.value[OPT_REVIEWER][0])
		conf_set(&s->app.conf, SLICE("reviewer"), SLICE("Rita Reviewer <rita@example.org>"), "test", NULL);
	session = session_open(&s->app, s->file, &e);
	if (session)
		s->ui = ui_new(&s->app, session, s->rows, s->cols, NULL, &e);
	if (!s->ui)
		fail(s, "%s", e.msg);
}

static void close_ui(struct script *s)
{
	if (!s->ui)
		return;
	ui_free(s->ui);
	s->ui = NULL;
	ask_free(s->ask);
	s->ask = NULL;
	loop_free(s->loop);
	s->loop = NULL;
	app_release(&s->app);
}

static void step_open(struct script *s, struct slice arg)
{
	const char *data = getenv("VERDICT_TEST_DATA"), *src = getenv("VERDICT_TEST_SRCDIR");
	struct buf path = BUF_INIT;

	if (slice_eat(&arg, "$DATA/")) {
		if (!data || access(data, R_OK) < 0) {
			s->skipped = true;
			return;
		}
		buf_addf(&path, "%s/", data);
	} else {
		buf_addf(&path, "%s/", src ? src : ".");
	}
	buf_add_slice(&path, arg);
	free(s->file);
	s->file = buf_detach(&path);
	close_ui(s);
	open_ui(s);
}

static void step_size(struct script *s, struct slice arg)
{
	struct slice rows, cols;
	uint64_t r = 0, c = 0;

	if (!slice_word(&arg, &rows) || !slice_word(&arg, &cols) || !slice_u64(rows, &r) || !slice_u64(cols, &c))
		fail(s, "size ROWS COLS");
	s->rows = (unsigned)r;
	s->cols = (unsigned)c;
	if (s->ui)
		ui_resize(s->ui, s->rows, s->cols);
}

static void step_keys(struct script *s, struct slice arg)
{
	ui_key keys[KEY_SEQUENCE];
	struct slice word;

	while (slice_word(&arg, &word)) {
		unsigned n = key_parse(word, keys);

		if (n == 0)
			fail(s, "no such key: %.*s", (int)word.n, word.p);
		for (unsigned i = 0; i < n && !ui_done(s->ui); i++)
			ui_press(s->ui, keys[i]);
		settle(s);
		ui_draw(s->ui); /* as the loop does: panes follow the layout when drawn */
	}
}

static void step_type(struct script *s, struct slice arg)
{
	while (arg.n) {
		uint32_t cp;

		arg = slice_sub(arg, utf8_decode(arg, &cp), arg.n);
		ui_press(s->ui, cp);
	}
	settle(s);
}

static bool has(struct script *s, struct slice text, int row)
{
	struct buf plane = BUF_INIT;
	struct slice rest, line;
	bool found = false;

	settle(s);
	grid_text(ui_draw(s->ui), &plane);
	rest = buf_slice(&plane);
	for (int i = 0; slice_line(&rest, &line); i++)
		if ((row < 0 || row == i) && slice_find_slice(line, text, 0) != SLICE_NONE)
			found = true;
	buf_release(&plane);
	return found;
}

static void step_see(struct script *s, struct slice arg)
{
	if (!has(s, arg, -1)) {
		fail(s, "not on the screen: %.*s", (int)arg.n, arg.p);
		show(s, &s->failure);
	}
}

static void step_row(struct script *s, struct slice arg)
{
	struct slice number;
	uint64_t row = 0;

	slice_word(&arg, &number);
	slice_u64(number, &row);
	arg = slice_trim(arg);
	if (!has(s, arg, (int)row)) {
		fail(s, "not in row %d: %.*s", (int)row, (int)arg.n, arg.p);
		show(s, &s->failure);
	}
}

static void step_not(struct script *s, struct slice arg)
{
	if (has(s, arg, -1)) {
		fail(s, "on the screen: %.*s", (int)arg.n, arg.p);
		show(s, &s->failure);
	}
}

static void step_snap(struct script *s, struct slice arg)
{
	struct buf path = BUF_INIT, want = BUF_INIT, got = BUF_INIT;
	struct slice a, b, x, y;
	struct err e = {0};

	planes(s, &got);
	buf_addf(&path, "%s/%.*s.screen", s->dir, (int)arg.n, arg.p);
	if (getenv("VERDICT_SCREENS_WRITE")) {
		FILE *f = fopen(buf_str(&path), "w");

		if (!f || fwrite(got.p, 1, got.n, f) != got.n)
			fail(s, "cannot write %s", buf_str(&path));
		if (f)
			fclose(f);
	} else if (fs_read(buf_str(&path), &want, &e) < 0) {
		fail(s, "%s", e.msg);
	}
	a = buf_slice(&want);
	b = buf_slice(&got);
	for (unsigned i = 1; want.n && (a.n || b.n); i++) {
		x = y = SLICE("");
		slice_line(&a, &x);
		slice_line(&b, &y);
		if (!slice_eq(x, y)) {
			fail(s, "%.*s.screen line %u\n# want |%.*s\n# got  |%.*s", (int)arg.n, arg.p, i, (int)x.n, x.p,
			     (int)y.n, y.p);
			break;
		}
	}
	buf_release(&path);
	buf_release(&want);
	buf_release(&got);
}

/* On a terminal without UTF-8: nothing that it cannot show, and no sign of ours as "<U+2026>". */
static void check_ascii(struct script *s)
{
	static const char *const ours[] = {
#define GLYPH(sym, utf8, ascii) utf8,
		UI_GLYPHS(GLYPH)
#undef GLYPH
	};
	struct buf plane = BUF_INIT, sign = BUF_INIT;

	settle(s);
	grid_text(ui_draw(s->ui), &plane);
	for (size_t i = 0; i < plane.n; i++)
		if ((unsigned char)plane.p[i] > 126)
			fail(s, "without UTF-8: byte %02x on the screen", (unsigned char)plane.p[i]);
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
		uint32_t cp;

		utf8_decode(slice_str(ours[i]), &cp);
		buf_clear(&sign);
		utf8_escape_cp(&sign, cp);
		if (slice_find_slice(buf_slice(&plane), buf_slice(&sign), 0) != SLICE_NONE)
			fail(s, "without UTF-8: %s on the screen", buf_str(&sign));
	}
	if (s->failure.n)
		show(s, &s->failure);
	buf_release(&plane);
	buf_release(&sign);
}

/* Steps that compare are for the first time: what they name may hold signs. */
static bool compares(struct slice word)
{
	return slice_is(word, "snap") || slice_is(word, "see") || slice_is(word, "row") || slice_is(word, "not");
}

static void step_write(struct script *s, struct slice arg)
{
	struct slice name;
	struct buf path = BUF_INIT;
	char *dir;
	FILE *f;

	slice_word(&arg, &name);
	arg = slice_trim(arg);
	buf_addf(&path, "%s/%.*s", getenv("HOME"), (int)name.n, name.p);
	dir = xstrndup(path.p, (size_t)(strrchr(buf_str(&path), '/') - path.p));
	f = fs_mkdirs(dir, NULL) == 0 ? fopen(buf_str(&path), "a") : NULL;
	if (!f || fprintf(f, "%.*s\n", (int)arg.n, arg.p) < 0)
		fail(s, "cannot write %s", buf_str(&path));
	if (f)
		fclose(f);
	free(dir);
	buf_release(&path);
}

static void step_asks(struct script *s, struct slice arg)
{
	char *program = fs_join(s->dir, "answers.sh");

	(void)arg;
	s->loop = loop_new(NULL);
	s->ask = ask_new(&s->app, s->loop, answered, s);
	ask_use(s->ask, program);
	conf_set(&s->app.conf, SLICE("kernel"), SLICE("/linux"), "test", NULL);
	free(program);
}

static void step_reopen(struct script *s, struct slice arg)
{
	(void)arg;
	close_ui(s);
	open_ui(s);
}

static const struct {
	const char *word;
	void (*step)(struct script *s, struct slice arg);
} steps[] = {
	{"open", step_open}, {"size", step_size}, {"keys", step_keys}, {"type", step_type}, {"snap", step_snap},
	{"see", step_see}, {"row", step_row}, {"not", step_not}, {"reopen", step_reopen}, {"asks", step_asks}, {"write", step_write},
};

/* Nothing may ever break through a frame, show what a terminal cannot, or be said by a colour alone. */
static void check_intact(struct script *s)
{
	struct buf why = BUF_INIT;

	const struct grid *g;

	settle(s);
	g = ui_draw(s->ui);
	intact(s->ui, s->ascii, &why);
	if (why.n == 0)
		mono_says_all(g, &why);
	if (why.n) {
		fail(s, "%s", buf_str(&why));
		show(s, &s->failure);
	}
	buf_release(&why);
}

static void run_steps(struct script *s, struct slice text)
{
	struct slice line, word;

	while (!s->skipped && s->failure.n == 0 && slice_line(&text, &line)) {
		size_t i = 0;

		s->line++;
		if (line.n == 0 || line.p[0] == '#')
			continue;
		slice_word(&line, &word);
		if (line.n && line.p[0] == ' ')
			line = slice_sub(line, 1, line.n);
		while (i < sizeof steps / sizeof *steps && !slice_is(word, steps[i].word))
			i++;
		if (i == sizeof steps / sizeof *steps)
			fail(s, "no such step: %.*s", (int)word.n, word.p);
		else if (i > 1 && steps[i].step != step_write && !s->ui)
			fail(s, "nothing is open");
		else if (!s->ascii || !compares(word))
			steps[i].step(s, line);
		if (s->ui && !ui_done(s->ui) && !s->skipped && !s->failure.n)
			check_intact(s);
		if (s->ascii && s->ui && !s->skipped && !s->failure.n)
			check_ascii(s);
	}
}

/* The steps of a block for one size. */
static void add_sized(struct buf *out, struct slice block, unsigned rows, unsigned cols)
{
	buf_addf(out, "size %u %u\n", rows, cols);
	for (size_t i = 0; i < block.n; i++)
		if (block.p[i] == '%')
			buf_addf(out, "%ux%u", cols, rows);
		else
			buf_addc(out, block.p[i]);
}

static void run_script(struct script *s, struct slice text)
{
	struct slice rest = text, line, block;
	struct buf all = BUF_INIT;

	while (slice_line(&rest, &line)) {
		if (!slice_is(line, "sizes")) {
			buf_add_slice(&all, line);
			buf_addc(&all, '\n');
			continue;
		}
		block = rest;
		while (slice_line(&rest, &line) && !slice_is(line, "end"))
			;
		block = slice_sub(block, 0, (size_t)(line.p - block.p));
		add_sized(&all, block, 45, 160);
		add_sized(&all, block, 30, 100);
		add_sized(&all, block, 24, 80);
	}
	run_steps(s, buf_slice(&all));
	buf_release(&all);
	if (s->line == 0 && !s->skipped)
		fail(s, "the script has no steps");
	close_ui(s);
	free(s->file);
}

static int is_script(const struct dirent *d)
{
	return slice_ends(slice_str(d->d_name), ".script");
}

/* Every script gets a home of its own, and none of the user's settings. */
static void fresh_home(char *home)
{
	static const char *const vars[] = {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"};

	if (!mkdtemp(home))
		abort();
	setenv("HOME", home, 1);
	for (size_t i = 0; i < sizeof vars / sizeof *vars; i++)
		unsetenv(vars[i]);
	unsetenv("EDITRC");
}

/* ---- the tutorial ---- */

/* A part of the manual without its escapes: "\&" is nothing, "\e" a backslash. */
static void plain(struct buf *out, struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n) {
			i++;
			if (s.p[i] == 'e')
				buf_addc(out, '\\');
			else if (s.p[i] != '&')
				buf_addc(out, s.p[i]);
		} else {
			buf_addc(out, s.p[i]);
		}
	}
}

/* What a step of it presses: "Ic" begins names of keys, "Li" text that is typed. */
static void pressed(struct buf *out, struct slice words)
{
	struct slice word;
	bool typing = false, first = true;

	buf_adds(out, "keys");
	while (slice_word(&words, &word)) {
		if (slice_is(word, "Ic") || slice_is(word, "Li")) {
			if (typing != slice_is(word, "Li")) {
				typing = slice_is(word, "Li");
				buf_adds(out, typing ? "\ntype " : "\nkeys");
			}
			first = true;
			continue;
		}
		if (!typing || !first)
			buf_addc(out, ' ');
		first = false;
		plain(out, word);
	}
	buf_addc(out, '\n');
}

/* A command that opens a file: as whom, and whether blind, is what a script has in its settings. */
static void opened(struct buf *out, struct slice words)
{
	struct slice word;

	while (slice_word(&words, &word)) {
		if (slice_is(word, "--blind"))
			buf_adds(out, "write .config/verdict/config set blind on\n");
		else if (slice_eat(&word, "reviewer="))
			buf_addf(out, "write .config/verdict/config set reviewer %.*s\n", (int)word.n, word.p);
		else if (!slice_is(word, "--set"))
			buf_addf(out, "open %.*s\n", (int)word.n, word.p);
	}
}

/*
 * The tutorial as a script: its tags (".It Ic KEYS", with "Li TEXT" for what is typed) are pressed, its displayed lines
 * (".Dl TEXT") must then be on the screen, and "$ verdict review FILE" among these opens the file.
 */
static void tutorial(struct buf *out, struct slice man, const char *size)
{
	struct slice line;

	buf_addf(out, "size %s\n", size);
	while (slice_line(&man, &line)) {
		if (slice_eat(&line, ".Dl $ verdict review "))
			opened(out, line);
		else if (slice_eat(&line, ".Dl $ "))
			continue; /* not of the screen */
		else if (slice_eat(&line, ".Dl ")) {
			buf_adds(out, "see ");
			plain(out, line);
			buf_addc(out, '\n');
		} else if (slice_eat(&line, ".It Ic "))
			pressed(out, line);
	}
}

/* ---- all of them ---- */

static unsigned done, failed;

static void run(const char *dir, const char *name, struct slice text, bool ascii)
{
	struct script s = {.dir = dir, .rows = 24, .cols = 80, .ascii = ascii};
	char home[] = "/tmp/verdict-screens-XXXXXX";
	const char *how = ascii ? " without UTF-8" : "";
	struct buf rm = BUF_INIT;

	fresh_home(home);
	setlocale(LC_ALL, ascii ? "C" : "C.UTF-8");
	glyph_ascii(ascii);
	run_script(&s, text);
	done++;
	failed += s.failure.n > 0;
	if (s.skipped)
		printf("ok %u - %s%s # SKIP real data is absent\n", done, name, how);
	else if (s.failure.n)
		printf("not ok %u - %s%s\n# %s\n", done, name, how, buf_str(&s.failure));
	else
		printf("ok %u - %s%s\n", done, name, how);
	buf_addf(&rm, "rm -rf %s", home);
	if (system(buf_str(&rm)) != 0)
		printf("# cannot remove %s\n", home);
	buf_release(&rm);
	buf_release(&s.failure);
}

static void read_file(const char *path, struct buf *out)
{
	struct err e = {0};

	if (fs_read(path, out, &e) < 0) {
		printf("Bail out! %s\n", e.msg);
		exit(1);
	}
}

static void run_file(const char *dir, const char *file, bool ascii)
{
	char *path = fs_join(dir, file);
	struct buf text = BUF_INIT;

	read_file(path, &text);
	run(dir, file, buf_slice(&text), ascii);
	buf_release(&text);
	free(path);
}

static void run_tutorial(const char *dir, struct slice man, const char *size)
{
	struct buf text = BUF_INIT, name = BUF_INIT;

	tutorial(&text, man, size);
	buf_addf(&name, "verdict-tutorial(7) on %s", size);
	run(dir, buf_str(&name), buf_slice(&text), false);
	run(dir, buf_str(&name), buf_slice(&text), true);
	buf_release(&text);
	buf_release(&name);
}

int main(void)
{
	static const char *const sizes[] = {"45 160", "30 100", "24 80"};
	const size_t nsizes = sizeof sizes / sizeof *sizes;
	const char *src = getenv("VERDICT_TEST_SRCDIR");
	char *dir = fs_join(src ? src : ".", "tests/screens");
	char *man = fs_join(src ? src : ".", "man/verdict-tutorial.7");
	struct buf page = BUF_INIT;
	struct dirent **list;
	int n;

	n = scandir(dir, &list, is_script, alphasort);
	printf("1..%d\n", 2 * (n + (int)nsizes));
	for (int i = 0; i < 2 * n; i++)
		run_file(dir, list[i % n]->d_name, i >= n);
	read_file(man, &page);
	for (size_t i = 0; i < nsizes; i++)
		run_tutorial(dir, buf_slice(&page), sizes[i]);
	buf_release(&page);
	for (int i = 0; i < n; i++)
		free(list[i]);
	free(list);
	free(dir);
	free(man);
	fflush(stdout); /* before a leak report may end the program */
	return failed > 0;
}
