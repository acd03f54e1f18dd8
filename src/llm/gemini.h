/* Gemini's generateContent (llm-apis A), in two parts behind its table llm_gemini: the request, the answer. */
#ifndef LLM_GEMINI_H
#define LLM_GEMINI_H

#include "llm/dialect.h"

unsigned gemini_request(struct buf *out, const struct llm_request *rq, const struct llm_learnt *l);
void gemini_user_text(struct json_w *w, struct slice text);
void gemini_results(struct json_w *w, const struct llm_result *r, size_t n, struct slice extra);

#endif
