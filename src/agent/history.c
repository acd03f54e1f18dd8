#include "agent/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct history {
	struct llm_turn *turn; /* owned, each with its text */
	size_t n, cap;
	uint64_t *cost; /* owned; tokens of each turn */
	size_t cap_cost;
	uint64_t first; /* input tokens of the first reply */
	uint64_t next;  /* output tokens for the model's turn to come */
	bool charged;
};

struct history *history_new(void)
{
	return xcalloc(1, sizeof(struct history));
}

static void drop(struct llm_turn *t)
{
	free((char *)(uintptr_t)t->raw.p);
}

void history_free(struct history *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->n; i++)
		drop(&h->turn[i]);
	free(h->turn);
	free(h->cost);
	free(h);
}

static struct llm_turn turn_of(bool model, struct slice raw)
{
	return (struct llm_turn){.model = model, .raw = {xstrndup(raw.p, raw.n), raw.n}};
}

void history_add(struct history *h, bool model, struct slice raw)
{
	h->turn = mem_grow(h->turn, &h->cap, h->n + 1, sizeof *h->turn);
	h->cost = mem_grow(h->cost, &h->cap_cost, h->n + 1, sizeof *h->cost);
	h->turn[h->n] = turn_of(model, raw);
	h->cost[h->n++] = model ? h->next : 0;
	if (model)
		h->next = 0;
}

const struct llm_turn *history_turns(const struct history *h, size_t *n)
{
	*n = h->n;
	return h->turn;
}

static uint64_t sum(const struct history *h, size_t from)
{
	uint64_t total = 0;

	for (size_t i = from; i < h->n; i++)
		total += h->cost[i];
	return total;
}

void history_charge(struct history *h, uint64_t in, uint64_t out)
{
	uint64_t known = sum(h, 0);

	if (!h->charged)
		h->first = in;
	h->charged = true;
	if (h->n && in > known)
		h->cost[h->n - 1] += in - known;
	h->next = out;
}

uint64_t history_weight(const struct history *h)
{
	uint64_t total = sum(h, 0) + h->next;

	return total > h->first ? total - h->first : 0;
}

size_t history_suffix(const struct history *h, uint64_t most)
{
	uint64_t cost = 0;
	size_t from = h->n;

	for (size_t i = h->n; i-- > 1;) {
		cost += h->cost[i];
		if (cost > most)
			break;
		if (h->turn[i].model)
			from = i;
	}
	return from;
}

void history_compress(struct history *h, size_t from, struct slice summary)
{
	size_t kept = h->n - from;

	if (h->n < 2) { /* nothing between the first turn and the suffix: the summary only comes behind it */
		history_add(h, false, summary);
		return;
	}
	for (size_t i = 1; i < from; i++)
		drop(&h->turn[i]);
	h->turn = mem_grow(h->turn, &h->cap, kept + 2, sizeof *h->turn);
	h->cost = mem_grow(h->cost, &h->cap_cost, kept + 2, sizeof *h->cost);
	memmove(&h->turn[2], &h->turn[from], kept * sizeof *h->turn);
	memmove(&h->cost[2], &h->cost[from], kept * sizeof *h->cost);
	h->turn[1] = turn_of(false, summary);
	h->cost[1] = 0;
	h->n = kept + 2;
}

void history_take_back(struct history *h)
{
	bool model = false;

	while (h->n > 1 && !model) {
		model = h->turn[--h->n].model;
		drop(&h->turn[h->n]);
	}
}
