#include "tests/store.h"

#include "base/mem.h"
#include "tests/test.h"
#include "tests/words.h"

struct fixture {
	char dir[64];
	struct store *s;
	char id[8][SHA256_HEX + 1];
};

/* Run `i` as "a", "b", …: its job's id. */
static void take(struct fixture *f, int i, const char *title, bool benign)
{
	char bytes[2] = {(char)('p' + i), '\0'}, job[2] = {(char)('a' + i), '\0'};
	struct test_run t = test_run(bytes, job, title);

	outputs_set(&t.run.outputs, SLICE("Benign"), benign);
	assert_int_equal(store_take(f->s, &t.run, t.blob, 100 - i, NULL, NULL), 0);
	memcpy(f->id[i], t.run.id, sizeof f->id[i]);
	outputs_release(&t.run.outputs);
	blob_free(t.blob);
}

static void defer(struct fixture *f, int i, const char *until)
{
	struct decision d = {.kind = DECIDE_DEFER};
	struct buf b = BUF_INIT;

	strcpy(d.until, until);
	payload_decide(&b, &d, &(struct decided_on){.recording = "r"});
	assert_int_equal(store_append(f->s, f->id[i], "ann", "decide", "command", buf_str(&b), 200, NULL, NULL), 0);
	buf_release(&b);
}

/*
 * a unreviewed, b approved, c deferred until a day to come, d overridden, e deferred without a day, f unreviewed, g deferred
 * until a day that has come, h in conflict; a is the newest.
 */
static int setup(void **state)
{
	static const char *const titles[8] = {"zeta", "Alpha", "beta", "", "100% a_b", "50%", "gamma \x1b[31m'", "beta"};
	struct fixture *f = xcalloc(1, sizeof *f);

	test_dir(f->dir);
	f->s = store_open(f->dir, NULL);
	for (int i = 0; i < 8; i++)
		take(f, i, titles[i], i % 3 != 0);
	test_decide(f->s, f->id[1], "bob", DECIDE_APPROVE, true, 200, NULL, NULL);
	defer(f, 2, "2026-12-01");
	test_decide(f->s, f->id[3], "ann", DECIDE_OVERRIDE, true, 200, NULL, NULL);
	defer(f, 4, "");
	defer(f, 6, "2026-11-20");
	test_decide(f->s, f->id[7], "ann", DECIDE_APPROVE, true, 200, NULL, NULL);
	test_decide(f->s, f->id[7], "bob", DECIDE_OVERRIDE, false, 200, NULL, NULL);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	store_close(f->s);
	test_dir_remove(f->dir);
	free(f);
	return 0;
}

/* The jobs in this order, what waits in capitals. */
static const char *order(struct fixture *f, struct run_filter filter)
{
	static char words[64];
	struct run_order o = {0};
	size_t i;

	filter.today = "2026-11-25";
	assert_int_equal(store_order(f->s, &filter, &o, NULL), 0);
	for (i = 0; i < o.n && i < sizeof words - 1; i++) {
		struct run_row row;
		int64_t key;

		assert_int_equal(store_row(f->s, o.k[i], &row, NULL), 1);
		words[i] = (char)(row.job[0] - (o.k[i].waits ? 'a' - 'A' : 0));
		assert_int_equal(store_key(f->s, row.id, &key, NULL), 1);
		assert_true(key == o.k[i].row);
		run_row_release(&row);
	}
	words[i] = '\0';
	run_order_release(&o);
	return words;
}

static void what_waits_comes_first_and_what_is_not_due_last(void **state)
{
	assert_string_equal(order(*state, (struct run_filter){0}), "GAFhbdce");
	assert_string_equal(order(*state, (struct run_filter){.backwards = true}), "ecdbhFAG");
}

static void each_order_is_the_newest_first_among_equals(void **state)
{
	assert_string_equal(order(*state, (struct run_filter){.sort = SORT_AGE}), "AbcdeFGh");
	assert_string_equal(order(*state, (struct run_filter){.sort = SORT_TITLE}), "eFbchGAd");
	assert_string_equal(order(*state, (struct run_filter){.sort = SORT_STATE}), "hAFceGdb");
	assert_string_equal(order(*state, (struct run_filter){.sort = SORT_AI}), "bceFhAdG");
	assert_string_equal(order(*state, (struct run_filter){.sort = SORT_REVIEWER}), "cdeGbAFh");
}

