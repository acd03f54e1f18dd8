#include "app/tally.h"

#include "tests/test.h"

/* A run of spans with headers only: nothing but the tally is tested. */

static int no_load(void *ctx, const struct span *s, struct body *b, struct err *e)
{
	(void)ctx;
	(void)e;
	if (s->type == SPAN_TOOL)
		b->field[FIELD_RESULTS] = arena_slice(b->arena, SLICE("{\"Output\":\"ab\"}")); /* 15 bytes */
	return 0;
}

static const struct traj_source source = {.load = no_load};

struct fixture {
	struct run run;
	struct session s;
	struct tally *t;
};

static void begin(struct fixture *f)
{
	*f = (struct fixture){0};
	f->run.traj = traj_new(&source, NULL);
	f->s.run = &f->run;
	f->t = tally_new(&f->s);
}

static void end(struct fixture *f)
{
	tally_free(f->t);
	traj_free(f->run.traj);
}

static struct span_put span(uint32_t seq, uint16_t nesting, enum span_type type, const char *name)
{
	return (struct span_put){.seq = seq, .nesting = nesting, .type = type, .name = slice_str(name), .started = WHEN_NONE,
				 .finished = WHEN_NONE, .closed = true};
}

static void put(struct fixture *f, uint32_t seq, enum span_type type, const char *name, int64_t took)
{
	struct span_put p = span(seq, 1, type, name);

	if (took >= 0) {
		p.started = 1000000;
		p.finished = p.started + took;
	}
	traj_put(f->run.traj, &p);
}

static void turn(struct fixture *f, uint32_t seq, uint16_t nesting, uint32_t in)
{
	struct span_put p = span(seq, nesting, SPAN_LLM, "turn");

	p.model = SLICE("reasoner");
	p.tokens_in = in;
	p.tokens_out = 2;
	p.tokens_thought = 3;
	traj_put(f->run.traj, &p);
}

static void count(struct fixture *f)
{
	while (tally_step(f->t, 1000))
		;
}

static const struct tally_row *row(struct fixture *f, size_t i)
{
	size_t n;
	const struct tally_row *const *rows = tally_rows(f->t, &n);

	if (i >= n)
		fail_msg("no row %zu of %zu", i, n);
	return rows[i];
}

static void steps_of_a_kind_are_added_up(void **state)
{
	struct fixture f;
	struct span_put p;
	size_t n;

	(void)state;
	begin(&f);
	put(&f, 0, SPAN_FLOW, "flow", 900);
	put(&f, 1, SPAN_TOOL, "grepper", 5);
	put(&f, 2, SPAN_TOOL, "read-file", 20);
	put(&f, 3, SPAN_TOOL, "read-file", 30);
	put(&f, 4, SPAN_TOOL, "read-file", -1);
	p = span(5, 1, SPAN_TOOL, "read-file");
	p.error = true;
	traj_put(f.run.traj, &p);
	put(&f, 6, SPAN_ACTION, "grepper", 1); /* the same name is not the same kind */
	turn(&f, 7, 1, 100);
	count(&f);
	tally_rows(f.t, &n);
	assert_int_equal(n, 5);
	assert_int_equal(row(&f, 0)->type, SPAN_LLM);
	assert_true(slice_is(row(&f, 0)->name, "reasoner"));
	assert_int_equal(row(&f, 0)->tokens_in, 100);
	assert_int_equal(row(&f, 0)->tokens_out, 2);
	assert_int_equal(row(&f, 0)->tokens_thought, 3);
	assert_int_equal(row(&f, 0)->timed, 0);
	assert_int_equal(row(&f, 0)->bytes, 0);
	assert_true(slice_is(row(&f, 1)->name, "read-file"));
	assert_int_equal(row(&f, 1)->calls, 4);
	assert_int_equal(row(&f, 1)->timed, 2);
	assert_int_equal(row(&f, 1)->time, 50);
	assert_int_equal(row(&f, 1)->errors, 1);
	assert_int_equal(row(&f, 1)->longest_seq, 3);
	assert_int_equal(row(&f, 1)->bytes, 4 * 15);
	assert_true(slice_is(row(&f, 2)->name, "grepper"));
	assert_int_equal(row(&f, 2)->type, SPAN_TOOL);
	assert_int_equal(row(&f, 3)->type, SPAN_ACTION);
	assert_int_equal(row(&f, 4)->type, SPAN_FLOW);
	assert_int_equal(tally_longest(f.t), 30); /* the flow merely holds the others */
	assert_int_equal(tally_most_in(f.t), 100);
	end(&f);
}

static void what_ends_later_is_counted_then(void **state)
{
	struct fixture f;
	struct span_put p = span(0, 1, SPAN_TOOL, "grepper");

	(void)state;
	begin(&f);
	p.closed = false;
	p.started = 100;
	traj_put(f.run.traj, &p);
	put(&f, 1, SPAN_TOOL, "grepper", 4);
	count(&f);
	assert_int_equal(row(&f, 0)->calls, 2);
	assert_int_equal(row(&f, 0)->open, 1);
	assert_int_equal(row(&f, 0)->time, 4);
	assert_int_equal(row(&f, 0)->bytes, 15);
	p.finished = 107;
	traj_put(f.run.traj, &p);
	put(&f, 2, SPAN_TOOL, "grepper", 1);
	count(&f);
	assert_int_equal(row(&f, 0)->calls, 3);
	assert_int_equal(row(&f, 0)->open, 0);
	assert_int_equal(row(&f, 0)->time, 12);
	assert_int_equal(row(&f, 0)->longest_seq, 0);
	assert_int_equal(row(&f, 0)->bytes, 45);
	end(&f);
}

