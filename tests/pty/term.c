/*
 * The terminal layer on a pty.  This program is both sides: with an argument it is a small screen program
 * that shows the keys it gets, without one the tests that run it.
 */
#define _GNU_SOURCE /* readlink */
#include "tests/pty/pty.h"

#include <locale.h>
#include <poll.h>
#include <signal.h>

#include "sys/loop.h"
#include "sys/proc.h"
#include "tests/test.h"
#include "ui/prompt.h"
#include "ui/term.h"

/* ---- the program ---- */

static const char hostile[] = "A\x1b[31mB\x07" "C\xc2\x9b" "D\xe2\x80\xae" "E\x0e\x7f";

struct demo {
	struct loop *loop;
	struct term *term;
	struct grid *grid;
	struct prompt *prompt;
	unsigned keys;
	char status[200];
};

static void demo_draw(void *arg)
{
	struct demo *d = arg;
	unsigned col = 0;
	char line[100];

	grid_clear(d->grid);
	snprintf(line, sizeof line, "ready %ux%u", d->grid->rows, d->grid->cols);
	grid_puts(d->grid, 0, 0, 80, line, ROLE_NORMAL);
	grid_puts(d->grid, 1, 0, 80, d->status, ROLE_NORMAL);
	grid_put(d->grid, 2, 0, 80, SLICE(hostile), ROLE_NORMAL);
	grid_puts(d->grid, 3, 0, 80, "grün 漢字 e\xcc\x81.", ROLE_NORMAL);
	for (unsigned r = 0; r < ROLES; r++)
		grid_fill(d->grid, 4, col++, 1, (uint32_t)role_letter((enum role)r), (enum role)r);
	grid_puts(d->grid, 5, 0, 80, "normal match select both", ROLE_NORMAL);
	grid_mod(d->grid, 5, 7, 5, MOD_MATCH);
	grid_mod(d->grid, 5, 13, 6, MOD_SELECT);
	grid_mod(d->grid, 5, 20, 4, MOD_MATCH);
	grid_mod(d->grid, 5, 20, 4, MOD_SELECT);
	grid_puts(d->grid, d->grid->rows - 1, d->grid->cols - 1, 1, "#", ROLE_NORMAL);
	if (d->keys % 2 == 1) {
		d->grid->cursor_row = 1;
		d->grid->cursor_col = (int)strlen(d->status);
	}
	term_draw(d->term, d->grid);
}

static void demo_run(struct demo *d)
{
	char script[100];
	const char *const argv[] = {"sh", "-c", script, NULL};
	struct err e = {0};
	int rc;

	snprintf(script, sizeof script, "echo outside %u; read x; echo \"got $x\"; exit 3", d->keys);
	term_leave(d->term);
	demo_draw(d);
	rc = proc_foreground(argv, &e);
	term_enter(d->term);
	snprintf(d->status, sizeof d->status, "back %d %.100s", rc, e.msg);
}

static void demo_key(struct demo *d, ui_key k)
{
	struct buf b = BUF_INIT;

	d->keys++;
	key_names(&b, &k, 1);
	snprintf(d->status, sizeof d->status, "%u key %s", d->keys, buf_str(&b));
	buf_release(&b);
	switch (k) {
	case 'q':
		loop_stop(d->loop, 0);
		break;
	case 'n': /* the same frame again */
		for (int i = 0; i < 3; i++)
			demo_draw(d);
		break;
	case 'r':
		term_redraw(d->term);
		break;
	case 'c': /* as a handler of a crash does */
		term_restore();
		term_restore();
		_exit(9);
	case 'e':
		demo_run(d);
		break;
	case 'p':
		prompt_free(d->prompt);
		d->prompt = prompt_new(NULL);
		prompt_start(d->prompt, SLICE("typed"), false, NULL, NULL);
		snprintf(d->status, sizeof d->status, "prompt %s", prompt_line(d->prompt, NULL).p);
		break;
	default:
		break;
	}
}

