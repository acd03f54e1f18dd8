#include "tests/unit/agent/world.h"

#include "agent/words.h"

#define ASKS "codeexpert {\"Question\":\"Who locks?\"}"
#define ANSWERS "set-results {\"Answer\":\"Nobody.\"}"

/* The sub-agent is asked, and about to be sent its question. */
static struct world *world_asked(struct world *w)
{
	world_calls(w, ASKS);
	assert_does(w, AGENT_SEND);
	assert_string_equal(agent_next(w->agent)->who, "codeexpert");
	return w;
}

/* It has answered; so has the one that asked. */
static void comes_to_its_end(struct world *w)
{
	assert_does(w, AGENT_SEND);
	assert_string_equal(agent_next(w->agent)->who, "expert");
	world_concludes(w);
}

/* The sub-agent finds out, and says so by set-results. */
static void answers(struct world *w)
{
	world_calls(w, ANSWERS);
	assert_string_equal(agent_next(w->agent)->who, "codeexpert");
	world_answers(w, "{\"Answer\":\"Nobody.\"}");
}

static void answers_a_call_by_a_conversation_of_its_own(void **state)
{
	struct world *w = *state;
	const struct llm_request *rq;

	world_calls(w, ASKS);
	assert_does(w, AGENT_SEND);
	rq = agent_next(w->agent)->request;
	assert_slice(rq->system, "Answer.");
	assert_int_equal(rq->ntools, 2);
	assert_int_equal(rq->nturns, 1);
	assert_slice(rq->turn[0].raw, "[{\"role\":\"user\",\"content\":\"Who locks?\"}]");
	world_says(w, "**Look**", "", "grepper {\"Expression\":\"lock\"}");
	world_answers(w, "{\"Output\":\"\"}");
	answers(w);
	assert_does(w, AGENT_SEND);
	rq = agent_next(w->agent)->request;
	assert_slice(rq->system, "Judge.");
	assert_int_equal(rq->nturns, 3);
	comes_to_its_end(w);
	assert_string_equal(
		buf_str(&w->log),
		"span 0/0 flow assessment-kcsan starts\n"
		"span 1/1 action kernel-source starts\n"
		"span 1/1 action kernel-source ends results={\"Commit\":\"c0ffee\"}\n"
		"span 2/1 agent expert starts\n"
		"span 3/2 llm expert starts\n"
		"exchange 3 try 1 reply told=[{\"role\":\"user\",\"content\":\"A race.\"}]\n"
		"span 3/2 llm expert ends tokens=100/7\n"
		"span 4/2 tool codeexpert starts args={\"Question\":\"Who locks?\"}\n"
		"span 5/3 agent codeexpert starts\n"
		"span 6/4 llm codeexpert starts\n"
		"exchange 6 try 1 reply told=[{\"role\":\"user\",\"content\":\"Who locks?\"}]\n"
		"span 6/4 llm codeexpert ends thoughts=**Look** tokens=100/7\n"
		"span 7/4 tool grepper starts args={\"Expression\":\"lock\"}\n"
		"span 7/4 tool grepper ends args={\"Expression\":\"lock\"} results={\"Output\":\"\"}\n"
		"span 8/4 llm codeexpert starts\n"
		"exchange 8 try 1 reply told=[{\"role\":\"tool\",\"tool_call_id\":\"id\",\"content\":\"{\\\"Output\\\":\\\"\\\"}\"}]\n"
		"span 8/4 llm codeexpert ends tokens=100/7\n"
		"span 9/4 tool set-results starts args={\"Answer\":\"Nobody.\"}\n"
		"span 9/4 tool set-results ends args={\"Answer\":\"Nobody.\"} results={\"Answer\":\"Nobody.\"}\n"
		"span 5/3 agent codeexpert ends results={\"Answer\":\"Nobody.\"}\n"
		"span 4/2 tool codeexpert ends args={\"Question\":\"Who locks?\"} results={\"Answer\":\"Nobody.\"}\n"
		"span 10/2 llm expert starts\n"
		"exchange 10 try 1 reply told=[{\"role\":\"tool\",\"tool_call_id\":\"id\",\"content\":\"{\\\"Answer\\\":\\\"Nobody.\\\"}\"}]\n"
		"span 10/2 llm expert ends tokens=100/7\n"
		"span 11/2 tool set-results starts args={\"Benign\":true}\n"
		"span 11/2 tool set-results ends args={\"Benign\":true} results={\"Benign\":true}\n"
		"span 12/2 llm expert starts\n"
		"exchange 12 try 1 reply told=[{\"role\":\"tool\",\"tool_call_id\":\"id\",\"content\":\"{\\\"Benign\\\":true}\"}]\n"
		"span 12/2 llm expert ends tokens=100/7\n"
		"span 2/1 agent expert ends results={\"Benign\":true} reply=It is benign.\n"
		"span 0/0 flow assessment-kcsan ends results={\"Benign\":true,\"Explanation\":\"It is benign.\"}\n"
		"end done\n");
	assert_int_equal(agent_status(w->agent).tokens, 5 * 107);
}

