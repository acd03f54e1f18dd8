/* What the agent records: spans as the reference has them, exchanges, controls, the end. */
#include <stdlib.h>

#include "agent/agent_state.h"
#include "base/json.h"

/* ---- where they go ---- */

static int to_span(void *j, const struct span_out *s, struct err *e)
{
	return journal_span(j, s, e);
}

static int to_exchange(void *j, const struct journal_exchange *x, struct err *e)
{
	return journal_exchange(j, x, e);
}

static int to_control(void *j, const struct journal_control *c, struct err *e)
{
	return journal_control(j, c, e);
}

static int to_end(void *j, const struct journal_end *end, struct err *e)
{
	return journal_finish(j, end, e);
}

const struct agent_sink agent_to_journal = {to_span, to_exchange, to_control, to_end};

/* Records that cannot be written end the run: a verdict that nobody can check is worth nothing. */
static void check(struct agent *a, int rc, struct err *e)
{
	if (rc == 0 || a->broken.cls != ERR_NONE)
		return;
	a->broken = *e;
	agent_go(a, PHASE_OVER);
}

static bool broken(const struct agent *a)
{
	return a->broken.cls != ERR_NONE;
}

static void put_span(struct agent *a, const struct span_out *s)
{
	struct err e = {0};

	if (!broken(a))
		check(a, a->sink->span(a->sink_arg, s, &e), &e);
}

void agent_put_control(struct agent *a, const struct journal_control *c)
{
	struct err e = {0};

	if (!broken(a))
		check(a, a->sink->control(a->sink_arg, c, &e), &e);
}

static void forget_news(struct agent *a)
{
	for (size_t i = 0; i < a->t->nnews; i++)
		free((char *)(uintptr_t)a->t->news[i].p);
	a->t->nnews = 0;
}

void agent_put_exchange(struct agent *a, const struct llm_outcome *o, const struct llm_reply *reply, const char *sha256)
{
	static const struct llm_reply nothing;
	const struct llm_reply *r = reply ? reply : &nothing;
	struct journal_exchange x = {
		.seq = a->t->llm.seq, .tries = a->tries, .time = a->sent_at, .request_sha256 = slice_str(sha256),
		.turn = a->t->news, .nturn = a->t->nnews, .reply = r->turn,
		.outcome = {slice_str(llm_end_name(o->end)), o->http, slice_str(o->code), slice_str(o->message), o->wait_us},
		.usage = {r->usage.in, r->usage.cached, r->usage.out, r->usage.thought},
		.thoughts = r->thoughts, .text = r->text, .ncall = r->ncalls, .model = r->model,
	};
	struct journal_call *calls = arena_alloc(a->t->turn, (r->ncalls + 1) * sizeof *calls);
	struct err e = {0};

	for (size_t i = 0; i < r->ncalls; i++)
		calls[i] = (struct journal_call){r->call[i].id, r->call[i].name, r->call[i].args, r->call[i].bad_args};
	x.call = calls;
	if (!broken(a))
		check(a, a->sink->exchange(a->sink_arg, &x, &e), &e);
	forget_news(a);
}

/* ---- spans ---- */

static struct span_out flow_span(const struct agent *a)
{
	return (struct span_out){.seq = AGENT_SEQ_FLOW, .type = SPAN_FLOW, .name = slice_str(a->c.workflow->name),
				 .started = a->flow.started, .finished = WHEN_NONE};
}

static struct span_out agent_span(const struct agent *a)
{
	return (struct span_out){.seq = a->t->agent.seq, .nesting = a->t->nesting, .type = SPAN_AGENT,
				 .name = slice_str(a->t->role->name),
				 .model = slice_str(a->c.model), .started = a->t->agent.started, .finished = WHEN_NONE,
				 .instruction = a->t->role->instruction, .prompt = a->t->prompt};
}

static struct span_out llm_span(const struct agent *a)
{
	return (struct span_out){.seq = a->t->llm.seq, .nesting = a->t->nesting + 1, .type = SPAN_LLM,
				 .name = a->compressing ? buf_slice(&a->t->compressor) : slice_str(a->t->role->name),
				 .model = slice_str(a->c.model), .started = a->t->llm.started, .finished = WHEN_NONE};
}

static struct span_out tool_span(const struct agent *a, const struct turn_call *c)
{
	return (struct span_out){.seq = a->t->tool.seq, .nesting = a->t->nesting + 1, .type = SPAN_TOOL, .name = c->name,
				 .started = a->t->tool.started, .finished = WHEN_NONE, .args = c->args};
}

static void open_span(struct agent *a, struct open_span *o)
{
	*o = (struct open_span){.open = true, .seq = a->seq++, .started = agent_now(a)};
}

static void began(struct open_span *o, uint32_t seq, int64_t started)
{
	if (o->open && o->seq == seq)
		o->started = started;
}

void agent_began(struct agent *a, uint32_t seq, int64_t started)
{
	began(&a->flow, seq, started);
	began(&a->source, seq, started);
	for (struct talk *t = a->t; t; t = t->outer) {
		began(&t->agent, seq, started);
		began(&t->llm, seq, started);
		began(&t->tool, seq, started);
	}
}

