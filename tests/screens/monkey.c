/*
 * A walk through the whole screen by chance: keys, commands with arguments of their kind, pastes, sizes, recordings that
 * grow, leaving and coming back.  After each step it is looked at whether the screen can be as it is.
 *
 *	monkey.t [FIRST-SEED SEEDS STEPS]
 *
 * The same seed is the same walk; VERDICT_MONKEY_TRACE=1 tells each step on standard error before it is done.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/session.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "tests/store.h"
#include "ui/glyph.h"
#include "ui/view.h"

enum { SEEDS = 14, LENGTH = 300, TOLD = 30, OUT_STEPS = 12, SECONDS = 120 };

#define REVIEWER "Rita Reviewer <rita@example.org>"

struct monkey {
	uint64_t seed, state;
	unsigned step, steps;
	struct app app;
	struct ui *ui;
	struct buf file;       /* that was opened */
	bool grows;            /* it is followed, and written to now and then */
	unsigned spans;        /* written to it so far */
	unsigned rows, cols;
	char told[TOLD][80];   /* the last steps, in a ring */
	unsigned ntold;
	struct buf failure;
};

static int64_t fake_now(void)
{
	static int64_t t = 1772355600000000;

	return t += 1000000;
}

/* ---- chance ---- */

static uint64_t chance(struct monkey *m, uint64_t below)
{
	m->state = m->state * 6364136223846793005u + 1442695040888963407u;
	return (m->state >> 33) % below;
}

#define PICK(m, list) ((list)[chance(m, sizeof(list) / sizeof *(list))])

static void tell(struct monkey *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void tell(struct monkey *m, const char *fmt, ...)
{
	char *line = m->told[m->ntold++ % TOLD];
	struct buf safe = BUF_INIT, said = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&said, fmt, ap);
	va_end(ap);
	utf8_escape(&safe, buf_slice(&said), false);
	snprintf(line, sizeof m->told[0], "%.79s", buf_str(&safe));
	if (getenv("VERDICT_MONKEY_TRACE"))
		fprintf(stderr, "# %" PRIu64 ".%u %s\n", m->seed, m->step, buf_str(&safe));
	buf_release(&safe);
	buf_release(&said);
}

