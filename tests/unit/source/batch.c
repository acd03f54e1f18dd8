/* A git that does not do what git does: it says nothing, nonsense, or ends. */
#define _GNU_SOURCE
#include "source/batch.h"

#include <sys/stat.h>

#include "base/buf.h"
#include "tests/tree.h"

struct world {
	struct test_tree t;
	struct loop *l;
	struct batch *b;
	enum batch_result result;
	struct buf text;
	unsigned answers, late;
	char *path;
};

static void answer(void *arg, void *question, const struct batch_answer *a)
{
	struct world *w = arg;

	assert_ptr_equal(question, &w->t);
	w->answers++;
	w->result = a->result;
	buf_clear(&w->text);
	buf_add_slice(&w->text, a->text);
	loop_stop(w->l, 0);
}

static void late(void *arg)
{
	struct world *w = arg;

	w->late += batch_is_late(w->b);
}

/* Put a program called git with this script before the real one. */
static void pretend(struct world *w, const char *script)
{
	struct buf path = BUF_INIT, text = BUF_INIT;

	buf_addf(&text, "#!/bin/sh\n%s\n", script);
	test_tree_write(&w->t, "bin/git", buf_slice(&text));
	buf_addf(&path, "%s/bin/git", w->t.dir);
	assert_int_equal(chmod(buf_str(&path), 0755), 0);
	buf_clear(&path);
	buf_addf(&path, "%s/bin:%s", w->t.dir, w->path);
	setenv("PATH", buf_str(&path), 1);
	buf_release(&path);
	buf_release(&text);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	*state = w;
	test_tree_make(&w->t);
	w->path = strdup(getenv("PATH"));
	w->l = loop_new(NULL);
	w->b = batch_new(w->l, w->t.dir, w->t.dir, answer, w);
	batch_tell_late(w->b, late);
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	batch_free(w->b);
	loop_free(w->l);
	setenv("PATH", w->path, 1);
	free(w->path);
	buf_release(&w->text);
	test_tree_remove(&w->t);
	free(w);
	return 0;
}

static void ask(struct world *w)
{
	batch_ask(w->b, SLICE("x"), &w->t);
	loop_run(w->l);
}

static void one_that_says_nothing_is_late_and_then_given_up(void **state)
{
	struct world *w = *state;

	pretend(w, "exec sleep 1000");
	batch_patience(w->b, 5000, 20000);
	ask(w);
	assert_int_equal(w->result, BATCH_FAILED);
	assert_string_equal(buf_str(&w->text), "git cat-file does not answer");
	assert_true(w->late > 0);
}

/* A busy machine may look so rarely that it is late and given up in one. */
static void one_that_is_given_up_was_late(void **state)
{
	struct world *w = *state;

	pretend(w, "exec sleep 1000");
	batch_patience(w->b, 5000, 0);
	ask(w);
	assert_int_equal(w->result, BATCH_FAILED);
	assert_true(w->late > 0);
}

static void nonsense_is_no_answer(void **state)
{
	struct world *w = *state;

	pretend(w, "echo hello; exec cat");
	ask(w);
	assert_int_equal(w->result, BATCH_FAILED);
	pretend(w, "head -c 100000 /dev/zero | tr '\\0' a; exec cat");
	ask(w);
	assert_int_equal(w->result, BATCH_FAILED);
	pretend(w, "echo 0123 blob 99999999999999999999; exec cat");
	ask(w);
	assert_int_equal(w->result, BATCH_FAILED);
	assert_int_equal(w->answers, 3);
}

static void one_that_ends_says_why(void **state)
{
	struct world *w = *state;

	pretend(w, "echo 'fatal: this is no good' >&2; exit 128");
	ask(w);
	assert_int_equal(w->result, BATCH_FAILED);
	assert_string_equal(buf_str(&w->text), "git cat-file ended: this is no good");
}

/* What it was asked when it died is asked again. */
static void one_that_dies_is_started_again(void **state)
{
	struct world *w = *state;

	pretend(w, "if [ ! -e died ]; then read a; touch died; kill -9 $$; fi; read a; printf '0123 blob 4\\nab\\nc\\n'; read a; printf '0123 missing\\n'; exec cat >/dev/null");
	ask(w);
	assert_int_equal(w->result, BATCH_FOUND);
	assert_string_equal(buf_str(&w->text), "ab\nc");
	ask(w);
	assert_int_equal(w->result, BATCH_MISSING);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(one_that_says_nothing_is_late_and_then_given_up),
	TEST(one_that_is_given_up_was_late),
	TEST(nonsense_is_no_answer),
	TEST(one_that_ends_says_why),
	TEST(one_that_dies_is_started_again),
};

TEST_MAIN()