void agent_begin(struct agent *a)
{
	struct span_out s;

	open_span(a, &a->flow);
	s = flow_span(a);
	put_span(a, &s);
	open_span(a, &a->source);
	s = (struct span_out){.seq = AGENT_SEQ_SOURCE, .nesting = 1, .type = SPAN_ACTION, .name = SLICE("kernel-source"),
			      .started = a->source.started, .finished = WHEN_NONE};
	put_span(a, &s);
	s.started = a->source.started; /* of the record, in a replay */
	s.finished = agent_now(a);
	s.results = a->c.source;
	put_span(a, &s);
	a->source.open = false;
}

void agent_open_agent(struct agent *a)
{
	struct span_out s;

	open_span(a, &a->t->agent);
	s = agent_span(a);
	put_span(a, &s);
}

void agent_open_llm(struct agent *a)
{
	struct span_out s;

	open_span(a, &a->t->llm);
	s = llm_span(a);
	put_span(a, &s);
}

void agent_close_llm(struct agent *a, const struct llm_reply *reply, struct slice thoughts, struct slice error)
{
	struct span_out s = llm_span(a);

	s.finished = agent_now(a);
	s.error = error;
	if (reply) {
		if (reply->model.n)
			s.model = reply->model;
		s.tokens_in = reply->usage.in;
		s.tokens_out = reply->usage.out;
		s.tokens_thought = reply->usage.thought;
		if (a->compressing)
			s.reply = slice_trim(reply->text);
	}
	if (!a->compressing)
		s.thoughts = thoughts;
	put_span(a, &s);
	a->t->llm.open = false;
}

void agent_open_tool(struct agent *a, const struct turn_call *c)
{
	struct span_out s;

	if (a->t->tool.open)
		a->t->tool.started = agent_now(a); /* it waited for the reviewer: its time is that of the tool */
	else
		open_span(a, &a->t->tool);
	s = tool_span(a, c);
	put_span(a, &s);
}

/* A refusal is the span's Error, and the model is told {"error": …} (§1.5). */
void agent_close_tool(struct agent *a, const struct turn_call *c)
{
	struct span_out s = tool_span(a, c);
	struct slice error = {0};

	s.finished = agent_now(a);
	if (json_get_str(a->t->turn, c->answer, "error", &error))
		s.error = error.n ? error : SLICE("the tool failed without a word");
	else
		s.results = c->answer;
	put_span(a, &s);
	a->t->tool.open = false;
}

void agent_close_agent(struct agent *a, struct slice reply, struct slice error)
{
	struct span_out s = agent_span(a);

	s.finished = agent_now(a);
	s.reply = reply;
	s.error = error;
	if (!error.n && a->t->results.n)
		s.results = buf_slice(&a->t->results);
	put_span(a, &s);
	a->t->agent.open = false;
}

static void close_flow(struct agent *a, struct slice results, struct slice error)
{
	struct span_out s = flow_span(a);

	s.finished = agent_now(a);
	s.results = results;
	s.error = error;
	put_span(a, &s);
	a->flow.open = false;
}

static void put_end(struct agent *a, enum journal_state state, struct slice error)
{
	struct journal_end end = {agent_now(a), state, error};
	struct err e = {0};

	if (!broken(a))
		check(a, a->sink->end(a->sink_arg, &end, &e), &e);
	agent_go(a, PHASE_OVER);
}

/* The flow's results: those of set-results and the explanation, keys in bytewise order as the reference has them. */
static void flow_results(struct agent *a, struct slice reply, struct buf *out)
{
	struct json_iter it = json_iter(a->t->results.n ? buf_slice(&a->t->results) : SLICE("{}"));
	struct json_w w;
	bool told = false;

	json_w_init(&w, out, false);
	json_open(&w, '{');
	while (json_next(&it)) {
		struct slice key = json_string(a->t->turn, it.key);

		if (!told && slice_cmp(key, SLICE("Explanation")) > 0) {
			json_kstr(&w, "Explanation", reply);
			told = true;
		}
		json_key_slice(&w, key);
		json_raw(&w, it.value);
	}
	if (!told)
		json_kstr(&w, "Explanation", reply);
	json_close(&w, '}');
}

void agent_done(struct agent *a, struct slice reply)
{
	struct buf results = BUF_INIT;

	agent_close_agent(a, reply, (struct slice){0});
	flow_results(a, reply, &results);
	close_flow(a, buf_slice(&results), (struct slice){0});
	buf_release(&results);
	put_end(a, JOURNAL_DONE, (struct slice){0});
	a->ok = !broken(a);
}

void agent_close_talk(struct agent *a, struct slice error)
{
	if (a->t->tool.open) {
		struct turn_call *c = &a->t->call[a->t->at];

		c->answer = agent_error_object(a, error);
		agent_close_tool(a, c);
	}
	if (a->t->llm.open)
		agent_close_llm(a, NULL, (struct slice){0}, error);
	if (a->t->agent.open)
		agent_close_agent(a, (struct slice){0}, error);
}

void agent_fail(struct agent *a, enum journal_state state, struct slice error)
{
	agent_close_talk(a, error);
	while (a->t->outer) {
		a->t = agent_talk_free(a->t);
		agent_close_talk(a, error);
	}
	if (a->flow.open)
		close_flow(a, (struct slice){0}, error);
	put_end(a, state, error);
}
