#include "tests/store.h"

#include <sys/wait.h>

#include "base/mem.h"
#include "tests/test.h"

struct fixture {
	char dir[64], run[65];
	struct store *s;
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	test_dir(f->dir);
	f->s = store_open(f->dir, NULL);
	*state = f;
	return f->s ? test_take(f->s, "a run", "job", 1, f->run, NULL) : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	store_close(f->s);
	test_dir_remove(f->dir);
	free(f);
	return 0;
}

static void reopen(struct fixture *f)
{
	store_close(f->s);
	f->s = store_open(f->dir, NULL);
	assert_non_null(f->s);
}

static enum review_state listed(struct fixture *f, char reviewer[16])
{
	struct run_row row;
	enum review_state s;

	assert_int_equal(store_get(f->s, f->run, &row, NULL), 1);
	snprintf(reviewer, 16, "%s", row.reviewer ? row.reviewer : "-");
	s = row.review;
	run_row_release(&row);
	return s;
}

static void an_event_comes_back_sealed_and_is_there_after_a_restart(void **state)
{
	struct fixture *f = *state;
	struct event ev = {0};
	struct events es = {0};
	char who[16];

	assert_int_equal(test_decide(f->s, f->run, "ann", DECIDE_OVERRIDE, false, 1000, &ev, NULL), 0);
	assert_int_equal(strlen(ev.hash), 64);
	assert_string_equal(ev.prev, "");
	assert_string_equal(ev.store, store_id(f->s));
	assert_int_equal(ev.time, 1000);
	reopen(f);
	assert_int_equal(store_events(f->s, f->run, &es, NULL), 0);
	assert_int_equal(es.n, 1);
	assert_string_equal(es.e[0].hash, ev.hash);
	assert_string_equal(es.e[0].payload, ev.payload);
	assert_string_equal(es.e[0].via, "command");
	assert_int_equal(events_verify(&es, NULL), 0);
	assert_int_equal(listed(f, who), REVIEW_OVERRIDDEN);
	assert_string_equal(who, "ann");
	events_release(&es);
	event_release(&ev);
}

static void times_of_a_writer_increase_even_when_the_clock_does_not(void **state)
{
	static const int64_t clock[] = {1000, 1000, 400, 2000}, want[] = {1000, 1001, 1002, 2000};
	struct fixture *f = *state;
	struct events es = {0};

	for (int i = 0; i < 4; i++)
		assert_int_equal(test_decide(f->s, f->run, "ann", DECIDE_APPROVE, true, clock[i], NULL, NULL), 0);
	assert_int_equal(store_events(f->s, f->run, &es, NULL), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(es.e[i].time, want[i]);
		assert_string_equal(es.e[i].prev, i ? es.e[i - 1].hash : "");
	}
	assert_int_equal(events_verify(&es, NULL), 0);
	events_release(&es);
}

static void lists_follow_every_event(void **state)
{
	struct fixture *f = *state;
	struct event ann = {0}, bob = {0};
	struct buf b = BUF_INIT;
	char who[16];

	test_decide(f->s, f->run, "ann", DECIDE_APPROVE, true, 10, &ann, NULL);
	test_decide(f->s, f->run, "bob", DECIDE_OVERRIDE, false, 20, &bob, NULL);
	assert_int_equal(listed(f, who), REVIEW_CONFLICT);
	assert_string_equal(who, "-");
	payload_target(&b, ann.hash);
	assert_int_equal(store_append(f->s, f->run, "ann", "undo", "screen", buf_str(&b), 30, NULL, NULL), 0);
	assert_int_equal(listed(f, who), REVIEW_OVERRIDDEN);
	assert_string_equal(who, "bob");
	assert_int_equal(store_append(f->s, f->run, "ann", "redo", "screen", buf_str(&b), 40, NULL, NULL), 0);
	assert_int_equal(listed(f, who), REVIEW_CONFLICT);
	buf_release(&b);
	event_release(&ann);
	event_release(&bob);
}

static void undo_is_the_same_after_a_restart(void **state)
{
	struct fixture *f = *state;
	struct buf b = BUF_INIT;

	for (int i = 0; i < 3; i++)
		test_decide(f->s, f->run, "ann", DECIDE_APPROVE, i % 2, 10 + i, NULL, NULL);
	for (int i = 0; i < 4; i++) {
		static const char *const kinds[] = {"undo", "undo", "redo", "redo"};
		static const size_t targets[] = {2, 1, 1, 2};
		struct events es = {0};
		struct review *r;

		reopen(f);
		store_events(f->s, f->run, &es, NULL);
		r = review_fold(&es, "ann");
		buf_clear(&b);
		payload_target(&b, kinds[i][0] == 'u' ? r->can_undo->hash : r->can_redo->hash);
		assert_string_equal((kinds[i][0] == 'u' ? r->can_undo : r->can_redo)->hash, es.e[targets[i]].hash);
		assert_int_equal(store_append(f->s, f->run, "ann", kinds[i], "screen", buf_str(&b), 20 + i, NULL, NULL), 0);
		review_free(r);
		events_release(&es);
	}
	buf_release(&b);
}

