#define _GNU_SOURCE /* explicit_bzero */
#include "llm/models.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/when.h"
#include "llm/fail.h"
#include "llm/outcome.h"

struct llm_models {
	struct http *http;
	const struct llm_endpoint *ep;
	llm_model_fn *fn;
	void (*done)(void *arg, const struct llm_outcome *o);
	void *arg;
	struct http_call *call;
	struct buf body, next;
	struct llm_hints hints;
	long status;
	unsigned pages;
	bool enough; /* fn wants no more */
};

static void free_models(struct llm_models *m)
{
	buf_release(&m->body);
	buf_release(&m->next);
	free(m);
}

static void finish(struct llm_models *m, const struct llm_outcome *o)
{
	m->done(m->arg, o);
	free_models(m);
}

static void on_head(void *arg, long status, struct slice name, struct slice value)
{
	struct llm_models *m = arg;

	m->status = status;
	llm_hints_header(&m->hints, name, value, when_now());
}

static void on_data(void *arg, struct slice bytes)
{
	buf_add_slice(&((struct llm_models *)arg)->body, bytes);
}

static bool one_model(void *arg, const struct llm_model *model)
{
	struct llm_models *m = arg;

	m->enough = !m->fn(m->arg, model);
	return !m->enough;
}

static int ask(struct llm_models *m, struct err *e);

/* A whole page: its models, and the next one. */
static void take_page(struct llm_models *m)
{
	const struct llm_dialect *d = llm_endpoint_dialect(m->ep);
	struct llm_outcome o = {.end = LLM_END_REPLY, .http = m->status};
	struct arena *a = arena_new();
	struct err e = {0};
	int rc;

	buf_clear(&m->next);
	rc = d->models(buf_slice(&m->body), a, one_model, m, &m->next, &e);
	arena_free(a);
	if (rc == 0 && m->next.n && !m->enough) {
		if (++m->pages == LLM_MODELS_PAGES)
			rc = err_set(&e, ERR_NET, "the list goes on after %d pages", LLM_MODELS_PAGES);
		else if ((rc = ask(m, &e)) == 0)
			return;
	}
	if (rc < 0)
		llm_outcome_set(&o, LLM_END_FATAL, SLICE("models"), slice_str(e.msg), llm_endpoint_key(m->ep));
	finish(m, &o);
}

static void on_end(void *arg, const struct http_end *end)
{
	struct llm_models *m = arg;
	struct llm_outcome o = {0};

	if (end->ok && m->status >= 200 && m->status <= 299) {
		take_page(m);
		return;
	}
	if (end->ok) {
		struct arena *a = arena_new();
		struct llm_fault f = {0};

		llm_fault_read(&f, a, buf_slice(&m->body));
		llm_fail(&o, m->status, &f, &m->hints, llm_endpoint_key(m->ep));
		arena_free(a);
	} else {
		llm_fail_transfer(&o, m->status, end->tls, slice_str(end->message), llm_endpoint_key(m->ep));
	}
	finish(m, &o);
}

static int ask(struct llm_models *m, struct err *e)
{
	static const struct http_sink sink = {on_head, on_data, on_end};
	const struct llm_dialect *d = llm_endpoint_dialect(m->ep);
	struct slice key = llm_endpoint_key(m->ep);
	struct buf url = BUF_INIT, auth = BUF_INIT;
	const char *headers[] = {"Accept: application/json", NULL, NULL};

	d->models_url(&url, llm_endpoint_url(m->ep), buf_slice(&m->next));
	if (key.n) {
		d->auth(&auth, key);
		headers[1] = buf_str(&auth);
	}
	buf_clear(&m->body);
	m->call = http_start(m->http,
			     &(struct http_request){.url = buf_str(&url), .headers = headers, .ca_file = llm_endpoint_ca_file(m->ep),
						    .proxy = llm_endpoint_proxy(m->ep), .max_bytes = LLM_REPLY_MAX},
			     &sink, m, e);
	if (auth.n)
		explicit_bzero(auth.p, auth.n);
	buf_release(&auth);
	buf_release(&url);
	return m->call ? 0 : -1;
}

struct llm_models *llm_models_start(struct http *h, const struct llm_endpoint *ep, llm_model_fn *fn,
				    void (*done)(void *arg, const struct llm_outcome *o), void *arg, struct err *e)
{
	struct llm_models *m = xcalloc(1, sizeof *m);

	m->http = h;
	m->ep = ep;
	m->fn = fn;
	m->done = done;
	m->arg = arg;
	m->hints = (struct llm_hints)LLM_HINTS_INIT;
	if (ask(m, e) < 0) {
		free_models(m);
		return NULL;
	}
	return m;
}
