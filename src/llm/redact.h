/* Taking secrets out of what is about to be shown, written or logged (llm-apis F.2). */
#ifndef LLM_REDACT_H
#define LLM_REDACT_H

#include "base/buf.h"
#include "base/slice.h"

/*
 * Add `text` with [redacted] in the place of everything that looks like a key, a bearer token, the value of a header
 * that carries one, a key= of a URL, a user and password of a URL, and of `key` itself (may be empty).
 */
void llm_redact(struct buf *out, struct slice text, struct slice key);

#endif
