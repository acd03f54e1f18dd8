#include "agent/replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"

struct replay {
	struct agent *agent;
	struct records *rs;
	const struct agent_sink *rest;
	void *rest_arg;
	struct record next;
	bool have, over; /* `next` is valid; nothing more will come */
	bool unlike, broken;
	bool adjusted; /* the client had learnt something that no record tells: hashes of requests differ from then on */
	struct err err;
	struct buf difference;
	struct replay_count count;
	struct arena *scratch;
};

/* ---- records ---- */

static bool passed_over(const struct record *r)
{
	return r->kind == RECORD_OTHER ||
	       (r->kind == RECORD_CONTROL && (r->control.what == JOURNAL_WARNING || r->control.what == JOURNAL_RESUME ||
					       r->control.what == JOURNAL_WHATS));
}

/* The next record that means something; NULL at the end. */
static const struct record *peek(struct replay *r)
{
	while (!r->have && !r->over && !r->broken) {
		int rc = records_next(r->rs, &r->next, &r->err);

		r->broken = rc < 0;
		r->over = rc <= 0;
		r->have = rc > 0 && !passed_over(&r->next);
	}
	return r->have ? &r->next : NULL;
}

static void take(struct replay *r)
{
	r->have = false;
}

/* ---- differences ---- */

enum { SHOWN = 120 };

static void add_shown(struct buf *b, struct slice s)
{
	if (!s.n)
		buf_adds(b, "nothing");
	else
		utf8_fit(b, s, SHOWN);
}

static void begin_difference(struct replay *r)
{
	r->unlike = true;
	buf_clear(&r->difference);
	if (r->have)
		buf_addf(&r->difference, "line %" PRIu64 ": ", r->next.line);
}

static void differ(struct replay *r, const char *what)
{
	if (r->unlike)
		return;
	begin_difference(r);
	buf_adds(&r->difference, what);
}

/* Where they part is shown, not where they begin. */
static void differ_value(struct replay *r, const char *what, uint32_t seq, const char *field, struct slice was,
			 struct slice now)
{
	size_t at = 0;

	if (r->unlike || slice_eq(was, now))
		return;
	while (at < was.n && at < now.n && was.p[at] == now.p[at])
		at++;
	at = at > 20 ? at - 20 : 0;
	begin_difference(r);
	buf_addf(&r->difference, "%s %" PRIu32 ": %s", what, seq, field);
	if (at)
		buf_addf(&r->difference, " at byte %zu", at);
	buf_adds(&r->difference, ": recorded '");
	add_shown(&r->difference, slice_sub(was, at, was.n));
	buf_adds(&r->difference, "', now '");
	add_shown(&r->difference, slice_sub(now, at, now.n));
	buf_addc(&r->difference, '\'');
}

static void differ_number(struct replay *r, const char *what, uint32_t seq, const char *field, uint64_t was, uint64_t now)
{
	char a[32], b[32];

	snprintf(a, sizeof a, "%" PRIu64, was);
	snprintf(b, sizeof b, "%" PRIu64, now);
	differ_value(r, what, seq, field, slice_str(a), slice_str(b));
}

/* ---- the agent's records ---- */

static const char *const kinds[] = {
	[RECORD_HEAD] = "a first line", [RECORD_SPAN] = "a span", [RECORD_EXCHANGE] = "an exchange",
	[RECORD_CONTROL] = "a control", [RECORD_END] = "the end", [RECORD_OTHER] = "another record",
};

/* The record that must be like the agent's; NULL where there is none to compare. */
static const struct record *expect(struct replay *r, enum record_kind kind)
{
	const struct record *rec = r->unlike ? NULL : peek(r);

	if (!rec)
		return NULL;
	if (rec->kind != kind) {
		begin_difference(r);
		buf_addf(&r->difference, "recorded %s, now %s", kinds[rec->kind], kinds[kind]);
		return NULL;
	}
	take(r);
	return rec;
}

static bool past_end(const struct replay *r)
{
	return r->over && !r->unlike && r->rest;
}

