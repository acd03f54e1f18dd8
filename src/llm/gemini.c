#include "llm/gemini.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "llm/clean.h"

/* ---- where ---- */

static const char *const key_env[] = {"VERDICT_GEMINI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", NULL};

/* The version of the API belongs to the paths here: it is taken off where it was given. */
static void base(struct buf *out, struct slice given)
{
	if (slice_ends(given, "/v1beta"))
		given = slice_sub(given, 0, given.n - strlen("/v1beta"));
	buf_add_slice(out, given);
}

static void auth(struct buf *out, struct slice key)
{
	buf_adds(out, "x-goog-api-key: ");
	buf_add_slice(out, key);
}

static void url(struct buf *out, const char *at, const char *model)
{
	struct slice id = slice_str(model);

	slice_eat(&id, "models/");
	buf_addf(out, "%s/v1beta/models/", at);
	llm_url_escape(out, id);
	buf_adds(out, ":streamGenerateContent?alt=sse");
}

static void models_url(struct buf *out, const char *at, struct slice page)
{
	buf_addf(out, "%s/v1beta/models?pageSize=1000", at);
	if (page.n) {
		buf_adds(out, "&pageToken=");
		llm_url_escape(out, page);
	}
}

/* ---- an answer ---- */

struct gemini {
	struct llm_draft *d;
	struct buf parts;  /* the turn's: a JSON array that is still open */
	struct json_w w;   /* on it */
	struct buf joined; /* unsigned text that is not among them yet */
};

static void *answer(struct llm_draft *d)
{
	struct gemini *g = xcalloc(1, sizeof *g);

	g->d = d;
	buf_init(&g->parts, LLM_REPLY_MAX);
	json_w_init(&g->w, &g->parts, false);
	json_open(&g->w, '[');
	return g;
}

static void answer_free(void *own)
{
	struct gemini *g = own;

	buf_release(&g->parts);
	buf_release(&g->joined);
	free(g);
}

/* Adjacent unsigned texts are one part; a signature stays on the part that it came with (A.7). */
static void end_text(struct gemini *g)
{
	if (g->joined.n) {
		json_open(&g->w, '{');
		llm_kstr(&g->w, "text", buf_slice(&g->joined));
		json_close(&g->w, '}');
	}
	buf_clear(&g->joined);
}

static void keep(struct gemini *g, struct slice part)
{
	end_text(g);
	llm_clean_raw(&g->w, part);
}

/* Has it no member but its text, and "thought": false? */
static bool only_text(struct slice part)
{
	for (struct json_iter it = json_iter(part); json_next(&it);)
		if (!slice_is(it.key, "\"text\"") && !slice_is(it.key, "\"thought\""))
			return false;
	return true;
}

static void call(struct gemini *g, struct arena *a, struct slice call_raw)
{
	struct slice id = {0}, name = {0};
	unsigned slot;

	json_get_str(a, call_raw, "id", &id);
	json_get_str(a, call_raw, "name", &name);
	if (!slice_eat(&name, "default_api:"))
		slice_eat(&name, "default_api.");
	slot = llm_draft_call(g->d, id);
	llm_draft_name(g->d, slot, name);
	llm_draft_args(g->d, slot, json_member(call_raw, "args"));
}

/* A call counts even where it is marked as a thought; other thoughts go back only for the signature that they carry. */
static void part(struct gemini *g, struct arena *a, struct slice raw)
{
	struct slice function = json_member(raw, "functionCall"), text = {0};
	bool thought = false, has_text = json_get_str(a, raw, "text", &text);
	bool is_signed = json_type(json_member(raw, "thoughtSignature")) == JSON_STRING;

	json_get_bool(raw, "thought", &thought);
	if (json_type(function) == JSON_OBJECT) {
		call(g, a, function);
		keep(g, raw);
	} else if (thought) {
		llm_draft_thought(g->d, text);
		if (is_signed)
			keep(g, raw);
	} else if (has_text && only_text(raw)) {
		llm_draft_text(g->d, text);
		buf_add_slice(&g->joined, text);
	} else if (json_type(raw) == JSON_OBJECT) {
		llm_draft_text(g->d, text);
		keep(g, raw);
	}
	if (g->parts.over)
		g->d->over = "its turn is longer than 16 MiB";
}

static void candidate(struct gemini *g, struct arena *a, struct slice raw)
{
	struct slice s;

	for (struct json_iter it = json_iter(json_member(json_member(raw, "content"), "parts")); json_next(&it) && !g->d->over;)
		part(g, a, it.value);
	if (json_get_str(a, raw, "finishReason", &s)) /* the last one counts: text may follow the first (A.12) */
		llm_draft_set(&g->d->finish, s);
	if (json_get_str(a, raw, "finishMessage", &s))
		llm_draft_set(&g->d->why, s);
}

