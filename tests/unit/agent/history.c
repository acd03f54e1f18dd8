#include "tests/test.h"

#include "agent/history.h"
#include "base/buf.h"

/* A history of turns "[0]", "[1]" … of which every odd one is the model's. */
static struct history *history_of(size_t n)
{
	struct history *h = history_new();
	char raw[32];

	for (size_t i = 0; i < n; i++) {
		snprintf(raw, sizeof raw, "[%zu]", i);
		history_add(h, i % 2, slice_str(raw));
	}
	return h;
}

static void assert_turns(const struct history *h, const char *want)
{
	struct buf b = BUF_INIT;
	size_t n;
	const struct llm_turn *t = history_turns(h, &n);

	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%.*s", t[i].model ? "m" : "u", (int)t[i].raw.n, t[i].raw.p);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void weighs_what_came_after_the_first_request(void **state)
{
	struct history *h = history_new();

	(void)state;
	history_add(h, false, SLICE("[0]"));
	assert_int_equal(history_weight(h), 0);
	history_charge(h, 1000, 50); /* the first request anchors */
	history_add(h, true, SLICE("[1]"));
	assert_int_equal(history_weight(h), 50);
	history_add(h, false, SLICE("[2]"));
	history_charge(h, 1250, 10); /* 1250 - 1050 for turn 2 */
	history_add(h, true, SLICE("[3]"));
	assert_int_equal(history_weight(h), 260);
	history_free(h);
}

static void takes_no_harm_from_counts_that_shrink(void **state)
{
	struct history *h = history_of(1);

	(void)state;
	history_charge(h, 1000, 5);
	history_add(h, true, SLICE("[1]"));
	history_charge(h, 10, 5);
	assert_int_equal(history_weight(h), 10);
	history_free(h);
}

/* Four exchanges of 100 tokens each for the user's and 10 for the model's turns. */
static struct history *weighed(void)
{
	struct history *h = history_new();
	uint64_t in = 1000;

	history_add(h, false, SLICE("[0]"));
	for (unsigned i = 0; i < 4; i++) {
		char raw[24];

		history_charge(h, in, 10);
		snprintf(raw, sizeof raw, "[m%u]", i);
		history_add(h, true, slice_str(raw));
		snprintf(raw, sizeof raw, "[u%u]", i);
		history_add(h, false, slice_str(raw));
		in += 110;
	}
	history_charge(h, in, 0);
	return h;
}

static void keeps_the_longest_suffix_that_begins_with_the_model(void **state)
{
	static const struct {
		uint64_t most;
		size_t from;
	} rows[] = {{0, 9}, {109, 9}, {110, 7}, {219, 7}, {220, 5}, {10000, 1}};
	struct history *h = weighed();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(history_suffix(h, rows[i].most), rows[i].from);
	history_free(h);
}

static void puts_a_summary_in_place_of_the_middle(void **state)
{
	static const struct {
		size_t from;
		const char *want;
	} rows[] = {
		{3, "u[0]u[S]m[3]u[4]"}, {5, "u[0]u[S]"}, {1, "u[0]u[S]m[1]u[2]m[3]u[4]"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct history *h = history_of(5);

		history_compress(h, rows[i].from, SLICE("[S]"));
		assert_turns(h, rows[i].want);
		history_add(h, true, SLICE("[n]"));
		history_free(h);
	}
}

static void compresses_a_history_of_one_turn(void **state)
{
	struct history *h = history_of(1);

	(void)state;
	history_compress(h, 1, SLICE("[S]"));
	assert_turns(h, "u[0]u[S]");
	history_free(h);
}

static void takes_back_the_newest_turn_of_the_model(void **state)
{
	struct history *h = weighed();
	uint64_t weight = history_weight(h);
	size_t n;

	(void)state;
	history_take_back(h);
	history_turns(h, &n);
	assert_int_equal(n, 7);
	assert_int_equal(history_weight(h), weight - 110);
	history_add(h, false, SLICE("[say]"));
	history_take_back(h);
	assert_turns(h, "u[0]m[m0]u[u0]m[m1]u[u1]");
	for (unsigned i = 0; i < 3; i++)
		history_take_back(h);
	assert_turns(h, "u[0]"); /* what was asked stays */
	history_free(h);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(weighs_what_came_after_the_first_request),
	cmocka_unit_test(takes_no_harm_from_counts_that_shrink),
	cmocka_unit_test(keeps_the_longest_suffix_that_begins_with_the_model),
	cmocka_unit_test(puts_a_summary_in_place_of_the_middle),
	cmocka_unit_test(compresses_a_history_of_one_turn),
	cmocka_unit_test(takes_back_the_newest_turn_of_the_model),
};

TEST_MAIN()
