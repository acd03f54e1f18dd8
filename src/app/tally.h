/*
 * What the steps of a run took: time, tokens and calls by kind of step, and how the context grew from turn to turn.  Counted
 * from span headers, then the bytes of results, in slices, so that a million spans hold up no key; a run that goes on is counted on.
 */
#ifndef APP_TALLY_H
#define APP_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/session.h"

enum { TALLY_ROWS = 200 }; /* kinds of steps that are told apart; all further ones are one row without a name */

/* Steps of one kind: turns of one model, calls of one tool, actions of one name ... */
struct tally_row {
	enum span_type type;
	struct slice name;      /* of the model for SPAN_LLM; lives as long as the trajectory */
	uint64_t calls, errors, open; /* open: not finished, or not seen to be */
	uint64_t timed;         /* calls whose time is known */
	int64_t time;           /* µs, of these */
	uint64_t tokens_in, tokens_out, tokens_thought; /* 0: the recording tells none */
	uint64_t bytes;         /* of results, of tools only; 0: none are known */
	int64_t longest;        /* µs */
	uint32_t longest_seq;   /* the span that took longest; the first one where no time is known */
};

struct tally;

/* Over the run of `s`, which must outlive it; nothing is counted yet.  Only what may be seen (session_may_show()) will be. */
struct tally *tally_new(struct session *s);
void tally_free(struct tally *t);

/* Count on for about `us` microseconds.  True where there is more to do now.  Bodies are released. */
bool tally_step(struct tally *t, int64_t us);

size_t tally_seen(const struct tally *t);     /* spans that were counted */
size_t tally_measured(const struct tally *t); /* spans whose results were measured, where they have some */

/* Rows so far: models, then tools, then the rest, each by time, then by calls.  Borrowed until the next tally_step(). */
const struct tally_row *const *tally_rows(struct tally *t, size_t *n);

/* The longest step that is no container of others, and the most tokens that were sent in one turn: what bars are drawn by. */
int64_t tally_longest(const struct tally *t);
uint32_t tally_most_in(const struct tally *t);

/* Does a step of this type merely hold others? */
bool tally_is_container(enum span_type type);

/*
 * The turns of the main agent (llm spans at the lowest nesting at which there are any) that tell their tokens.  Their number, and
 * the tokens sent in the last one; the most that was sent in each of `n` equal parts of them, 0 in what is left of `out`:
 * returns how many parts there are, one a turn where `n` allows.
 */
size_t tally_turns(const struct tally *t, uint32_t *last);
size_t tally_context(const struct tally *t, uint32_t *out, size_t n);

#endif
