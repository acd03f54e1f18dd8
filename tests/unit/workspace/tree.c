#define _GNU_SOURCE
#include "workspace/tree.h"

#include <sys/wait.h>

#include "tests/unit/workspace/world.h"

static struct tree *snapshot(struct world *w)
{
	struct tree *t = world_open(w, "linux");

	if (tree_snapshot(t, &w->e) < 0)
		fail_msg("%s", w->e.msg);
	return t;
}

static void a_directory_without_git_is_a_tree(void **state)
{
	struct world *w = *state;
	struct tree *t = world_open(w, "linux");
	char id[TREE_ID];

	assert_true(t->kernel);
	assert_string_equal(t->version, "6.18.0-rc4");
	assert_null(t->git_dir);
	assert_int_equal(tree_snapshot(t, &w->e), -1);
	assert_int_equal(w->e.cls, ERR_TOOL);
	assert_non_null(strstr(w->e.msg, "not under git"));
	assert_int_equal(tree_commit(t, "HEAD", id, &w->e), -1);
	test_tree_run(&w->t, "rm Makefile; mkfifo Makefile");
	t = world_open(w, "linux");
	assert_false(t->kernel);
	assert_string_equal(t->version, "");
}

static void what_is_no_directory_is_said(void **state)
{
	struct world *w = *state;
	struct tree t;
	char path[200];

	assert_int_equal(tree_open(&t, "/no/such/place", &w->e), -1);
	assert_int_equal(w->e.cls, ERR_TOOL);
	snprintf(path, sizeof path, "%s/Makefile", w->t.dir);
	assert_int_equal(tree_open(&t, path, &w->e), -1);
	assert_non_null(strstr(w->e.msg, "not a directory"));
	test_tree_run(&w->t, "mkdir .git");
	assert_int_equal(tree_open(&t, w->t.dir, &w->e), -1);
	assert_non_null(strstr(w->e.msg, "not a git repository"));
}

static void a_clean_checkout_is_its_commit(void **state)
{
	struct world *w = *state;
	struct tree *t;
	char tree[TREE_ID];

	test_tree_commit(&w->t);
	t = snapshot(w);
	assert_string_equal(t->commit, test_tree_run(&w->t, "git rev-parse HEAD"));
	strcpy(tree, test_tree_run(&w->t, "git rev-parse HEAD^{tree}"));
	assert_string_equal(t->snapshot, tree);
	assert_false(t->dirty);
	assert_int_equal(tree_changed(t, &w->e), 0);
	/* read from below it is a tree without git of its own */
	assert_null(world_open(w, "linux/drivers")->git_dir);
}

static void changes_new_files_and_removals_are_in_the_snapshot(void **state)
{
	struct world *w = *state;
	struct tree *t;
	char index[128], id[TREE_ID];

	test_tree_commit(&w->t);
	test_tree_run(&w->t, "echo '/secret*' >>.git/info/exclude");
	strcpy(index, test_tree_run(&w->t, "sha256sum <.git/index"));
	test_tree_write(&w->t, "Kconfig", SLICE("changed\n"));
	test_tree_write(&w->t, "new/file.c", SLICE("new\n"));
	test_tree_write(&w->t, "built.o", SLICE("ignored\n"));
	test_tree_write(&w->t, "secret.txt", SLICE("ignored here\n"));
	test_tree_run(&w->t, "rm drivers/pond/pond_bus.c; ln -s /etc/passwd link; mkfifo fifo; mkdir nested; git init -q nested;"
			     "echo x >nested/x; printf '\\001' >\"$(printf 'odd\\nname')\"");
	t = snapshot(w);
	assert_true(t->dirty);
	assert_true(t->kept);
	strcpy(id, t->snapshot);
	setenv("SNAP", id, 1);
	assert_string_equal(test_tree_run(&w->t, "git diff-tree -r --name-status HEAD $SNAP"),
			    "M\tKconfig\nD\tdrivers/pond/pond_bus.c\nA\tlink\nA\tnew/file.c\nA\t\"odd\\nname\"");
	assert_string_equal(test_tree_run(&w->t, "git cat-file blob $SNAP:link"), "/etc/passwd");
	/* neither index nor files were touched */
	assert_string_equal(test_tree_run(&w->t, "sha256sum <.git/index"), index);
	assert_string_equal(test_tree_run(&w->t, "git diff --cached --name-only"), "");
	/* changing it afterwards is seen, and so is changing it back */
	assert_int_equal(tree_changed(t, &w->e), 0);
	test_tree_write(&w->t, "Kconfig", SLICE("Changed\n"));
	assert_int_equal(tree_changed(t, &w->e), 1);
	test_tree_write(&w->t, "Kconfig", SLICE("changed\n"));
	assert_int_equal(tree_changed(t, &w->e), 0);
	test_tree_write(&w->t, "Kconfig.new", SLICE("more\n"));
	assert_int_equal(tree_changed(t, &w->e), 1);
}