static void demo_input(void *arg, int fd, unsigned ready)
{
	struct demo *d = arg;
	ui_key k;

	(void)fd;
	if (ready & LOOP_HANGUP) {
		loop_stop(d->loop, 1);
		return;
	}
	while ((k = term_key(d->term)) != UI_KEY_NONE)
		demo_key(d, k);
}

static void demo_size(void *arg, int signo)
{
	struct demo *d = arg;
	unsigned rows, cols;

	(void)signo;
	term_size(d->term, &rows, &cols);
	grid_resize(d->grid, rows, cols);
}

static int demo(void)
{
	const char *theme_text = getenv("DEMO_THEME");
	struct demo d = {.status = "no key"};
	struct diags ds = {0};
	struct theme theme;
	unsigned rows, cols;
	struct err e;
	int rc;

	setlocale(LC_ALL, "");
	theme_parse(&theme, slice_str(theme_text ? theme_text : theme_default), &ds);
	d.loop = loop_new(NULL);
	loop_signal(d.loop, SIGWINCH, demo_size, &d, NULL);
	d.term = term_open(&theme, !getenv("NO_COLOR"), &e);
	if (!d.term) {
		fprintf(stderr, "%s\n", e.msg);
		loop_free(d.loop);
		return e.cls;
	}
	term_size(d.term, &rows, &cols);
	d.grid = grid_new(rows, cols);
	loop_fd(d.loop, term_fd(d.term), LOOP_READ, demo_input, &d);
	loop_each_turn(d.loop, demo_draw, &d);
	rc = loop_run(d.loop);
	prompt_free(d.prompt);
	term_close(d.term);
	grid_free(d.grid);
	loop_free(d.loop);
	return rc;
}

/* ---- the tests ---- */

static struct pty *start(const char *const env[])
{
	const char *const argv[] = {"/proc/self/exe", "demo", NULL};
	struct pty *p = pty_start(argv, env, 24, 80);

	pty_wait(p, "ready 24x80", PTY_MS);
	pty_wait(p, "#\n", PTY_MS); /* the end of the first frame */
	return p;
}

/* Leave by `q`; the terminal is as it was. */
static void leave(struct pty *p)
{
	unsigned row, col;
	bool shown;

	pty_send(p, "q");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	assert_false(pty_shows(p, "ready"));
	pty_cursor(p, &row, &col, &shown);
	assert_true(shown);
	pty_kill(p);
}

static void keys_arrive_by_their_names(void **state)
{
	static const struct {
		const char *bytes, *name;
	} keys[] = {
		{"j", "j"},	      {"\x03", "^C"},	    {"\x1a", "^Z"},	   {"\r", "Enter"},
		{"\t", "Tab"},	      {"\x1bOA", "Up"},	    {"\x1bOB", "Down"},	   {"\x1bOC", "Right"},
		{"\x1bOD", "Left"},   {"\x1bOH", "Home"},   {"\x1bOF", "End"},	   {"\x1b[5~", "PageUp"},
		{"\x1b[6~", "PageDown"}, {"\x1b[2~", "Insert"}, {"\x1b[3~", "Delete"}, {"\x1b[Z", "BackTab"},
		{"\x1bOP", "F1"},     {"\x1b[24~", "F12"},  {"\x7f", "Backspace"}, {"\x1b", "Escape"},
		{"\x1bx", "M-x"},     {"\x1b\r", "M-Enter"}, {"\xc3\xa9", "é"},	   {"\xe6\xbc\xa2", "漢"},
		{"\x11", "^Q"},	      {"\x13", "^S"},	    {"\x1c", "^\\"},	   {"\xff", "\xef\xbf\xbd"},
		{" ", "Space"},
	};
	struct pty *p = start(NULL);
	char want[64];

	(void)state;
	for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++) {
		pty_send(p, keys[i].bytes);
		snprintf(want, sizeof want, "\n%u key %s\n", i + 1, keys[i].name);
		pty_wait(p, want, PTY_MS);
	}
	pty_send(p, "\xe6\xbc");
	pty_send(p, "\xa2");
	pty_wait(p, "30 key 漢\n", PTY_MS);
	pty_send(p, "abdfgh");
	pty_wait(p, "key h\n", PTY_MS);
	/* the beginning of a character that does not come takes no other key with it */
	pty_send(p, "\xe9x");
	pty_wait(p, "38 key x\n", PTY_MS);
	pty_send(p, "\xe9\x1bOA");
	pty_wait(p, "39 key Up\n", PTY_MS);
	pty_send(p, "y");
	pty_wait(p, "40 key y\n", PTY_MS);
	leave(p);
}

