#define _GNU_SOURCE
#include "source/repo.h"

#include "base/buf.h"
#include "base/fs.h"
#include "source/contents.h"
#include "tests/tree.h"

/* Commit A, then B with changes, and a repository over them. */
struct world {
	struct test_tree t;
	char a[65], b[65];
	struct loop *l;
	struct repo *r;
	struct slice text, why;
	bool late;
};

static void news(void *arg)
{
	struct world *w = arg;

	loop_stop(w->l, 0);
}

static void commit_of(struct world *w, const char *name, char id[65])
{
	char script[100];

	snprintf(script, sizeof script, "git rev-parse %s", name);
	snprintf(id, 65, "%s", test_tree_run(&w->t, script));
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	struct buf large = BUF_INIT;
	struct err e = {0};

	*state = w;
	test_tree_make(&w->t);
	buf_pad(&large, 'x', 9 << 20);
	test_tree_write(&w->t, "large.c", buf_slice(&large));
	buf_release(&large);
	test_tree_write(&w->t, "binary", (struct slice){"a\0b", 3});
	test_tree_write(&w->t, "empty.c", SLICE(""));
	test_tree_write(&w->t, "a name: blob 12", SLICE("odd\n"));
	test_tree_commit(&w->t);
	commit_of(w, "HEAD", w->a);
	test_tree_run(&w->t, "git rm -q drivers/pond/pond_bus.c; git mv drivers/pond/pond_irq.c drivers/pond/pond_interrupt.c;"
			     "sed -i '1i /* one */' drivers/pond/pond_feed.c; git commit -qam B");
	commit_of(w, "HEAD", w->b);
	w->l = loop_new(NULL);
	w->r = repo_new(w->l, w->t.dir, news, w, &e);
	if (!w->r)
		fail_msg("%s", e.msg);
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	repo_free(w->r);
	loop_free(w->l);
	test_tree_remove(&w->t);
	free(w);
	return 0;
}

static enum repo_state file(struct world *w, const char *commit, const char *path)
{
	enum repo_state s;

	while ((s = repo_file(w->r, slice_str(commit), slice_str(path), &w->text, &w->why)) == REPO_ASKED)
		loop_run(w->l);
	return s;
}

static bool says(const struct world *w, const char *words)
{
	if (slice_find(w->why, words, 0) != SLICE_NONE)
		return true;
	print_message("# %.*s\n", (int)w->why.n, w->why.p);
	return false;
}

static void files_are_as_at_their_commit(void **state)
{
	struct world *w = *state;
	struct buf pond = BUF_INIT;
	struct err e;

	assert_int_equal(fs_read(test_src("examples/tree/drivers/pond/pond_feed.c"), &pond, &e), 0);
	assert_int_equal(repo_file(w->r, slice_str(w->a), SLICE("drivers/pond/pond_feed.c"), &w->text, &w->why), REPO_ASKED);
	assert_int_equal(file(w, w->a, "drivers/pond/pond_feed.c"), REPO_HAVE);
	assert_true(slice_eq(w->text, buf_slice(&pond)));
	assert_int_equal(file(w, w->b, "./drivers/pond/pond_feed.c"), REPO_HAVE);
	assert_true(slice_starts(w->text, "/* one */\n"));
	assert_int_equal(w->text.n, pond.n + 10);
	assert_int_equal(file(w, "HEAD", "empty.c"), REPO_HAVE);
	assert_int_equal(w->text.n, 0);
	assert_int_equal(file(w, w->a, "a name: blob 12"), REPO_HAVE);
	assert_true(slice_is(w->text, "odd\n"));
	buf_release(&pond);
}

static void what_is_no_text_is_said(void **state)
{
	struct world *w = *state;

	assert_int_equal(file(w, w->a, "large.c"), REPO_NONE);
	assert_true(says(w, "large.c is too large: 9437184 bytes"));
	assert_int_equal(file(w, w->a, "binary"), REPO_NONE);
	assert_true(says(w, "binary is binary"));
	assert_int_equal(file(w, w->a, "drivers"), REPO_NONE);
	assert_true(says(w, "drivers is no file but a tree"));
	assert_int_equal(file(w, w->a, "empty.c"), REPO_HAVE); /* and it goes on */
}