static void a_change_in_the_moment_of_the_index_is_seen(void **state)
{
	struct world *w = *state;
	char clean[TREE_ID];

	test_tree_commit(&w->t);
	strcpy(clean, snapshot(w)->snapshot);
	/* same size, same second as the index, which git calls racily clean */
	test_tree_run(&w->t, "printf aaaa >r.c; git add r.c; touch -d @1767225600 r.c .git/index; git update-index --refresh;"
			     "touch -d @1767225600 .git/index; printf bbbb >r.c; touch -d @1767225600 r.c");
	setenv("SNAP", snapshot(w)->snapshot, 1);
	assert_string_equal(test_tree_run(&w->t, "git cat-file blob $SNAP:r.c"), "bbbb");
}

static void large_new_files_are_left_out_and_counted(void **state)
{
	struct world *w = *state;
	struct tree *t;

	test_tree_commit(&w->t);
	test_tree_run(&w->t, "truncate -s 10G disk.img; truncate -s 33M core; echo x >x.c");
	t = snapshot(w);
	assert_int_equal(t->left_out, 2);
	assert_string_equal(t->left_out_name, "core");
	setenv("SNAP", t->snapshot, 1);
	assert_string_equal(test_tree_run(&w->t, "git diff-tree -r --name-status HEAD $SNAP"), "A\tx.c");
}

static void an_odd_index_is_made_anew(void **state)
{
	struct world *w = *state;
	char clean[TREE_ID];

	test_tree_commit(&w->t);
	strcpy(clean, snapshot(w)->snapshot);
	test_tree_run(&w->t, "git update-index --split-index");
	assert_string_equal(snapshot(w)->snapshot, clean);
	test_tree_run(&w->t, "echo broken >.git/index");
	assert_string_equal(snapshot(w)->snapshot, clean);
	test_tree_run(&w->t, "rm .git/index");
	assert_string_equal(snapshot(w)->snapshot, clean);
	assert_false(w->tree.dirty);
}

static void before_the_first_commit_all_is_new(void **state)
{
	struct world *w = *state;
	struct tree *t;

	test_tree_commit(&w->t);
	test_tree_run(&w->t, "rm -rf .git; git init -q");
	t = snapshot(w);
	assert_string_equal(t->commit, "");
	assert_true(t->dirty);
	setenv("SNAP", t->snapshot, 1);
	assert_string_equal(test_tree_run(&w->t, "git ls-tree --name-only $SNAP Kconfig"), "Kconfig");
}

static void a_repository_of_sha256_is_one_too(void **state)
{
	struct world *w = *state;

	test_tree_commit(&w->t);
	test_tree_run(&w->t, "rm -rf .git; git init -q --object-format=sha256; git add -A; git commit -qm x");
	assert_string_equal(snapshot(w)->snapshot, test_tree_run(&w->t, "git rev-parse HEAD^{tree}"));
	assert_int_equal(strlen(w->tree.commit), 64);
}

static void linked_worktrees_and_bare_repositories_work(void **state)
{
	struct world *w = *state;
	struct tree *t;
	char id[TREE_ID];

	test_tree_commit(&w->t);
	test_tree_run(&w->t, "git worktree add -q ../second; echo more >>../second/Kconfig; git clone -q --bare . ../bare.git");
	t = world_open(w, "second");
	assert_int_equal(tree_snapshot(t, &w->e), 0);
	assert_true(t->dirty);
	t = world_open(w, "bare.git");
	assert_true(t->bare);
	assert_string_equal(t->commit, test_tree_run(&w->t, "git rev-parse HEAD"));
	assert_int_equal(tree_snapshot(t, &w->e), -1);
	assert_non_null(strstr(w->e.msg, "--commit"));
	assert_int_equal(tree_commit(t, "HEAD", id, &w->e), 0);
	assert_string_equal(id, t->commit);
}

static void commits_are_named_in_many_ways(void **state)
{
	static const char *const names[] = {"HEAD", "v6.18-rc4", "master", "HEAD~0", "refs/tags/v6.18-rc4"};
	struct world *w = *state;
	struct tree *t;
	char id[TREE_ID];

	test_tree_commit(&w->t);
	test_tree_run(&w->t, "git branch -M master; git tag -a -m tag v6.18-rc4");
	t = world_open(w, "linux");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (tree_commit(t, names[i], id, &w->e) < 0)
			fail_msg("%s", w->e.msg);
		assert_string_equal(id, t->commit);
	}
	id[12] = '\0';
	assert_int_equal(tree_commit(t, id, id, &w->e), 0);
	assert_string_equal(id, t->commit);
	assert_int_equal(tree_commit(t, "--all", id, &w->e), -1);
	assert_int_equal(w->e.cls, ERR_USAGE);
	assert_int_equal(tree_commit(t, "", id, &w->e), -1);
	assert_int_equal(tree_commit(t, "HEAD:Makefile", id, &w->e), -1);
}

