/*
 * What an endpoint's refusals teach (llm-apis E, A.7, B.7, B.8): a member that it does not take is sent no more, signatures
 * that it does not know are mended; each once, for as long as the client lives.
 */
#ifndef LLM_LEARN_H
#define LLM_LEARN_H

#include "llm/dialect.h"
#include "llm/fault.h"

/*
 * A request that held the knobs `sent` was refused with `f`: true where something was learnt from it, so that the same should
 * be sent once more as it is made now.
 */
bool llm_learn(struct llm_learnt *l, const struct llm_dialect *d, unsigned sent, long status, const struct llm_fault *f);

#endif
