/* One turn of the conversation: a request, and what its outcome means (syzkaller-workflow §3.2, §3.3, §3.5). */
#include <inttypes.h>
#include <stdio.h>

#include "agent/agent_state.h"
#include "agent/words.h"
#include "llm/retry.h"

/* So often in a row the same is asked once more after a reply that was none. */
enum { NUDGES_MAX = 3, ADJUSTS_MAX = 4 };

static void fail_limit(struct agent *a, const char *what, uint64_t most)
{
	char text[128];

	snprintf(text, sizeof text, "%s (%" PRIu64 ")", what, most);
	agent_fail(a, JOURNAL_FAILED, slice_str(text));
}

static void tell_what_waits(struct agent *a)
{
	struct buf words = BUF_INIT;

	for (size_t i = 0; i < a->nsteers; i++) {
		buf_clear(&words);
		words_steer(&words, buf_slice(&a->steer[i]));
		agent_tell(a, buf_slice(&words));
		buf_release(&a->steer[i]);
	}
	a->nsteers = 0;
	if (a->concluding && !a->told_conclude) {
		buf_clear(&words);
		words_conclude(&words, workflow_asked(a->c.workflow) && !a->results.n);
		agent_tell(a, buf_slice(&words));
		a->told_conclude = true;
	}
	buf_release(&words);
}

/* While it concludes an agent has set-results only, which is the last of its tools. */
static void fill_request(struct agent *a)
{
	size_t only = workflow_asked(a->c.workflow) ? 1 : 0;
	struct llm_request *rq = &a->request;

	*rq = (struct llm_request){.model = a->c.model, .system = a->c.instruction, .thinking = a->thinking,
				   .temperature = a->c.temperature,
				   .max_output = a->c.workflow->limits.output_tokens};
	rq->turn = history_turns(a->history, &rq->nturns);
	rq->tool = a->c.tool;
	rq->ntools = a->c.ntools;
	if (a->concluding && a->c.ntools) {
		rq->tool = a->c.tool + a->c.ntools - only;
		rq->ntools = only;
	}
}

void agent_begin_turn(struct agent *a)
{
	const struct workflow_limits *most = &a->c.workflow->limits;

	if (a->turns >= most->turns) {
		fail_limit(a, "agent reached max iterations limit", most->turns);
		return;
	}
	if (most->tokens && a->tokens > most->tokens) {
		fail_limit(a, "workflow reached token limit", most->tokens);
		return;
	}
	a->compressing = agent_wants_compression(a);
	a->tries = 1;
	a->adjusted = 0;
	a->thinking = a->c.thinking;
	if (a->compressing) {
		agent_begin_compression(a);
	} else {
		tell_what_waits(a);
		fill_request(a);
	}
	agent_open_llm(a);
	a->sent_at = agent_now(a);
	if (a->phase != PHASE_OVER)
		agent_go(a, PHASE_SENDING);
}

/* ---- outcomes ---- */

static bool blank(struct slice s)
{
	return slice_trim(s).n == 0;
}

/* Text beside calls stands in no field of its own: it follows the thoughts (§3.2, 4). */
static struct slice thoughts_and_text(struct agent *a, const struct llm_reply *r)
{
	struct buf b = BUF_INIT;
	struct slice s;

	buf_add_slice(&b, r->thoughts);
	if (!blank(r->text)) {
		if (b.n)
			buf_addc(&b, '\n');
		buf_add_slice(&b, r->text);
	}
	s = arena_slice(a->turn, buf_slice(&b));
	buf_release(&b);
	return s;
}

static void halt(struct agent *a, const char *why)
{
	struct journal_control c = {.time = agent_now(a), .what = JOURNAL_HALT, .seq = a->llm.seq};

	buf_clear(&a->why);
	buf_adds(&a->why, why);
	c.text = buf_slice(&a->why);
	agent_put_control(a, &c);
	if (a->phase != PHASE_OVER)
		agent_go(a, PHASE_HALTED);
}

/* The turn ends with a message that asks for a better one. */
static void correct(struct agent *a, const char *words)
{
	agent_tell(a, slice_str(words));
	agent_go(a, PHASE_TURN);
}

/* Nothing that can be used came, as often as it was asked for. */
static void give_up(struct agent *a, const struct llm_outcome *o, const struct llm_reply *r)
{
	const char *words = o->end == LLM_END_MALFORMED ? words_malformed : words_no_reply;

	if (o->end == LLM_END_EMPTY && a->compressing) {
		agent_compressed(a, r);
	} else if ((o->end == LLM_END_EMPTY || o->end == LLM_END_MALFORMED) && !a->compressing &&
		   a->nudges < NUDGES_MAX) {
		a->nudges++;
		agent_close_llm(a, r, r ? r->thoughts : (struct slice){0}, slice_str(o->message));
		correct(a, words);
	} else {
		halt(a, o->message);
	}
}

static void on_retry(struct agent *a, const struct llm_outcome *o, const struct llm_reply *r)
{
	int64_t wait = llm_retry_wait(o, a->tries, a->c.jitter ? a->c.jitter(a->c.jitter_arg) : 0);

	if (wait < 0) {
		give_up(a, o, r);
		return;
	}
	buf_clear(&a->why);
	buf_adds(&a->why, o->message);
	a->next.wait_us = wait;
	agent_go(a, PHASE_WAITING);
}

