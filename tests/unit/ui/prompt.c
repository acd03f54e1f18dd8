#define _GNU_SOURCE /* signal masks, mkdtemp */
#include "ui/prompt.h"

#include <locale.h>
#include <signal.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "tests/test.h"

/* A home folder of its own, so that nobody's .editrc has a say; *state is its path. */
static int setup(void **state)
{
	char *dir = xstrdup("/tmp/verdict-prompt-XXXXXX");

	if (!mkdtemp(dir))
		return -1;
	setenv("HOME", dir, 1);
	unsetenv("EDITRC");
	*state = dir;
	return 0;
}

static void put_file(const char *dir, const char *name, const char *text)
{
	assert_int_equal(fs_write_atomic(dir, name, slice_str(text), NULL), 0);
}

static int teardown(void **state)
{
	static const char *const names[] = {".editrc", "history"};
	char *dir = *state;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *path = fs_join(dir, names[i]);

		unlink(path);
		free(path);
	}
	rmdir(dir);
	free(dir);
	return 0;
}

static struct prompt *new_prompt(void)
{
	struct err e = {0};
	struct prompt *p = prompt_new(&e);

	if (!p)
		fail_msg("%s", e.msg);
	return p;
}

/* Type characters as they stand, except: "<NAME>" is the key NAME. */
static enum prompt_result type(struct prompt *p, const char *keys)
{
	enum prompt_result r = PROMPT_MORE;
	struct slice s = slice_str(keys);

	while (s.n) {
		ui_key k[KEY_SEQUENCE];
		size_t end;

		assert_int_equal(r, PROMPT_MORE);
		if (s.p[0] == '<') {
			end = slice_chr(s, '>', 0);
			assert_int_equal(key_parse(slice_sub(s, 1, end), k), 1);
			s = slice_sub(s, end + 1, s.n);
		} else {
			uint32_t cp;

			end = utf8_decode(s, &cp);
			k[0] = cp;
			s = slice_sub(s, end, s.n);
		}
		r = prompt_key(p, k[0]);
	}
	return r;
}

/* The line with "|" at the cursor. */
static void assert_line(const struct prompt *p, const char *want)
{
	char got[1024];
	size_t cursor;
	struct slice s = prompt_line(p, &cursor);

	assert_true(cursor <= s.n && s.n < sizeof got - 2);
	snprintf(got, sizeof got, "%.*s|%.*s", (int)cursor, s.p, (int)(s.n - cursor), s.p + cursor);
	assert_string_equal(got, want);
}

struct edit_case {
	const char *start, *keys, *want;
};

static void check_edits(const struct edit_case *c, size_t n)
{
	struct prompt *p = new_prompt();

	for (size_t i = 0; i < n; i++) {
		prompt_start(p, slice_str(c[i].start), true, NULL, NULL);
		assert_int_equal(type(p, c[i].keys), PROMPT_MORE);
		assert_line(p, c[i].want);
	}
	prompt_free(p);
}

static void emacs_keys_edit_the_line(void **state)
{
	static const struct edit_case cases[] = {
		{"", "", "|"},
		{"", "abc", "abc|"},
		{"given", "", "given|"},
		{"given", "!", "given!|"},
		{"given", "<^A>x", "x|given"},
		{"", "grün 漢字", "grün 漢字|"},
		{"", "漢字<Left>x", "漢x|字"},
		{"", "é漢<Left><Left>a<End>z", "aé漢z|"},
		{"one two three", "<^W>", "one two |"},
		{"one two three", "<Home><Delete><Right><^K>", "n|"},
		{"one two", "<^U>x", "x|"},
		{"one two", "<Backspace><^H>", "one t|"},
		{"one two", "<M-b>x", "one x|two"},
		{"one two", "<^A><M-f><^K>", "one|"},
		{"one two", "<^A><^D><^D>", "|e two"},
		{"", "abc<^A><^F><^T>", "ba|c"},
		{"a", "<Up><Down><PageUp><F3><Insert>b", "ab|"},
		{"two\nlines", "", "two lines|"},
		{"\x1b[A\x81", "", "\x1b[A\xef\xbf\xbd|"},
	};

	(void)state;
	check_edits(cases, sizeof cases / sizeof *cases);
}

