/*
 * The trajectory: spans in order of Seq.  One builder for all sources (an import, a recording that grows, a live
 * run): whoever produces spans calls traj_put(); whoever reads them sees no difference.
 */
#ifndef MODEL_TRAJ_H
#define MODEL_TRAJ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/slice.h"
#include "base/when.h"
#include "model/span.h"

/* The texts of a span.  ARGS and RESULTS are JSON objects; the *_RAW twins are the source's own bytes of them. */
enum traj_field {
	FIELD_ERROR, FIELD_ARGS, FIELD_RESULTS, FIELD_INSTRUCTION, FIELD_PROMPT, FIELD_REPLY, FIELD_THOUGHTS,
	FIELD_ARGS_RAW, FIELD_RESULTS_RAW,
	FIELD_RECORD, /* the source's whole record as JSON; absent where the source is not JSON */
	FIELD_N
};

/* "Error", "Args", … as in the span JSON (§1.1); and back, FIELD_N for an unknown word. */
const char *traj_field_name(enum traj_field f);
enum traj_field traj_field_of(struct slice name);

/* How ARGS or RESULTS were got from the source (§8.4). */
enum traj_decode {
	DECODE_NONE,   /* absent */
	DECODE_JSON,   /* the source had JSON */
	DECODE_SCHEMA, /* Go rendering, decoded by a known schema */
	DECODE_RAW,    /* Go rendering that could not be decoded: only the *_RAW field is there */
};

/* The texts of one span, as an importer's load function fills them. */
struct body {
	struct slice field[FIELD_N]; /* p NULL: absent; p set and n 0: present and empty */
	enum traj_decode args, results;
	struct arena *arena; /* owns the texts; made and freed by the trajectory */
};

/* Where bodies come from. */
struct traj_source {
	/* Fill `b` (all absent) for `s`, allocating in b->arena.  0 or -1 with `e`. */
	int (*load)(void *ctx, const struct span *s, struct body *b, struct err *e);
	void (*close)(void *ctx); /* may be NULL; called by traj_free() */
	/*
	 * Where each span's record is JSON, an object with the fields under their names, and lies at body_at, body_len bytes
	 * long: read the bytes at `at`, `n` or as many as there are, into `out` (cleared first).  0 or -1 with `e`.  Else NULL.
	 */
	int (*window)(void *ctx, uint64_t at, size_t n, struct buf *out, struct err *e);
};

struct traj;

/* A new, empty trajectory that owns `ctx` (through src->close).  Free with traj_free(). */
struct traj *traj_new(const struct traj_source *src, void *ctx);
void traj_free(struct traj *t);

/* One start or finish record; strings are copied. */
struct span_put {
	uint32_t seq;
	uint16_t nesting;
	enum span_type type;
	struct slice type_word; /* kept for SPAN_OTHER */
	struct slice name, model;
	int64_t started, finished; /* WHEN_NONE if absent; finished set means finish record */
	bool closed;               /* finished although the source tells no time */
	bool error, hidden_error;
	uint32_t tokens_in, tokens_out, tokens_thought;
	uint64_t body_at;
	uint32_t body_len;
};

/*
 * Add a span, or replace the one with the same seq (start record, then finish record: the last one wins).
 * Wrong nesting is kept: the parent is then the nearest earlier span with a smaller nesting.
 */
void traj_put(struct traj *t, const struct span_put *p);

/* Spans, by index 0 … count-1 in order of seq. */
size_t traj_count(const struct traj *t);
const struct span *traj_span(const struct traj *t, size_t i); /* borrowed until the next traj_put() */
const struct span *traj_spans(const struct traj *t); /* all of them, one after the other; borrowed likewise; NULL: none */

/* The index of the span with this seq, or traj_count() if there is none. */
size_t traj_find(const struct traj *t, uint32_t seq);

/* A string by its number in a span header: borrowed, lives as long as the trajectory. */
struct slice traj_string(const struct traj *t, uint32_t number);
struct slice traj_name(const struct traj *t, size_t i);
struct slice traj_type_word(const struct traj *t, size_t i);

/*
 * A text of span `i`.  1: `*out` is it, borrowed until traj_release_bodies(); 0: the span has no such text;
 * -1: it cannot be read (`e`, may be NULL).  A bounded cache lies behind it.
 */
int traj_field(struct traj *t, size_t i, enum traj_field f, struct slice *out, struct err *e);

/*
 * A text that is still streaming: more of FIELD_THOUGHTS or FIELD_REPLY of an open span, which need not be here yet.
 * traj_field() hands it out where the span's record has no such text; it is then borrowed only until the next call of these
 * two or traj_put().  It ends with the span's finish record.  Past TRAJ_STREAM_MAX bytes no more is taken; of more than
 * TRAJ_STREAMS spans at once the oldest loses its texts.
 */
enum { TRAJ_STREAM_MAX = 4 << 20, TRAJ_STREAMS = 4 };
void traj_stream(struct traj *t, uint32_t seq, enum traj_field f, struct slice more);
void traj_stream_drop(struct traj *t, uint32_t seq); /* what came so far does not count: the request is tried again */

/* Changes with every call of these two that changed something. */
uint64_t traj_streamed(const struct traj *t);

/* How ARGS (or RESULTS) of span `i` were decoded. */
enum traj_decode traj_decode_of(struct traj *t, size_t i, enum traj_field f);

/*
 * The borrowed slices of this turn are no longer used: the cache may drop bodies, the least recently used first.
 * Called once a turn by the main loop and between items by commands that walk a whole run.
 */
void traj_release_bodies(struct traj *t);

/*
 * The raw bytes in which the records of spans lie, for who looks through many of them: 1 and the bytes at `at`, at most
 * `n`, in `out` (cleared first); 0 where the source has no such bytes: texts then come from traj_field() only; or -1.
 */
int traj_window(const struct traj *t, uint64_t at, size_t n, struct buf *out, struct err *e);

/*
 * Member `key` of the JSON object in field `f` (FIELD_ARGS, FIELD_RESULTS) as text: strings decoded, other values as
 * they are written.  Same lifetime and result as traj_field().
 */
int traj_member(struct traj *t, size_t i, enum traj_field f, const char *key, struct slice *out);

struct traj_totals {
	size_t spans, agents, llm_calls, tool_calls, unfinished, errors;
	uint64_t tokens_in, tokens_out, tokens_thought;
	int64_t started, finished; /* of the first span; WHEN_NONE if unknown */
};
struct traj_totals traj_totals(const struct traj *t); /* kept up to date: costs nothing to ask */

/*
 * Spans that came with a seq lower than the last one's pushed others to higher indexes, or a finished tool call was told
 * anew, so many times: whoever keeps indexes or results across traj_put() must find them anew by seq when this has
 * changed.
 */
uint64_t traj_moves(const struct traj *t);

/*
 * The llm span that asked for tool span `i` (the nearest earlier llm at its nesting, §1.6), and the one that used
 * its result (the next llm at its nesting); traj_count() if there is none.
 */
size_t traj_asked_by(const struct traj *t, size_t i);
size_t traj_used_by(const struct traj *t, size_t i);

/*
 * Was a message put in before llm span `i` that the recording does not hold?  It must have been where two llm spans follow one
 * another at one nesting without a tool call between, and neither is a compression (§1.6).
 */
bool traj_injected(const struct traj *t, size_t i);

#endif
