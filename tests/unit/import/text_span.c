#include "tests/test.h"

#include "base/when.h"
#include "import/text_span.h"

static void recognises_heads(void **state)
{
	static const struct {
		const char *line;
		uint32_t seq;
		uint16_t nesting;
		enum span_type type;
		const char *name;
	} rows[] = {
		{"0/0 2026/03/01 10:01 flow assessment-kcsan", 0, 0, SPAN_FLOW, "assessment-kcsan"},
		{"12/64 2026/03/01 10:01 agent-candidates a b ", 12, 64, SPAN_CANDIDATES, "a b"},
		{"4294967295/1\t2026/03/01 10:01\tloop\t", 4294967295u, 1, SPAN_LOOP, ""},
		{"7/3 2026/03/01 10:01 iteration 0", 7, 3, SPAN_ITERATION, "0"},
	};
	static const char *const others[] = {
		"", "x", "0/0", "0/0 2026/03/01 10:01", "00/0 2026/03/01 10:01 flow x", "0/65 2026/03/01 10:01 flow x",
		"4294967296/0 2026/03/01 10:01 flow x", "99999999999/0 2026/03/01 10:01 flow x",
		"0/0 2026/13/01 10:01 flow x", "0/0 2026/03/01 24:01 flow x", "0/0 2026-03-01 10:01 flow x",
		"0/0 2026/03/01 10:01flow x", "0/0 2026/03/01 10:01 flows x", "0/0 2026/03/01 10:01 other x",
		" 0/0 2026/03/01 10:01 flow x", "-1/0 2026/03/01 10:01 flow x", "0 /0 2026/03/01 10:01 flow x",
	};
	struct text_head h;
	int64_t t;

	(void)state;
	when_parse_page(SLICE("2026/03/01 10:01"), &t);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(text_head(slice_str(rows[i].line), &h));
		assert_int_equal(h.seq, rows[i].seq);
		assert_int_equal(h.nesting, rows[i].nesting);
		assert_int_equal(h.type, rows[i].type);
		assert_slice(h.name, rows[i].name);
		assert_int_equal(h.started, t);
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (text_head(slice_str(others[i]), &h))
			fail_msg("taken: %s", others[i]);
}

static void recognises_first_lines(void **state)
{
	static const struct {
		const char *line;
		enum span_type type;
		int minutes; /* -1: no duration, -2: no such line */
		enum text_label label;
	} rows[] = {
		{"", SPAN_LOOP, -1, LABELS},
		{"3m", SPAN_LOOP, 3, LABELS},
		{"0m Results:", SPAN_FLOW, 0, LABEL_RESULTS},
		{"1h05m Model:", SPAN_LLM, 65, LABEL_MODEL},
		{"2d03h\tArgs:", SPAN_TOOL, 2 * 1440 + 180, LABEL_ARGS},
		{"12d Error: ", SPAN_ITERATION, 12 * 1440, LABEL_ERROR},
		{"Model:", SPAN_AGENT, -1, LABEL_MODEL},
		{"3mResults:", SPAN_FLOW, -2, LABELS},
		{"3x", SPAN_FLOW, -2, LABELS},
		{"3m Thoughts:", SPAN_TOOL, -2, LABELS},
		{"3m Other:", SPAN_TOOL, -2, LABELS},
		{"1h5m", SPAN_FLOW, -2, LABELS},
		{"1h", SPAN_FLOW, -2, LABELS},
		{"2d3h", SPAN_FLOW, -2, LABELS},
		{"99999999999m", SPAN_FLOW, -2, LABELS},
		{"Results: x", SPAN_FLOW, -2, LABELS},
	};
	struct text_first f;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (text_first(slice_str(rows[i].line), rows[i].type, &f) != (rows[i].minutes != -2))
			fail_msg("%s", rows[i].line);
		if (rows[i].minutes == -2)
			continue;
		assert_int_equal(f.label, rows[i].label);
		assert_int_equal(f.duration ? f.minutes : -1, rows[i].minutes);
	}
}