static void vi_keys_edit_the_line_where_editrc_says_so(void **state)
{
	static const struct edit_case cases[] = {
		{"", "abc", "abc|"},
		{"", "abc<Escape>", "ab|c"},
		{"one two", "<Escape>0x", "|ne two"},
		{"one two", "<Escape>0dwix", "x|two"},
		{"one two", "<Escape>bcwxy", "one xy|"},
		{"one two", "<Escape>0ftx", "one |wo"},
		{"one two", "<Escape>0<Right><Right>iX", "onX|e two"},
		{"one", "<Left>x", "onx|e"},
		{"one", "<Escape>Ax", "onex|"},
		{"one", "<Escape>v:x", "o|n"},
		{"", "漢é<Escape>ia", "漢a|é"},
	};

	put_file(*state, ".editrc", "bind -v\n");
	check_edits(cases, sizeof cases / sizeof *cases);
}

static void editrc_binds_keys_and_cannot_take_editing_away(void **state)
{
	struct prompt *p;

	put_file(*state, ".editrc", "verdict:bind ^T ed-kill-line\nother:bind ^F ed-kill-line\nedit off\n");
	p = new_prompt();
	prompt_start(p, SLICE("one two"), false, NULL, NULL);
	assert_int_equal(type(p, "<^A><M-f><^T>"), PROMPT_MORE);
	assert_line(p, "one|");
	prompt_free(p);
}

static void enter_gives_the_line(void **state)
{
	struct prompt *p = new_prompt();

	(void)state;
	prompt_start(p, SLICE("set "), true, NULL, NULL);
	assert_int_equal(type(p, "wräp<^A><Enter>"), PROMPT_DONE);
	assert_line(p, "set wräp|");
	prompt_start(p, prompt_line(p, NULL), true, NULL, NULL);
	assert_int_equal(type(p, "s<^J>"), PROMPT_DONE);
	assert_line(p, "set wräps|");
	prompt_start(p, SLICE(""), true, NULL, NULL);
	assert_int_equal(type(p, "<Enter>"), PROMPT_DONE);
	assert_line(p, "|");
	prompt_free(p);
}

static void some_keys_leave_without_a_line(void **state)
{
	static const struct {
		const char *start, *keys;
	} cases[] = {{"", "<^C>"}, {"text", "<^C>"}, {"text", "<^G>"},	 {"text", "<Escape>"},
		     {"", "<^D>"}, {"", "ab<^R>x<^C>"}, {"t", "<^V><^G>"}, {"ab", "<^U><^D>"}};
	struct prompt *p = new_prompt();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		prompt_start(p, slice_str(cases[i].start), true, NULL, NULL);
		assert_int_equal(type(p, cases[i].keys), PROMPT_CANCEL);
		assert_line(p, "|");
	}
	prompt_start(p, SLICE("still "), true, NULL, NULL);
	assert_int_equal(type(p, "works<Enter>"), PROMPT_DONE);
	assert_line(p, "still works|");
	prompt_free(p);
}

static void in_vi_mode_escape_does_not_leave(void **state)
{
	struct prompt *p;

	put_file(*state, ".editrc", "bind -v\n");
	p = new_prompt();
	prompt_start(p, SLICE("text"), true, NULL, NULL);
	assert_int_equal(type(p, "<Escape><Escape>"), PROMPT_MORE);
	assert_int_equal(type(p, "d<^C>"), PROMPT_CANCEL);
	prompt_start(p, SLICE("text"), true, NULL, NULL);
	assert_int_equal(type(p, "<Escape>x<Enter>"), PROMPT_DONE);
	assert_line(p, "tex|");
	prompt_free(p);
}

