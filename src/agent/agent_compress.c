/* A long conversation is put in other words, by a request of its own (syzkaller-workflow §3.8). */
#include "agent/agent_state.h"
#include "agent/words.h"
#include "base/mem.h"

bool agent_wants_compression(const struct agent *a)
{
	size_t n;

	history_turns(a->t->history, &n);
	return n > 1 && (a->t->compress || history_weight(a->t->history) > a->t->role->limits->compress_at);
}

/* A turn that is only sent with this request, and recorded as told. */
static struct slice own_turn(struct agent *a, struct slice text)
{
	struct buf turn = BUF_INIT;
	struct slice raw;

	llm_turn_text(a->c.dialect, &turn, text);
	raw = (struct slice){xstrndup(turn.p, turn.n), turn.n};
	buf_release(&turn);
	a->t->news = mem_grow(a->t->news, &a->t->cap_news, a->t->nnews + 1, sizeof *a->t->news);
	a->t->news[a->t->nnews++] = raw;
	return raw;
}

/* The agent's instruction goes in front of its first message; the rest is as it was; last comes what is wanted. */
void agent_begin_compression(struct agent *a)
{
	size_t n;
	const struct llm_turn *turn = history_turns(a->t->history, &n);
	struct buf words = BUF_INIT;

	arena_free(a->own);
	a->own = arena_new();
	a->sent = mem_grow(a->sent, &a->cap_sent, n + 1, sizeof *a->sent);
	words_wrapped(&words, a->t->role->instruction, a->t->prompt);
	a->sent[0] = (struct llm_turn){false, arena_slice(a->own, own_turn(a, buf_slice(&words)))};
	for (size_t i = 1; i < n; i++)
		a->sent[i] = turn[i];
	a->sent[n] = (struct llm_turn){false, arena_slice(a->own, own_turn(a, slice_str(words_compress_request)))};
	a->request = (struct llm_request){
		.model = a->c.model, .system = slice_str(words_compressor), .turn = a->sent, .nturns = n + 1,
		.thinking = a->thinking, .temperature = -1,
	};
	buf_release(&words);
}

void agent_compressed(struct agent *a, const struct llm_reply *reply)
{
	size_t from = history_suffix(a->t->history, a->t->role->limits->keep);
	struct buf words = BUF_INIT, turn = BUF_INIT;

	agent_close_llm(a, reply, (struct slice){0}, (struct slice){0});
	words_summary(&words, reply ? reply->text : (struct slice){0});
	llm_turn_text(a->c.dialect, &turn, buf_slice(&words));
	history_compress(a->t->history, from, buf_slice(&turn));
	a->t->news = mem_grow(a->t->news, &a->t->cap_news, a->t->nnews + 1, sizeof *a->t->news);
	a->t->news[a->t->nnews++] = (struct slice){xstrndup(turn.p, turn.n), turn.n};
	calls_clear(a->t->calls);
	a->compressing = a->t->compress = false;
	buf_release(&words);
	buf_release(&turn);
	if (a->phase != PHASE_OVER)
		agent_go(a, PHASE_TURN);
}
