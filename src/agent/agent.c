#include "agent/agent.h"

#include <stdlib.h>
#include <string.h>

#include "agent/agent_state.h"
#include "agent/words.h"
#include "base/json.h"
#include "base/mem.h"

enum { STEERS_MAX = 100, STEER_BYTES = 64 * 1024, ASKS_MAX = 64 };

static const char *const doing_names[] = {
	[AGENT_SEND] = "send", [AGENT_TOOL] = "tool", [AGENT_WAIT] = "wait", [AGENT_ASK] = "ask",
	[AGENT_PAUSED] = "paused", [AGENT_HALTED] = "halted", [AGENT_DONE] = "done",
};

const char *agent_doing_name(enum agent_doing d)
{
	return doing_names[d];
}

struct agent *agent_new(const struct agent_config *c, const struct agent_sink *sink, void *sink_arg)
{
	struct agent *a = xcalloc(1, sizeof *a);

	a->c = *c;
	a->thinking = c->thinking;
	a->paused = c->paused;
	a->own = arena_new();
	a->main = (struct agent_role){
		.name = "expert", .tool = c->tool, .ntools = c->ntools, .asked = workflow_asked(c->workflow) > 0,
		.instruction = c->instruction, .limits = &c->workflow->limits,
	};
	a->t = agent_talk_new(&a->main, NULL);
	a->t->prompt = c->prompt;
	agent_sink(a, sink, sink_arg);
	return a;
}

void agent_free(struct agent *a)
{
	if (!a)
		return;
	while (a->t)
		a->t = agent_talk_free(a->t);
	arena_free(a->own);
	for (size_t i = 0; i < a->nsteers; i++)
		buf_release(&a->steer[i]);
	for (size_t i = 0; i < a->nask; i++)
		free(a->ask[i]);
	free(a->steer);
	free(a->ask);
	free(a->sent);
	buf_release(&a->why);
	free(a);
}

void agent_sink(struct agent *a, const struct agent_sink *sink, void *sink_arg)
{
	a->sink = sink;
	a->sink_arg = sink_arg;
}

const struct agent_config *agent_config(const struct agent *a)
{
	return &a->c;
}

/* What each phase is to those who wait; phases of their own business have none. */
static const struct {
	bool waits;
	enum agent_doing doing;
} phases[PHASES] = {
	[PHASE_SENDING] = {true, AGENT_SEND}, [PHASE_WAITING] = {true, AGENT_WAIT}, [PHASE_HALTED] = {true, AGENT_HALTED},
	[PHASE_ASKING] = {true, AGENT_ASK}, [PHASE_CALLING] = {true, AGENT_TOOL}, [PHASE_OVER] = {true, AGENT_DONE},
};

void agent_go(struct agent *a, enum phase p)
{
	if (a->phase == PHASE_OVER) /* its records cannot be written: nothing may go on without them */
		return;
	a->phase = p;
	if (phases[p].waits) {
		a->next.what = phases[p].doing;
		a->next.since = agent_now(a);
	}
}

void agent_tell_turn(struct agent *a, struct slice raw)
{
	a->t->news = mem_grow(a->t->news, &a->t->cap_news, a->t->nnews + 1, sizeof *a->t->news);
	a->t->news[a->t->nnews++] = (struct slice){xstrndup(raw.p, raw.n), raw.n};
	history_add(a->t->history, false, raw);
}

void agent_tell(struct agent *a, struct slice text)
{
	struct buf turn = BUF_INIT;

	llm_turn_text(a->c.dialect, &turn, text);
	agent_tell_turn(a, buf_slice(&turn));
	buf_release(&turn);
}

static bool may_go(struct agent *a)
{
	if (!a->paused)
		return true;
	if (a->steps == 0) {
		if (a->next.what != AGENT_PAUSED)
			a->next.since = agent_now(a);
		a->next.what = AGENT_PAUSED;
		return false;
	}
	a->steps--;
	a->granted = true;
	return true;
}

static void start(struct agent *a)
{
	agent_begin(a);
	agent_open_agent(a);
	agent_tell(a, a->t->prompt);
	if (a->phase != PHASE_OVER)
		agent_go(a, PHASE_TURN);
}

/* One piece of the engine's own work; false when something outside must come first. */
static bool advance(struct agent *a)
{
	switch (a->phase) {
	case PHASE_START:
		start(a);
		return true;
	case PHASE_TURN:
		a->granted = false;
		if (!may_go(a))
			return false;
		agent_begin_turn(a);
		return true;
	case PHASE_AGAIN:
		if (!a->granted && !may_go(a))
			return false;
		a->tries++;
		a->sent_at = agent_now(a);
		agent_go(a, PHASE_SENDING);
		return true;
	case PHASE_CALL:
		a->granted = false;
		if (a->t->at < a->t->ncalls && !a->concluding && !may_go(a))
			return false;
		agent_next_call(a);
		return true;
	default:
		return false;
	}
}

