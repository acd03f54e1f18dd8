/*
 * Text on its way into a request: valid UTF-8 without NUL (llm-apis D.3), because one bad byte of a tool's output makes a
 * provider refuse the whole conversation.
 */
#ifndef LLM_CLEAN_H
#define LLM_CLEAN_H

#include "base/json.h"

/* Add `s` with U+FFFD in the place of each broken byte and without NULs. */
void llm_clean(struct buf *out, struct slice s);

/* Write `s`, cleaned, as a JSON string. */
void llm_clean_str(struct json_w *w, struct slice s);

/* Write raw JSON that passed json_check(), cleaned: its escaped NULs are dropped too. */
void llm_clean_raw(struct json_w *w, struct slice raw);

#endif
