#include <stdlib.h>

#include "base/mem.h"
#include "llm/clean.h"
#include "llm/extras.h"
#include "llm/openai.h"
#include "llm/think.h"

struct openai {
	struct llm_draft *d;
	struct buf content; /* as it goes back */
	struct think think; /* as it is shown */
	struct extras extras;
	struct {
		int64_t index;  /* the server's number of the call; -1: it gives none */
		bool has_id;    /* the id is the server's */
		struct extras extras;
	} call[LLM_CALLS_MAX];
};

void *openai_open(struct llm_draft *d)
{
	struct openai *o = xcalloc(1, sizeof *o);

	o->d = d;
	buf_init(&o->content, LLM_REPLY_MAX);
	return o;
}

void openai_free(void *own)
{
	struct openai *o = own;

	buf_release(&o->content);
	extras_release(&o->extras);
	for (unsigned i = 0; i < o->d->ncalls; i++)
		extras_release(&o->call[i].extras);
	free(o);
}

/* ---- text and thoughts ---- */

static void shown(void *arg, bool thought, struct slice s)
{
	struct openai *o = arg;

	if (thought)
		llm_draft_thought(o->d, s);
	else
		llm_draft_text(o->d, s);
}

static void add_content(struct openai *o, struct slice s)
{
	if (buf_add_slice(&o->content, s) < 0)
		o->d->over = "its text is longer than 16 MiB";
	think_feed(&o->think, s, shown, o);
}

/* A text, or an array of parts of which those of type text count. */
static void content(struct openai *o, struct arena *a, struct slice value)
{
	struct slice text;

	if (json_type(value) == JSON_STRING)
		add_content(o, json_string(a, value));
	else if (json_type(value) == JSON_ARRAY)
		for (struct json_iter it = json_iter(value); json_next(&it);)
			if (slice_is(json_member(it.value, "type"), "\"text\"") && json_get_str(a, it.value, "text", &text))
				add_content(o, text);
}

/* The names that servers have for thoughts; of several in one delta the first counts (B.3). */
static void thoughts(struct openai *o, struct arena *a, struct slice delta)
{
	static const char *const names[] = {"reasoning_content", "reasoning"};
	struct slice text = {0};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (json_get_str(a, delta, names[i], &text) && text.n) {
			llm_draft_thought(o->d, text);
			return;
		}
	for (struct json_iter it = json_iter(json_member(delta, "reasoning_details")); json_next(&it);)
		if (json_get_str(a, it.value, "text", &text) || json_get_str(a, it.value, "summary", &text))
			llm_draft_thought(o->d, text);
}

/* ---- calls ---- */

/*
 * Which call a fragment belongs to (B.3): by its index, but an id that is not the call's begins a new one, since some
 * servers number each call 0; without an index by its id, and without both it goes on with the last one unless it names
 * a function.
 */
static unsigned find_call(const struct openai *o, int64_t index, struct slice id, bool named)
{
	unsigned n = o->d->ncalls;

	for (unsigned i = n; i-- > 0;) {
		bool same = o->call[i].has_id && slice_eq(buf_slice(&o->d->call[i].id), id);

		if (index >= 0 && o->call[i].index == index)
			return !id.n || same || !o->call[i].has_id ? i : n;
		if (index < 0 && id.n && same)
			return i;
	}
	return index < 0 && !id.n && !named && n ? n - 1 : n;
}

static void arguments(struct openai *o, struct arena *a, unsigned slot, struct slice value)
{
	if (json_type(value) == JSON_STRING)
		llm_draft_args(o->d, slot, json_string(a, value));
	else if (json_type(value) != JSON_NULL)
		llm_draft_args(o->d, slot, value);
}

static void call(struct openai *o, struct arena *a, struct slice raw)
{
	struct slice function = json_member(raw, "function"), id = {0}, name = {0};
	int64_t index = -1;
	unsigned slot;

	json_get_int(raw, "index", &index);
	json_get_str(a, raw, "id", &id);
	json_get_str(a, function, "name", &name);
	slot = find_call(o, index, id, name.n > 0);
	if (slot == o->d->ncalls) {
		slot = llm_draft_call(o->d, id);
		if (slot == LLM_CALLS_MAX)
			return;
		o->call[slot].index = index;
		o->call[slot].has_id = id.n > 0;
	} else if (id.n && !o->call[slot].has_id) {
		llm_draft_set(&o->d->call[slot].id, id);
		o->call[slot].has_id = true;
	}
	llm_draft_name(o->d, slot, name);
	arguments(o, a, slot, json_member(function, "arguments"));
	for (struct json_iter it = json_iter(raw); json_next(&it);)
		if (!slice_is(it.key, "\"index\"") && !slice_is(it.key, "\"id\"") && !slice_is(it.key, "\"type\"") &&
		    !slice_is(it.key, "\"function\""))
			extras_add(&o->call[slot].extras, a, it.key, it.value);
}

