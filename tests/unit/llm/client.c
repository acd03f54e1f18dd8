/* Models over real sockets, against the scripted provider. */
#define _GNU_SOURCE /* setenv */
#include "llm/client.h"
#include "llm/models.h"
#include "llm/retry.h"
#include "tests/provider.h"

static const char key[] = "AIzaSyClientTestClientTestClientTest123";

struct talk {
	struct provider server;
	struct loop *loop;
	struct http *http;
	struct llm_endpoint *ep;
	struct llm_client *client;
	struct llm_running *running;
	struct llm_outcome o;
	struct buf streamed, text;
	struct buf turn; /* of the reply, as it goes back */
	struct buf ids;  /* of its calls: "ID NAME;" */
	size_t ncalls, ends, models;
	bool cancel; /* at the first thought: stop the loop */
	bool inside; /* at the first thought: cancel from there */
	bool at_end; /* cancel from where the end is told */
};

static void on_event(void *arg, const struct llm_event *ev)
{
	struct talk *t = arg;

	if (ev->kind == LLM_THOUGHT || ev->kind == LLM_TEXT)
		buf_add_slice(&t->streamed, ev->text);
	if (t->cancel && ev->kind == LLM_THOUGHT)
		loop_stop(t->loop, 1);
	if (t->inside && ev->kind == LLM_THOUGHT) {
		llm_cancel(t->running);
		t->running = NULL;
		loop_stop(t->loop, 2);
	}
}

static void on_end(void *arg, const struct llm_outcome *o, const struct llm_reply *r)
{
	struct talk *t = arg;

	t->o = *o;
	t->ends++;
	if (t->at_end)
		llm_cancel(t->running);
	t->running = NULL;
	buf_clear(&t->turn);
	buf_clear(&t->ids);
	if (r) {
		buf_clear(&t->text);
		buf_add_slice(&t->text, r->text);
		buf_add_slice(&t->turn, r->turn);
		t->ncalls = r->ncalls;
		for (size_t i = 0; i < r->ncalls; i++)
			buf_addf(&t->ids, "%.*s %.*s;", (int)r->call[i].id.n, r->call[i].id.p, (int)r->call[i].name.n, r->call[i].name.p);
	}
	loop_stop(t->loop, 0);
}

static const struct llm_sink sink = {on_event, on_end};

static void begin(struct talk *t, const char *provider, const char *script)
{
	struct err e = {0};

	*t = (struct talk){0};
	provider_start(&t->server, script);
	setenv("GEMINI_API_KEY", key, 1);
	setenv("OPENAI_API_KEY", key, 1);
	t->loop = loop_new(&e);
	t->http = http_new(t->loop, &e);
	t->ep = llm_endpoint_new(&(struct llm_endpoint_spec){.provider = provider, .base_url = t->server.url}, &e);
	if (!t->ep)
		fail_msg("%s", e.msg);
	t->client = llm_client_new(t->http, t->ep);
}

static void end(struct talk *t)
{
	llm_client_free(t->client);
	http_free(t->http);
	llm_endpoint_free(t->ep);
	loop_free(t->loop);
	buf_release(&t->streamed);
	buf_release(&t->text);
	buf_release(&t->turn);
	buf_release(&t->ids);
	assert_null(strstr(t->o.message, key));
	assert_int_equal(provider_end(&t->server), 0);
}

/* One request with a question; how it ended. */
static enum llm_end ask(struct talk *t)
{
	struct buf turn = BUF_INIT;
	struct llm_turn turns[1];
	struct llm_request rq = {.model = "m", .turn = turns, .nturns = 1, .temperature = 0.5};
	char hash[SHA256_HEX + 1];
	struct err e = {0};

	llm_turn_text(llm_endpoint_dialect(t->ep), &turn, SLICE("question"));
	turns[0] = (struct llm_turn){false, buf_slice(&turn)};
	t->running = llm_send(t->client, &rq, &sink, t, hash, &e);
	assert_non_null(t->running);
	assert_int_equal(strlen(hash), SHA256_HEX);
	loop_run(t->loop);
	buf_release(&turn);
	return t->o.end;
}

static void replies_stream_in(void **state)
{
	static const char *const providers[][2] = {{"gemini", "x-goog-api-key"}, {"openai", "authorization"}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char script[400];
		struct talk t;

		snprintf(script, sizeof script, "dialect %s\nrandom 7\nrequest\nheader %s\ncontains question\nthought Hm.\n"
			 "text One \xc3\xa9 two.\ncall shell {\"a\": 1}\nfinish\n", providers[i][0], providers[i][1]);
		begin(&t, providers[i][0], script);
		assert_int_equal(ask(&t), LLM_END_REPLY);
		assert_string_equal(buf_str(&t.streamed), "Hm.One \xc3\xa9 two.");
		assert_string_equal(buf_str(&t.text), "One \xc3\xa9 two.");
		assert_int_equal(t.ncalls, 1);
		end(&t);
	}
}

