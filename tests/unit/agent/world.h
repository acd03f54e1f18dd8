/*
 * A world for an agent: a provider and tools that answer as a test says, and a sink that keeps the records as lines of
 * text.  Nothing in it knows time or network.
 */
#ifndef TESTS_UNIT_AGENT_WORLD_H
#define TESTS_UNIT_AGENT_WORLD_H

#include <inttypes.h>

#include "agent/agent.h"
#include "base/json.h"
#include "tests/test.h"

struct world {
	struct workflow workflow;
	struct workflow_output output[1];
	struct llm_tool tool[4], sub_tool[2];
	struct agent_role sub;
	struct workflow_limits sub_limits;
	struct agent_config config;
	struct agent *agent;
	struct arena *arena;
	struct buf log;  /* one line a record */
	int64_t clock;
	unsigned fail_at; /* the record that cannot be written, from 1; 0: none */
	unsigned records;
};

static int64_t world_now(void *arg)
{
	return ((struct world *)arg)->clock += 1000000;
}

static int world_fails(struct world *w, struct err *e)
{
	return ++w->records == w->fail_at ? err_set(e, ERR_STORE, "cannot write the journal: the disk is full") : 0;
}

static void world_text(struct world *w, const char *name, struct slice s)
{
	if (s.p && s.n)
		buf_addf(&w->log, " %s=%.*s", name, (int)s.n, s.p);
}

static int world_span(void *arg, const struct span_out *s, struct err *e)
{
	struct world *w = arg;

	buf_addf(&w->log, "span %" PRIu32 "/%" PRIu32 " %s %.*s %s", s->seq, s->nesting, span_type_name(s->type),
		 (int)s->name.n, s->name.p, s->finished == WHEN_NONE ? "starts" : "ends");
	world_text(w, "args", s->args);
	world_text(w, "error", s->error);
	world_text(w, "results", s->results);
	world_text(w, "reply", s->reply);
	world_text(w, "thoughts", s->thoughts);
	if (s->tokens_in)
		buf_addf(&w->log, " tokens=%" PRIu64 "/%" PRIu64, s->tokens_in, s->tokens_out);
	buf_addc(&w->log, '\n');
	return world_fails(w, e);
}

static int world_exchange(void *arg, const struct journal_exchange *x, struct err *e)
{
	struct world *w = arg;

	buf_addf(&w->log, "exchange %" PRIu32 " try %" PRIu32 " %.*s", x->seq, x->tries, (int)x->outcome.end.n,
		 x->outcome.end.p);
	for (size_t i = 0; i < x->nturn; i++)
		world_text(w, "told", x->turn[i]);
	buf_addc(&w->log, '\n');
	return world_fails(w, e);
}

static int world_control(void *arg, const struct journal_control *c, struct err *e)
{
	struct world *w = arg;

	buf_addf(&w->log, "control %s", journal_what_name(c->what));
	world_text(w, "text", c->text);
	world_text(w, "tool", c->tool);
	world_text(w, "args", c->args);
	world_text(w, "reason", c->reason);
	buf_addc(&w->log, '\n');
	return world_fails(w, e);
}

static int world_end(void *arg, const struct journal_end *end, struct err *e)
{
	struct world *w = arg;

	buf_addf(&w->log, "end %s", journal_state_name(end->state));
	world_text(w, "error", end->error);
	buf_addc(&w->log, '\n');
	return world_fails(w, e);
}

static const struct agent_sink world_sink = {world_span, world_exchange, world_control, world_end};

/*
 * An agent with read-file, grepper, codeexpert and set-results that sets Benign; the sub-agent codeexpert has grepper and
 * set-results.  Nothing was asked yet.
 */
static struct world *world_new(void)
{
	struct world *w = calloc(1, sizeof *w);

	w->arena = arena_new();
	w->output[0] = (struct workflow_output){.name = "Benign", .asked = true};
	w->workflow = (struct workflow){.name = "assessment-kcsan", .output = w->output, .noutput = 1,
					.limits = {.turns = 20, .calls = 3, .compress_at = 100000, .keep = 1000}};
	w->tool[0] = (struct llm_tool){.name = "read-file", .description = ""};
	w->tool[1] = (struct llm_tool){.name = "grepper", .description = ""};
	w->tool[2] = (struct llm_tool){.name = "codeexpert", .description = ""};
	w->tool[3] = (struct llm_tool){.name = "set-results", .description = ""};
	w->sub_tool[0] = w->tool[1];
	w->sub_tool[1] = w->tool[3];
	w->sub_limits = w->workflow.limits;
	w->sub = (struct agent_role){.name = "codeexpert", .tool = w->sub_tool, .ntools = 2, .asked = true,
				     .instruction = SLICE("Answer."), .limits = &w->sub_limits};
	w->config = (struct agent_config){.workflow = &w->workflow, .tool = w->tool, .ntools = 4, .sub = &w->sub, .nsub = 1, .dialect = &llm_openai,
					  .model = "m", .temperature = -1, .instruction = SLICE("Judge."),
					  .prompt = SLICE("A race."), .source = SLICE("{\"Commit\":\"c0ffee\"}"),
					  .now = world_now, .now_arg = w};
	w->agent = agent_new(&w->config, &world_sink, w);
	return w;
}