static void paths_and_names_are_no_more_than_that(void **state)
{
	static const char *const paths[] = {"../x", "/etc/passwd", "a//b", "a/../b", "", "a\nHEAD", "drivers/."};
	static const char *const names[] = {"--help", "HEAD@{1}", "HEAD:x", ":/A", "a b", "", "HEAD\n"};
	struct world *w = *state;
	enum repo_state s;

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		assert_int_equal(file(w, w->a, paths[i]), REPO_NONE);
		assert_true(says(w, "is no path of a file in the tree"));
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_int_equal(file(w, names[i], "Makefile"), REPO_NONE);
		assert_true(says(w, "does not name a commit"));
		s = repo_commit(w->r, slice_str(names[i]), &w->text, &w->why);
		assert_int_equal(s, REPO_NONE);
	}
	assert_int_equal(file(w, w->a, "-x"), REPO_NONE); /* a name like an option is only not there */
}

/* Until git has told what became of the file, it is only said that it is not there. */
static void until_told(struct world *w, const char *commit, const char *path, const char *words)
{
	assert_int_equal(file(w, commit, path), REPO_NONE);
	while (slice_find(w->why, words, 0) == SLICE_NONE) {
		assert_true(says(w, "is not in"));
		loop_run(w->l);
		file(w, commit, path);
	}
}

static void a_file_that_is_not_there_has_a_fate(void **state)
{
	struct world *w = *state;
	bool asks = false;
	char words[200];

	snprintf(words, sizeof words, "commit %.12s renamed it to drivers/pond/pond_interrupt.c", w->b);
	until_told(w, w->b, "drivers/pond/pond_irq.c", words);
	assert_true(repo_is_gone(w->r, slice_str(w->b), SLICE("drivers/pond/pond_irq.c"), &asks));
	snprintf(words, sizeof words, "commit %.12s deleted it", w->b);
	until_told(w, w->b, "drivers/pond/pond_bus.c", words);
	assert_true(repo_is_gone(w->r, slice_str(w->b), SLICE("./drivers/pond/pond_bus.c"), &asks));
	until_told(w, w->a, "drivers/pond/pond_interrupt.c", "nor was it before that");
	assert_false(repo_is_gone(w->r, slice_str(w->a), SLICE("drivers/pond/pond_interrupt.c"), &asks));
	assert_false(repo_is_gone(w->r, slice_str(w->b), SLICE("drivers/pond/pond_feed.c"), &asks));
	assert_false(asks);
	until_told(w, w->b, ":(glob)drivers/**/pond_bus.c", "nor was it before that");
}

static void a_commit_that_is_not_there_can_be_fetched(void **state)
{
	struct world *w = *state;

	assert_int_equal(file(w, "0123456789012345678901234567890123456789", "Makefile"), REPO_NONE);
	assert_true(says(w, "fetch origin 0123456789012345678901234567890123456789 brings it"));
	assert_int_equal(file(w, "v6.99", "Makefile"), REPO_NONE);
	assert_true(says(w, "fetch origin --tags brings it"));
}

/* A clone without the texts of files, as many make who have little room: git would fetch each, and may not. */
static void a_partial_clone_has_left_it_out(void **state)
{
	struct world *w = *state;
	char words[400], dir[200];
	struct err e = {0};

	test_tree_run(&w->t, "git config uploadpack.allowFilter true; git clone -q --filter=blob:limit=200 --no-checkout file://$PWD part");
	repo_free(w->r);
	snprintf(dir, sizeof dir, "%s/part", w->t.dir);
	w->r = repo_new(w->l, dir, news, w, &e);
	assert_non_null(w->r);
	repo_file(w->r, slice_str(w->b), SLICE("empty.c"), &w->text, &w->why); /* asked for at once: one does not keep the other */
	assert_int_equal(file(w, w->b, "drivers/pond/pond_feed.c"), REPO_NONE);
	snprintf(words, sizeof words, "drivers/pond/pond_feed.c is in %.12s, but its text is not in ", w->b);
	assert_true(says(w, words));
	snprintf(words, sizeof words, "show %.12s:drivers/pond/pond_feed.c brings it", w->b);
	assert_true(says(w, words));
	assert_int_equal(file(w, w->b, "empty.c"), REPO_HAVE);
	until_told(w, w->b, "drivers/pond/nothing.c", "is not in");
}

