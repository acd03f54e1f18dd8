#include "llm/retry.h"

#include <stdbool.h>
#include <stddef.h>

#define SECOND INT64_C(1000000)

/* The first row that fits: first wait, its ceiling while it doubles, tries in all. */
static const struct policy {
	enum llm_end end;
	short from, to; /* of the status */
	short first, most, tries; /* seconds, seconds, number */
} policies[] = {
	{LLM_END_EMPTY, 0, 999, 1, 4, 4},
	{LLM_END_MALFORMED, 0, 999, 1, 4, 4},
	{LLM_END_RETRY, 200, 299, 1, 4, 4}, /* broken off in the middle */
	{LLM_END_RETRY, 429, 429, 5, 60, 6},
	{LLM_END_RETRY, 503, 503, 5, 30, 6},
	{LLM_END_RETRY, 529, 529, 5, 30, 6},
	{LLM_END_RETRY, 0, 999, 1, 30, 6},
};

/* Each of what a client learns it learns once; this is a stop if one ever went round. */
enum { ADJUSTED_TRIES = 10 };

static int64_t own_wait(const struct policy *p, unsigned n, double jitter)
{
	int64_t s = p->first;

	while (n-- > 1 && s < p->most)
		s *= 2;
	if (s > p->most)
		s = p->most;
	return (int64_t)((double)(s * SECOND) * (0.5 + 0.5 * jitter));
}

int64_t llm_retry_wait(const struct llm_outcome *o, unsigned n, double jitter)
{
	if (o->end == LLM_END_ADJUSTED)
		return n < ADJUSTED_TRIES ? 0 : -1;
	for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
		const struct policy *p = &policies[i];

		if (p->end != o->end || o->http < p->from || o->http > p->to)
			continue;
		if (n >= (unsigned)p->tries || o->wait_us > LLM_WAIT_MAX)
			return -1;
		if (o->wait_us > 0)
			return o->wait_us + (int64_t)((double)o->wait_us * 0.1 * jitter);
		return own_wait(p, n, jitter);
	}
	return -1;
}
