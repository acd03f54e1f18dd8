#define _GNU_SOURCE
#include "tests/unit/workspace/answer.h"

/* Three commits: the tree, a changed line, a file taken away. */
static void history(struct asked *k)
{
	test_tree_commit(&k->tree);
	test_tree_run(&k->tree, "sed -i 's/p->flags &= ~bits;/WRITE_ONCE(p->flags, p->flags \\& ~bits);/' drivers/pond/pond.h; "
				"git commit -qam 'pond: mark the write' -m 'Fixes: a race'; "
				"git rm -q drivers/pond/pond_sysfs.c; git commit -qm 'pond: drop sysfs'");
}

/* The answer's titles without their ids, which hang on the time of committing. */
static struct slice titles(struct asked *k, const char *args)
{
	struct slice rest = ask(k, "git-log", args, "Output"), line;
	struct buf b = BUF_INIT;
	struct slice all;

	while (slice_line(&rest, &line)) {
		assert_true(line.n > 13 && slice_chr(line, ' ', 0) == 12);
		buf_addf(&b, "%.*s;", (int)line.n - 13, line.p + 13);
	}
	all = arena_slice(k->a, buf_slice(&b));
	buf_release(&b);
	return all;
}

static void commits_are_found_by_code_symbol_message_and_path(void **state)
{
	static const struct {
		const char *args, *want;
	} cases[] = {
		{"{\"PathPrefix\":\"drivers\"}", "pond: drop sysfs;pond: mark the write;A pond;"},
		{"{\"PathPrefix\":\"/drivers/pond/pond.h\",\"Count\":1}", "pond: mark the write;"},
		{"{\"PathPrefix\":\"drivers/pond/p*.h\"}", ""}, /* a path, not a pattern */
		{"{\"PathPrefix\":\":(top)drivers\"}", ""},
		{"{\"CodeRegexp\":\"WRITE_ONCE\\\\(p->flags, \"}", "pond: mark the write;"},
		{"{\"CodeRegexp\":\"--output=x\"}", ""},
		{"{\"CodeRegexp\":\"WRITE_ONCE\\\\(p->flags, \",\"PathPrefix\":\"arch\"}", ""},
		{"{\"SymbolName\":\"pond_clear\",\"SourcePath\":\"drivers/pond/pond.h\"}", "pond: mark the write;A pond;"},
		{"{\"MessageRegexps\":[\"POND\",\"^fixes: a (race|bug)\"]}", "pond: mark the write;"},
		{"{\"MessageRegexps\":[\"pond\"],\"CodeRegexp\":\"\",\"PathPrefix\":null}", "pond: drop sysfs;pond: mark the write;A pond;"},
		{"{\"MessageRegexps\":[\"--all\"]}", ""},
	};

	history(*state);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_slice(titles(*state, cases[i].args), cases[i].want);
}

static void a_wrong_search_is_said(void **state)
{
	static const struct {
		const char *args, *want;
	} cases[] = {
		{"{}", "at least one of CodeRegexp, SymbolName, MessageRegexps, or PathPrefix must be set"},
		{"{\"MessageRegexps\":[]}", "at least one of CodeRegexp, SymbolName, MessageRegexps, or PathPrefix must be set"},
		{"{\"SymbolName\":\"x\"}", "SymbolName needs SourcePath, the file that it is in"},
		{"{\"SymbolName\":\"x\",\"SourcePath\":\"a.c\",\"PathPrefix\":\"b\"}", "SymbolName and PathPrefix cannot be used together"},
		{"{\"SymbolName\":\"x:/etc/passwd\",\"SourcePath\":\"a.c\"}", "SymbolName must be one identifier"},
		{"{\"SymbolName\":\"x\",\"SourcePath\":\"../a.c\"}", "path is outside of the source tree"},
		{"{\"PathPrefix\":\"a/../../b\"}", "path is outside of the source tree"},
		{"{\"CodeRegexp\":\"a\\u0000b\"}", "CodeRegexp is longer than 4096 bytes or holds a NUL"},
		{"{\"CodeRegexp\":\"a(\"}", "git-log failed: invalid regex: "},
		{"{\"PathPrefix\":\"drivers\",\"Since\":\"yesterday\"}", "Since must be a number and a unit"},
		{"{\"PathPrefix\":\"drivers\",\"Since\":\"2 fortnights\"}", "Since must be a number and a unit"},
		{"{\"MessageRegexps\":[5]}", "argument \"MessageRegexps\" has wrong type: got an element that is float64, want []string"},
		{"{\"MessageRegexps\":\"x\"}", "argument \"MessageRegexps\" has wrong type: got string, want []string"},
	};

	history(*state);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct slice said = ask(*state, "git-log", cases[i].args, "error");

		if (!slice_starts(said, cases[i].want))
			fail_msg("%s: %.*s", cases[i].args, (int)said.n, said.p);
	}
	assert_slice(titles(*state, "{\"PathPrefix\":\"drivers\",\"Since\":\"1 day\"}"), ""); /* they are of the first of January */
}

