#include "tests/unit/agent/world.h"

#include "agent/words.h"

static void comes_to_a_verdict(void **state)
{
	struct world *w = *state;

	world_says(w, "**Look**\n", "", "read-file {\"File\":\"a.c\"}");
	world_answers(w, "{\"Contents\":\"int a;\"}");
	world_says(w, "**Sure**", "I know.", "set-results {\"Benign\":true}");
	world_answers(w, "{\"Benign\":true}");
	world_says(w, "", "It is benign.", NULL);
	assert_does(w, AGENT_DONE);
	assert_true(agent_ok(w->agent));
	assert_string_equal(
		buf_str(&w->log),
		"span 0/0 flow assessment-kcsan starts\n"
		"span 1/1 action kernel-source starts\n"
		"span 1/1 action kernel-source ends results={\"Commit\":\"c0ffee\"}\n"
		"span 2/1 agent expert starts\n"
		"span 3/2 llm expert starts\n"
		"exchange 3 try 1 reply told=[{\"role\":\"user\",\"content\":\"A race.\"}]\n"
		"span 3/2 llm expert ends thoughts=**Look**\n tokens=100/7\n"
		"span 4/2 tool read-file starts args={\"File\":\"a.c\"}\n"
		"span 4/2 tool read-file ends args={\"File\":\"a.c\"} results={\"Contents\":\"int a;\"}\n"
		"span 5/2 llm expert starts\n"
		"exchange 5 try 1 reply told=[{\"role\":\"tool\",\"tool_call_id\":\"id\",\"content\":"
		"\"{\\\"Contents\\\":\\\"int a;\\\"}\"}]\n"
		"span 5/2 llm expert ends thoughts=**Sure**\nI know. tokens=100/7\n"
		"span 6/2 tool set-results starts args={\"Benign\":true}\n"
		"span 6/2 tool set-results ends args={\"Benign\":true} results={\"Benign\":true}\n"
		"span 7/2 llm expert starts\n"
		"exchange 7 try 1 reply told=[{\"role\":\"tool\",\"tool_call_id\":\"id\",\"content\":\"{\\\"Benign\\\":true}\"}]\n"
		"span 7/2 llm expert ends tokens=100/7\n"
		"span 2/1 agent expert ends results={\"Benign\":true} reply=It is benign.\n"
		"span 0/0 flow assessment-kcsan ends results={\"Benign\":true,\"Explanation\":\"It is benign.\"}\n"
		"end done\n");
}

static void asks_for_results_before_it_takes_a_reply(void **state)
{
	struct world *w = *state;

	world_says(w, "", "It is benign.", NULL);
	world_concludes(w);
	assert_has(w, "You have not called set-results yet");
}

static void takes_the_last_results_that_were_accepted(void **state)
{
	struct world *w = *state;

	world_calls(w, "set-results {\"Benign\":true}|set-results {\"Benign\":false}|set-results {\"Benign\":7}");
	world_answers(w, "{\"Benign\":true}");
	world_answers(w, "{\"Benign\":false}");
	world_answers(w, "{\"error\":\"argument \\\"Benign\\\" has wrong type\"}");
	world_says(w, "", "Harmful.", NULL);
	assert_does(w, AGENT_DONE);
	assert_has(w, "flow assessment-kcsan ends results={\"Benign\":false,\"Explanation\":\"Harmful.\"}");
	assert_has(w, "tool set-results ends args={\"Benign\":7} error=argument \"Benign\" has wrong type\n");
}

static void runs_none_of_too_many_calls(void **state)
{
	struct world *w = *state;

	world_calls(w, "grepper {}|grepper {}|grepper {}|grepper {}");
	world_concludes(w);
	assert_has(w, "you made 4 tool calls in one turn, and 3 are the most");
	assert_false(world_has(w, "tool grepper"));
}

