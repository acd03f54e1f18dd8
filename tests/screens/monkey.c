/*
 * A walk through the whole screen by chance: keys, commands with arguments of their kind, pastes, sizes, recordings that
 * grow, leaving and coming back; some blind, some without UTF-8.  After each step it is looked at whether the screen can be
 * as it is.
 *
 *	monkey.t [FIRST-SEED SEEDS STEPS]
 *
 * The same seed is the same walk; VERDICT_MONKEY_TRACE=1 tells each step on standard error before it is done.  With
 * VERDICT_MONKEY_KERNEL=1 there is a repository of the kernel, and questions about the code are answered: when, the seed does not say.
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
#include "tests/screens/monkey.h"
#include "tests/store.h"
#include "ui/glyph.h"

enum { SEEDS = 14, LENGTH = 300, OUT_STEPS = 20, SECONDS = 120 };

#define REVIEWER "Rita Reviewer <rita@example.org>"

static int64_t fake_now(void)
{
	static int64_t t = 1772355600000000;

	return t += 1000000;
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

	for (uint64_t n = monkey_chance(m, 4) + 1; n > 0; n--) {
		m->spans++;
		if (monkey_chance(m, 2))
			buf_addf(&b, "{\"Seq\":%u,\"Nesting\":%u,\"Type\":\"llm\",\"Name\":\"e\",\"Thoughts\":\"Thought %u\\n\\nmore\"}\n",
				 m->spans, (unsigned)monkey_chance(m, 3) + 1, m->spans);
		else
			buf_addf(&b, "{\"Seq\":%u,\"Nesting\":1,\"Type\":\"tool\",\"Name\":\"grepper\",\"Args\":{\"Expression\":\"x\"},"
				 "\"Results\":{\"Output\":\"a.c:1: x\"}}\n", m->spans);
	}
	if (monkey_chance(m, 8) == 0)
		buf_adds(&b, monkey_chance(m, 2) ? "{\"Seq\":" : FLOW_END);
	append(m, buf_slice(&b), O_APPEND);
	monkey_tell(m, "the recording grows to %u spans", m->spans);
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
	if (monkey_chance(m, 4) == 0)
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
	monkey_kernel_listen(m, 5000);
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
	conf_set(&m->app.conf, SLICE("blind"), m->seed % 3 ? SLICE("off") : SLICE("on"), "test", NULL);
	s = session_begin(&m->app, path, m->grows, &e);
	m->ui = s ? ui_new(&m->app, s, m->rows, m->cols, &host, &e) : NULL;
	if (m->ui && m->kernel)
		monkey_kernel_begin(m);
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
	monkey_kernel_end(m);
	app_release(&m->app);
}

/* The program is left, and the same file opened again: what was begun must still be there. */
static void come_back(struct monkey *m)
{
	struct buf note = BUF_INIT;
	char id[SHA256_HEX + 1];
	bool was_open, kept;

	monkey_tell(m, "leaves, and comes back");
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
		monkey_fail(m, "the note that was begun is '%s' after '%s'", buf_str(&m->ui->decide.draft.note), buf_str(&note));
	if (was_open && !m->ui->decide.draft.open)
		monkey_fail(m, "the decision that was begun is gone");
out:
	buf_release(&note);
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

static void do_command(struct monkey *m)
{
	struct buf line = BUF_INIT;
	enum command c = (enum command)monkey_chance(m, COMMANDS);

	buf_addf(&line, ":%s ", commands[c].name);
	monkey_arguments(m, c, &line);
	monkey_tell(m, "%s", buf_str(&line));
	type(m, buf_str(&line));
	if (monkey_chance(m, 10) == 0)
		press(m, '\t');
	press(m, '\r');
	buf_release(&line);
}

/* A command as it runs from a key: also where no key is. */
static void do_run(struct monkey *m)
{
	struct buf args = BUF_INIT;
	enum command c = (enum command)monkey_chance(m, COMMANDS);

	if (m->ui->prompting != PROMPT_NONE || m->ui->layout.too_small || !command_applies(c, ui_context(m->ui)))
		return;
	monkey_arguments(m, c, &args);
	monkey_tell(m, "runs %s %s", commands[c].name, buf_str(&args));
	ui_run(m->ui, c, buf_str(&args));
	buf_release(&args);
}

static void do_bound(struct monkey *m)
{
	const struct keymap *map = &m->ui->keymap;
	const struct binding *b = &map->b[monkey_chance(m, map->n)];
	struct buf name = BUF_INIT;

	key_names(&name, b->keys, b->nkeys);
	monkey_tell(m, "key %s (%s)", buf_str(&name), commands[b->command].name);
	for (unsigned i = 0; i < b->nkeys; i++)
		press(m, b->keys[i]);
	buf_release(&name);
}

static void do_key(struct monkey *m)
{
	ui_key k = monkey_chance(m, 3) ? (ui_key)(' ' + monkey_chance(m, 95)) : monkey_chance(m, 2) ? (ui_key)monkey_chance(m, 32) :
		   (ui_key)(UI_KEY_UP + monkey_chance(m, UI_KEY_PASTE - UI_KEY_UP));
	struct buf name = BUF_INIT;

	if (monkey_chance(m, 20) == 0)
		k = (k & 0xffffff) | UI_KEY_ALT;
	key_names(&name, &k, 1);
	monkey_tell(m, "key %s", buf_str(&name));
	press(m, k);
	buf_release(&name);
}

static void do_type(struct monkey *m)
{
	const char *text = monkey_phrase(m);

	monkey_tell(m, "types %s", text);
	type(m, text);
	if (monkey_chance(m, 2))
		press(m, '\r');
}

static void do_paste(struct monkey *m)
{
	static const char *const pasted[] = {"one\ntwo\r\nthree", "\x1b[31m:quit\r", ":q\rQ", "\t\t漢字\u202e", ""};
	const char *text = PICK(m, pasted);

	monkey_tell(m, "pastes %s", text);
	press(m, UI_KEY_PASTE);
	type(m, text);
	press(m, UI_KEY_PASTE_END);
}

static void do_size(struct monkey *m)
{
	static const struct {
		unsigned rows, cols;
	} sizes[] = {{1, 1}, {10, 40}, {24, 80}, {24, 80}, {45, 160}, {60, 200}, {11, 41}, {30, 100}, {2, 300}, {100, 3}, {9, 200}, {10, 300}};
	unsigned i = (unsigned)monkey_chance(m, sizeof sizes / sizeof *sizes);

	m->rows = sizes[i].rows;
	m->cols = sizes[i].cols;
	monkey_tell(m, "size %ux%u", m->cols, m->rows);
	ui_resize(m->ui, m->rows, m->cols);
}

static void do_idle(struct monkey *m)
{
	uint64_t n = monkey_chance(m, 6);

	monkey_tell(m, "idles %u times", (unsigned)n);
	monkey_kernel_listen(m, (int64_t)monkey_chance(m, 3) * 2000);
	while (n-- > 0)
		ui_idle(m->ui);
	if (monkey_chance(m, 4) == 0)
		settle(m);
	if (monkey_chance(m, 4) == 0)
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
	monkey_tell(m, "Escape until it is out");
	m->rows = m->rows < LAYOUT_MIN_ROWS ? 24 : m->rows;
	m->cols = m->cols < LAYOUT_MIN_COLS ? 80 : m->cols;
	ui_resize(m->ui, m->rows, m->cols);
	settle(m); /* an answer that is there already is shown first */
	for (unsigned i = 0; i < OUT_STEPS; i++)
		press(m, 27);
	settle(m);
	monkey_look(m);
	if (ui_done(m->ui))
		monkey_fail(m, "Escape left the program");
	else if (m->ui->view != VIEW_PANES || m->ui->decide.open || m->ui->box.open || m->ui->prompting != PROMPT_NONE)
		monkey_fail(m, "%u times Escape, and still not at the panes: view %d, form %d, box %d, prompt %d", OUT_STEPS,
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
	for (at = monkey_chance(m, all); at >= steps[i].weight; i++)
		at -= steps[i].weight;
	steps[i].step(m);
	if (ui_done(m->ui))
		come_back(m);
	monkey_look(m);
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
	if (monkey_chance(m, 2))
		fill_store(m);
	if (!open_ui(m, buf_str(&m->file)))
		return; /* what cannot be opened is refused before there is a screen */
	monkey_look(m);
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
	if (chdir(home) < 0) /* what a walk exports stays there */
		abort();
	for (size_t i = 0; i < sizeof vars / sizeof *vars; i++)
		unsetenv(vars[i]);
}

int main(int argc, char **argv)
{
	uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1, seeds = argc > 2 ? strtoull(argv[2], NULL, 10) : SEEDS;
	bool failed = false, kernel = getenv("VERDICT_MONKEY_KERNEL") && monkey_kernel_make();

	printf("1..%" PRIu64 "\n", seeds);
	for (uint64_t i = 0; i < seeds; i++) {
		struct monkey m = {.seed = first + i, .steps = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : LENGTH};
		char home[64];

		fresh_home(home);
		m.ascii = m.seed % 5 == 0;
		m.kernel = kernel;
		setlocale(LC_ALL, m.ascii ? "C" : "C.UTF-8");
		glyph_ascii(m.ascii);
		walk(&m);
		if (m.failure.n)
			printf("not ok %" PRIu64 " - walk %" PRIu64 "\n# %s\n", i + 1, m.seed, buf_str(&m.failure));
		else
			printf("ok %" PRIu64 " - walk %" PRIu64 " of %u steps\n", i + 1, m.seed, m.steps);
		fflush(stdout);
		failed |= m.failure.n > 0;
		buf_release(&m.failure);
		buf_release(&m.file);
		if (chdir("/") < 0)
			abort();
		test_dir_remove(home);
	}
	if (kernel)
		monkey_kernel_remove();
	return failed;
}