static void world_free(struct world *w)
{
	agent_free(w->agent);
	arena_free(w->arena);
	buf_release(&w->log);
	free(w);
}

/* A test's world, as its `*state`; TEST() is the row of such a test. */
static inline int world_setup(void **state)
{
	*state = world_new();
	return 0;
}

static inline int world_teardown(void **state)
{
	world_free(*state);
	return 0;
}

/* Another one in its place. */
static inline struct world *world_again(void **state)
{
	world_teardown(state);
	world_setup(state);
	return *state;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

/* The agent must be about to do this. */
static void assert_does(struct world *w, enum agent_doing what)
{
	const struct agent_next *n = agent_next(w->agent);

	if (n->what != what)
		print_message("# the records so far:\n%s", buf_str(&w->log));
	assert_int_equal(n->what, what);
}

/* The hash of what would be sent, as a client gives it. */
static const char *world_hash(struct world *w)
{
	static char hex[SHA256_HEX + 1];
	const struct llm_learnt learnt = {0};
	struct buf body = BUF_INIT;

	llm_openai.request(&body, agent_next(w->agent)->request, &learnt);
	sha256_of(buf_slice(&body), hex);
	buf_release(&body);
	return hex;
}

static struct llm_outcome outcome_of(enum llm_end end, const char *message)
{
	struct llm_outcome o = {.end = end};

	snprintf(o.message, sizeof o.message, "%s", message);
	return o;
}

static void world_end_with(struct world *w, enum llm_end end, const char *message)
{
	struct llm_outcome o = outcome_of(end, message);

	assert_does(w, AGENT_SEND);
	agent_replied(w->agent, &o, NULL, world_hash(w));
}

/* The model's turn; `calls` is "NAME JSON" pieces joined by '|', or NULL. */
static void world_says(struct world *w, const char *thoughts, const char *text, const char *calls)
{
	struct llm_outcome o = outcome_of(LLM_END_REPLY, "");
	struct llm_reply r = {.thoughts = slice_str(thoughts), .text = slice_str(text), .turn = SLICE("[{\"role\":\"assistant\"}]"),
			      .usage = {.in = 100, .out = 7}};
	struct llm_call call[8];
	struct slice rest = slice_str(calls);

	while (rest.n) {
		size_t end = slice_chr(rest, '|', 0);
		struct slice one = slice_sub(rest, 0, end);
		size_t space = slice_chr(one, ' ', 0);

		call[r.ncalls++] = (struct llm_call){.id = SLICE("id"), .name = slice_sub(one, 0, space),
						     .args = slice_sub(one, space + 1, one.n)};
		rest = slice_sub(rest, end == SLICE_NONE ? rest.n : end + 1, rest.n);
	}
	r.call = call;
	assert_does(w, AGENT_SEND);
	agent_replied(w->agent, &o, &r, world_hash(w));
}

static void world_answers(struct world *w, const char *json)
{
	assert_does(w, AGENT_TOOL);
	agent_answered(w->agent, slice_str(json));
}

/* A turn that is nothing but calls. */
static inline void world_calls(struct world *w, const char *calls)
{
	world_says(w, "", "", calls);
}

#define GREPS "grepper {\"Expression\":\"x\"}"

/* A call, and its answer: nothing. */
static inline void world_greps(struct world *w)
{
	world_calls(w, GREPS);
	world_answers(w, "{\"Output\":\"\"}");
}

/* The same call until it counts as stuck: the first three are answered. */
static inline void world_gets_stuck(struct world *w)
{
	for (unsigned i = 1; i <= 3; i++)
		world_greps(w);
	for (unsigned i = 4; i <= 6; i++)
		world_calls(w, GREPS);
}

static inline void world_sets_results(struct world *w)
{
	world_calls(w, "set-results {\"Benign\":true}");
	world_answers(w, "{\"Benign\":true}");
}

static void world_orders(struct world *w, enum journal_what what, const char *text)
{
	struct journal_control c = {.what = what};
	struct err e = {0};

	if (what == JOURNAL_EDIT)
		c.args = slice_str(text);
	else if (what == JOURNAL_DENY)
		c.reason = slice_str(text);
	else if (what == JOURNAL_ASK)
		c.tool = slice_str(text);
	else
		c.text = slice_str(text);
	if (agent_control(w->agent, &c, &e) < 0)
		print_message("# %s\n", e.msg);
	assert_int_equal(e.cls, ERR_NONE);
}

static bool world_has(const struct world *w, const char *text)
{
	return slice_find(buf_slice(&w->log), text, 0) != SLICE_NONE;
}

static inline void assert_has(const struct world *w, const char *text)
{
	if (!world_has(w, text))
		print_message("# '%s' is not in:\n%s", text, buf_str(&w->log));
	assert_true(world_has(w, text));
}

/* The whole way to a verdict from wherever the agent is before a turn. */
static inline void world_concludes(struct world *w)
{
	world_sets_results(w);
	world_says(w, "", "It is benign.", NULL);
	assert_does(w, AGENT_DONE);
	assert_true(agent_ok(w->agent));
}

/* It has ended, because its records could not be written. */
static inline void assert_unwritten(struct world *w)
{
	assert_does(w, AGENT_DONE);
	assert_false(agent_ok(w->agent));
	assert_string_equal(agent_failure(w->agent), "cannot write the journal: the disk is full");
}

#endif
