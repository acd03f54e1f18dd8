#include "tests/store.h"

#include "app/queue.h"
#include "base/mem.h"
#include "tests/test.h"
#include "tests/words.h"

/* Four runs, a the newest; c waits until a day that the clock can be put to. */
struct fixture {
	char dir[64];
	struct app app;
	struct queue q;
	char id[4][SHA256_HEX + 1];
};

static const int64_t day_us = INT64_C(86400) * 1000000;
static int64_t clock_us;

static int64_t now(void)
{
	return clock_us;
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);
	struct decision d = {.kind = DECIDE_DEFER, .until = "1970-01-11"};
	struct buf b = BUF_INIT;

	clock_us = 9 * day_us; /* the tenth of January */
	test_dir(f->dir);
	f->app.now = now;
	f->app.reviewer = xstrdup("ann");
	f->app.store = store_open(f->dir, NULL);
	for (int i = 0; i < 4; i++) {
		char bytes[2] = {(char)('p' + i), '\0'}, job[2] = {(char)('a' + i), '\0'};

		assert_int_equal(test_take(f->app.store, bytes, job, 10 - i, f->id[i], NULL), 0);
	}
	payload_decide(&b, &d, &(struct decided_on){.recording = "r"});
	store_append(f->app.store, f->id[2], "ann", "decide", "command", buf_str(&b), 20, NULL, NULL);
	buf_release(&b);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	queue_release(&f->q);
	free(f->app.reviewer);
	store_close(f->app.store);
	test_dir_remove(f->dir);
	free(f);
	return 0;
}

/* The job of the next run, or "-". */
static char next(struct fixture *f, char from, int dir, bool waits)
{
	struct run_row row;
	int rc = queue_next(&f->q, &f->app, from == '?' ? "" : f->id[from - 'a'], dir, waits, &row, NULL);
	char c = rc > 0 ? row.job[0] : '-';

	assert_true(rc >= 0);
	run_row_release(&row);
	return c;
}

static void next_goes_round_once_and_over_what_does_not_wait(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(next(f, '?', 1, false), 'a');
	assert_int_equal(next(f, '?', -1, false), 'c'); /* the last: not due yet */
	assert_int_equal(next(f, 'a', 1, false), 'b');
	assert_int_equal(next(f, 'c', 1, false), 'a');
	assert_int_equal(next(f, 'b', 1, true), 'd');
	assert_int_equal(next(f, 'd', 1, true), 'a');
	assert_int_equal(next(f, 'a', -1, true), 'd');
	assert_int_equal(next(f, 'c', 1, true), 'a');
}

static void what_was_decided_meanwhile_keeps_its_place_and_waits_no_more(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(next(f, 'a', 1, true), 'b');
	test_decide(f->app.store, f->id[1], "bob", DECIDE_APPROVE, true, 30, NULL, NULL);
	assert_int_equal(next(f, 'a', 1, true), 'd');
	assert_int_equal(next(f, 'b', 1, false), 'd');
	test_decide(f->app.store, f->id[3], "bob", DECIDE_APPROVE, true, 30, NULL, NULL);
	assert_int_equal(next(f, 'a', 1, true), '-');
	assert_int_equal(next(f, 'b', 1, true), 'a');
}

static void a_deferred_run_waits_from_its_day_on_and_comes_first(void **state)
{
	struct fixture *f = *state;
	struct run_row row;

	assert_int_equal(next(f, '?', 1, true), 'a');
	assert_int_equal(store_get(f->app.store, f->id[2], &row, NULL), 1);
	assert_false(run_row_due(&row, f->q.today));
	clock_us += day_us;
	queue_release(&f->q);
	assert_int_equal(next(f, '?', 1, true), 'c');
	assert_true(run_row_due(&row, f->q.today));
	assert_true(run_row_waits(&row, f->q.today));
	run_row_release(&row);
}

