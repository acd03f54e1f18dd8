/* Filling in an outcome: every text passes through here, and loses its secrets here. */
#ifndef LLM_OUTCOME_H
#define LLM_OUTCOME_H

#include "base/err.h"
#include "llm/llm.h"

/*
 * Set `end`, the message, and the code where `code` is not empty.  `key` is taken out of both (it may be empty), as is
 * all that llm_redact() knows; what is too long is cut at a character.
 */
void llm_outcome_set(struct llm_outcome *o, enum llm_end end, struct slice code, struct slice message, struct slice key);

/* Copy `text` without secrets and control characters into `out`, `n` bytes with the NUL, cut at a character. */
void llm_outcome_text(char *out, size_t n, struct slice text, struct slice key);

/* The outcome as an error: its sentence, class ERR_NET.  Returns -1. */
int llm_outcome_err(const struct llm_outcome *o, const char *what, struct err *e);

#endif
