/* How the screen looks on a terminal: signs, colours and keys from files that are wrong, the clipboard, sizes. */
#define _GNU_SOURCE
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "tests/pty/home.h"
#include "tests/pty/pty.h"
#include "tests/test.h"

static int make_home(void **state)
{
	struct home *h;
	size_t n = 0;

	if (home_make(state) < 0)
		return -1;
	h = *state;
	while (h->set[n])
		n++;
	h->set[n] = "ASAN_OPTIONS=detect_leaks=0";
	return 0;
}

/* One more variable for the program. */
static void with(struct home *h, const char *variable)
{
	size_t n = 0;

	while (h->set[n])
		n++;
	assert_true(n + 1 < sizeof h->set / sizeof *h->set);
	h->set[n] = variable;
}

static struct pty *start(struct home *h)
{
	char path[4096];
	const char *argv[] = {path, "review", "--set", "reviewer=Rita", test_src("examples/pond-race.json"), NULL};
	struct pty *p;

	snprintf(path, sizeof path, "%s/src/verdict", getenv("VERDICT_TEST_BUILDDIR"));
	p = pty_start(argv, h->set, 24, 80);
	pty_wait(p, "Source  racing lines", PTY_MS);
	pty_wait(p, "AI benign", PTY_MS);
	return p;
}

static void quit(struct pty *p)
{
	pty_send(p, "Q");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	pty_kill(p);
}

static bool came(struct pty *p, const char *bytes)
{
	return slice_find(pty_raw(p), bytes, 0) != SLICE_NONE;
}

static void set_file(struct home *h, const char *name, const char *bytes, size_t n)
{
	char path[256];
	char *slash;
	FILE *f;

	snprintf(path, sizeof path, "%s/.config/verdict/%s", h->dir, name);
	slash = strrchr(path, '/');
	*slash = '\0';
	assert_int_equal(fs_mkdirs(path, NULL), 0);
	*slash = '/';
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	fclose(f);
}

/* ---- the clipboard ---- */

static void what_is_copied_reaches_the_terminal(void **state)
{
	struct pty *p = start(*state);

	pty_send(p, "y");
	pty_wait(p, "copied 6 bytes", PTY_MS);
	assert_true(came(p, "\033]52;c;YmVuaWdu\a")); /* benign */
	pty_send(p, ":set clipboard off\ry");
	pty_wait(p, "nothing is copied", PTY_MS);
	quit(p);
}

static void a_terminal_without_a_clipboard_is_sent_nothing(void **state)
{
	struct pty *p;

	with(*state, "TERM=vt100");
	with(*state, "TMUX");
	p = start(*state);
	pty_send(p, "y");
	pty_wait(p, "TERM 'vt100' is not known to have a clipboard", PTY_MS);
	assert_false(came(p, "]52;"));
	quit(p);
}

/* ---- ASCII ---- */

static void without_utf8_only_ascii_is_sent(void **state)
{
	struct pty *p;

	with(*state, "LC_ALL=C");
	with(*state, "TERM=vt100"); /* libvterm repeats characters wrongly at the edge, which others here do with ASCII lines */
	p = start(*state);
	pty_send(p, "1jj3jjjj?G\x15\x15"); /* all signs of them, and their heading */
	pty_wait(p, "Marks on the screen", PTY_MS);
	pty_send(p, "q");
	pty_wait(p, "1 Report", PTY_MS);
	for (size_t i = 0; i < pty_raw(p).n; i++)
		assert_in_range((unsigned char)pty_raw(p).p[i], 0, 127);
	assert_false(came(p, "<U+"));
	quit(p);
}

/* ---- files that are wrong ---- */

static void mistakes_in_files_are_named_and_the_rest_counts(void **state)
{
	static const char config[] = "set wrap off\nset theme mine\nset \xff\xfe on\nset tab-width \0 4\nset tab-width 4\n"
				     "paint it black\nset tab-width 17\nset \"open\n";
	static const char keymap[] = "bind all s approve\nbind all s zoom\nbind all \xff zoom\nbind all \0 zoom\n\0\0\0\n"
				     "bind all ,z zoom\nbind all , help\n";
	static const char theme[] = "color title red\ncolor \xff\xfe red\ncolor title \0\ncolor note #12345g\ncolor key bold\n";
	static const char *const told[] = {
		"config:3: cannot set", "config:4:", "config:6: unknown word 'paint'", "config:7: cannot set 'tab-width' to '17'",
		"config:8: the quote in column 5 is left open", "keymap:2: key s is bound twice in context all: in line 1 and in line 2",
		"keymap:3: unknown key", "keymap:5: a line of a keymap", "keymap:7: keys ,z in line 6 and , in line 7 begin alike",
	};
	struct home *h = *state;
	struct pty *p;

	set_file(h, "config", config, sizeof config - 1);
	set_file(h, "keymap", keymap, sizeof keymap - 1);
	set_file(h, "themes/mine", theme, sizeof theme - 1);
	p = start(h);
	pty_resize(p, 45, 160);
	pty_send(p, "M");
	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		pty_wait(p, told[i], PTY_MS);
	pty_wait(p, "mine:2: unknown role", PTY_MS);
	pty_wait(p, "mine:4: \"color\" takes a role", PTY_MS); /* what is no colour is a comment */
	pty_send(p, "q:set tab-width\r");
	pty_wait(p, "tab-width = '4' (config:5)", PTY_MS);
	pty_send(p, "s");
	pty_wait(p, "Approve", PTY_MS);
	pty_send(p, "q");
	pty_wait_gone(p, "Approve", PTY_MS);
	quit(p);
}

