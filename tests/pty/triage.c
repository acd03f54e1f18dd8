/*
 * A morning of thirty runs: 24 easy ones, 4 overridden, 1 deferred, 1 that failed and is judged; the program is killed after
 * every tenth key.  The hands at the keys look at the screen only: whose run it is and what the line below says.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/when.h"
#include "store/store.h"
#include "tests/pty/home.h"
#include "tests/pty/pty.h"
#include "tests/test.h"

enum { RUNS = 30, EASY = 24, OVERRIDDEN = 4, DEFERRED = EASY + OVERRIDDEN, FAILED, KILL_AFTER = 10, KEYS_MAX = 400 };

#define REVIEWER "Rita Reviewer <rita@example.org>"

static const char *program(void)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/src/verdict", getenv("VERDICT_TEST_BUILDDIR"));
	return path;
}

/* ---- the runs ---- */

static void put_time(struct json_w *w, const char *key, int second)
{
	char text[sizeof "2026-01-01T00:00:00Z"];

	snprintf(text, sizeof text, "2026-01-01T00:00:%02dZ", second);
	json_kcstr(w, key, text);
}

static void begin_span(struct json_w *w, int seq, int nesting, const char *type, const char *name)
{
	json_open(w, '{');
	json_kint(w, "Seq", seq);
	json_kint(w, "Nesting", nesting);
	json_kcstr(w, "Type", type);
	json_kcstr(w, "Name", name);
	put_time(w, "Started", seq);
	put_time(w, "Finished", 50 - seq);
}

/* The racing lines of run n are lines 3 and 6 of its file. */
static void put_source(struct json_w *w, int n)
{
	struct buf b = BUF_INIT;

	begin_span(w, 2, 2, "tool", "read-file");
	json_key(w, "Args");
	json_open(w, '{');
	buf_addf(&b, "lib/f%02d.c", n);
	json_kcstr(w, "File", buf_str(&b));
	json_kint(w, "FirstLine", 1);
	json_kint(w, "LineCount", 7);
	json_close(w, '}');
	buf_clear(&b);
	buf_addf(&b, "   1:\tvoid set%02d(void)\n   2:\t{\n   3:\t\twritten%02d = 1;\n   4:\t}\n   5:\tint get%02d(void) {\n"
		 "   6:\t\treturn written%02d;\n   7:\t}\n", n, n, n, n);
	json_key(w, "Results");
	json_open(w, '{');
	json_kcstr(w, "Contents", buf_str(&b));
	json_close(w, '}');
	json_close(w, '}');
	buf_release(&b);
}

static void put_agent(struct json_w *w, int n)
{
	struct buf b = BUF_INIT;

	begin_span(w, 1, 1, "agent", "expert");
	buf_addf(&b, "The report:\n\n==================================================================\n"
		 "BUG: KCSAN: data-race in set%02d / get%02d\n\n"
		 "write to 0xffff888100000010 of 4 bytes by task 11 on cpu 0:\n set%02d+0x10/0x40 lib/f%02d.c:3\n\n"
		 "read to 0xffff888100000010 of 4 bytes by task 12 on cpu 1:\n get%02d+0x8/0x20 lib/f%02d.c:6\n\n"
		 "value changed: 0x00000001 -> 0x00000002\n\nReported by Kernel Concurrency Sanitizer on:\n"
		 "CPU: 1 PID: 12 Comm: duck Not tainted 6.1.0 #1\n"
		 "==================================================================\n", n, n, n, n, n, n);
	json_kcstr(w, "Prompt", buf_str(&b));
	json_close(w, '}');
	buf_release(&b);
}

static void put_flow(struct json_w *w, int n)
{
	struct buf b = BUF_INIT;

	begin_span(w, 0, 0, "flow", "assessment-kcsan");
	if (n == FAILED) {
		json_kcstr(w, "Error", "the provider went away");
	} else {
		buf_addf(&b, "Nobody looks at answer%02d.", n);
		json_key(w, "Results");
		json_open(w, '{');
		json_kbool(w, "Benign", true);
		json_kcstr(w, "Explanation", buf_str(&b));
		json_close(w, '}');
	}
	json_close(w, '}');
	buf_release(&b);
}

static void write_run(struct home *h, int n)
{
	struct buf b = BUF_INIT;
	char name[32];
	struct json_w w;
	struct err e;

	json_w_init(&w, &b, true);
	json_open(&w, '[');
	put_flow(&w, n);
	put_agent(&w, n);
	put_source(&w, n);
	json_close(&w, ']');
	snprintf(name, sizeof name, "run%02d.json", n);
	assert_int_equal(fs_write_atomic(h->dir, name, buf_slice(&b), &e), 0);
	buf_release(&b);
}