/* Each breaks off in its own way; all are to be tried again, and nothing of them is a reply. */
static void what_breaks_off_is_tried_again(void **state)
{
	static const char *const ways[] = {"thought Hm.\nreset\n", "thought Hm.\nclose\n", "at 40 close\nthought \xc3\xa9\xc3\xa9\xc3\xa9\nfinish\n",
					   "status 502\ntype text/html\nframing length\nraw <html><title>Bad gateway</title></html>\n"};

	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		char script[400];
		struct talk t;

		snprintf(script, sizeof script, "dialect openai\nrequest\n%s", ways[i]);
		begin(&t, "openai", script);
		assert_int_equal(ask(&t), LLM_END_RETRY);
		assert_true(llm_retry_wait(&t.o, 1, 0) > 0);
		assert_true(t.o.message[0]);
		assert_int_equal(t.text.n, 0);
		end(&t);
	}
}

static void a_page_is_no_answer(void **state)
{
	struct talk t;

	(void)state;
	begin(&t, "gemini", "request\ntype text/html\nframing length\nraw <html><title>Log in</title></html>\n");
	assert_int_equal(ask(&t), LLM_END_FATAL);
	assert_non_null(strstr(t.o.message, "page"));
	end(&t);
}

/* What the endpoint does not take is left out of the next request. */
static void learns_what_is_refused(void **state)
{
	struct talk t;

	(void)state;
	begin(&t, "openai", "dialect openai\n"
			    "request\ncontains \"temperature\"\nstatus 400\ntype application/json\nframing length\n"
			    "raw {\"error\":{\"message\":\"Unsupported parameter: 'temperature'\",\"param\":\"temperature\"}}\n"
			    "request\nlacks temperature\ntext ok\nfinish\n");
	assert_int_equal(ask(&t), LLM_END_ADJUSTED);
	assert_int_equal(ask(&t), LLM_END_REPLY);
	end(&t);
}

/* A model that takes no tools beside reasoning and cannot go without: not again and again, and with a way out. */
static void says_what_a_model_needs(void **state)
{
	struct talk t;

	(void)state;
	begin(&t, "openai", "dialect openai\n"
			    "request\nstatus 400\ntype application/json\nframing length\n"
			    "raw {\"error\":{\"message\":\"Function tools with reasoning_effort are not supported for m\"}}\n"
			    "request\nstatus 400\ntype application/json\nframing length\n"
			    "raw {\"error\":{\"message\":\"Unsupported value: 'reasoning_effort' does not support 'none'\"}}\n");
	assert_int_equal(ask(&t), LLM_END_ADJUSTED);
	assert_int_equal(ask(&t), LLM_END_FATAL);
	assert_non_null(strstr(t.o.message, "Responses API"));
	end(&t);
}

/* The reason of a reply's end teaches as a refusal does. */
static void learns_from_how_a_reply_ends(void **state)
{
	struct talk t;

	(void)state;
	begin(&t, "gemini", "request\nraw data: {\"candidates\":[{\"finishReason\":\"MISSING_THOUGHT_SIGNATURE\"}]}\\n\\n\n"
			    "request\ntext ok\nfinish\n");
	assert_int_equal(ask(&t), LLM_END_ADJUSTED);
	assert_int_equal(ask(&t), LLM_END_REPLY);
	end(&t);
}

static void an_error_that_echoes_the_key_does_not_tell_it(void **state)
{
	char script[500];
	struct talk t;

	(void)state;
	snprintf(script, sizeof script, "request\nstatus 401\ntype application/json\nframing length\n"
		 "raw {\"error\":{\"message\":\"Incorrect API key %s, Authorization: Bearer %s\"}}\n", key, key);
	begin(&t, "openai", script);
	assert_int_equal(ask(&t), LLM_END_FATAL);
	assert_non_null(strstr(t.o.message, "[redacted]"));
	end(&t);
}

/* ---- cancelling ---- */

/* A request was left standing: cancelling it is quick, nothing more is told of it, and the next one works. */
static void cancelled_then_asked_again(struct talk *t)
{
	int64_t begun = loop_now();

	llm_cancel(t->running);
	assert_true(loop_now() - begun < 200000);
	assert_int_equal(t->ends, 0);
	t->cancel = t->inside = false;
	buf_clear(&t->streamed);
	assert_int_equal(ask(t), LLM_END_REPLY);
	assert_string_equal(buf_str(&t->streamed), "next");
	assert_int_equal(t->ends, 1);
	end(t);
}

