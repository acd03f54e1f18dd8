#include "tests/store.h"

#include "agent/workflow.h"
#include "base/fs.h"
#include "base/json.h"
#include "report/report.h"
#include "tests/test.h"

/* A folder of workflows with one file in it. */
static void put(const char *dir, const char *name, const char *file, const char *text)
{
	char *folder = fs_join(dir, name);

	assert_int_equal(fs_mkdirs(folder, NULL), 0);
	assert_int_equal(fs_write_atomic(folder, file, slice_str(text), NULL), 0);
	free(folder);
}

#define MINE "{\"title\":\"Mine\",\"outputs\":[{\"name\":\"Good\",\"true\":\"good\",\"false\":\"bad\",\"description\":\"d\"}," \
	"{\"name\":\"Old\",\"asked\":false}]"

static void the_built_in_ones_are_whole(void **state)
{
	static const struct template_value values[] = {
		{{"CrashReport", 11}, {"BUG: {{KernelCommit}}", 21}}, {{"RacingSource", 12}, {"247 x", 5}},
		{{"BugTitle", 8}, {"title", 5}},
	};
	struct workflows ws = {0};
	struct diags ds = {0};

	(void)state;
	workflows_load(&ws, NULL, &ds);
	assert_int_equal(ds.n, 0);
	assert_int_equal(ws.n, 3);
	for (size_t i = 0; i < ws.n; i++) {
		const struct workflow *w = ws.w[i];
		struct buf text = BUF_INIT, prompt = BUF_INIT, schema = BUF_INIT;
		struct err e = {0};

		if (workflow_instruction(w, values, 3, &text, &e) < 0 || workflow_prompt(w, values, 3, &prompt, &e) < 0)
			fail_msg("%s", e.msg);
		assert_non_null(strstr(buf_str(&text), "set-results"));
		assert_non_null(strstr(buf_str(&text), "read-file"));
		assert_null(strstr(buf_str(&text), "{{"));
		assert_true(slice_ends(buf_slice(&prompt), "BUG: {{KernelCommit}}\n")); /* put in as it is */
		workflow_schema(w, &schema);
		assert_int_equal(json_check(buf_slice(&schema), &(struct slice){0}, NULL, NULL), 0);
		assert_int_equal(w->limits.turns, 250);
		assert_int_equal(w->limits.calls, 10);
		assert_int_equal(w->limits.compress_at, 150000);
		assert_int_equal(w->limits.keep, 20000);
		assert_true(w->temperature < 0);
		assert_string_equal(w->origin, "built in");
		assert_non_null(workflow_model(w, "gemini"));
		assert_null(workflow_model(w, "nobody"));
		buf_release(&text);
		buf_release(&prompt);
		buf_release(&schema);
	}
	workflows_release(&ws);
}

static void a_sub_agent_is_data_too(void **state)
{
	struct err e = {0};
	struct buf text = BUF_INIT;
	struct workflow *w = workflow_load(NULL, "assessment-kcsan", NULL, &e);
	char dir[64];

	(void)state;
	assert_non_null(w);
	assert_int_equal(w->nagent, 1);
	assert_string_equal(w->agent[0].name, "codeexpert");
	assert_int_equal(w->agent[0].ntool, 11);
	assert_int_equal(w->agent[0].limits.turns, 250);
	assert_int_equal(w->agent[0].limits.keep, 20000);
	assert_int_equal(workflow_sub_instruction(w, &w->agent[0], NULL, 0, &text, &e), 0);
	assert_non_null(strstr(buf_str(&text), "codesearch-struct-layout"));
	assert_non_null(strstr(buf_str(&text), "The tool set-results takes your answer"));
	assert_null(strstr(buf_str(&text), "{{"));
	workflow_free(w);
	buf_release(&text);

	test_dir(dir);
	put(dir, "assessment-kcsan", "codeexpert.md", "my own\n");
	w = workflow_load(dir, "assessment-kcsan", NULL, &e);
	assert_non_null(w);
	assert_slice(w->agent[0].instruction, "my own\n");
	assert_non_null(strstr(w->origin, "codeexpert.md of"));
	workflow_free(w);
	put(dir, "mine", "workflow.json", MINE ",\"agents\":[{\"name\":\"locks\",\"description\":\"d\",\"limits\":{\"turns\":7}}]}");
	put(dir, "mine", "instruction.md", "Ask {{toolLocks}}.");
	put(dir, "mine", "prompt.md", "x");
	assert_null(workflow_load(dir, "mine", NULL, &e));
	assert_non_null(strstr(e.msg, "mine/locks.md' is missing"));
	put(dir, "mine", "locks.md", "Answer.");
	w = workflow_load(dir, "mine", NULL, &e);
	assert_non_null(w);
	assert_int_equal(w->agent[0].limits.turns, 7);
	assert_int_equal(w->agent[0].limits.calls, 10);
	assert_null(w->agent[0].tool[0]);
	assert_int_equal(w->limits.turns, 250);
	assert_int_equal(workflow_instruction(w, NULL, 0, &text, &e), 0);
	assert_true(slice_starts(buf_slice(&text), "Ask locks.\n"));
	buf_release(&text);
	workflow_free(w);
	test_dir_remove(dir);
}