static void tells_of_tools_that_do_not_exist(void **state)
{
	struct world *w = *state;

	world_calls(w, "rm-rf {}");
	world_concludes(w);
	assert_has(w, "tool rm-rf ends args={} error=tool \"rm-rf\" does not exist, please correct the name\n");
}

static void tells_of_arguments_that_are_not_json(void **state)
{
	struct world *w = *state;
	struct llm_outcome o = outcome_of(LLM_END_REPLY, "");
	struct llm_call call = {.id = SLICE("1"), .name = SLICE("grepper"), .args = SLICE("{}"), .bad_args = SLICE("{Express")};
	struct llm_reply r = {.call = &call, .ncalls = 1, .turn = SLICE("[{}]")};

	assert_does(w, AGENT_SEND);
	agent_replied(w->agent, &o, &r, "");
	world_concludes(w);
	assert_has(w, "error=the arguments are not a JSON object");
}

static void refuses_calls_that_come_again(void **state)
{
	struct world *w = *state;

	world_gets_stuck(w);
	assert_does(w, AGENT_DONE);
	assert_false(agent_ok(w->agent));
	assert_has(w, "SYSTEM WARNING: you made this very call several times already");
	assert_has(w, "CRITICAL: this is attempt 5 of the same call, grepper");
	assert_has(w, "end failed error=agent got stuck in an infinite loop repeating tool call grepper");
}

static void ends_at_its_limits(void **state)
{
	struct world *w = *state;

	w->workflow.limits.turns = 2;
	for (unsigned i = 0; i < 2; i++)
		world_says(w, "", "No.", NULL);
	assert_does(w, AGENT_DONE);
	assert_has(w, "span 2/1 agent expert ends error=agent reached max iterations limit (2)\n"
		      "span 0/0 flow assessment-kcsan ends error=agent reached max iterations limit (2)\n"
		      "end failed error=agent reached max iterations limit (2)\n");
	w = world_again(state);
	w->workflow.limits.tokens = 106; /* each turn costs 107 */
	world_says(w, "", "No.", NULL);
	assert_does(w, AGENT_DONE);
	assert_has(w, "end failed error=workflow reached token limit (106)\n");
}

/* ---- providers that fail ---- */

static void waits_and_asks_again(void **state)
{
	struct world *w = *state;
	struct llm_outcome o = outcome_of(LLM_END_RETRY, "overloaded");

	o.wait_us = 26000000;
	assert_does(w, AGENT_SEND);
	agent_replied(w->agent, &o, NULL, "");
	assert_does(w, AGENT_WAIT);
	assert_true(agent_next(w->agent)->wait_us >= 26000000);
	assert_string_equal(agent_next(w->agent)->why, "overloaded");
	agent_waited(w->agent);
	assert_does(w, AGENT_SEND);
	assert_int_equal(agent_next(w->agent)->tries, 2);
	world_concludes(w);
	assert_has(w, "exchange 3 try 1 retry told=[{\"role\":\"user\",\"content\":\"A race.\"}]\nexchange 3 try 2 reply\n");
}

static void halts_when_it_has_tried_enough_and_goes_on_when_told(void **state)
{
	struct world *w = *state;
	unsigned tries = 0;

	do {
		assert_true(++tries < 50);
		world_end_with(w, LLM_END_RETRY, "no answer");
		if (agent_next(w->agent)->what == AGENT_WAIT)
			agent_waited(w->agent);
	} while (agent_next(w->agent)->what == AGENT_SEND);
	assert_does(w, AGENT_HALTED);
	assert_string_equal(agent_next(w->agent)->why, "no answer");
	assert_has(w, "control halt text=no answer\n");
	assert_false(world_has(w, "end "));
	world_orders(w, JOURNAL_CONTINUE, "");
	world_concludes(w);
}