/* As newer ones of git answer in a partial clone: there is none, without a word on why. */
static void what_was_lost_is_not_what_never_was(void **state)
{
	struct world *w = *state;

	test_tree_run(&w->t, "id=$(git rev-parse HEAD:drivers/pond/pond_feed.c); rm -f .git/objects/${id%${id#??}}/${id#??};"
			     "id=$(git rev-parse HEAD:arch); rm -f .git/objects/${id%${id#??}}/${id#??}");
	assert_int_equal(file(w, w->b, "drivers/pond/pond_feed.c"), REPO_NONE);
	assert_true(says(w, "but its text is not in"));
	assert_int_equal(file(w, w->b, "arch/x86/x.h"), REPO_NONE);
	assert_true(says(w, "but its text is not in"));
	assert_int_equal(file(w, w->b, "drivers/pond/nothing.c"), REPO_NONE);
	assert_false(slice_find(w->why, "but its text", 0) != SLICE_NONE);
	assert_int_equal(file(w, w->b, "no/such/folder.c"), REPO_NONE);
	assert_false(slice_find(w->why, "but its text", 0) != SLICE_NONE);
}

static void too_late(void *arg)
{
	struct world *w = arg;

	w->late = true;
	loop_stop(w->l, 0);
}

static void what_was_fetched_meanwhile_is_found(void **state)
{
	struct world *w = *state;
	unsigned timer = loop_timer(w->l, 20000000, too_late, w);

	assert_int_equal(file(w, "v6.99", "drivers/pond/pond_feed.c"), REPO_NONE);
	test_tree_run(&w->t, "git tag v6.99");
	assert_int_equal(file(w, "v6.99", "drivers/pond/pond_feed.c"), REPO_NONE); /* not at every draw */
	repo_patience(w->r, 0);
	while (file(w, "v6.99", "drivers/pond/pond_feed.c") != REPO_HAVE && !w->late) {
		assert_true(says(w, "fetch origin --tags brings it")); /* the old words stand until there is something new */
		loop_run(w->l);
	}
	assert_false(w->late);
	loop_cancel(w->l, timer);
}

static enum repo_state holder(struct world *w, const char *path, struct slice text)
{
	enum repo_state s;

	while ((s = repo_holder(w->r, slice_str(path), text, &w->text, &w->why)) == REPO_ASKED)
		loop_run(w->l);
	return s;
}

static void the_commit_of_a_text_is_found(void **state)
{
	struct world *w = *state;
	struct buf text = BUF_INIT, later = BUF_INIT;
	struct err e;

	assert_int_equal(fs_read(test_src("examples/tree/drivers/pond/pond_feed.c"), &text, &e), 0);
	buf_addf(&later, "/* one */\n%s", buf_str(&text));
	assert_int_equal(holder(w, "drivers/pond/pond_feed.c", buf_slice(&text)), REPO_HAVE);
	assert_true(slice_is(w->text, w->a));
	assert_int_equal(holder(w, "drivers/pond/pond_feed.c", buf_slice(&later)), REPO_HAVE);
	assert_true(slice_is(w->text, w->b));
	assert_int_equal(holder(w, "drivers/pond/pond_feed.c", SLICE("something else\n")), REPO_NONE);
	assert_true(says(w, "no commit of"));
	buf_release(&text);
	buf_release(&later);
}

static void a_bare_one_will_do_and_a_folder_will_not(void **state)
{
	struct world *w = *state;
	char bare[120];
	struct err e = {0};

	test_tree_run(&w->t, "git clone -q --bare . ../bare.git");
	snprintf(bare, sizeof bare, "%s/bare.git", w->t.top);
	repo_free(w->r);
	w->r = repo_new(w->l, bare, news, w, &e);
	assert_non_null(w->r);
	assert_int_equal(file(w, w->a, "Makefile"), REPO_HAVE);
	assert_null(repo_new(w->l, w->t.top, news, w, &e));
	assert_non_null(strstr(e.msg, "is not under git"));
	assert_null(repo_new(w->l, "/nowhere", news, w, &e));
}

/* Is `path` one of the names that were told? */
static bool has(const struct world *w, const char *path)
{
	struct slice rest = w->text;

	while (rest.n) {
		size_t end = slice_chr(rest, '\0', 0);

		if (slice_is(slice_sub(rest, 0, end), path))
			return true;
		rest = slice_sub(rest, end + 1, rest.n);
	}
	return false;
}