static void stands_among_the_other_calls_of_a_turn(void **state)
{
	struct world *w = *state;

	world_calls(w, "read-file {\"File\":\"a.c\"}|" ASKS "|" GREPS);
	world_answers(w, "{\"Contents\":\"\"}");
	answers(w);
	world_answers(w, "{\"Output\":\"x\"}");
	comes_to_its_end(w);
	/* all three answers are one turn of the caller's */
	assert_has(w, "told=[{\"role\":\"tool\",\"tool_call_id\":\"id\",\"content\":\"{\\\"Contents\\\":\\\"\\\"}\"},{\"role\":\"tool\","
		      "\"tool_call_id\":\"id\",\"content\":\"{\\\"Answer\\\":\\\"Nobody.\\\"}\"},{\"role\":\"tool\",\"tool_call_id\":\"id\","
		      "\"content\":\"{\\\"Output\\\":\\\"x\\\"}\"}]");
}

static void needs_a_question(void **state)
{
	static const struct {
		const char *call, *error;
	} rows[] = {
		{"codeexpert {}", "error=missing argument \"Question\"\n"},
		{"codeexpert {\"Question\":7}", "error=argument \"Question\" has wrong type: got float64, want string\n"},
		{"codeexpert {\"Question\":\" \"}", "error=argument \"Question\" is empty\n"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct world *w = world_again(state);

		world_calls(w, rows[i].call);
		comes_to_its_end(w);
		assert_has(w, rows[i].error);
		assert_false(world_has(w, "agent codeexpert"));
	}
}

/* Its tools are those of its own, and it cannot ask another one. */
static void has_no_tools_but_its_own(void **state)
{
	struct world *w = world_asked(*state);

	world_calls(w, "read-file {\"File\":\"a.c\"}|" ASKS);
	answers(w);
	comes_to_its_end(w);
	assert_has(w, "/4 tool read-file ends args={\"File\":\"a.c\"} error=tool \"read-file\" does not exist");
	assert_has(w, "/4 tool codeexpert ends args={\"Question\":\"Who locks?\"} error=tool \"codeexpert\" does not exist");
}

static void must_answer_by_set_results(void **state)
{
	struct world *w = world_asked(*state);

	world_says(w, "", "Nobody.", NULL);
	answers(w);
	comes_to_its_end(w);
	assert_has(w, "your answer has not reached who asked");
}

/* The windows of the two are apart: its caller may ask what it asked. */
static void counts_its_calls_apart(void **state)
{
	struct world *w = *state;

	for (unsigned i = 0; i < 2; i++)
		world_greps(w);
	world_calls(w, ASKS);
	for (unsigned i = 0; i < 3; i++)
		world_greps(w);
	answers(w);
	world_greps(w);
	comes_to_its_end(w);
	assert_false(world_has(w, "SYSTEM WARNING"));
}

/* ---- what goes wrong with it alone is an error to its caller ---- */

static void has_one_turn_more_at_its_limit(void **state)
{
	for (unsigned how = 0; how < 4; how++) {
		struct world *w = world_asked(world_again(state));

		if (how == 3)
			w->sub_limits.tokens = 106; /* each turn costs 107 */
		else
			w->sub_limits.turns = 1;
		world_greps(w);
		assert_does(w, AGENT_SEND);
		assert_int_equal(agent_next(w->agent)->request->ntools, 1);
		if (how == 0)
			answers(w);
		else if (how == 1)
			world_says(w, "", "Nobody, it seems.", NULL);
		else
			world_calls(w, "grepper {\"Expression\":\"y\"}");
		comes_to_its_end(w);
		assert_has(w, "Answer now: nothing more can be looked up");
		if (how == 0)
			assert_has(w, "/2 tool codeexpert ends args={\"Question\":\"Who locks?\"} results={\"Answer\":\"Nobody.\"}\n");
		else if (how == 1)
			assert_has(w, "agent codeexpert ends results={\"Answer\":\"Nobody, it seems.\"} reply=Nobody, it seems.\n");
		else
			assert_has(w, "/4 tool grepper ends args={\"Expression\":\"y\"} error=not run: answer now");
		if (how == 2)
			assert_has(w, "error=agent reached max iterations limit (1)\nspan 4/2 tool codeexpert ends "
				      "args={\"Question\":\"Who locks?\"} error=agent reached max iterations limit (1)\n");
		if (how == 3)
			assert_has(w, "error=agent reached token limit (106)\n");
	}
}

static void answers_from_what_fits(void **state)
{
	struct world *w = world_asked(*state);
	const struct llm_request *rq;

	world_calls(w, GREPS);
	world_answers(w, "{\"Output\":\"few\"}");
	world_calls(w, "grepper {\"Expression\":\"y\"}");
	world_answers(w, "{\"Output\":\"far too many\"}");
	world_end_with(w, LLM_END_OVERFLOW, "too long");
	assert_does(w, AGENT_SEND);
	rq = agent_next(w->agent)->request;
	assert_int_equal(rq->nturns, 4); /* the question, the first call with its answer, and what is wanted now */
	assert_true(slice_find(rq->turn[2].raw, "few", 0) != SLICE_NONE);
	assert_true(slice_find(rq->turn[3].raw, "Answer now", 0) != SLICE_NONE);
	answers(w);
	comes_to_its_end(w);
	assert_has(w, "llm codeexpert ends error=too long\n");
	/* even that is too long; or there is nothing that could be left out */
	for (unsigned i = 0; i < 2; i++) {
		w = world_asked(world_again(state));
		if (i == 0) {
			world_calls(w, "grepper {\"Expression\":\"y\"}");
			world_answers(w, "{\"Output\":\"far too many\"}");
			world_end_with(w, LLM_END_OVERFLOW, "too long");
		}
		world_end_with(w, LLM_END_OVERFLOW, "still too long");
		comes_to_its_end(w);
		assert_has(w, "/2 tool codeexpert ends args={\"Question\":\"Who locks?\"} error=still too long\n");
	}
}

static void is_compressed_by_itself(void **state)
{
	struct world *w = world_asked(*state);

	w->sub_limits.compress_at = 10;
	w->sub_limits.keep = 0;
	for (unsigned i = 0; i < 2; i++)
		world_greps(w);
	assert_does(w, AGENT_SEND);
	assert_true(slice_find(agent_next(w->agent)->request->turn[0].raw, "<system_instructions>\\nAnswer.", 0) != SLICE_NONE);
	world_says(w, "", "grepped x", NULL);
	answers(w);
	comes_to_its_end(w);
	assert_has(w, "/4 llm codeexpert-compressor ends reply=grepped x");
	assert_false(world_has(w, "llm expert-compressor"));
}

static void fails_alone(void **state)
{
	static const struct {
		enum llm_end end;
		const char *error;
	} rows[] = {
		{LLM_END_REFUSED, "not that"}, {LLM_END_EMPTY, "nothing came"}, {LLM_END_MALFORMED, "no call"},
		{LLM_END_LENGTH, "thoughts ate it"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct world *w = world_asked(world_again(state));
		struct buf want = BUF_INIT;

		for (unsigned k = 0; k < 40 && strcmp(agent_next(w->agent)->who, "codeexpert") == 0; k++) {
			world_end_with(w, rows[i].end, rows[i].error);
			if (agent_next(w->agent)->what == AGENT_WAIT)
				agent_waited(w->agent);
		}
		buf_addf(&want, "tool codeexpert ends args={\"Question\":\"Who locks?\"} error=%s\n", rows[i].error);
		comes_to_its_end(w);
		assert_has(w, buf_str(&want));
		assert_false(world_has(w, "control halt"));
		buf_release(&want);
	}
	/* calls that come again and again */
	{
		struct world *w = world_asked(world_again(state));

		world_gets_stuck(w);
		comes_to_its_end(w);
		assert_has(w, "/3 agent codeexpert ends error=agent got stuck in an infinite loop");
		assert_has(w, "/2 tool codeexpert ends args={\"Question\":\"Who locks?\"} error=agent got stuck");
	}
}

/* ---- what goes wrong with all is no matter of its own ---- */

static void a_provider_that_fails_halts_the_run(void **state)
{
	struct world *w = world_asked(*state);

	world_end_with(w, LLM_END_FATAL, "no such key");
	assert_does(w, AGENT_HALTED);
	assert_string_equal(agent_next(w->agent)->who, "codeexpert");
	world_orders(w, JOURNAL_CONTINUE, "");
	answers(w);
	comes_to_its_end(w);
}

static void the_tokens_of_the_run_are_those_of_all(void **state)
{
	struct world *w = world_asked(*state);

	w->workflow.limits.tokens = 213;
	world_greps(w);
	assert_does(w, AGENT_DONE);
	assert_has(w, "span 5/3 agent codeexpert ends error=workflow reached token limit (213)\n"
		      "span 4/2 tool codeexpert ends args={\"Question\":\"Who locks?\"} error=workflow reached token limit (213)\n"
		      "span 2/1 agent expert ends error=workflow reached token limit (213)\n"
		      "span 0/0 flow assessment-kcsan ends error=workflow reached token limit (213)\n"
		      "end failed error=workflow reached token limit (213)\n");
}

/* ---- the reviewer ---- */

static void is_paused_and_stepped_like_its_caller(void **state)
{
	struct world *w = *state;

	assert_does(w, AGENT_SEND);
	world_orders(w, JOURNAL_PAUSE, "");
	world_calls(w, ASKS);
	assert_does(w, AGENT_PAUSED);
	assert_false(world_has(w, "tool codeexpert"));
	world_orders(w, JOURNAL_STEP, ""); /* the call */
	assert_does(w, AGENT_PAUSED);
	assert_has(w, "/3 agent codeexpert starts\n");
	assert_false(world_has(w, "llm codeexpert"));
	assert_int_equal(agent_next(w->agent)->seq, 5);
	world_orders(w, JOURNAL_STEP, ""); /* its first turn */
	world_calls(w, GREPS);
	assert_does(w, AGENT_PAUSED);
	world_orders(w, JOURNAL_CONTINUE, "");
	world_answers(w, "{\"Output\":\"\"}");
	answers(w);
	comes_to_its_end(w);
}

static void is_asked_for_first_and_so_are_its_calls(void **state)
{
	struct world *w = *state;

	assert_does(w, AGENT_SEND);
	world_orders(w, JOURNAL_ASK, "");
	world_calls(w, ASKS);
	assert_does(w, AGENT_ASK);
	world_orders(w, JOURNAL_EDIT, "{\"Question\":\"Who locks what?\"}");
	assert_does(w, AGENT_SEND);
	assert_slice(agent_next(w->agent)->request->turn[0].raw, "[{\"role\":\"user\",\"content\":\"Who locks what?\"}]");
	world_calls(w, GREPS);
	assert_does(w, AGENT_ASK);
	world_orders(w, JOURNAL_DENY, "no need");
	world_calls(w, ANSWERS);
	assert_does(w, AGENT_ASK);
	world_orders(w, JOURNAL_ALLOW, "");
	world_answers(w, "{\"Answer\":\"Nobody.\"}");
	world_calls(w, ASKS);
	assert_does(w, AGENT_ASK);
	world_orders(w, JOURNAL_DENY, "enough");
	assert_does(w, AGENT_SEND);
	assert_string_equal(agent_next(w->agent)->who, "expert");
	assert_has(w, "changed your call of codeexpert");
	assert_has(w, "/4 tool grepper ends args={\"Expression\":\"x\"} error=the reviewer did not allow this call: no need\n");
	assert_has(w, "/2 tool codeexpert ends args={\"Question\":\"Who locks?\"} error=the reviewer did not allow this call: enough\n");
}

/* A message is for whoever has the next turn; one that came too late for the sub-agent is its caller's. */
static void hears_what_the_reviewer_says(void **state)
{
	struct world *w = world_asked(*state);

	world_orders(w, JOURNAL_STEER, "look at the irq path");
	world_greps(w);
	assert_does(w, AGENT_SEND);
	assert_true(slice_find(agent_next(w->agent)->request->turn[3].raw, "look at the irq path", 0) != SLICE_NONE);
	world_orders(w, JOURNAL_STEER, "and at 32 bits");
	answers(w);
	assert_does(w, AGENT_SEND);
	assert_string_equal(agent_next(w->agent)->who, "expert");
	assert_true(slice_find(agent_next(w->agent)->request->turn[3].raw, "and at 32 bits", 0) != SLICE_NONE);
	comes_to_its_end(w);
}

/* What it has found so far is what is known. */
static void answers_first_when_the_run_is_to_conclude(void **state)
{
	for (unsigned where = 0; where < 4; where++) {
		struct world *w = world_asked(world_again(state));

		if (where == 1)
			world_calls(w, GREPS);
		if (where == 2)
			world_end_with(w, LLM_END_FATAL, "no key");
		if (where == 3) {
			world_orders(w, JOURNAL_PAUSE, "");
			world_calls(w, GREPS);
			assert_does(w, AGENT_PAUSED);
		}
		world_orders(w, JOURNAL_CONCLUDE, "");
		if (where == 0)
			world_calls(w, GREPS); /* it did not know yet */
		assert_does(w, AGENT_SEND);
		assert_string_equal(agent_next(w->agent)->who, "codeexpert");
		assert_int_equal(agent_next(w->agent)->request->ntools, 1);
		world_says(w, "", "Nobody, so far.", NULL);
		comes_to_its_end(w);
		assert_has(w, "results={\"Answer\":\"Nobody, so far.\"}");
		assert_has(w, "Conclude now.");
	}
	/* one that was not begun yet is not begun */
	{
		struct world *w = world_again(state);

		assert_does(w, AGENT_SEND);
		world_orders(w, JOURNAL_CONCLUDE, "");
		world_calls(w, ASKS);
		comes_to_its_end(w);
		assert_false(world_has(w, "agent codeexpert"));
	}
}

static void is_stopped_with_the_run(void **state)
{
	for (unsigned where = 0; where < 4; where++) {
		struct world *w = world_asked(world_again(state));

		if (where == 1)
			world_calls(w, "grepper {}");
		if (where == 2)
			world_end_with(w, LLM_END_FATAL, "no key");
		if (where == 3) {
			world_orders(w, JOURNAL_ASK, "grepper");
			world_calls(w, "grepper {}");
			assert_does(w, AGENT_ASK);
		}
		agent_next(w->agent);
		world_orders(w, JOURNAL_STOP, "");
		assert_does(w, AGENT_DONE);
		assert_has(w, "span 5/3 agent codeexpert ends error=stopped by the reviewer\n"
			      "span 4/2 tool codeexpert ends args={\"Question\":\"Who locks?\"} error=stopped by the reviewer\n"
			      "span 2/1 agent expert ends error=stopped by the reviewer\n"
			      "span 0/0 flow assessment-kcsan ends error=stopped by the reviewer\n"
			      "end stopped error=stopped by the reviewer\n");
	}
}

static void ends_where_its_records_cannot_be_written(void **state)
{
	for (unsigned at = 1; at <= 14; at++) {
		struct world *w = world_again(state);

		w->fail_at = at;
		for (unsigned i = 0; i < 8 && agent_next(w->agent)->what != AGENT_DONE; i++)
			if (agent_next(w->agent)->what == AGENT_TOOL)
				world_answers(w, "{\"Answer\":\"Nobody.\"}");
			else if (strcmp(agent_next(w->agent)->who, "expert") == 0)
				world_calls(w, ASKS);
			else
				world_calls(w, i < 3 ? GREPS : ANSWERS);
		assert_unwritten(w);
	}
}

static const struct CMUnitTest tests[] = {
	TEST(answers_a_call_by_a_conversation_of_its_own),
	TEST(stands_among_the_other_calls_of_a_turn),
	TEST(needs_a_question),
	TEST(has_no_tools_but_its_own),
	TEST(must_answer_by_set_results),
	TEST(counts_its_calls_apart),
	TEST(has_one_turn_more_at_its_limit),
	TEST(answers_from_what_fits),
	TEST(is_compressed_by_itself),
	TEST(fails_alone),
	TEST(a_provider_that_fails_halts_the_run),
	TEST(the_tokens_of_the_run_are_those_of_all),
	TEST(is_paused_and_stepped_like_its_caller),
	TEST(is_asked_for_first_and_so_are_its_calls),
	TEST(hears_what_the_reviewer_says),
	TEST(answers_first_when_the_run_is_to_conclude),
	TEST(is_stopped_with_the_run),
	TEST(ends_where_its_records_cannot_be_written),
};

TEST_MAIN()
