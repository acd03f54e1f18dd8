#define _GNU_SOURCE
#include "tests/unit/workspace/answer.h"

static const char file[] = "\"File\":\"drivers/pond/pond.h\"";

/*
 * Commits: the tree, on branch "old"; a changed line, and one more above it; the file renamed, which is taken away on branch
 * "gone".
 */
static void history(struct asked *k)
{
	test_tree_commit(&k->tree);
	test_tree_run(&k->tree, "git branch -f old; sed -i 's/p->flags |= bits;/p->flags |= bits; \\/\\* marked \\*\\//' drivers/pond/pond.h; "
				"sed -i '1i // top' drivers/pond/pond.h; git commit -qam 'pond: mark the write'; "
				"git mv drivers/pond/pond.h drivers/pond/lake.h; git commit -qm 'pond: rename the header'; "
				"git branch new; git checkout -q -b gone; git rm -q drivers/pond/lake.h; git commit -qm 'pond: drop it'");
}

/* The raw answer to a call at a commit. */
static struct slice call(struct asked *k, const char *tool, const char *at, const char *rest)
{
	struct buf args = BUF_INIT;
	struct slice raw;
	struct err e = {0};

	buf_addf(&args, "{%s,%s}", file, rest);
	k->root.commit = at;
	if (tool_answer(tool_find(slice_str(tool), NULL), &k->root, buf_slice(&args), &k->answer, &e) < 0)
		fail_msg("%s", e.msg);
	buf_release(&args);
	assert_int_equal(json_check(buf_slice(&k->answer), &raw, NULL, NULL), 0);
	return raw;
}

/* "Subject;Subject;" of a list of objects. */
static struct slice list(struct asked *k, struct slice raw, const char *name, const char *member)
{
	struct json_iter it = json_iter(json_member(raw, name));
	struct buf b = BUF_INIT;
	struct slice s, all;

	while (json_next(&it)) {
		assert_true(json_get_str(k->a, it.value, member, &s));
		buf_addf(&b, "%.*s;", (int)s.n, s.p);
	}
	all = arena_slice(k->a, buf_slice(&b));
	buf_release(&b);
	return all;
}

static struct slice text(struct asked *k, struct slice raw, const char *key)
{
	struct slice s = {0};

	json_get_str(k->a, raw, key, &s);
	return s;
}

static void each_line_has_its_commit(void **state)
{
	struct asked *k = *state;
	struct slice raw;

	history(k);
	raw = call(k, "lines-blame", "new~1", "\"Start\":67,\"End\":69");
	assert_slice(list(k, raw, "Lines", "Subject"), "A pond;pond: mark the write;A pond;");
	assert_slice(list(k, raw, "Lines", "Author"), "A;A;A;");
	assert_slice(list(k, raw, "Lines", "Date"), "2026-01-01;2026-01-01;2026-01-01;");
	assert_slice(list(k, raw, "Lines", "Text"), "\tlockdep_assert_held(&p->lock);;\tp->flags |= bits; /* marked */;};");
	assert_slice(list(k, call(k, "lines-blame", "old", "\"Start\":67,\"End\":67"), "Lines", "Subject"), "A pond;");
	assert_true(slice_find(text(k, call(k, "lines-blame", "old", "\"Start\":6700,\"End\":6700"), "error"), "has only", 0) != SLICE_NONE);
	assert_slice(text(k, call(k, "lines-blame", "old", "\"Start\":1,\"End\":5000"), "error"), "at most 2000 lines can be asked for at once");
	assert_true(slice_starts(text(k, call(k, "lines-blame", "none", "\"Start\":1,\"End\":1"), "error"), "commit 'none' is not in '"));
}

static void lines_have_their_commits(void **state)
{
	struct asked *k = *state;

	history(k);
	assert_slice(list(k, call(k, "lines-log", "new~1", "\"Start\":68,\"End\":68"), "Commits", "Subject"), "pond: mark the write;A pond;");
	assert_slice(list(k, call(k, "lines-log", "new~1", "\"Start\":60,\"End\":60"), "Commits", "Subject"), "A pond;");
}

