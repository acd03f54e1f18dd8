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

/*
 * The same for the key in a text that comes in pieces: the end of a piece that may be the front of the key is held back
 * until the next one decides.  Begins as {.key = KEY}, the key borrowed; a key shorter than LLM_KEY_MIN, as servers of
 * one's own take, is a word of ordinary texts and is let through.
 */
enum { LLM_KEY_MIN = 16 };
struct llm_veil {
	struct slice key;
	size_t held; /* bytes of the key's front */
};
void llm_veil_add(struct llm_veil *v, struct buf *out, struct slice piece);
void llm_veil_end(struct llm_veil *v, struct buf *out); /* what was held */

#endif
