/* The calls of a turn: which are run, which are refused, and what the model is told (syzkaller-workflow §3.4). */
#include "agent/agent_state.h"
#include "agent/words.h"
#include "base/json.h"

/* Equal calls in the window: from which on they are refused, refused with a threat, and the end. */
enum { DUPLICATE = 4, STUCK = 5, LOOPING = 6 };

const char agent_set_results[] = "set-results";

void agent_drop_calls(struct agent *a)
{
	arena_free(a->t->turn);
	a->t->turn = arena_new();
	a->t->call = NULL;
	a->t->ncalls = a->t->at = 0;
	buf_clear(&a->t->extra);
}

struct slice agent_error_object(struct agent *a, struct slice error)
{
	struct buf b = BUF_INIT;
	struct json_w w;
	struct slice s;

	json_w_init(&w, &b, false);
	json_open(&w, '{');
	json_kstr(&w, "error", error);
	json_close(&w, '}');
	s = arena_slice(a->t->turn, buf_slice(&b));
	buf_release(&b);
	return s;
}

/* All answers of the turn go into one turn of the user. */
static void deliver(struct agent *a)
{
	struct llm_result *r = arena_alloc(a->t->turn, (a->t->ncalls + 1) * sizeof *r);
	struct buf turn = BUF_INIT;

	if (a->t->outer && a->t->results.n) { /* its answer is all that is wanted of it */
		agent_sub_done(a, (struct slice){0});
		return;
	}
	for (size_t i = 0; i < a->t->ncalls; i++)
		r[i] = (struct llm_result){a->t->call[i].id, a->t->call[i].name, a->t->call[i].answer};
	llm_turn_results(a->c.dialect, &turn, r, a->t->ncalls, buf_slice(&a->t->extra));
	agent_tell_turn(a, buf_slice(&turn));
	buf_release(&turn);
	agent_drop_calls(a);
	agent_go(a, PHASE_TURN);
}

/* None is run; each is answered all the same, because providers count answers (llm-apis A.5, B.2). */
static void refuse_all(struct agent *a)
{
	struct buf words = BUF_INIT;

	words_too_many(&words, a->t->ncalls, a->t->role->limits->calls);
	for (size_t i = 0; i < a->t->ncalls; i++)
		a->t->call[i].answer = agent_error_object(a, buf_slice(&words));
	buf_release(&words);
	deliver(a);
}

void agent_take_calls(struct agent *a, const struct llm_reply *reply)
{
	a->t->ncalls = reply->ncalls;
	a->t->at = 0;
	a->t->call = arena_alloc(a->t->turn, a->t->ncalls * sizeof *a->t->call);
	for (size_t i = 0; i < a->t->ncalls; i++)
		a->t->call[i] = (struct turn_call){
			.id = arena_slice(a->t->turn, reply->call[i].id), .name = arena_slice(a->t->turn, reply->call[i].name),
			.args = arena_slice(a->t->turn, reply->call[i].args),
			.bad_args = arena_slice(a->t->turn, reply->call[i].bad_args),
		};
	if (a->t->ncalls > a->t->role->limits->calls)
		refuse_all(a);
	else
		agent_go(a, PHASE_CALL);
}

static void refuse(struct agent *a, struct slice error)
{
	struct turn_call *c = &a->t->call[a->t->at];

	c->answer = agent_error_object(a, error);
	agent_close_tool(a, c);
	a->t->at++;
	if (a->phase != PHASE_OVER)
		agent_go(a, PHASE_CALL);
}

bool agent_has_tool(const struct agent_role *role, struct slice name)
{
	for (size_t i = 0; i < role->ntools; i++)
		if (slice_is(name, role->tool[i].name))
			return true;
	return false;
}

static bool asks_first(const struct agent *a, struct slice name)
{
	if (a->ask_all)
		return true;
	for (size_t i = 0; i < a->nask; i++)
		if (slice_is(name, a->ask[i]))
			return true;
	return false;
}

static void fail_looping(struct agent *a, struct slice words)
{
	if (a->t->outer)
		agent_sub_failed(a, words);
	else
		agent_fail(a, JOURNAL_FAILED, words);
}

/* Refuse what was asked too often; true where the call may be run. */
static bool not_again(struct agent *a, const struct turn_call *c)
{
	unsigned times = calls_note(a->t->calls, c->name, c->args);
	struct buf words = BUF_INIT;

	if (times >= LOOPING) {
		words_looping(&words, c->name, c->args);
		fail_looping(a, buf_slice(&words));
	} else if (times >= DUPLICATE) {
		if (times == STUCK)
			words_stuck(&words, times, c->name, c->args);
		else
			words_duplicate(&words);
		buf_adds(&a->t->extra, a->t->extra.n ? "\nSYSTEM WARNING: " : "SYSTEM WARNING: ");
		buf_add_slice(&a->t->extra, buf_slice(&words));
		refuse(a, buf_slice(&words));
	}
	buf_release(&words);
	return times < DUPLICATE;
}

void agent_next_call(struct agent *a)
{
	struct turn_call *c = &a->t->call[a->t->at];
	struct buf words = BUF_INIT;

	if (a->t->at == a->t->ncalls) {
		deliver(a);
		return;
	}
	agent_open_tool(a, c);
	if (a->phase == PHASE_OVER)
		return;
	if (!agent_has_tool(a->t->role, c->name)) {
		words_unknown_tool(&words, c->name);
		refuse(a, buf_slice(&words));
	} else if (c->bad_args.n) {
		refuse(a, slice_str(words_bad_args));
	} else if (a->concluding && !slice_is(c->name, agent_set_results)) {
		refuse(a, slice_str(words_concluding));
	} else if (a->t->answer_now && !slice_is(c->name, agent_set_results)) {
		refuse(a, slice_str(words_answering));
	} else if (not_again(a, c)) {
		if (asks_first(a, c->name))
			agent_go(a, PHASE_ASKING);
		else
			agent_run_call(a);
	}
	buf_release(&words);
}

/* A tool is run outside; what a sub-agent does is a conversation in here. */
void agent_run_call(struct agent *a)
{
	const struct agent_role *sub = agent_sub(a, a->t->call[a->t->at].name);

	agent_go(a, PHASE_CALLING);
	if (sub && a->phase != PHASE_OVER)
		agent_begin_sub(a, sub);
}

static void keep_results(struct agent *a, const struct turn_call *c)
{
	struct slice error;

	if (!slice_is(c->name, agent_set_results) || json_get_str(a->t->turn, c->answer, "error", &error))
		return;
	buf_clear(&a->t->results);
	buf_add_slice(&a->t->results, c->answer);
}

void agent_answered(struct agent *a, struct slice results)
{
	struct turn_call *c = &a->t->call[a->t->at];
	uint64_t most = a->t->role->limits->result_bytes;
	struct buf words = BUF_INIT;

	if (a->phase != PHASE_CALLING)
		return;
	if (most && results.n > most) {
		buf_addf(&words, "the result is larger than %llu bytes: ask for less", (unsigned long long)most);
		c->answer = agent_error_object(a, buf_slice(&words));
	} else {
		c->answer = json_one_line(a->t->turn, results);
	}
	buf_release(&words);
	agent_close_tool(a, c);
	keep_results(a, c);
	a->t->at++;
	if (a->phase != PHASE_OVER)
		agent_go(a, PHASE_CALL);
}

void agent_refused(struct agent *a, struct slice error)
{
	agent_answered(a, agent_error_object(a, error));
}
