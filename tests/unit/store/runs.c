#include "tests/store.h"

#include "base/mem.h"
#include "tests/test.h"
#include "tests/words.h"

struct fixture {
	char dir[64];
	struct store *s;
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	test_dir(f->dir);
	f->s = store_open(f->dir, NULL);
	*state = f;
	return f->s ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	store_close(f->s);
	test_dir_remove(f->dir);
	free(f);
	return 0;
}

static void a_taken_run_has_a_row_with_what_lists_need(void **state)
{
	struct fixture *f = *state;
	struct run_row row;
	char id[65];

	assert_int_equal(test_take(f->s, "bytes", "job-1", 77, id, NULL), 0);
	assert_int_equal(store_get(f->s, id, &row, NULL), 1);
	assert_string_equal(row.id, id);
	assert_string_equal(row.job, "job-1");
	assert_string_equal(row.title, "KCSAN: data-race in a / b");
	assert_string_equal(row.outputs, "benign");
	assert_string_equal(row.format, "text page");
	assert_int_equal(row.state, RUN_DONE);
	assert_int_equal(row.review, REVIEW_UNREVIEWED);
	assert_null(row.reviewer);
	assert_false(row.draft);
	assert_int_equal(row.started, 5);
	assert_true(row.finished == WHEN_NONE);
	assert_int_equal(row.added, 77);
	run_row_release(&row);
	assert_int_equal(store_get(f->s, "0000", &row, NULL), 0);
}

static void taking_a_run_in_again_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct test_run t = test_run("bytes", "job", "title");
	struct run_row row;
	bool added;

	assert_int_equal(store_take(f->s, &t.run, t.blob, 10, &added, NULL), 0);
	assert_true(added);
	t.run.title = SLICE("another title");
	assert_int_equal(store_take(f->s, &t.run, t.blob, 20, &added, NULL), 0);
	assert_false(added);
	assert_int_equal(store_get(f->s, t.run.id, &row, NULL), 1);
	assert_string_equal(row.title, "title");
	assert_int_equal(row.added, 10);
	run_row_release(&row);
	blob_free(t.blob);
}

struct cases {
	char words[256];
};

static int add_case(void *arg, const struct run_row *row)
{
	struct cases *c = arg;
	size_t n = strlen(c->words);

	snprintf(c->words + n, sizeof c->words - n, "%s:%s+%u/%u ", row->job, row->format, row->others, row->others_decided);
	return 0;
}

static void take_form(struct store *s, const char *bytes, const char *job, const char *format, int64_t now)
{
	struct test_run t = test_run(bytes, job, "title");

	t.run.format = format;
	assert_int_equal(store_take(s, &t.run, t.blob, now, NULL, NULL), 0);
	blob_free(t.blob);
}

static void of_a_case_the_best_recording_is_listed(void **state)
{
	struct fixture *f = *state;
	struct cases c = {""};
	char id[SHA256_HEX + 1];

	take_form(f->s, "1", "a", "span JSON", 10);
	take_form(f->s, "2", "a", "job page", 20);
	assert_int_equal(test_take(f->s, "3", "a", 30, id, NULL), 0);
	take_form(f->s, "4", "b", "job JSON", 40);
	take_form(f->s, "5", "b", "job JSON", 50);
	take_form(f->s, "6", "b", "job list JSON", 60);
	take_form(f->s, "7", "", "crash report", 70);
	take_form(f->s, "8", "", "crash report", 80);
	test_decide(f->s, id, "ann", DECIDE_APPROVE, true, 90, NULL, NULL);
	assert_int_equal(store_cases(f->s, add_case, &c, NULL), 0);
	assert_string_equal(c.words, ":crash report+0/0 :crash report+0/0 b:job JSON+2/0 a:span JSON+2/1 ");
}

/* Worse recordings of a job are not counted: the case is, by what was decided on its best one. */
static void of_a_case_one_run_is_counted(void **state)
{
	struct fixture *f = *state;
	size_t runs, undecided;
	char id[SHA256_HEX + 1];

	take_form(f->s, "1", "a", "job page", 10);
	assert_int_equal(test_take(f->s, "2", "a", 20, id, NULL), 0);
	take_form(f->s, "3", "b", "job JSON", 30);
	take_form(f->s, "4", "b", "job page", 40);
	take_form(f->s, "5", "", "crash report", 50);
	assert_int_equal(store_count(f->s, &runs, &undecided, NULL), 0);
	assert_int_equal(runs, 3);
	assert_int_equal(undecided, 3);
	test_decide(f->s, id, "ann", DECIDE_APPROVE, true, 90, NULL, NULL);
	store_count(f->s, &runs, &undecided, NULL);
	assert_int_equal(undecided, 3);
	take_form(f->s, "6", "a", "span JSON", 5); /* the best one came last, and is older */
	store_count(f->s, &runs, &undecided, NULL);
	assert_int_equal(runs, 3);
	assert_int_equal(undecided, 3);
}

static void what_was_decided_on_the_others_of_a_job_is_found(void **state)
{
	struct fixture *f = *state;
	struct cases c = {""};
	char id[4][SHA256_HEX + 1];

	for (int i = 0; i < 4; i++) {
		char bytes[2] = {(char)('p' + i), '\0'};

		test_take(f->s, bytes, i < 3 ? "a" : "b", i, id[i], NULL);
		test_decide(f->s, id[i], "ann", i == 1 ? DECIDE_DEFER : DECIDE_APPROVE, true, 10, NULL, NULL);
	}
	assert_int_equal(store_decided(f->s, SLICE("a"), id[0], add_case, &c, NULL), 0);
	assert_string_equal(c.words, "a:text page+0/0 ");
	assert_int_equal(store_decided(f->s, SLICE(""), id[0], add_case, &c, NULL), 0);
	assert_int_equal(store_decided(f->s, SLICE("b"), id[3], add_case, &c, NULL), 0);
	assert_string_equal(c.words, "a:text page+0/0 ");
}