static void a_request_is_cancelled_in_a_thought(void **state)
{
	struct talk t;

	(void)state;
	begin(&t, "gemini", "dialect gemini\nrequest\nthought Hm.\nstall\nrequest\ntext next\nfinish\n");
	t.cancel = true;
	ask(&t);
	assert_non_null(t.running);
	cancelled_then_asked_again(&t);
}

static void stop(void *arg)
{
	loop_stop(((struct talk *)arg)->loop, 3);
}

static void a_request_is_cancelled_before_the_first_byte(void **state)
{
	struct talk t;

	(void)state;
	begin(&t, "openai", "dialect openai\nrequest\ndelay 600000\ntext never\nrequest\ntext next\nfinish\n");
	loop_timer(t.loop, 30000, stop, &t);
	ask(&t);
	assert_non_null(t.running);
	assert_string_equal(buf_str(&t.streamed), "");
	cancelled_then_asked_again(&t);
}

/* From the very function that is told of the thought, with more of the same piece still to be told. */
static void a_request_is_cancelled_from_inside(void **state)
{
	struct talk t;

	(void)state;
	begin(&t, "gemini", "dialect gemini\nrequest\n"
			    "raw data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hm.\",\"thought\":true},"
			    "{\"text\":\"never\"}]},\"finishReason\":\"STOP\"}]}\\n\\n\n"
			    "request\ntext next\nfinish\n");
	t.inside = true;
	ask(&t);
	assert_string_equal(buf_str(&t.streamed), "Hm.");
	cancelled_then_asked_again(&t);
}

static void cancelling_what_has_just_ended_is_nothing(void **state)
{
	struct talk t;

	(void)state;
	begin(&t, "openai", "dialect openai\nrequest\ntext over\nfinish\n");
	t.at_end = true;
	assert_int_equal(ask(&t), LLM_END_REPLY);
	assert_int_equal(t.ends, 1);
	end(&t);
}

/* ---- a whole conversation ---- */

static const struct llm_tool shell = {
	"shell", "Run one command and return its output.",
	SLICE("{\"type\":\"object\",\"properties\":{\"command\":{\"type\":\"string\",\"description\":\"command line\"}},"
	      "\"required\":[\"command\"],\"additionalProperties\":false}"),
};

/* Send `turn`, `n` of them; the request is made as the recorded ones are. */
static void send_turns(struct talk *t, const struct buf *turn, size_t n)
{
	bool gemini = llm_endpoint_dialect(t->ep) == &llm_gemini;
	struct llm_turn turns[3];
	struct llm_request rq = {.model = gemini ? "gemini-3.8-flash" : "local-model", .system = SLICE("You are a terse shell agent."),
				 .turn = turns, .nturns = n, .tool = &shell, .ntools = 1, .temperature = -1,
				 .thinking = gemini ? LLM_THINKING_LOW : LLM_THINKING_DEFAULT, .max_output = gemini ? 8192 : 4096};
	char hash[SHA256_HEX + 1];
	struct err e = {0};

	for (size_t i = 0; i < n; i++)
		turns[i] = (struct llm_turn){i == 1, buf_slice(&turn[i])};
	t->running = llm_send(t->client, &rq, &sink, t, hash, &e);
	assert_non_null(t->running);
	loop_run(t->loop);
	assert_int_equal(t->o.end, LLM_END_REPLY);
}

static void tool_loop(const char *provider, const char *id, const char *result)
{
	bool gemini = strcmp(provider, "gemini") == 0;
	struct buf turn[3] = {BUF_INIT, BUF_INIT, BUF_INIT};
	struct llm_result answer = {slice_str(id), SLICE("shell"), slice_str(result)};
	char script[1200], ids[64];
	struct talk t;

	test_data("llm-streams");
	/* the key stands in its own header and nowhere else */
	snprintf(script, sizeof script,
		 "random 5\nheader %s\nno-header %s\nlacks %s\nmethod POST\npath %s\n"
		 "request\njson-has %s-tool-call.request1.json\nsse %s-tool-call.sse\n"
		 "request\njson-has %s-tool-call.request2.json\nsse %s-tool-call.turn2.sse\n",
		 gemini ? "x-goog-api-key" : "authorization", gemini ? "authorization" : "x-goog-api-key", key,
		 gemini ? "/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse" : "/v1/chat/completions", provider, provider,
		 provider, provider);
	begin(&t, provider, script);
	llm_turn_text(llm_endpoint_dialect(t.ep), &turn[0], SLICE("How many lines does README.md have?"));
	send_turns(&t, turn, 1);
	snprintf(ids, sizeof ids, "%s shell;", id);
	assert_string_equal(buf_str(&t.ids), ids);
	buf_add_slice(&turn[1], buf_slice(&t.turn));
	llm_turn_results(llm_endpoint_dialect(t.ep), &turn[2], &answer, 1, (struct slice){0});
	send_turns(&t, turn, 3);
	assert_string_equal(buf_str(&t.text), "README.md has 42 lines.");
	for (size_t i = 0; i < 3; i++)
		buf_release(&turn[i]);
	end(&t);
}

