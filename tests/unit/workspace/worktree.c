#define _GNU_SOURCE
#include "workspace/worktree.h"

#include "tests/tree.h"

struct world {
	struct test_tree t;
	struct tree tree;
	struct worktree w;
	struct err e;
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	char cache[100];

	test_tree_make(&w->t);
	snprintf(cache, sizeof cache, "%s/cache", w->t.top);
	setenv("XDG_CACHE_HOME", cache, 1);
	w->w.lock = -1;
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	worktree_release(&w->w);
	tree_release(&w->tree);
	test_tree_remove(&w->t);
	free(w);
	return 0;
}

static struct tree *open_tree(struct world *w)
{
	tree_release(&w->tree);
	if (tree_open(&w->tree, w->t.dir, &w->e) < 0)
		fail_msg("%s", w->e.msg);
	return &w->tree;
}

static void files_of_a_commit_are_made_once(void **state)
{
	struct world *w = *state;
	struct worktree second;
	struct tree *t, made;
	struct stat before, after;

	test_tree_write(&w->t, "old.c", SLICE("old\n"));
	test_tree_commit(&w->t);
	t = open_tree(w);
	test_tree_run(&w->t, "git rm -q old.c; git commit -qm new");
	assert_int_equal(worktree_open(&w->w, t, t->commit, &w->e), 0);
	assert_true(slice_ends(slice_str(w->w.dir), t->commit));
	setenv("OLD", w->w.dir, 1);
	assert_string_equal(test_tree_run(&w->t, "cat $OLD/old.c"), "old");
	assert_int_equal(stat(w->w.dir, &before), 0);
	assert_int_equal(worktree_open(&second, t, t->commit, &w->e), 0);
	assert_int_equal(stat(second.dir, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	worktree_release(&second);
	/* it is a checkout at that commit, clean, and the repository knows nothing of it */
	assert_int_equal(tree_open(&made, w->w.dir, &w->e), 0);
	assert_string_equal(made.commit, t->commit);
	assert_int_equal(tree_snapshot(&made, &w->e), 0);
	assert_false(made.dirty);
	tree_release(&made);
	assert_string_equal(test_tree_run(&w->t, "git worktree list | wc -l"), "1");
	assert_string_equal(test_tree_run(&w->t, "git -C $OLD grep -c old"), "old.c:1");
}

static void what_was_left_half_made_is_made_anew(void **state)
{
	struct world *w = *state;
	struct tree *t;

	test_tree_commit(&w->t);
	t = open_tree(w);
	setenv("ID", t->commit, 1);
	test_tree_run(&w->t, "mkdir -p ../cache/verdict/worktrees/$ID.part/.git; echo x >../cache/verdict/worktrees/$ID.part/junk");
	assert_int_equal(worktree_open(&w->w, t, t->commit, &w->e), 0);
	assert_string_equal(test_tree_run(&w->t, "ls ../cache/verdict/worktrees | grep -c part || true"), "0");
	assert_string_equal(test_tree_run(&w->t, "ls ../cache/verdict/worktrees/$ID | grep junk || true"), "");
}

static void objects_that_are_missing_are_said_and_leave_nothing(void **state)
{
	struct world *w = *state;
	struct tree *t;

	test_tree_commit(&w->t);
	t = open_tree(w);
	test_tree_run(&w->t, "o=$(git rev-parse HEAD:Kconfig); rm -f .git/objects/$(echo $o | cut -c1-2)/$(echo $o | cut -c3-)");
	assert_int_equal(worktree_open(&w->w, t, t->commit, &w->e), -1);
	assert_int_equal(w->e.cls, ERR_TOOL);
	assert_non_null(strstr(w->e.msg, "cannot check out commit"));
	assert_string_equal(test_tree_run(&w->t, "ls ../cache/verdict/worktrees | grep -vc lock || true"), "0");
}

static void old_ones_go_unless_they_are_in_use(void **state)
{
	struct world *w = *state;
	struct worktree kept;
	struct tree *t;

	test_tree_commit(&w->t);
	t = open_tree(w);
	assert_int_equal(worktree_open(&kept, t, t->commit, &w->e), 0);
	setenv("FIRST", t->commit, 1);
	for (int i = 0; i < WORKTREE_KEEP + 1; i++) {
		struct worktree one;

		test_tree_run(&w->t, "echo more >>Kconfig; git commit -qam more");
		t = open_tree(w);
		assert_int_equal(worktree_open(&one, t, t->commit, &w->e), 0);
		worktree_release(&one);
	}
	/* the first is in use, the second was the oldest that is not */
	assert_string_equal(test_tree_run(&w->t, "ls -d ../cache/verdict/worktrees/$FIRST | wc -l"), "1");
	assert_string_equal(test_tree_run(&w->t, "ls ../cache/verdict/worktrees | grep -vc lock"), "5");
	worktree_release(&kept);
	test_tree_run(&w->t, "echo more >>Kconfig; git commit -qam more");
	t = open_tree(w);
	assert_int_equal(worktree_open(&w->w, t, t->commit, &w->e), 0);
	assert_string_equal(test_tree_run(&w->t, "ls ../cache/verdict/worktrees | grep -vc lock"), "4");
	assert_string_equal(test_tree_run(&w->t, "ls ../cache/verdict/worktrees | grep -c \"^$FIRST$\" || true"), "0");
}

static void filters_of_the_repository_do_not_run(void **state)
{
	struct world *w = *state;
	struct tree *t;

	test_tree_write(&w->t, ".gitattributes", SLICE("* filter=evil\n"));
	test_tree_commit(&w->t);
	test_tree_run(&w->t, "git config filter.evil.smudge 'touch /tmp/verdict-evil; tr a-z A-Z'");
	t = open_tree(w);
	assert_int_equal(worktree_open(&w->w, t, t->commit, &w->e), 0);
	setenv("DIR", w->w.dir, 1);
	assert_string_equal(test_tree_run(&w->t, "cmp $DIR/Kconfig Kconfig; echo same"), "same");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(files_of_a_commit_are_made_once),
	TEST(what_was_left_half_made_is_made_anew),
	TEST(objects_that_are_missing_are_said_and_leave_nothing),
	TEST(old_ones_go_unless_they_are_in_use),
	TEST(filters_of_the_repository_do_not_run),
};

TEST_MAIN()