static void take_in(struct home *h)
{
	const char *argv[2 + RUNS + 1] = {program(), "import"};
	char *names[RUNS];
	struct pty *p;

	for (int n = 0; n < RUNS; n++) {
		char name[32];

		write_run(h, n);
		snprintf(name, sizeof name, "run%02d.json", n * 7 % RUNS); /* the kinds come mixed */
		argv[2 + n] = names[n] = fs_join(h->dir, name);
	}
	p = pty_start(argv, h->set, 45, 160);
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	pty_kill(p);
	for (int n = 0; n < RUNS; n++)
		free(names[n]);
}

/* ---- the hands ---- */

struct triage {
	struct home *h;
	struct pty *p;
	unsigned keys, kills;
	unsigned keys_of[RUNS];
	bool killed_in[RUNS], confirmed[RUNS];
	size_t confirmations;
};

/* The run that has the screen, by the functions in its title; -1 while there is none. */
static int run_shown(struct pty *p)
{
	struct buf text = BUF_INIT;
	struct slice line, rest;
	uint64_t n = 0;
	size_t at;
	bool found;

	pty_screen_text(p, &text);
	rest = buf_slice(&text);
	slice_line(&rest, &line);
	at = slice_find(line, "data-race in set", 0);
	found = at != SLICE_NONE && slice_u64(slice_sub(line, at + 16, at + 18), &n) && n < RUNS;
	buf_release(&text);
	return found ? (int)n : -1;
}

/* The answer and both racing lines, with no key pressed for them. */
static bool case_is_shown(struct pty *p, void *arg)
{
	const int *n = arg;
	char answer[32], written[32], read[32];

	if (run_shown(p) != *n)
		return false;
	snprintf(answer, sizeof answer, *n == FAILED ? "the provider went away" : "Nobody looks at answer%02d.", *n);
	snprintf(written, sizeof written, "written%02d = 1;", *n);
	snprintf(read, sizeof read, "return written%02d;", *n);
	return pty_shows(p, answer) && pty_shows(p, written) && pty_shows(p, read);
}

static bool next_is_shown(struct pty *p, void *arg)
{
	const int *before = arg;
	int n = run_shown(p);

	/* rows are not painted in the order of the screen: that of the decision before may be the last */
	return n >= 0 && n != *before && case_is_shown(p, &n) && !pty_shows(p, "(not saved yet)");
}

static void start(struct triage *t)
{
	const char *argv[] = {program(), "review", "--set", "reviewer=" REVIEWER, NULL};
	int none = -1;

	t->p = pty_start(argv, t->h->set, 45, 160);
	pty_wait_until(t->p, next_is_shown, &none, "a run that waits", PTY_MS);
	pty_wait(t->p, "undecided", PTY_MS); /* counted: the store was read */
}

/* What the store says of a run, by its title. */
struct stored {
	struct store *s;
	enum review_state review[RUNS];
	char *decided[RUNS], until[RUNS][DATE_TEXT + 1];
	size_t decisions[RUNS], n;
};

static int look(void *arg, const struct run_row *row)
{
	struct stored *st = arg;
	struct events es = {0};
	uint64_t n;

	assert_true(slice_u64(slice_sub(slice_str(row->title), 23, 25), &n) && n < RUNS);
	st->n++;
	st->review[n] = row->review;
	st->decided[n] = row->decided ? xstrdup(row->decided) : NULL;
	memcpy(st->until[n], row->until, sizeof row->until);
	assert_int_equal(store_events(st->s, row->id, &es, NULL), 0);
	for (size_t i = 0; i < es.n; i++)
		st->decisions[n] += event_kind_of(es.e[i].kind) == EVENT_DECIDE;
	events_release(&es);
	return 0;
}

static void read_store(struct home *h, struct stored *st)
{
	char *dir = fs_join(h->dir, "data/verdict");
	struct err e = {0};

	*st = (struct stored){0};
	st->s = store_open(dir, &e);
	assert_non_null(st->s);
	assert_int_equal(store_list(st->s, look, st, &e), 0);
	assert_int_equal(st->n, RUNS);
	store_close(st->s);
	free(dir);
}

static void stored_release(struct stored *st)
{
	for (int n = 0; n < RUNS; n++)
		free(st->decided[n]);
}

static enum review_state wanted(int n)
{
	return n < EASY ? REVIEW_APPROVED : n < DEFERRED ? REVIEW_OVERRIDDEN : n == DEFERRED ? REVIEW_DEFERRED : REVIEW_JUDGED;
}