static int put_span(void *arg, const struct span_out *s, struct err *e)
{
	struct replay *r = arg;
	const struct record *rec = expect(r, RECORD_SPAN);
	const struct span_out *was;

	if (!rec)
		return past_end(r) ? r->rest->span(r->rest_arg, s, e) : 0;
	was = &rec->span;
	r->have = true; /* for the line of a difference */
	r->count.spans++;
	differ_number(r, "span", s->seq, "Seq", was->seq, s->seq);
	differ_value(r, "span", s->seq, "Type", slice_str(span_type_name(was->type)), slice_str(span_type_name(s->type)));
	differ_value(r, "span", s->seq, "Name", was->name, s->name);
	differ_value(r, "span", s->seq, "Model", was->model, s->model);
	differ_value(r, "span", s->seq, "Args", was->args, s->args);
	differ_value(r, "span", s->seq, "Instruction", was->instruction, s->instruction);
	differ_value(r, "span", s->seq, "Prompt", was->prompt, s->prompt);
	differ_value(r, "span", s->seq, "Error", was->error, s->error);
	differ_value(r, "span", s->seq, "Results", was->results, s->results);
	differ_value(r, "span", s->seq, "Reply", was->reply, s->reply);
	differ_value(r, "span", s->seq, "Thoughts", was->thoughts, s->thoughts);
	if (was->finished == WHEN_NONE && was->started != WHEN_NONE)
		agent_began(r->agent, s->seq, was->started);
	differ_number(r, "span", s->seq, "finished", was->finished != WHEN_NONE, s->finished != WHEN_NONE);
	r->have = false;
	return 0;
}

static int put_exchange(void *arg, const struct journal_exchange *x, struct err *e)
{
	struct replay *r = arg;
	const struct record *rec = expect(r, RECORD_EXCHANGE);

	if (!rec)
		return past_end(r) ? r->rest->exchange(r->rest_arg, x, e) : 0;
	r->have = true;
	r->count.exchanges++;
	differ_number(r, "exchange of span", x->seq, "turns", rec->exchange.nturn, x->nturn);
	for (size_t i = 0; i < x->nturn && i < rec->exchange.nturn; i++)
		differ_value(r, "exchange of span", x->seq, "what was sent", rec->exchange.turn[i], x->turn[i]);
	if (!r->adjusted && rec->exchange.request_sha256.n) /* what could not be sent has none */
		differ_value(r, "exchange of span", x->seq, "hash of the request", rec->exchange.request_sha256,
			     x->request_sha256);
	r->have = false;
	return 0;
}

static int put_control(void *arg, const struct journal_control *c, struct err *e)
{
	struct replay *r = arg;
	const struct record *rec = expect(r, RECORD_CONTROL);

	if (!rec)
		return past_end(r) ? r->rest->control(r->rest_arg, c, e) : 0;
	r->have = true;
	r->count.controls++;
	differ_value(r, "control of span", c->seq == JOURNAL_NO_SEQ ? 0 : c->seq, "what",
		     slice_str(journal_what_name(rec->control.what)), slice_str(journal_what_name(c->what)));
	r->have = false;
	return 0;
}

static int put_end(void *arg, const struct journal_end *end, struct err *e)
{
	struct replay *r = arg;
	const struct record *rec = expect(r, RECORD_END);

	if (!rec)
		return past_end(r) ? r->rest->end(r->rest_arg, end, e) : 0;
	r->have = true;
	r->count.ended = true;
	differ_value(r, "end of span", 0, "state", slice_str(journal_state_name(rec->end.state)),
		     slice_str(journal_state_name(end->state)));
	r->have = false;
	return 0;
}

static const struct agent_sink sink = {put_span, put_exchange, put_control, put_end};

struct replay *replay_new(struct agent *a, struct records *rs, const struct agent_sink *rest, void *rest_arg)
{
	struct replay *r = xcalloc(1, sizeof *r);

	r->agent = a;
	r->rs = rs;
	r->rest = rest;
	r->rest_arg = rest_arg;
	r->scratch = arena_new();
	agent_sink(a, &sink, r);
	return r;
}

void replay_free(struct replay *r)
{
	if (!r)
		return;
	buf_release(&r->difference);
	arena_free(r->scratch);
	free(r);
}

/* ---- what came from outside then, comes again ---- */

static bool end_of(struct slice word, enum llm_end *end)
{
	for (int i = 0; i < LLM_ENDS; i++)
		if (slice_is(word, llm_end_name((enum llm_end)i))) {
			*end = (enum llm_end)i;
			return true;
		}
	return false;
}

static void set_text(char *to, size_t n, struct slice s)
{
	snprintf(to, n, "%.*s", (int)(s.n < n ? s.n : n - 1), s.p ? s.p : "");
}

