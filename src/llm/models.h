/* Which models a provider has: its list, page by page. */
#ifndef LLM_MODELS_H
#define LLM_MODELS_H

#include "llm/endpoint.h"
#include "net/http.h"

struct llm_models; /* a list that is being read */

enum { LLM_MODELS_PAGES = 100 }; /* more are not asked for */

/*
 * Ask.  `fn` is called for each model, then `done` once: LLM_END_REPLY, all came; else why not.  Never from inside.  All is
 * borrowed.  NULL: ERR_USAGE or ERR_NET, it cannot be asked at all.
 */
struct llm_models *llm_models_start(struct http *h, const struct llm_endpoint *ep, llm_model_fn *fn,
				    void (*done)(void *arg, const struct llm_outcome *o), void *arg, struct err *e);

#endif
