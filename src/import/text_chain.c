#include "import/text_chain.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "import/text_span.h"

/* Candidates for one seq that are remembered, the latest ones; gaps that are followed. */
enum { KEEP = 4, GAPS_MAX = 64 };

/* A single span behind a gap of more than this is rather a line of the text. */
enum { GAP_ALONE_MAX = 8 };

static const uint32_t none = UINT32_MAX;

struct slot {
	uint32_t cand[KEEP]; /* in order; those that can be reached */
	unsigned n;
};

/* The search for one chain of successive seq. */
struct search {
	const struct text_cand *c;
	size_t n;
	uint32_t *before; /* by candidate: the one before it in its chain */
	uint32_t *parent; /* by candidate: its parent in its chain */
	struct slot *slots; /* by seq, from `seq0` */
	size_t reach, cap;
	uint32_t seq0;
};

/*
 * The parent of `b` where the chain ends at `a`: the nesting grows by one at most, so it is exactly one
 * higher.
 */
static uint32_t parent_from(const struct search *s, uint32_t a, const struct text_cand *b)
{
	while (a != none && s->c[a].nesting >= b->nesting)
		a = s->parent[a];
	return a;
}

/* Can candidate `b` follow `a`?  Its parent is left in `*parent`. */
static bool follows(const struct search *s, uint32_t a, uint32_t b, uint32_t *parent)
{
	const struct text_cand *x = &s->c[a], *y = &s->c[b];

	if (y->started < x->started || y->nesting == 0 || y->nesting > x->nesting + 1 ||
	    (x->needs_close && !y->after_close))
		return false;
	*parent = parent_from(s, a, y);
	/* behind a gap the parent may be one of those that are missing */
	return *parent == none ||
	       text_may_contain((enum span_type)s->c[*parent].type, (enum span_type)y->type);
}

/* Link `b` to the latest candidate of the seq before it that it can follow. */
static bool link_up(struct search *s, uint32_t b)
{
	const struct slot *slot = &s->slots[s->c[b].seq - s->seq0 - 1];

	for (unsigned k = slot->n; k-- > 0;)
		if (follows(s, slot->cand[k], b, &s->parent[b])) {
			s->before[b] = slot->cand[k];
			return true;
		}
	return false;
}

static void keep(struct slot *slot, uint32_t cand)
{
	if (slot->n == KEEP) {
		memmove(slot->cand, slot->cand + 1, (KEEP - 1) * sizeof *slot->cand);
		slot->n--;
	}
	slot->cand[slot->n++] = cand;
}

static bool is_root(const struct text_cand *c)
{
	return c->seq == 0 && c->nesting == 0 && c->type == SPAN_FLOW;
}

/*
 * Find what can be reached from the roots: from candidate `root` alone, or where that is `none` from every
 * flow.  Returns the last candidate of the longest chain, or `none`.
 */
static uint32_t reach(struct search *s, uint32_t root)
{
	size_t from = root == none ? 0 : root;

	s->reach = 0;
	s->seq0 = root == none ? 0 : s->c[root].seq;
	for (size_t i = from; i < s->n; i++) {
		const struct text_cand *c = &s->c[i];

		if (c->seq < s->seq0 || c->seq - s->seq0 > s->reach)
			continue;
		if (c->seq == s->seq0) {
			if (root == none ? !is_root(c) : i != root)
				continue;
			s->before[i] = s->parent[i] = none;
		} else if (!link_up(s, (uint32_t)i)) {
			continue;
		}
		if (c->seq - s->seq0 == s->reach) {
			s->slots = mem_grow(s->slots, &s->cap, s->reach + 1, sizeof *s->slots);
			s->slots[s->reach++].n = 0;
		}
		keep(&s->slots[c->seq - s->seq0], (uint32_t)i);
	}
	if (s->reach == 0)
		return none;
	return s->slots[s->reach - 1].cand[s->slots[s->reach - 1].n - 1];
}

static void add(uint32_t **list, size_t *n, size_t *cap, uint32_t v)
{
	*list = mem_grow(*list, cap, *n + 1, sizeof **list);
	(*list)[(*n)++] = v;
}

/*
 * Add the chain that ends in `last`, first span first.  What else was reached is doubtful where it stands
 * before the next head of the chain; behind that it leads nowhere.
 */
static void take(const struct search *s, struct text_chain *ch, uint32_t last)
{
	size_t from = ch->n;

	for (uint32_t i = last; i != none; i = s->before[i])
		add(&ch->heads, &ch->n, &ch->cap, i);
	for (size_t a = from, b = ch->n - 1; a < b; a++, b--) {
		uint32_t swap = ch->heads[a];

		ch->heads[a] = ch->heads[b];
		ch->heads[b] = swap;
	}
	for (size_t k = 0; k < s->reach; k++)
		for (unsigned j = 0; j < s->slots[k].n; j++) {
			uint32_t other = s->slots[k].cand[j];
			bool before = k + 1 == s->reach || other < ch->heads[from + k + 1];

			if (before && other != ch->heads[from + k])
				add(&ch->doubtful, &ch->ndoubtful, &ch->cap_doubtful, other);
		}
}

/*
 * The candidate to go on with behind a gap: the lowest seq past the chain's, at its first place; or `none`.
 */
static uint32_t behind_gap(const struct search *s, const struct text_chain *ch)
{
	const struct text_cand *last = ch->n ? &s->c[ch->heads[ch->n - 1]] : NULL;
	uint32_t best = none;

	for (size_t i = last ? ch->heads[ch->n - 1] + 1 : 0; i < s->n; i++) {
		const struct text_cand *c = &s->c[i];

		if (last && (c->seq <= last->seq + 1 || c->started < last->started || c->nesting == 0 ||
			     (last->needs_close && !c->after_close)))
			continue;
		if (best == none || c->seq < s->c[best].seq)
			best = (uint32_t)i;
	}
	return best;
}

struct text_chain text_chain_find(const struct text_cand *c, size_t n)
{
	struct text_chain ch = {0};
	struct search s = {.c = c, .n = n};
	uint32_t last;

	s.before = xcalloc(n, sizeof *s.before);
	s.parent = xcalloc(n, sizeof *s.parent);
	last = reach(&s, none);
	if (last != none)
		take(&s, &ch, last);
	for (int gap = 0;; gap++) {
		uint32_t next = behind_gap(&s, &ch), before = ch.n ? c[ch.heads[ch.n - 1]].seq : 0;

		ch.given_up = next != none && gap == GAPS_MAX;
		if (next == none || ch.given_up)
			break;
		last = reach(&s, next);
		if (s.reach < 2 && c[next].seq - before > GAP_ALONE_MAX)
			break;
		take(&s, &ch, last);
	}
	free(s.before);
	free(s.parent);
	free(s.slots);
	return ch;
}

void text_chain_release(struct text_chain *ch)
{
	free(ch->heads);
	free(ch->doubtful);
	*ch = (struct text_chain){0};
}
