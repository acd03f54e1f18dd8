#define _GNU_SOURCE /* RLIMIT_FSIZE, truncate */
#include "agent/journal.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "agent/record.h"
#include "base/fs.h"
#include "tests/store.h"
#include "tests/test.h"

struct fixture {
	char dir[64];
	char *path;
	char id[SHA256_HEX + 1];
	struct journal *j;
};

static const struct journal_input inputs[] = {
	{{"CrashReport", 11}, {"BUG: KCSAN\n", 11}}, {{"KernelCommit", 12}, {NULL, 0}},
};

static int setup(void **state)
{
	struct journal_head h = {
		.time = 1000000, .workflow = SLICE("assessment-kcsan"), .instruction_sha256 = SLICE("ab"), .input = inputs,
		.ninput = 2, .provider = SLICE("openai"), .base_url = SLICE("https://ann:geheim@host:1/v1?key=geheim#geheim"),
		.model = SLICE("m"), .settings = SLICE("{\"turns\":\n250}"), .parent_run = SLICE("cafe"), .parent_seq = 7,
	};
	struct fixture *f = calloc(1, sizeof *f);
	struct buf line = BUF_INIT;

	h.kernel.dir = SLICE("/src");
	h.kernel.dirty = true;
	test_dir(f->dir);
	f->path = fs_join(f->dir, "x.journal");
	if (journal_first(&h, &line, f->id, NULL) < 0)
		return -1;
	f->j = journal_new(f->path, buf_slice(&line), NULL);
	buf_release(&line);
	*state = f;
	return f->j ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	journal_close(f->j);
	test_dir_remove(f->dir);
	free(f->path);
	free(f);
	return 0;
}

static const struct span_out open_span = {.seq = 0, .type = SPAN_FLOW, .name = {"f", 1}, .started = 5, .finished = WHEN_NONE};
static const struct span_out done_span = {.seq = 0, .type = SPAN_FLOW, .name = {"f", 1}, .started = 5, .finished = 6,
					  .results = {"{\"Benign\":true}", 15}};
static const struct journal_end done = {.time = 9, .state = JOURNAL_DONE};

static char *text_of(const struct fixture *f)
{
	struct buf b = BUF_INIT;

	assert_int_equal(fs_read(f->path, &b, NULL), 0);
	return buf_detach(&b);
}

static void the_id_is_the_hash_of_the_first_line(void **state)
{
	struct fixture *f = *state;
	char *text = text_of(f), id[SHA256_HEX + 1];
	struct slice rest = slice_str(text), line;
	struct stat st;

	assert_true(slice_line(&rest, &line));
	sha256_of(line, id);
	assert_string_equal(id, f->id);
	assert_int_equal(rest.n, 0);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_null(strstr(text, "geheim"));
	assert_non_null(strstr(text, "\"base_url\":\"https://host:1/v1\""));
	free(text);
}

