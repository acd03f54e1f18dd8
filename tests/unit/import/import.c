#define _GNU_SOURCE /* dup2, pipe */
#include "tests/unit/import/page.h"

#include <dirent.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/utf8.h"
#include "model/evidence.h"

static void refuses_what_is_no_recording_with_one_message(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		const char *says;
	} rows[] = {
#define ROW(text, says) {text, sizeof(text) - 1, says}
		ROW("", "cannot import 'page': the file is empty"),
		ROW("\n\n", "not a recording that verdict knows: no spans, no job, no saved page, no crash report (byte 0: ^J^J)"),
		ROW("\x7f" "ELF\x02\x01\x01\0\0", "(byte 0: ^?ELF^B^A^A^@^@)"),
		ROW("\xff\xfe\x00", "(byte 0: \\xff\\xfe^@)"),
		ROW("hello \x1b[31mworld, this is no recording at all", "(byte 0: hello ^[[31mworld, this i…)"),
		ROW("{\"Seq\":0}", "not a recording"),
		ROW("[1,2]", "not a recording"),
		ROW("syzbot\n\n\nID Work", "not a recording"),
		ROW(PAGE_COLUMNS, "a saved page without a job row and without spans, read up to line 2, byte 71"),
		ROW(PAGE_COLUMNS "0a1b2c3d\n", "without a job row and without spans"),
		ROW("[]", "no span in it"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err e = {0};

		assert_null(page_import((struct slice){rows[i].text, rows[i].n}, &e));
		assert_int_equal(e.cls, ERR_INPUT);
		assert_true(utf8_valid(slice_str(e.msg)));
		if (!strstr(e.msg, rows[i].says))
			fail_msg("%s", e.msg);
	}
}

static void names_a_file_that_cannot_be_opened(void **state)
{
	struct err e = {0};

	(void)state;
	assert_null(import_file("/nonexistent/page", &e));
	assert_int_equal(e.cls, ERR_INPUT);
	assert_non_null(strstr(e.msg, "'/nonexistent/page'"));
	assert_null(import_file("/", &e));
	assert_int_equal(e.cls, ERR_INPUT);
}

static void names_a_run_by_its_bytes_and_member(void **state)
{
	struct run *r = page_take(PAGE);
	char hash[SHA256_HEX + 1], id[SHA256_HEX + 1];

	(void)state;
	sha256_of(SLICE(PAGE), hash);
	sha256_of(SLICE(PAGE "\0" "0"), id);
	assert_string_equal(r->recording, hash);
	assert_string_equal(r->id, id);
	assert_int_equal(r->member, 0);
	assert_string_equal(r->source, "page");
	run_free(r);
}

/* ---- real data ---- */

static struct run *real_page(void)
{
	const char *path = test_data("syzbot-assessment-kcsan-audit.txt");
	struct err e = {0};
	struct run *r = import_file(path, &e);

	if (!r)
		fail_msg("%s", e.msg);
	return r;
}