static void chunk(void *own, struct arena *a, struct slice object)
{
	struct gemini *g = own;
	struct slice usage = json_member(object, "usageMetadata"), s;

	if (json_get_str(a, object, "modelVersion", &s))
		llm_draft_set(&g->d->model, s);
	if (json_get_str(a, object, "responseId", &s))
		llm_draft_set(&g->d->id, s);
	for (struct json_iter it = json_iter(json_member(object, "candidates")); json_next(&it);)
		if (llm_count(it.value, "index") == 0)
			candidate(g, a, it.value);
	if (json_get_str(a, json_member(object, "promptFeedback"), "blockReason", &s)) {
		llm_draft_set(&g->d->finish, s);
		g->d->blocked = true;
	}
	if (json_type(usage) == JSON_OBJECT) { /* of all so far, not of this piece */
		struct llm_usage u = {
			.in = llm_count(usage, "promptTokenCount") + llm_count(usage, "toolUsePromptTokenCount"),
			.cached = llm_count(usage, "cachedContentTokenCount"),
			.out = llm_count(usage, "candidatesTokenCount"),
			.thought = llm_count(usage, "thoughtsTokenCount"),
		};

		llm_draft_usage(g->d, &u);
	}
}

static void answer_close(void *own)
{
	struct gemini *g = own;

	end_text(g);
	json_close(&g->w, ']');
}

static void turn(void *own, bool calls, struct buf *out)
{
	struct gemini *g = own;
	struct json_w w;
	bool any = false;

	json_w_init(&w, out, false);
	json_open(&w, '[');
	json_open(&w, '{');
	json_kcstr(&w, "role", "model");
	json_key(&w, "parts");
	json_open(&w, '[');
	for (struct json_iter it = json_iter(buf_slice(&g->parts)); json_next(&it);)
		if (calls || !json_member(it.value, "functionCall").n) {
			json_raw(&w, it.value);
			any = true;
		}
	json_close(&w, ']');
	json_close(&w, '}');
	json_close(&w, ']');
	if (!any) /* a content without parts is refused */
		buf_clear(out);
}

static const struct llm_reason reasons[] = {
	{"STOP", LLM_END_REPLY},
	{"MAX_TOKENS", LLM_END_LENGTH},
	{"CONTINUATION", LLM_END_LENGTH},
	{"MALFORMED_FUNCTION_CALL", LLM_END_MALFORMED},
	{"MALFORMED_RESPONSE", LLM_END_MALFORMED},
	{"UNEXPECTED_TOOL_CALL", LLM_END_MALFORMED},
	{"TOO_MANY_TOOL_CALLS", LLM_END_MALFORMED},
	{"MISSING_THOUGHT_SIGNATURE", LLM_END_FATAL},
	{"SAFETY", LLM_END_REFUSED},
	{"RECITATION", LLM_END_REFUSED},
	{"LANGUAGE", LLM_END_REFUSED},
	{"BLOCKLIST", LLM_END_REFUSED},
	{"PROHIBITED_CONTENT", LLM_END_REFUSED},
	{"SPII", LLM_END_REFUSED},
	{"IMAGE_SAFETY", LLM_END_REFUSED},
	{"IMAGE_PROHIBITED_CONTENT", LLM_END_REFUSED},
	{"IMAGE_RECITATION", LLM_END_REFUSED},
	{NULL, LLM_END_REPLY},
};

static const struct llm_knob_row knobs[] = {
	{LLM_KNOB_THINKING, "thinking", true},
	{LLM_KNOB_TEMPERATURE, "temperature", false},
	{LLM_KNOB_MAX, "maxoutputtokens", false},
	{LLM_KNOB_MAX, "max_output_tokens", false},
	{LLM_KNOB_TOOL_CHOICE, "toolconfig", false},
	{LLM_KNOB_TOOL_CHOICE, "tool_config", false},
	{0, NULL, false},
};

/* ---- models ---- */

static bool generates(struct slice model)
{
	struct slice methods = json_member(model, "supportedGenerationMethods");

	for (struct json_iter it = json_iter(methods); json_next(&it);)
		if (slice_is(it.value, "\"generateContent\""))
			return true;
	return !methods.n;
}

static int models(struct slice body, struct arena *a, llm_model_fn *fn, void *arg, struct buf *next, struct err *e)
{
	struct slice raw, list, s;

	if (json_check(body, &raw, NULL, e) < 0)
		return err_wrap(e, "cannot read the list of models");
	list = json_member(raw, "models");
	if (json_type(list) != JSON_ARRAY)
		return err_set(e, ERR_INPUT, "cannot read the list of models: it holds no \"models\"");
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		struct llm_model m = {.input = llm_count(it.value, "inputTokenLimit"), .output = llm_count(it.value, "outputTokenLimit")};

		if (!generates(it.value) || !json_get_str(a, it.value, "name", &m.id))
			continue;
		slice_eat(&m.id, "models/");
		json_get_str(a, it.value, "displayName", &m.title);
		if (!fn(arg, &m))
			return 0;
	}
	if (json_get_str(a, raw, "nextPageToken", &s))
		buf_add_slice(next, s);
	return 0;
}

const struct llm_dialect llm_gemini = {
	.provider = "gemini",
	.title = "Gemini",
	.base_url = "https://generativelanguage.googleapis.com",
	.key_env = key_env,
	.base = base,
	.auth = auth,
	.url = url,
	.models_url = models_url,
	.request = gemini_request,
	.user_text = gemini_user_text,
	.results = gemini_results,
	.open = answer,
	.chunk = chunk,
	.close = answer_close,
	.turn = turn,
	.free = answer_free,
	.reasons = reasons,
	.models = models,
	.knobs = knobs,
};