static void a_commit_is_shown_and_a_file_at_it(void **state)
{
	struct asked *k = *state;
	struct slice shown;

	history(k);
	shown = ask(k, "git-show", "{\"Commit\":\"HEAD~1\"}", "Output");
	assert_true(slice_find(shown, "Fixes: a race", 0) != SLICE_NONE);
	assert_true(slice_find(shown, "\n+\tWRITE_ONCE(p->flags, p->flags & ~bits);\n", 0) != SLICE_NONE);
	assert_true(slice_starts(ask(k, "git-show", "{\"Commit\":\"HEAD~1:/drivers/pond/pond_sysfs.c\"}", "Output"), "// SPDX-License"));
	assert_true(slice_starts(ask(k, "git-show", "{\"Commit\":\"HEAD:drivers/pond/pond_sysfs.c\"}", "error"),
				 "git-show failed: path 'drivers/pond/pond_sysfs.c' does not exist in '"));
	assert_true(slice_starts(ask(k, "git-show", "{\"Commit\":\"HEAD:drivers\"}", "error"), "git-show failed: 'drivers' is no file in '"));
	assert_slice(ask(k, "git-show", "{\"Commit\":\"HEAD:../../etc/passwd\"}", "error"), "path is outside of the source tree");
	assert_slice(ask(k, "git-show", "{\"Commit\":\"deadbeef\"}", "error"), "commit deadbeef does not exist");
	assert_slice(ask(k, "git-show", "{\"Commit\":\"\"}", "error"), "commit  does not exist");
	assert_slice(ask(k, "git-show", "{\"Commit\":\"--output=x\"}", "error"), "commit --output=x does not exist");
	assert_slice(ask(k, "git-show", "{\"Commit\":\"HEAD..HEAD~1\"}", "error"), "commit HEAD..HEAD~1 does not exist");
}

static void what_is_shown_is_bounded(void **state)
{
	struct asked *k = *state;
	struct buf b = BUF_INIT;
	struct slice shown, line;
	size_t n = 0;

	for (int i = 0; i < 3000; i++)
		buf_addf(&b, "line %d\n", i);
	test_tree_write(&k->tree, "long.c", buf_slice(&b));
	buf_clear(&b);
	buf_pad(&b, 'x', 100000);
	test_tree_write(&k->tree, "wide.c", buf_slice(&b));
	buf_release(&b);
	test_tree_commit(&k->tree);
	shown = ask(k, "git-show", "{\"Commit\":\"HEAD:long.c\"}", "Output");
	assert_true(slice_eat(&shown, "The output is too long: it has 3000 lines, of which the first 1000 are shown.\n\n"));
	while (slice_line(&shown, &line))
		n++;
	assert_int_equal(n, 1000);
	assert_slice(line, "line 999");
	shown = ask(k, "git-show", "{\"Commit\":\"HEAD:wide.c\"}", "Output");
	assert_int_equal(shown.n, 4096 + 4);
	assert_true(slice_ends(shown, "x...\n"));
}

static void lines_are_blamed_on_commits(void **state)
{
	struct asked *k = *state;
	struct slice rest, line;

	history(k);
	rest = ask(k, "git-blame", "{\"File\":\"/drivers/pond/pond.h\",\"Start\":73,\"End\":74}", "Output");
	assert_true(slice_line(&rest, &line));
	assert_slice(slice_sub(line, 12, line.n), " 73) \tlockdep_assert_held(&p->feed_mutex);");
	assert_true(slice_line(&rest, &line));
	assert_slice(slice_sub(line, 12, line.n), " 74) \tWRITE_ONCE(p->flags, p->flags & ~bits);");
	assert_slice(ask(k, "git-blame", "{\"File\":\"drivers/pond/pond.h\",\"Start\":0,\"End\":1}", "error"), "Start must be at least 1");
	assert_slice(ask(k, "git-blame", "{\"File\":\"drivers/pond/pond.h\",\"Start\":5,\"End\":4}", "error"),
		     "End must not be less than Start");
	assert_slice(ask(k, "git-blame", "{\"File\":\"drivers/pond/pond.h\",\"Start\":1,\"End\":1002}", "error"),
		     "at most 1001 lines can be asked for at once");
	assert_slice(ask(k, "git-blame", "{\"File\":\"drivers/pond/pond.h\",\"Start\":7000,\"End\":7001}", "error"),
		     "git-blame failed: file drivers/pond/pond.h has only 90 lines");
	assert_true(slice_starts(ask(k, "git-blame", "{\"File\":\"--contents=/etc/passwd\",\"Start\":1,\"End\":1}", "error"),
				 "git-blame failed: no such path"));
	assert_slice(ask(k, "git-blame", "{\"File\":\"../x\",\"Start\":1,\"End\":1}", "error"), "path is outside of the source tree");
}