static void reads_the_real_page(void **state)
{
	struct run *r = real_page();
	struct traj_totals t = traj_totals(r->traj);
	struct slice *models, prompt;

	(void)state;
	assert_silent(r);
	assert_int_equal(r->state, RUN_DONE);
	assert_slice(r->job, "9e064f83-7b68-4aad-8061-1203fa688898");
	assert_slice(r->workflow, "assessment-kcsan");
	assert_slice(r->title, "KCSAN: data-race in audit_log_start / audit_receive (3)");
	assert_slice(slice_sub(r->agent_revision, 0, 8), "305c0ec5");
	assert_int_equal(r->agent_revision.n, 40);
	assert_int_equal(r->kernel_commit.n, 0);
	assert_int_equal(r->error.n, 0);
	assert_int_equal(t.spans, 16);
	assert_int_equal(t.llm_calls, 6);
	assert_int_equal(t.tool_calls, 5);
	assert_int_equal(t.unfinished, 0);
	assert_int_equal(t.tokens_in, 202432);
	assert_int_equal(t.tokens_out, 736);
	assert_int_equal(t.tokens_thought, 8999);
	assert_int_equal(r->outputs.n, 2);
	assert_true(outputs_get(&r->outputs, SLICE("Benign"))->value);
	assert_true(outputs_get(&r->outputs, SLICE("Confident"))->value);
	assert_int_equal(r->explanation.n, 2570);
	assert_true(slice_eq(r->explanation, page_field(r, 4, FIELD_REPLY)));
	prompt = page_field(r, 4, FIELD_PROMPT);
	assert_true(slice_starts(prompt, "\n") && slice_find(prompt, "\n\n=====", 1) != SLICE_NONE);
	assert_true(slice_eq(run_report_in(prompt), r->report_text));
	assert_true(slice_ends(prompt, "\n\n") && slice_ends(r->report_text, "\n"));
	assert_int_equal(r->crash->kind, CRASH_KCSAN);
	assert_int_equal(run_models(r, &models), 1);
	assert_slice(models[0], "gemini-3-flash-preview");
	free(models);
	run_free(r);
}

/* Every span of the real page: header, tokens, and the newlines at the ends of its texts. */
static void reads_every_span_of_the_real_page(void **state)
{
	static const struct {
		uint16_t nesting;
		const char *type, *name;
		uint32_t in, out, thought;
		int thoughts; /* newlines behind; -1: no thoughts */
	} rows[] = {
		{0, "flow", "assessment-kcsan", 0, 0, 0, -1},
		{1, "action", "kernel-checkouter", 0, 0, 0, -1},
		{1, "action", "kernel-builder", 0, 0, 0, -1},
		{1, "action", "codesearch-prepare", 0, 0, 0, -1},
		{1, "agent", "expert", 0, 0, 0, -1},
		{2, "llm", "expert", 4633, 20, 208, 3},
		{2, "tool", "read-file", 0, 0, 0, -1},
		{2, "llm", "expert", 32696, 21, 2600, 3},
		{2, "tool", "grepper", 0, 0, 0, -1},
		{2, "llm", "expert", 36427, 34, 2029, 3},
		{2, "tool", "codesearch-struct-layout", 0, 0, 0, -1},
		{2, "llm", "expert", 39501, 19, 2426, 2},
		{2, "tool", "grepper", 0, 0, 0, -1},
		{2, "llm", "expert", 43525, 19, 1134, 3},
		{2, "tool", "set-results", 0, 0, 0, -1},
		{2, "llm", "expert", 45650, 623, 602, 3},
	};
	struct run *r = real_page();

	(void)state;
	for (uint32_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct span *s = traj_span(r->traj, i);
		struct slice text;

		assert_int_equal(s->seq, i);
		assert_int_equal(s->nesting, rows[i].nesting);
		assert_slice(traj_type_word(r->traj, i), rows[i].type);
		assert_slice(traj_name(r->traj, i), rows[i].name);
		assert_int_equal(s->tokens_in, rows[i].in);
		assert_int_equal(s->tokens_out, rows[i].out);
		assert_int_equal(s->tokens_thought, rows[i].thought);
		assert_int_equal(s->flags, SPAN_FINISHED);
		assert_true(s->started != WHEN_NONE && s->finished >= s->started);
		if (s->type == SPAN_TOOL)
			assert_int_equal(traj_decode_of(r->traj, i, FIELD_ARGS), DECODE_SCHEMA);
		if (s->type != SPAN_LLM)
			assert_int_equal(traj_decode_of(r->traj, i, FIELD_RESULTS), DECODE_SCHEMA);
		assert_int_equal(traj_field(r->traj, i, FIELD_THOUGHTS, &text, NULL), rows[i].thoughts >= 0);
		if (rows[i].thoughts >= 0)
			assert_int_equal(text.n - slice_rtrim(text).n, rows[i].thoughts);
	}
	run_free(r);
}