static void halts_at_once_where_waiting_does_not_help(void **state)
{
	static const enum llm_end ends[] = {LLM_END_FATAL, LLM_END_REFUSED};

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		struct world *w = world_again(state);

		world_end_with(w, ends[i], "no such model");
		assert_does(w, AGENT_HALTED);
		world_orders(w, JOURNAL_STOP, "");
		assert_does(w, AGENT_DONE);
		assert_has(w, "span 3/2 llm expert ends error=stopped by the reviewer\n");
		assert_has(w, "end stopped error=stopped by the reviewer\n");
	}
}

static void sends_again_at_once_what_was_adjusted_but_not_for_ever(void **state)
{
	struct world *w = *state;

	for (unsigned i = 0; i < 4; i++)
		world_end_with(w, LLM_END_ADJUSTED, "no temperature");
	assert_does(w, AGENT_SEND);
	world_end_with(w, LLM_END_ADJUSTED, "no temperature");
	assert_does(w, AGENT_HALTED);
}

/* As often as it is asked for again before a word is said about it. */
static void fail_until_told(struct world *w, enum llm_end end)
{
	do {
		world_end_with(w, end, "nothing");
		if (agent_next(w->agent)->what == AGENT_WAIT)
			agent_waited(w->agent);
	} while (agent_next(w->agent)->tries > 1 && agent_next(w->agent)->what == AGENT_SEND);
}