static void what_is_written_is_read_back(void **state)
{
	struct fixture *f = *state;
	const struct slice turn[] = {SLICE("[{\"role\":\"user\"}]"), SLICE("[]")};
	const struct journal_call call[] = {{SLICE("c1"), SLICE("read-file"), SLICE("{\"File\":\"a\"}"), {NULL, 0}},
					    {SLICE("c2"), SLICE("grepper"), {NULL, 0}, SLICE("{broken")}};
	struct journal_exchange x = {
		.seq = 2, .tries = 1, .time = 7, .request_sha256 = SLICE("00"), .turn = turn, .nturn = 2,
		.reply = SLICE("[{\"parts\":\n[]}]"), .thoughts = SLICE("t\xc3\xa4"), .text = SLICE("x"), .call = call, .ncall = 2,
		.model = SLICE("m1"),
	};
	struct journal_control c = {.time = 8, .what = JOURNAL_STEER, .seq = JOURNAL_NO_SEQ, .text = SLICE("look\nthere"),
				    .tool = SLICE("read-file"), .args = SLICE("{\"a\":1}"), .reason = SLICE("because")};
	struct records *rs;
	struct record r;
	struct err e = {0};

	x.outcome.end = SLICE("reply");
	x.outcome.http = 200;
	x.outcome.wait_us = 12;
	x.usage.in = 1;
	x.usage.cached = 2;
	x.usage.out = 3;
	x.usage.thought = 4;
	assert_int_equal(journal_span(f->j, &open_span, &e), 0);
	assert_int_equal(journal_exchange(f->j, &x, &e), 0);
	assert_int_equal(journal_control(f->j, &c, &e), 0);
	assert_int_equal(journal_span(f->j, &done_span, &e), 0);
	assert_int_equal(journal_finish(f->j, &done, &e), 0);
	rs = records_open(f->path, &e);
	assert_non_null(rs);
	assert_int_equal(records_next(rs, &r, &e), 1);
	assert_int_equal(r.kind, RECORD_HEAD);
	assert_slice(r.head.workflow, "assessment-kcsan");
	assert_int_equal(r.head.ninput, 2);
	assert_slice(r.head.input[0].value, "BUG: KCSAN\n");
	assert_null(r.head.input[1].value.p);
	assert_true(r.head.kernel.dirty);
	assert_slice(r.head.kernel.dir, "/src");
	assert_slice(r.head.settings, "{\"turns\": 250}");
	assert_slice(r.head.parent_run, "cafe");
	assert_int_equal(r.head.parent_seq, 7);
	assert_int_equal(r.head.nonce.n, 32);
	assert_int_equal(records_next(rs, &r, &e), 1);
	assert_int_equal(r.kind, RECORD_SPAN);
	assert_true(r.span.finished == WHEN_NONE && r.span.started == 5);
	assert_int_equal(records_next(rs, &r, &e), 1);
	assert_int_equal(r.kind, RECORD_EXCHANGE);
	assert_int_equal(r.line, 3);
	assert_int_equal(r.exchange.nturn, 2);
	assert_slice(r.exchange.turn[0], "[{\"role\":\"user\"}]");
	assert_slice(r.exchange.reply, "[{\"parts\": []}]");
	assert_slice(r.exchange.outcome.end, "reply");
	assert_int_equal(r.exchange.outcome.http, 200);
	assert_int_equal(r.exchange.outcome.wait_us, 12);
	assert_int_equal(r.exchange.usage.thought, 4);
	assert_slice(r.exchange.thoughts, "t\xc3\xa4");
	assert_int_equal(r.exchange.ncall, 2);
	assert_slice(r.exchange.call[0].args, "{\"File\":\"a\"}");
	assert_slice(r.exchange.call[1].bad_args, "{broken");
	assert_int_equal(records_next(rs, &r, &e), 1);
	assert_int_equal(r.kind, RECORD_CONTROL);
	assert_int_equal(r.control.what, JOURNAL_STEER);
	assert_true(r.control.seq == JOURNAL_NO_SEQ);
	assert_slice(r.control.text, "look\nthere");
	assert_slice(r.control.args, "{\"a\":1}");
	assert_int_equal(records_next(rs, &r, &e), 1);
	assert_slice(r.span.results, "{\"Benign\":true}");
	assert_int_equal(records_next(rs, &r, &e), 1);
	assert_int_equal(r.kind, RECORD_END);
	assert_int_equal(r.end.state, JOURNAL_DONE);
	assert_int_equal(records_next(rs, &r, &e), 0);
	assert_false(records_torn(rs));
	records_close(rs);
}

static void a_second_writer_is_refused(void **state)
{
	struct fixture *f = *state;
	char id[SHA256_HEX + 1];
	struct err e = {0};

	assert_null(journal_resume(f->path, id, NULL, &e));
	assert_int_equal(e.cls, ERR_NO);
	assert_non_null(strstr(e.msg, "another program"));
	assert_null(journal_new(f->path, SLICE("{}"), &e));
	assert_int_equal(e.cls, ERR_STORE);
}

