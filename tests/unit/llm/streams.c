/* What every recorded stream and error of a provider comes to (llm-streams/README.md), however its bytes arrive. */
#include <dirent.h>
#include <inttypes.h>

#include "base/fs.h"
#include "base/json.h"
#include "llm/decode.h"
#include "llm/learn.h"
#include "tests/test.h"

enum { SECOND = 1000000 };

static const struct row {
	const char *file;
	enum llm_end end;
	bool learns;  /* the client sends the same again as it is made then */
	int64_t wait; /* at least, in µs; 0: none is asked for */
	uint64_t limit;
	const char *calls; /* "NAME ARGS|…" */
	const char *text;  /* of the reply; NULL: whatever it is */
} rows[] = {
	{"gemini-tool-call.sse", LLM_END_REPLY, .calls = "shell {\"command\":\"wc -l README.md\"}", .text = "I will count them."},
	{"gemini-tool-call.turn2.sse", LLM_END_REPLY, .text = "README.md has 42 lines."},
	{"gemini-parallel-calls.sse", LLM_END_REPLY, .calls = "*3"},
	{"gemini-split-utf8.sse", LLM_END_REPLY, .text = NULL},
	{"gemini-malformed-function-call.sse", LLM_END_MALFORMED, .text = NULL},
	{"gemini-unexpected-tool-call.sse", LLM_END_MALFORMED, .text = NULL},
	{"gemini-empty-reply.sse", LLM_END_EMPTY, .text = ""},
	{"gemini-thoughts-only.sse", LLM_END_EMPTY, .text = ""},
	{"gemini-max-tokens-in-thoughts.sse", LLM_END_LENGTH, .text = ""},
	{"gemini-prompt-blocked.sse", LLM_END_REFUSED, .text = NULL},
	{"gemini-continuation.sse", LLM_END_LENGTH, .text = NULL},
	{"gemini-midstream-error.sse", LLM_END_RETRY, .text = NULL},
	{"gemini-midstream-error-bare.sse", LLM_END_RETRY, .text = NULL},
	{"gemini-truncated.sse", LLM_END_RETRY, .text = NULL},
	{"gemini-429-retryinfo.http", LLM_END_RETRY, .wait = 26 * SECOND},
	{"gemini-429-per-day.http", LLM_END_FATAL, .text = NULL},
	{"gemini-400-token-overflow.http", LLM_END_OVERFLOW, .limit = 1048576},
	{"gemini-400-missing-signature.http", LLM_END_FATAL, .learns = true},
	{"gemini-400-bad-key.http", LLM_END_FATAL, .text = NULL},
	{"gemini-500-sse-content-type.http", LLM_END_RETRY, .text = NULL},
	{"openai-tool-call.sse", LLM_END_REPLY, .calls = "shell {\"command\":\"wc -l README.md\"}", .text = "I will count them."},
	{"openai-tool-call.turn2.sse", LLM_END_REPLY, .text = NULL},
	{"openai-parallel-calls.sse", LLM_END_REPLY, .calls = "shell {\"command\":\"ls\"}|shell {\"command\":\"df -h\"}"},
	{"openai-no-index-whole-calls.sse", LLM_END_REPLY, .calls = "*2"},
	{"openai-reasoning-field.sse", LLM_END_REPLY, .text = "Hello."},
	{"openai-midstream-error.sse", LLM_END_RETRY, .text = NULL},
	{"openai-midstream-error-llamacpp.sse", LLM_END_RETRY, .text = NULL},
	{"openai-framing-torture.sse", LLM_END_REPLY, .text = "ABCD \xf0\x9f\xa6\x99"},
	{"openai-bad-arguments.sse", LLM_END_LENGTH, .calls = "shell {}"},
	{"openai-400-context-llamacpp.http", LLM_END_OVERFLOW, .limit = 8192},
	{"openai-400-context-length.http", LLM_END_OVERFLOW, .text = NULL},
	{"openai-400-tools-with-reasoning.http", LLM_END_FATAL, .learns = true},
	{"openai-429-rate-limit.http", LLM_END_RETRY, .wait = 1200000},
	{"openai-429-insufficient-quota.http", LLM_END_FATAL, .text = NULL},
	{"openai-502-html.http", LLM_END_RETRY, .text = NULL},
};
enum { ROWS = sizeof rows / sizeof *rows };