static void what_cannot_be_an_event_is_refused_and_leaves_no_trace(void **state)
{
	struct fixture *f = *state;
	char *huge = xmalloc((2 << 20) + 16), no_run[65];
	const struct {
		const char *run, *reviewer, *kind, *payload;
	} cases[] = {
		{no_run, "ann", "decide", "{}"},
		{f->run, "", "decide", "{}"},
		{f->run, "ann", "", "{}"},
		{f->run, "ann", "decide", ""},
		{f->run, "ann", "decide", "[]"},
		{f->run, "ann", "decide", "{\"a\":"},
		{f->run, "ann", "decide", "{\"a\":\"\xc3\xa9\"}"},
		{f->run, "ann", "decide", "{\n}"},
		{f->run, "ann", "decide", huge},
	};
	struct events es = {0};

	memset(no_run, '0', 64);
	no_run[64] = '\0';
	memset(huge, 'x', 2 << 20);
	memcpy(huge, "{\"a\":\"", 6);
	strcpy(huge + (2 << 20) - 2, "\"}");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = {0};

		assert_int_equal(store_append(f->s, cases[i].run, cases[i].reviewer, cases[i].kind, "command",
					      cases[i].payload, 1, NULL, &e), -1);
		assert_int_equal(e.cls, ERR_STORE);
		assert_true(e.msg[0]);
	}
	assert_int_equal(store_events(f->s, f->run, &es, NULL), 0);
	assert_int_equal(es.n, 0);
	free(huge);
}

static void unknown_kinds_are_kept(void **state)
{
	struct fixture *f = *state;
	struct events es = {0};
	char who[16];

	assert_int_equal(store_append(f->s, f->run, "ann", "mark-claim", "linear", "{\"claim\":3}", 5, NULL, NULL), 0);
	assert_int_equal(store_events(f->s, f->run, &es, NULL), 0);
	assert_string_equal(es.e[0].kind, "mark-claim");
	assert_int_equal(listed(f, who), REVIEW_UNREVIEWED);
	events_release(&es);
}

