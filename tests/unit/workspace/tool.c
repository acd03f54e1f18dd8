#include "workspace/tool.h"

#include "base/json.h"
#include "tests/test.h"

/* Tools of the test's own, with every kind of argument. */
static int copy(const struct root *r, struct slice args, struct buf *out, struct err *e)
{
	(void)r;
	(void)e;
	return buf_add_slice(out, args);
}

static int break_down(const struct root *r, struct slice args, struct buf *out, struct err *e)
{
	(void)r;
	(void)args;
	buf_adds(out, "{\"half");
	return err_set(e, ERR_TOOL, "the disk is gone");
}

static const struct tool_field fields[] = {
	{"S", TOOL_STRING, false, "a text", "s", NULL},
	{"I", TOOL_INTEGER, true, "a number", "i", "1"},
	{"B", TOOL_BOOLEAN, true, "yes or no", "b", NULL},
	{.name = NULL},
};
static const struct tool all = {.name = "all", .description = "all", .args = fields, .results = fields, .run = copy};
static const struct tool broken = {.name = "broken", .description = "", .args = fields, .results = fields, .run = break_down};

static void arguments_are_checked_in_the_words_of_the_reference(void **state)
{
	static const struct {
		const char *args, *want; /* the checked object, or the sentence */
	} cases[] = {
		{"{\"S\":\"x\"}", "{\"S\":\"x\"}"},
		{" {\"b\":1,\"I\":7,\"S\":\"a\\u0000\\\"\",\"X\":[{}]} ", "{\"S\":\"a\\u0000\\\"\",\"I\":7}"},
		{"{\"S\":\"x\",\"I\":null,\"B\":false}", "{\"S\":\"x\",\"B\":false}"},
		{"{\"S\":\"x\",\"I\":1e2}", "{\"S\":\"x\",\"I\":100}"},
		{"{\"S\":\"x\",\"I\":-3.0}", "{\"S\":\"x\",\"I\":-3}"},
		{"{\"S\":\"x\",\"I\":9223372036854775807}", "{\"S\":\"x\",\"I\":9223372036854775807}"},
		{"{\"S\":\"1\",\"S\":\"2\"}", "{\"S\":\"2\"}"},
		{"{}", "missing argument \"S\""},
		{"{\"S\":null}", "missing argument \"S\""},
		{"{\"s\":\"x\"}", "missing argument \"S\""},
		{"{\"S\":5}", "argument \"S\" has wrong type: got float64, want string"},
		{"{\"S\":[]}", "argument \"S\" has wrong type: got []interface {}, want string"},
		{"{\"S\":\"x\",\"I\":\"7\"}", "argument \"I\" has wrong type: got string, want int"},
		{"{\"S\":\"x\",\"B\":1}", "argument \"B\" has wrong type: got float64, want bool"},
		{"{\"S\":\"x\",\"B\":{}}", "argument \"B\" has wrong type: got map[string]interface {}, want bool"},
		{"{\"S\":\"x\",\"I\":1.5}", "argument I: float value truncated from 1.5 to 1"},
		{"{\"S\":\"x\",\"I\":1e30}", "argument I: float value truncated from 1.0000000000000000e+30 to 9223372036854775807"},
		{"[1]", "field \"args\" must be a map, got []interface {}"},
		{"\"x\"", "field \"args\" must be a map, got string"},
	};
	struct buf checked = BUF_INIT;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool ok = tool_check_args(&all, slice_str(cases[i].args), &checked, &e) == 0;

		if (i == 16) /* the digits of a float are the C library's */
			assert_non_null(strstr(e.msg, "to 9223372036854775807"));
		else
			assert_string_equal(ok ? buf_str(&checked) : e.msg, cases[i].want);
		assert_true(ok || e.cls == ERR_NO);
	}
	assert_int_equal(tool_check_args(&all, SLICE("{\"S\":"), &checked, &e), -1);
	assert_int_equal(e.cls, ERR_NO);
	assert_non_null(strstr(e.msg, "no JSON"));
	assert_int_equal(tool_check_args(&all, (struct slice){0}, &checked, &e), -1);
	buf_release(&checked);
}

static void a_tool_is_found_by_its_exact_name(void **state)
{
	struct err e;

	(void)state;
	for (size_t i = 0; tools[i]; i++)
		assert_ptr_equal(tool_find(slice_str(tools[i]->name), NULL), tools[i]);
	assert_null(tool_find(SLICE("read_file"), &e));
	assert_int_equal(e.cls, ERR_NO);
	assert_string_equal(e.msg, "tool \"read_file\" does not exist, please correct the name");
	assert_null(tool_find((struct slice){0}, &e));
	assert_string_equal(e.msg, "tool \"\" does not exist, please correct the name");
}