/* The record is gone when the agent records it anew: all that it needs is copied first. */
static struct llm_reply reply_of(struct arena *a, const struct journal_exchange *x)
{
	struct llm_reply out = {
		.thoughts = arena_slice(a, x->thoughts), .text = arena_slice(a, x->text),
		.usage = {x->usage.in, x->usage.cached, x->usage.out, x->usage.thought},
		.turn = arena_slice(a, x->reply), .model = arena_slice(a, x->model), .ncalls = x->ncall,
	};

	out.call = arena_alloc(a, (x->ncall + 1) * sizeof *out.call);
	for (size_t i = 0; i < x->ncall; i++)
		out.call[i] = (struct llm_call){
			.id = arena_slice(a, x->call[i].id), .name = arena_slice(a, x->call[i].name),
			.args = x->call[i].args.n ? arena_slice(a, x->call[i].args) : SLICE("{}"),
			.bad_args = arena_slice(a, x->call[i].bad_args),
		};
	return out;
}

static void hash_request(const struct agent_config *c, const struct llm_request *rq, char *hex)
{
	const struct llm_learnt learnt = {0};
	struct buf body = BUF_INIT;

	c->dialect->request(&body, rq, &learnt);
	sha256_of(buf_slice(&body), hex);
	buf_release(&body);
}

static void feed_exchange(struct replay *r, const struct agent_next *n, const struct journal_exchange *x)
{
	struct llm_outcome o = {.http = (long)x->outcome.http, .wait_us = x->outcome.wait_us};
	char hash[SHA256_HEX + 1];
	struct llm_reply reply;

	if (!end_of(x->outcome.end, &o.end)) {
		differ(r, "the outcome of the exchange is none that this version knows");
		return;
	}
	hash_request(agent_config(r->agent), n->request, hash);
	r->adjusted |= o.end == LLM_END_ADJUSTED;
	set_text(o.code, sizeof o.code, x->outcome.code);
	set_text(o.message, sizeof o.message, x->outcome.message);
	arena_free(r->scratch);
	r->scratch = arena_new();
	reply = reply_of(r->scratch, x);
	agent_replied(r->agent, &o, &reply, hash);
}

static void feed_tool(struct replay *r, const struct span_out *s)
{
	if (s->error.n)
		agent_refused(r->agent, s->error);
	else
		agent_answered(r->agent, s->results.n ? s->results : SLICE("{}"));
}

static bool persons(enum journal_what w)
{
	return w != JOURNAL_HALT && w != JOURNAL_COMPRESS;
}

static void feed_control(struct replay *r, const struct journal_control *was)
{
	struct journal_control c = *was;
	struct err e = {0};

	arena_free(r->scratch);
	r->scratch = arena_new();
	c.text = arena_slice(r->scratch, c.text);
	c.tool = arena_slice(r->scratch, c.tool);
	c.reason = arena_slice(r->scratch, c.reason);
	c.args = arena_slice(r->scratch, c.args);
	if (agent_control(r->agent, &c, &e) < 0)
		differ(r, e.msg);
}

/* One input from the journal. */
static void feed(struct replay *r, const struct agent_next *n, const struct record *rec)
{
	if (n->what == AGENT_WAIT && !(rec->kind == RECORD_CONTROL && slice_is(rec->control.at, "wait")))
		agent_waited(r->agent);
	else if (rec->kind == RECORD_CONTROL && persons(rec->control.what))
		feed_control(r, &rec->control);
	else if (n->what == AGENT_SEND && rec->kind == RECORD_EXCHANGE && rec->exchange.seq == n->seq)
		feed_exchange(r, n, &rec->exchange);
	else if (n->what == AGENT_TOOL && rec->kind == RECORD_SPAN && rec->span.seq == n->seq &&
		 rec->span.finished != WHEN_NONE)
		feed_tool(r, &rec->span);
	else if (n->what == AGENT_DONE)
		differ(r, "the run has ended now, and the journal goes on");
	else
		differ(r, "the run waits for something else now than it waited for then");
}

int replay_run(struct replay *r, struct err *e)
{
	const struct agent_next *n = agent_next(r->agent);
	const struct record *rec;

	while (!r->unlike && (rec = peek(r))) {
		feed(r, n, rec);
		n = agent_next(r->agent);
	}
	if (r->broken) {
		*e = r->err;
		return -1;
	}
	if (agent_failure(r->agent)[0])
		return err_set(e, ERR_STORE, "%s", agent_failure(r->agent));
	return !r->unlike;
}

const char *replay_difference(const struct replay *r)
{
	return buf_str(&r->difference);
}

struct replay_count replay_counted(const struct replay *r)
{
	return r->count;
}
