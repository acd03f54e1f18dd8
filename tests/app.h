/* The program's state with all of its folders in one of the test's own, and recordings that are opened in it. */
#ifndef TESTS_APP_H
#define TESTS_APP_H

#define _GNU_SOURCE /* setenv, mkdtemp */
#include "app/session.h"
#include "tests/store.h"
#include "tests/test.h"

/* Settings, store, state and cache are in `home`, which the test removes after app_release(). */
static inline void test_app_init(struct app *a, const char *home)
{
	for (size_t i = 0; i < 4; i++)
		setenv((const char *[]){"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"}[i], home, 1);
	app_init(a);
}

static inline void test_app_set(struct app *a, const char *name, const char *value)
{
	struct err e = {0};

	if (conf_set(&a->conf, slice_str(name), slice_str(value), "test", &e) < 0)
		fail_msg("%s", e.msg);
}

/* Read to its end. */
static inline struct session *test_app_open(struct app *a, const char *recording)
{
	struct err e = {0};
	struct session *s = session_open(a, recording, &e);

	if (!s)
		fail_msg("%s", e.msg);
	return s;
}

/* A recording that is open, in a store of its own. */
struct test_opened {
	char home[64];
	struct app app;
	struct session *session;
};

/* Of a file; freed by test_close(). */
static inline struct test_opened *test_open_file(const char *recording)
{
	struct test_opened *o = calloc(1, sizeof *o);

	test_dir(o->home);
	test_app_init(&o->app, o->home);
	o->session = test_app_open(&o->app, recording);
	return o;
}

/* The same of a text, which is written first, as a file of that name. */
static inline struct test_opened *test_open_text(const char *name, struct slice text)
{
	struct test_opened *o = calloc(1, sizeof *o);
	struct err e = {0};
	char path[128];

	test_dir(o->home);
	assert_int_equal(fs_write_atomic(o->home, name, text, &e), 0);
	snprintf(path, sizeof path, "%s/%s", o->home, name);
	test_app_init(&o->app, o->home);
	o->session = test_app_open(&o->app, path);
	return o;
}

static inline void test_close(struct test_opened *o)
{
	session_free(o->session);
	app_release(&o->app);
	test_dir_remove(o->home);
	free(o);
}

/* For a test whose `*state` it is. */
static inline int test_opened_teardown(void **state)
{
	test_close(*state);
	return 0;
}

#endif