/* What came of a stream, in words that can be compared. */
struct got {
	struct llm_outcome o;
	bool learnt;
	size_t events, ncalls;
	struct buf streamed; /* thoughts and text as they came */
	struct buf calls, text, turn, all;
};

static void got_release(struct got *g)
{
	buf_release(&g->streamed);
	buf_release(&g->calls);
	buf_release(&g->text);
	buf_release(&g->turn);
	buf_release(&g->all);
}

static void on_event(void *arg, const struct llm_event *ev)
{
	struct got *g = arg;

	g->events++;
	if (ev->kind == LLM_THOUGHT || ev->kind == LLM_TEXT)
		buf_add_slice(&g->streamed, ev->text);
}

static const struct llm_dialect *dialect_of(const char *file)
{
	return strncmp(file, "gemini", 6) == 0 ? &llm_gemini : &llm_openai;
}

/* The head of a raw answer to the decoder; what is left is the body. */
static struct slice feed_head(struct llm_decoder *d, struct slice raw)
{
	uint64_t status = 0;
	struct slice line, name;

	slice_line(&raw, &line);
	slice_u64(slice_sub(line, 9, 12), &status);
	while (slice_line(&raw, &line) && slice_trim(line).n) {
		size_t colon = slice_chr(line, ':', 0);

		name = slice_sub(line, 0, colon);
		llm_decoder_head(d, (long)status, name, slice_trim(slice_sub(line, colon + 1, line.n)), 0);
	}
	llm_decoder_head(d, (long)status, (struct slice){0}, (struct slice){0}, 0);
	return raw;
}

static void take(struct got *g, const struct llm_dialect *d, struct llm_decoder *dec, const struct llm_outcome *o)
{
	const struct llm_reply *r = llm_decoder_reply(dec);
	struct llm_learnt learnt = {0};

	g->o = *o;
	g->learnt = o->end == LLM_END_FATAL && llm_learn(&learnt, d, ~0u, o->http, llm_decoder_fault(dec));
	if (r) {
		g->ncalls = r->ncalls;
		for (size_t i = 0; i < r->ncalls; i++)
			buf_addf(&g->calls, "%s%.*s %.*s", i ? "|" : "", (int)r->call[i].name.n, r->call[i].name.p,
				 (int)r->call[i].args.n, r->call[i].args.p);
		buf_add_slice(&g->text, r->text);
		buf_add_slice(&g->turn, r->turn);
		buf_addf(&g->all, "%" PRIu64 "/%" PRIu64 "/%" PRIu64 "/%" PRIu64 " ", r->usage.in, r->usage.cached, r->usage.out,
			 r->usage.thought);
		buf_add_slice(&g->all, r->thoughts);
	}
	buf_addf(&g->all, "%d %ld %s %s %" PRId64 " %s %s ", (int)o->end, o->http, o->code, o->message, o->wait_us,
		 buf_str(&g->calls), buf_str(&g->text));
	buf_add_slice(&g->all, buf_slice(&g->turn));
	buf_add_slice(&g->all, buf_slice(&g->streamed));
}

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* Decode a file in pieces of 1 to `most` bytes. */
static void decode(struct got *g, const char *file, size_t most, uint32_t seed)
{
	const struct llm_dialect *dialect = dialect_of(file);
	struct llm_decoder *d;
	char path[256];
	struct buf bytes = BUF_INIT;
	struct slice body;
	struct err e;

	*g = (struct got){0};
	snprintf(path, sizeof path, "llm-streams/%s", file);
	assert_int_equal(fs_read(test_data(path), &bytes, &e), 0);
	d = llm_decoder_new(dialect, (struct slice){0}, on_event, g);
	body = buf_slice(&bytes);
	if (slice_ends(slice_str(file), ".http"))
		body = feed_head(d, body);
	else
		llm_decoder_head(d, 200, (struct slice){0}, (struct slice){0}, 0);
	while (body.n) {
		size_t n = most == SIZE_MAX ? body.n : 1 + next_random(&seed) % most;
		/* a copy of its own, so that the sanitizer sees a byte read past the piece */
		char *piece = malloc(n > body.n ? body.n : n);

		n = n > body.n ? body.n : n;
		memcpy(piece, body.p, n);
		llm_decoder_data(d, (struct slice){piece, n});
		free(piece);
		body = slice_sub(body, n, body.n);
	}
	take(g, dialect, d, llm_decoder_end(d, &(struct llm_transfer){.ok = true}));
	llm_decoder_free(d);
	buf_release(&bytes);
}