static void filters_can_be_joined(void **state)
{
	assert_string_equal(order(*state, (struct run_filter){.states = 1 << REVIEW_UNREVIEWED | 1 << REVIEW_CONFLICT}), "AFh");
	assert_string_equal(order(*state, (struct run_filter){.due = DUE_WAITS}), "GAF");
	assert_string_equal(order(*state, (struct run_filter){.due = DUE_NOW}), "G");
	assert_string_equal(order(*state, (struct run_filter){.reviewer = "BO"}), "b");
	assert_string_equal(order(*state, (struct run_filter){.ai = "harm"}), "GAd");
	assert_string_equal(order(*state, (struct run_filter){.ai = "harm", .due = DUE_WAITS, .sort = SORT_AGE}), "AG");
}

static void titles_are_texts_whatever_stands_in_them(void **state)
{
	assert_string_equal(order(*state, (struct run_filter){.title = "ETA"}), "Ahc");
	assert_string_equal(order(*state, (struct run_filter){.title = "%"}), "Fe");
	assert_string_equal(order(*state, (struct run_filter){.title = "a_b"}), "e");
	assert_string_equal(order(*state, (struct run_filter){.title = "\x1b[31m'"}), "G");
	assert_string_equal(order(*state, (struct run_filter){.title = "\\"}), "");
	assert_string_equal(order(*state, (struct run_filter){.title = "'; DROP TABLE run; --"}), "");
}

static void of_a_case_the_best_recording_is_in_the_order(void **state)
{
	struct fixture *f = *state;
	struct test_run t = test_run("better", "b", "beta");
	struct run_filter filter = {.today = "2026-11-25"};
	struct run_order o = {0};

	t.run.format = "span JSON";
	assert_int_equal(store_take(f->s, &t.run, t.blob, 1, NULL, NULL), 0);
	blob_free(t.blob);
	assert_string_equal(order(f, (struct run_filter){.sort = SORT_AGE}), "AcdeFGhB");
	assert_int_equal(store_order(f->s, &filter, &o, NULL), 0);
	assert_int_equal(o.n, 8);
	run_order_release(&o);
}

/* However many there are, each is there once, and none is out of its place. */
static void ten_thousand_runs_are_in_order(void **state)
{
	enum { MANY = 10000 };
	struct fixture *f = *state;
	struct run_filter filter = {.sort = SORT_TITLE, .title = "race", .today = "2026-11-25"};
	struct run_order o = {0};
	char last[64] = "";
	struct run_row row;

	for (int i = 0; i < MANY; i++) {
		char bytes[32], title[64];
		struct test_run t;

		snprintf(bytes, sizeof bytes, "many %d", i);
		snprintf(title, sizeof title, "race in f%d", i * 7919 % MANY);
		t = test_run(bytes, "", title);
		assert_int_equal(store_begin_live(f->s, &t.run, i, NULL), 0);
		blob_free(t.blob);
	}
	assert_int_equal(store_order(f->s, &filter, &o, NULL), 0);
	assert_int_equal(o.n, MANY);
	for (size_t i = 0; i < o.n; i++) {
		assert_int_equal(store_row(f->s, o.k[i], &row, NULL), 1);
		assert_true(strcmp(last, row.title) < 0);
		snprintf(last, sizeof last, "%s", row.title);
		run_row_release(&row);
	}
	run_order_release(&o);
}

#define RUN_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

static const struct CMUnitTest tests[] = {
	RUN_TEST(what_waits_comes_first_and_what_is_not_due_last),
	RUN_TEST(each_order_is_the_newest_first_among_equals),
	RUN_TEST(filters_can_be_joined),
	RUN_TEST(titles_are_texts_whatever_stands_in_them),
	RUN_TEST(of_a_case_the_best_recording_is_in_the_order),
	RUN_TEST(ten_thousand_runs_are_in_order),
};

TEST_MAIN_WORDS()
