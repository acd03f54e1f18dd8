/*
 * A conversation with a language model in neutral words: what is asked, what streams in, how it ended.  The providers'
 * own forms are the dialects' business (dialect.h); what a provider wrote is kept as it wrote it and sent back unchanged
 * (llm-apis §0.3), because signatures and reasoning break where a turn is built anew.
 */
#ifndef LLM_LLM_H
#define LLM_LLM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* Ceilings of one reply; past them it is given up with a message. */
enum {
	LLM_CALLS_MAX = 64,         /* tool calls */
	LLM_ARGS_MAX = 1 << 20,     /* bytes of the arguments of one call */
	LLM_REPLY_MAX = 16 << 20,   /* bytes of its text, of its thoughts, of its turn, each; of one event of the stream */
	LLM_BODY_MAX = 64 << 20,    /* bytes of the whole answer as it is sent */
	LLM_ERROR_MAX = 1 << 20,    /* bytes of an answer that is an error */
};

/* How much the model is to think; the default is the provider's. */
enum llm_thinking { LLM_THINKING_DEFAULT, LLM_THINKING_NONE, LLM_THINKING_LOW, LLM_THINKING_MEDIUM, LLM_THINKING_HIGH };

/* A tool that the model may call. */
struct llm_tool {
	const char *name; /* [A-Za-z0-9_-]{1,64} */
	const char *description;
	struct slice schema; /* JSON Schema of the arguments, raw; empty: it takes none */
};

/*
 * One turn of the conversation: a JSON array of the provider's own messages, as llm_user_text(), llm_results() and a
 * reply give it.  It must have passed json_check() where it comes from a file.
 */
struct llm_turn {
	bool model; /* the model's own, not the user's */
	struct slice raw;
};

/* What is asked; everything is borrowed for the call. */
struct llm_request {
	const char *model; /* NULL: the endpoint's */
	struct slice system;
	const struct llm_turn *turn;
	size_t nturns;
	const struct llm_tool *tool;
	size_t ntools;
	enum llm_thinking thinking;
	double temperature;  /* 0 to 2; below 0: not sent */
	uint32_t max_output; /* tokens, thoughts included; 0: not sent */
};

/* Tokens; a provider that does not say gives 0. */
struct llm_usage {
	uint64_t in;      /* the whole prompt, what came from a cache included */
	uint64_t cached;  /* of these */
	uint64_t out;     /* what was written, without the thoughts */
	uint64_t thought; /* thoughts */
};

/* What streams in. */
enum llm_event_kind {
	LLM_THOUGHT, /* `text`: more of the thoughts */
	LLM_TEXT,    /* `text`: more of the answer */
	LLM_CALL,    /* call number `slot` begins; `text`: its name */
	LLM_ARGS,    /* `text`: more bytes of the arguments of call `slot` */
	LLM_USAGE,   /* `usage` so far */
};
struct llm_event {
	enum llm_event_kind kind;
	struct slice text; /* lasts for the call */
	unsigned slot;
	struct llm_usage usage;
};

/* A tool call of a whole reply. */
struct llm_call {
	struct slice id;       /* the provider's; made up where it gave none */
	struct slice name;     /* without the "default_api:" that Gemini may put before it */
	struct slice args;     /* a JSON object, raw; {} where what came was none */
	struct slice bad_args; /* then what came; else empty */
};

/* One whole reply.  It lies in the arena of whoever hands it out. */
struct llm_reply {
	struct slice thoughts, text;
	struct llm_call *call;
	size_t ncalls;
	struct llm_usage usage;
	struct slice turn;  /* as llm_turn.raw; empty where there is nothing to send back */
	struct slice model; /* who answered, as the provider says */
	struct slice id;    /* the provider's name of this answer */
};

/* How a request ended. */
enum llm_end {
	LLM_END_REPLY,     /* text or calls: go on */
	LLM_END_LENGTH,    /* the output limit: the turn holds the text alone, the calls must not run */
	LLM_END_EMPTY,     /* nothing, or thoughts only */
	LLM_END_MALFORMED, /* a call that the provider could not make sense of */
	LLM_END_REFUSED,   /* safety, a blocked prompt, recitation */
	LLM_END_OVERFLOW,  /* the input is too long: make it shorter */
	LLM_END_RETRY,     /* the same again after a wait: network, 5xx, 429, broken stream */
	LLM_END_ADJUSTED,  /* the same again at once: the client has learnt what this endpoint does not take */
	LLM_END_FATAL,     /* key, quota, unknown model, certificate … */
	LLM_ENDS
};

/* "reply", "length", … as the journal writes them. */
const char *llm_end_name(enum llm_end end);

/* All texts may hold bytes from outside, so escape before showing; secrets are taken out (F.2). */
struct llm_outcome {
	enum llm_end end;
	long http;           /* the status, also of an error inside a stream; 0 where no answer came */
	char code[64];       /* the provider's word for it, or ours; may be empty */
	char message[400];   /* why, in a sentence; empty for LLM_END_REPLY */
	int64_t wait_us;     /* what the provider asks to wait for; 0: it does not say */
	uint64_t limit;      /* LLM_END_OVERFLOW: tokens that it takes; 0 unknown */
	char request_id[80]; /* for a report to the provider; may be empty */
};

#endif