static void assert_row(const struct row *row, const struct got *g)
{
	if (g->o.end != row->end)
		print_message("# %s: %s, not %s: %s\n", row->file, llm_end_name(g->o.end), llm_end_name(row->end), g->o.message);
	assert_int_equal(g->o.end, row->end);
	assert_int_equal(g->learnt, row->learns);
	assert_true(g->o.wait_us >= row->wait && (row->wait || g->o.wait_us == 0));
	if (row->limit)
		assert_int_equal(g->o.limit, row->limit);
	if (row->calls && row->calls[0] == '*')
		assert_int_equal(g->ncalls, (size_t)(row->calls[1] - '0'));
	else
		assert_string_equal(buf_str(&g->calls), row->calls ? row->calls : "");
	if (row->text)
		assert_string_equal(buf_str(&g->text), row->text);
	/* what is not a whole answer leaves a sentence, what is one leaves a turn to send back */
	assert_int_equal(g->o.message[0] == '\0', row->end == LLM_END_REPLY);
	if (row->end == LLM_END_REPLY)
		assert_true(g->turn.n > 2);
}

static void every_stream_ends_as_it_must(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct got g;

		decode(&g, rows[i].file, SIZE_MAX, 0);
		print_message("# %-38s %-9s %s%5.1f s  %2zu events, %zu calls  %.60s\n", rows[i].file,
			      g.learnt ? "adjusted" : llm_end_name(g.o.end), g.o.wait_us ? "wait " : "     ",
			      (double)g.o.wait_us / SECOND, g.events, g.ncalls, g.o.message);
		assert_row(&rows[i], &g);
		got_release(&g);
	}
}

/* No file of the folder is left out of the table. */
static void the_table_is_whole(void **state)
{
	DIR *d = opendir(test_data("llm-streams"));
	struct dirent *entry;
	size_t n = 0;

	(void)state;
	assert_non_null(d);
	while ((entry = readdir(d))) {
		struct slice name = slice_str(entry->d_name);

		n += (slice_starts(name, "gemini") || slice_starts(name, "openai")) &&
		     (slice_ends(name, ".sse") || slice_ends(name, ".http"));
	}
	closedir(d);
	assert_int_equal(n, ROWS);
}

static void pieces_change_nothing(void **state)
{
	static const size_t most[] = {1, 2, 3, 7, 40, 300};

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct got whole, g;

		decode(&whole, rows[i].file, SIZE_MAX, 0);
		for (size_t k = 0; k < sizeof most / sizeof *most; k++) {
			decode(&g, rows[i].file, most[k], (uint32_t)(i * 31 + k));
			assert_string_equal(buf_str(&g.all), buf_str(&whole.all));
			got_release(&g);
		}
		got_release(&whole);
	}
}

/* Cut anywhere, nothing is a reply that was not whole: no tool runs from half an answer. */
static void what_is_cut_is_never_a_reply(void **state)
{
	static const char *const files[] = {"gemini-tool-call.sse", "openai-tool-call.sse", "gemini-parallel-calls.sse",
					    "openai-parallel-calls.sse"};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct buf bytes = BUF_INIT;
		char path[256];
		struct err e;
		size_t ends;

		snprintf(path, sizeof path, "llm-streams/%s", files[i]);
		assert_int_equal(fs_read(test_data(path), &bytes, &e), 0);
		ends = i % 2 ? slice_rfind(buf_slice(&bytes), "\"finish_reason\":\"tool_calls\"")
			     : slice_rfind(buf_slice(&bytes), "\"finishReason\":\"STOP\"");
		assert_true(ends != SLICE_NONE);
		for (size_t n = 0; n < ends; n++) {
			struct llm_decoder *d = llm_decoder_new(dialect_of(files[i]), (struct slice){0}, NULL, NULL);

			llm_decoder_head(d, 200, (struct slice){0}, (struct slice){0}, 0);
			llm_decoder_data(d, slice_sub(buf_slice(&bytes), 0, n));
			assert_int_equal(llm_decoder_end(d, &(struct llm_transfer){.ok = true})->end, LLM_END_RETRY);
			assert_null(llm_decoder_reply(d));
			llm_decoder_free(d);
		}
		buf_release(&bytes);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(every_stream_ends_as_it_must),
	cmocka_unit_test(the_table_is_whole),
	cmocka_unit_test(pieces_change_nothing),
	cmocka_unit_test(what_is_cut_is_never_a_reply),
};

TEST_MAIN()
