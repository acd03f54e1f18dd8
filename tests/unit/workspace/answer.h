/* Asking a tool as a model does. */
#ifndef TESTS_ANSWER_H
#define TESTS_ANSWER_H

#include "base/json.h"
#include "tests/tree.h"
#include "workspace/tool.h"

struct asked {
	struct test_tree tree;
	struct root root;
	struct arena *a;
	struct buf answer;
};

static inline int asked_setup(void **state)
{
	struct asked *k = calloc(1, sizeof *k);
	struct err e;

	test_tree_make(&k->tree);
	k->a = arena_new();
	*state = k;
	return root_open(&k->root, k->tree.dir, &e);
}

static inline int asked_teardown(void **state)
{
	struct asked *k = *state;

	root_release(&k->root);
	test_tree_remove(&k->tree);
	buf_release(&k->answer);
	arena_free(k->a);
	free(k);
	return 0;
}

/* Member `key` of the answer to a call; fails the test where there is none. */
static inline struct slice ask(struct asked *k, const char *tool, const char *args, const char *key)
{
	struct slice raw, v;
	struct err e = {0};

	if (tool_answer(tool_find(slice_str(tool), NULL), &k->root, slice_str(args), &k->answer, &e) < 0)
		fail_msg("%s", e.msg);
	assert_int_equal(json_check(buf_slice(&k->answer), &raw, NULL, NULL), 0);
	if (!json_get_str(k->a, raw, key, &v))
		fail_msg("no %s in %.400s", key, buf_str(&k->answer));
	return v;
}

#endif