static void keys_without_a_started_line_do_nothing(void **state)
{
	struct prompt *p = new_prompt();

	(void)state;
	assert_int_equal(prompt_key(p, 'x'), PROMPT_CANCEL);
	prompt_stop(p);
	prompt_start(p, SLICE("x"), true, NULL, NULL);
	prompt_stop(p);
	prompt_stop(p);
	assert_int_equal(prompt_key(p, 'x'), PROMPT_CANCEL);
	assert_line(p, "|");
	prompt_free(p);
}

static void a_prompt_can_be_freed_in_any_state(void **state)
{
	static const char *const keys[] = {"", "abc", "<^R>a", "<^V>", "abc<Enter>", "abc<^C>"};

	(void)state;
	prompt_free(NULL);
	prompt_free(new_prompt());
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct prompt *p = new_prompt();

		prompt_start(p, SLICE("x"), true, NULL, NULL);
		type(p, keys[i]);
		prompt_free(p);
	}
}

static void two_prompts_do_not_disturb_each_other(void **state)
{
	struct prompt *p = new_prompt(), *q = new_prompt();

	(void)state;
	prompt_start(p, SLICE("p"), true, NULL, NULL);
	prompt_start(q, SLICE("q"), true, NULL, NULL);
	type(p, "1");
	type(q, "2");
	type(p, "3");
	assert_line(p, "p13|");
	assert_line(q, "q2|");
	prompt_free(p);
	type(q, "4");
	assert_line(q, "q24|");
	prompt_free(q);
}

static void lines_have_a_ceiling(void **state)
{
	static char big[10000];
	struct prompt *p = new_prompt();

	(void)state;
	memset(big, 'x', sizeof big);
	prompt_start(p, (struct slice){big, sizeof big}, true, NULL, NULL);
	assert_int_equal(prompt_line(p, NULL).n, 4096);
	assert_int_equal(type(p, "yé"), PROMPT_MORE);
	assert_int_equal(prompt_line(p, NULL).n, 4096);
	assert_int_equal(type(p, "<Backspace><Backspace>yz"), PROMPT_MORE);
	assert_int_equal(prompt_line(p, NULL).n, 4096);
	assert_true(slice_ends(prompt_line(p, NULL), "xyz"));
	assert_int_equal(type(p, "<^A><Delete>a<End><Left><^K>"), PROMPT_MORE);
	assert_int_equal(prompt_line(p, NULL).n, 4095);
	assert_true(slice_starts(prompt_line(p, NULL), "axx") && slice_ends(prompt_line(p, NULL), "xy"));
	prompt_free(p);
}

static void the_signal_mask_of_the_program_stays(void **state)
{
	struct prompt *p = new_prompt();
	sigset_t set, before, now;

	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	prompt_start(p, SLICE(""), true, NULL, NULL);
	sigprocmask(SIG_BLOCK, &set, &before);
	/* It would end the test, were it unblocked while the editor runs. */
	raise(SIGUSR1);
	type(p, "abc<Enter>");
	sigprocmask(SIG_BLOCK, NULL, &now);
	assert_true(sigismember(&now, SIGUSR1));
	signal(SIGUSR1, SIG_IGN);
	sigprocmask(SIG_SETMASK, &before, NULL);
	signal(SIGUSR1, SIG_DFL);
	prompt_free(p);
}

/* ---- completion ---- */

static const char *const words[] = {"next-line", "next-pane", "next-run", "prev-run", "quit ",
				    "größer", "größte", "span1\tof a tool", "span12\tof a model", NULL};

static void complete(void *arg, struct slice line, size_t *from, struct buf *out)
{
	size_t blank = slice_rfind(line, " ");

	++*(unsigned *)arg;
	*from = blank == SLICE_NONE ? 0 : blank + 1;
	for (size_t i = 0; words[i]; i++)
		if (strncmp(words[i], line.p + *from, line.n - *from) == 0)
			buf_addf(out, "%s\n", words[i]);
}

