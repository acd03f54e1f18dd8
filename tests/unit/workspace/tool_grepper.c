#define _GNU_SOURCE
#include "tests/unit/workspace/answer.h"

#include "base/utf8.h"

static struct slice output(struct asked *k, const char *args)
{
	return ask(k, "grepper", args, "Output");
}

static struct slice error(struct asked *k, const char *args)
{
	return ask(k, "grepper", args, "error");
}

static const char small[] = "int before;\n\nint fish(void)\n{\n\tint a;\n\n\ta = 1;\n\tneedle(a);\n\treturn a;\n}\n";

#define SMALL "drivers/fish.c=3=int fish(void)\n--\ndrivers/fish.c-7-\ta = 1;\ndrivers/fish.c:8:\tneedle(a);\n" \
	"drivers/fish.c-9-\treturn a;\n"

static void lines_have_the_form_of_git(void **state)
{
	struct asked *k = *state;

	test_tree_write(&k->tree, "drivers/fish.c", slice_str(small));
	/* a tree without git, then the same as a checkout */
	assert_slice(output(k, "{\"Expression\":\"needle\\\\(\"}"), SMALL);
	test_tree_commit(&k->tree);
	assert_slice(output(k, "{\"Expression\":\"needle\\\\(\"}"), SMALL);
	assert_slice(output(k, "{\"Expression\":\"needle\",\"PathPrefix\":\"/drivers\"}"), SMALL);
	assert_slice(output(k, "{\"Expression\":\"needle\",\"PathPrefix\":\"drivers/f*.c\"}"), SMALL);
	assert_slice(output(k, "{\"Expression\":\"needle\",\"PathPrefix\":null}"), SMALL);
	assert_slice(error(k, "{\"Expression\":\"needle\",\"PathPrefix\":\"arch\"}"), "no matches");
	assert_slice(error(k, "{\"Expression\":\"needle\",\"PathPrefix\":\"no/such/folder\"}"), "no matches");
	assert_slice(error(k, "{\"Expression\":\"no such thing\"}"), "no matches");
}

static void only_what_git_tracks_is_searched_in_a_checkout(void **state)
{
	struct asked *k = *state;

	test_tree_commit(&k->tree);
	test_tree_write(&k->tree, "new.c", SLICE("needle\n"));
	test_tree_write(&k->tree, "built.o", SLICE("needle\n"));
	assert_slice(error(k, "{\"Expression\":\"needle\"}"), "no matches");
	test_tree_write(&k->tree, "Kconfig", SLICE("needle, as it is now\n"));
	assert_slice(output(k, "{\"Expression\":\"needle\"}"), "Kconfig:1:needle, as it is now\n");
	/* what only looks like a checkout is searched as a tree */
	test_tree_run(&k->tree, "rm -rf .git; mkdir .git; echo needle >.git/x");
	assert_true(slice_find(output(k, "{\"Expression\":\"needle\"}"), "new.c:1:needle", 0) != SLICE_NONE);
}

static void a_broken_expression_is_said_in_the_words_of_git(void **state)
{
	struct asked *k = *state;

	assert_true(slice_starts(error(k, "{\"Expression\":\"a(b\"}"), "bad expression: "));
	assert_true(slice_find(error(k, "{\"Expression\":\"a(b\"}"), "Unmatched (", 0) != SLICE_NONE);
	assert_true(slice_starts(error(k, "{\"Expression\":\"a\\u0000b\"}"), "bad expression: "));
	assert_slice(error(k, "{}"), "missing argument \"Expression\"");
}

static void words_that_look_like_options_are_words(void **state)
{
	struct asked *k = *state;

	test_tree_write(&k->tree, "-O", SLICE("--open-files-in-pager=touch /tmp/x\n"));
	test_tree_write(&k->tree, "c:1:d.c", SLICE("colon\n"));
	test_tree_write(&k->tree, "l\nf.c", SLICE("linefeed\n"));
	test_tree_commit(&k->tree);
	assert_slice(output(k, "{\"Expression\":\"--open-files-in-pager\"}"), "-O:1:--open-files-in-pager=touch /tmp/x\n");
	assert_slice(output(k, "{\"Expression\":\"open\",\"PathPrefix\":\"-O\"}"), "-O:1:--open-files-in-pager=touch /tmp/x\n");
	assert_slice(error(k, "{\"Expression\":\"open\",\"PathPrefix\":\":(exclude)arch\"}"), "no matches");
	assert_slice(output(k, "{\"Expression\":\"colon\"}"), "c:1:d.c:1:colon\n");
}

static void paths_stay_in_the_tree(void **state)
{
	struct asked *k = *state;

	test_tree_run(&k->tree, "mkdir ../other; echo needle >../other/passwd; ln -s ../other out; ln -s /etc abs");
	for (int git = 0; git < 2; git++) {
		if (git)
			test_tree_commit(&k->tree);
		assert_slice(error(k, "{\"Expression\":\"needle\",\"PathPrefix\":\"../other\"}"), "path is outside of the source tree");
		assert_slice(error(k, "{\"Expression\":\"needle\",\"PathPrefix\":\"out\"}"), "path is outside of the source tree");
		assert_slice(error(k, "{\"Expression\":\"needle\",\"PathPrefix\":\"out/pass*\"}"), "path is outside of the source tree");
		assert_slice(error(k, "{\"Expression\":\"root\",\"PathPrefix\":\"abs/passwd\"}"), "path is outside of the source tree");
		assert_slice(error(k, "{\"Expression\":\"needle\"}"), "no matches");
	}
	/* the index knows a directory where the tree has a link now */
	test_tree_run(&k->tree, "mkdir d; echo nothing >d/passwd; git add d; rm -r d; ln -s ../other d");
	assert_slice(error(k, "{\"Expression\":\"needle\"}"), "no matches");
}