/* Nothing that the screen had called saved is lost, and nothing was decided that was not meant. */
static void assert_kept(struct triage *t)
{
	struct stored st;

	read_store(t->h, &st);
	for (int n = 0; n < RUNS; n++) {
		if (t->confirmed[n] || st.review[n] != REVIEW_UNREVIEWED)
			assert_int_equal(st.review[n], wanted(n));
		assert_true(st.decisions[n] == (st.review[n] != REVIEW_UNREVIEWED));
	}
	stored_release(&st);
}

static void kill_it(struct triage *t)
{
	t->kills++;
	kill(pty_pid(t->p), SIGKILL);
	assert_int_equal(pty_wait_exit(t->p, PTY_MS), 128 + SIGKILL);
	pty_kill(t->p);
	assert_kept(t);
	start(t);
}

/* The next key for run n, from what the screen says; `shows` is what it says when the key was obeyed. */
static const char *next_key(struct pty *p, int n, const char **shows)
{
	bool form = pty_shows(p, "(not saved yet)");

	*shows = "(not saved yet)";
	if (!form)
		return n < EASY ? "a" : n == DEFERRED ? "w" : "o";
	if (n < EASY)
		return "\r";
	if (n < DEFERRED) {
		*shows = "override: harmful; missed lock (not saved yet)";
		return pty_shows(p, *shows) ? "\r" : "1";
	}
	if (n == FAILED) {
		*shows = "judge: benign (not saved yet)";
		return pty_shows(p, *shows) ? "\r" : " ";
	}
	if (pty_shows(p, "defer until 20"))
		return "\r";
	*shows = "2w, 2026-12-01):";
	if (!pty_shows(p, *shows))
		return " ";
	if (pty_shows(p, "-12-01): 2w")) {
		*shows = "defer until 20";
		return "\r";
	}
	*shows = pty_shows(p, "-12-01): 2") ? "-12-01): 2w" : "-12-01): 2";
	return pty_shows(p, "-12-01): 2") ? "w" : "2";
}

static bool is_saving(struct pty *p, int n, const char *key)
{
	return *key == '\r' && (n != DEFERRED || !pty_shows(p, "2w, 2026-12-01):"));
}

/* One key, and what comes of it; false when the last run was decided on. */
static bool press(struct triage *t, int n)
{
	const char *shows, *key = next_key(t->p, n, &shows);
	bool saving = is_saving(t->p, n, key);

	pty_send(t->p, key);
	t->keys++;
	t->keys_of[n]++;
	if (t->keys % KILL_AFTER == 0) { /* at once: whether it was obeyed is for the store to say */
		t->killed_in[n] = true;
		kill_it(t);
		return true;
	}
	if (!saving) {
		pty_wait(t->p, shows, PTY_MS);
		return true;
	}
	pty_wait(t->p, "saved: ", PTY_MS);
	t->confirmed[n] = true;
	t->confirmations++;
	if (pty_shows(t->p, "no run waits any more"))
		return false;
	pty_wait_until(t->p, next_is_shown, &n, "the next case", PTY_MS);
	return true;
}

static void a_morning_survives_being_killed_after_every_tenth_key(void **state)
{
	struct triage t = {.h = *state};
	char before[DATE_TEXT + 1], after[DATE_TEXT + 1], today[DATE_TEXT + 1];
	struct stored st;

	take_in(t.h);
	date_of(when_now(), today);
	date_read(SLICE("2w"), today, before, NULL);
	start(&t);
	while (press(&t, run_shown(t.p)))
		assert_true(t.keys < KEYS_MAX);
	date_of(when_now(), today);
	date_read(SLICE("2w"), today, after, NULL);
	pty_send(t.p, "Q");
	assert_int_equal(pty_wait_exit(t.p, PTY_MS), 0);
	pty_kill(t.p);

	assert_true(t.kills >= 6);
	read_store(t.h, &st);
	for (int n = 0; n < RUNS; n++) {
		assert_int_equal(st.review[n], wanted(n));
		assert_int_equal(st.decisions[n], 1);
		if (n == DEFERRED)
			assert_true(strcmp(st.until[n], before) == 0 || strcmp(st.until[n], after) == 0);
		else
			assert_string_equal(st.decided[n], wanted(n) == REVIEW_OVERRIDDEN ? "harmful" : "benign");
		if (n < EASY && !t.killed_in[n]) /* two keys each, and none to see the next one */
			assert_int_equal(t.keys_of[n], 2);
	}
	stored_release(&st);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(a_morning_survives_being_killed_after_every_tenth_key, home_make, home_drop),
};

TEST_MAIN()