static void hostile_text_is_seen_and_never_sent(void **state)
{
	static const char *const never[] = {"\x1b[31mB", "\x07", "\xc2\x9b", "\xe2\x80\xae", "\x0e", "\x7f"};
	struct pty *p = start(NULL);

	(void)state;
	pty_wait(p, "A^[[31mB^GC<U+009B>D<U+202E>E^N^?\n", PTY_MS);
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		assert_true(slice_find(pty_raw(p), never[i], 0) == SLICE_NONE);
	pty_wait(p, "grün 漢字 e\xcc\x81.\n", PTY_MS);
	assert_int_equal(pty_cell(p, 23, 79).cp, '#');
	leave(p);
}

static struct pty_cell role_cell(struct pty *p, enum role r)
{
	struct pty_cell c = pty_cell(p, 4, (unsigned)r);

	assert_int_equal(c.cp, role_letter(r));
	return c;
}

static void roles_have_the_colours_of_the_theme(void **state)
{
	struct pty *p = start(NULL);

	(void)state;
	assert_int_equal(role_cell(p, ROLE_NORMAL).fg, -1);
	assert_int_equal(role_cell(p, ROLE_NORMAL).bg, -1);
	assert_int_equal(role_cell(p, ROLE_RACE_WRITE).fg, 1);
	assert_int_equal(role_cell(p, ROLE_RACE_WRITE).bg, -1);
	assert_true(role_cell(p, ROLE_RACE_WRITE).bold);
	assert_int_equal(role_cell(p, ROLE_TOOL).fg, 6);
	assert_true(role_cell(p, ROLE_TITLE).bold);
	leave(p);
}

static void without_colours_the_mono_theme_is_used(void **state)
{
	static const char *const no_color[] = {"NO_COLOR=1", NULL}, *const vt100[] = {"TERM=vt100", NULL};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct pty *p = start(i ? vt100 : no_color);

		for (unsigned r = 0; r < ROLES; r++) {
			assert_int_equal(role_cell(p, (enum role)r).fg, -1);
			assert_int_equal(role_cell(p, (enum role)r).bg, -1);
		}
		assert_true(role_cell(p, ROLE_RACE_WRITE).reverse);
		assert_true(role_cell(p, ROLE_RACE_READ).underline);
		pty_send(p, "q");
		assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
		pty_kill(p);
	}
}

