/* Questions about the code: the answer of a good child, and what children do that are not good. */
#define _GNU_SOURCE
#include "app/ask.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/program.h"
#include "tests/site.h"

struct world {
	struct test_site site;
	struct ask *ask;
	unsigned news;
	struct ask_tree tree;
	struct err e;
};

static void news(void *arg)
{
	struct world *w = arg;

	w->news++;
	loop_stop(w->site.l, 0);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	*state = w;
	test_site_make(&w->site);
	w->ask = ask_new(&w->site.app, w->site.l, news, w);
	w->tree = (struct ask_tree){w->site.t.dir, "", "abc"};
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	ask_free(w->ask);
	assert_null(w->site.app.ask);
	test_site_remove(&w->site);
	free(w);
	return 0;
}

/* Ask a script, which is run instead of this program. */
static int ask(struct world *w, const char *script, const char *args)
{
	const char *top = w->site.t.top;

	test_program(w->ask, top, "echo $$ >%s/pid\necho x >>%s/calls\n%s\n", top, top, script);
	return ask_begin(w->ask, "lines-blame", &w->tree, slice_str(args), &w->e);
}

/* The same, to its end. */
static enum ask_state answered(struct world *w, const char *script)
{
	assert_int_equal(ask(w, script, "{}"), 0);
	assert_int_equal(ask_state(w->ask), ASK_WAITS);
	loop_run(w->site.l);
	return ask_state(w->ask);
}

static size_t calls(struct world *w)
{
	return strlen(test_tree_run(&w->site.t, "cat ../calls | tr -d '\\n'"));
}

static void the_answer_comes_and_what_is_of_a_commit_is_kept(void **state)
{
	struct world *w = *state;
	static const char script[] = "printf '{\"Args\":\"%s\",\"In\":' \"$*\"; cat; echo '}'";
	struct buf want = BUF_INIT;

	assert_int_equal(ask_state(NULL), ASK_IDLE);
	assert_int_equal(ask_state(w->ask), ASK_IDLE);
	assert_int_equal(answered(w, script), ASK_ANSWERED);
	buf_addf(&want, "{\"Args\":\"tool lines-blame --json --kernel %s --at abc\",\"In\":{}}", w->site.t.dir);
	assert_slice(ask_answer(w->ask), buf_str(&want));
	assert_int_equal(w->news, 1);
	/* the same question is not asked again, another is */
	assert_int_equal(ask(w, script, "{}"), 1);
	assert_slice(ask_answer(w->ask), buf_str(&want));
	assert_int_equal(ask(w, script, "{\"a\":1}"), 0);
	loop_run(w->site.l);
	assert_int_equal(calls(w), 2);
	/* of files that may change too */
	w->tree.commit = "";
	assert_int_equal(answered(w, script), ASK_ANSWERED);
	assert_int_equal(answered(w, script), ASK_ANSWERED);
	assert_int_equal(calls(w), 4);
	buf_release(&want);
}

/* Of one tool, tree and commit, whose id either side may have abbreviated. */
static void what_was_answered_is_found_again(void **state)
{
	struct world *w = *state;
	struct slice answer;
	size_t at = 0;

	w->tree.commit = "0123456789ab";
	assert_int_equal(ask(w, "echo '{\"a\":1}'", "{}"), 0);
	loop_run(w->site.l);
	assert_int_equal(ask(w, "echo '{\"b\":1}'", "{\"x\":1}"), 0);
	loop_run(w->site.l);
	w->tree.commit = "0123456789abcdef";
	assert_true(ask_kept(w->ask, "lines-blame", &w->tree, &at, &answer));
	assert_slice(answer, "{\"a\":1}");
	assert_true(ask_kept(w->ask, "lines-blame", &w->tree, &at, &answer));
	assert_slice(answer, "{\"b\":1}");
	assert_false(ask_kept(w->ask, "lines-blame", &w->tree, &at, &answer));
	at = 0;
	assert_false(ask_kept(w->ask, "codesearch-layout", &w->tree, &at, &answer));
	at = 0;
	w->tree.commit = "0123457";
	assert_false(ask_kept(w->ask, "lines-blame", &w->tree, &at, &answer));
	at = 0;
	w->tree.commit = "";
	assert_false(ask_kept(w->ask, "lines-blame", &w->tree, &at, &answer));
	assert_false(ask_kept(NULL, "lines-blame", &w->tree, &at, &answer));
}

