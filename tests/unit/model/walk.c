#include "tests/test.h"

#include "base/mem.h"
#include "model/walk.h"

static int no_body(void *ctx, const struct span *s, struct body *b, struct err *e)
{
	(void)ctx;
	(void)s;
	(void)b;
	(void)e;
	return 0;
}

static const struct traj_source source = {.load = no_body};

/* A span a digit, its nesting; 'x' behind it: it did not finish. */
static struct traj *tree(const char *nesting)
{
	struct traj *t = traj_new(&source, NULL);

	for (uint32_t seq = 0; *nesting; seq++) {
		struct span_put p = {.seq = seq, .nesting = (uint16_t)(*nesting - '0'), .type = SPAN_OTHER,
				     .started = 10 * seq, .finished = WHEN_NONE};

		if (*++nesting == 'x')
			nesting++;
		else
			p.finished = 10 * seq + 5;
		traj_put(t, &p);
	}
	return t;
}

/* "0( 1( 1) 0)": what came last. */
static void note(const struct walk *w, struct buf *b)
{
	buf_addf(b, "%s%zu%c", b->n ? " " : "", w->at, walk_has_ended(w, w->at) ? ')' : '(');
}

static void assert_walk(const char *nesting, const char *want)
{
	struct traj *t = tree(nesting);
	struct walk w = {0}, other = {0};
	struct buf b = BUF_INIT, back = BUF_INIT;
	size_t n = 0;

	walk_begin(&w);
	assert_false(walk_back(&w, t));
	while (walk_forward(&w, t)) {
		note(&w, &b);
		n++;
		walk_seek(&other, t, walk_position(&w)); /* straight to it is the same */
		assert_int_equal(other.begun, w.begun);
		assert_int_equal(other.nopen, w.nopen);
		assert_int_equal(other.at, w.at);
		if (walk_has_ended(&w, w.at)) {
			assert_int_equal(walk_finish_position(t, w.at), walk_position(&w));
			walk_to_finish(&other, t, w.at);
		} else {
			walk_to_start(&other, t, w.at);
		}
		assert_int_equal(walk_position(&other), walk_position(&w));
		assert_int_equal(walk_time(&w, t), w.at * 10 + (walk_has_ended(&w, w.at) ? 5 : 0));
	}
	assert_string_equal(buf_str(&b), want);
	assert_true(walk_is_over(&w, t));
	assert_int_equal(walk_position(&w), walk_length(t));
	/* and all the way back, through the same places */
	for (size_t k = n; k > 0; k--) {
		assert_true(walk_back(&w, t));
		walk_begin(&other);
		for (size_t i = 0; i + 1 < k; i++)
			walk_forward(&other, t);
		assert_int_equal(w.begun, other.begun);
		assert_int_equal(w.at, other.at);
		for (size_t i = 0; i < traj_count(t); i++) {
			assert_int_equal(walk_has_begun(&w, i), walk_has_begun(&other, i));
			if (traj_span(t, i)->flags & SPAN_FINISHED)
				assert_int_equal(walk_has_ended(&w, i), walk_has_ended(&other, i));
		}
	}
	assert_int_equal(w.begun, 0);
	assert_false(walk_back(&w, t));
	buf_release(&b);
	buf_release(&back);
	walk_release(&w);
	walk_release(&other);
	traj_free(t);
}

static void spans_end_behind_their_children(void **state)
{
	(void)state;
	assert_walk("", "");
	assert_walk("0", "0( 0)");
	assert_walk("011", "0( 1( 1) 2( 2) 0)");
	assert_walk("0121", "0( 1( 2( 2) 1) 3( 3) 0)");
	assert_walk("012340", "0( 1( 2( 3( 4( 4) 3) 2) 1) 0) 5( 5)");
}

static void torn_recordings_and_wrong_nesting_walk_too(void **state)
{
	(void)state;
	assert_walk("0x1x2", "0( 1( 2( 2)");
	assert_walk("0x1x2x1", "0( 1( 2( 3( 3)");
	assert_walk("01x11x", "0( 1( 2( 2) 3( 0)");
	assert_walk("213", "0( 0) 1( 2( 2) 1)");
	assert_walk("0515", "0( 1( 1) 2( 3( 3) 2) 0)");
	assert_walk("0x0x0x", "0( 1( 2(");
}

static void what_has_not_come_is_known(void **state)
{
	struct traj *t = tree("0121");
	struct walk w = {0};

	(void)state;
	walk_to_start(&w, t, 2);
	assert_true(walk_has_begun(&w, 2));
	assert_false(walk_has_begun(&w, 3));
	for (size_t i = 0; i < 4; i++)
		assert_false(walk_has_ended(&w, i));
	walk_to_finish(&w, t, 1);
	assert_false(walk_has_ended(&w, 0));
	assert_true(walk_has_ended(&w, 1));
	assert_true(walk_has_ended(&w, 2));
	assert_false(walk_has_ended(&w, 3));
	walk_end(&w, t);
	assert_true(walk_is_over(&w, t));
	walk_release(&w);
	traj_free(t);
}

static void a_million_spans_cost_no_more(void **state)
{
	struct traj *t = traj_new(&source, NULL);
	struct walk w = {0};

	(void)state;
	for (uint32_t seq = 0; seq < 1000000; seq++)
		traj_put(t, &(struct span_put){.seq = seq, .nesting = seq ? 1 + seq % 3 : 0, .type = SPAN_OTHER, .closed = true,
					       .started = WHEN_NONE, .finished = WHEN_NONE});
	for (uint64_t i = 0; i < 200000; i++) { /* would never end were one of them linear */
		walk_seek(&w, t, i * 9);
		assert_int_equal(walk_position(&w), i * 9);
		walk_to_finish(&w, t, i * 4);
		walk_back(&w, t);
		walk_forward(&w, t);
	}
	walk_release(&w);
	traj_free(t);
}

/* As deep as can be, and none of them finished: a step back passes over the ends of all of them. */
static void a_step_back_over_deep_spans_without_end_costs_their_depth(void **state)
{
	enum { DEEP = 60000 };
	struct traj *t = traj_new(&source, NULL);
	struct walk w = {0};

	(void)state;
	for (uint32_t i = 0; i <= DEEP; i++)
		traj_put(t, &(struct span_put){.seq = i, .nesting = (uint16_t)(i < DEEP ? i : 0), .type = SPAN_OTHER, .started = i,
					       .finished = i < DEEP ? WHEN_NONE : i});
	walk_end(&w, t);
	assert_int_equal(w.at, DEEP);
	assert_true(walk_back(&w, t)); /* before its end */
	assert_int_equal(w.at, DEEP);
	assert_true(walk_back(&w, t)); /* before its start: the deepest began */
	assert_int_equal(w.at, DEEP - 1);
	assert_int_equal(w.nopen, DEEP);
	for (size_t i = 0; i < DEEP; i += 1000)
		assert_int_equal(w.open[i], i);
	walk_release(&w);
	traj_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_back_over_deep_spans_without_end_costs_their_depth),
		cmocka_unit_test(spans_end_behind_their_children),
		cmocka_unit_test(torn_recordings_and_wrong_nesting_walk_too),
		cmocka_unit_test(what_has_not_come_is_known),
		cmocka_unit_test(a_million_spans_cost_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
