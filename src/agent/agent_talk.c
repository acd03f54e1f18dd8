/* Conversations one in the other: a sub-agent's answers a call of the agent's (syzkaller-workflow §3.10, §4.8). */
#include <stdlib.h>

#include "agent/agent_state.h"
#include "agent/words.h"
#include "base/json.h"
#include "base/mem.h"
#include "workspace/tool.h"

struct talk *agent_talk_new(const struct agent_role *role, struct talk *outer)
{
	struct talk *t = xcalloc(1, sizeof *t);

	t->outer = outer;
	t->role = role;
	t->nesting = outer ? outer->nesting + 2 : 1;
	t->history = history_new();
	t->calls = calls_new();
	t->turn = arena_new();
	buf_init(&t->extra, 1 << 20);
	buf_addf(&t->compressor, "%s-compressor", role->name);
	return t;
}

struct talk *agent_talk_free(struct talk *t)
{
	struct talk *outer = t->outer;

	history_free(t->history);
	calls_free(t->calls);
	arena_free(t->turn);
	for (size_t i = 0; i < t->nnews; i++)
		free((char *)(uintptr_t)t->news[i].p);
	free(t->news);
	buf_release(&t->extra);
	buf_release(&t->results);
	buf_release(&t->compressor);
	free(t);
	return outer;
}

/* ---- it begins ---- */

/* They have no sub-agents of their own. */
const struct agent_role *agent_sub(const struct agent *a, struct slice tool)
{
	for (size_t i = 0; !a->t->outer && i < a->c.nsub; i++)
		if (slice_is(tool, a->c.sub[i].name))
			return &a->c.sub[i];
	return NULL;
}

/* What the call asks, in `checked`; false with the sentence for its caller. */
static bool question_of(const struct turn_call *c, struct arena *a, struct buf *checked, struct slice *question, struct err *e)
{
	struct tool row = tool_sub_agent("", "");

	if (tool_check_args(&row, c->args, checked, e) < 0)
		return false;
	json_get_str(a, buf_slice(checked), row.args[0].name, question);
	if (slice_trim(*question).n == 0)
		err_set(e, ERR_NO, "argument \"%s\" is empty", row.args[0].name);
	return slice_trim(*question).n > 0;
}

void agent_begin_sub(struct agent *a, const struct agent_role *role)
{
	struct talk *caller = a->t;
	struct buf checked = BUF_INIT;
	struct slice question = {0};
	struct err e = {0};

	if (question_of(&caller->call[caller->at], caller->turn, &checked, &question, &e)) {
		a->t = agent_talk_new(role, caller);
		a->t->prompt = arena_slice(caller->turn, question);
		agent_open_agent(a);
		agent_tell(a, a->t->prompt);
		agent_go(a, PHASE_TURN);
	} else {
		agent_refused(a, slice_str(e.msg));
	}
	buf_release(&checked);
}

/* ---- it ends ---- */

/* Back to the caller, whose call waits for its answer; what goes into that lives in the returned one until it is freed. */
static struct talk *leave(struct agent *a)
{
	struct talk *t = a->t;

	a->t = t->outer;
	agent_go(a, PHASE_CALLING);
	return t;
}

void agent_sub_done(struct agent *a, struct slice reply)
{
	struct talk *t;

	agent_close_agent(a, reply, (struct slice){0});
	t = leave(a);
	agent_answered(a, buf_slice(&t->results));
	agent_talk_free(t);
}

void agent_sub_failed(struct agent *a, struct slice error)
{
	struct talk *t;

	agent_close_talk(a, error);
	t = leave(a);
	agent_refused(a, error);
	agent_talk_free(t);
}

/* ---- it is to come to its end ---- */

void agent_answer_now(struct agent *a)
{
	a->t->answer_now = true;
	agent_tell(a, slice_str(words_answer_now));
}

/* Told to answer now, a model often just says it: that is worth more than the call that it forgot. */
void agent_take_text(struct agent *a, struct slice text)
{
	struct tool row = tool_sub_agent("", "");
	struct json_w w;

	buf_clear(&a->t->results);
	json_w_init(&w, &a->t->results, false);
	json_open(&w, '{');
	json_kstr(&w, row.results[0].name, text);
	json_close(&w, '}');
	agent_sub_done(a, text);
}
