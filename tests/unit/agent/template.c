#include "agent/template.h"

#include "tests/test.h"

static const struct template_value values[] = {
	{{"A", 1}, {"one", 3}}, {{"B2", 2}, {"{{A}} \\ $", 9}}, {{"Empty", 5}, {"", 0}},
};

static void fills_every_place_once(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"", ""}, {"no place", "no place"}, {"{{A}}", "one"}, {"x{{ A }}y{{A}}\n", "xoney" "one\n"},
		{"{{B2}}", "{{A}} \\ $"}, /* a value is not filled again */
		{"[{{Empty}}]", "[]"}, {"{ A } }} {", "{ A } }} {"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf out = BUF_INIT;
		struct err e = {0};

		if (template_fill(&out, slice_str(rows[i].text), values, 3, "text", &e) < 0)
			fail_msg("%s", e.msg);
		assert_string_equal(buf_str(&out), rows[i].want);
		buf_release(&out);
	}
}

static void names_the_line_of_a_place_that_cannot_be_filled(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"a\nb {{Nobody}}", "'prompt.md': line 2: '{{Nobody' has no value here"},
		{"{{A", "line 1: '{{A' has no '}}' on its line"}, {"{{A\n}}", "has no '}}' on its line"},
		{"{{}}", "is no name"}, {"{{2A}}", "is no name"}, {"{{A B}}", "is no name"}, {"{{{A}}}", "is no name"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf out = BUF_INIT;
		struct err e = {0};

		assert_int_equal(template_fill(&out, slice_str(rows[i].text), values, 3, "prompt.md", &e), -1);
		assert_int_equal(e.cls, ERR_INPUT);
		if (!strstr(e.msg, rows[i].says))
			fail_msg("%s", e.msg);
		buf_release(&out);
	}
}

static void keeps_to_the_ceiling(void **state)
{
	struct buf out;
	struct err e = {0};

	(void)state;
	buf_init(&out, 5);
	assert_int_equal(template_fill(&out, SLICE("{{A}}{{A}}"), values, 3, "text", &e), -1);
	assert_non_null(strstr(e.msg, "longer than 5 bytes"));
	buf_release(&out);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(fills_every_place_once),
	cmocka_unit_test(names_the_line_of_a_place_that_cannot_be_filled),
	cmocka_unit_test(keeps_to_the_ceiling),
};

TEST_MAIN()