/* The names, descriptions and fields of every row are fit for a model. */
static void rows_are_complete(void **state)
{
	(void)state;
	for (size_t i = 0; tools[i]; i++) {
		assert_true(strlen(tools[i]->name) >= 3 && tools[i]->description[0] && tools[i]->run);
		for (const struct tool_field *f = tools[i]->args; f->name; f++)
			assert_true(f->help && f->option);
		for (const struct tool_field *f = tools[i]->results; f->name; f++)
			assert_non_null(f->help);
	}
}

static void the_schema_says_what_is_needed(void **state)
{
	struct buf b = BUF_INIT;
	struct err e;

	(void)state;
	tool_schema(&b, fields);
	assert_string_equal(buf_str(&b),
			    "{\"type\":\"object\",\"properties\":{\"S\":{\"type\":\"string\",\"description\":\"a text\"},"
			    "\"I\":{\"type\":\"integer\",\"description\":\"a number\"},"
			    "\"B\":{\"type\":\"boolean\",\"description\":\"yes or no\"}},\"required\":[\"S\"],"
			    "\"additionalProperties\":false}");
	for (size_t i = 0; tools[i]; i++) {
		buf_clear(&b);
		tool_schema(&b, tools[i]->results);
		assert_int_equal(json_check(buf_slice(&b), &(struct slice){0}, NULL, &e), 0);
	}
	buf_release(&b);
}

static void an_answer_is_results_or_a_sentence(void **state)
{
	struct buf out = BUF_INIT;
	struct err e;

	(void)state;
	assert_int_equal(tool_answer(&all, NULL, SLICE("{\"S\":\"x\",\"Z\":0}"), &out, &e), 0);
	assert_string_equal(buf_str(&out), "{\"S\":\"x\"}");
	assert_int_equal(tool_answer(&all, NULL, SLICE("{}"), &out, &e), 0);
	assert_string_equal(buf_str(&out), "{\"error\":\"missing argument \\\"S\\\"\"}");
	assert_int_equal(tool_answer(&broken, NULL, SLICE("{\"S\":\"x\"}"), &out, &e), -1);
	assert_int_equal(e.cls, ERR_TOOL);
	assert_string_equal(e.msg, "tool broken: the disk is gone");
	buf_release(&out);
}

static void set_results_takes_the_outputs_of_a_workflow(void **state)
{
	struct arena *a = arena_new();
	const struct tool_field *f = tool_parse_outputs(a, SLICE("Benign:boolean,Explanation:string,Score:integer"), NULL);
	struct tool t = tool_set_results(f);
	struct buf out = BUF_INIT;
	const char *const *argv;
	struct err e;

	(void)state;
	assert_int_equal(tool_answer(&t, NULL, SLICE("{\"Explanation\":\"e\",\"Benign\":true,\"Score\":3}"), &out, &e), 0);
	assert_string_equal(buf_str(&out), "{\"Benign\":true,\"Explanation\":\"e\",\"Score\":3}");
	assert_int_equal(tool_answer(&t, NULL, SLICE("{\"Benign\":\"true\"}"), &out, &e), 0);
	assert_non_null(strstr(buf_str(&out), "want bool"));
	argv = tool_argv(a, &t, "/src/linux", "/obj", NULL);
	assert_string_equal(argv[1], "tool");
	assert_string_equal(argv[2], "set-results");
	assert_string_equal(argv[5], "Benign:boolean,Explanation:string,Score:integer");
	assert_null(argv[6]);
	argv = tool_argv(a, tools[0], "/src/linux", "/obj", NULL);
	assert_string_equal(argv[5], "/src/linux");
	assert_string_equal(argv[6], "--build");
	assert_string_equal(argv[7], "/obj");
	assert_null(argv[8]);
	assert_null(tool_argv(a, tools[0], "/src/linux", "", "")[6]);
	assert_null(tool_parse_outputs(a, SLICE("Benign"), &e));
	assert_int_equal(e.cls, ERR_USAGE);
	assert_null(tool_parse_outputs(a, SLICE("Benign:strings"), &e));
	assert_null(tool_parse_outputs(a, SLICE("a b:boolean"), &e));
	assert_null(tool_parse_outputs(a, SLICE("A:boolean,,B:boolean"), &e));
	buf_release(&out);
	arena_free(a);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(arguments_are_checked_in_the_words_of_the_reference),
	cmocka_unit_test(a_tool_is_found_by_its_exact_name),
	cmocka_unit_test(rows_are_complete),
	cmocka_unit_test(the_schema_says_what_is_needed),
	cmocka_unit_test(an_answer_is_results_or_a_sentence),
	cmocka_unit_test(set_results_takes_the_outputs_of_a_workflow),
};

TEST_MAIN()
