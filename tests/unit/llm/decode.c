/* Answers that no provider should send, and some that they do send. */
#include "llm/decode.h"
#include "tests/test.h"

/* What came of a body: the end, the message, then name and arguments of each call, then the text. */
struct got {
	enum llm_end end;
	struct buf words, turn;
};

static void got_release(struct got *g)
{
	buf_release(&g->words);
	buf_release(&g->turn);
}

static struct got decode(const struct llm_dialect *dialect, long status, struct slice body, size_t piece)
{
	struct llm_decoder *d = llm_decoder_new(dialect, SLICE("hush-hush"), NULL, NULL);
	const struct llm_outcome *o;
	const struct llm_reply *r;
	struct got g = {.words = BUF_INIT, .turn = BUF_INIT};

	llm_decoder_head(d, status, (struct slice){0}, (struct slice){0}, 0);
	for (; body.n; body = slice_sub(body, piece, body.n)) {
		struct slice part = slice_sub(body, 0, piece);
		char *copy = malloc(part.n);
		int rc;

		memcpy(copy, part.p, part.n);
		rc = llm_decoder_data(d, (struct slice){copy, part.n});
		free(copy);
		if (rc < 0)
			break;
	}
	o = llm_decoder_end(d, &(struct llm_transfer){.ok = true});
	r = llm_decoder_reply(d);
	g.end = o->end;
	buf_adds(&g.words, o->message);
	for (size_t i = 0; r && i < r->ncalls; i++)
		buf_addf(&g.words, "[%.*s %.*s %.*s]", (int)r->call[i].id.n, r->call[i].id.p, (int)r->call[i].name.n, r->call[i].name.p,
			 (int)r->call[i].args.n, r->call[i].args.p);
	if (r) {
		buf_add_slice(&g.words, r->text);
		buf_add_slice(&g.turn, r->turn);
	}
	llm_decoder_free(d);
	return g;
}

/* Whole and byte by byte: the end, and what its words must hold. */
static void check(const struct llm_dialect *d, long status, struct slice body, enum llm_end end, const char *says)
{
	for (size_t i = 0; i < 2; i++) {
		struct got g = decode(d, status, body, i ? 1 : SIZE_MAX);

		if (g.end != end || !strstr(buf_str(&g.words), says) || strstr(buf_str(&g.words), "hush-hush"))
			fail_msg("%.200s: %s: '%s', not '%s'", body.p, llm_end_name(g.end), buf_str(&g.words), says);
		assert_null(strpbrk(buf_str(&g.turn), "\r\n")); /* as a journal has it, or its hash would be another */
		got_release(&g);
	}
}

#define GEMINI(parts, finish) "data: {\"candidates\":[{\"content\":{\"parts\":[" parts "]}" finish "}]}\r\n\r\n"
#define STOP ",\"finishReason\":\"STOP\""
#define OPENAI(delta, finish) "data: {\"choices\":[{\"delta\":{" delta "}" finish "}]}\n\n"
#define DONE ",\"finish_reason\":\"stop\""

static void errors_in_a_stream_outlive_it(void **state)
{
	(void)state;
	check(&llm_openai, 200,
	      SLICE("data: {\"error\":{\"message\":\"first words, hush-hush\",\"code\":503}}\n\n"
		    "data: {\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\":1}\n\n"),
	      LLM_END_RETRY, "HTTP 503: first words, [redacted]");
	check(&llm_openai, 200, SLICE("event: error\ndata: {\"message\":\"by its name\"}\n\n"), LLM_END_RETRY, "by its name");
	check(&llm_gemini, 200, SLICE(GEMINI("{\"text\":\"half\"}", "") "data: {\"error\":{\"code\":400,\"message\":\"no\"}}\n\n"),
	      LLM_END_FATAL, "HTTP 400: no");
	/* between the events, as bare JSON, also in an array */
	check(&llm_gemini, 200, SLICE(GEMINI("{\"text\":\"half\"}", "") "[{\n\"error\":\n{\"code\":503,\n\"message\":\"bare\"}}]\n"),
	      LLM_END_RETRY, "HTTP 503: bare");
	/* what is no error says nothing */
	check(&llm_gemini, 200, SLICE(GEMINI("{\"text\":\"all\"}", STOP) "{\"a gateway\": \"was here\"}\n"), LLM_END_REPLY, "all");
	check(&llm_gemini, 200, SLICE(GEMINI("{\"text\":\"all\"}", STOP) "{ cut\n"), LLM_END_REPLY, "all");
	check(&llm_openai, 200, SLICE("data: {\"error\":null,\"choices\":[{\"delta\":{\"content\":\"x\"}" DONE "}]}\n\n"), LLM_END_REPLY, "x");
}