const struct agent_next *agent_next(struct agent *a)
{
	struct agent_next *n = &a->next;

	while (advance(a))
		;
	n->tries = a->tries;
	n->request = n->what == AGENT_SEND ? &a->request : NULL;
	n->why = n->what == AGENT_WAIT || n->what == AGENT_HALTED ? buf_str(&a->why) : "";
	n->tool = n->args = (struct slice){0};
	n->seq = a->t->tool.open ? a->t->tool.seq : a->t->llm.seq ? a->t->llm.seq : a->t->agent.seq;
	n->who = a->t->role->name;
	if (n->what == AGENT_TOOL || n->what == AGENT_ASK) {
		n->tool = a->t->call[a->t->at].name;
		n->args = a->t->call[a->t->at].args;
	}
	return n;
}

void agent_waited(struct agent *a)
{
	if (a->phase == PHASE_WAITING)
		agent_go(a, PHASE_AGAIN);
}

/* ---- what a person wants ---- */

static int refuse_over(const struct agent *a, const struct journal_control *c, struct err *e)
{
	if (a->phase != PHASE_OVER)
		return 0;
	return err_set(e, ERR_NO, "cannot %s: the run has ended", journal_what_name(c->what));
}

static int want_ask(const struct agent *a, const struct journal_control *c, struct err *e)
{
	if (a->phase != PHASE_ASKING)
		return err_set(e, ERR_NO, "cannot %s: no call waits for an answer", journal_what_name(c->what));
	return 0;
}

static int check_pause(const struct agent *a, const struct journal_control *c, struct err *e)
{
	(void)c;
	return a->paused ? err_set(e, ERR_NO, "the run is paused already") : 0;
}

static int check_continue(const struct agent *a, const struct journal_control *c, struct err *e)
{
	(void)c;
	return a->paused || a->phase == PHASE_HALTED ? 0 : err_set(e, ERR_NO, "the run is not paused");
}

static int check_steer(const struct agent *a, const struct journal_control *c, struct err *e)
{
	if (slice_trim(c->text).n == 0)
		return err_set(e, ERR_USAGE, "cannot steer: the message is empty");
	if (c->text.n > STEER_BYTES)
		return err_set(e, ERR_USAGE, "cannot steer: the message is longer than 64 KiB");
	if (a->nsteers == STEERS_MAX)
		return err_set(e, ERR_NO, "cannot steer: %d messages wait for the next turn already", STEERS_MAX);
	return 0;
}

/* Those of the sub-agents are asked for by the same name. */
static bool any_has_tool(const struct agent *a, struct slice name)
{
	bool has = agent_has_tool(&a->main, name);

	for (size_t i = 0; i < a->c.nsub; i++)
		has |= agent_has_tool(&a->c.sub[i], name);
	return has;
}

static int check_ask(const struct agent *a, const struct journal_control *c, struct err *e)
{
	if (c->tool.n && !any_has_tool(a, c->tool))
		return err_set(e, ERR_USAGE, "cannot ask first: the agent has no tool '%.*s'", (int)c->tool.n, c->tool.p);
	if (c->tool.n && slice_is(c->text, "off"))
		return a->ask_all ? err_set(e, ERR_NO, "every tool's calls wait for an answer: ask all off ends that") : 0;
	return a->nask == ASKS_MAX ? err_set(e, ERR_NO, "cannot ask first: too many tools are named") : 0;
}

static int check_edit(const struct agent *a, const struct journal_control *c, struct err *e)
{
	struct slice raw;

	if (want_ask(a, c, e) < 0)
		return -1;
	if (json_check(c->args, &raw, NULL, e) < 0 || json_type(raw) != JSON_OBJECT)
		return err_set(e, ERR_USAGE, "cannot edit: the arguments must be a JSON object");
	return 0;
}

static int check_conclude(const struct agent *a, const struct journal_control *c, struct err *e)
{
	(void)c;
	return a->concluding ? err_set(e, ERR_NO, "the agent was told to conclude already") : 0;
}

static void do_pause(struct agent *a, const struct journal_control *c)
{
	(void)c;
	a->paused = true;
	a->granted = false;
	a->steps = 0;
}

/* What has halted, as if it had not been tried before. */
static void try_again(struct agent *a)
{
	if (a->phase != PHASE_HALTED)
		return;
	a->tries = a->adjusted = a->t->nudges = 0;
	a->granted = false;
	agent_go(a, PHASE_AGAIN);
}

static void do_continue(struct agent *a, const struct journal_control *c)
{
	(void)c;
	a->paused = false;
	try_again(a);
}

static void do_step(struct agent *a, const struct journal_control *c)
{
	(void)c;
	a->paused = true;
	a->steps++;
	try_again(a);
}

static void do_steer(struct agent *a, const struct journal_control *c)
{
	a->steer = mem_grow(a->steer, &a->cap_steers, a->nsteers + 1, sizeof *a->steer);
	a->steer[a->nsteers] = BUF_INIT;
	buf_add_slice(&a->steer[a->nsteers++], slice_trim(c->text));
}