static void texts_from_outside_are_cut_and_quotes_do_no_harm(void **state)
{
	struct fixture *f = *state;
	struct test_run t = test_run("bytes", "x'); DROP TABLE run; --", "");
	char *title = xmalloc(9002);
	struct run_row row;

	memset(title, 'a', 9000);
	memcpy(title + 4095, "\xc3\xa9", 2); /* the ceiling falls into this character */
	t.run.title = (struct slice){title, 9000};
	assert_int_equal(store_take(f->s, &t.run, t.blob, 10, NULL, NULL), 0);
	assert_int_equal(store_find(f->s, "x'); D", &row, NULL), 0);
	assert_string_equal(row.job, "x'); DROP TABLE run; --");
	assert_int_equal(strlen(row.title), 4095);
	run_row_release(&row);
	blob_free(t.blob);
	free(title);
}

static void a_run_is_found_by_any_unique_beginning_of_its_id_or_job(void **state)
{
	struct fixture *f = *state;
	char id[3][65], prefix[65];
	struct run_row row;
	struct err e = {0};

	assert_int_equal(test_take(f->s, "one", "abcd-1111", 1, id[0], NULL), 0);
	assert_int_equal(test_take(f->s, "two", "abcd-2222", 2, id[1], NULL), 0);
	assert_int_equal(test_take(f->s, "three", "abcd-2222", 3, id[2], NULL), 0);
	for (int i = 0; i < 3; i++) {
		snprintf(prefix, sizeof prefix, "%.12s", id[i]);
		assert_int_equal(store_find(f->s, prefix, &row, NULL), 0);
		assert_string_equal(row.id, id[i]);
		run_row_release(&row);
	}
	assert_int_equal(store_find(f->s, "abcd-1", &row, NULL), 0);
	assert_string_equal(row.id, id[0]);
	run_row_release(&row);
	/* several: the message names them */
	assert_int_equal(store_find(f->s, "abcd-2222", &row, &e), -1);
	assert_int_equal(e.cls, ERR_INPUT);
	snprintf(prefix, sizeof prefix, "%.12s", id[1]);
	assert_non_null(strstr(e.msg, prefix));
	snprintf(prefix, sizeof prefix, "%.12s", id[2]);
	assert_non_null(strstr(e.msg, prefix));
	for (size_t i = 0; i < 3; i++) {
		static const char *const none[] = {"abc", "abce", "abcd-1111-"};

		e = (struct err){0};
		assert_int_equal(store_find(f->s, none[i], &row, &e), -1);
		assert_int_equal(e.cls, ERR_INPUT);
	}
}

static int collect(void *arg, const struct run_row *row)
{
	struct buf *b = arg;

	buf_addf(b, "%s ", row->job);
	return strcmp(row->job, "stop") == 0;
}

static void lists_go_from_the_newest_and_stop_when_told(void **state)
{
	struct fixture *f = *state;
	struct buf b = BUF_INIT;
	char id[65];

	test_take(f->s, "1", "old", 10, id, NULL);
	test_take(f->s, "2", "new", 30, id, NULL);
	test_take(f->s, "3", "stop", 20, id, NULL);
	assert_int_equal(store_list(f->s, collect, &b, NULL), 0);
	assert_string_equal(buf_str(&b), "new stop ");
	buf_release(&b);
}

static void counts_what_nobody_has_decided(void **state)
{
	struct fixture *f = *state;
	size_t runs, undecided;
	char id[3][65];

	assert_int_equal(store_count(f->s, &runs, &undecided, NULL), 0);
	assert_int_equal(runs, 0);
	for (int i = 0; i < 3; i++) {
		char bytes[2] = {(char)('p' + i), '\0'};

		test_take(f->s, bytes, "", i, id[i], NULL);
	}
	test_decide(f->s, id[0], "ann", DECIDE_APPROVE, true, 1, NULL, NULL);
	test_decide(f->s, id[1], "ann", DECIDE_DEFER, true, 1, NULL, NULL);
	store_draft_put(f->s, id[2], "ann", SLICE("{}"), NULL);
	assert_int_equal(store_count(f->s, &runs, &undecided, NULL), 0);
	assert_int_equal(runs, 3);
	assert_int_equal(undecided, 2);
}

#define RUN_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

static const struct CMUnitTest tests[] = {
	RUN_TEST(a_taken_run_has_a_row_with_what_lists_need),
	RUN_TEST(taking_a_run_in_again_changes_nothing),
	RUN_TEST(of_a_case_the_best_recording_is_listed),
	RUN_TEST(of_a_case_one_run_is_counted),
	RUN_TEST(what_was_decided_on_the_others_of_a_job_is_found),
	RUN_TEST(texts_from_outside_are_cut_and_quotes_do_no_harm),
	RUN_TEST(a_run_is_found_by_any_unique_beginning_of_its_id_or_job),
	RUN_TEST(lists_go_from_the_newest_and_stop_when_told),
	RUN_TEST(counts_what_nobody_has_decided),
};

TEST_MAIN_WORDS()