static void a_missing_commit_comes_with_its_command(void **state)
{
	static const char full[] = "0123456789012345678901234567890123456789";
	struct world *w = *state;
	struct tree *t;
	char id[TREE_ID];

	test_tree_commit(&w->t);
	t = world_open(w, "linux");
	assert_int_equal(tree_commit(t, full, id, &w->e), -1);
	assert_int_equal(w->e.cls, ERR_TOOL);
	assert_non_null(strstr(w->e.msg, "linux fetch https://git.kernel.org/"));
	assert_non_null(strstr(w->e.msg, full));
	test_tree_run(&w->t, "echo more >>Kconfig; git commit -qam more; mv ../linux '../it'\\''s'; git clone -q --depth 1"
			     " \"file://$PWD/../it's\" ../linux");
	t = world_open(w, "linux");
	assert_true(t->shallow);
	assert_int_equal(tree_commit(t, full, id, &w->e), -1);
	assert_non_null(strstr(w->e.msg, "linux fetch origin 0123"));
	assert_int_equal(tree_commit(t, "v5.0", id, &w->e), -1);
	assert_non_null(strstr(w->e.msg, "fetch --all --tags --unshallow"));
	t = world_open(w, "it's");
	assert_int_equal(tree_commit(t, full, id, &w->e), -1);
	assert_non_null(strstr(w->e.msg, "/it'\\''s' fetch "));
}

static void no_program_of_the_repository_is_started(void **state)
{
	struct world *w = *state;
	struct tree *t;
	char id[TREE_ID];

	test_tree_write(&w->t, "evil.sh", SLICE("#!/bin/sh\necho ran >>\"$(dirname \"$0\")/../ran\"\ncat\n"));
	test_tree_write(&w->t, ".gitattributes", SLICE("* diff=evil filter=evil merge=evil\n"));
	test_tree_commit(&w->t);
	test_tree_run(&w->t,
		      "chmod +x evil.sh; e=$PWD/evil.sh; for n in core.fsmonitor core.pager diff.evil.textconv diff.evil.command"
		      " diff.external filter.evil.clean filter.evil.smudge filter.evil.process core.sshCommand core.askPass"
		      " credential.helper core.alternateRefsCommand remote.origin.uploadpack; do git config $n \"$e\"; done;"
		      "git config remote.origin.url \"ext::$e\"; git config remote.origin.promisor true;"
		      "git config protocol.ext.allow always; git config extensions.partialClone origin;"
		      "for h in post-index-change post-checkout; do ln -s ../../evil.sh .git/hooks/$h; done;"
		      "rm -f ../ran; touch Kconfig; echo more >>Makefile; echo new >new.c");
	t = snapshot(w);
	assert_true(t->dirty);
	assert_int_equal(tree_changed(t, &w->e), 0);
	assert_int_equal(tree_commit(t, "0123456789012345678901234567890123456789", id, &w->e), -1);
	assert_string_equal(test_tree_run(&w->t, "ls .."), "linux");
	/* the files of another place are not taken instead */
	test_tree_run(&w->t, "mkdir ../other; git config core.worktree $PWD/../other");
	setenv("SNAP", snapshot(w)->snapshot, 1);
	assert_string_equal(test_tree_run(&w->t, "git --work-tree=. cat-file blob $SNAP:new.c"), "new");
}

/* In a child, as a user who may not write there: root may write everywhere. */
static int snapshot_as_nobody(struct world *w)
{
	struct tree t;

	if (getuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
		return 1;
	if (tree_open(&t, w->t.dir, &w->e) < 0 || tree_snapshot(&t, &w->e) < 0)
		return 2;
	return t.kept ? 3 : !t.dirty ? 4 : tree_changed(&t, &w->e) != 0 ? 5 : 0;
}

static void a_repository_that_cannot_be_written_is_read_all_the_same(void **state)
{
	struct world *w = *state;
	char before[64];
	int status;
	pid_t pid;

	test_tree_commit(&w->t);
	test_tree_run(&w->t, "echo new >new.c; chmod 755 ..; chmod a-w .git/objects");
	strcpy(before, test_tree_run(&w->t, "find .git | wc -l"));
	pid = fork();
	if (pid == 0)
		_exit(snapshot_as_nobody(w));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_string_equal(test_tree_run(&w->t, "find .git | wc -l"), before);
	test_tree_run(&w->t, "chmod u+w .git/objects");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

static const struct CMUnitTest tests[] = {
	TEST(a_directory_without_git_is_a_tree),
	TEST(what_is_no_directory_is_said),
	TEST(a_clean_checkout_is_its_commit),
	TEST(changes_new_files_and_removals_are_in_the_snapshot),
	TEST(a_change_in_the_moment_of_the_index_is_seen),
	TEST(large_new_files_are_left_out_and_counted),
	TEST(an_odd_index_is_made_anew),
	TEST(before_the_first_commit_all_is_new),
	TEST(a_repository_of_sha256_is_one_too),
	TEST(linked_worktrees_and_bare_repositories_work),
	TEST(commits_are_named_in_many_ways),
	TEST(a_missing_commit_comes_with_its_command),
	TEST(no_program_of_the_repository_is_started),
	TEST(a_repository_that_cannot_be_written_is_read_all_the_same),
};

TEST_MAIN()