static void decodes_the_results_of_the_real_page(void **state)
{
	struct run *r = real_page();
	struct slice v;
	size_t newlines = 0;

	(void)state;
	v = page_field(r, 6, FIELD_RESULTS_RAW);
	assert_int_equal(v.n, 76007);
	for (size_t i = 0; i < v.n; i++)
		newlines += v.p[i] == '\n';
	assert_int_equal(newlines, 2840);
	assert_int_equal(traj_member(r->traj, 6, FIELD_RESULTS, "Contents", &v), 1);
	assert_int_equal(v.n, 76007 - sizeof "map[Contents:]" + 1);
	assert_true(slice_starts(v, "// SPDX") && slice_ends(v, "EXPORT_SYMBOL(audit_log);\n"));
	assert_slice(page_field(r, 10, FIELD_RESULTS),
		     "{\"Fields\":[{\"Name\":\"lock\",\"OffsetBits\":0,\"SizeBits\":256},"
		     "{\"Name\":\"owner\",\"OffsetBits\":256,\"SizeBits\":64}]}");
	assert_slice(page_field(r, 10, FIELD_ARGS),
		     "{\"ContextFile\":\"kernel/audit.c\",\"Name\":\"audit_ctl_mutex\"}");
	assert_slice(page_field(r, 14, FIELD_ARGS), "{\"Benign\":true,\"Confident\":true}");
	assert_int_equal(page_field(r, 4, FIELD_INSTRUCTION).n - slice_rtrim(page_field(r, 4, FIELD_INSTRUCTION)).n, 1);
	assert_int_equal(page_field(r, 4, FIELD_PROMPT).n - slice_rtrim(page_field(r, 4, FIELD_PROMPT)).n, 2);
	assert_int_equal(traj_member(r->traj, 0, FIELD_RESULTS, "Explanation", &v), 1);
	assert_true(slice_eq(v, r->explanation));
	run_free(r);
}

static void gives_the_same_id_by_name_from_memory_and_from_standard_input(void **state)
{
	struct run *by_name = real_page(), *other;
	struct buf bytes = BUF_INIT;
	int in = dup(STDIN_FILENO);
	FILE *f;

	(void)state;
	assert_int_equal(fs_read(test_data("syzbot-assessment-kcsan-audit.txt"), &bytes, NULL), 0);
	other = page_import(buf_slice(&bytes), NULL);
	assert_non_null(other);
	assert_string_equal(other->id, by_name->id);
	run_free(other);

	f = popen("cat \"$VERDICT_TEST_DATA/syzbot-assessment-kcsan-audit.txt\"", "r");
	assert_non_null(f);
	dup2(fileno(f), STDIN_FILENO);
	other = import_file("-", NULL);
	dup2(in, STDIN_FILENO);
	close(in);
	pclose(f);
	assert_non_null(other);
	assert_string_equal(other->source, "standard input");
	assert_string_equal(other->id, by_name->id);
	assert_string_equal(other->recording, by_name->recording);
	assert_true(slice_eq(page_field(other, 6, FIELD_RESULTS), page_field(by_name, 6, FIELD_RESULTS)));
	run_free(other);
	run_free(by_name);
	buf_release(&bytes);
}

/* The number of different values behind "Seq": in a text, which is what its spans are. */
static size_t count_seqs(struct slice text)
{
	static bool seen[4096];
	size_t n = 0;

	memset(seen, 0, sizeof seen);
	for (size_t at = slice_find(text, "\"Seq\":", 0); at != SLICE_NONE; at = slice_find(text, "\"Seq\":", at + 1)) {
		unsigned long seq = strtoul(text.p + at + 6, NULL, 10);

		assert_true(seq < 4096);
		n += !seen[seq];
		seen[seq] = true;
	}
	return n;
}

