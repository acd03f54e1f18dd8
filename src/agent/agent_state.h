/* The agent's inside, as its files see it: private to agent/agent*.c. */
#ifndef AGENT_AGENT_STATE_H
#define AGENT_AGENT_STATE_H

#include "agent/agent.h"
#include "agent/calls.h"
#include "agent/history.h"
#include "base/arena.h"

enum phase {
	PHASE_START,
	PHASE_TURN,    /* before a request with the next turn */
	PHASE_AGAIN,   /* before the same request */
	PHASE_SENDING,
	PHASE_WAITING,
	PHASE_HALTED,
	PHASE_CALL,    /* before the next call of the turn */
	PHASE_ASKING,
	PHASE_CALLING,
	PHASE_OVER,
	PHASES
};

/* A span that is open; texts that its finish record repeats are the config's or owned by `open_args`. */
struct open_span {
	bool open;
	uint32_t seq;
	int64_t started;
};

enum { AGENT_SEQ_FLOW, AGENT_SEQ_SOURCE };

/* One call of the turn, with its answer. */
struct turn_call {
	struct slice id, name, args, bad_args; /* in the turn's arena */
	struct slice answer;                   /* JSON object */
};

/* One conversation: the agent's own, or that of a sub-agent which answers a call of it. */
struct talk {
	struct talk *outer;            /* owned: whose call it answers; NULL: it is the agent's own */
	const struct agent_role *role; /* the config's */
	uint32_t nesting;              /* of its agent span */
	struct slice prompt;           /* the config's, or in the turn of `outer` */
	struct buf compressor;         /* the name of its compressions */
	struct open_span agent, llm, tool;

	struct history *history;
	struct calls *calls;
	struct arena *turn; /* texts of the turn: its calls and their answers */
	struct turn_call *call; /* in `turn` */
	size_t ncalls, at;
	struct buf extra; /* what is told beside the answers */

	/* turns of the user that no exchange record holds yet; owned */
	struct slice *news;
	size_t nnews, cap_news;

	bool compress;   /* before the next turn, whatever it weighs */
	bool overflowed; /* it was compressed for that, and no reply has come since */
	bool told_conclude;
	bool answer_now; /* a sub-agent: it was told to answer with what it has */
	bool last_turn;  /* and this is the turn that is beyond its limit */
	unsigned nudges, turns;
	uint64_t tokens;

	struct buf results; /* last accepted arguments of set-results, JSON object; empty: none */
};

struct agent {
	struct agent_config c;
	struct agent_role main; /* what the config says of the agent itself */
	const struct agent_sink *sink;
	void *sink_arg;
	enum phase phase;
	struct agent_next next;
	struct err broken; /* records could not be written */
	bool ok;

	uint32_t seq; /* of the next span */
	struct open_span flow, source;
	struct talk *t; /* owned: the innermost, which goes on */

	/* the request under way */
	struct llm_request request;
	struct llm_turn *sent; /* owned: turns of a compression's request */
	struct arena *own;     /* the texts of those that are its own */
	size_t cap_sent;
	bool compressing;
	unsigned tries, adjusted;
	enum llm_thinking thinking;
	int64_t sent_at;
	struct buf why;

	uint64_t tokens; /* of the run */

	/* what the person wants */
	bool paused, concluding, ask_all;
	unsigned steps;
	bool granted; /* a step was taken for the span that is open: its retries need no other */
	struct buf *steer; /* owned; messages for the next turn */
	size_t nsteers, cap_steers;
	char **ask; /* owned; tools */
	size_t nask, cap_ask;
};

static inline int64_t agent_now(const struct agent *a)
{
	return a->c.now(a->c.now_arg);
}

/* agent.c */
void agent_go(struct agent *a, enum phase p);
void agent_tell(struct agent *a, struct slice text); /* one message of the user in front of the next request */
void agent_tell_turn(struct agent *a, struct slice raw);

/* agent_records.c: each keeps the run from going on when it fails */
void agent_put_control(struct agent *a, const struct journal_control *c);
void agent_put_exchange(struct agent *a, const struct llm_outcome *o, const struct llm_reply *reply, const char *sha256);
void agent_begin(struct agent *a);                         /* flow, source */
void agent_open_agent(struct agent *a);
void agent_open_llm(struct agent *a);
void agent_close_llm(struct agent *a, const struct llm_reply *reply, struct slice thoughts, struct slice error);
void agent_open_tool(struct agent *a, const struct turn_call *c);
void agent_close_tool(struct agent *a, const struct turn_call *c);
void agent_close_agent(struct agent *a, struct slice reply, struct slice error);
void agent_close_talk(struct agent *a, struct slice error); /* whatever is open of it */
void agent_done(struct agent *a, struct slice reply);      /* the verdict is there */
void agent_fail(struct agent *a, enum journal_state state, struct slice error); /* closes what is open, ends */

/* agent_talk.c */
struct talk *agent_talk_new(const struct agent_role *role, struct talk *outer);
struct talk *agent_talk_free(struct talk *t); /* returns the one outside of it */
const struct agent_role *agent_sub(const struct agent *a, struct slice tool); /* that answers calls of it; NULL: none does */
void agent_begin_sub(struct agent *a, const struct agent_role *role); /* for the call that is open */
void agent_sub_done(struct agent *a, struct slice reply); /* its results are the answer of the call */
void agent_sub_failed(struct agent *a, struct slice error); /* an error, which its caller gets */
void agent_answer_now(struct agent *a);
void agent_take_text(struct agent *a, struct slice text); /* as its answer */

/* agent_compress.c */
bool agent_wants_compression(const struct agent *a);
void agent_begin_compression(struct agent *a);
void agent_compressed(struct agent *a, const struct llm_reply *reply);

/* agent_turn.c */
void agent_begin_turn(struct agent *a);

/* agent_calls.c */
extern const char agent_set_results[];
bool agent_has_tool(const struct agent_role *role, struct slice name);
struct slice agent_error_object(struct agent *a, struct slice error); /* {"error": …}, in the turn's arena */
void agent_take_calls(struct agent *a, const struct llm_reply *reply);
void agent_next_call(struct agent *a);
void agent_run_call(struct agent *a); /* the one that is open */
void agent_drop_calls(struct agent *a);

#endif