/* What a repository of somebody else's can name that git would start. */
static void no_program_of_the_repository_is_started(void **state)
{
	struct asked *k = *state;

	test_tree_write(&k->tree, "evil.sh", SLICE("#!/bin/sh\necho ran >>\"$(dirname \"$0\")/../ran\"\ncat\n"));
	test_tree_write(&k->tree, ".gitattributes", SLICE("* diff=evil filter=evil\n"));
	test_tree_commit(&k->tree);
	test_tree_run(&k->tree,
		      "chmod +x evil.sh; e=$PWD/evil.sh; for n in core.fsmonitor core.pager pager.grep diff.evil.textconv"
		      " diff.evil.command diff.external filter.evil.clean filter.evil.smudge core.editor core.sshCommand core.askPass"
		      " credential.helper core.alternateRefsCommand alias.grep; do git config $n \"$e\"; done;"
		      "git config color.grep always; git config grep.column true; git config grep.fullName false;"
		      "for h in post-index-change pre-commit; do ln -s ../../evil.sh .git/hooks/$h; done;"
		      "rm -f ../ran; touch Kconfig; echo more >>Makefile");
	assert_true(slice_find(output(k, "{\"Expression\":\"mainmenu\"}"), "Kconfig:1:mainmenu", 0) != SLICE_NONE);
	assert_string_equal(test_tree_run(&k->tree, "ls .."), "linux");
	/* the files of another place are not searched instead */
	test_tree_run(&k->tree, "mkdir ../other; echo needle >../other/Kconfig; git config core.worktree $PWD/../other");
	assert_slice(error(k, "{\"Expression\":\"needle\"}"), "no matches");
}

static size_t count_lines(struct slice s)
{
	struct slice line;
	size_t n = 0;

	while (slice_line(&s, &line))
		n++;
	return n;
}

static void long_output_is_cut_and_counted(void **state)
{
	struct asked *k = *state;
	struct buf b = BUF_INIT;
	struct slice s;

	for (int i = 1; i <= 2000; i++)
		buf_addf(&b, "row %d\n", i);
	test_tree_write(&k->tree, "rows.txt", buf_slice(&b));
	s = output(k, "{\"Expression\":\"row\"}");
	assert_true(slice_starts(s, "\nThe output is too long: it has 2000 lines, of which the first 500 are shown.\n"));
	assert_true(slice_ends(s, "rows.txt:500:row 500\n\n"));
	assert_int_equal(count_lines(s), 505);
	s = output(k, "{\"Expression\":\"\"}");
	assert_true(slice_find(s, "first 500", 0) != SLICE_NONE);
	/* exactly as many as are shown */
	buf_cut(&b, slice_find(buf_slice(&b), "row 501\n", 0));
	test_tree_write(&k->tree, "rows.txt", buf_slice(&b));
	s = output(k, "{\"Expression\":\"row\"}");
	assert_int_equal(count_lines(s), 500);
	assert_true(slice_starts(s, "rows.txt:1:row 1\n"));
	buf_release(&b);
}

static void long_lines_are_cut_at_a_character(void **state)
{
	struct asked *k = *state;
	struct buf b = BUF_INIT;
	struct slice s;

	buf_pad(&b, 'x', 190);
	for (int i = 0; i < 100; i++)
		buf_adds(&b, "\xe6\xbc\xa2");
	buf_addc(&b, '\n');
	test_tree_write(&k->tree, "l.c", buf_slice(&b));
	s = output(k, "{\"Expression\":\"xx\"}");
	/* "l.c:1:" and 190 bytes leave room for one character of three bytes */
	assert_int_equal(s.n, 6 + 190 + 3 + 4);
	assert_true(slice_ends(s, "\xe6\xbc\xa2...\n"));
	assert_true(utf8_valid(s));
	/* and one that is longer than anything that is kept of it */
	buf_clear(&b);
	buf_pad(&b, 'y', 30 << 20);
	buf_adds(&b, "\nyes\n");
	test_tree_write(&k->tree, "l.c", buf_slice(&b));
	s = output(k, "{\"Expression\":\"y\"}");
	assert_true(slice_ends(s, "yyy...\nl.c:2:yes\n"));
	buf_release(&b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, asked_setup, asked_teardown)

static const struct CMUnitTest tests[] = {
	TEST(lines_have_the_form_of_git),
	TEST(only_what_git_tracks_is_searched_in_a_checkout),
	TEST(a_broken_expression_is_said_in_the_words_of_git),
	TEST(words_that_look_like_options_are_words),
	TEST(paths_stay_in_the_tree),
	TEST(no_program_of_the_repository_is_started),
	TEST(long_output_is_cut_and_counted),
	TEST(long_lines_are_cut_at_a_character),
};

TEST_MAIN()
