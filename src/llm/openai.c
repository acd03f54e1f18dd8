#include "llm/openai.h"

#include <string.h>

/* ---- where ---- */

static const char *const key_env[] = {"VERDICT_OPENAI_API_KEY", "OPENAI_API_KEY", NULL};

/* A base URL without a path gets /v1: with and without are common (B.1). */
static void base(struct buf *out, struct slice given)
{
	size_t host = slice_find(given, "://", 0);

	buf_add_slice(out, given);
	if (host != SLICE_NONE && slice_chr(given, '/', host + strlen("://")) == SLICE_NONE)
		buf_adds(out, "/v1");
}

static void auth(struct buf *out, struct slice key)
{
	buf_adds(out, "Authorization: Bearer ");
	buf_add_slice(out, key);
}

static void url(struct buf *out, const char *at, const char *model)
{
	(void)model;
	buf_addf(out, "%s/chat/completions", at);
}

static void models_url(struct buf *out, const char *at, struct slice page)
{
	(void)page;
	buf_addf(out, "%s/models", at);
}

/* ---- words ---- */

static const struct llm_reason reasons[] = {
	{"stop", LLM_END_REPLY},
	{"tool_calls", LLM_END_REPLY},
	{"length", LLM_END_LENGTH},
	{"content_filter", LLM_END_REFUSED},
	{"error", LLM_END_RETRY},
	{"abort", LLM_END_RETRY},
	{"insufficient_system_resource", LLM_END_RETRY},
	{NULL, LLM_END_REPLY},
};

static const struct llm_knob_row knobs[] = {
	{LLM_KNOB_MAX, "max_tokens", false},
	{LLM_KNOB_MAX_COMPLETION, "max_completion_tokens", false},
	{LLM_KNOB_TEMPERATURE, "temperature", false},
	{LLM_KNOB_THINKING, "reasoning_effort", false},
	{LLM_KNOB_STREAM_OPTIONS, "stream_options", false},
	{LLM_KNOB_TOOL_CHOICE, "tool_choice", false},
	{0, NULL, false},
};

/* ---- models ---- */

/* vLLM, OpenRouter and llama.cpp say each in their way what a model takes; OpenAI does not. */
static uint64_t input_limit(struct slice model)
{
	uint64_t n = llm_count(model, "max_model_len");

	if (!n)
		n = llm_count(model, "context_length");
	return n ? n : llm_count(json_member(model, "meta"), "n_ctx");
}

static int models(struct slice body, struct arena *a, llm_model_fn *fn, void *arg, struct buf *next, struct err *e)
{
	struct slice raw, list;

	(void)next;
	if (json_check(body, &raw, NULL, e) < 0)
		return err_wrap(e, "cannot read the list of models");
	list = json_member(raw, "data");
	if (json_type(list) != JSON_ARRAY)
		return err_set(e, ERR_INPUT, "cannot read the list of models: it holds no \"data\"");
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		struct llm_model m = {
			.input = input_limit(it.value),
			.output = llm_count(json_member(it.value, "top_provider"), "max_completion_tokens"),
		};

		if (!json_get_str(a, it.value, "id", &m.id))
			continue;
		json_get_str(a, it.value, "name", &m.title);
		if (!fn(arg, &m))
			return 0;
	}
	return 0;
}

const struct llm_dialect llm_openai = {
	.provider = "openai",
	.title = "OpenAI",
	.base_url = "https://api.openai.com/v1",
	.key_env = key_env,
	.base = base,
	.auth = auth,
	.url = url,
	.models_url = models_url,
	.request = openai_request,
	.user_text = openai_user_text,
	.results = openai_results,
	.open = openai_open,
	.chunk = openai_chunk,
	.close = openai_close,
	.turn = openai_turn,
	.free = openai_free,
	.reasons = reasons,
	.models = models,
	.knobs = knobs,
};