static void tab_inserts_what_all_candidates_have_in_common(void **state)
{
	static const struct {
		const char *start, *keys, *line, *candidates;
	} cases[] = {
		{"", "n<Tab>", "next-|", "next-line\nnext-pane\nnext-run\n"},
		{"", "next-l<Tab>", "next-line|", ""},
		{"", "q<Tab>x", "quit x|", ""},
		{"", "zzz<Tab>", "zzz|", ""},
		{"", "<Tab>", "|", "next-line\nnext-pane\nnext-run\nprev-run\nquit \ngrößer\ngrößte\nspan1\tof a tool\nspan12\tof a model\n"},
		{"", "s<Tab>", "span1|", "span1\tof a tool\nspan12\tof a model\n"},
		{"", "span12<Tab>", "span12|", ""},
		{"", "n<Tab><Tab>", "next-|", "next-line\nnext-pane\nnext-run\n"},
		{"", "n<Tab>r<Tab>", "next-run|", ""},
		{"", "n<Tab>x", "next-x|", ""},
		{"bind p", "<Tab>", "bind prev-run|", ""},
		{"p tail", "<^A><Right><Tab>", "prev-run| tail", ""},
		{"gr", "<Tab>", "größ|", "größer\ngrößte\n"},
		{"größt", "<Tab>", "größte|", ""},
	};
	struct prompt *p = new_prompt();
	unsigned calls = 0;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		prompt_start(p, slice_str(cases[i].start), true, complete, &calls);
		assert_int_equal(type(p, cases[i].keys), PROMPT_MORE);
		assert_line(p, cases[i].line);
		assert_slice(prompt_candidates(p), cases[i].candidates);
	}
	assert_int_equal(calls, 16);
	prompt_start(p, SLICE("n"), true, NULL, NULL);
	assert_int_equal(type(p, "<Tab>"), PROMPT_MORE);
	assert_line(p, "n|");
	prompt_free(p);
}

static void tab_completes_in_vi_mode_too(void **state)
{
	struct prompt *p;
	unsigned calls = 0;

	put_file(*state, ".editrc", "bind -v\n");
	p = new_prompt();
	prompt_start(p, SLICE(""), true, complete, &calls);
	assert_int_equal(type(p, "prev<Tab><Escape>x"), PROMPT_MORE);
	assert_line(p, "prev-r|u");
	prompt_free(p);
}

/* ---- history ---- */

static void enter(struct prompt *p, const char *line, bool history)
{
	prompt_start(p, slice_str(line), history, NULL, NULL);
	assert_int_equal(type(p, "<Enter>"), PROMPT_DONE);
}

static void entered_lines_come_back(void **state)
{
	struct prompt *p = new_prompt();

	(void)state;
	enter(p, "first", true);
	enter(p, "second ä", true);
	enter(p, "second ä", true);
	enter(p, "   ", true);
	enter(p, "private", false);
	prompt_start(p, SLICE(""), true, NULL, NULL);
	assert_int_equal(type(p, "<Up>"), PROMPT_MORE);
	assert_line(p, "second ä|");
	assert_int_equal(type(p, "<^P>"), PROMPT_MORE);
	assert_line(p, "first|");
	assert_int_equal(type(p, "<Up><Down>"), PROMPT_MORE);
	assert_line(p, "second ä|");
	prompt_start(p, SLICE("x"), false, NULL, NULL);
	assert_int_equal(type(p, "<Up>"), PROMPT_MORE);
	assert_line(p, "x|");
	prompt_free(p);
}