static void nudges_a_model_that_says_nothing(void **state)
{
	static const struct {
		enum llm_end end;
		const char *told;
	} rows[] = {
		{LLM_END_EMPTY, "Your last turn held neither a reply nor a tool call"},
		{LLM_END_MALFORMED, "Your last tool call could not be read"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct world *w = world_again(state);

		fail_until_told(w, rows[i].end);
		assert_does(w, AGENT_SEND);
		world_concludes(w);
		assert_has(w, rows[i].told);
	}
}

static void halts_where_nudges_do_not_help(void **state)
{
	struct world *w = *state;

	for (unsigned i = 0; i < 4; i++)
		fail_until_told(w, LLM_END_EMPTY);
	assert_does(w, AGENT_HALTED);
}

static void thinks_less_where_thoughts_ate_the_reply(void **state)
{
	struct world *w = *state;
	static const enum llm_thinking want[] = {LLM_THINKING_HIGH, LLM_THINKING_MEDIUM, LLM_THINKING_LOW,
						 LLM_THINKING_NONE};

	w->config.thinking = LLM_THINKING_HIGH;
	agent_free(w->agent);
	w->agent = agent_new(&w->config, &world_sink, w);
	for (size_t i = 0; i < 4; i++) {
		assert_does(w, AGENT_SEND);
		assert_int_equal(agent_next(w->agent)->request->thinking, want[i]);
		world_end_with(w, LLM_END_LENGTH, "the output limit");
	}
	assert_does(w, AGENT_HALTED);
}

static void asks_for_less_where_a_reply_was_cut(void **state)
{
	struct world *w = *state;
	struct llm_outcome o = outcome_of(LLM_END_LENGTH, "cut");
	struct llm_reply r = {.text = SLICE("It is"), .turn = SLICE("[{\"role\":\"assistant\"}]")};

	assert_does(w, AGENT_SEND);
	agent_replied(w->agent, &o, &r, "");
	assert_does(w, AGENT_SEND);
	assert_int_equal(agent_next(w->agent)->request->nturns, 3);
	world_concludes(w);
	assert_has(w, "thoughts=It is");
	assert_has(w, "cut off at the output limit");
}

/* ---- compression ---- */

static void compresses_what_grew_too_long(void **state)
{
	struct world *w = *state;
	const struct llm_request *rq;

	w->workflow.limits.compress_at = 20;
	w->workflow.limits.keep = 0;
	for (unsigned i = 0; i < 3; i++)
		world_greps(w);
	/* three turns of 7 tokens: the fourth request compresses */
	assert_does(w, AGENT_SEND);
	rq = agent_next(w->agent)->request;
	assert_int_equal(rq->ntools, 0);
	assert_int_equal(rq->nturns, 8);
	assert_true(slice_find(rq->turn[0].raw, "<system_instructions>\\nJudge.", 0) != SLICE_NONE);
	world_end_with(w, LLM_END_RETRY, "later"); /* what it sends must outlive a retry */
	agent_waited(w->agent);
	assert_does(w, AGENT_SEND);
	assert_true(slice_find(agent_next(w->agent)->request->turn[7].raw, "summary", 0) != SLICE_NONE);
	world_says(w, "hm", "grepped x: nothing", NULL);
	assert_has(w, "llm expert-compressor ends reply=grepped x: nothing");
	assert_does(w, AGENT_SEND);
	assert_int_equal(agent_next(w->agent)->request->nturns, 2);
	for (unsigned i = 0; i < 3; i++) { /* the window of calls was cleared */
		world_calls(w, GREPS);
		if (agent_next(w->agent)->what == AGENT_TOOL)
			world_answers(w, "{\"Output\":\"\"}");
	}
	assert_false(world_has(w, "SYSTEM WARNING"));
}

static void compresses_once_what_the_provider_finds_too_long(void **state)
{
	struct world *w = *state;

	world_greps(w);
	world_end_with(w, LLM_END_OVERFLOW, "too long");
	assert_has(w, "llm expert ends error=too long");
	world_says(w, "", "summary", NULL);
	world_end_with(w, LLM_END_OVERFLOW, "still too long");
	assert_does(w, AGENT_DONE);
	assert_has(w, "end failed error=still too long");
	w = world_again(state);
	world_end_with(w, LLM_END_OVERFLOW, "the report alone is too long");
	assert_does(w, AGENT_DONE);
}

/* ---- the reviewer ---- */

static void pauses_before_the_next_request_or_call(void **state)
{
	struct world *w = *state;

	assert_does(w, AGENT_SEND);
	world_orders(w, JOURNAL_PAUSE, "");
	world_calls(w, GREPS); /* what streams goes on */
	assert_does(w, AGENT_PAUSED);
	world_orders(w, JOURNAL_STEP, "");
	world_answers(w, "{\"Output\":\"\"}");
	assert_does(w, AGENT_PAUSED);
	world_orders(w, JOURNAL_CONTINUE, "");
	world_concludes(w);
}

static void keeps_a_retry_paused(void **state)
{
	struct world *w = *state;

	world_end_with(w, LLM_END_RETRY, "later");
	world_orders(w, JOURNAL_PAUSE, "");
	assert_does(w, AGENT_WAIT);
	agent_waited(w->agent);
	assert_does(w, AGENT_PAUSED);
	world_orders(w, JOURNAL_CONTINUE, "");
	assert_int_equal(agent_next(w->agent)->tries, 2);
	world_concludes(w);
}

/* The span that a step is for may need more than one request; a pause in between holds it all the same. */
static void a_step_covers_the_retries_of_its_span(void **state)
{
	struct world *w = *state;

	world_orders(w, JOURNAL_PAUSE, "");
	world_orders(w, JOURNAL_STEP, "");
	world_end_with(w, LLM_END_RETRY, "later");
	assert_does(w, AGENT_WAIT);
	agent_waited(w->agent);
	assert_does(w, AGENT_SEND);
	world_end_with(w, LLM_END_ADJUSTED, "without temperature");
	world_calls(w, GREPS);
	assert_does(w, AGENT_PAUSED);
	world_orders(w, JOURNAL_STEP, "");
	world_answers(w, "{\"Output\":\"\"}");
	assert_does(w, AGENT_PAUSED);
	/* what has halted takes a step of its own */
	world_orders(w, JOURNAL_STEP, "");
	world_end_with(w, LLM_END_FATAL, "no key");
	assert_does(w, AGENT_HALTED);
	world_orders(w, JOURNAL_STEP, "");
	world_calls(w, "grepper {\"Expression\":\"y\"}");
	assert_does(w, AGENT_PAUSED);
}

/* Said while the last reply comes: the model hears it, and may change its mind. */
static void a_message_is_said_though_the_reply_was_the_last(void **state)
{
	struct world *w = *state;

	world_sets_results(w);
	assert_does(w, AGENT_SEND);
	world_orders(w, JOURNAL_STEER, "and on 32 bits?");
	world_says(w, "", "It is benign.", NULL);
	assert_does(w, AGENT_SEND);
	world_says(w, "", "It is benign there too.", NULL);
	assert_does(w, AGENT_DONE);
	assert_has(w, "and on 32 bits?");
	assert_has(w, "\"Explanation\":\"It is benign there too.\"");
	/* no turn is left for it: the verdict stands */
	w = world_again(state);
	w->workflow.limits.turns = 2;
	world_sets_results(w);
	assert_does(w, AGENT_SEND);
	world_orders(w, JOURNAL_STEER, "and on 32 bits?");
	world_says(w, "", "It is benign.", NULL);
	assert_does(w, AGENT_DONE);
	assert_true(agent_ok(w->agent));
}

/* Told to conclude, it may do the one thing that it concludes with. */
static void concluding_lets_set_results_run(void **state)
{
	for (unsigned asks = 0; asks < 2; asks++) {
		struct world *w = world_again(state);

		assert_does(w, AGENT_SEND);
		if (asks)
			world_orders(w, JOURNAL_ASK, "");
		world_calls(w, "set-results {\"Benign\":true}");
		assert_does(w, asks ? AGENT_ASK : AGENT_TOOL);
		world_orders(w, JOURNAL_CONCLUDE, "");
		world_answers(w, "{\"Benign\":true}");
		world_says(w, "", "It is benign.", NULL);
		assert_does(w, AGENT_DONE);
		assert_true(agent_ok(w->agent));
	}
}

static void tells_the_model_what_the_reviewer_says(void **state)
{
	struct world *w = *state;

	assert_does(w, AGENT_SEND);
	world_orders(w, JOURNAL_STEER, "look at the irq path");
	assert_int_equal(agent_status(w->agent).steers, 1);
	world_greps(w);
	world_concludes(w);
	assert_has(w, "A person who reviews this run says:\\n\\nlook at the irq path");
	assert_int_equal(agent_status(w->agent).steers, 0);
}

static void asks_before_calls(void **state)
{
	struct world *w = *state;

	assert_does(w, AGENT_SEND);
	world_orders(w, JOURNAL_ASK, "grepper");
	world_calls(w, GREPS "|read-file {\"File\":\"a.c\"}|grepper {\"Expression\":\"y\"}");
	assert_does(w, AGENT_ASK);
	assert_slice(agent_next(w->agent)->args, "{\"Expression\":\"x\"}");
	world_orders(w, JOURNAL_EDIT, " {\"Expression\":\"xx\"} ");
	assert_slice(agent_next(w->agent)->args, "{\"Expression\":\"xx\"}");
	world_answers(w, "{\"Output\":\"\"}");
	world_answers(w, "{\"Contents\":\"\"}"); /* read-file is not asked for */
	assert_does(w, AGENT_ASK);
	world_orders(w, JOURNAL_DENY, "no need");
	world_calls(w, "grepper {\"Expression\":\"z\"}");
	assert_does(w, AGENT_ASK);
	world_orders(w, JOURNAL_ALLOW, "");
	world_answers(w, "{\"Output\":\"\"}");
	world_concludes(w);
	assert_has(w, "tool grepper ends args={\"Expression\":\"xx\"} results");
	assert_has(w, "changed your call of grepper: it was run with {\\\"Expression\\\":\\\"xx\\\"}");
	assert_has(w, "tool grepper ends args={\"Expression\":\"y\"} error=the reviewer did not allow this call: no need\n");
}

static void refuses_orders_that_make_no_sense(void **state)
{
	static const struct {
		enum journal_what what;
		const char *text;
	} rows[] = {
		{JOURNAL_ALLOW, ""}, {JOURNAL_EDIT, "{}"}, {JOURNAL_DENY, ""}, {JOURNAL_CONTINUE, ""}, {JOURNAL_STEER, " \n"},
		{JOURNAL_ASK, "no-such-tool"}, {JOURNAL_HALT, "x"},
	};
	struct world *w = *state;

	assert_does(w, AGENT_SEND);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct journal_control c = {.what = rows[i].what, .text = slice_str(rows[i].text),
					    .tool = slice_str(rows[i].what == JOURNAL_ASK ? rows[i].text : ""),
					    .args = slice_str(rows[i].text)};
		struct err e = {0};

		assert_int_equal(agent_control(w->agent, &c, &e), -1);
		assert_true(e.msg[0]);
	}
	assert_false(world_has(w, "control"));
	world_orders(w, JOURNAL_ASK, "");
	world_calls(w, "grepper {}");
	assert_does(w, AGENT_ASK);
	assert_int_equal(agent_control(w->agent, &(struct journal_control){.what = JOURNAL_ASK, .tool = SLICE("grepper"),
									   .text = SLICE("off")}, NULL), -1);
	for (unsigned i = 0; i < 2; i++) {
		struct journal_control c = {.what = JOURNAL_EDIT, .args = i ? SLICE("[1]") : SLICE("{\"a\":")};
		struct err e = {0};

		assert_int_equal(agent_control(w->agent, &c, &e), -1);
	}
	world_orders(w, JOURNAL_STOP, "");
	assert_does(w, AGENT_DONE);
}