/* Two processes, several reviewers each, all on one run: every chain whole, nothing lost. */
static void processes_that_append_at_once_keep_whole_chains(void **state)
{
	enum { CHILDREN = 3, EACH = 40 };
	struct fixture *f = *state;
	struct events es = {0};
	pid_t child[CHILDREN];
	int go[2];

	store_close(f->s); /* no connection may cross the fork */
	f->s = NULL;
	assert_int_equal(pipe(go), 0);
	for (int c = 0; c < CHILDREN; c++) {
		child[c] = fork();
		if (child[c] == 0) {
			struct store *s;
			char byte;

			close(go[1]);
			if (read(go[0], &byte, 1) != 0)
				_exit(3);
			s = store_open(f->dir, NULL);
			for (int i = 0; s && i < EACH; i++)
				/* the same clock and, every other time, the same writer */
				if (test_decide(s, f->run, i % 2 ? "ann" : c ? "bob" : "cat", DECIDE_APPROVE, i % 3, 100 + i,
						NULL, NULL) < 0)
					_exit(1);
			store_close(s);
			_exit(s ? 0 : 2);
		}
	}
	close(go[0]);
	close(go[1]);
	for (int c = 0; c < CHILDREN; c++) {
		int status;

		assert_int_equal(waitpid(child[c], &status, 0), child[c]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	f->s = store_open(f->dir, NULL);
	assert_non_null(f->s);
	assert_int_equal(store_events(f->s, f->run, &es, NULL), 0);
	assert_int_equal(es.n, CHILDREN * EACH);
	assert_int_equal(events_verify(&es, NULL), 0);
	events_release(&es);
}

static void a_draft_survives_and_goes_with_the_decision(void **state)
{
	struct fixture *f = *state;
	struct run_row row;
	struct buf b = BUF_INIT;
	char who[16];

	assert_int_equal(store_draft_get(f->s, f->run, "ann", &b, NULL), 0);
	assert_int_equal(store_draft_put(f->s, f->run, "ann", SLICE("{\"a\":1}"), NULL), 0);
	assert_int_equal(store_draft_put(f->s, f->run, "bob", SLICE("{}"), NULL), 0);
	assert_int_equal(store_draft_put(f->s, f->run, "ann", SLICE("{\"a\":2}"), NULL), 0);
	assert_int_equal(store_draft_put(f->s, "not taken in yet", "ann", SLICE("{}"), NULL), 0);
	reopen(f);
	assert_int_equal(store_draft_get(f->s, f->run, "ann", &b, NULL), 1);
	assert_string_equal(buf_str(&b), "{\"a\":2}");
	assert_int_equal(store_draft_get(f->s, "not taken in yet", "ann", &b, NULL), 1);
	assert_int_equal(store_append(f->s, f->run, "ann", "annotate", "screen", "{\"places\":[],\"text\":\"t\"}", 1, NULL, NULL), 0);
	assert_int_equal(store_draft_get(f->s, f->run, "ann", &b, NULL), 1);
	assert_int_equal(test_decide(f->s, f->run, "ann", DECIDE_APPROVE, true, 9, NULL, NULL), 0);
	assert_int_equal(listed(f, who), REVIEW_APPROVED);
	assert_int_equal(store_draft_get(f->s, f->run, "ann", &b, NULL), 0);
	assert_int_equal(b.n, 0);
	assert_int_equal(store_draft_get(f->s, f->run, "bob", &b, NULL), 1);
	assert_int_equal(store_get(f->s, f->run, &row, NULL), 1);
	assert_true(row.draft);
	run_row_release(&row);
	assert_int_equal(store_draft_put(f->s, f->run, "bob", SLICE("{\"decision\":{\"a\":1},\"note\":\"words\"}"), NULL), 0);
	assert_int_equal(test_decide(f->s, f->run, "bob", DECIDE_APPROVE, true, 10, NULL, NULL), 0);
	assert_int_equal(store_draft_get(f->s, f->run, "bob", &b, NULL), 1); /* a note that was begun is no part of the decision */
	assert_string_equal(buf_str(&b), "{\"decision\":null,\"note\":\"words\"}");
	assert_int_equal(store_draft_put(f->s, f->run, "bob", SLICE("{\"decision\":{\"a\":1},\"note\":null,\"steer\":\"look\"}"), NULL), 0);
	assert_int_equal(test_decide(f->s, f->run, "bob", DECIDE_APPROVE, true, 11, NULL, NULL), 0);
	assert_int_equal(store_draft_get(f->s, f->run, "bob", &b, NULL), 1); /* nor is a message to the agent */
	assert_string_equal(buf_str(&b), "{\"decision\":null,\"note\":null,\"steer\":\"look\"}");
	assert_int_equal(store_draft_put(f->s, f->run, "bob", SLICE(""), NULL), 0);
	assert_int_equal(store_draft_get(f->s, f->run, "bob", &b, NULL), 0);
	buf_release(&b);
}

/* A clock, or a store, that is out of its mind: nothing can be later than the last moment there is. */
static void nothing_follows_an_event_at_the_end_of_time(void **state)
{
	struct fixture *f = *state;
	struct events es = {0};
	struct err e = {0};

	assert_int_equal(test_decide(f->s, f->run, "ann", DECIDE_APPROVE, true, INT64_MAX - 1, NULL, NULL), 0);
	assert_int_equal(test_decide(f->s, f->run, "ann", DECIDE_APPROVE, false, 5, NULL, NULL), 0);
	assert_int_equal(test_decide(f->s, f->run, "ann", DECIDE_APPROVE, true, 6, NULL, &e), -1);
	assert_int_equal(e.cls, ERR_STORE);
	assert_non_null(strstr(e.msg, "end of time"));
	assert_int_equal(store_events(f->s, f->run, &es, NULL), 0);
	assert_int_equal(es.n, 2);
	assert_int_equal(es.e[1].time, INT64_MAX);
	assert_int_equal(events_verify(&es, NULL), 0);
	events_release(&es);
}

#define RUN_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

static const struct CMUnitTest tests[] = {
	RUN_TEST(an_event_comes_back_sealed_and_is_there_after_a_restart),
	RUN_TEST(times_of_a_writer_increase_even_when_the_clock_does_not),
	RUN_TEST(lists_follow_every_event),
	RUN_TEST(undo_is_the_same_after_a_restart),
	RUN_TEST(what_cannot_be_an_event_is_refused_and_leaves_no_trace),
	RUN_TEST(unknown_kinds_are_kept),
	RUN_TEST(processes_that_append_at_once_keep_whole_chains),
	RUN_TEST(a_draft_survives_and_goes_with_the_decision),
	RUN_TEST(nothing_follows_an_event_at_the_end_of_time),
};

TEST_MAIN()