static void gives_each_type_its_labels_only(void **state)
{
	/* bit set of span types, by label, in the order of the types */
	static const struct {
		const char *line;
		const char *types;
	} rows[] = {
		{"Model:", "agent llm"}, {"Error:", "flow action agent llm tool agent-candidates loop iteration"},
		{"Args:", "action tool"}, {"Results:", "flow action agent tool"}, {"Instruction:", "agent"},
		{"Prompt:", "agent"}, {"Reply:", "agent llm"}, {"Tokens:", "llm"}, {"Thoughts:", "llm"}, {"Result:", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (int t = 0; t < SPAN_OTHER; t++) {
			struct slice types = slice_str(rows[i].types), word;
			bool may = false;

			while (slice_word(&types, &word))
				may |= span_type_of(word) == (enum span_type)t;
			assert_int_equal(text_label(slice_str(rows[i].line), (enum span_type)t) != LABELS, may);
		}
}

static void tells_values_that_cannot_belong_to_a_label(void **state)
{
	(void)state;
	assert_true(text_value_fits(LABEL_ARGS, SLICE("map[x]\n")));
	assert_true(text_value_fits(LABEL_RESULTS, SLICE("{\"a\"")));
	assert_true(text_value_fits(LABEL_RESULTS, SLICE("null\n")));
	assert_true(text_value_fits(LABEL_RESULTS, SLICE("ma")));
	assert_true(text_value_fits(LABEL_RESULTS, SLICE("")));
	assert_false(text_value_fits(LABEL_RESULTS, SLICE("mat\n")));
	assert_false(text_value_fits(LABEL_ARGS, SLICE("\nmap[")));
	assert_true(text_value_fits(LABEL_TOKENS, SLICE("\t\tinput: 5\n\toutput: 3\n")));
	assert_true(text_value_fits(LABEL_TOKENS, SLICE("\t\tinp")));
	assert_false(text_value_fits(LABEL_TOKENS, SLICE("a lot\n")));
	assert_true(text_value_fits(LABEL_REPLY, SLICE("anything")));
}

static void reads_token_counts(void **state)
{
	uint64_t n[3];

	(void)state;
	assert_true(text_tokens(SLICE("\t\tinput: 1\n\t\toutput: 22\n\t\tthoughts: 99999999999999999999999\n\t\t\n"), n));
	assert_true(n[0] == 1 && n[1] == 22 && n[2] == UINT64_MAX);
	assert_false(text_tokens(SLICE("input: 1\noutput: 2\n"), n));
	assert_false(text_tokens(SLICE("input: 1\noutput: 2\nthoughts: 3\nmore\n"), n));
	assert_false(text_tokens(SLICE("input: 1\noutput: -2\nthoughts: 3\n"), n));
	assert_false(text_tokens(SLICE("input: \noutput: 2\nthoughts: 3\n"), n));
}

static void counts_the_empty_lines_behind_a_value(void **state)
{
	static const struct {
		const char *segment, *value;
		size_t blank;
	} rows[] = {
		{"a\n\n", "a", 1}, {"a\n", "a", 0}, {"a", "a", 0}, {"\na\n\nb\n\n\n\n", "\na\n\nb", 3}, {"\n\n", "", 2},
		{"", "", 0}, {"a\n\t\n\n", "a\n\t", 1},
	};
	size_t blank;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_slice(text_value(slice_str(rows[i].segment), &blank), rows[i].value);
		assert_int_equal(blank, rows[i].blank);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(recognises_heads),
	cmocka_unit_test(recognises_first_lines),
	cmocka_unit_test(gives_each_type_its_labels_only),
	cmocka_unit_test(tells_values_that_cannot_belong_to_a_label),
	cmocka_unit_test(reads_token_counts),
	cmocka_unit_test(counts_the_empty_lines_behind_a_value),
};

TEST_MAIN()
