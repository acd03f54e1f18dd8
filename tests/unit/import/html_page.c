#include "tests/unit/import/page.h"

#define TH(name) "<th>" name "</th>"
#define TD(text) "<td>" text "</td>"
#define ROW(cls, id) "<tr class=\"" cls "\">" TD("<a href=\"/ai_job?id=" id "\">0a1b2c3d</a>") TD("assessment-kcsan") \
	TD("\n Benign: ✅ &nbsp; Confident: ❌ &nbsp;") TD("❓") TD("<a href=\"/bug?id=1\">KCSAN: data-race in pond_fill / pond_level (2)</a>") \
	TD("2026/03/01 10:00") TD("2026/03/01 10:01") TD("2026/03/01 10:09") TD("<a href=\"x\">01234567</a>") "</tr>\n"
#define COLUMNS "<thead><tr>" TH("<a>ID</a>") TH("Workflow") TH("Result") TH("Correct") TH("Bug") TH("Created") TH("Started") \
	TH("Finished") TH("Revision") "</tr></thead>\n"
#define JOBS "<table class=\"list_table\">" COLUMNS "<tbody>" ROW("", "ffffffff-1111-2222-3333-444455556666") \
	ROW("ai_current_job", PAGE_ID) "</tbody></table>\n"
#define INPUTS "<b>Agent:</b> tester<br>\n<b>Inputs:</b>\n<table><tr><td class=\"key-col\">KernelCommit</td><td class=\"title\">" \
	"89abcdef0123456789abcdef0123456789abcdef</td></tr><tr><td class=\"key-col\">KernelConfig</td><td class=\"title\"><details>" \
	"<summary>Show (9 bytes)</summary><pre>CONFIG_X=y</pre></details></td></tr></table>\n"
#define HISTORY "<b>Decision History:</b><table><tr><th>Time</th></tr><tr><td>Benign</td><td>❌</td></tr></table>\n"
#define OUTPUTS "<b>Outputs:</b><table><tr><td class=\"key-col\">Benign</td><td>✅</td></tr><tr><td>Confident</td><td>❌</td></tr>" \
	"<tr><td>Explanation</td><td><div id=\"ai_result_div\"><pre>It is &lt;b&gt;fine&lt;/b&gt;.\n</pre></div></td></tr></table>\n"
#define CRASH "<b>Crash report:</b><div id=\"crash_div\"><pre>BUG: KCSAN: data-race in pond_fill / pond_level\n" \
	" pond_fill <a href=\"s\">drivers/pond.c:12</a>\n</pre></div>\n"
#define FIELD(label, text) "<b>" label ":</b><div id=\"ai_details_div\"><pre>" text "</pre></div><br>"
#define SPAN(place, type, name, duration, fields) "<tr>" TD(place) TD("2026/03/01 10:01") TD(type) TD(name) \
	TD("<details><summary>" duration "</summary>" fields "</details>") "</tr>\n"
#define TABLE "<table class=\"list_table\"><caption>Trajectory: (<a>Expand/Collapse All</a>)</caption><thead><tr>" TH("Seq") TH("Timestamp") \
	TH("Type") TH("Name") TH("Duration") "</tr></thead><tbody>\n" \
	SPAN("0/0", "flow", "assessment-kcsan", "8m", FIELD("Results", "map[Benign:true Confident:false Explanation:It is &lt;b&gt;fine&lt;/b&gt;.\n]")) \
	SPAN("1/1", "agent", "expert", "7m", FIELD("Model", "m") FIELD("Instruction", "judge") \
	     FIELD("Prompt", "\nThe report:\n\nError:\n") FIELD("Reply", "It is &lt;b&gt;fine&lt;/b&gt;.\n")) \
	SPAN("2/2", "llm", "expert", "1m", FIELD("Model", "m-1") FIELD("Tokens", "\n\t\t\t\t\t\t\tinput: 10\n\t\t\t\t\t\t\toutput: 20\n" \
	     "\t\t\t\t\t\t\tthoughts: 30\n\t\t\t\t\t\t") FIELD("Thoughts", "hm")) \
	SPAN("3/2", "tool", "read-file", "", FIELD("Error", "log-in to see details") FIELD("Args", "map[File:a.c]")) "</tbody></table>\n"