/* A name means another commit tomorrow: what was answered is kept by the id. */
static void a_commit_that_is_named_is_known_by_its_id(void **state)
{
	struct world *w = *state;
	struct arena *a = arena_new();
	struct ask_tree t;
	struct err e = {0};
	char id[65];

	test_tree_commit(&w->site.t);
	snprintf(id, sizeof id, "%s", test_tree_run(&w->site.t, "git rev-parse HEAD"));
	test_site_at(&w->site, "HEAD");
	w->site.kernel = kernel_new(&w->site.app, w->site.l, news, w);
	w->site.session = test_app_open(&w->site.app, test_src("examples/pond-race.json"));
	assert_int_equal(ask_tree(w->site.session, SLICE(""), a, &t, &e), 0);
	assert_string_equal(t.commit, "HEAD"); /* git was asked for it */
	loop_run(w->site.l);
	assert_int_equal(ask_tree(w->site.session, SLICE(""), a, &t, &e), 0);
	assert_string_equal(t.commit, id);
	arena_free(a);
}

static void what_is_no_answer_is_said(void **state)
{
	static const struct {
		const char *script, *why;
	} cases[] = {
		{"echo '{\"error\":\"requested entity does not exist\"}'", "no answer: requested entity does not exist"},
		{"echo 'verdict: no tree' >&2; exit 5", "there is no answer: no tree"},
		{"exit 3", "there is no answer"},
		{"kill -SEGV $$", "whoever was asked was killed before there was an answer"},
		{"echo '{\"Lines\":'", "the answer cannot be read"},
		{"echo '[]'", "the answer cannot be read"},
		{"yes '{\"a\":1}'", "the answer is too long"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(answered(*state, cases[i].script), ASK_FAILED);
		assert_string_equal(ask_why(((struct world *)*state)->ask), cases[i].why);
	}
	assert_int_equal(ask_begin(((struct world *)*state)->ask, "rm", &((struct world *)*state)->tree, SLICE("{}"),
				   &((struct world *)*state)->e), -1);
}

static void tick(void *arg)
{
	loop_stop(arg, 7);
}

static int pid_of(struct world *w)
{
	return atoi(test_tree_run(&w->site.t, "while ! [ -s ../pid ]; do :; done; cat ../pid"));
}

/* One that hangs, or was stopped: the loop goes on, and ending the question ends it. */
static void what_hangs_holds_nobody_up(void **state)
{
	static const char *const scripts[] = {"exec sleep 1000", "kill -STOP $$"};
	struct world *w = *state;

	for (size_t i = 0; i < 2; i++) {
		int pid;

		test_tree_run(&w->site.t, "rm -f ../pid");
		assert_int_equal(ask(w, scripts[i], "{}"), 0);
		pid = pid_of(w);
		loop_timer(w->site.l, 1000, tick, w->site.l);
		assert_int_equal(loop_run(w->site.l), 7);
		assert_int_equal(ask_state(w->ask), ASK_WAITS);
		assert_true(loop_now() - ask_since(w->ask) >= 1000);
		assert_int_equal(kill(pid, 0), 0);
		ask_stop(w->ask);
		assert_int_equal(ask_state(w->ask), ASK_IDLE);
		assert_int_equal(kill(pid, 0), -1);
		assert_int_equal(errno, ESRCH);
	}
	assert_int_equal(w->news, 0);
	/* another question ends the one before, too */
	assert_int_equal(ask(w, "exec sleep 1000", "{}"), 0);
	assert_int_equal(answered(w, "echo '{\"b\":2}'"), ASK_ANSWERED);
	assert_slice(ask_answer(w->ask), "{\"b\":2}");
}

/* What a child made for a while goes with it, however it ended. */
static void nothing_is_left_behind(void **state)
{
	static const char script[] = "mkdir $TMPDIR/objects; echo x >$TMPDIR/objects/x; echo $TMPDIR >${0%/*}/tmp; mv ${0%/*}/tmp ${0%/*}/pid; ";
	static const char *const ends[] = {"kill -STOP $$", "kill -9 $$", "echo '{}'"};
	struct world *w = *state;

	for (size_t i = 0; i < 3; i++) {
		char both[300], dir[200];

		snprintf(both, sizeof both, "rm -f ${0%%/*}/pid; %s%s", script, ends[i]);
		test_tree_run(&w->site.t, "rm -f ../pid");
		w->tree.commit = "";
		assert_int_equal(ask(w, both, "{}"), 0);
		snprintf(dir, sizeof dir, "%s", test_tree_run(&w->site.t, "while ! grep -q / ../pid 2>/dev/null; do :; done; cat ../pid"));
		if (i == 0)
			ask_stop(w->ask);
		else
			loop_run(w->site.l);
		assert_int_equal(access(dir, F_OK), -1);
	}
}

/* No more is kept than there is room for. */
static void what_is_kept_is_bounded(void **state)
{
	struct world *w = *state;
	char args[32];

	for (int i = 0; i <= ASK_KEPT; i++) {
		snprintf(args, sizeof args, "{\"n\":%d}", i);
		assert_int_equal(ask(w, "cat", args), 0);
		loop_run(w->site.l);
	}
	assert_int_equal(ask(w, "cat", "{\"n\":1}"), 1);
	assert_int_equal(ask(w, "cat", "{\"n\":0}"), 0);
	loop_run(w->site.l);
	assert_slice(ask_answer(w->ask), "{\"n\":0}");
}

static void the_settings_name_the_tree(void **state)
{
	struct world *w = *state;
	struct run run = {.kernel_commit = SLICE("cafe")};
	struct session s = {.app = &w->site.app, .run = &run};
	struct arena *a = arena_new();
	struct ask_tree t;
	char *here = get_current_dir_name();

	assert_int_equal(chdir("/"), 0);
	assert_int_equal(ask_tree(&s, SLICE(""), a, &t, &w->e), -1);
	assert_string_equal(w->e.msg, "no kernel is named to ask about: :set kernel DIR names its repository");
	assert_int_equal(chdir(w->site.t.dir), 0);
	assert_int_equal(ask_tree(&s, SLICE(""), a, &t, &w->e), 0);
	assert_string_equal(t.dir, ".");
	assert_int_equal(chdir(here), 0);
	test_app_set(&w->site.app, "kernel", w->site.t.dir);
	test_app_set(&w->site.app, "build", "/obj");
	assert_int_equal(ask_tree(&s, SLICE(""), a, &t, &w->e), 0);
	assert_string_equal(t.dir, w->site.t.dir);
	assert_string_equal(t.build, "/obj");
	assert_string_equal(t.commit, "cafe");
	test_app_set(&w->site.app, "commit", "v6.18");
	assert_int_equal(ask_tree(&s, SLICE(""), a, &t, &w->e), 0);
	assert_string_equal(t.commit, "v6.18");
	assert_int_equal(ask_tree(&s, SLICE("beef"), a, &t, &w->e), 0);
	assert_string_equal(t.commit, "beef");
	arena_free(a);
	free(here);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_answer_comes_and_what_is_of_a_commit_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_answered_is_found_again, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_answer_is_said, setup, teardown),
		cmocka_unit_test_setup_teardown(what_hangs_holds_nobody_up, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_is_left_behind, setup, teardown),
		cmocka_unit_test_setup_teardown(a_commit_that_is_named_is_known_by_its_id, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_kept_is_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(the_settings_name_the_tree, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
