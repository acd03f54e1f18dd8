#define _GNU_SOURCE /* mkstemp */
#include "tests/unit/import/page.h"

#include "base/fs.h"
#include "import/journal.h"

#define HEAD "{\"journal\":{\"schema\":\"verdict.journal/1\",\"nonce\":\"00\",\"time\":\"2026-03-01T10:00:00Z\"," \
	"\"workflow\":\"assessment-kcsan\",\"inputs\":{\"CrashReport\":\"BUG: KCSAN: data-race in a / b\\n\"," \
	"\"KernelCommit\":null},\"kernel\":{\"dir\":\"/src\",\"commit\":\"abcd\",\"tree\":\"ef01\",\"dirty\":true," \
	"\"version\":\"6.9\"},\"provider\":\"gemini\",\"model\":\"m\",\"settings\":{},\"parent\":{\"run\":\"cafe\",\"seq\":3}}}\n"
#define SPAN(seq, nesting, type, more) \
	"{\"span\":{\"Seq\":" seq ",\"Nesting\":" nesting ",\"Type\":\"" type "\",\"Name\":\"n" seq "\"," \
	"\"Started\":\"2026-03-01T10:00:0" seq "Z\"" more "}}\n"
#define DONE ",\"Finished\":\"2026-03-01T10:00:09Z\""
#define EXCHANGE "{\"exchange\":{\"seq\":1,\"turns\":[[]],\"reply\":null}}\n"
#define STEER "{\"control\":{\"time\":\"2026-03-01T12:03:05Z\",\"what\":\"steer\",\"seq\":null,\"text\":\"look there\"}}\n"
#define END(state, error) "{\"end\":{\"time\":\"2026-03-01T10:00:09Z\",\"state\":\"" state "\",\"error\":" error "}}\n"
#define FLOW SPAN("0", "0", "flow", DONE ",\"Results\":{\"Benign\":true,\"Explanation\":\"why\"}")
#define WHOLE HEAD SPAN("0", "0", "flow", "") SPAN("1", "1", "agent", "") EXCHANGE STEER \
	SPAN("1", "1", "agent", DONE ",\"Reply\":\"r\"") "{\"later\":1}\n" FLOW END("done", "null")

static void reads_a_whole_run(void **state)
{
	struct slice head = slice_sub(slice_str(HEAD), 0, sizeof HEAD - 2);
	char id[SHA256_HEX + 1], recording[SHA256_HEX + 1];
	struct run *r = page_take(WHOLE);

	(void)state;
	sha256_of(head, id);
	sha256_of(slice_str(WHOLE), recording);
	assert_string_equal(r->id, id);
	assert_string_equal(r->recording, recording);
	assert_string_equal(r->format, "journal");
	assert_int_equal(r->state, RUN_DONE);
	assert_int_equal(traj_count(r->traj), 2);
	assert_slice(r->workflow, "assessment-kcsan");
	assert_slice(r->report_text, "BUG: KCSAN: data-race in a / b\n");
	assert_slice(r->title, "KCSAN: data-race in a / b");
	assert_slice(r->kernel_commit, "abcd");
	assert_slice(r->provider, "gemini");
	assert_slice(r->model, "m");
	assert_slice(r->parent, "cafe");
	assert_int_equal(r->parent_seq, 3);
	assert_slice(r->explanation, "why");
	assert_int_equal(r->outputs.n, 1);
	assert_slice(page_field(r, 1, FIELD_REPLY), "r");
	assert_true(slice_starts(page_field(r, 1, FIELD_RECORD), "{\"Seq\":1,"));
	assert_says(r, DIAG_NOTE, "12:03:05 steer: look there");
	assert_says(r, DIAG_NOTE, "with changes on top of its commit: tree ef01");
	assert_says(r, DIAG_NOTE, "1 record of kinds that this version does not know");
	assert_int_equal(diags_count(&r->diags, DIAG_WARNING), 0);
	run_free(r);
}

/* What was said beside the prompt and the answers of tools, in both dialects; what the reviewer did, and instead of what. */
static void messages_and_acts_stand_with_their_span(void **state)
{
	static const char text[] = HEAD SPAN("0", "0", "flow", "") SPAN("1", "1", "llm", "")
		"{\"exchange\":{\"seq\":1,\"turns\":[[{\"role\":\"user\",\"content\":\"the prompt\"}]],\"reply\":null}}\n"
		SPAN("2", "1", "tool", ",\"Args\":{\"File\":\"a.c\"}")
		"{\"control\":{\"time\":\"2026-03-01T12:03:05Z\",\"what\":\"edit\",\"seq\":2,\"args\":{\"File\":\"b.c\"}}}\n"
		SPAN("2", "1", "tool", DONE ",\"Args\":{\"File\":\"b.c\"}") SPAN("3", "1", "llm", "")
		"{\"exchange\":{\"seq\":3,\"turns\":[[{\"role\":\"tool\",\"content\":\"int b;\"},{\"role\":\"user\",\"content\":\"look\"}],"
		"[{\"role\":\"user\",\"parts\":[{\"functionResponse\":{}},{\"text\":\"there\"}]}]],\"reply\":null}}\n";
	static const struct aside want[] = {
		{2, ASIDE_ACT, {"12:03:05 edit: run with {\"File\":\"b.c\"}, the agent asked for {\"File\":\"a.c\"}", 77}},
		{3, ASIDE_TOLD, {"look", 4}},
		{3, ASIDE_TOLD, {"there", 5}},
	};
	struct run *r = page_take(text);

	(void)state;
	assert_int_equal(r->asides.n, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(r->asides.a[i].seq, want[i].seq);
		assert_int_equal(r->asides.a[i].kind, want[i].kind);
		assert_slice(r->asides.a[i].text, want[i].text.p);
	}
	assert_int_equal(asides_find(&r->asides, 3, 0), 1);
	assert_int_equal(asides_find(&r->asides, 3, 3), SIZE_MAX);
	assert_true(asides_told(&r->asides, 3));
	assert_false(asides_told(&r->asides, 2));
	run_free(r);
}

