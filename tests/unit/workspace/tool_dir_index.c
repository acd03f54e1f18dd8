#define _GNU_SOURCE
#include "tests/unit/workspace/answer.h"

static const char *whole(struct asked *k, const char *args)
{
	struct err e = {0};

	assert_int_equal(tool_answer(tool_find(SLICE("codesearch-dir-index"), NULL), &k->root, slice_str(args), &k->answer, &e), 0);
	return buf_str(&k->answer);
}

static void names_are_sorted_and_chosen(void **state)
{
	struct asked *k = *state;

	test_tree_run(&k->tree, "mkdir -p d/sub d/.hidden d/a.c; cd d; touch z.c A.h b.S r.rs n.txt n.rst n.md Makefile x.o .x.c;"
				"mkfifo p.c; ln -s /etc/passwd l.c; ln -s /etc ldir");
	assert_string_equal(whole(k, "{\"Dir\":\"d\"}"),
			    "{\"Subdirs\":[\"a.c\",\"sub\"],\"Files\":[\"A.h\",\"b.S\",\"l.c\",\"n.md\",\"n.rst\",\"n.txt\",\"r.rs\","
			    "\"z.c\"]}");
	assert_string_equal(whole(k, "{\"Dir\":\"\"}"), "{\"Subdirs\":[\"arch\",\"d\",\"drivers\"],\"Files\":[]}");
	assert_string_equal(whole(k, "{\"Dir\":\"/\"}"), "{\"Subdirs\":[\"arch\",\"d\",\"drivers\"],\"Files\":[]}");
	assert_string_equal(whole(k, "{\"Dir\":\"d/sub\"}"), "{\"Subdirs\":[],\"Files\":[]}");
}

static void what_cannot_be_listed_is_said(void **state)
{
	struct asked *k = *state;

	test_tree_run(&k->tree, "ln -s .. up");
	assert_slice(ask(k, "codesearch-dir-index", "{\"Dir\":\"none\"}", "error"), "the directory does not exist");
	assert_slice(ask(k, "codesearch-dir-index", "{\"Dir\":\"Makefile\"}", "error"), "the path is not a directory");
	assert_slice(ask(k, "codesearch-dir-index", "{\"Dir\":\"..\"}", "error"), "path is outside of the source tree");
	assert_slice(ask(k, "codesearch-dir-index", "{\"Dir\":\"up\"}", "error"), "path is outside of the source tree");
	assert_slice(ask(k, "codesearch-dir-index", "{}", "error"), "missing argument \"Dir\"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, asked_setup, asked_teardown)

static const struct CMUnitTest tests[] = {
	TEST(names_are_sorted_and_chosen),
	TEST(what_cannot_be_listed_is_said),
};

TEST_MAIN()