static void colours_are_fitted_to_the_palette(void **state)
{
	static const char theme[] = "DEMO_THEME=color title bright-red\ncolor key 208 bright-blue\ncolor hint 232\ncolor dim 46";
	static const struct {
		const char *term;
		int title, key, key_bg, dim;
		bool title_bold;
	} cases[] = {
		{"TERM=xterm-256color", 9, 208, 12, 46, false},
		{"TERM=xterm-16color", 9, 11, 12, 10, false},
		{"TERM=xterm", 1, 3, 4, 2, true},
		{"TERM=screen-256color", 9, 208, 12, 46, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *const env[] = {cases[i].term, theme, NULL};
		struct pty *p = start(env);

		assert_int_equal(role_cell(p, ROLE_TITLE).fg, cases[i].title);
		assert_int_equal(role_cell(p, ROLE_TITLE).bold, cases[i].title_bold);
		assert_int_equal(role_cell(p, ROLE_KEY).fg, cases[i].key);
		assert_int_equal(role_cell(p, ROLE_KEY).bg, cases[i].key_bg);
		assert_int_equal(role_cell(p, ROLE_DIM).fg, cases[i].dim);
		leave(p);
	}
}

static void a_theme_that_paints_a_background_leaves_no_cell_out(void **state)
{
	const char *const env[] = {"DEMO_THEME=color normal 15 4\ncolor title 1", NULL};
	struct pty *p = start(env);

	(void)state;
	for (int again = 0; again < 2; again++) {
		for (unsigned row = 0; row < 24; row++)
			for (unsigned col = 0; col < 80; col++)
				if (pty_cell(p, row, col).bg != 4)
					fail_msg("cell %u,%u: %d", row, col, pty_cell(p, row, col).bg);
		pty_send(p, "r");
		pty_wait(p, "1 key r", PTY_MS);
	}
	leave(p);
}

static bool came(struct pty *p, const char *bytes)
{
	return slice_find(pty_raw(p), bytes, 0) != SLICE_NONE;
}

/* All colours: where the entry says so, or the environment does and there is such an entry. */
static void colours_by_their_parts_reach_terminals_that_have_them(void **state)
{
	static const char theme[] = "DEMO_THEME=color title #1f3faf\ncolor key bright-red #0000ff\ncolor hint red";
	static const struct {
		const char *term, *colorterm;
		bool all;
	} cases[] = {
		{"TERM=xterm-direct", "COLORTERM", true},
		{"TERM=xterm-256color", "COLORTERM=truecolor", true},
		{"TERM=tmux-256color", "COLORTERM=24bit", true},
		{"TERM=xterm-256color", "COLORTERM", false},
		{"TERM=xterm-256color", "COLORTERM=yes", false},
		{"TERM=screen-256color", "COLORTERM=truecolor", false}, /* has no such entry */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *const env[] = {cases[i].term, cases[i].colorterm, theme, NULL};
		struct pty *p = start(env);

		if (came(p, "38:2::31:63:175") != cases[i].all || came(p, "48:2::0:1:255") != cases[i].all)
			fail_msg("%s %s: %s", cases[i].term, cases[i].colorterm, cases[i].all ? "too few colours" : "all colours");
		if (cases[i].all)
			assert_true(came(p, "38:2::255:0:0"));
		else
			assert_int_equal(role_cell(p, ROLE_TITLE).fg, 25);
		assert_int_equal(role_cell(p, ROLE_HINT).fg, 1); /* the palette's own, as the user has it */
		leave(p);
	}
}

/* "ESC ( B", or shift-in, is sent once, not with each change of look. */
static void looks_change_without_character_sets(void **state)
{
	static const struct {
		const char *term, *leave;
	} cases[] = {{"TERM=xterm-256color", "\033(B"}, {"TERM=tmux-256color", "\017"}, {"TERM=screen-256color", "\017"}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *const env[] = {cases[i].term, NULL};
		struct pty *p = start(env);
		size_t n = 0;

		for (size_t at = 0; (at = slice_find(pty_raw(p), cases[i].leave, at)) != SLICE_NONE; at++)
			n++;
		assert_in_range(n, 1, 2);
		assert_true(role_cell(p, ROLE_TITLE).bold);
		leave(p);
	}
}

static void matches_and_the_selection_differ_from_each_other(void **state)
{
	struct pty *p = start(NULL);
	struct pty_cell normal = pty_cell(p, 5, 0), match = pty_cell(p, 5, 7), sel = pty_cell(p, 5, 13), both = pty_cell(p, 5, 20);

	(void)state;
	assert_false(normal.reverse || normal.bold);
	assert_true(match.reverse && !match.bold);
	assert_true(sel.reverse);
	assert_true(both.bold && both.underline);
	leave(p);
}

static void a_frame_without_a_change_sends_nothing(void **state)
{
	struct pty *p = start(NULL);
	size_t before;

	(void)state;
	pty_send(p, "x");
	pty_wait(p, "1 key x", PTY_MS);
	before = pty_raw(p).n;
	pty_send(p, "y");
	pty_wait(p, "2 key y", PTY_MS);
	assert_in_range(pty_raw(p).n - before, 1, 60);
	before = pty_raw(p).n;
	pty_send(p, "n");
	pty_wait(p, "3 key n", PTY_MS);
	assert_in_range(pty_raw(p).n - before, 1, 60);
	before = pty_raw(p).n;
	pty_send(p, "r");
	pty_wait(p, "4 key r", PTY_MS);
	pty_send(p, "x");
	pty_wait(p, "5 key x", PTY_MS);
	assert_in_range(pty_raw(p).n - before, 300, 3000);
	leave(p);
}

static bool cursor_shown(struct pty *p, void *arg)
{
	unsigned row, col;
	bool shown;

	pty_cursor(p, &row, &col, &shown);
	return arg ? shown && row == 1 && col == *(unsigned *)arg : !shown;
}

static void the_cursor_is_where_the_grid_has_it(void **state)
{
	struct pty *p = start(NULL);
	unsigned col = 7;

	(void)state;
	pty_wait_until(p, cursor_shown, NULL, "a hidden cursor", PTY_MS);
	pty_send(p, "x");
	pty_wait(p, "1 key x", PTY_MS);
	pty_wait_until(p, cursor_shown, &col, "the cursor in cell 1,7", PTY_MS);
	pty_send(p, "y");
	pty_wait(p, "2 key y", PTY_MS);
	pty_wait_until(p, cursor_shown, NULL, "a hidden cursor", PTY_MS);
	pty_send(p, "\x1bOA");
	pty_wait(p, "3 key Up", PTY_MS);
	col = 8;
	pty_wait_until(p, cursor_shown, &col, "the cursor in cell 1,8", PTY_MS);
	leave(p);
}

static bool has_corner(struct pty *p, void *arg)
{
	const unsigned *size = arg;

	return pty_cell(p, size[0] - 1, size[1] - 1).cp == '#';
}

static void a_new_size_is_taken_over(void **state)
{
	static const unsigned sizes[][2] = {{30, 100}, {10, 40}, {2, 5}, {24, 80}, {1, 1}, {45, 160}};
	struct pty *p = start(NULL);
	char want[64];

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		pty_resize(p, sizes[i][0], sizes[i][1]);
		snprintf(want, sizeof want, "ready %ux%u", sizes[i][0], sizes[i][1]);
		if (sizes[i][1] < sizeof want)
			want[sizes[i][1]] = '\0';
		if (sizes[i][1] > 1)
			pty_wait(p, want, PTY_MS);
		if (sizes[i][1] >= 24) {
			pty_wait(p, "normal match select both", PTY_MS);
			pty_wait_until(p, has_corner, (void *)(uintptr_t)sizes[i], "the last cell", PTY_MS);
		}
	}
	leave(p);
}