static void a_tool_is_called_and_answered(void **state)
{
	(void)state;
	tool_loop("gemini", "fc_7k2p", "{\"output\":\"42 README.md\\n\",\"exit_code\":0}");
	tool_loop("openai", "call_a1b2c3", "{\"output\":\"42 README.md\\n\"}");
}

/* ---- lists of models ---- */

static bool one_model(void *arg, const struct llm_model *m)
{
	struct talk *t = arg;

	t->models++;
	buf_addf(&t->text, "%.*s %d;", (int)m->id.n, m->id.p, (int)m->input);
	return true;
}

static void models_done(void *arg, const struct llm_outcome *o)
{
	struct talk *t = arg;

	t->o = *o;
	loop_stop(t->loop, 0);
}

static enum llm_end list(struct talk *t)
{
	struct err e = {0};

	assert_non_null(llm_models_start(t->http, t->ep, one_model, models_done, t, &e));
	loop_run(t->loop);
	return t->o.end;
}

static void lists_models_page_by_page(void **state)
{
	struct talk t;

	(void)state;
	begin(&t, "gemini",
	      "type application/json\nframing length\nmethod GET\n"
	      "request\npath /v1beta/models?pageSize=1000\nheader x-goog-api-key\n"
	      "raw {\"models\":[{\"name\":\"models/a\",\"inputTokenLimit\":10,\"supportedGenerationMethods\":[\"generateContent\"]},"
	      "{\"name\":\"models/embed\",\"supportedGenerationMethods\":[\"embed\"]}],\"nextPageToken\":\"p 2\"}\n"
	      "request\npath /v1beta/models?pageSize=1000&pageToken=p%202\n"
	      "raw {\"models\":[{\"name\":\"models/b\",\"supportedGenerationMethods\":[\"generateContent\"]}]}\n");
	assert_int_equal(list(&t), LLM_END_REPLY);
	assert_string_equal(buf_str(&t.text), "a 10;b 0;");
	end(&t);
	begin(&t, "openai", "type application/json\nframing length\nmethod GET\nrequest\npath /v1/models\n"
			    "raw {\"object\":\"list\",\"data\":[{\"id\":\"local\",\"max_model_len\":4096}]}\n");
	assert_int_equal(list(&t), LLM_END_REPLY);
	assert_string_equal(buf_str(&t.text), "local 4096;");
	end(&t);
	begin(&t, "openai", "request\nstatus 401\ntype application/json\nframing length\nraw {\"error\":{\"message\":\"no\"}}\n");
	assert_int_equal(list(&t), LLM_END_FATAL);
	end(&t);
	begin(&t, "openai", "request\ntype application/json\nframing length\nraw [1]\n");
	assert_int_equal(list(&t), LLM_END_FATAL);
	end(&t);
	/* a list that never ends */
	begin(&t, "gemini", "type application/json\nframing length\nrequest 100\nraw {\"models\":[],\"nextPageToken\":\"again\"}\n");
	assert_int_equal(list(&t), LLM_END_FATAL);
	assert_non_null(strstr(t.o.message, "goes on after 100 pages"));
	end(&t);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(replies_stream_in),
	cmocka_unit_test(what_breaks_off_is_tried_again),
	cmocka_unit_test(a_page_is_no_answer),
	cmocka_unit_test(learns_what_is_refused),
	cmocka_unit_test(says_what_a_model_needs),
	cmocka_unit_test(learns_from_how_a_reply_ends),
	cmocka_unit_test(an_error_that_echoes_the_key_does_not_tell_it),
	cmocka_unit_test(a_request_is_cancelled_in_a_thought),
	cmocka_unit_test(a_request_is_cancelled_before_the_first_byte),
	cmocka_unit_test(a_request_is_cancelled_from_inside),
	cmocka_unit_test(cancelling_what_has_just_ended_is_nothing),
	cmocka_unit_test(a_tool_is_called_and_answered),
	cmocka_unit_test(lists_models_page_by_page),
};

TEST_MAIN()
