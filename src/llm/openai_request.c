#include "llm/clean.h"
#include "llm/openai.h"

/* ---- messages ---- */

static void message(struct json_w *w, const char *role, struct slice text)
{
	json_open(w, '{');
	json_kcstr(w, "role", role);
	llm_kstr(w, "content", text);
	json_close(w, '}');
}

void openai_user_text(struct json_w *w, struct slice text)
{
	message(w, "user", text);
}

/* A result that is an output and nothing else is that text; any other is the text of its JSON. */
static struct slice result_text(struct arena *a, struct slice json)
{
	struct slice raw, output = {0};
	size_t members = 0;

	if (json_check(json, &raw, NULL, NULL) < 0)
		return json;
	for (struct json_iter it = json_iter(raw); it.object && json_next(&it);)
		members++;
	if (members == 1 && json_get_str(a, raw, "output", &output))
		return output;
	return raw;
}

/* One message a call, directly behind the model's; what the user says meanwhile comes after them (B.2). */
void openai_results(struct json_w *w, const struct llm_result *r, size_t n, struct slice extra)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < n; i++) {
		json_open(w, '{');
		json_kcstr(w, "role", "tool");
		llm_kstr(w, "tool_call_id", r[i].id);
		llm_kstr(w, "content", result_text(a, r[i].json));
		json_close(w, '}');
	}
	if (extra.n)
		openai_user_text(w, extra);
	arena_free(a);
}

static void history(struct json_w *w, struct slice raw, void *unused)
{
	(void)unused;
	llm_clean_raw(w, raw);
}

/* ---- the rest of the request ---- */

static void tools(struct json_w *w, const struct llm_request *rq)
{
	json_key(w, "tools");
	json_open(w, '[');
	for (size_t i = 0; i < rq->ntools; i++) {
		const struct llm_tool *t = &rq->tool[i];

		json_open(w, '{');
		json_kcstr(w, "type", "function");
		json_key(w, "function");
		json_open(w, '{');
		json_kcstr(w, "name", t->name);
		llm_kstr(w, "description", slice_str(t->description));
		json_key(w, "parameters");
		llm_clean_raw(w, t->schema.n ? t->schema : SLICE("{\"type\":\"object\",\"properties\":{}}"));
		json_close(w, '}');
		json_close(w, '}');
	}
	json_close(w, ']');
}

/* The output limit, by the newer name once the older one is refused. */
static unsigned limit(struct json_w *w, const struct llm_request *rq, unsigned dropped)
{
	static const struct {
		enum llm_knob knob;
		const char *name;
	} names[] = {{LLM_KNOB_MAX, "max_tokens"}, {LLM_KNOB_MAX_COMPLETION, "max_completion_tokens"}};

	for (size_t i = 0; rq->max_output && i < sizeof names / sizeof *names; i++)
		if (!(dropped & names[i].knob)) {
			json_kint(w, names[i].name, rq->max_output);
			return names[i].knob;
		}
	return 0;
}

static unsigned effort(struct json_w *w, const struct llm_request *rq, const struct llm_learnt *l)
{
	static const char *const words[] = {
		[LLM_THINKING_NONE] = "none",
		[LLM_THINKING_LOW] = "low",
		[LLM_THINKING_MEDIUM] = "medium",
		[LLM_THINKING_HIGH] = "high",
	};
	bool none = l->effort_none && rq->ntools;

	if (!none && (rq->thinking == LLM_THINKING_DEFAULT || l->dropped & LLM_KNOB_THINKING))
		return 0;
	json_kcstr(w, "reasoning_effort", none ? "none" : words[rq->thinking]);
	return LLM_KNOB_THINKING;
}

static unsigned knobs(struct json_w *w, const struct llm_request *rq, const struct llm_learnt *l)
{
	unsigned sent = limit(w, rq, l->dropped) | effort(w, rq, l);

	if (rq->ntools && !(l->dropped & LLM_KNOB_TOOL_CHOICE)) {
		json_kcstr(w, "tool_choice", "auto");
		sent |= LLM_KNOB_TOOL_CHOICE;
	}
	if (!(l->dropped & LLM_KNOB_STREAM_OPTIONS)) {
		json_key(w, "stream_options");
		json_open(w, '{');
		json_kbool(w, "include_usage", true);
		json_close(w, '}');
		sent |= LLM_KNOB_STREAM_OPTIONS;
	}
	if (rq->temperature >= 0 && !(l->dropped & LLM_KNOB_TEMPERATURE)) {
		json_key(w, "temperature");
		llm_number(w, rq->temperature);
		sent |= LLM_KNOB_TEMPERATURE;
	}
	return sent;
}

unsigned openai_request(struct buf *out, const struct llm_request *rq, const struct llm_learnt *l)
{
	struct json_w w;
	unsigned sent;

	json_w_init(&w, out, false);
	json_open(&w, '{');
	llm_kstr(&w, "model", slice_str(rq->model));
	json_key(&w, "messages");
	json_open(&w, '[');
	if (rq->system.n)
		message(&w, "system", rq->system);
	llm_turns(&w, rq, history, NULL);
	json_close(&w, ']');
	if (rq->ntools)
		tools(&w, rq);
	json_kbool(&w, "stream", true);
	sent = knobs(&w, rq, l);
	json_close(&w, '}');
	return sent;
}
