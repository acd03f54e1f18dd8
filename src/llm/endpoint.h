/*
 * Where requests go: provider, base URL, key (llm-apis F).  The key comes from the environment or from a file that only its
 * owner can read, never from a command line or from the tree that is worked on; it is wiped when the endpoint is freed.
 */
#ifndef LLM_ENDPOINT_H
#define LLM_ENDPOINT_H

#include "base/err.h"
#include "llm/dialect.h"

struct llm_endpoint;

/* NULL or "" anywhere: not given. */
struct llm_endpoint_spec {
	const char *provider; /* "gemini", "openai" */
	const char *base_url; /* NULL: the provider's own */
	const char *key_dir;  /* a file named as the provider in it may hold the key */
	const char *ca_file, *proxy;
};

/*
 * Put together an endpoint and find its key: the dialect's variables in their order, then the file.  A base URL on this machine
 * needs none.  NULL: ERR_USAGE (provider, URL), ERR_TOOL (no key, a file that others can read, a key that cannot be sent).
 */
struct llm_endpoint *llm_endpoint_new(const struct llm_endpoint_spec *spec, struct err *e);
void llm_endpoint_free(struct llm_endpoint *ep);

const struct llm_dialect *llm_endpoint_dialect(const struct llm_endpoint *ep);
const char *llm_endpoint_url(const struct llm_endpoint *ep);      /* the base URL, without slash at its end */
struct slice llm_endpoint_key(const struct llm_endpoint *ep);     /* a secret; empty: none */
const char *llm_endpoint_ca_file(const struct llm_endpoint *ep);  /* or NULL */
const char *llm_endpoint_proxy(const struct llm_endpoint *ep);    /* or NULL */

#endif