/* Whatever it is doing, it comes to its conclusion. */
static void concludes_from_anywhere(void **state)
{
	for (unsigned where = 0; where < 5; where++) {
		struct world *w = world_again(state);

		assert_does(w, AGENT_SEND);
		if (where == 1)
			world_end_with(w, LLM_END_RETRY, "later");
		if (where == 2 || where == 3) {
			if (where == 3)
				world_orders(w, JOURNAL_ASK, "");
			world_calls(w, GREPS "|read-file {\"File\":\"a.c\"}");
			assert_does(w, where == 3 ? AGENT_ASK : AGENT_TOOL);
		}
		if (where == 4)
			world_end_with(w, LLM_END_FATAL, "no key");
		world_orders(w, JOURNAL_CONCLUDE, "");
		if (where == 3) {
			struct journal_control c = {.what = JOURNAL_ASK, .text = SLICE("off")};

			agent_control(w->agent, &c, NULL);
		}
		if (where == 1)
			agent_waited(w->agent);
		if (where < 2)
			world_calls(w, GREPS); /* it did not know yet */
		assert_does(w, AGENT_SEND);
		assert_int_equal(agent_next(w->agent)->request->ntools, 1);
		world_concludes(w);
		assert_has(w, "Conclude now.");
		if (where != 4)
			assert_has(w, "error=not run: the reviewer asks for your conclusion");
	}
}

