#include "tests/store.h"

#include "app/decide.h"
#include "app/offer.h"
#include "base/mem.h"
#include "tests/test.h"
#include "tests/words.h"

/* Three recordings: two of one job, one of another; `r` is a third recording of the first job. */
struct fixture {
	char dir[64];
	struct app app;
	struct run *r;
	char id[3][SHA256_HEX + 1];
	struct offer offer;
};

static int setup(void **state)
{
	static const struct traj_source none;
	struct fixture *f = xcalloc(1, sizeof *f);

	test_dir(f->dir);
	f->app.reviewer = xstrdup("ann");
	f->app.store = store_open(f->dir, NULL);
	if (!f->app.store)
		return -1;
	test_take(f->app.store, "1", "job-a", 10, f->id[0], NULL);
	test_take(f->app.store, "2", "job-a", 20, f->id[1], NULL);
	test_take(f->app.store, "3", "job-b", 30, f->id[2], NULL);
	f->r = run_new();
	f->r->traj = traj_new(&none, NULL);
	f->r->state = RUN_DONE;
	f->r->job = SLICE("job-a");
	outputs_set(&f->r->outputs, SLICE("Benign"), true);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	offer_release(&f->offer);
	run_free(f->r);
	store_close(f->app.store);
	free(f->app.reviewer);
	test_dir_remove(f->dir);
	free(f);
	return 0;
}

static int find(struct fixture *f)
{
	return offer_find(&f->app, f->r, &f->offer, NULL);
}

static void assert_words(struct fixture *f, const char *want)
{
	struct buf b = BUF_INIT;

	offer_words(&b, &f->offer);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void decide(struct fixture *f, int run, const char *who, enum decision_kind kind, bool benign, int64_t at)
{
	assert_int_equal(test_decide(f->app.store, f->id[run], who, kind, benign, at, NULL, NULL), 0);
}

static void what_stands_on_another_recording_is_offered(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(find(f), 0);
	decide(f, 2, "bob", DECIDE_APPROVE, true, 100); /* of another job */
	decide(f, 0, "bob", DECIDE_DEFER, true, 100);
	assert_int_equal(find(f), 0);
	decide(f, 0, "bob", DECIDE_OVERRIDE, false, 200);
	assert_int_equal(find(f), 1);
	assert_string_equal(f->offer.run, f->id[0]);
	assert_words(f, "decided on another recording: override: harmful; by bob");
	f->r->job = SLICE("");
	assert_int_equal(find(f), 0);
	assert_string_equal(f->offer.run, "");
}

static void a_run_is_not_offered_its_own_decisions(void **state)
{
	struct fixture *f = *state;

	decide(f, 0, "bob", DECIDE_APPROVE, true, 100);
	memcpy(f->r->id, f->id[0], sizeof f->r->id);
	assert_int_equal(find(f), 0);
}

static void ones_own_comes_first_then_the_newest(void **state)
{
	struct fixture *f = *state;

	decide(f, 0, "bob", DECIDE_APPROVE, true, 100);
	decide(f, 1, "cid", DECIDE_OVERRIDE, false, 200);
	assert_int_equal(find(f), 1);
	assert_words(f, "decided on another recording (1 more with another outcome): override: harmful; by cid");
	decide(f, 1, "bob", DECIDE_APPROVE, true, 300); /* a conflict there: the newest is offered, the other counted */
	assert_int_equal(find(f), 1);
	assert_words(f, "decided on another recording (1 more with another outcome): approve: benign; by bob");
	decide(f, 0, "ann", DECIDE_OVERRIDE, false, 50);
	assert_int_equal(find(f), 1);
	assert_words(f, "decided on another recording (2 more with another outcome): override: harmful; by ann");
}

/* Decisions of these tests carry neither report nor instruction. */
static void what_it_was_made_on_is_compared(void **state)
{
	struct fixture *f = *state;

	decide(f, 0, "bob", DECIDE_APPROVE, true, 100);
	f->r->report_text = SLICE("BUG: KCSAN: data-race in a / b\n");
	assert_int_equal(find(f), 1);
	assert_true(f->offer.report_differs);
	assert_false(f->offer.instruction_differs);
	assert_words(f, "decided on another recording (report differs): approve: benign; by bob");
}

static void a_decision_is_taken_over_as_this_run_needs_it(void **state)
{
	static const struct {
		enum decision_kind kind;
		bool decided, given, failed;
		enum decision_kind want;
	} rows[] = {
		{DECIDE_APPROVE, true, true, false, DECIDE_APPROVE},
		{DECIDE_OVERRIDE, false, true, false, DECIDE_OVERRIDE},
		{DECIDE_APPROVE, true, false, false, DECIDE_OVERRIDE},  /* this recording's AI says something else */
		{DECIDE_OVERRIDE, false, false, false, DECIDE_APPROVE},
		{DECIDE_OVERRIDE, false, true, true, DECIDE_JUDGE},     /* it gave no verdict here */
		{DECIDE_JUDGE, false, true, false, DECIDE_OVERRIDE},
		{DECIDE_JUDGE, true, true, false, DECIDE_APPROVE},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct decision d = {0};
		struct err e = {0};

		outputs_set(&f->r->outputs, SLICE("Benign"), rows[i].given);
		f->r->state = rows[i].failed ? RUN_FAILED : RUN_DONE;
		decision_release(&f->offer.decision);
		f->offer.decision.kind = rows[i].kind;
		outputs_set(&f->offer.decision.outputs, SLICE("Benign"), rows[i].decided);
		decision_add_reason(&f->offer.decision, SLICE("missed lock"));
		f->offer.decision.comment = xstrdup("look");
		offer_decision(&f->offer, f->r, &d);
		assert_int_equal(d.kind, rows[i].want);
		assert_int_equal(d.nreasons, d.kind == DECIDE_OVERRIDE);
		assert_string_equal(d.comment, "look");
		assert_int_equal(decide_check(f->r, &d, &e), 0);
		decision_release(&d);
	}
}

#define RUN_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

static const struct CMUnitTest tests[] = {
	RUN_TEST(what_stands_on_another_recording_is_offered),
	RUN_TEST(a_run_is_not_offered_its_own_decisions),
	RUN_TEST(ones_own_comes_first_then_the_newest),
	RUN_TEST(what_it_was_made_on_is_compared),
	RUN_TEST(a_decision_is_taken_over_as_this_run_needs_it),
};

TEST_MAIN_WORDS()
