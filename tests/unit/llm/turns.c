/* What is sent back: the next request after a recorded reply is the one that its provider expects. */
#include "base/fs.h"
#include "base/json.h"
#include "llm/decode.h"
#include "tests/test.h"

static const struct llm_tool shell = {
	"shell", "Run one command and return its output.",
	SLICE("{\"type\":\"object\",\"properties\":{\"command\":{\"type\":\"string\",\"description\":\"command line\"}},"
	      "\"required\":[\"command\"],\"additionalProperties\":false}"),
};

static struct slice read_file(struct arena *a, const char *name)
{
	struct buf b = BUF_INIT;
	char path[256];
	struct slice s;
	struct err e;

	snprintf(path, sizeof path, "llm-streams/%s", name);
	assert_int_equal(fs_read(test_data(path), &b, &e), 0);
	s = arena_slice(a, buf_slice(&b));
	buf_release(&b);
	return s;
}

/* Does `got` hold all that `want` does?  Objects may have more members, arrays not more elements. */
static bool holds(struct arena *a, struct slice got, struct slice want)
{
	struct json_iter w = json_iter(want), g = json_iter(got);

	if (json_type(got) != json_type(want))
		return false;
	switch (json_type(want)) {
	case JSON_OBJECT:
		while (json_next(&w)) {
			struct slice key = json_string(a, w.key), v = json_member(got, arena_str(a, key));

			if (!v.p || !holds(a, v, w.value)) {
				print_message("# member %.*s: %.*s\n", (int)key.n, key.p, (int)(v.n < 300 ? v.n : 300), v.n ? v.p : "");
				return false;
			}
		}
		return true;
	case JSON_ARRAY:
		while (json_next(&w))
			if (!json_next(&g) || !holds(a, g.value, w.value))
				return false;
		return !json_next(&g);
	case JSON_STRING:
		return slice_eq(json_string(a, got), json_string(a, want));
	default:
		return slice_eq(got, want);
	}
}

/* The reply of a recorded stream; it lives in the decoder. */
static const struct llm_reply *reply(struct llm_decoder *d, struct slice body)
{
	llm_decoder_head(d, 200, (struct slice){0}, (struct slice){0}, 0);
	assert_int_equal(llm_decoder_data(d, body), 0);
	assert_int_equal(llm_decoder_end(d, &(struct llm_transfer){.ok = true})->end, LLM_END_REPLY);
	return llm_decoder_reply(d);
}

/* Add a reply's turn and the answers to its calls to a history that begins with a question. */
static void talk(const struct llm_dialect *d, const char *stream, struct buf turn[3], struct arena *a, const char *const *answers)
{
	struct llm_decoder *dec = llm_decoder_new(d, (struct slice){0}, NULL, NULL);
	const struct llm_reply *r = reply(dec, read_file(a, stream));
	struct llm_result results[8];

	llm_turn_text(d, &turn[0], SLICE("How many lines does README.md have?"));
	buf_add_slice(&turn[1], r->turn);
	for (size_t i = 0; i < r->ncalls; i++)
		results[i] = (struct llm_result){r->call[i].id, r->call[i].name, slice_str(answers[i])};
	llm_turn_results(d, &turn[2], results, r->ncalls, (struct slice){0});
	llm_decoder_free(dec);
}

static void request(const struct llm_dialect *d, const struct buf turn[3], size_t n, struct buf *body)
{
	struct llm_turn turns[3];
	struct llm_request rq = {.model = d == &llm_gemini ? "gemini-3.8-flash" : "local-model",
				 .system = SLICE("You are a terse shell agent."), .turn = turns, .nturns = n, .tool = &shell, .ntools = 1,
				 .thinking = d == &llm_gemini ? LLM_THINKING_LOW : LLM_THINKING_DEFAULT, .temperature = -1,
				 .max_output = d == &llm_gemini ? 8192 : 4096};
	const struct llm_learnt learnt = {0};

	for (size_t i = 0; i < n; i++)
		turns[i] = (struct llm_turn){i == 1, buf_slice(&turn[i])};
	d->request(body, &rq, &learnt);
}

