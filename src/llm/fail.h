/*
 * What a failure means: the rules of llm-apis E as one table over the status, the provider's words and its hints.
 * How long to wait then: retry.h.
 */
#ifndef LLM_FAIL_H
#define LLM_FAIL_H

#include <stdint.h>

#include "llm/fault.h"
#include "llm/llm.h"

/* What the head of an answer says beside its status. */
struct llm_hints {
	int64_t after_us;    /* retry-after, as seconds or as a date; -1: none */
	int64_t after_ms_us; /* retry-after-ms, which wins; -1: none */
	int retry;           /* x-should-retry: 1, 0; -1: none */
	char request_id[80];
};
#define LLM_HINTS_INIT {.after_us = -1, .after_ms_us = -1, .retry = -1}

/* Take in one header; `now` (µs UTC) is what a date is counted from. */
void llm_hints_header(struct llm_hints *h, struct slice name, struct slice value, int64_t now);

/*
 * Sort a fault.  `status` is the answer's; an error inside an answer of 200 takes the one that it names, or one by its
 * words.  `h` may be NULL.  `key` is taken out of all texts.
 */
void llm_fail(struct llm_outcome *o, long status, const struct llm_fault *f, const struct llm_hints *h, struct slice key);

/* No whole answer came: the transfer failed with `message`.  `fatal`: waiting does not help (a certificate). */
void llm_fail_transfer(struct llm_outcome *o, long status, bool fatal, struct slice message, struct slice key);

#endif