static void runs_that_came_since_are_found_where_no_other_is_left(void **state)
{
	struct fixture *f = *state;
	char id[SHA256_HEX + 1];

	queue_filter(&f->q, SLICE("state=unreviewed"), NULL);
	for (int i = 0; i < 4; i++)
		test_decide(f->app.store, f->id[i], "bob", DECIDE_APPROVE, true, 30, NULL, NULL);
	assert_int_equal(next(f, 'a', 1, true), '-');
	assert_int_equal(test_take(f->app.store, "new", "n", 50, id, NULL), 0);
	assert_int_equal(next(f, 'a', 1, true), 'n');
}

/* The bytes of these runs are no recordings. */
static void what_cannot_be_opened_is_passed_over_and_told(void **state)
{
	struct fixture *f = *state;
	struct queue_passed passed;
	struct session *s;
	struct err e = {0};

	assert_int_equal(queue_open_next(&f->q, &f->app, "", 1, true, &s, &passed, &e), 0);
	assert_null(s);
	assert_true(passed.n >= 3);
	assert_int_equal(passed.why.cls, ERR_STORE);
	assert_non_null(strstr(passed.why.msg, "cannot open stored run"));
	assert_int_equal(queue_open_next(&f->q, &f->app, f->id[0], 1, true, &s, &passed, &e), 0);
	assert_int_equal(passed.n, 2); /* b and d: round to a, where it began */
}

static void words_say_what_is_listed(void **state)
{
	static const struct {
		const char *in, *out; /* NULL: refused */
	} t[] = {
		{"", ""}, {"  audit   log ", "audit log"}, {"state=waiting", "state=waiting"}, {"state=due x", "state=due x"},
		{"ai=harm state=judged,approved reviewer=ann a/b", "state=approved,judged reviewer=ann ai=harm a/b"},
		{"state=nonsense", NULL}, {"a state=due,", "state=due a"}, {"reviewer= ai=", ""}, {"state=approved,x", NULL},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct buf b = BUF_INIT;
		struct err e = {0};

		queue_filter(&f->q, SLICE("kept"), NULL);
		assert_int_equal(queue_filter(&f->q, slice_str(t[i].in), &e), t[i].out ? 0 : -1);
		queue_filter_words(&f->q, &b);
		assert_string_equal(buf_str(&b), t[i].out ? t[i].out : "kept");
		buf_release(&b);
	}
}

static void an_order_is_known_by_its_beginning(void **state)
{
	struct fixture *f = *state;
	struct err e = {0};

	assert_int_equal(queue_sort(&f->q, SLICE("ti"), NULL), 0);
	assert_int_equal(f->q.filter.sort, SORT_TITLE);
	assert_int_equal(queue_sort(&f->q, SLICE("-age"), NULL), 0);
	assert_int_equal(f->q.filter.sort, SORT_AGE);
	assert_true(f->q.filter.backwards);
	assert_int_equal(queue_sort(&f->q, SLICE("a"), &e), -1); /* age, ai */
	assert_int_equal(e.cls, ERR_USAGE);
	assert_int_equal(queue_sort(&f->q, SLICE("colour"), &e), -1);
	assert_int_equal(f->q.filter.sort, SORT_AGE);
	assert_int_equal(queue_sort(&f->q, SLICE(""), NULL), 0);
	assert_int_equal(f->q.filter.sort, SORT_QUEUE);
	assert_false(f->q.filter.backwards);
}

static void a_blind_reviewer_has_no_order_that_tells_what_is_hidden(void **state)
{
	static const struct {
		const char *sort, *filter;
		bool may;
	} t[] = {
		{"queue", "", true}, {"title", "state=waiting data-race", true}, {"age", "state=unreviewed,deferred", true},
		{"ai", "", false}, {"state", "", false}, {"reviewer", "", false}, {"", "ai=harm", false}, {"", "reviewer=bob", false},
		{"", "state=overridden", false}, {"age", "state=unreviewed,conflict", false},
	};
	struct fixture *f = *state;

	conf_init(&f->app.conf);
	for (int blind = 0; blind < 2; blind++) {
		conf_set(&f->app.conf, SLICE("blind"), slice_str(blind ? "on" : "off"), "test", NULL);
		for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
			struct err e = {0};

			assert_int_equal(queue_sort(&f->q, slice_str(t[i].sort), NULL), 0);
			assert_int_equal(queue_filter(&f->q, slice_str(t[i].filter), NULL), 0);
			assert_int_equal(queue_make(&f->q, &f->app, &e), !blind || t[i].may ? 0 : -1);
		}
	}
	conf_release(&f->app.conf);
}