static void check_recording(const char *dir, const char *name)
{
	char *path = fs_join(dir, name);
	struct buf bytes = BUF_INIT;
	struct err e = {0};
	struct run *r = import_file(path, &e);
	struct evidence *ev;

	assert_int_equal(fs_read(path, &bytes, NULL), 0);
	if (!r)
		fail_msg("%s", e.msg);
	assert_silent(r);
	assert_int_equal(traj_count(r->traj), count_seqs(buf_slice(&bytes)));
	assert_int_equal(traj_totals(r->traj).unfinished, 0);
	assert_true(r->state == RUN_DONE || (r->state == RUN_FAILED && r->error.n));
	assert_slice(r->workflow, "test");
	assert_true(r->started != WHEN_NONE && r->started < 0);
	for (size_t i = 0; i < traj_count(r->traj); i++) {
		struct slice record, raw;

		assert_int_equal(traj_field(r->traj, i, FIELD_RECORD, &record, &e), 1);
		assert_true(slice_find_slice(buf_slice(&bytes), record, 0) != SLICE_NONE);
		assert_int_equal(json_check(record, &raw, NULL, NULL), 0);
		assert_true(json_member(raw, "Finished").n > 0);
		traj_release_bodies(r->traj);
	}
	ev = evidence_new(r->traj); /* none of their tools returns source */
	evidence_update(ev);
	assert_int_equal(evidence_files(ev) + evidence_unread(ev) + evidence_unplaced(ev), 0);
	evidence_free(ev);
	run_free(r);
	buf_release(&bytes);
	free(path);
}

static void reads_all_recordings_of_the_engines_own_tests(void **state)
{
	const char *dir = test_data("syzkaller-trajectories");
	DIR *d = opendir(dir);
	struct dirent *entry;
	size_t n = 0;

	(void)state;
	assert_non_null(d);
	while ((entry = readdir(d)))
		if (slice_ends(slice_str(entry->d_name), ".json")) {
			check_recording(dir, entry->d_name);
			n++;
		}
	closedir(d);
	assert_int_equal(n, 45);
}

/* Nothing that names source is left out: one read-file, two searches; a layout has none. */
static void finds_the_source_in_the_real_page(void **state)
{
	struct run *r = real_page();
	struct evidence *ev = evidence_new(r->traj);
	const struct evidence_file *f;
	size_t read = 0, grepped = 0;

	(void)state;
	evidence_update(ev);
	assert_int_equal(evidence_unread(ev), 0);
	assert_int_equal(evidence_unplaced(ev), 0);
	f = evidence_file(ev, SLICE("kernel/audit.c"));
	assert_non_null(f);
	assert_true(f->whole && f->read && !f->contradicted); /* two searches show what reading the file does */
	assert_true(evidence_from(f, 6) && evidence_from(f, 8) && evidence_from(f, 12));
	assert_false(evidence_from(f, 10)); /* a layout shows no line */
	assert_slice(evidence_line(f, 249)->text, "\taudit_cmd_mutex.owner = current;");
	for (size_t i = 0; i < evidence_files(ev); i++) {
		f = evidence_at(ev, i);
		for (size_t k = 0; k < f->n; k++)
			(*(f->lines[k].kind == EVIDENCE_READ ? &read : &grepped))++;
	}
	assert_int_equal(evidence_files(ev), 1);
	assert_int_equal(read, 2840);
	assert_int_equal(grepped, 0);
	evidence_free(ev);
	run_free(r);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(refuses_what_is_no_recording_with_one_message),
	cmocka_unit_test(names_a_file_that_cannot_be_opened),
	cmocka_unit_test(names_a_run_by_its_bytes_and_member),
	cmocka_unit_test(reads_the_real_page),
	cmocka_unit_test(reads_every_span_of_the_real_page),
	cmocka_unit_test(decodes_the_results_of_the_real_page),
	cmocka_unit_test(finds_the_source_in_the_real_page),
	cmocka_unit_test(gives_the_same_id_by_name_from_memory_and_from_standard_input),
	cmocka_unit_test(reads_all_recordings_of_the_engines_own_tests),
};

TEST_MAIN()
