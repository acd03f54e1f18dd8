#include <string.h>

#include "llm/clean.h"
#include "llm/gemini.h"

/* What a call without a signature is given where the server insists on one (A.7). */
#define DUMMY "skip_thought_signature_validator"

/* ---- messages ---- */

static void text_part(struct json_w *w, struct slice text)
{
	json_open(w, '{');
	llm_kstr(w, "text", text);
	json_close(w, '}');
}

void gemini_user_text(struct json_w *w, struct slice text)
{
	json_open(w, '{');
	json_kcstr(w, "role", "user");
	json_key(w, "parts");
	json_open(w, '[');
	text_part(w, text);
	json_close(w, ']');
	json_close(w, '}');
}

static void response_part(struct json_w *w, const struct llm_result *r)
{
	struct slice raw = {0};

	json_open(w, '{');
	json_key(w, "functionResponse");
	json_open(w, '{');
	if (r->id.n && !slice_starts(r->id, LLM_OWN_ID))
		llm_kstr(w, "id", r->id);
	llm_kstr(w, "name", r->name);
	json_key(w, "response");
	if (json_check(r->json, &raw, NULL, NULL) == 0 && json_type(raw) == JSON_OBJECT) {
		llm_clean_raw(w, raw);
	} else {
		json_open(w, '{');
		llm_kstr(w, "output", r->json);
		json_close(w, '}');
	}
	json_close(w, '}');
	json_close(w, '}');
}

/* All responses in one content, in the order of the calls; what the user says meanwhile stands behind them (A.5). */
void gemini_results(struct json_w *w, const struct llm_result *r, size_t n, struct slice extra)
{
	json_open(w, '{');
	json_kcstr(w, "role", "user");
	json_key(w, "parts");
	json_open(w, '[');
	for (size_t i = 0; i < n; i++)
		response_part(w, &r[i]);
	if (extra.n)
		text_part(w, extra);
	json_close(w, ']');
	json_close(w, '}');
}

/* ---- history ---- */

struct history {
	const struct llm_learnt *l;
	struct arena *a;
};

/* Has a part anything to say without its signature: a call, text that is no thought, or what is not known here? */
static bool says_something(const struct history *h, struct slice part)
{
	struct slice text = {0};
	bool thought = false, more = false;

	json_get_bool(part, "thought", &thought);
	json_get_str(h->a, part, "text", &text);
	for (struct json_iter it = json_iter(part); json_next(&it);)
		more |= !slice_is(it.key, "\"thoughtSignature\"") && !slice_is(it.key, "\"thought\"") && !slice_is(it.key, "\"text\"");
	return more || (text.n && !thought);
}

/* A part of the model's with its signature taken off, or a first call with a dummy. */
static void mended_part(struct json_w *w, const struct history *h, struct slice part, bool *first_call)
{
	bool call = json_member(part, "functionCall").n > 0;
	bool bare = h->l->strip || !json_member(part, "thoughtSignature").n;

	json_open(w, '{');
	for (struct json_iter it = json_iter(part); json_next(&it);)
		if (!h->l->strip || !slice_is(it.key, "\"thoughtSignature\""))
			llm_copy(w, h->a, &it);
	if (call && *first_call && bare && h->l->dummy)
		json_kcstr(w, "thoughtSignature", DUMMY);
	*first_call = *first_call && !call;
	json_close(w, '}');
}

static void mended_parts(struct json_w *w, const struct history *h, struct slice parts)
{
	bool first_call = true;

	json_open(w, '[');
	for (struct json_iter it = json_iter(parts); json_next(&it);)
		if (!h->l->strip || says_something(h, it.value))
			mended_part(w, h, it.value, &first_call);
	json_close(w, ']');
}

static void content(struct json_w *w, struct slice raw, void *arg)
{
	const struct history *h = arg;

	if ((!h->l->dummy && !h->l->strip) || !slice_is(json_member(raw, "role"), "\"model\"")) {
		llm_clean_raw(w, raw);
		return;
	}
	json_open(w, '{');
	for (struct json_iter it = json_iter(raw); json_next(&it);) {
		if (slice_is(it.key, "\"parts\"")) {
			json_key(w, "parts");
			mended_parts(w, h, it.value);
		} else {
			llm_copy(w, h->a, &it);
		}
	}
	json_close(w, '}');
}

