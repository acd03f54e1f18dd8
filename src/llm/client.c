#define _GNU_SOURCE /* explicit_bzero */
#include "llm/client.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/when.h"
#include "llm/decode.h"
#include "llm/learn.h"
#include "llm/outcome.h"

struct llm_client {
	struct http *http;
	const struct llm_endpoint *ep;
	struct llm_learnt learnt;
};

struct llm_running {
	struct llm_client *client;
	struct http_call *call;
	struct llm_decoder *decoder;
	struct llm_sink sink;
	void *arg;
	unsigned sent;  /* knobs */
	bool inside;    /* one of the sink's functions may be running */
	bool cancelled; /* by it: freed when it is left */
};

struct llm_client *llm_client_new(struct http *h, const struct llm_endpoint *ep)
{
	struct llm_client *c = xcalloc(1, sizeof *c);

	c->http = h;
	c->ep = ep;
	return c;
}

void llm_client_free(struct llm_client *c)
{
	free(c);
}

static void running_free(struct llm_running *r)
{
	llm_decoder_free(r->decoder);
	free(r);
}

static void on_event(void *arg, const struct llm_event *ev)
{
	struct llm_running *r = arg;

	if (!r->cancelled && r->sink.event)
		r->sink.event(r->arg, ev);
}

static void on_head(void *arg, long status, struct slice name, struct slice value)
{
	struct llm_running *r = arg;

	llm_decoder_head(r->decoder, status, name, value, when_now());
}

/* A failure that waiting does not help with: is there another way to ask, or something to say? */
static void learn(struct llm_running *r, struct llm_outcome *o)
{
	struct llm_learnt *l = &r->client->learnt;
	const struct llm_fault *f = llm_decoder_fault(r->decoder);
	const char *advice;
	struct buf b = BUF_INIT;

	if (llm_learn(l, llm_endpoint_dialect(r->client->ep), r->sent, o->http, f)) {
		o->end = LLM_END_ADJUSTED;
		return;
	}
	advice = llm_learnt_advice(l, f);
	if (!advice)
		return;
	buf_addf(&b, "%s: %s", advice, o->message);
	llm_outcome_set(o, o->end, (struct slice){0}, buf_slice(&b), llm_endpoint_key(r->client->ep));
	buf_release(&b);
}

static void finish(struct llm_running *r, const struct llm_transfer *t)
{
	struct llm_outcome o;

	r->call = NULL;
	r->inside = true;
	o = *llm_decoder_end(r->decoder, t);
	if (o.end == LLM_END_FATAL)
		learn(r, &o);
	if (!r->cancelled)
		r->sink.end(r->arg, &o, llm_decoder_reply(r->decoder));
	running_free(r);
}

static void on_data(void *arg, struct slice bytes)
{
	struct llm_running *r = arg;
	int rc;

	r->inside = true;
	rc = llm_decoder_data(r->decoder, bytes);
	r->inside = false;
	if (r->cancelled) {
		running_free(r);
	} else if (rc < 0) {
		http_cancel(r->call);
		finish(r, &(struct llm_transfer){.ok = true});
	}
}

static void on_end(void *arg, const struct http_end *end)
{
	finish(arg, &(struct llm_transfer){.ok = end->ok, .fatal = end->tls || end->too_much, .message = slice_str(end->message)});
}

struct llm_running *llm_send(struct llm_client *c, const struct llm_request *rq, const struct llm_sink *sink, void *arg,
			     char request_sha256[SHA256_HEX + 1], struct err *e)
{
	static const struct http_sink http_sink = {on_head, on_data, on_end};
	const struct llm_dialect *d = llm_endpoint_dialect(c->ep);
	struct slice key = llm_endpoint_key(c->ep);
	struct buf url = BUF_INIT, body = BUF_INIT, auth = BUF_INIT;
	const char *headers[] = {"Content-Type: application/json", "Accept: text/event-stream", NULL, NULL};
	struct llm_running *r = xcalloc(1, sizeof *r);

	r->client = c;
	r->sink = *sink;
	r->arg = arg;
	r->decoder = llm_decoder_new(d, key, on_event, r);
	r->sent = d->request(&body, rq, &c->learnt);
	sha256_of(buf_slice(&body), request_sha256);
	d->url(&url, llm_endpoint_url(c->ep), rq->model);
	if (key.n) {
		d->auth(&auth, key);
		headers[2] = buf_str(&auth);
	}
	if (body.over)
		err_set(e, ERR_USAGE, "cannot send the request: it is longer than 1 GiB");
	else
		r->call = http_start(c->http,
				     &(struct http_request){.url = buf_str(&url), .headers = headers, .body = buf_slice(&body),
							    .ca_file = llm_endpoint_ca_file(c->ep),
							    .proxy = llm_endpoint_proxy(c->ep), .max_bytes = LLM_BODY_MAX},
				     &http_sink, r, e);
	if (auth.n)
		explicit_bzero(auth.p, auth.n);
	buf_release(&auth);
	buf_release(&url);
	buf_release(&body);
	if (!r->call) {
		running_free(r);
		return NULL;
	}
	return r;
}

void llm_cancel(struct llm_running *r)
{
	if (!r)
		return;
	if (r->call)
		http_cancel(r->call);
	r->call = NULL;
	if (r->inside)
		r->cancelled = true;
	else
		running_free(r);
}
