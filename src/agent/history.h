/*
 * The conversation as it is sent: turns in the provider's own JSON, each with the tokens that it costs
 * (syzkaller-workflow §3.8, §3.9).
 */
#ifndef AGENT_HISTORY_H
#define AGENT_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "llm/llm.h"

struct history;

struct history *history_new(void);
void history_free(struct history *h);

/* Add a turn: `raw` is a JSON array of the provider's messages; copied. */
void history_add(struct history *h, bool model, struct slice raw);

/* The turns, borrowed until the next call that changes them. */
const struct llm_turn *history_turns(const struct history *h, size_t *n);

/*
 * What a reply cost that is about to be added (or was thrown away): `in` tokens for all that was sent, of which what is not
 * yet accounted for goes to the last turn; `out` to the model's turn that is added next.
 */
void history_charge(struct history *h, uint64_t in, uint64_t out);

/* Tokens of all turns beyond those of the first request: what compression is decided by. */
uint64_t history_weight(const struct history *h);

/*
 * Where the suffix begins that stays when the rest is compressed: the longest one of at most `most` tokens that begins with
 * a model's turn; the number of turns where there is none.
 */
size_t history_suffix(const struct history *h, uint64_t most);

/* The first turn, then `summary` (a user's turn, copied) in place of all up to turn `from`, then the rest. */
void history_compress(struct history *h, size_t from, struct slice summary);

/* Take back the newest turn of the model and all behind it: what came of it was too long. */
void history_take_back(struct history *h);

#endif
