/*
 * One agent's conversation with a model about one report, as a state machine (syzkaller-workflow §3): it says what is to be
 * done next, is told what came of it, and records all of it.  It does nothing itself, and the same inputs give the same
 * records; so a live run, a resumed one and a replay are this one piece of code, driven by a provider and by children, or
 * by a journal.
 *
 * Spans: 0 the flow; 1 the action kernel-source; 2 the agent; then its llm and tool spans.  A call of a sub-agent (§4.8) is
 * no act of the outside: the conversation about its question goes on in here, as an agent span within the tool span, and
 * the same orders hold for it.  What goes wrong with it alone (its limits, a reply that is none) is an error that its
 * caller gets; a provider that does not answer halts the run, whoever asked.
 */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/journal.h"
#include "agent/workflow.h"
#include "llm/dialect.h"
#include "llm/llm.h"

/* Who converses with the model: the agent itself, or a sub-agent. */
struct agent_role {
	const char *name;            /* of its agent span and its llm spans */
	const struct llm_tool *tool; /* set-results last where `asked` */
	size_t ntools;
	bool asked;                  /* results are asked for, by set-results */
	struct slice instruction;    /* as the model gets it */
	const struct workflow_limits *limits;
};

/* All is borrowed and must outlive the agent. */
struct agent_config {
	const struct workflow *workflow; /* names, outputs, limits */
	const struct llm_tool *tool;     /* the workflow's, its sub-agents', and set-results last where outputs are asked for */
	size_t ntools;
	const struct agent_role *sub;    /* sub-agents; each answers the calls of the tool of its name */
	size_t nsub;
	const struct llm_dialect *dialect;
	const char *model;
	enum llm_thinking thinking;
	double temperature; /* < 0: not sent */
	struct slice instruction, prompt; /* as the model gets them */
	struct slice source;              /* JSON object: results of the action that made the source ready */
	int64_t (*now)(void *arg);        /* µs UTC */
	void *now_arg;
	bool paused;                      /* it begins paused */
	double (*jitter)(void *arg);      /* 0 to 1, for waits of the program's own; NULL: 0 */
	void *jitter_arg;
};

/* Where the records go: a journal, or a comparison with one.  Each returns 0, or -1 with `e`: then the run ends. */
struct agent_sink {
	int (*span)(void *arg, const struct span_out *s, struct err *e);
	int (*exchange)(void *arg, const struct journal_exchange *x, struct err *e);
	int (*control)(void *arg, const struct journal_control *c, struct err *e);
	int (*end)(void *arg, const struct journal_end *end, struct err *e);
};

extern const struct agent_sink agent_to_journal; /* its argument is a struct journal */

struct agent;

struct agent *agent_new(const struct agent_config *c, const struct agent_sink *sink, void *sink_arg);
void agent_free(struct agent *a);

const struct agent_config *agent_config(const struct agent *a);

/* Span `seq`, where it is open, began then: what a replay knows from its record. */
void agent_began(struct agent *a, uint32_t seq, int64_t started);

/* From now on records go elsewhere: a resumed run has caught up with its journal. */
void agent_sink(struct agent *a, const struct agent_sink *sink, void *sink_arg);

enum agent_doing {
	AGENT_SEND,   /* send `request`; agent_replied() tells what came */
	AGENT_TOOL,   /* run `tool` with `args`; agent_answered() */
	AGENT_WAIT,   /* before the same request is sent again: agent_waited() after `wait_us` */
	AGENT_ASK,    /* a person allows, edits or denies the call of `tool` with `args`: agent_control() */
	AGENT_PAUSED, /* a person paused it: agent_control() */
	AGENT_HALTED, /* the provider failed, `why` says how: agent_control() tries again or stops, or the run is resumed later */
	AGENT_DONE,   /* the end is recorded; or it could not be, and agent_failure() says why */
};
const char *agent_doing_name(enum agent_doing d); /* "send", "tool", "wait", … */

/* Borrowed until the next call of any function on the agent. */
struct agent_next {
	enum agent_doing what;
	uint32_t seq;       /* of the open span that it is about */
	unsigned tries;     /* SEND, WAIT: of this request, from 1 */
	int64_t since;      /* µs: since when */
	int64_t wait_us;
	const char *who;    /* the role that is at it: the agent's name, or a sub-agent's */
	struct slice tool, args;
	const char *why;    /* WAIT, HALTED: what the provider said */
	const struct llm_request *request;
};
const struct agent_next *agent_next(struct agent *a);

/*
 * What came of a request.  `reply` may be NULL where the outcome has none; `request_sha256` is the hash of what was sent.
 * Both are copied as far as they are kept.
 */
void agent_replied(struct agent *a, const struct llm_outcome *o, const struct llm_reply *reply,
		   const char *request_sha256);

/* What came of a call: a JSON object that passed json_check(); {"error": "…"} is a refusal that the model may mend. */
void agent_answered(struct agent *a, struct slice results);
void agent_refused(struct agent *a, struct slice error); /* the same with {"error": …} */

void agent_waited(struct agent *a);

/*
 * Obey a person (`c->time` is filled): PAUSE, CONTINUE (also: try again), STEP (one span), STEER (`text`), ASK (`tool` or all;
 * `text` "off" ends it), ALLOW, EDIT (`args`), DENY (`reason`), CONCLUDE, STOP.  Works at any time; what it changes, and
 * whether a request or call that is under way is still wanted, agent_next() tells.  -1: ERR_NO or ERR_USAGE with a
 * sentence, nothing recorded: it makes no sense now.
 */
int agent_control(struct agent *a, struct journal_control *c, struct err *e);

/* Record something that the engine has to say, such as that the tree was changed. */
void agent_warn(struct agent *a, struct slice text);

struct agent_status {
	bool paused, concluding, asks; /* asks: ask-first is on for some tool */
	bool sub; /* a sub-agent's conversation goes on */
	size_t steers; /* messages that wait for the next turn */
	unsigned turns, turns_max; /* of the conversation that goes on */
	uint64_t tokens, tokens_max; /* input and output of all turns; 0: no limit */
};
struct agent_status agent_status(const struct agent *a);

/* There is nothing more to do: its end is recorded, or could not be. */
bool agent_over(const struct agent *a);

/* The end is recorded, and the run came to its verdict. */
bool agent_ok(const struct agent *a);

/* Why the records could not be written, or "" */
const char *agent_failure(const struct agent *a);

#endif