typedef enum repo_state question(struct repo *r, struct slice commit, struct slice words, struct slice *names, bool *cut, struct slice *why);

static enum repo_state names_of(struct world *w, question *q, const char *commit, const char *words)
{
	enum repo_state s;
	bool cut = false;

	while ((s = q(w->r, slice_str(commit), slice_str(words), &w->text, &cut, &w->why)) == REPO_ASKED)
		loop_run(w->l);
	assert_false(cut);
	return s;
}

static void files_are_told_by_what_they_hold(void **state)
{
	struct world *w = *state;

	while (repo_names(w->r, slice_str(w->b), &w->text, &w->why) == REPO_ASKED)
		loop_run(w->l);
	assert_true(has(w, "drivers/pond/pond_interrupt.c") && has(w, "a name: blob 12"));
	assert_false(has(w, "drivers/pond/pond_irq.c")); /* of commit A */
	assert_int_equal(names_of(w, repo_holding, w->a, "pond_bus_irq"), REPO_HAVE);
	assert_true(has(w, "drivers/pond/pond_bus.c"));
	assert_int_equal(names_of(w, repo_holding, w->b, "pond_bus_irq"), REPO_HAVE); /* deleted there */
	assert_false(has(w, "drivers/pond/pond_bus.c"));
	assert_int_equal(names_of(w, repo_holding, w->a, "pond_feed_work feed_mutex"), REPO_HAVE); /* both, and words as a whole */
	assert_true(has(w, "drivers/pond/pond_feed.c"));
	assert_false(has(w, "drivers/pond/pond_irq.c"));
	assert_int_equal(names_of(w, repo_holding, w->a, "ond_feed_work"), REPO_HAVE);
	assert_int_equal(w->text.n, 0);
	assert_int_equal(names_of(w, repo_holding, "HEAD", "pond"), REPO_NONE);
	assert_true(says(w, "is no full id of a commit"));
}

/* One search for all: each file once, with those of the words that are in it. */
static void many_words_are_told_at_once(void **state)
{
	struct world *w = *state;
	struct slice rest, path, words, why;
	unsigned files = 0;

	while (repo_spread(w->r, slice_str(w->a), SLICE("pond_bus_irq feed_mutex pond_swim_ pond_feed_stop"), &rest, &why) == REPO_ASKED)
		loop_run(w->l);
	for (size_t nul; (nul = slice_chr(rest, '\0', 0)) != SLICE_NONE; files++) {
		path = slice_sub(rest, 0, nul);
		rest = slice_sub(rest, nul + 1, rest.n);
		nul = slice_chr(rest, '\0', 0);
		words = slice_sub(rest, 0, nul);
		rest = slice_sub(rest, nul + 1, rest.n);
		if (slice_is(path, "drivers/pond/pond_bus.c"))
			assert_true(slice_is(words, "pond_bus_irq pond_feed_stop")); /* as they come, each once */
		if (slice_is(path, "drivers/pond/pond_feed.c"))
			assert_true(slice_is(words, "feed_mutex pond_feed_stop"));
	}
	assert_in_range(files, 3, 5);
	while (repo_spread(w->r, slice_str(w->a), SLICE("pond_swim_ pond_dive_"), &rest, &why) == REPO_ASKED)
		loop_run(w->l);
	assert_int_equal(rest.n, 0);
	assert_int_equal(repo_spread(w->r, slice_str(w->a), SLICE("pond_swim_ pond_dive_"), &rest, &why), REPO_HAVE);
}

static void what_macros_may_make_is_found(void **state)
{
	struct world *w = *state;
	char id[65];

	test_tree_write(&w->t, "macro.h", SLICE("#define POND_SHOW(x) int pond_show_##x(void)\n#define POND_STORE(x) int x ## _store(void)\n"));
	test_tree_write(&w->t, "macro.txt", SLICE("about ## ripples\n"));
	test_tree_run(&w->t, "git add -A; git commit -qm C");
	commit_of(w, "HEAD", id);
	while (repo_pastes(w->r, slice_str(id), &w->text, &w->why) == REPO_ASKED)
		loop_run(w->l);
	assert_true(contents_may_paste(w->text, SLICE("pond_show_level")));
	assert_true(contents_may_paste(w->text, SLICE("level_store")));
	assert_false(contents_may_paste(w->text, SLICE("pond_shown_level")));
	assert_false(contents_may_paste(w->text, SLICE("about_ripples")));
	while (repo_pastes(w->r, slice_str(w->a), &w->text, &w->why) == REPO_ASKED)
		loop_run(w->l);
	assert_int_equal(w->text.n, 0); /* before it was there */
}