static void a_branch_is_compared(void **state)
{
	struct asked *k = *state;
	struct slice raw;

	history(k);
	/* the racing line: changed, in a file that has another name, one line further down */
	raw = call(k, "lines-since", "old", "\"Start\":67,\"End\":67,\"Since\":\"new\"");
	assert_slice(text(k, raw, "State"), "changed");
	assert_slice(text(k, raw, "File"), "drivers/pond/lake.h");
	assert_slice(json_member(raw, "Start"), "68");
	assert_slice(json_member(raw, "Before"), "true");
	assert_slice(list(k, raw, "Commits", "Subject"), "pond: mark the write;");
	assert_true(slice_find(text(k, raw, "Diff"), "\n-\tp->flags |= bits;\n+\tp->flags |= bits; /* marked */\n", 0) != SLICE_NONE);
	/* others moved only */
	raw = call(k, "lines-since", "old", "\"Start\":64,\"End\":66,\"Since\":\"new\"");
	assert_slice(text(k, raw, "State"), "elsewhere");
	assert_slice(json_member(raw, "Start"), "65");
	assert_slice(json_member(raw, "End"), "67");
	assert_slice(text(k, raw, "Diff"), "");
	/* the whole file */
	raw = call(k, "lines-since", "old", "\"Since\":\"new\"");
	assert_slice(text(k, raw, "State"), "changed");
	assert_slice(list(k, raw, "Commits", "Subject"), "pond: rename the header;pond: mark the write;");
	/* the same, and the same in a commit before */
	assert_slice(text(k, call(k, "lines-since", "old", "\"Since\":\"old\""), "State"), "unchanged");
	raw = call(k, "lines-since", "new~1", "\"Start\":68,\"End\":68,\"Since\":\"old\"");
	assert_slice(text(k, raw, "State"), "changed");
	assert_slice(json_member(raw, "Before"), "false");
	/* gone, after it was renamed */
	raw = call(k, "lines-since", "old", "\"Start\":67,\"End\":67,\"Since\":\"gone\"");
	assert_slice(text(k, raw, "State"), "gone");
	assert_int_equal(text(k, raw, "Gone").n, 40);
	assert_true(slice_starts(text(k, call(k, "lines-since", "old", "\"Since\":\"--all\""), "error"), "'--all' does not name a commit"));
}

/* Lines at the edges of what changed, and lines of which none is left. */
static void edges_of_changes(void **state)
{
	static const struct {
		const char *change;
		const char *lines, *state, *start;
	} cases[] = {
		{"5a new", "\"Start\":5,\"End\":5", "elsewhere", "5"},
		{"5a new", "\"Start\":6,\"End\":6", "elsewhere", "7"},
		{"5a new", "\"Start\":5,\"End\":6", "changed", "5"},
		{"4,6d", "\"Start\":4,\"End\":6", "changed", ""},
		{"4,6d", "\"Start\":6,\"End\":8", "changed", "4"},
		{"4,6d", "\"Start\":2,\"End\":4", "changed", "2"},
		{"4,6d", "\"Start\":7,\"End\":7", "elsewhere", "4"},
		{"4,6d", "\"Start\":3,\"End\":3", "elsewhere", "3"},
		{"4,6c one", "\"Start\":5,\"End\":7", "changed", "4"},
	};
	struct asked *k = *state;
	char script[300];

	test_tree_commit(&k->tree);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char rest[100];
		struct slice raw;

		snprintf(script, sizeof script, "git checkout -q -B it master; sed -i '%s' drivers/pond/pond.h; git commit -qam it", cases[i].change);
		test_tree_run(&k->tree, script);
		snprintf(rest, sizeof rest, "%s,\"Since\":\"it\"", cases[i].lines);
		raw = call(k, "lines-since", "master", rest);
		if (!slice_is(text(k, raw, "State"), cases[i].state) || !slice_is(json_member(raw, "Start"), cases[i].start))
			fail_msg("%s, %s: %s", cases[i].change, cases[i].lines, buf_str(&k->answer));
	}
}

static void what_git_shows_no_difference_of_has_changed_all_the_same(void **state)
{
	struct asked *k = *state;
	struct slice raw;
	struct err e;

	test_tree_commit(&k->tree);
	test_tree_run(&k->tree, "printf 'a\\0b' >drivers/x.bin; git add -A; git commit -qm one; git branch -f old; "
				"printf 'a\\0c' >drivers/x.bin; git commit -qam two");
	k->root.commit = "old";
	assert_int_equal(tool_answer(tool_find(SLICE("lines-since"), NULL), &k->root,
				     SLICE("{\"File\":\"drivers/x.bin\",\"Start\":1,\"End\":1,\"Since\":\"master\"}"), &k->answer, &e), 0);
	assert_int_equal(json_check(buf_slice(&k->answer), &raw, NULL, NULL), 0);
	assert_slice(text(k, raw, "State"), "changed");
	assert_slice(list(k, raw, "Commits", "Subject"), "two;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_line_has_its_commit, asked_setup, asked_teardown),
		cmocka_unit_test_setup_teardown(lines_have_their_commits, asked_setup, asked_teardown),
		cmocka_unit_test_setup_teardown(a_branch_is_compared, asked_setup, asked_teardown),
		cmocka_unit_test_setup_teardown(what_git_shows_no_difference_of_has_changed_all_the_same, asked_setup, asked_teardown),
		cmocka_unit_test_setup_teardown(edges_of_changes, asked_setup, asked_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
