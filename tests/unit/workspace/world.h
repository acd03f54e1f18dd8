/* A tree that was made for the test, and what has been opened of it. */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include "base/diag.h"
#include "tests/tree.h"
#include "workspace/tree.h"

struct world {
	struct test_tree t;
	struct tree tree; /* the last that was opened */
	struct diags ds;
	struct err e;
};

static inline int world_setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	char cache[100];

	test_tree_make(&w->t);
	snprintf(cache, sizeof cache, "%s/cache", w->t.top);
	setenv("XDG_CACHE_HOME", cache, 1);
	*state = w;
	return 0;
}

static inline int world_teardown(void **state)
{
	struct world *w = *state;

	diags_release(&w->ds);
	tree_release(&w->tree);
	test_tree_remove(&w->t);
	free(w);
	return 0;
}

/* Open the tree "linux", or one beside it. */
static inline struct tree *world_open(struct world *w, const char *name)
{
	char dir[200];

	snprintf(dir, sizeof dir, "%s/%s", w->t.top, name);
	tree_release(&w->tree);
	if (tree_open(&w->tree, dir, &w->e) < 0)
		fail_msg("%s", w->e.msg);
	return &w->tree;
}

#endif
