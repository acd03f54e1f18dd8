#define _GNU_SOURCE
#include "workspace/worktree.h"

#include "tests/unit/workspace/world.h"

static void files_of_a_commit_are_made_once(void **state)
{
	struct world *w = *state;
	struct worktree wt;
	struct worktree second;
	struct tree *t, made;
	struct stat before, after;

	test_tree_write(&w->t, "old.c", SLICE("old\n"));
	test_tree_commit(&w->t);
	t = world_open(w, "linux");
	test_tree_run(&w->t, "git rm -q old.c; git commit -qm new");
	assert_int_equal(worktree_open(&wt, t, t->commit, &w->e), 0);
	assert_true(slice_ends(slice_str(wt.dir), t->commit));
	setenv("OLD", wt.dir, 1);
	assert_string_equal(test_tree_run(&w->t, "cat $OLD/old.c"), "old");
	assert_int_equal(stat(wt.dir, &before), 0);
	assert_int_equal(worktree_open(&second, t, t->commit, &w->e), 0);
	assert_int_equal(stat(second.dir, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	worktree_release(&second);
	/* it is a checkout at that commit, clean, and the repository knows nothing of it */
	assert_int_equal(tree_open(&made, wt.dir, &w->e), 0);
	assert_string_equal(made.commit, t->commit);
	assert_int_equal(tree_snapshot(&made, &w->e), 0);
	assert_false(made.dirty);
	tree_release(&made);
	assert_string_equal(test_tree_run(&w->t, "git worktree list | wc -l"), "1");
	assert_string_equal(test_tree_run(&w->t, "git -C $OLD grep -c old"), "old.c:1");
	worktree_release(&wt);
}

static void what_was_left_half_made_is_made_anew(void **state)
{
	struct world *w = *state;
	struct worktree wt;
	struct tree *t;

	test_tree_commit(&w->t);
	t = world_open(w, "linux");
	setenv("ID", t->commit, 1);
	test_tree_run(&w->t, "mkdir -p ../cache/verdict/worktrees/$ID.part/.git; echo x >../cache/verdict/worktrees/$ID.part/junk");
	assert_int_equal(worktree_open(&wt, t, t->commit, &w->e), 0);
	assert_string_equal(test_tree_run(&w->t, "ls ../cache/verdict/worktrees | grep -c part || true"), "0");
	assert_string_equal(test_tree_run(&w->t, "ls ../cache/verdict/worktrees/$ID | grep junk || true"), "");
	worktree_release(&wt);
}

static void objects_that_are_missing_are_said_and_leave_nothing(void **state)
{
	struct world *w = *state;
	struct worktree wt;
	struct tree *t;

	test_tree_commit(&w->t);
	t = world_open(w, "linux");
	test_tree_run(&w->t, "o=$(git rev-parse HEAD:Kconfig); rm -f .git/objects/$(echo $o | cut -c1-2)/$(echo $o | cut -c3-)");
	assert_int_equal(worktree_open(&wt, t, t->commit, &w->e), -1);
	assert_int_equal(w->e.cls, ERR_TOOL);
	assert_non_null(strstr(w->e.msg, "cannot check out commit"));
	assert_non_null(strstr(w->e.msg, "of a partial clone this brings it: git -C "));
	assert_string_equal(test_tree_run(&w->t, "ls ../cache/verdict/worktrees | grep -vc lock || true"), "0");
	worktree_release(&wt);
}

static void old_ones_go_unless_they_are_in_use(void **state)
{
	struct world *w = *state;
	struct worktree wt;
	struct worktree kept;
	struct tree *t;

	test_tree_commit(&w->t);
	t = world_open(w, "linux");
	assert_int_equal(worktree_open(&kept, t, t->commit, &w->e), 0);
	setenv("FIRST", t->commit, 1);
	for (int i = 0; i < WORKTREE_KEEP + 1; i++) {
		struct worktree one;

		test_tree_run(&w->t, "echo more >>Kconfig; git commit -qam more");
		t = world_open(w, "linux");
		assert_int_equal(worktree_open(&one, t, t->commit, &w->e), 0);
		worktree_release(&one);
	}
	/* the first is in use, the second was the oldest that is not */
	assert_string_equal(test_tree_run(&w->t, "ls -d ../cache/verdict/worktrees/$FIRST | wc -l"), "1");
	assert_string_equal(test_tree_run(&w->t, "ls ../cache/verdict/worktrees | grep -vc lock"), "5");
	worktree_release(&kept);
	test_tree_run(&w->t, "echo more >>Kconfig; git commit -qam more");
	t = world_open(w, "linux");
	assert_int_equal(worktree_open(&wt, t, t->commit, &w->e), 0);
	assert_string_equal(test_tree_run(&w->t, "ls ../cache/verdict/worktrees | grep -vc lock"), "4");
	assert_string_equal(test_tree_run(&w->t, "ls ../cache/verdict/worktrees | grep -c \"^$FIRST$\" || true"), "0");
	worktree_release(&wt);
}

static void filters_of_the_repository_do_not_run(void **state)
{
	struct world *w = *state;
	struct worktree wt;
	struct tree *t;

	test_tree_write(&w->t, ".gitattributes", SLICE("* filter=evil\n"));
	test_tree_commit(&w->t);
	test_tree_run(&w->t, "git config filter.evil.smudge 'touch /tmp/verdict-evil; tr a-z A-Z'");
	t = world_open(w, "linux");
	assert_int_equal(worktree_open(&wt, t, t->commit, &w->e), 0);
	setenv("DIR", wt.dir, 1);
	assert_string_equal(test_tree_run(&w->t, "cmp $DIR/Kconfig Kconfig; echo same"), "same");
	worktree_release(&wt);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

static const struct CMUnitTest tests[] = {
	TEST(files_of_a_commit_are_made_once),
	TEST(what_was_left_half_made_is_made_anew),
	TEST(objects_that_are_missing_are_said_and_leave_nothing),
	TEST(old_ones_go_unless_they_are_in_use),
	TEST(filters_of_the_repository_do_not_run),
};

TEST_MAIN()