static void assert_request(const struct llm_dialect *d, const struct buf turn[3], size_t n, const char *file)
{
	struct arena *a = arena_new();
	struct buf body = BUF_INIT;
	struct slice got, want;

	request(d, turn, n, &body);
	assert_int_equal(json_check(buf_slice(&body), &got, NULL, NULL), 0);
	assert_int_equal(json_check(read_file(a, file), &want, NULL, NULL), 0);
	if (!holds(a, got, want))
		fail_msg("%s: the request is %s", file, buf_str(&body));
	buf_release(&body);
	arena_free(a);
}

static void release(struct buf turn[3])
{
	for (size_t i = 0; i < 3; i++)
		buf_release(&turn[i]);
}

static void two_turns_are_what_the_provider_expects(void **state)
{
	static const char *const answers[] = {"{\"output\":\"42 README.md\\n\",\"exit_code\":0}"};
	static const char *const plain[] = {"42 README.md\n"};
	struct buf turn[3] = {BUF_INIT, BUF_INIT, BUF_INIT};
	struct arena *a;

	(void)state;
	test_data("llm-streams"); /* skips before anything is owned */
	a = arena_new();
	talk(&llm_gemini, "gemini-tool-call.sse", turn, a, answers);
	assert_request(&llm_gemini, turn, 1, "gemini-tool-call.request1.json");
	assert_request(&llm_gemini, turn, 3, "gemini-tool-call.request2.json");
	release(turn);
	talk(&llm_openai, "openai-tool-call.sse", turn, a, plain);
	assert_request(&llm_openai, turn, 1, "openai-tool-call.request1.json");
	assert_request(&llm_openai, turn, 3, "openai-tool-call.request2.json");
	release(turn);
	arena_free(a);
}

static size_t count(const char *text, const char *part)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, part)); p++)
		n++;
	return n;
}

/* Answers in the order of the calls, as many as there are; the signature on the part that it came with. */
static void parallel_calls_are_answered_in_order(void **state)
{
	static const char *const answers[] = {"{\"n\":1}", "{\"n\":2}", "{\"n\":3}"};
	struct buf turn[3] = {BUF_INIT, BUF_INIT, BUF_INIT};
	struct arena *a;
	const char *one, *two, *three;

	(void)state;
	test_data("llm-streams");
	a = arena_new();
	talk(&llm_gemini, "gemini-parallel-calls.sse", turn, a, answers);
	assert_int_equal(count(buf_str(&turn[1]), "\"functionCall\""), 3);
	assert_int_equal(count(buf_str(&turn[1]), "\"thoughtSignature\""), 1);
	assert_int_equal(count(buf_str(&turn[2]), "\"functionResponse\""), 3);
	one = strstr(buf_str(&turn[2]), "{\"n\":1}");
	two = strstr(buf_str(&turn[2]), "{\"n\":2}");
	three = strstr(buf_str(&turn[2]), "{\"n\":3}");
	assert_true(one && two && three && one < two && two < three);
	/* the signature stands on the first call */
	assert_true(strstr(buf_str(&turn[1]), "thoughtSignature") < strstr(strstr(buf_str(&turn[1]), "functionCall") + 12, "functionCall"));
	release(turn);
	talk(&llm_openai, "openai-parallel-calls.sse", turn, a, answers);
	assert_int_equal(count(buf_str(&turn[2]), "\"role\":\"tool\""), 2);
	release(turn);
	arena_free(a);
}

static void what_is_not_known_here_goes_back_as_it_came(void **state)
{
	static const char *const answers[] = {"{}", "{}"};
	struct buf turn[3] = {BUF_INIT, BUF_INIT, BUF_INIT};
	struct arena *a;

	(void)state;
	test_data("llm-streams"); /* skips before anything is owned */
	a = arena_new();
	talk(&llm_openai, "openai-no-index-whole-calls.sse", turn, a, answers);
	assert_non_null(strstr(buf_str(&turn[1]), "extra_content"));
	assert_non_null(strstr(buf_str(&turn[1]), "thought_signature"));
	release(turn);
	talk(&llm_openai, "openai-tool-call.sse", turn, a, answers);
	assert_non_null(strstr(buf_str(&turn[1]), "reasoning_content"));
	release(turn);
	arena_free(a);
}