static void do_ask(struct agent *a, const struct journal_control *c)
{
	bool on = !slice_is(c->text, "off");

	if (!c->tool.n) {
		a->ask_all = on;
		if (!on)
			while (a->nask)
				free(a->ask[--a->nask]);
		return;
	}
	for (size_t i = 0; i < a->nask; i++)
		if (slice_is(c->tool, a->ask[i])) {
			if (!on) {
				free(a->ask[i]);
				a->ask[i] = a->ask[--a->nask];
			}
			return;
		}
	if (on) {
		a->ask = mem_grow(a->ask, &a->cap_ask, a->nask + 1, sizeof *a->ask);
		a->ask[a->nask++] = xstrndup(c->tool.p, c->tool.n);
	}
}

static void do_allow(struct agent *a, const struct journal_control *c)
{
	(void)c;
	agent_open_tool(a, &a->t->call[a->t->at]); /* its start record again: it begins now */
	agent_run_call(a);
}

static void do_edit(struct agent *a, const struct journal_control *c)
{
	struct turn_call *call = &a->t->call[a->t->at];

	call->args = json_one_line(a->t->turn, slice_trim(c->args));
	if (a->t->extra.n)
		buf_addc(&a->t->extra, '\n');
	words_edited(&a->t->extra, call->name, call->args);
	agent_open_tool(a, call);
	agent_run_call(a);
}

static void do_deny(struct agent *a, const struct journal_control *c)
{
	struct buf words = BUF_INIT;

	words_denied(&words, c->reason);
	agent_go(a, PHASE_CALLING);
	agent_refused(a, buf_slice(&words));
	buf_release(&words);
}

static void do_conclude(struct agent *a, const struct journal_control *c)
{
	(void)c;
	a->concluding = true;
	a->paused = false;
	if (a->phase == PHASE_ASKING || a->phase == PHASE_CALLING) {
		agent_go(a, PHASE_CALLING);
		if (!slice_is(a->t->call[a->t->at].name, agent_set_results)) /* that one is what it concludes with */
			agent_refused(a, slice_str(words_concluding));
	} else if (a->phase == PHASE_HALTED) {
		agent_close_llm(a, NULL, (struct slice){0}, buf_slice(&a->why));
		agent_go(a, PHASE_TURN);
	}
}

static void do_stop(struct agent *a, const struct journal_control *c)
{
	(void)c;
	agent_fail(a, JOURNAL_STOPPED, SLICE("stopped by the reviewer"));
}

static const struct {
	int (*check)(const struct agent *a, const struct journal_control *c, struct err *e); /* may be NULL */
	void (*act)(struct agent *a, const struct journal_control *c);
} orders[JOURNAL_WHATS] = {
	[JOURNAL_PAUSE] = {check_pause, do_pause}, [JOURNAL_CONTINUE] = {check_continue, do_continue},
	[JOURNAL_STEP] = {NULL, do_step}, [JOURNAL_STEER] = {check_steer, do_steer}, [JOURNAL_ASK] = {check_ask, do_ask},
	[JOURNAL_ALLOW] = {want_ask, do_allow}, [JOURNAL_EDIT] = {check_edit, do_edit}, [JOURNAL_DENY] = {want_ask, do_deny},
	[JOURNAL_CONCLUDE] = {check_conclude, do_conclude}, [JOURNAL_STOP] = {NULL, do_stop},
};

/* The innermost span that is open, of those that come and go. */
static uint32_t open_seq(const struct agent *a)
{
	const struct talk *t = a->t;

	return t->tool.open ? t->tool.seq : t->llm.open ? t->llm.seq : t->outer ? t->outer->tool.seq : JOURNAL_NO_SEQ;
}

int agent_control(struct agent *a, struct journal_control *c, struct err *e)
{
	if (c->what >= JOURNAL_WHATS || !orders[c->what].act)
		return err_set(e, ERR_USAGE, "cannot obey '%s'", c->what < JOURNAL_WHATS ? journal_what_name(c->what) : "?");
	if (refuse_over(a, c, e) < 0 || (orders[c->what].check && orders[c->what].check(a, c, e) < 0))
		return -1;
	c->time = agent_now(a);
	c->at = slice_str(agent_doing_name(a->next.what));
	c->seq = open_seq(a);
	agent_put_control(a, c);
	if (a->phase != PHASE_OVER)
		orders[c->what].act(a, c);
	return 0;
}

void agent_warn(struct agent *a, struct slice text)
{
	struct journal_control c = {.time = agent_now(a), .what = JOURNAL_WARNING, .seq = JOURNAL_NO_SEQ, .text = text};

	if (a->phase != PHASE_OVER)
		agent_put_control(a, &c);
}

struct agent_status agent_status(const struct agent *a)
{
	return (struct agent_status){
		.paused = a->paused, .concluding = a->concluding, .asks = a->ask_all || a->nask, .sub = a->t->outer, .steers = a->nsteers,
		.turns = a->t->turns, .turns_max = a->t->role->limits->turns, .tokens = a->tokens,
		.tokens_max = a->c.workflow->limits.tokens,
	};
}

bool agent_over(const struct agent *a)
{
	return a->phase == PHASE_OVER;
}

bool agent_ok(const struct agent *a)
{
	return a->ok;
}

const char *agent_failure(const struct agent *a)
{
	return a->broken.msg;
}
