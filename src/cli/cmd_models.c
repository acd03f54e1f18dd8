/* verdict models: which models a provider has. */
#include <inttypes.h>

#include "app/provider.h"
#include "base/json.h"
#include "cli/cli.h"
#include "llm/models.h"
#include "llm/outcome.h"

struct listing {
	struct loop *loop;
	struct json_w *w; /* NULL: for people */
	size_t n; /* rows printed */
	struct llm_outcome o;
};

static void put_count(struct buf *b, uint64_t n)
{
	if (n)
		buf_addf(b, "  %9" PRIu64, n);
	else
		buf_addf(b, "  %9s", "?");
}

static void json_count(struct json_w *w, const char *key, uint64_t n)
{
	json_key(w, key);
	if (n)
		json_uint(w, n);
	else
		json_null(w);
}

static bool one(void *arg, const struct llm_model *m)
{
	struct listing *l = arg;
	struct buf line = BUF_INIT;

	if (l->w) {
		json_open(l->w, '{');
		json_kstr(l->w, "id", m->id);
		json_kstr(l->w, "title", m->title);
		json_count(l->w, "input_tokens", m->input);
		json_count(l->w, "output_tokens", m->output);
		json_close(l->w, '}');
		return true;
	}
	if (l->n++ == 0)
		cli_line("%-36s  %9s  %9s", "model", "input", "output");
	buf_addf(&line, "%-36.*s", (int)(m->id.n < 200 ? m->id.n : 200), m->id.p);
	put_count(&line, m->input);
	put_count(&line, m->output);
	if (m->title.n)
		buf_addf(&line, "  %.*s", (int)(m->title.n < 100 ? m->title.n : 100), m->title.p);
	cli_line("%s", buf_str(&line));
	buf_release(&line);
	return true;
}

static void done(void *arg, const struct llm_outcome *o)
{
	struct listing *l = arg;

	l->o = *o;
	loop_stop(l->loop, 0);
}

static int list(struct listing *l, const struct llm_endpoint *ep, struct err *e)
{
	struct http *h = http_new(l->loop, e);
	int rc = -1;

	if (h && llm_models_start(h, ep, one, done, l, e)) {
		rc = loop_run(l->loop);
		if (l->o.end != LLM_END_REPLY)
			rc = llm_outcome_err(&l->o, "cannot list the models", e);
	}
	http_free(h);
	return rc;
}

static int models(struct app *a, const struct cli_args *args, struct err *e)
{
	const char *provider = provider_setting(a, cli_value(args, "provider"), OPT_PROVIDER);
	struct llm_endpoint *ep = provider_open(a, provider ? provider : "gemini",
						provider_setting(a, cli_value(args, "base-url"), OPT_BASE_URL), e);
	struct buf out = BUF_INIT;
	struct json_w w;
	struct listing l = {.loop = ep ? loop_new(e) : NULL};
	int rc = -1;

	if (cli_given(args, "json")) {
		json_w_init(&w, &out, true);
		json_open(&w, '[');
		l.w = &w;
	}
	if (l.loop)
		rc = list(&l, ep, e);
	if (rc == 0 && l.w) {
		json_close(&w, ']');
		buf_addc(&out, '\n');
		cli_out(NULL, buf_slice(&out));
	}
	buf_release(&out);
	loop_free(l.loop);
	llm_endpoint_free(ep);
	return rc;
}

const struct cli_command cli_models = {
	.name = "models",
	.args = "",
	.help = "list the models that a provider has, with the tokens that they take and give",
	.options = {{"provider", "NAME", "gemini or openai; else setting provider"},
		    {"base-url", "URL", "where the provider is, such as a local server"},
		    {"json", NULL, "as JSON"}},
	.run = models,
};