static void going_on_cuts_a_torn_line(void **state)
{
	struct fixture *f = *state;
	char id[SHA256_HEX + 1], *before, *after;
	uint64_t cut = 0;
	struct err e = {0};
	FILE *file;

	assert_int_equal(journal_span(f->j, &open_span, &e), 0);
	journal_close(f->j);
	before = text_of(f);
	file = fopen(f->path, "a");
	fputs("{\"span\":{\"Seq\":1,\"Na", file);
	fclose(file);
	f->j = journal_resume(f->path, id, &cut, &e);
	assert_non_null(f->j);
	assert_int_equal(cut, 20);
	assert_string_equal(id, f->id);
	after = text_of(f);
	assert_string_equal(after, before);
	free(before);
	free(after);
	assert_int_equal(journal_finish(f->j, &done, &e), 0);
	journal_close(f->j);
	f->j = journal_resume(f->path, id, &cut, &e);
	assert_null(f->j);
	assert_int_equal(e.cls, ERR_NO);
	assert_non_null(strstr(e.msg, "has ended"));
}

static void going_on_finds_the_end_behind_long_lines(void **state)
{
	struct fixture *f = *state;
	struct span_out s = done_span;
	char id[SHA256_HEX + 1], *long_text = malloc(200000);
	struct err e = {0};

	memset(long_text, 'x', 200000);
	s.prompt = (struct slice){long_text, 200000};
	assert_int_equal(journal_span(f->j, &s, &e), 0);
	journal_close(f->j);
	f->j = journal_resume(f->path, id, NULL, &e);
	assert_non_null(f->j);
	assert_string_equal(id, f->id);
	free(long_text);
}

static void what_is_no_journal_is_refused(void **state)
{
	static const char *const texts[] = {"", "x", "{\"journal\":{}}", "{\"span\":{}}\n", "\n"};
	struct fixture *f = *state;

	journal_close(f->j);
	f->j = NULL;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char id[SHA256_HEX + 1];
		struct err e = {0};

		assert_int_equal(fs_write_atomic(f->dir, "x.journal", slice_str(texts[i]), NULL), 0);
		assert_null(journal_resume(f->path, id, NULL, &e));
		assert_int_equal(e.cls, ERR_INPUT);
	}
}

/* A full disk: here a limit on the size of files. */
static void a_record_that_does_not_fit_leaves_nothing_and_is_told_later(void **state)
{
	struct fixture *f = *state;
	struct rlimit was, small;
	struct stat st;
	struct span_out big = done_span;
	struct record r;
	struct records *rs;
	struct err e = {0};
	char *before, *after, *long_text = malloc(100000);

	memset(long_text, 'x', 100000);
	big.prompt = (struct slice){long_text, 100000};
	before = text_of(f);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	assert_int_equal(stat(f->path, &st), 0);
	small = was;
	small.rlim_cur = (rlim_t)st.st_size + 5000;
	setrlimit(RLIMIT_FSIZE, &small);
	assert_int_equal(journal_span(f->j, &big, &e), -1);
	setrlimit(RLIMIT_FSIZE, &was);
	assert_int_equal(e.cls, ERR_STORE);
	after = text_of(f);
	assert_string_equal(after, before);
	assert_int_equal(journal_finish(f->j, &done, &e), 0);
	rs = records_open(f->path, &e);
	assert_int_equal(records_next(rs, &r, &e), 1);
	assert_int_equal(records_next(rs, &r, &e), 1);
	assert_int_equal(r.control.what, JOURNAL_WARNING);
	assert_true(slice_starts(r.control.text, "1 record is missing here: cannot write"));
	assert_int_equal(records_next(rs, &r, &e), 1);
	assert_int_equal(r.kind, RECORD_END);
	records_close(rs);
	free(before);
	free(after);
	free(long_text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
static const struct CMUnitTest tests[] = {
	TEST(the_id_is_the_hash_of_the_first_line),
	TEST(what_is_written_is_read_back),
	TEST(a_second_writer_is_refused),
	TEST(going_on_cuts_a_torn_line),
	TEST(going_on_finds_the_end_behind_long_lines),
	TEST(what_is_no_journal_is_refused),
	TEST(a_record_that_does_not_fit_leaves_nothing_and_is_told_later),
};

TEST_MAIN()