static void the_end_tells_the_state(void **state)
{
	static const struct {
		const char *text, *error;
		enum run_state state;
	} rows[] = {
		{HEAD, "", RUN_RUNNING},
		{HEAD FLOW, "", RUN_RUNNING}, /* nothing else may tell it: a finished flow is no end */
		{HEAD FLOW END("done", "null"), "", RUN_DONE},
		{HEAD SPAN("0", "0", "flow", "") END("failed", "\"no key\""), "no key", RUN_FAILED},
		{HEAD SPAN("0", "0", "flow", "") END("stopped", "null"), "", RUN_STOPPED},
		{HEAD END("gone", "null"), "", RUN_FAILED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct run *r = page_take(rows[i].text);

		assert_int_equal(r->state, rows[i].state);
		assert_slice(r->error, rows[i].error);
		run_free(r);
	}
}

static void a_torn_last_line_is_left_out_with_a_note(void **state)
{
	static const char torn[] = WHOLE;
	size_t head = sizeof HEAD - 1;

	(void)state;
	for (size_t n = head; n < sizeof torn - 1; n++) {
		struct run *r = page_import((struct slice){torn, n}, NULL), *whole = NULL;
		size_t from = n;

		assert_non_null(r);
		assert_int_equal(diags_count(&r->diags, DIAG_ERROR), 0);
		while (torn[from - 1] != '\n')
			from--;
		whole = page_import((struct slice){torn, from}, NULL);
		assert_string_equal(r->id, whole->id);
		if (torn[n] != '\n') { /* a line that lacks nothing but its newline is one */
			assert_int_equal(traj_count(r->traj), traj_count(whole->traj));
			if (n > from)
				assert_says(r, DIAG_NOTE, "the last line is torn");
		}
		run_free(r);
		run_free(whole);
	}
	for (size_t n = 0; n < head - 2; n++) {
		struct err e = {0};

		assert_null(page_import((struct slice){torn, n}, &e));
		assert_int_equal(e.cls, ERR_INPUT);
	}
}

static void a_broken_line_is_told_and_the_rest_kept(void **state)
{
	static const struct {
		const char *line, *says;
	} rows[] = {
		{"nonsense\n", "it is not JSON here"},
		{"[]\n", "it is no record"},
		{"{\"control\":7}\n", "it is no record"},
		{"{\"span\":{\"Type\":\"tool\"}}\n", "Seq is missing"},
		{"{\"span\":{\"Seq\":1,}}\n", "it is not JSON here"},
		{"{\"span\":7}\n", "it is not an object"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = page_text(HEAD, rows[i].line, FLOW END("done", "null"));
		struct run *r = page_take(text);

		assert_says(r, DIAG_ERROR, rows[i].says);
		assert_int_equal(r->diags.d[1].line, 2); /* behind the note on the kernel tree */
		assert_int_equal(traj_count(r->traj), 1);
		assert_int_equal(r->state, RUN_DONE);
		run_free(r);
		free(text);
	}
}

static void append(const char *path, const char *text)
{
	FILE *f = fopen(path, "a");

	fputs(text, f);
	fclose(f);
}

/* All that is there now. */
static void catch_up(struct import *im)
{
	assert_true(import_grow(im, NULL) >= 0);
	while (import_step(im, NULL) > 0)
		;
}

static void is_followed_until_its_end(void **state)
{
	char path[] = "/tmp/verdict-journal-XXXXXX", id[SHA256_HEX + 1];
	struct import *im;
	struct err e = {0};
	struct run *r;

	(void)state;
	close(mkstemp(path));
	append(path, HEAD);
	im = import_begin(blob_open(path, NULL), true, &r, &e);
	assert_non_null(im);
	memcpy(id, r->id, sizeof id);
	assert_int_equal(strlen(id), SHA256_HEX); /* known from the first line on */
	assert_int_equal(r->state, RUN_RUNNING);
	append(path, SPAN("0", "0", "flow", "") "{\"span\":{\"Seq\":1,\"Nes");
	catch_up(im);
	assert_int_equal(traj_count(r->traj), 1);
	append(path, "ting\":1,\"Type\":\"tool\",\"Name\":\"t\",\"Started\":\"2026-03-01T10:00:01Z\"}}\n");
	catch_up(im);
	assert_int_equal(traj_count(r->traj), 2);
	append(path, FLOW);
	catch_up(im);
	assert_int_equal(r->state, RUN_RUNNING);
	assert_false(import_done(im));
	append(path, END("done", "null"));
	catch_up(im);
	assert_true(import_done(im));
	assert_int_equal(r->state, RUN_DONE);
	assert_string_equal(r->id, id);
	import_free(im);
	run_free(r);
	unlink(path);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(reads_a_whole_run),
	cmocka_unit_test(messages_and_acts_stand_with_their_span),
	cmocka_unit_test(the_end_tells_the_state),
	cmocka_unit_test(a_torn_last_line_is_left_out_with_a_note),
	cmocka_unit_test(a_broken_line_is_told_and_the_rest_kept),
	cmocka_unit_test(is_followed_until_its_end),
};

TEST_MAIN()
