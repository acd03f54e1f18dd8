/* OpenAI's chat completions as many servers speak them (llm-apis B), behind the table llm_openai: request, answer. */
#ifndef LLM_OPENAI_H
#define LLM_OPENAI_H

#include "llm/dialect.h"

unsigned openai_request(struct buf *out, const struct llm_request *rq, const struct llm_learnt *l);
void openai_user_text(struct json_w *w, struct slice text);
void openai_results(struct json_w *w, const struct llm_result *r, size_t n, struct slice extra);

/* An answer under way, as in struct llm_dialect. */
void *openai_open(struct llm_draft *d);
void openai_chunk(void *own, struct arena *a, struct slice object);
void openai_close(void *own);
void openai_turn(void *own, bool calls, struct buf *out);
void openai_free(void *own);

#endif