/* Every span that is open ends with the reason, from the inside out. */
static void stops_anywhere(void **state)
{
	for (unsigned where = 0; where < 6; where++) {
		struct world *w = world_again(state);

		assert_does(w, AGENT_SEND);
		if (where == 1)
			world_end_with(w, LLM_END_RETRY, "later");
		if (where == 2)
			world_calls(w, "grepper {}");
		if (where == 3 || where == 4) {
			world_orders(w, where == 3 ? JOURNAL_ASK : JOURNAL_PAUSE, "");
			world_calls(w, "grepper {}");
		}
		if (where == 5)
			world_end_with(w, LLM_END_FATAL, "no key");
		agent_next(w->agent);
		world_orders(w, JOURNAL_STOP, "");
		assert_does(w, AGENT_DONE);
		assert_has(w, "span 2/1 agent expert ends error=stopped by the reviewer\n"
			      "span 0/0 flow assessment-kcsan ends error=stopped by the reviewer\n"
			      "end stopped error=stopped by the reviewer\n");
		if (where == 2 || where == 3)
			assert_has(w, "tool grepper ends args={} error=stopped by the reviewer\n");
		assert_false(agent_ok(w->agent));
	}
}

static void ends_where_its_records_cannot_be_written(void **state)
{
	for (unsigned at = 1; at <= 8; at++) {
		struct world *w = world_again(state);

		w->fail_at = at;
		if (agent_next(w->agent)->what == AGENT_SEND) {
			world_calls(w, "grepper {}");
			agent_next(w->agent);
		}
		if (agent_next(w->agent)->what == AGENT_TOOL)
			world_answers(w, "{}");
		assert_unwritten(w);
	}
}

