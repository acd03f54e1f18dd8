/* How long to wait before the same request is sent again, and when to stop (llm-apis E). */
#ifndef LLM_RETRY_H
#define LLM_RETRY_H

#include <stdint.h>

#include "llm/llm.h"

/* The longest wait, in µs, that a provider may ask for: past it a person decides. */
#define LLM_WAIT_MAX (INT64_C(300) * 1000000)

/*
 * Try number `n` (from 1) of a request has ended with `o`: microseconds to wait before the next, 0 for at once, or -1: give
 * up, for the outcome is none that waiting helps with, its tries are used up, or the wait is past LLM_WAIT_MAX.
 *
 * `jitter`, 0 to 1, is the caller's random number: the program's own waits are half fixed and half by it, so that many runs
 * do not come back at once; what a provider asks for is never cut, up to a tenth is added.
 */
int64_t llm_retry_wait(const struct llm_outcome *o, unsigned n, double jitter);

#endif