#define SUMMARY "<div id=\"llm_summary_table_div\"><table><caption>LLM Calls Summary:</caption></table></div>\n"
#define RECORD(seq, nesting, type, rest) "{\"Started\":\"2026-03-01T10:01:02.5Z\",\"Seq\":" #seq ",\"Nesting\":" #nesting \
	",\"Type\":\"" type "\",\"Name\":\"expert\",\"Duration\":1500000000," rest "}"
#define DATA "[" RECORD(0, 0, "flow", "\"Results\":\"map[Benign:true Confident:false Explanation:It is \\u003cb\\u003efine\\u003c/b\\u003e.\\n]\"") \
	"," RECORD(1, 1, "agent", "\"Reply\":\"]; x\"") "]"
#define SCRIPT "<script>\n// not rawData here\nfunction f() { return a < b; }\nconst rawData = " DATA ";\ndraw();\n</script>"
#define TOP "<!DOCTYPE html>\n<html><head><title>job</title><script>var x = \"<table>\";</script></head><body>\n<h1>syzbot</h1>\n"
#define END "</body></html>\n"
#define FULL TOP JOBS INPUTS HISTORY OUTPUTS CRASH TABLE SUMMARY SCRIPT END
#define TABLE_ONLY TOP JOBS INPUTS HISTORY OUTPUTS CRASH TABLE SUMMARY END

static void assert_job(const struct run *r)
{
	assert_slice(r->job, PAGE_ID);
	assert_slice(r->workflow, "assessment-kcsan");
	assert_slice(r->title, "KCSAN: data-race in pond_fill / pond_level (2)");
	assert_slice(r->agent_revision, "01234567");
	assert_slice(r->kernel_commit, "89abcdef0123456789abcdef0123456789abcdef");
	assert_slice(r->report_text, "BUG: KCSAN: data-race in pond_fill / pond_level\n pond_fill drivers/pond.c:12\n");
	assert_slice(r->explanation, "It is <b>fine</b>.\n");
	assert_int_equal(r->outputs.n, 2);
	assert_true(r->outputs.o[0].value);
	assert_false(r->outputs.o[1].value);
}

static void takes_the_data_of_the_script(void **state)
{
	struct run *r = page_take(FULL);

	(void)state;
	assert_job(r);
	assert_silent(r);
	assert_string_equal(r->format, "job page");
	assert_int_equal(traj_count(r->traj), 2);
	assert_int_equal(r->unit, WHEN_MICRO);
	assert_int_equal(r->state, RUN_DONE);
	assert_int_equal(traj_span(r->traj, 0)->finished - traj_span(r->traj, 0)->started, 1500000);
	assert_int_equal(r->started, traj_span(r->traj, 0)->started);
	assert_slice(page_field(r, 1, FIELD_REPLY), "]; x");
	run_free(r);
}

static void reads_the_table_where_the_script_has_no_data(void **state)
{
	static const char *const pages[] = {TABLE_ONLY, TOP JOBS INPUTS OUTPUTS CRASH TABLE "<script>const rawData = null;</script>" END};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct run *r = page_take(pages[i]);

		assert_job(r);
		assert_says(r, DIAG_NOTE, "its table is read");
		assert_int_equal(r->diags.n, 1);
		assert_string_equal(r->format, "job page, table");
		assert_int_equal(r->unit, WHEN_MINUTE);
		assert_int_equal(traj_count(r->traj), 4);
		assert_int_equal(r->state, RUN_DONE);
		assert_slice(page_field(r, 1, FIELD_PROMPT), "\nThe report:\n\nError:\n");
		assert_slice(page_field(r, 1, FIELD_REPLY), "It is <b>fine</b>.\n");
		assert_slice(traj_string(r->traj, traj_span(r->traj, 2)->model), "m-1");
		assert_int_equal(traj_span(r->traj, 2)->tokens_thought, 30);
		assert_slice(page_field(r, 3, FIELD_ARGS), "{\"File\":\"a.c\"}");
		assert_slice(page_field(r, 3, FIELD_ARGS_RAW), "map[File:a.c]");
		assert_int_equal(traj_span(r->traj, 3)->flags, SPAN_FINISHED | SPAN_ERROR | SPAN_HIDDEN_ERROR);
		run_free(r);
	}
}

static void takes_a_trajectory_that_stands_alone(void **state)
{
	struct run *r = page_take("<html><head><title>AI Trajectory</title></head><body><h1>AI Trajectory</h1>" TABLE SCRIPT END);

	(void)state;
	assert_string_equal(r->format, "HTML trajectory");
	assert_int_equal(traj_count(r->traj), 2);
	assert_int_equal(r->job.n, 0);
	run_free(r);
}