static void no_program_that_the_repository_names_is_started(void **state)
{
	struct asked *k = *state;

	test_tree_write(&k->tree, ".gitattributes", SLICE("*.h diff=evil\n"));
	history(k);
	test_tree_run(&k->tree, "printf '#!/bin/sh\\ntouch ../pwned; cat \"$1\"\\n' >../evil; chmod +x ../evil; "
				"git config diff.evil.textconv \"$PWD/../evil\"; git config diff.evil.command \"$PWD/../evil\"; "
				"git config diff.external \"$PWD/../evil\"; git config gpg.program \"$PWD/../evil\"; "
				"git config log.showSignature true; git config blame.ignoreRevsFile /etc/passwd");
	assert_slice(titles(k, "{\"CodeRegexp\":\"WRITE_ONCE\\\\(p->flags, \"}"), "pond: mark the write;");
	assert_slice(titles(k, "{\"SymbolName\":\"pond_clear\",\"SourcePath\":\"drivers/pond/pond.h\"}"), "pond: mark the write;A pond;");
	ask(k, "git-show", "{\"Commit\":\"HEAD~1\"}", "Output");
	ask(k, "git-show", "{\"Commit\":\"HEAD:drivers/pond/pond.h\"}", "Output");
	ask(k, "git-blame", "{\"File\":\"drivers/pond/pond.h\",\"Start\":73,\"End\":74}", "Output");
	assert_string_equal(test_tree_run(&k->tree, "ls .."), "evil\nlinux");
}

static void history_ends_where_a_shallow_clone_does(void **state)
{
	struct asked *k = *state;
	struct err e;

	history(k);
	test_tree_run(&k->tree, "git clone -q --depth 2 \"file://$PWD\" ../cut");
	snprintf(k->tree.dir, sizeof k->tree.dir, "%s/cut", k->tree.top);
	root_release(&k->root);
	assert_int_equal(root_open(&k->root, k->tree.dir, &e), 0);
	assert_slice(titles(k, "{\"PathPrefix\":\"drivers\"}"), "pond: drop sysfs;pond: mark the write;");
	assert_slice(ask(k, "git-blame", "{\"File\":\"drivers/pond/pond.h\",\"Start\":73,\"End\":74}", "Note"),
		     "The history of this repository is cut (shallow): its oldest commit stands for all before it.");
	ask(k, "git-log", "{\"PathPrefix\":\"drivers\"}", "Note");
	ask(k, "git-show", "{\"Commit\":\"HEAD\"}", "Note");
	ask(k, "git-show", "{\"Commit\":\"HEAD:drivers/pond/pond.h\"}", "Output");
	assert_null(strstr(buf_str(&k->answer), "Note")); /* a file is whole */
}

/* A partial clone knows the names of files whose content it has not: those are not "no such path". */
static void what_a_partial_clone_has_not_is_told(void **state)
{
	struct asked *k = *state;
	struct err e;

	history(k);
	test_tree_run(&k->tree, "git config uploadpack.allowFilter true;"
				"git clone -q --no-checkout --filter=blob:none \"file://$PWD\" ../some");
	snprintf(k->tree.dir, sizeof k->tree.dir, "%s/some", k->tree.top);
	root_release(&k->root);
	assert_int_equal(root_open(&k->root, k->tree.dir, &e), 0);
	assert_slice(titles(k, "{\"PathPrefix\":\"drivers/pond/pond.h\"}"), "pond: mark the write;A pond;");
	assert_true(slice_find(ask(k, "git-show", "{\"Commit\":\"HEAD:drivers/pond/pond.h\"}", "error"), "which is a partial clone: git -C ", 0) !=
		    SLICE_NONE);
	assert_true(slice_find(ask(k, "git-blame", "{\"File\":\"drivers/pond/pond.h\",\"Start\":1,\"End\":1}", "error"), "which is a partial clone: git -C ",
			       0) != SLICE_NONE);
	assert_true(slice_find(ask(k, "git-log", "{\"CodeRegexp\":\"flags\"}", "error"), "what is needed is not in the repository", 0) != SLICE_NONE);
	assert_true(slice_find(ask(k, "git-show", "{\"Commit\":\"HEAD:none.c\"}", "error"), "path 'none.c' does not exist in", 0) != SLICE_NONE);
	assert_true(slice_find(ask(k, "git-blame", "{\"File\":\"none.c\",\"Start\":1,\"End\":1}", "error"), "no such path none.c", 0) != SLICE_NONE);
}

static void a_tree_without_git_has_no_history(void **state)
{
	assert_slice(ask(*state, "git-log", "{\"PathPrefix\":\"drivers\"}", "error"),
		     "git-log failed: the source tree is not under git, so that it has no history");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, asked_setup, asked_teardown)
	const struct CMUnitTest tests[] = {
		TEST(commits_are_found_by_code_symbol_message_and_path),
		TEST(a_wrong_search_is_said),
		TEST(a_commit_is_shown_and_a_file_at_it),
		TEST(what_is_shown_is_bounded),
		TEST(lines_are_blamed_on_commits),
		TEST(no_program_that_the_repository_names_is_started),
		TEST(history_ends_where_a_shallow_clone_does),
		TEST(what_a_partial_clone_has_not_is_told),
		TEST(a_tree_without_git_has_no_history),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
