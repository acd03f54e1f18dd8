/* One turn of the conversation: a request, and what its outcome means (syzkaller-workflow §3.2, §3.3, §3.5). */
#include <inttypes.h>
#include <stdio.h>

#include "agent/agent_state.h"
#include "agent/words.h"
#include "llm/retry.h"

/* So often in a row the same is asked once more after a reply that was none. */
enum { NUDGES_MAX = 3, ADJUSTS_MAX = 4 };

static void fail_limit(struct agent *a, const char *what, uint64_t most, bool run)
{
	char text[128];

	snprintf(text, sizeof text, "%s (%" PRIu64 ")", what, most);
	if (run)
		agent_fail(a, JOURNAL_FAILED, slice_str(text));
	else
		agent_sub_failed(a, slice_str(text));
}

/* A sub-agent at its limit has one turn more, to answer with what it has (§3.2). */
static bool has_last_turn(struct agent *a)
{
	if (!a->t->outer || a->t->last_turn)
		return false;
	a->t->last_turn = true;
	if (!a->t->answer_now)
		agent_answer_now(a);
	return true;
}

/* Is there a next turn?  Where there is none, what is to happen has happened. */
static bool within_limits(struct agent *a)
{
	const struct workflow_limits *most = a->t->role->limits, *run = &a->c.workflow->limits;
	bool sub = a->t->outer;

	if (run->tokens && a->tokens > run->tokens)
		fail_limit(a, "workflow reached token limit", run->tokens, true);
	else if (a->t->turns >= most->turns && !has_last_turn(a))
		fail_limit(a, "agent reached max iterations limit", most->turns, !sub);
	else if (sub && most->tokens && a->t->tokens > most->tokens && !has_last_turn(a))
		fail_limit(a, "agent reached token limit", most->tokens, false);
	else
		return true;
	return false;
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
	if (a->concluding && !a->t->told_conclude) {
		buf_clear(&words);
		words_conclude(&words, a->t->role->asked && !a->t->results.n);
		if (a->t->outer)
			agent_answer_now(a);
		else
			agent_tell(a, buf_slice(&words));
		a->t->told_conclude = true;
	}
	buf_release(&words);
}

/* While it concludes an agent has set-results only, which is the last of its tools. */
static void fill_request(struct agent *a)
{
	size_t only = a->t->role->asked ? 1 : 0;
	struct llm_request *rq = &a->request;

	*rq = (struct llm_request){.model = a->c.model, .system = a->t->role->instruction, .thinking = a->thinking,
				   .temperature = a->c.temperature,
				   .max_output = a->t->role->limits->output_tokens};
	rq->turn = history_turns(a->t->history, &rq->nturns);
	rq->tool = a->t->role->tool;
	rq->ntools = a->t->role->ntools;
	if ((a->concluding || a->t->answer_now) && a->t->role->ntools) {
		rq->tool = a->t->role->tool + a->t->role->ntools - only;
		rq->ntools = only;
	}
}

void agent_begin_turn(struct agent *a)
{
	if (!within_limits(a))
		return;
	a->compressing = !a->t->answer_now && agent_wants_compression(a);
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
	s = arena_slice(a->t->turn, buf_slice(&b));
	buf_release(&b);
	return s;
}

static void halt(struct agent *a, const char *why)
{
	struct journal_control c = {.time = agent_now(a), .what = JOURNAL_HALT, .seq = a->t->llm.seq};

	buf_clear(&a->why);
	buf_adds(&a->why, why);
	c.text = buf_slice(&a->why);
	agent_put_control(a, &c);
	if (a->phase != PHASE_OVER)
		agent_go(a, PHASE_HALTED);
}

