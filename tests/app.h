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

/* Open it in a store of its own, hand it to `look`, and clean up. */
static inline void test_app_look(const char *recording, void (*look)(struct session *s, void *arg), void *arg)
{
	struct session *s;
	struct app app;
	char home[64];

	test_dir(home);
	test_app_init(&app, home);
	s = test_app_open(&app, recording);
	look(s, arg);
	session_free(s);
	app_release(&app);
	test_dir_remove(home);
}

/* The same with one that is written first, as a file of that name. */
static inline void test_app_look_at(const char *name, struct slice text, void (*look)(struct session *s, void *arg), void *arg)
{
	struct err e = {0};
	char dir[64], path[128];

	test_dir(dir);
	assert_int_equal(fs_write_atomic(dir, name, text, &e), 0);
	snprintf(path, sizeof path, "%s/%s", dir, name);
	test_app_look(path, look, arg);
	test_dir_remove(dir);
}

#endif