static void spans_that_come_in_between_make_it_count_anew(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	put(&f, 5, SPAN_TOOL, "grepper", 4);
	count(&f);
	put(&f, 3, SPAN_TOOL, "grepper", 5);
	count(&f);
	assert_int_equal(row(&f, 0)->calls, 2);
	assert_int_equal(row(&f, 0)->time, 9);
	assert_int_equal(tally_seen(f.t), 2);
	end(&f);
}

static void the_context_is_that_of_the_main_agent(void **state)
{
	uint32_t out[8], last;
	struct fixture f;

	(void)state;
	begin(&f);
	turn(&f, 0, 4, 9999); /* a sub-agent that a recording begins with */
	turn(&f, 1, 2, 10);
	turn(&f, 2, 4, 5000);
	turn(&f, 3, 2, 30);
	turn(&f, 4, 2, 0); /* told no tokens */
	turn(&f, 5, 2, 20);
	count(&f);
	assert_int_equal(tally_turns(f.t, &last), 3);
	assert_int_equal(last, 20);
	assert_int_equal(tally_context(f.t, out, 8), 3);
	assert_int_equal(out[0], 10);
	assert_int_equal(out[1], 30);
	assert_int_equal(out[2], 20);
	assert_int_equal(out[3], 0);
	assert_int_equal(tally_context(f.t, out, 2), 2);
	assert_int_equal(out[0], 30);
	assert_int_equal(out[1], 20);
	end(&f);
}

static void many_turns_keep_their_peaks(void **state)
{
	uint32_t out[100], last, most = 0;
	struct fixture f;
	size_t n;

	(void)state;
	begin(&f);
	for (uint32_t i = 0; i < 5000; i++)
		turn(&f, i, 2, i == 3333 ? 70000 : i + 1);
	count(&f);
	assert_int_equal(tally_turns(f.t, &last), 5000);
	assert_int_equal(last, 5000);
	n = tally_context(f.t, out, 100);
	assert_int_equal(n, 100);
	for (size_t i = 0; i < n; i++) {
		assert_true(out[i] > 0);
		most = out[i] > most ? out[i] : most;
	}
	assert_int_equal(most, 70000);
	assert_int_equal(out[99], 5000);
	end(&f);
}

static void more_kinds_than_rows_are_one_row(void **state)
{
	struct fixture f;
	char name[16];
	uint64_t calls = 0;
	size_t n;
	const struct tally_row *const *rows;

	(void)state;
	begin(&f);
	for (uint32_t i = 0; i < 3 * TALLY_ROWS; i++) {
		snprintf(name, sizeof name, "tool-%u", i);
		put(&f, i, SPAN_TOOL, name, 1);
	}
	count(&f);
	rows = tally_rows(f.t, &n);
	assert_int_equal(n, TALLY_ROWS);
	for (size_t i = 0; i < n; i++)
		calls += rows[i]->calls;
	assert_int_equal(calls, 3 * TALLY_ROWS);
	end(&f);
}

static void it_is_counted_in_slices(void **state)
{
	struct fixture f;
	size_t slices = 1;

	(void)state;
	begin(&f);
	for (uint32_t i = 0; i < 3000; i++)
		put(&f, i, SPAN_TOOL, "grepper", 1);
	while (tally_step(f.t, 0))
		slices++;
	assert_true(slices > 100);
	assert_int_equal(tally_seen(f.t), 3000);
	assert_int_equal(tally_measured(f.t), 3000);
	assert_int_equal(row(&f, 0)->calls, 3000);
	assert_int_equal(row(&f, 0)->bytes, 3000 * 15);
	end(&f);
}

/* Times are a recording's word: their sum stays a number, however long it says that all took. */
static void sums_of_times_do_not_run_over(void **state)
{
	struct fixture f;
	const struct tally_row *const *rows;
	size_t n;

	(void)state;
	begin(&f);
	for (uint32_t i = 0; i < 40; i++) /* from the year 1 to 9999 */
		put(&f, i, SPAN_TOOL, "grepper", INT64_C(315537897598000000));
	while (tally_step(f.t, 1000000))
		;
	rows = tally_rows(f.t, &n);
	assert_int_equal(n, 1);
	assert_int_equal(rows[0]->time, INT64_MAX);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_of_times_do_not_run_over),
		cmocka_unit_test(steps_of_a_kind_are_added_up),
		cmocka_unit_test(what_ends_later_is_counted_then),
		cmocka_unit_test(spans_that_come_in_between_make_it_count_anew),
		cmocka_unit_test(the_context_is_that_of_the_main_agent),
		cmocka_unit_test(many_turns_keep_their_peaks),
		cmocka_unit_test(more_kinds_than_rows_are_one_row),
		cmocka_unit_test(it_is_counted_in_slices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