static void what_is_no_stream_is_read_as_what_it_is(void **state)
{
	(void)state;
	check(&llm_gemini, 200, SLICE("[{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]},\r\n"
				      "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"b\"}]}" STOP "}]}]"), LLM_END_REPLY, "ab");
	check(&llm_gemini, 200, SLICE("[{\n\"candidates\": [{\n\"content\": {\"parts\": [{\r\n\"functionCall\":\n{\"name\": \"f\","
				      "\n\"args\": {\n\"a\":\n1}}}]}" STOP "}]}]"), LLM_END_REPLY, "f { \"a\": 1}");
	check(&llm_openai, 200, SLICE("\xef\xbb\xbf {\"choices\":[{\"message\":{\"content\":\"whole\"}" DONE "}]}"), LLM_END_REPLY, "whole");
	check(&llm_openai, 200, SLICE("\xef\xbb\xbf <html>"), LLM_END_FATAL, "page");
	check(&llm_openai, 200, SLICE("\n\n<!doctype html>"), LLM_END_FATAL, "page");
	check(&llm_openai, 200, SLICE("{\"error\":\"in full\"}"), LLM_END_RETRY, "in full");
	check(&llm_openai, 200, SLICE("                                                                                {\"error\":\"far\"}"),
	      LLM_END_RETRY, "far");
	check(&llm_openai, 200, SLICE("{\"choices\":"), LLM_END_RETRY, "no JSON");
	check(&llm_openai, 200, SLICE("\0\0"), LLM_END_RETRY, "broke off");
	check(&llm_openai, 200, SLICE(""), LLM_END_RETRY, "broke off");
	check(&llm_openai, 200, SLICE("data: [DONE]\n\n"), LLM_END_EMPTY, "empty");
	check(&llm_openai, 200, SLICE("data: {\"choices\":[{\"delta\"\n\ndata: [DONE]\n\n"), LLM_END_RETRY, "no JSON");
}

static void quirks_of_gemini(void **state)
{
	(void)state;
	/* text behind the first end */
	check(&llm_gemini, 200, SLICE(GEMINI("", STOP) GEMINI("{\"text\":\"late\"}", STOP)), LLM_END_REPLY, "late");
	check(&llm_gemini, 200, SLICE(GEMINI("{\"functionCall\":{\"name\":\"default_api:f\"}}", STOP)), LLM_END_REPLY,
	      "[verdict-call-1 f {}]");
	check(&llm_gemini, 200, SLICE(GEMINI("{\"thought\":true,\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1},\"id\":\"i\"}}", STOP)),
	      LLM_END_REPLY, "[i f {\"a\":1}]");
	check(&llm_gemini, 200, SLICE("data: {\"candidates\":[{\"finishReason\":\"NEWLY_MADE_UP\"}]}\n\n"), LLM_END_EMPTY, "empty");
	check(&llm_gemini, 200, SLICE(GEMINI("{\"functionCall\":{\"args\":{}}}", STOP)), LLM_END_MALFORMED, "");
	check(&llm_gemini, 200, SLICE("data: {\"candidates\":[{\"finishReason\":\"SAFETY\"}]}\n\n"), LLM_END_REFUSED, "SAFETY");
	check(&llm_gemini, 200, SLICE("data: {\"candidates\":[{\"finishReason\":\"MISSING_THOUGHT_SIGNATURE\"}]}\n\n"), LLM_END_FATAL,
	      "MISSING_THOUGHT_SIGNATURE");
}