/* Whatever it would do next after an outcome: without a record of that it does nothing. */
static void no_outcome_goes_on_without_records(void **state)
{
	static const enum llm_end ends[] = {LLM_END_REPLY, LLM_END_LENGTH, LLM_END_EMPTY, LLM_END_MALFORMED, LLM_END_OVERFLOW,
					    LLM_END_RETRY, LLM_END_ADJUSTED, LLM_END_FATAL};

	for (size_t i = 0; i < 2 * sizeof ends / sizeof *ends; i++)
		for (unsigned at = 1; at <= 4; at++) {
			struct world *w = world_again(state);
			struct llm_outcome o = outcome_of(ends[i / 2], "why");
			struct llm_reply r = {.text = SLICE("half a"), .turn = SLICE("[{}]")};
			unsigned tries = 0;

			world_calls(w, "grepper {}");
			world_answers(w, "{}");
			assert_does(w, AGENT_SEND);
			w->fail_at = w->records + at;
			for (; !agent_over(w->agent) && tries < 20; tries++) {
				if (agent_next(w->agent)->what == AGENT_WAIT)
					agent_waited(w->agent);
				if (agent_next(w->agent)->what == AGENT_HALTED)
					world_orders(w, i % 2 ? JOURNAL_CONCLUDE : JOURNAL_CONTINUE, "");
				if (agent_next(w->agent)->what == AGENT_SEND)
					agent_replied(w->agent, &o, &r, "");
			}
			assert_does(w, AGENT_DONE);
			assert_false(agent_ok(w->agent));
		}
}

static const struct CMUnitTest tests[] = {
	TEST(comes_to_a_verdict),
	TEST(asks_for_results_before_it_takes_a_reply),
	TEST(takes_the_last_results_that_were_accepted),
	TEST(runs_none_of_too_many_calls),
	TEST(tells_of_tools_that_do_not_exist),
	TEST(tells_of_arguments_that_are_not_json),
	TEST(refuses_calls_that_come_again),
	TEST(ends_at_its_limits),
	TEST(waits_and_asks_again),
	TEST(halts_when_it_has_tried_enough_and_goes_on_when_told),
	TEST(halts_at_once_where_waiting_does_not_help),
	TEST(sends_again_at_once_what_was_adjusted_but_not_for_ever),
	TEST(nudges_a_model_that_says_nothing),
	TEST(halts_where_nudges_do_not_help),
	TEST(thinks_less_where_thoughts_ate_the_reply),
	TEST(asks_for_less_where_a_reply_was_cut),
	TEST(compresses_what_grew_too_long),
	TEST(compresses_once_what_the_provider_finds_too_long),
	TEST(pauses_before_the_next_request_or_call),
	TEST(keeps_a_retry_paused),
	TEST(a_step_covers_the_retries_of_its_span),
	TEST(a_message_is_said_though_the_reply_was_the_last),
	TEST(concluding_lets_set_results_run),
	TEST(tells_the_model_what_the_reviewer_says),
	TEST(asks_before_calls),
	TEST(refuses_orders_that_make_no_sense),
	TEST(concludes_from_anywhere),
	TEST(stops_anywhere),
	TEST(ends_where_its_records_cannot_be_written),
	TEST(no_outcome_goes_on_without_records),
};

TEST_MAIN()