/* ---- pieces ---- */

/* A piece of the message, or in an answer that was not streamed the whole of it. */
static void delta(struct openai *o, struct arena *a, struct slice raw)
{
	struct slice s;

	thoughts(o, a, raw);
	for (struct json_iter it = json_iter(raw); json_next(&it) && !o->d->over;) {
		if (slice_is(it.key, "\"content\"")) {
			content(o, a, it.value);
		} else if (slice_is(it.key, "\"tool_calls\"")) {
			for (struct json_iter c = json_iter(it.value); json_next(&c) && !o->d->over;)
				call(o, a, c.value);
		} else if (slice_is(it.key, "\"refusal\"")) {
			if (json_type(it.value) == JSON_STRING && (s = json_string(a, it.value)).n) {
				buf_add_slice(&o->d->why, slice_sub(s, 0, 1000));
				o->d->blocked = true;
			}
		} else if (!slice_is(it.key, "\"role\"") && !slice_is(it.key, "\"function_call\"")) {
			extras_add(&o->extras, a, it.key, it.value);
			if (o->extras.over)
				o->d->over = "it holds more unknown members than are kept";
		}
	}
}

static void choice(struct openai *o, struct arena *a, struct slice raw)
{
	struct slice piece = json_member(raw, "delta"), s;

	if (json_type(piece) != JSON_OBJECT)
		piece = json_member(raw, "message");
	if (json_type(piece) == JSON_OBJECT)
		delta(o, a, piece);
	if (json_get_str(a, raw, "finish_reason", &s))
		llm_draft_set(&o->d->finish, s);
}

static void usage(struct openai *o, struct slice raw)
{
	uint64_t out = llm_count(raw, "completion_tokens");
	struct llm_usage u = {
		.in = llm_count(raw, "prompt_tokens"),
		.cached = llm_count(json_member(raw, "prompt_tokens_details"), "cached_tokens"),
		.thought = llm_count(json_member(raw, "completion_tokens_details"), "reasoning_tokens"),
	};

	if (!u.cached)
		u.cached = llm_count(raw, "prompt_cache_hit_tokens");
	u.out = out > u.thought ? out - u.thought : 0; /* the thoughts are counted in */
	llm_draft_usage(o->d, &u);
}

void openai_chunk(void *own, struct arena *a, struct slice object)
{
	struct openai *o = own;
	struct slice s;

	if (json_get_str(a, object, "model", &s))
		llm_draft_set(&o->d->model, s);
	if (json_get_str(a, object, "id", &s))
		llm_draft_set(&o->d->id, s);
	for (struct json_iter it = json_iter(json_member(object, "choices")); json_next(&it);)
		if (llm_count(it.value, "index") == 0)
			choice(o, a, it.value);
	s = json_member(object, "usage");
	if (json_type(s) == JSON_OBJECT)
		usage(o, s);
}

void openai_close(void *own)
{
	struct openai *o = own;

	think_end(&o->think, shown, o);
}

/* ---- the turn ---- */

static void turn_call(const struct openai *o, struct json_w *w, unsigned slot)
{
	struct slice args;

	llm_draft_whole(o->d, slot, &args);
	json_open(w, '{');
	llm_kstr(w, "id", buf_slice(&o->d->call[slot].id));
	json_kcstr(w, "type", "function");
	json_key(w, "function");
	json_open(w, '{');
	llm_kstr(w, "name", buf_slice(&o->d->call[slot].name));
	llm_kstr(w, "arguments", args);
	json_close(w, '}');
	extras_write(&o->call[slot].extras, w);
	json_close(w, '}');
}

void openai_turn(void *own, bool calls, struct buf *out)
{
	const struct openai *o = own;
	struct json_w w;

	calls = calls && o->d->ncalls;
	if (!calls && !o->content.n)
		return;
	json_w_init(&w, out, false);
	json_open(&w, '[');
	json_open(&w, '{');
	json_kcstr(&w, "role", "assistant");
	if (o->content.n)
		llm_kstr(&w, "content", buf_slice(&o->content));
	else
		json_kcstr(&w, "content", NULL);
	extras_write(&o->extras, &w);
	if (calls) {
		json_key(&w, "tool_calls");
		json_open(&w, '[');
		for (unsigned i = 0; i < o->d->ncalls; i++)
			turn_call(o, &w, i);
		json_close(&w, ']');
	}
	json_close(&w, '}');
	json_close(&w, ']');
}