static void the_terminal_is_given_away_and_taken_again(void **state)
{
	struct pty *p = start(NULL);

	(void)state;
	pty_send(p, "e");
	pty_wait(p, "outside 1\n", PTY_MS);
	assert_false(pty_shows(p, "ready"));
	/* Its Ctrl-Z stops nobody for good here, where no shell could continue it. */
	pty_send(p, "\x1a");
	pty_send(p, "text\r");
	pty_wait(p, "back 3", PTY_MS);
	pty_wait(p, "ready 24x80", PTY_MS);
	assert_false(pty_shows(p, "outside"));
	assert_true(slice_find(pty_raw(p), "got text", 0) != SLICE_NONE);
	pty_send(p, "e");
	pty_wait(p, "outside 2\n", PTY_MS);
	pty_send(p, "\x03");
	pty_wait(p, "back -1 'sh' was ended by signal 2", PTY_MS);
	pty_send(p, "x");
	pty_wait(p, "key x", PTY_MS);
	leave(p);
}

static void the_terminal_is_restored_in_a_crash(void **state)
{
	struct pty *p = start(NULL);
	unsigned row, col;
	bool shown;

	(void)state;
	pty_send(p, "c");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 9);
	assert_false(pty_shows(p, "ready"));
	pty_cursor(p, &row, &col, &shown);
	assert_true(shown);
	pty_kill(p);
}