/* ---- the rest of the request ---- */

static void tools(struct json_w *w, const struct llm_request *rq)
{
	json_key(w, "tools");
	json_open(w, '[');
	json_open(w, '{');
	json_key(w, "functionDeclarations");
	json_open(w, '[');
	for (size_t i = 0; i < rq->ntools; i++) {
		json_open(w, '{');
		json_kcstr(w, "name", rq->tool[i].name);
		llm_kstr(w, "description", slice_str(rq->tool[i].description));
		if (rq->tool[i].schema.n) {
			json_key(w, "parametersJsonSchema");
			llm_clean_raw(w, rq->tool[i].schema);
		}
		json_close(w, '}');
	}
	json_close(w, ']');
	json_close(w, '}');
	json_close(w, ']');
}

static void tool_config(struct json_w *w)
{
	json_key(w, "toolConfig");
	json_open(w, '{');
	json_key(w, "functionCallingConfig");
	json_open(w, '{');
	json_kcstr(w, "mode", "AUTO");
	json_close(w, '}');
	json_close(w, '}');
}

/* Models up to 2.5 take a budget of tokens, later ones a level; both at once are refused (A.2). */
static void thinking(struct json_w *w, const struct llm_request *rq)
{
	static const struct {
		const char *level;
		int64_t budget;
	} how[] = {
		[LLM_THINKING_NONE] = {"MINIMAL", 0},
		[LLM_THINKING_LOW] = {"LOW", 1024},
		[LLM_THINKING_MEDIUM] = {"MEDIUM", 8192},
		[LLM_THINKING_HIGH] = {"HIGH", 24576},
	};
	bool budget = rq->model && (strstr(rq->model, "gemini-2") || strstr(rq->model, "gemini-1"));

	json_key(w, "thinkingConfig");
	json_open(w, '{');
	json_kbool(w, "includeThoughts", true);
	if (rq->thinking != LLM_THINKING_DEFAULT && budget)
		json_kint(w, "thinkingBudget", how[rq->thinking].budget);
	else if (rq->thinking != LLM_THINKING_DEFAULT)
		json_kcstr(w, "thinkingLevel", how[rq->thinking].level);
	json_close(w, '}');
}

static unsigned config(struct json_w *w, const struct llm_request *rq, unsigned dropped)
{
	unsigned want = LLM_KNOB_THINKING;

	if (rq->max_output)
		want |= LLM_KNOB_MAX;
	if (rq->temperature >= 0)
		want |= LLM_KNOB_TEMPERATURE;
	want &= ~dropped;
	if (!want)
		return 0;
	json_key(w, "generationConfig");
	json_open(w, '{');
	if (want & LLM_KNOB_MAX)
		json_kint(w, "maxOutputTokens", rq->max_output);
	if (want & LLM_KNOB_TEMPERATURE) {
		json_key(w, "temperature");
		llm_number(w, rq->temperature);
	}
	if (want & LLM_KNOB_THINKING)
		thinking(w, rq);
	json_close(w, '}');
	return want;
}

unsigned gemini_request(struct buf *out, const struct llm_request *rq, const struct llm_learnt *l)
{
	struct history h = {l, arena_new()};
	struct json_w w;
	unsigned sent = 0;

	json_w_init(&w, out, false);
	json_open(&w, '{');
	if (rq->system.n) {
		json_key(&w, "systemInstruction");
		json_open(&w, '{');
		json_key(&w, "parts");
		json_open(&w, '[');
		text_part(&w, rq->system);
		json_close(&w, ']');
		json_close(&w, '}');
	}
	json_key(&w, "contents");
	json_open(&w, '[');
	llm_turns(&w, rq, content, &h);
	json_close(&w, ']');
	if (rq->ntools) {
		tools(&w, rq);
		if (!(l->dropped & LLM_KNOB_TOOL_CHOICE)) {
			tool_config(&w);
			sent |= LLM_KNOB_TOOL_CHOICE;
		}
	}
	sent |= config(&w, rq, l->dropped);
	json_close(&w, '}');
	arena_free(h.a);
	return sent;
}
