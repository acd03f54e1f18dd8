/* Asking a model: a request goes out, events stream in, an outcome ends it. */
#ifndef LLM_CLIENT_H
#define LLM_CLIENT_H

#include "base/sha256.h"
#include "llm/endpoint.h"
#include "net/http.h"

struct llm_client;
struct llm_running; /* a request under way */

/* All is borrowed and must outlive the client. */
struct llm_client *llm_client_new(struct http *h, const struct llm_endpoint *ep);
void llm_client_free(struct llm_client *c); /* NULL: nothing; its requests were cancelled or have ended */

struct llm_sink {
	void (*event)(void *arg, const struct llm_event *ev);
	/* Once; the request is gone after it.  `reply` is what there is of it, or NULL; both last for the call. */
	void (*end)(void *arg, const struct llm_outcome *o, const struct llm_reply *reply);
};

/*
 * Send.  `request_sha256` gets the hash of the body as it is sent.  Never calls the sink from inside.  NULL: ERR_USAGE or
 * ERR_NET, it cannot be sent at all.
 */
struct llm_running *llm_send(struct llm_client *c, const struct llm_request *rq, const struct llm_sink *sink, void *arg,
			     char request_sha256[SHA256_HEX + 1], struct err *e);

/* At once; nothing of the sink is called after it. */
void llm_cancel(struct llm_running *r);

#endif