/* A directory, a file that may not be read, a line of a megabyte: told, and the screen is as without them. */
static void files_that_cannot_be_read_are_told(void **state)
{
	struct home *h = *state;
	size_t n = (1 << 20) - 100;
	char *line = xcalloc(n + 1, 1), path[256];
	struct pty *p;

	memset(line, 'x', n);
	memcpy(line, "bind all ", 9);
	set_file(h, "keymap", line, n);
	set_file(h, "config", "set theme folder\nset keymap folder\n", 34);
	snprintf(path, sizeof path, "%s/.config/verdict/themes/folder", h->dir);
	assert_int_equal(fs_mkdirs(path, NULL), 0);
	snprintf(path, sizeof path, "%s/.config/verdict/keymaps/folder", h->dir);
	assert_int_equal(fs_mkdirs(path, NULL), 0);
	p = start(h);
	pty_resize(p, 45, 160);
	pty_send(p, "M");
	pty_wait(p, "keymaps/folder': it is a directory", PTY_MS);
	pty_wait(p, "themes/folder': it is a directory", PTY_MS);
	pty_wait(p, "keymap:1: \"bind\" takes a context, keys and a command", PTY_MS);
	quit(p);
	if (getuid() != 0) {
		snprintf(path, sizeof path, "%s/.config/verdict/keymap", h->dir);
		assert_int_equal(chmod(path, 0), 0);
		p = start(h);
		pty_send(p, "M");
		pty_wait(p, "Permission denied", PTY_MS);
		quit(p);
	}
	free(line);
}

/* ---- sizes ---- */

/* The screen without its last row, where messages are. */
static void panes(struct pty *p, struct buf *out)
{
	pty_screen_text(p, out);
	buf_cut(out, slice_rfind(slice_rtrim(buf_slice(out)), "\n"));
}

static void shaken_200_times_the_screen_is_what_it_should_be(void **state)
{
	static const unsigned sizes[][2] = {{24, 80}, {10, 40}, {45, 160}, {9, 39}, {60, 70}};
	struct pty *p = start(*state);
	struct buf first = BUF_INIT, after = BUF_INIT;

	pty_send(p, ":seek 5\r");
	pty_wait(p, "3 Run", PTY_MS);
	pty_send(p, "p"); /* it plays from here on; no key is pressed that could stop it */
	pty_wait(p, "plays span", PTY_MS);
	for (unsigned i = 0; i < 200; i++) {
		pty_resize(p, 1, 1);
		pty_pump(p, i % 7 ? 0 : 20);
		pty_resize(p, sizes[i % 5][0], sizes[i % 5][1]);
		pty_pump(p, i % 5 ? 0 : 20);
	}
	pty_resize(p, 24, 80);
	pty_send(p, ":seek 100%\rA:set wrap on\r"); /* from wherever it came to: the answer */
	pty_wait(p, "wrap = 'on'", PTY_MS);
	pty_wait(p, "4 Text  AI verdict", PTY_MS);
	panes(p, &first);
	pty_send(p, "\f:set layout\r"); /* sent anew, whole */
	pty_wait(p, "layout = 'wide'", PTY_MS);
	panes(p, &after);
	assert_string_equal(buf_str(&first), buf_str(&after));
	buf_release(&first);
	buf_release(&after);
	quit(p);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_home, home_drop)

static const struct CMUnitTest tests[] = {
	TEST(what_is_copied_reaches_the_terminal),
	TEST(a_terminal_without_a_clipboard_is_sent_nothing),
	TEST(without_utf8_only_ascii_is_sent),
	TEST(mistakes_in_files_are_named_and_the_rest_counts),
	TEST(files_that_cannot_be_read_are_told),
	TEST(shaken_200_times_the_screen_is_what_it_should_be),
};

TEST_MAIN()