/* One bad byte must not make a provider refuse the whole conversation. */
static void what_is_sent_is_valid_utf8_without_nul(void **state)
{
	static const struct llm_dialect *const dialects[] = {&llm_gemini, &llm_openai};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct buf turn[3] = {BUF_INIT, BUF_INIT, BUF_INIT}, body = BUF_INIT;
		struct slice raw;

		llm_turn_text(dialects[i], &turn[0], SLICE("a\xff" "b\0c\xe2\x82"));
		request(dialects[i], turn, 1, &body);
		assert_int_equal(json_check(buf_slice(&body), &raw, NULL, NULL), 0);
		assert_non_null(strstr(buf_str(&body), "a\xef\xbf\xbd" "bc\xef\xbf\xbd"));
		assert_null(strstr(buf_str(&body), "\\u0000"));
		buf_release(&body);
		release(turn);
	}
}

static void sampling_is_sent_only_when_asked_for(void **state)
{
	static const struct llm_dialect *const dialects[] = {&llm_gemini, &llm_openai};
	const struct llm_learnt learnt = {0};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct buf turn = BUF_INIT, body = BUF_INIT;
		struct llm_turn t;
		struct llm_request rq = {.model = "m", .turn = &t, .nturns = 1, .temperature = -1};

		llm_turn_text(dialects[i], &turn, SLICE("hello"));
		t = (struct llm_turn){false, buf_slice(&turn)};
		dialects[i]->request(&body, &rq, &learnt);
		assert_null(strstr(buf_str(&body), "emperature"));
		assert_null(strstr(buf_str(&body), "max"));
		buf_clear(&body);
		rq.temperature = 0.3;
		dialects[i]->request(&body, &rq, &learnt);
		assert_non_null(strstr(buf_str(&body), "\"temperature\":0.3"));
		buf_release(&body);
		buf_release(&turn);
	}
}

/* How much to think, in each dialect's words; what was refused is said in others. */
static void thinking_is_asked_for_as_the_model_knows_it(void **state)
{
	static const struct {
		const struct llm_dialect *d;
		const char *model;
		enum llm_thinking thinking;
		unsigned dropped;
		const char *want;
	} rows[] = {
		{&llm_gemini, "gemini-3.8-flash", LLM_THINKING_DEFAULT, 0, "\"thinkingConfig\":{\"includeThoughts\":true}"},
		{&llm_gemini, "gemini-3.8-flash", LLM_THINKING_HIGH, 0, "\"thinkingLevel\":\"HIGH\""},
		{&llm_gemini, "gemini-3.8-flash", LLM_THINKING_NONE, 0, "\"thinkingLevel\":\"MINIMAL\""},
		{&llm_gemini, "gemini-3.8-flash", LLM_THINKING_NONE, LLM_KNOB_MINIMAL, "\"thinkingLevel\":\"LOW\""},
		{&llm_gemini, "gemini-2.5-flash", LLM_THINKING_NONE, 0, "\"thinkingBudget\":0"},
		{&llm_openai, "m", LLM_THINKING_LOW, 0, "\"reasoning_effort\":\"low\""},
		{&llm_openai, "m", LLM_THINKING_NONE, 0, "\"reasoning_effort\":\"none\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf body = BUF_INIT;
		struct llm_request rq = {.model = rows[i].model, .thinking = rows[i].thinking, .temperature = -1};
		const struct llm_learnt learnt = {.dropped = rows[i].dropped};
		unsigned sent = rows[i].d->request(&body, &rq, &learnt);

		assert_true(sent & LLM_KNOB_THINKING || rows[i].thinking == LLM_THINKING_DEFAULT);
		assert_int_equal((sent & LLM_KNOB_MINIMAL) != 0, strstr(rows[i].want, "MINIMAL") != NULL);
		if (!strstr(buf_str(&body), rows[i].want))
			fail_msg("%s: no %s in %s", rows[i].model, rows[i].want, buf_str(&body));
		buf_release(&body);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(two_turns_are_what_the_provider_expects),
	cmocka_unit_test(parallel_calls_are_answered_in_order),
	cmocka_unit_test(what_is_not_known_here_goes_back_as_it_came),
	cmocka_unit_test(what_is_sent_is_valid_utf8_without_nul),
	cmocka_unit_test(sampling_is_sent_only_when_asked_for),
	cmocka_unit_test(thinking_is_asked_for_as_the_model_knows_it),
};

TEST_MAIN()
