/*
 * What differs between providers, as one table a dialect: where to send, what a request looks like, what a piece of an
 * answer means.  All of it is pure: bytes in, bytes and events out.
 */
#ifndef LLM_DIALECT_H
#define LLM_DIALECT_H

#include "base/err.h"
#include "base/json.h"
#include "llm/draft.h"
#include "llm/llm.h"

/* Members of a request that some endpoints refuse: bits of what was sent, and of what is sent no more. */
enum llm_knob {
	LLM_KNOB_TEMPERATURE = 1,
	LLM_KNOB_THINKING = 2,
	LLM_KNOB_MAX = 4,            /* the output limit */
	LLM_KNOB_MAX_COMPLETION = 8, /* the same by OpenAI's newer name, sent once the older one is refused */
	LLM_KNOB_STREAM_OPTIONS = 16,
	LLM_KNOB_TOOL_CHOICE = 32,
};

/* What a client has learnt about its endpoint (learn.h). */
struct llm_learnt {
	unsigned dropped;  /* knobs */
	bool effort_none;  /* reasoning_effort "none" is wanted beside tools (B.8) */
	bool resent;       /* foreign signatures: the same was sent once more */
	bool dummy;        /* calls without a signature get the one that means "do not look" (A.7) */
	bool strip;        /* no signature is sent back */
};

/* How a refusal names a knob. */
struct llm_knob_row {
	enum llm_knob knob;
	const char *word; /* lower case */
	bool bare;        /* the word alone will do, without "unsupported" or the like beside it */
};

/* A provider's word for how an answer ended. */
struct llm_reason {
	const char *word;
	enum llm_end end;
};

/* A tool's result. */
struct llm_result {
	struct slice id, name; /* of the call */
	struct slice json;     /* an object, raw; anything else is sent as text */
};

/* A model that a provider has; slices in the arena that the caller gave. */
struct llm_model {
	struct slice id, title;
	uint64_t input, output; /* tokens at most; 0: it does not say */
};

/* Called for each; false: enough. */
typedef bool llm_model_fn(void *arg, const struct llm_model *m);

struct llm_dialect {
	const char *provider;  /* "gemini" */
	const char *title;     /* for messages */
	const char *base_url;  /* without a slash at its end */
	const char *const *key_env; /* where a key may be, first one first; ended by NULL */

	/* The base URL as given, without slashes at the end, to the one that paths are added to. */
	void (*base)(struct buf *out, struct slice given);
	void (*auth)(struct buf *out, struct slice key); /* the header */
	void (*url)(struct buf *out, const char *base, const char *model);
	void (*models_url)(struct buf *out, const char *base, struct slice page); /* `page` empty: the first */

	/* The body of a request; returns the knobs that it holds. */
	unsigned (*request)(struct buf *out, const struct llm_request *rq, const struct llm_learnt *l);
	void (*user_text)(struct json_w *w, struct slice text); /* one message */
	void (*results)(struct json_w *w, const struct llm_result *r, size_t n, struct slice extra);

	/* An answer under way: made for it, told each object of the stream, freed. */
	void *(*open)(struct llm_draft *d);
	void (*chunk)(void *own, struct arena *scratch, struct slice object);
	void (*close)(void *own); /* the last object was seen */
	/* The turn to send back, a JSON array, or nothing; without calls where these must not run. */
	void (*turn)(void *own, bool calls, struct buf *out);
	void (*free)(void *own);
	const struct llm_reason *reasons; /* ended by a NULL word; other words are as the first row */

	/* The page of a list of models; the name of the next page is put into `next`.  -1: it is none. */
	int (*models)(struct slice body, struct arena *a, llm_model_fn *fn, void *arg, struct buf *next, struct err *e);

	const struct llm_knob_row *knobs; /* ended by a NULL word */
};

extern const struct llm_dialect llm_gemini, llm_openai;

/* The dialect of a provider's name; NULL: there is none. */
const struct llm_dialect *llm_dialect_find(const char *provider);

/* "gemini, openai", for messages. */
const char *llm_dialect_names(void);

/* Add messages to the JSON array in `turn`, which may be empty. */
void llm_turn_text(const struct llm_dialect *d, struct buf *turn, struct slice text);
void llm_turn_results(const struct llm_dialect *d, struct buf *turn, const struct llm_result *r, size_t n, struct slice extra);

/* ---- for the dialects ---- */

/* Key and cleaned string; the member or element that `it` stands on, cleaned; each message of all turns. */
void llm_kstr(struct json_w *w, const char *key, struct slice s);
void llm_copy(struct json_w *w, struct arena *a, const struct json_iter *it);
void llm_turns(struct json_w *w, const struct llm_request *rq, void (*message)(struct json_w *w, struct slice raw, void *arg),
	       void *arg);

/* A number of tokens, 0 where there is none; `s` escaped for a URL; a number with three decimals whatever the locale. */
uint64_t llm_count(struct slice object, const char *key);
void llm_url_escape(struct buf *out, struct slice s);
void llm_number(struct json_w *w, double v);

#endif