/* It is no use to ask any more: its caller is told so, or a person. */
static void no_answer(struct agent *a, const char *why)
{
	if (a->t->outer)
		agent_sub_failed(a, slice_str(why));
	else
		halt(a, why);
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
		   a->t->nudges < NUDGES_MAX) {
		a->t->nudges++;
		agent_close_llm(a, r, r ? r->thoughts : (struct slice){0}, slice_str(o->message));
		correct(a, words);
	} else if (o->end == LLM_END_EMPTY || o->end == LLM_END_MALFORMED) {
		no_answer(a, o->message);
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

/* What was asked is refused: of a sub-agent that is its question. */
static void on_refused(struct agent *a, const struct llm_outcome *o, const struct llm_reply *r)
{
	(void)r;
	no_answer(a, o->message);
}

/* The newest turn, which made it too long, is taken back, and what is known without it has to do (§3.7). */
static void sub_overflow(struct agent *a, const struct llm_outcome *o, const struct llm_reply *r)
{
	size_t n;

	history_turns(a->t->history, &n);
	agent_close_llm(a, r, (struct slice){0}, slice_str(o->message));
	a->compressing = false;
	if (a->phase == PHASE_OVER)
		return;
	if (a->t->answer_now || n < 3) {
		agent_sub_failed(a, slice_str(o->message));
		return;
	}
	history_take_back(a->t->history);
	agent_answer_now(a);
	agent_go(a, PHASE_TURN);
}

static void on_overflow(struct agent *a, const struct llm_outcome *o, const struct llm_reply *r)
{
	size_t n;

	if (a->t->outer) {
		sub_overflow(a, o, r);
		return;
	}
	history_turns(a->t->history, &n);
	if (a->compressing || a->t->overflowed || n < 2) {
		agent_fail(a, JOURNAL_FAILED, slice_str(o->message));
		return;
	}
	a->t->overflowed = a->t->compress = true;
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
			no_answer(a, o->message);
		return;
	}
	agent_close_llm(a, r, thoughts_and_text(a, r), (struct slice){0});
	if (a->phase == PHASE_OVER)
		return;
	a->t->overflowed = false;
	if (r->ncalls == 0 && r->turn.n)
		history_add(a->t->history, true, r->turn);
	correct(a, words_cut);
}

/* What the reviewer says while the last reply comes is said too, as long as there is a turn for it. */
static bool may_say_more(const struct agent *a)
{
	const struct workflow_limits *most = a->t->role->limits;

	return a->nsteers && a->t->turns < most->turns && (!most->tokens || a->tokens <= most->tokens);
}

static void final_reply(struct agent *a, const struct llm_reply *r)
{
	if (a->t->answer_now) {
		agent_take_text(a, r->text);
	} else if (a->t->role->asked && !a->t->results.n) {
		history_add(a->t->history, true, r->turn);
		correct(a, a->t->outer ? words_no_answer : words_no_results);
	} else if (may_say_more(a)) {
		history_add(a->t->history, true, r->turn);
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
	a->t->nudges = 0;
	a->t->overflowed = false;
	agent_close_llm(a, r, r->ncalls ? thoughts_and_text(a, r) : r->thoughts, (struct slice){0});
	if (a->phase == PHASE_OVER)
		return;
	if (r->ncalls) {
		history_add(a->t->history, true, r->turn);
		agent_take_calls(a, r);
	} else {
		final_reply(a, r);
	}
}

static void (*const outcomes[])(struct agent *a, const struct llm_outcome *o, const struct llm_reply *r) = {
	[LLM_END_REPLY] = on_reply, [LLM_END_LENGTH] = on_length, [LLM_END_EMPTY] = on_retry,
	[LLM_END_MALFORMED] = on_retry, [LLM_END_REFUSED] = on_refused, [LLM_END_OVERFLOW] = on_overflow,
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
		a->t->tokens += reply->usage.in + reply->usage.out;
		if (!a->compressing)
			history_charge(a->t->history, reply->usage.in, ends_turn(o->end) ? reply->usage.out : 0);
	}
	if (ends_turn(o->end) && !a->compressing)
		a->t->turns++;
	outcomes[o->end](a, o, reply);
}