static void quirks_of_openai_servers(void **state)
{
	(void)state;
	/* each call numbered 0, with an id of its own; a name that is repeated; arguments as an object */
	check(&llm_openai, 200,
	      SLICE(OPENAI("\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]", "")
		    OPENAI("\"tool_calls\":[{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":{\"x\":1}}}]", "")
		    OPENAI("\"tool_calls\":[{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"g\"}}]", DONE)),
	      LLM_END_REPLY, "[a f {}][b g {\"x\":1}]");
	/* no index, no id; then pieces that name nothing */
	check(&llm_openai, 200,
	      SLICE(OPENAI("\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\"\"}}]", "")
		    OPENAI("\"tool_calls\":[{\"function\":{\"arguments\":\":1}\"}}]", DONE)),
	      LLM_END_REPLY, "[verdict-call-1 f {\"a\":1}]");
	check(&llm_openai, 200, SLICE(OPENAI("\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\n \\\"a\\\": 1\\n}\"}}]",
					     DONE)), LLM_END_REPLY, "[a f {  \"a\": 1 }]");
	check(&llm_openai, 200, SLICE(OPENAI("\"content\":[{\"type\":\"text\",\"text\":\"part\"}]", DONE)), LLM_END_REPLY, "part");
	check(&llm_openai, 200, SLICE(OPENAI("\"content\":\"  <think>hm</think>  yes\"", DONE)), LLM_END_REPLY, "yes");
	check(&llm_openai, 200, SLICE(OPENAI("\"refusal\":\"I will not\"", DONE)), LLM_END_REFUSED, "I will not");
	check(&llm_openai, 200, SLICE(OPENAI("\"content\":null", ",\"finish_reason\":\"content_filter\"")), LLM_END_REFUSED, "");
	check(&llm_openai, 200, SLICE(OPENAI("\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"[1]\"}}]", DONE)),
	      LLM_END_REPLY, "[a f {}]");
}

/* A call whose arguments were no object goes back with an empty one: templates parse it (B.2). */
static void what_goes_back_can_be_parsed(void **state)
{
	struct got g = decode(&llm_openai, 200,
			      SLICE(OPENAI("\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\"}}]", DONE)), SIZE_MAX);

	(void)state;
	assert_int_equal(g.end, LLM_END_REPLY);
	assert_non_null(strstr(buf_str(&g.turn), "\"arguments\":\"{}\""));
	got_release(&g);
}

/* ---- ceilings ---- */

static void more_calls_than_are_kept(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_adds(&b, "data: {\"candidates\":[{\"content\":{\"parts\":[");
	for (int i = 0; i < 65; i++)
		buf_addf(&b, "%s{\"functionCall\":{\"name\":\"f%d\"}}", i ? "," : "", i);
	buf_adds(&b, "]}" STOP "}]}\n\n");
	check(&llm_gemini, 200, buf_slice(&b), LLM_END_FATAL, "more than 64 tool calls");
	buf_release(&b);
}

static void longer_arguments_than_are_kept(void **state)
{
	struct buf b = BUF_INIT;
	struct got g;

	(void)state;
	for (int i = 0; i < 17; i++) {
		buf_adds(&b, "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"");
		buf_pad(&b, 'x', 65536);
		buf_adds(&b, "\"}}]}}]}\n\n");
	}
	g = decode(&llm_openai, 200, buf_slice(&b), 4096);
	assert_int_equal(g.end, LLM_END_FATAL);
	assert_non_null(strstr(buf_str(&g.words), "longer than 1 MiB"));
	got_release(&g);
	buf_release(&b);
}

static void an_error_that_never_ends(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_adds(&b, "words ");
	buf_pad(&b, 'x', 3 << 20);
	for (size_t piece = 65536; piece; piece = piece == SIZE_MAX ? 0 : SIZE_MAX) {
		struct got g = decode(&llm_openai, 500, buf_slice(&b), piece);

		assert_int_equal(g.end, LLM_END_RETRY);
		assert_non_null(strstr(buf_str(&g.words), "HTTP 500: words xxx"));
		got_release(&g);
	}
	buf_release(&b);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(errors_in_a_stream_outlive_it),
	cmocka_unit_test(what_is_no_stream_is_read_as_what_it_is),
	cmocka_unit_test(quirks_of_gemini),
	cmocka_unit_test(quirks_of_openai_servers),
	cmocka_unit_test(what_goes_back_can_be_parsed),
	cmocka_unit_test(more_calls_than_are_kept),
	cmocka_unit_test(longer_arguments_than_are_kept),
	cmocka_unit_test(an_error_that_never_ends),
};

TEST_MAIN()