static void takes_the_older_layout(void **state)
{
	struct run *r = page_take(TOP JOBS "<b>Explanation:</b><br><div id=\"ai_result_div\"><pre>It is old.</pre></div>" CRASH END);

	(void)state;
	assert_slice(r->explanation, "It is old.");
	assert_int_equal(r->outputs.n, 2);
	assert_int_equal(r->state, RUN_DONE);
	run_free(r);
}

static void data_count_only_inside_a_script(void **state)
{
	/* a report may hold the words; as text they are escaped */
	struct run *r = page_take(TOP JOBS "<div id=\"crash_div\"><pre>const rawData = " "[{\"Seq\":0,\"Type\":\"flow\",\"Nesting\":0}];"
				  "&lt;script&gt;rawData = []</pre></div>" TABLE END);

	(void)state;
	assert_int_equal(traj_count(r->traj), 4);
	run_free(r);
}

static void a_page_cut_at_any_byte_opens_or_is_refused(void **state)
{
	static const char *const pages[] = {FULL, TABLE_ONLY};

	(void)state;
	for (size_t p = 0; p < 2; p++) {
		size_t n = strlen(pages[p]), refused = 0;

		for (size_t cut = 0; cut < n; cut += p + 1) {
			struct err e = {0};
			struct run *r = page_import((struct slice){pages[p], cut}, &e);

			refused += !r;
			assert_true(r || e.cls == ERR_INPUT);
			if (r && p == 1 && traj_count(r->traj) && traj_count(r->traj) < 4)
				assert_int_equal(r->state, RUN_RUNNING);
			run_free(r);
		}
		assert_true(refused > 0 && refused < n);
	}
}

static void other_pages_are_refused(void **state)
{
	static const char *const pages[] = {"<html></html>", "<!doctype html><p>Hello", "<html><table><tr><td>1</table>",
					    "<script>rawData = [1, 2]</script>", "<html><script>rawData = ["};

	(void)state;
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		struct err e;

		assert_null(page_import(slice_str(pages[i]), &e));
		assert_int_equal(e.cls, ERR_INPUT);
		assert_non_null(strstr(e.msg, "without a job and without spans"));
	}
}

static void bytes_that_html_cannot_hold_are_named(void **state)
{
	static const char text[] = "<html>" JOBS "<div id=\"crash_div\"><pre>a\x1b[31m\0b\xff</pre></div>" TABLE END;
	struct run *r = page_import((struct slice){text, sizeof text - 1}, NULL);

	(void)state;
	assert_non_null(r);
	assert_slice(r->report_text, "a\xef\xbf\xbd[31m\xef\xbf\xbd" "b\xef\xbf\xbd");
	assert_says(r, DIAG_WARNING, "3 bytes of the page");
	run_free(r);
}

static void hostile_pages_end_quickly(void **state)
{
	static const char *const pieces[] = {"<b>", "<table>", "<td>", "</i>", "<a x=\"", "<!--", "<script>", "<b x", "&#60;", "<a b c d e f g h",
					     "rawData = "};

	(void)state;
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct buf b = BUF_INIT;
		struct err e;

		buf_adds(&b, "<html>" JOBS);
		for (int k = 0; k < 50000; k++)
			buf_adds(&b, pieces[i]);
		run_free(page_import(buf_slice(&b), &e));
		buf_clear(&b);
		buf_adds(&b, "<html>" JOBS "<script>");
		for (int k = 0; k < 50000; k++)
			buf_adds(&b, pieces[i]);
		buf_pad(&b, ' ', 100000);
		run_free(page_import(buf_slice(&b), &e));
		buf_release(&b);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(takes_the_data_of_the_script),
	cmocka_unit_test(reads_the_table_where_the_script_has_no_data),
	cmocka_unit_test(takes_a_trajectory_that_stands_alone),
	cmocka_unit_test(takes_the_older_layout),
	cmocka_unit_test(data_count_only_inside_a_script),
	cmocka_unit_test(a_page_cut_at_any_byte_opens_or_is_refused),
	cmocka_unit_test(other_pages_are_refused),
	cmocka_unit_test(bytes_that_html_cannot_hold_are_named),
	cmocka_unit_test(hostile_pages_end_quickly),
};

TEST_MAIN()