static void asks_only_for_what_is_asked(void **state)
{
	struct err e = {0};
	struct workflow *w = workflow_load(NULL, "assessment-kcsan", NULL, &e);
	struct buf schema = BUF_INIT;
	struct slice raw, properties;

	(void)state;
	assert_non_null(w);
	assert_int_equal(w->noutput, 2);
	assert_int_equal(workflow_asked(w), 1);
	workflow_schema(w, &schema);
	assert_int_equal(json_check(buf_slice(&schema), &raw, NULL, NULL), 0);
	properties = json_member(raw, "properties");
	assert_non_null(json_member(properties, "Benign").p);
	assert_null(json_member(properties, "Confident").p);
	assert_true(slice_is(json_member(raw, "required"), "[\"Benign\"]"));
	buf_release(&schema);
	workflow_free(w);
}

static void finds_the_one_that_fits_a_report(void **state)
{
	static const struct {
		const char *report, *name;
	} rows[] = {
		{"BUG: KCSAN: data-race in a / b\n\nread to 0xffff888100000000 of 4 bytes by task 1 on cpu 0:\n a+0x1/0x2\n",
		 "assessment-kcsan"},
		{"BUG: KASAN: slab-use-after-free in foo+0x1/0x2 a.c:1\nRead of size 8 at addr ffff888100000000 by task a/1\n",
		 "moderation"},
		{"WARNING: CPU: 0 PID: 1 at kernel/a.c:1 foo+0x1/0x2\n", "assessment-security"},
	};
	struct workflows ws = {0};

	(void)state;
	workflows_load(&ws, NULL, NULL);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct crash *c = report_parse(slice_str(rows[i].report));
		const struct workflow *w = workflows_fit(&ws, c);

		assert_non_null(w);
		assert_string_equal(w->name, rows[i].name);
		crash_free(c);
	}
	workflows_release(&ws);
}

static void the_users_files_go_before_the_built_in_ones(void **state)
{
	struct workflows ws = {0};
	struct diags ds = {0};
	struct buf out = BUF_INIT;
	const struct workflow *w;
	char dir[64];

	(void)state;
	test_dir(dir);
	put(dir, "assessment-kcsan", "instruction.md", "my own\n");
	put(dir, "mine", "workflow.json", MINE "}");
	put(dir, "mine", "instruction.md", "judge\n");
	put(dir, "mine", "prompt.md", "{{Missing}}");
	put(dir, "Not A Workflow", "workflow.json", "x");
	workflows_load(&ws, dir, &ds);
	assert_int_equal(ds.n, 0);
	assert_int_equal(ws.n, 4);
	w = workflows_get(&ws, SLICE("assessment-kcsan"));
	assert_slice(w->instruction, "my own\n");
	assert_string_equal(w->title, "Is this data race benign or harmful?");
	assert_non_null(strstr(w->origin, "instruction.md of"));
	w = workflows_get(&ws, SLICE("mine"));
	assert_int_equal(w->noutput, 2);
	assert_string_equal(w->output[0].no, "bad");
	assert_null(w->output[1].yes);
	assert_true(strstr(w->origin, "/mine") != NULL);
	assert_int_equal(workflow_prompt(w, NULL, 0, &out, NULL), -1);
	buf_release(&out);
	workflows_release(&ws);
	test_dir_remove(dir);
}