static void the_line_editor_does_not_disturb_the_screen(void **state)
{
	struct pty *p = start(NULL);

	(void)state;
	for (int i = 0; i < 2; i++) {
		pty_send(p, "p");
		pty_wait(p, "prompt typed", PTY_MS);
		pty_send(p, "r");
		pty_wait(p, "key r", PTY_MS);
	}
	pty_send(p, "\x1b[6~");
	pty_wait(p, "5 key PageDown", PTY_MS);
	assert_int_equal(role_cell(p, ROLE_RACE_WRITE).fg, 1);
	leave(p);
}

static void a_terminal_that_cannot_be_used_is_a_sentence(void **state)
{
	static const struct {
		const char *env, *says;
	} cases[] = {
		{"TERM=no-such-terminal", "cannot use the terminal: TERM 'no-such-terminal' is not known on this system"},
		{"TERM=dumb", "cannot use the terminal: TERM 'dumb' is too simple for a full screen"},
		{"TERM=", "cannot use the terminal: TERM is not set"},
		{"TERM", "cannot use the terminal: TERM is not set"},
	};
	const char *const argv[] = {"/proc/self/exe", "demo", NULL};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *const env[] = {cases[i].env, NULL};
		struct pty *p = pty_start(argv, env, 10, 120);

		assert_int_equal(pty_wait_exit(p, PTY_MS), ERR_TOOL);
		pty_wait(p, cases[i].says, PTY_MS);
		pty_kill(p);
	}
}

/* Run this program from a shell, with its path in $1. */
static struct pty *start_sh(const char *script)
{
	static char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	const char *const argv[] = {"sh", "-c", script, "sh", self, NULL};

	assert_true(n > 0);
	self[n] = '\0';
	return pty_start(argv, NULL, 24, 80);
}

static void keys_come_from_the_terminal_where_standard_input_is_none(void **state)
{
	struct pty *p = start_sh("echo text | \"$1\" demo; echo status $?");

	(void)state;
	pty_wait(p, "ready 24x80", PTY_MS);
	pty_send(p, "x");
	pty_wait(p, "1 key x", PTY_MS);
	pty_send(p, "q");
	pty_wait(p, "status 0", PTY_MS);
	pty_kill(p);
}

static void output_that_is_no_terminal_is_an_error(void **state)
{
	struct pty *p = start_sh("\"$1\" demo | cat; \"$1\" demo > /dev/null; echo status $?");

	(void)state;
	pty_wait(p, "status 5", PTY_MS);
	assert_true(pty_shows(p, "cannot use the terminal: standard output is none"));
	pty_kill(p);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(keys_arrive_by_their_names),
	cmocka_unit_test(hostile_text_is_seen_and_never_sent),
	cmocka_unit_test(roles_have_the_colours_of_the_theme),
	cmocka_unit_test(without_colours_the_mono_theme_is_used),
	cmocka_unit_test(colours_are_fitted_to_the_palette),
	cmocka_unit_test(a_theme_that_paints_a_background_leaves_no_cell_out),
	cmocka_unit_test(colours_by_their_parts_reach_terminals_that_have_them),
	cmocka_unit_test(looks_change_without_character_sets),
	cmocka_unit_test(matches_and_the_selection_differ_from_each_other),
	cmocka_unit_test(a_frame_without_a_change_sends_nothing),
	cmocka_unit_test(the_cursor_is_where_the_grid_has_it),
	cmocka_unit_test(a_new_size_is_taken_over),
	cmocka_unit_test(the_terminal_is_given_away_and_taken_again),
	cmocka_unit_test(the_terminal_is_restored_in_a_crash),
	cmocka_unit_test(the_line_editor_does_not_disturb_the_screen),
	cmocka_unit_test(a_terminal_that_cannot_be_used_is_a_sentence),
	cmocka_unit_test(keys_come_from_the_terminal_where_standard_input_is_none),
	cmocka_unit_test(output_that_is_no_terminal_is_an_error),
};

int main(int argc, char **argv)
{
	(void)argv;
	setlocale(LC_ALL, "");
	return argc > 1 ? demo() : cmocka_run_group_tests(tests, NULL, NULL);
}