static void fail(struct monkey *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void fail(struct monkey *m, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	if (m->failure.n)
		return;
	buf_addf(&m->failure, "seed %" PRIu64 ", step %u: ", m->seed, m->step);
	va_start(ap, fmt);
	buf_addv(&m->failure, fmt, ap);
	va_end(ap);
	for (unsigned i = m->ntold > TOLD ? m->ntold - TOLD : 0; i < m->ntold; i++)
		buf_addf(&m->failure, "\n# %s", m->told[i % TOLD]);
	grid_text(m->ui->grid, &text);
	for (struct slice rest = buf_slice(&text), line; slice_line(&rest, &line);) {
		buf_adds(&m->failure, "\n# |");
		utf8_escape(&m->failure, line, false);
	}
	buf_release(&text);
}

/* ---- recordings ---- */

static const char *const given[] = {
	"examples/pond-race.json", "examples/report.txt", "tests/screens/failed.json", "tests/screens/case.json",
	"tests/screens/case.txt", "tests/screens/dump.json", "tests/screens/unsymbolized.txt",
};

#define FLOW "{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"assessment-kcsan\",\"Started\":\"2026-01-01T00:00:00Z\"}\n"
#define FLOW_END "{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"assessment-kcsan\",\"Started\":\"2026-01-01T00:00:00Z\"," \
		 "\"Finished\":\"2026-01-01T00:09:00Z\",\"Results\":{\"Benign\":true,\"Explanation\":\"Because.\"}}\n"

/* Names, thoughts and results that hold what terminals act on, and what is wide, joined, broken, long or a table. */
#define NASTY "\\u001b[31m\\u001b]0;x\\u0007 \\u202e\\u200b\\u2066 \\u0000 \\ud800 e\\u0301\\u0301\\u0301\\u0301 \\ufe0f\xe6\xbc\xa2\xf0\x9f\x98\x80\xff\xfe \\t\\ttab\\r\\n" \
	      "# head `code` **bold** | a | b |\\n|---|---|\\n| 1 | 2 |\\n```c\\nint \xe6\xbc\xa2 = READ_ONCE(x);\\n" \
	      "- - - 1. kernel/a.c:10 spin_lock()\\n> > quoted \\\\\\n\\n\\n"

static const char *const made[] = {
	"[]",
	FLOW,
	FLOW FLOW_END,
	FLOW "{\"Seq\":1,\"Nesting\":1,\"Type\":\"action\",\"Name\":\"x\",\"Error\":\"it failed\"}\n",
	FLOW "{\"Seq\":1,\"Nesting\":9,\"Type\":\"" NASTY "\",\"Name\":\"" NASTY "\",\"Error\":\"" NASTY "\"}\n"
	"{\"Seq\":2,\"Nesting\":1,\"Type\":\"llm\",\"Name\":\"e\",\"Thoughts\":\"" NASTY NASTY NASTY "\",\"Reply\":\"" NASTY "\"}\n"
	"{\"Seq\":3,\"Nesting\":1,\"Type\":\"tool\",\"Name\":\"read-file\",\"Args\":{\"File\":\"" NASTY "\",\"" NASTY "\":[{}]},"
	"\"Results\":{\"Contents\":\"   1\\t" NASTY "\\n   2\\t" NASTY "\"}}\n"
	"{\"Seq\":4,\"Nesting\":1,\"Type\":\"agent\",\"Name\":\"e\",\"Prompt\":\"BUG: KCSAN: data-race in " NASTY " / b\\n\\n"
	"write to 0xffff888100000000 of 8 bytes by task 1 on cpu 0:\\n a+0x1/0x20 kernel/a.c:10\\n\\n" NASTY "\"}\n" FLOW_END,
};
enum { GIVEN = sizeof given / sizeof *given, MADE = sizeof made / sizeof *made };

static void append(struct monkey *m, struct slice s, int flags)
{
	int fd = open(buf_str(&m->file), O_WRONLY | O_CREAT | flags, 0600);

	if (fd < 0 || fs_write_all(fd, s.p, s.n) < 0)
		abort();
	close(fd);
}

static void grow(struct monkey *m)
{
	struct buf b = BUF_INIT;

	for (uint64_t n = chance(m, 4) + 1; n > 0; n--) {
		m->spans++;
		if (chance(m, 2))
			buf_addf(&b, "{\"Seq\":%u,\"Nesting\":%u,\"Type\":\"llm\",\"Name\":\"e\",\"Thoughts\":\"Thought %u\\n\\nmore\"}\n",
				 m->spans, (unsigned)chance(m, 3) + 1, m->spans);
		else
			buf_addf(&b, "{\"Seq\":%u,\"Nesting\":1,\"Type\":\"tool\",\"Name\":\"grepper\",\"Args\":{\"Expression\":\"x\"},"
				 "\"Results\":{\"Output\":\"a.c:1: x\"}}\n", m->spans);
	}
	if (chance(m, 8) == 0)
		buf_adds(&b, chance(m, 2) ? "{\"Seq\":" : FLOW_END);
	append(m, buf_slice(&b), O_APPEND);
	tell(m, "the recording grows to %u spans", m->spans);
	buf_release(&b);
}

/* The recording of this walk: one that lies in the source tree, one made here, or one that grows. */
static void choose(struct monkey *m)
{
	const char *src = getenv("VERDICT_TEST_SRCDIR"), *home = getenv("HOME");
	uint64_t which = m->seed % (GIVEN + MADE + 2);

	if (which < GIVEN) {
		buf_addf(&m->file, "%s/%s", src ? src : ".", given[which]);
		return;
	}
	buf_addf(&m->file, "%s/recording.json", home);
	m->grows = which >= GIVEN + MADE;
	append(m, slice_str(m->grows ? FLOW : made[which - GIVEN]), O_TRUNC);
}

/* ---- opening and leaving ---- */

static int edit(void *arg, const char *path, uint32_t line, struct err *e)
{
	struct monkey *m = arg;
	struct slice text = SLICE("words from the editor\nwith a \x1b[1m second line\n");
	int fd;

	(void)line;
	if (chance(m, 4) == 0)
		return err_set(e, ERR_TOOL, "the editor ended with status 1");
	fd = open(path, O_WRONLY | O_TRUNC);
	if (fd >= 0) { /* what is only looked at cannot be written */
		fs_write_all(fd, text.p, text.n);
		close(fd);
	}
	return 0;
}

static void nothing(void *arg)
{
	(void)arg;
}

static void restyle(void *arg, struct diags *ds)
{
	(void)arg;
	(void)ds;
}

static void settle(struct monkey *m)
{
	for (unsigned i = 0; ui_idle(m->ui) && i < 100000; i++)
		;
}

static bool open_ui(struct monkey *m, const char *path)
{
	const struct ui_host host = {.arg = m, .edit = edit, .suspend = nothing, .redraw = nothing, .restyle = restyle};
	struct session *s;
	struct err e = {0};

	app_init(&m->app);
	m->app.now = fake_now;
	conf_set(&m->app.conf, SLICE("reviewer"), slice_str(REVIEWER), "test", NULL);
	s = session_begin(&m->app, path, m->grows, &e);
	m->ui = s ? ui_new(&m->app, s, m->rows, m->cols, &host, &e) : NULL;
	if (!m->ui)
		app_release(&m->app);
	return m->ui != NULL;
}

static void close_ui(struct monkey *m)
{
	if (!m->ui)
		return;
	ui_free(m->ui);
	m->ui = NULL;
	app_release(&m->app);
}

/* The program is left, and the same file opened again: what was begun must still be there. */
static void come_back(struct monkey *m)
{
	struct buf note = BUF_INIT;
	char id[SHA256_HEX + 1];
	bool was_open, kept;

	tell(m, "leaves, and comes back");
	settle(m);
	/* what is being edited and was not changed is no loss; drafts are a reviewer's own */
	kept = ui_save(m->ui) && !m->grows && !m->ui->decide.draft.edits[0] && strcmp(app_reviewer(&m->app), REVIEWER) == 0;
	buf_add_slice(&note, buf_slice(&m->ui->decide.draft.note));
	was_open = m->ui->decide.draft.open && m->ui->decide.changed; /* else there is nothing to lose */
	memcpy(id, m->ui->session->run->id, sizeof id);
	close_ui(m);
	if (!open_ui(m, buf_str(&m->file)))
		abort();
	settle(m);
	if (!kept || strcmp(id, m->ui->session->run->id) != 0)
		goto out;
	if (!slice_eq(buf_slice(&note), buf_slice(&m->ui->decide.draft.note)))
		fail(m, "the note that was begun is '%s' after '%s'", buf_str(&m->ui->decide.draft.note), buf_str(&note));
	if (was_open && !m->ui->decide.draft.open)
		fail(m, "the decision that was begun is gone");
out:
	buf_release(&note);
}

/* ---- what must hold ---- */

static void check_cell(struct monkey *m, unsigned row, unsigned col)
{
	const struct cell *c = grid_cell(m->ui->grid, row, col);

	if (c->role >= ROLES)
		fail(m, "cell %u,%u: role %u", row, col, c->role);
	if (c->cp == 0) {
		if (col == 0 || utf8_width(grid_cell(m->ui->grid, row, col - 1)->cp) != 2)
			fail(m, "cell %u,%u: the right half of nothing", row, col);
		return;
	}
	if (!utf8_shows(c->cp) || c->cp < ' ')
		fail(m, "cell %u,%u: U+%04X", row, col, (unsigned)c->cp);
	if (utf8_width(c->cp) == 2 && (col + 1 == m->cols || grid_cell(m->ui->grid, row, col + 1)->cp != 0))
		fail(m, "cell %u,%u: half of a wide character", row, col);
	for (unsigned i = 0; i < CELL_MARKS && c->marks[i]; i++)
		if (!utf8_shows(c->marks[i]) || utf8_width(c->marks[i]) != 0)
			fail(m, "cell %u,%u: mark U+%04X", row, col, (unsigned)c->marks[i]);
}

static bool is_glyph(struct monkey *m, unsigned row, unsigned col, enum glyph g)
{
	uint32_t cp;

	utf8_decode(slice_str(glyph(g)), &cp);
	return grid_cell(m->ui->grid, row, col)->cp == cp;
}

/* Its corners, sides and lower edge; in the upper one stands the title. */
static void check_frame(struct monkey *m, struct rect r)
{
	unsigned right = r.col + r.cols - 1, low = r.row + r.rows - 1;

	if (r.rows < 2 || r.cols < 4)
		return;
	if (low >= m->rows || right >= m->cols) {
		fail(m, "a frame up to %u,%u", low, right);
		return;
	}
	if (!is_glyph(m, r.row, r.col, GLYPH_UPPER_LEFT) || !is_glyph(m, r.row, right, GLYPH_UPPER_RIGHT) ||
	    !is_glyph(m, low, r.col, GLYPH_LOWER_LEFT) || !is_glyph(m, low, right, GLYPH_LOWER_RIGHT))
		fail(m, "a corner is gone of the frame at %u,%u", r.row, r.col);
	for (unsigned row = r.row + 1; row < low; row++)
		if (!is_glyph(m, row, r.col, GLYPH_DOWN) || !is_glyph(m, row, right, GLYPH_DOWN))
			fail(m, "row %u breaks through the frame at %u,%u", row, r.row, r.col);
	for (unsigned col = r.col + 1; col < right; col++)
		if (!is_glyph(m, low, col, GLYPH_ACROSS))
			fail(m, "column %u breaks through the frame at %u,%u", col, r.row, r.col);
}

static void check(struct monkey *m)
{
	const struct grid *g = ui_draw(m->ui);

	if (g->rows != m->rows || g->cols != m->cols)
		fail(m, "the grid is %ux%u instead of %ux%u", g->cols, g->rows, m->cols, m->rows);
	if (g->cursor_row >= (int)g->rows || g->cursor_col >= (int)g->cols)
		fail(m, "the cursor is at %d,%d", g->cursor_row, g->cursor_col);
	for (unsigned row = 0; row < g->rows; row++)
		for (unsigned col = 0; col < g->cols; col++)
			check_cell(m, row, col);
	if (m->ui->layout.too_small || m->ui->decide.open || m->ui->box.open)
		return;
	if (m->ui->view != VIEW_PANES)
		check_frame(m, (struct rect){1, 0, m->rows - 3, m->cols});
	for (int p = 0; p < PANES && m->ui->view == VIEW_PANES; p++)
		if (m->ui->layout.visible[p])
			check_frame(m, m->ui->layout.pane[p]);
}

/* ---- steps ---- */

static void press(struct monkey *m, ui_key k)
{
	if (!ui_done(m->ui))
		ui_press(m->ui, k);
}

static void type(struct monkey *m, const char *text)
{
	for (struct slice s = slice_str(text); s.n;) {
		uint32_t cp;
		size_t n = utf8_decode(s, &cp);

		press(m, cp < 0x110000 ? cp : 0xfffd);
		s = slice_sub(s, n, s.n);
	}
}

static const char *const phrases[] = {
	"p->flags", "the", "x", "RCU", "漢", "e\u0301", "[", "\\", "(a|b)*c", "Benign=false", "kernel/a.c:10", "pond_irq", "0",
	"4294967296", "-1", "   ", "a b c", "'", "\"", "data_race(", "expert", "drivers/pond/pond.h:67", "$", "%s%n", "10",
};

/* A word of a choice "a|b|c", or something of the kind that the word in capitals names. */
static void add_kind(struct monkey *m, struct slice word, struct buf *out)
{
	static const char *const days[] = {"tomorrow", "2026-04-01", "3d", "1999-01-01"}, *const sides[] = {"+3", "-2", "=", "+99"};
	uint64_t alternatives = 1, pick;

	for (size_t i = 0; i < word.n; i++)
		alternatives += word.p[i] == '|';
	for (pick = chance(m, alternatives); pick > 0; pick--)
		word = slice_sub(word, slice_chr(word, '|', 0) + 1, word.n);
	word = slice_sub(word, 0, slice_chr(word, '|', 0) == SLICE_NONE ? word.n : slice_chr(word, '|', 0));
	if (word.n && word.p[0] >= 'a' && word.p[0] <= 'z')
		buf_add_slice(out, word);
	else if (slice_is(word, "LETTER"))
		buf_addc(out, (char)('a' + chance(m, 3)));
	else if (slice_is(word, "NUMBER") || slice_is(word, "SPAN") || slice_is(word, "LINES"))
		buf_addf(out, "%u", (unsigned)chance(m, 40));
	else if (slice_is(word, "DAY"))
		buf_adds(out, PICK(m, days));
	else if (word.n && strchr("+-=", word.p[0]))
		buf_adds(out, PICK(m, sides));
	else
		buf_adds(out, PICK(m, phrases));
	if (word.n && word.p[word.n - 1] == '=')
		buf_adds(out, PICK(m, phrases));
}

static void add_setting(struct monkey *m, struct buf *out)
{
	static const char *const files[] = {"default", "mono", "light", "high-contrast", "nowhere", ""};
	const struct option_row *o = &options[chance(m, OPTIONS)];

	buf_addf(out, "%s ", o->name);
	if (strcmp(o->name, "theme") == 0)
		buf_adds(out, PICK(m, files));
	else if (o->choices)
		add_kind(m, slice_str(o->choices), out);
	else if (strcmp(o->name, "keymap") != 0) /* the walk must find out again */
		buf_adds(out, PICK(m, phrases));
}

static void add_arguments(struct monkey *m, enum command c, struct buf *out)
{
	struct slice rest = slice_str(commands[c].args), word;

	if (c == CMD_SET) {
		add_setting(m, out);
	} else if (c == CMD_BIND || c == CMD_UNBIND) {
		buf_addf(out, "all F%u", (unsigned)chance(m, 4) + 5);
		buf_addf(out, " %s", c == CMD_BIND ? commands[chance(m, COMMANDS)].name : "");
	} else if (chance(m, 8) == 0) {
		buf_adds(out, PICK(m, phrases));
	} else {
		while (slice_word(&rest, &word)) {
			if (slice_eat(&word, "[") && chance(m, 2))
				continue;
			while (word.n && strchr("].", word.p[word.n - 1]))
				word.n--;
			add_kind(m, word, out);
			buf_addc(out, ' ');
		}
	}
}

static void do_command(struct monkey *m)
{
	struct buf line = BUF_INIT;
	enum command c = (enum command)chance(m, COMMANDS);

	buf_addf(&line, ":%s ", commands[c].name);
	add_arguments(m, c, &line);
	tell(m, "%s", buf_str(&line));
	type(m, buf_str(&line));
	if (chance(m, 10) == 0)
		press(m, '\t');
	press(m, '\r');
	buf_release(&line);
}

/* A command as it runs from a key: also where no key is. */
static void do_run(struct monkey *m)
{
	struct buf args = BUF_INIT;
	enum command c = (enum command)chance(m, COMMANDS);

	if (m->ui->prompting != PROMPT_NONE || m->ui->layout.too_small || !command_applies(c, ui_context(m->ui)))
		return;
	add_arguments(m, c, &args);
	tell(m, "runs %s %s", commands[c].name, buf_str(&args));
	ui_run(m->ui, c, buf_str(&args));
	buf_release(&args);
}

static void do_bound(struct monkey *m)
{
	const struct keymap *map = &m->ui->keymap;
	const struct binding *b = &map->b[chance(m, map->n)];
	struct buf name = BUF_INIT;

	key_names(&name, b->keys, b->nkeys);
	tell(m, "key %s (%s)", buf_str(&name), commands[b->command].name);
	for (unsigned i = 0; i < b->nkeys; i++)
		press(m, b->keys[i]);
	buf_release(&name);
}

static void do_key(struct monkey *m)
{
	ui_key k = chance(m, 3) ? (ui_key)(' ' + chance(m, 95)) : chance(m, 2) ? (ui_key)chance(m, 32) :
		   (ui_key)(UI_KEY_UP + chance(m, UI_KEY_PASTE - UI_KEY_UP));
	struct buf name = BUF_INIT;

	if (chance(m, 20) == 0)
		k = (k & 0xffffff) | UI_KEY_ALT;
	key_names(&name, &k, 1);
	tell(m, "key %s", buf_str(&name));
	press(m, k);
	buf_release(&name);
}

static void do_type(struct monkey *m)
{
	const char *text = PICK(m, phrases);

	tell(m, "types %s", text);
	type(m, text);
	if (chance(m, 2))
		press(m, '\r');
}

static void do_paste(struct monkey *m)
{
	static const char *const pasted[] = {"one\ntwo\r\nthree", "\x1b[31m:quit\r", ":q\rQ", "\t\t漢字\u202e", ""};
	const char *text = PICK(m, pasted);

	tell(m, "pastes %s", text);
	press(m, UI_KEY_PASTE);
	type(m, text);
	press(m, UI_KEY_PASTE_END);
}

static void do_size(struct monkey *m)
{
	static const struct {
		unsigned rows, cols;
	} sizes[] = {{1, 1}, {10, 40}, {24, 80}, {24, 80}, {45, 160}, {60, 200}, {11, 41}, {30, 100}, {2, 300}, {100, 3}, {9, 200}, {10, 300}};
	unsigned i = (unsigned)chance(m, sizeof sizes / sizeof *sizes);

	m->rows = sizes[i].rows;
	m->cols = sizes[i].cols;
	tell(m, "size %ux%u", m->cols, m->rows);
	ui_resize(m->ui, m->rows, m->cols);
}

static void do_idle(struct monkey *m)
{
	uint64_t n = chance(m, 6);

	tell(m, "idles %u times", (unsigned)n);
	while (n-- > 0)
		ui_idle(m->ui);
	if (chance(m, 4) == 0)
		settle(m);
	if (chance(m, 4) == 0)
		ui_rest(m->ui);
}

static void do_grow(struct monkey *m)
{
	if (!m->grows)
		return;
	grow(m);
	ui_watch(m->ui);
}

/* Escape, again and again, leads back to the panes, and never out of the program. */
static void do_out(struct monkey *m)
{
	tell(m, "Escape until it is out");
	m->rows = m->rows < LAYOUT_MIN_ROWS ? 24 : m->rows;
	m->cols = m->cols < LAYOUT_MIN_COLS ? 80 : m->cols;
	ui_resize(m->ui, m->rows, m->cols);
	for (unsigned i = 0; i < OUT_STEPS; i++)
		press(m, 27);
	settle(m);
	check(m);
	if (ui_done(m->ui))
		fail(m, "Escape left the program");
	else if (m->ui->view != VIEW_PANES || m->ui->decide.open || m->ui->box.open || m->ui->prompting != PROMPT_NONE)
		fail(m, "%u times Escape, and still not at the panes: view %d, form %d, box %d, prompt %d", OUT_STEPS,
		     (int)m->ui->view, m->ui->decide.open, m->ui->box.open, (int)m->ui->prompting);
}

static const struct {
	void (*step)(struct monkey *m);
	unsigned weight;
} steps[] = {
	{do_bound, 40}, {do_command, 15}, {do_run, 15}, {do_key, 10}, {do_type, 6}, {do_paste, 2}, {do_size, 4}, {do_idle, 10},
	{do_grow, 6}, {do_out, 3}, {come_back, 1},
};

static void step(struct monkey *m)
{
	uint64_t all = 0, at;
	size_t i = 0;

	for (size_t k = 0; k < sizeof steps / sizeof *steps; k++)
		all += steps[k].weight;
	for (at = chance(m, all); at >= steps[i].weight; i++)
		at -= steps[i].weight;
	steps[i].step(m);
	if (ui_done(m->ui))
		come_back(m);
	check(m);
}

/* Now and then there is a store with a decided run in it before. */
static void fill_store(struct monkey *m)
{
	struct buf path = BUF_INIT;
	const char *src = getenv("VERDICT_TEST_SRCDIR");
	bool grows = m->grows;

	m->grows = false;
	buf_addf(&path, "%s/%s", src ? src : ".", PICK(m, given));
	if (open_ui(m, buf_str(&path))) {
		settle(m);
		type(m, "a\r");
		settle(m);
		close_ui(m);
	}
	m->grows = grows;
	buf_release(&path);
}

static void walk(struct monkey *m)
{
	m->state = m->seed * 0x9e3779b97f4a7c15u + 1;
	m->rows = 24;
	m->cols = 80;
	choose(m);
	alarm(SECONDS); /* a walk that does not end is one that failed */
	if (chance(m, 2))
		fill_store(m);
	if (!open_ui(m, buf_str(&m->file)))
		return; /* what cannot be opened is refused before there is a screen */
	check(m);
	for (m->step = 1; m->step <= m->steps && !m->failure.n; m->step++)
		step(m);
	if (!m->failure.n)
		do_out(m);
	close_ui(m);
	alarm(0);
}

/* Every walk gets a home of its own, and none of the user's settings. */
static void fresh_home(char home[64])
{
	static const char *const vars[] = {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "EDITRC"};

	test_dir(home);
	setenv("HOME", home, 1);
	for (size_t i = 0; i < sizeof vars / sizeof *vars; i++)
		unsetenv(vars[i]);
}

int main(int argc, char **argv)
{
	uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1, seeds = argc > 2 ? strtoull(argv[2], NULL, 10) : SEEDS;
	bool failed = false;

	setlocale(LC_ALL, "C.UTF-8");
	printf("1..%" PRIu64 "\n", seeds);
	for (uint64_t i = 0; i < seeds; i++) {
		struct monkey m = {.seed = first + i, .steps = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : LENGTH};
		char home[64];

		fresh_home(home);
		walk(&m);
		if (m.failure.n)
			printf("not ok %" PRIu64 " - walk %" PRIu64 "\n# %s\n", i + 1, m.seed, buf_str(&m.failure));
		else
			printf("ok %" PRIu64 " - walk %" PRIu64 " of %u steps\n", i + 1, m.seed, m.steps);
		fflush(stdout);
		failed |= m.failure.n > 0;
		buf_release(&m.failure);
		buf_release(&m.file);
		test_dir_remove(home);
	}
	return failed;
}
