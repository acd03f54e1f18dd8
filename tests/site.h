/* A tree with the program beside it, and the loop on which its children are heard, for tests of what asks about trees. */
#ifndef TESTS_SITE_H
#define TESTS_SITE_H

#include "app/kernel.h"
#include "tests/app.h"
#include "tests/tree.h"

struct test_site {
	struct test_tree t;
	struct app app;
	struct loop *l;
	struct kernel *kernel;   /* owned: where the test looks into the tree's repository; else NULL */
	struct session *session; /* owned: what is open, where no screen has it; else NULL */
};

static inline void test_site_make(struct test_site *s)
{
	test_tree_make(&s->t);
	test_app_init(&s->app, s->t.top);
	s->l = loop_new(NULL);
}

static inline void test_site_remove(struct test_site *s)
{
	session_free(s->session);
	kernel_free(s->kernel);
	loop_free(s->l);
	app_release(&s->app);
	test_tree_remove(&s->t);
}

/* Sources are those of the tree, at that commit. */
static inline void test_site_at(struct test_site *s, const char *commit)
{
	test_app_set(&s->app, "kernel", s->t.dir);
	test_app_set(&s->app, "commit", commit);
}

#endif