/* More than is kept: what was used least lately goes, and is asked for again. */
static void the_cache_is_bounded(void **state)
{
	struct world *w = *state;
	struct buf big = BUF_INIT;
	char name[40];

	buf_pad(&big, 'y', 7 << 20);
	for (int i = 0; i < 6; i++) {
		snprintf(name, sizeof name, "big%d.c", i);
		test_tree_write(&w->t, name, buf_slice(&big));
	}
	test_tree_run(&w->t, "git add -A; git commit -qm C");
	for (int i = 0; i < 6; i++) {
		snprintf(name, sizeof name, "big%d.c", i);
		assert_int_equal(file(w, "HEAD", name), REPO_HAVE);
	}
	assert_int_equal(repo_file(w->r, SLICE("HEAD"), SLICE("big5.c"), &w->text, &w->why), REPO_HAVE);
	assert_int_equal(repo_file(w->r, SLICE("HEAD"), SLICE("big0.c"), &w->text, &w->why), REPO_ASKED);
	buf_release(&big);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* A signed commit is not checked by a program that the repository names; nor does its configuration change what is said. */
static void the_repositorys_configuration_starts_and_changes_nothing(void **state)
{
	struct world *w = *state;
	struct slice text;

	test_tree_write(&w->t, "../evil", SLICE("#!/bin/sh\necho ran >>\"$(dirname \"$0\")/ran\"\n"));
	test_tree_run(&w->t,
		      "chmod +x ../evil; git cat-file commit HEAD | sed '/^committer/agpgsig -----BEGIN PGP SIGNATURE-----\\n \\n x\\n"
		      " -----END PGP SIGNATURE-----' | git hash-object -t commit -w --stdin | xargs git update-ref HEAD;"
		      "for n in gpg.program gpg.ssh.program gpg.x509.program; do git config $n \"$PWD/../evil\"; done;"
		      "git config log.showSignature true; git config log.follow true; git config grep.lineNumber true;"
		      "git config grep.column true");
	commit_of(w, "HEAD", w->b);
	test_tree_run(&w->t, "git log -1 >/dev/null 2>&1");
	assert_string_equal(test_tree_run(&w->t, "cat ../ran"), "ran"); /* it would be */
	test_tree_run(&w->t, "rm ../ran");
	assert_int_equal(file(w, w->b, "drivers/pond/pond_bus.c"), REPO_NONE);
	loop_run(w->l);
	assert_string_equal(test_tree_run(&w->t, "ls .."), "evil\nlinux");
	until_told(w, w->b, "drivers/pond/pond_bus.c", "deleted it");
	assert_int_equal(file(w, w->b, "drivers/pond/pond_interrupt.c"), REPO_HAVE);
	text = w->text;
	assert_int_equal(holder(w, "drivers/pond/pond_interrupt.c", text), REPO_HAVE);
	assert_true(slice_is(w->text, w->b));
	assert_string_equal(test_tree_run(&w->t, "ls .."), "evil\nlinux");
}

static const struct CMUnitTest tests[] = {
	TEST(the_repositorys_configuration_starts_and_changes_nothing),
	TEST(files_are_as_at_their_commit),
	TEST(what_is_no_text_is_said),
	TEST(paths_and_names_are_no_more_than_that),
	TEST(a_file_that_is_not_there_has_a_fate),
	TEST(a_commit_that_is_not_there_can_be_fetched),
	TEST(a_partial_clone_has_left_it_out),
	TEST(what_was_lost_is_not_what_never_was),
	TEST(what_was_fetched_meanwhile_is_found),
	TEST(the_commit_of_a_text_is_found),
	TEST(a_bare_one_will_do_and_a_folder_will_not),
	TEST(files_are_told_by_what_they_hold),
	TEST(many_words_are_told_at_once),
	TEST(what_macros_may_make_is_found),
	TEST(the_cache_is_bounded),
};

TEST_MAIN()