static void on_adjusted(struct agent *a, const struct llm_outcome *o, const struct llm_reply *r)
{
	(void)r;
	if (++a->adjusted > ADJUSTS_MAX)
		halt(a, o->message);
	else
		agent_go(a, PHASE_AGAIN);
}

static void on_halt(struct agent *a, const struct llm_outcome *o, const struct llm_reply *r)
{
	(void)r;
	halt(a, o->message);
}

static void on_overflow(struct agent *a, const struct llm_outcome *o, const struct llm_reply *r)
{
	size_t n;

	history_turns(a->history, &n);
	if (a->compressing || a->overflowed || n < 2) {
		agent_fail(a, JOURNAL_FAILED, slice_str(o->message));
		return;
	}
	a->overflowed = a->compress = true;
	agent_close_llm(a, r, (struct slice){0}, slice_str(o->message));
	if (a->phase != PHASE_OVER)
		agent_go(a, PHASE_TURN);
}

static bool think_less(struct agent *a)
{
	static const enum llm_thinking less[] = {
		[LLM_THINKING_DEFAULT] = LLM_THINKING_LOW, [LLM_THINKING_HIGH] = LLM_THINKING_MEDIUM,
		[LLM_THINKING_MEDIUM] = LLM_THINKING_LOW, [LLM_THINKING_LOW] = LLM_THINKING_NONE,
		[LLM_THINKING_NONE] = LLM_THINKING_NONE,
	};

	if (a->thinking == LLM_THINKING_NONE)
		return false;
	a->thinking = a->request.thinking = less[a->thinking];
	return true;
}

static void on_length(struct agent *a, const struct llm_outcome *o, const struct llm_reply *r)
{
	if (a->compressing && r && !blank(r->text)) {
		agent_compressed(a, r);
		return;
	}
	if (!r || (blank(r->text) && r->ncalls == 0)) { /* thoughts ate all of it (§3.5) */
		if (think_less(a))
			agent_go(a, PHASE_AGAIN);
		else
			halt(a, o->message);
		return;
	}
	agent_close_llm(a, r, thoughts_and_text(a, r), (struct slice){0});
	if (a->phase == PHASE_OVER)
		return;
	a->overflowed = false;
	if (r->ncalls == 0 && r->turn.n)
		history_add(a->history, true, r->turn);
	correct(a, words_cut);
}

/* What the reviewer says while the last reply comes is said too, as long as there is a turn for it. */
static bool may_say_more(const struct agent *a)
{
	const struct workflow_limits *most = &a->c.workflow->limits;

	return a->nsteers && a->turns < most->turns && (!most->tokens || a->tokens <= most->tokens);
}

static void final_reply(struct agent *a, const struct llm_reply *r)
{
	if (workflow_asked(a->c.workflow) && !a->results.n) {
		history_add(a->history, true, r->turn);
		correct(a, words_no_results);
	} else if (may_say_more(a)) {
		history_add(a->history, true, r->turn);
		agent_go(a, PHASE_TURN);
	} else {
		agent_done(a, r->text);
	}
}

static void on_reply(struct agent *a, const struct llm_outcome *o, const struct llm_reply *r)
{
	(void)o;
	if (a->compressing) {
		agent_compressed(a, r);
		return;
	}
	a->nudges = 0;
	a->overflowed = false;
	agent_close_llm(a, r, r->ncalls ? thoughts_and_text(a, r) : r->thoughts, (struct slice){0});
	if (a->phase == PHASE_OVER)
		return;
	if (r->ncalls) {
		history_add(a->history, true, r->turn);
		agent_take_calls(a, r);
	} else {
		final_reply(a, r);
	}
}

static void (*const outcomes[])(struct agent *a, const struct llm_outcome *o, const struct llm_reply *r) = {
	[LLM_END_REPLY] = on_reply, [LLM_END_LENGTH] = on_length, [LLM_END_EMPTY] = on_retry,
	[LLM_END_MALFORMED] = on_retry, [LLM_END_REFUSED] = on_halt, [LLM_END_OVERFLOW] = on_overflow,
	[LLM_END_RETRY] = on_retry, [LLM_END_ADJUSTED] = on_adjusted, [LLM_END_FATAL] = on_halt,
};

static bool ends_turn(enum llm_end end)
{
	return end == LLM_END_REPLY || end == LLM_END_LENGTH;
}

void agent_replied(struct agent *a, const struct llm_outcome *o, const struct llm_reply *reply,
		   const char *request_sha256)
{
	if (a->phase != PHASE_SENDING)
		return;
	agent_drop_calls(a);
	agent_put_exchange(a, o, reply, request_sha256);
	if (a->phase == PHASE_OVER)
		return;
	if (reply && reply->usage.in) {
		a->tokens += reply->usage.in + reply->usage.out;
		if (!a->compressing)
			history_charge(a->history, reply->usage.in, ends_turn(o->end) ? reply->usage.out : 0);
	}
	if (ends_turn(o->end) && !a->compressing)
		a->turns++;
	outcomes[o->end](a, o, reply);
}