static void says_where_a_file_is_wrong(void **state)
{
	static const struct {
		const char *json, *says;
	} rows[] = {
		{"{\n\"title\": \"x\",\n}", "line 3, byte"},
		{"[]", "line 1, byte 0: an object is needed here"},
		{"{}", "it has no title"},
		{"{\"title\":7}", "line 1, byte 9: a string is needed here"},
		{"{\"title\":\"\"}", "a text of 1 to 4096 bytes"},
		{"{\"title\":\"x\",\n\"outputs\":[{\"name\":\"a b\"}]}", "line 2, byte 33: 'a b' is no name"},
		{"{\"title\":\"x\",\"outputs\":[{\"name\":\"A\",\"true\":\"y\"}]}", "a word for one of its values only"},
		{"{\"title\":\"x\",\"outputs\":[{\"name\":\"A\"}]}", "has no description"},
		{"{\"title\":\"x\",\"outputs\":[{\"name\":\"A\",\"asked\":false},{\"name\":\"A\",\"asked\":false}]}", "twice"},
		{"{\"title\":\"x\",\"tools\":[\"../../bin/sh\"]}", "is no name of a tool"},
		{"{\"title\":\"x\",\"limits\":{\"turns\":0}}", "an integer from 1 to"},
		{"{\"title\":\"x\",\"agents\":[{\"name\":\"../x\",\"description\":\"d\"}]}", "one that a tool cannot have"},
		{"{\"title\":\"x\",\"agents\":[{\"description\":\"d\"}]}", "the agent has no name"},
		{"{\"title\":\"x\",\"agents\":[{\"name\":\"grepper\",\"description\":\"d\"}]}", "agent grepper has a name that is taken"},
		{"{\"title\":\"x\",\"agents\":[{\"name\":\"prompt\",\"description\":\"d\"}]}", "a name that is taken"},
		{"{\"title\":\"x\",\"agents\":[{\"name\":\"a\"}]}", "agent a has no description"},
		{"{\"title\":\"x\",\"agents\":[{\"name\":\"a\",\"description\":\"d\"},{\"name\":\"a\",\"description\":\"d\"}]}",
		 "agent a is there twice"},
		{"{\"title\":\"x\",\"agents\":[{\"name\":\"a\",\"description\":\"d\",\n\"limits\":{\"calls\":0}}]}", "line 2, byte 72: an integer"},
		{"{\"title\":\"x\",\"limits\":{\"calls\":1.5}}", "an integer from 1 to"},
		{"{\"title\":\"x\",\"thinking\":\"much\"}", "one of default"},
		{"{\"title\":\"x\",\"temperature\":2.5}", "a plain number from 0 to 2"},
		{"{\"title\":\"x\",\"fits\":[{\"kind\":\"nothing\"}]}", "is no kind of report"},
		{"{\"title\":\"x\",\"inputs\":[{\"optional\":true}]}", "the input has no name"},
	};
	char dir[64];

	(void)state;
	test_dir(dir);
	put(dir, "mine", "instruction.md", "x");
	put(dir, "mine", "prompt.md", "x");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct workflows ws = {0};
		struct diags ds = {0};
		struct err e = {0};

		put(dir, "mine", "workflow.json", rows[i].json);
		assert_null(workflow_load(dir, "mine", NULL, &e));
		assert_int_equal(e.cls, ERR_INPUT);
		assert_non_null(strstr(e.msg, "mine/workflow.json"));
		if (!strstr(e.msg, rows[i].says))
			fail_msg("%s", e.msg);
		workflows_load(&ws, dir, &ds); /* the others are there all the same */
		assert_int_equal(ws.n, 3);
		assert_int_equal(diags_count(&ds, DIAG_ERROR), 1);
		workflows_release(&ws);
		diags_release(&ds);
	}
	test_dir_remove(dir);
}

static void unknown_keys_are_warnings(void **state)
{
	struct diags ds = {0};
	struct err e = {0};
	struct workflow *w;
	char dir[64];

	(void)state;
	test_dir(dir);
	put(dir, "mine", "workflow.json", MINE ",\n\"colour\":[1,{}],\"temperature\":0.3,\"thinking\":\"low\"}");
	put(dir, "mine", "instruction.md", "x");
	put(dir, "mine", "prompt.md", "x");
	w = workflow_load(dir, "mine", &ds, &e);
	assert_non_null(w);
	assert_int_equal(ds.n, 1);
	assert_int_equal(ds.d[0].line, 2);
	assert_non_null(strstr(ds.d[0].text, "'colour'"));
	assert_true(w->temperature > 0.299 && w->temperature < 0.301);
	assert_string_equal(w->thinking, "low");
	diags_release(&ds);
	workflow_free(w);
	test_dir_remove(dir);
}

static void a_name_never_leaves_the_folder(void **state)
{
	static const char *const bad[] = {"", "..", "../x", "a/b", "/etc", "A", ".hidden", "-a", "1a", "a\nb"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err e = {0};

		assert_null(workflow_load("/tmp", bad[i], NULL, &e));
		assert_int_equal(e.cls, ERR_INPUT);
	}
	assert_null(workflow_load(NULL, "nobody", NULL, &(struct err){0}));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_built_in_ones_are_whole),
	cmocka_unit_test(a_sub_agent_is_data_too),
	cmocka_unit_test(asks_only_for_what_is_asked),
	cmocka_unit_test(finds_the_one_that_fits_a_report),
	cmocka_unit_test(the_users_files_go_before_the_built_in_ones),
	cmocka_unit_test(says_where_a_file_is_wrong),
	cmocka_unit_test(unknown_keys_are_warnings),
	cmocka_unit_test(a_name_never_leaves_the_folder),
};

TEST_MAIN()