static void a_search_in_the_history_shows_what_is_searched_for(void **state)
{
	struct prompt *p = new_prompt();

	(void)state;
	enter(p, "set wrap off", true);
	enter(p, "search lock", true);
	prompt_start(p, SLICE(""), true, NULL, NULL);
	assert_int_equal(type(p, "<^R>wr"), PROMPT_MORE);
	assert_slice(slice_sub(prompt_line(p, NULL), 0, 12), "set wrap off");
	assert_true(slice_find(prompt_candidates(p), "wr", 0) != SLICE_NONE);
	assert_int_equal(type(p, "<Enter>"), PROMPT_DONE);
	assert_slice(prompt_line(p, NULL), "set wrap off");
	prompt_free(p);
}

static void history_is_kept_in_a_private_file_at_once(void **state)
{
	char *path = fs_join(*state, "history");
	struct prompt *p = new_prompt(), *q = new_prompt();
	struct buf b = BUF_INIT;
	struct err e = {0};
	struct stat st;

	prompt_load_history(p, path);
	prompt_load_history(q, path); /* another program */
	enter(p, "one", true);
	enter(q, "zwei ü", true);
	enter(p, "not a command", false);
	enter(p, " not this", true);
	enter(p, "set proxy http://me:secret@proxy", true);
	enter(p, "three", true);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(fs_read(path, &b, &e), 0); /* while both still run: whatever ends them loses nothing */
	assert_slice(buf_slice(&b), "one\nzwei ü\nthree\n");
	prompt_free(p);
	prompt_free(q);

	p = new_prompt();
	prompt_load_history(p, path);
	enter(p, "four", true);
	assert_int_equal(fs_read(path, &b, &e), 0);
	assert_slice(buf_slice(&b), "one\nzwei ü\nthree\nfour\n");
	prompt_load_history(p, "/dev/null/x/history"); /* cannot be: nothing is said, nothing is lost but this */
	enter(p, "five", true);
	prompt_free(p);
	buf_release(&b);
	free(path);
}

static void history_has_a_ceiling_and_takes_any_file(void **state)
{
	char *path = fs_join(*state, "history");
	struct prompt *p = new_prompt();
	struct buf b = BUF_INIT;
	struct slice rest, line;
	unsigned n = 0;

	for (unsigned i = 0; i < 2 * PROMPT_HISTORY + 100; i++)
		buf_addf(&b, "line %u\r\n", i);
	buf_adds(&b, "bro\xffken\n\n\x1b[31m\nlast");
	assert_int_equal(fs_write_atomic(*state, "history", buf_slice(&b), NULL), 0);
	prompt_load_history(p, path);
	assert_int_equal(fs_read(path, &b, NULL), 0);
	rest = buf_slice(&b);
	while (slice_line(&rest, &line))
		n++;
	assert_int_equal(n, PROMPT_HISTORY);
	assert_true(slice_starts(buf_slice(&b), "line 603\n"));
	assert_true(slice_ends(buf_slice(&b), "\nbro\xef\xbf\xbdken\n\x1b[31m\nlast\n"));
	prompt_free(p);
	buf_release(&b);
	free(path);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
static const struct CMUnitTest tests[] = {
	TEST(emacs_keys_edit_the_line),
	TEST(vi_keys_edit_the_line_where_editrc_says_so),
	TEST(editrc_binds_keys_and_cannot_take_editing_away),
	TEST(enter_gives_the_line),
	TEST(some_keys_leave_without_a_line),
	TEST(in_vi_mode_escape_does_not_leave),
	TEST(keys_without_a_started_line_do_nothing),
	TEST(a_prompt_can_be_freed_in_any_state),
	TEST(two_prompts_do_not_disturb_each_other),
	TEST(lines_have_a_ceiling),
	TEST(the_signal_mask_of_the_program_stays),
	TEST(tab_inserts_what_all_candidates_have_in_common),
	TEST(tab_completes_in_vi_mode_too),
	TEST(entered_lines_come_back),
	TEST(a_search_in_the_history_shows_what_is_searched_for),
	TEST(history_is_kept_in_a_private_file_at_once),
	TEST(history_has_a_ceiling_and_takes_any_file),
};

int main(void)
{
	setlocale(LC_ALL, "");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