static void decide(struct fixture *f, char run, const char *who, enum decision_kind kind, int64_t at)
{
	assert_int_equal(test_decide(f->app.store, f->id[run - 'a'], who, kind, true, at, NULL, NULL), 0);
}

/* "b d a c": the runs as they are listed, an upper letter for what waits. */
static void assert_listed(struct fixture *f, const char *filter, const char *want)
{
	struct buf b = BUF_INIT;
	struct err e = {0};

	assert_int_equal(queue_filter(&f->q, slice_str(filter), NULL), 0);
	if (queue_make(&f->q, &f->app, &e) < 0)
		fail_msg("%s", e.msg);
	for (size_t i = 0; i < f->q.order.n; i++) {
		struct run_row row;

		assert_int_equal(store_row(f->app.store, f->q.order.k[i], &row, NULL), 1);
		buf_addf(&b, "%s%c", i ? " " : "", row.job[0] - (f->q.order.k[i].waits ? 'a' - 'A' : 0));
		run_row_release(&row);
	}
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

/* Neither the order, nor what a filter leaves out, nor the next run tells that others decided; one's own runs are as they are. */
static void a_blind_reviewer_has_the_list_as_if_nobody_else_had_decided(void **state)
{
	struct fixture *f = *state;
	struct run_row row;

	conf_init(&f->app.conf);
	conf_set(&f->app.conf, SLICE("blind"), SLICE("on"), "test", NULL);
	assert_listed(f, "", "A B D c");
	assert_listed(f, "state=deferred", "c");
	decide(f, 'a', "bob", DECIDE_APPROVE, 30);
	decide(f, 'c', "bob", DECIDE_OVERRIDE, 31);
	decide(f, 'd', "bob", DECIDE_DEFER, 32);
	assert_listed(f, "", "A B D c");
	assert_listed(f, "state=waiting", "A B D");
	assert_listed(f, "state=unreviewed", "A B D");
	assert_listed(f, "state=deferred", "c");
	assert_int_equal(queue_filter(&f->q, SLICE(""), NULL), 0);
	assert_int_equal(next(f, 'c', 1, true), 'a');
	assert_int_equal(next(f, 'a', 1, true), 'b');
	assert_int_equal(store_get(f->app.store, f->id[2], &row, NULL), 1);
	app_veil_row(&f->app, &row); /* overridden by bob, and deferred by ann */
	assert_int_equal(row.review, REVIEW_DEFERRED);
	assert_string_equal(row.until, "1970-01-11");
	assert_null(row.reviewer);
	assert_string_equal(row.outputs, "hidden");
	run_row_release(&row);
	clock_us += 2 * day_us; /* it is due */
	assert_listed(f, "", "C A B D");
	decide(f, 'a', "ann", DECIDE_OVERRIDE, 40);
	assert_listed(f, "", "C B D a");
	assert_int_equal(store_get(f->app.store, f->id[0], &row, NULL), 1);
	assert_true(app_may_list(&f->app, &row)); /* whatever stands now, it was seen */
	run_row_release(&row);
	conf_release(&f->app.conf);
}

#define RUN_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

static const struct CMUnitTest tests[] = {
	RUN_TEST(next_goes_round_once_and_over_what_does_not_wait),
	RUN_TEST(what_was_decided_meanwhile_keeps_its_place_and_waits_no_more),
	RUN_TEST(a_deferred_run_waits_from_its_day_on_and_comes_first),
	RUN_TEST(runs_that_came_since_are_found_where_no_other_is_left),
	RUN_TEST(what_cannot_be_opened_is_passed_over_and_told),
	RUN_TEST(words_say_what_is_listed),
	RUN_TEST(a_blind_reviewer_has_no_order_that_tells_what_is_hidden),
	RUN_TEST(a_blind_reviewer_has_the_list_as_if_nobody_else_had_decided),
	RUN_TEST(an_order_is_known_by_its_beginning),
};

TEST_MAIN_WORDS()
