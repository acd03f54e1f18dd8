#include "model/traj.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

/* Bodies kept after the turn that asked for them: enough for the panes and a search around them. */
enum { CACHE_SLOTS = 64 };
static const size_t cache_bytes = 32u << 20;

struct slot {
	size_t span; /* SIZE_MAX: free */
	uint64_t used; /* turn counter: the least is dropped first */
	struct body body;
};

struct traj {
	const struct traj_source *src;
	void *ctx; /* owned through src->close */
	struct span *spans;
	size_t n, cap;
	struct arena *names;
	struct slice *strings; /* [0] is the empty string */
	size_t nstrings, cap_strings;
	uint32_t *other_types; /* pairs: seq, string number */
	size_t nother, cap_other;
	struct slot *slots;
	size_t nslots, cap_slots;
	uint64_t clock;
};

static const char *const type_names[SPAN_TYPES] = {
	[SPAN_FLOW] = "flow", [SPAN_ACTION] = "action", [SPAN_AGENT] = "agent", [SPAN_LLM] = "llm",
	[SPAN_TOOL] = "tool", [SPAN_CANDIDATES] = "agent-candidates", [SPAN_LOOP] = "loop",
	[SPAN_ITERATION] = "iteration", [SPAN_OTHER] = "other",
};

const char *span_type_name(enum span_type type)
{
	return type < SPAN_TYPES ? type_names[type] : "other";
}

enum span_type span_type_of(struct slice word)
{
	for (int t = 0; t < SPAN_OTHER; t++)
		if (slice_is(word, type_names[t]))
			return (enum span_type)t;
	return SPAN_OTHER;
}

static const char *const field_names[FIELD_N] = {
	[FIELD_ERROR] = "Error", [FIELD_ARGS] = "Args", [FIELD_RESULTS] = "Results",
	[FIELD_INSTRUCTION] = "Instruction", [FIELD_PROMPT] = "Prompt", [FIELD_REPLY] = "Reply",
	[FIELD_THOUGHTS] = "Thoughts", [FIELD_ARGS_RAW] = "ArgsRaw", [FIELD_RESULTS_RAW] = "ResultsRaw",
	[FIELD_RECORD] = "Record",
};

const char *traj_field_name(enum traj_field f)
{
	return f < FIELD_N ? field_names[f] : "";
}

enum traj_field traj_field_of(struct slice name)
{
	int f = 0;

	while (f < FIELD_N && !slice_is(name, field_names[f]))
		f++;
	return (enum traj_field)f;
}

static void drop(struct slot *s)
{
	arena_free(s->body.arena);
	*s = (struct slot){.span = SIZE_MAX};
}

struct traj *traj_new(const struct traj_source *src, void *ctx)
{
	struct traj *t = xcalloc(1, sizeof *t);

	t->src = src;
	t->ctx = ctx;
	t->names = arena_new();
	t->strings = mem_grow(NULL, &t->cap_strings, 1, sizeof *t->strings);
	t->strings[t->nstrings++] = SLICE("");
	return t;
}

void traj_free(struct traj *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->nslots; i++)
		drop(&t->slots[i]);
	if (t->src && t->src->close)
		t->src->close(t->ctx);
	free(t->slots);
	free(t->spans);
	free(t->strings);
	free(t->other_types);
	arena_free(t->names);
	free(t);
}

/*
 * Names and models of a run are few and come in runs of the same, so the newest strings are compared first; past
 * a bound the search gives up and stores the string again, which costs memory and never correctness.
 */
static uint32_t intern(struct traj *t, struct slice s)
{
	size_t look = t->nstrings < 256 ? t->nstrings : 256;

	if (s.n == 0)
		return 0;
	for (size_t i = 0; i < look; i++)
		if (slice_eq(t->strings[t->nstrings - 1 - i], s))
			return (uint32_t)(t->nstrings - 1 - i);
	t->strings = mem_grow(t->strings, &t->cap_strings, t->nstrings + 1, sizeof *t->strings);
	t->strings[t->nstrings] = arena_slice(t->names, s);
	return (uint32_t)t->nstrings++;
}

size_t traj_find(const struct traj *t, uint32_t seq)
{
	size_t lo = 0, hi = t->n;

	if (seq < t->n && t->spans[seq].seq == seq) /* no gaps: the usual case */
		return seq;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->spans[mid].seq < seq)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < t->n && t->spans[lo].seq == seq ? lo : t->n;
}

/* The nearest earlier span with a smaller nesting: found by climbing from the span before. */
static uint32_t parent_of(const struct traj *t, size_t i)
{
	uint32_t p = i ? (uint32_t)(i - 1) : SPAN_NO_PARENT;

	while (p != SPAN_NO_PARENT && t->spans[p].nesting >= t->spans[i].nesting)
		p = t->spans[p].parent;
	return p;
}

/* The place for a new seq: at the end, or in order where records came late. */
static size_t insert(struct traj *t, uint32_t seq)
{
	size_t i = t->n;

	t->spans = mem_grow(t->spans, &t->cap, t->n + 1, sizeof *t->spans);
	while (i > 0 && t->spans[i - 1].seq > seq)
		i--;
	memmove(t->spans + i + 1, t->spans + i, (t->n - i) * sizeof *t->spans);
	t->n++;
	memset(&t->spans[i], 0, sizeof t->spans[i]);
	if (i + 1 < t->n) /* indexes moved: no cached body is right any more */
		for (size_t k = 0; k < t->nslots; k++)
			drop(&t->slots[k]);
	return i;
}

static void forget_body(struct traj *t, size_t i)
{
	for (size_t k = 0; k < t->nslots; k++)
		if (t->slots[k].span == i)
			drop(&t->slots[k]);
}

void traj_put(struct traj *t, const struct span_put *p)
{
	size_t i = traj_find(t, p->seq);
	bool late = false;
	struct span *s;

	if (i == t->n) {
		i = insert(t, p->seq);
		late = i + 1 < t->n;
	} else {
		forget_body(t, i);
	}
	s = &t->spans[i];
	s->seq = p->seq;
	s->nesting = p->nesting;
	s->type = (uint8_t)p->type;
	s->name = intern(t, p->name);
	s->model = intern(t, p->model);
	s->started = p->started;
	s->finished = p->finished;
	s->tokens_in = p->tokens_in;
	s->tokens_out = p->tokens_out;
	s->tokens_thought = p->tokens_thought;
	s->body_at = p->body_at;
	s->body_len = p->body_len;
	s->flags = (uint8_t)((p->finished != WHEN_NONE || p->closed ? SPAN_FINISHED : 0) | (p->error ? SPAN_ERROR : 0) |
			     (p->hidden_error ? SPAN_HIDDEN_ERROR : 0));
	if (p->type == SPAN_OTHER) {
		t->other_types = mem_grow(t->other_types, &t->cap_other, t->nother + 2, sizeof *t->other_types);
		t->other_types[t->nother++] = p->seq;
		t->other_types[t->nother++] = intern(t, p->type_word);
	}
	for (size_t k = i; k < (late ? t->n : i + 1); k++)
		t->spans[k].parent = parent_of(t, k);
}

size_t traj_count(const struct traj *t)
{
	return t->n;
}

const struct span *traj_span(const struct traj *t, size_t i)
{
	return &t->spans[i];
}

struct slice traj_string(const struct traj *t, uint32_t number)
{
	return number < t->nstrings ? t->strings[number] : SLICE("");
}

struct slice traj_name(const struct traj *t, size_t i)
{
	return traj_string(t, t->spans[i].name);
}

struct slice traj_type_word(const struct traj *t, size_t i)
{
	if (t->spans[i].type == SPAN_OTHER)
		for (size_t k = t->nother; k; k -= 2)
			if (t->other_types[k - 2] == t->spans[i].seq)
				return traj_string(t, t->other_types[k - 1]);
	return slice_str(span_type_name(t->spans[i].type));
}

static struct slot *find_slot(struct traj *t, size_t i)
{
	for (size_t k = 0; k < t->nslots; k++)
		if (t->slots[k].span == i)
			return &t->slots[k];
	return NULL;
}

static struct slot *free_slot(struct traj *t)
{
	struct slot *s = find_slot(t, SIZE_MAX);

	if (s)
		return s;
	t->slots = mem_grow(t->slots, &t->cap_slots, t->nslots + 1, sizeof *t->slots);
	s = &t->slots[t->nslots++];
	*s = (struct slot){.span = SIZE_MAX};
	return s;
}

static struct slot *load(struct traj *t, size_t i, struct err *e)
{
	struct slot *s = find_slot(t, i);

	if (!s) {
		s = free_slot(t);
		s->body.arena = arena_new();
		if (t->src->load(t->ctx, &t->spans[i], &s->body, e) < 0) {
			drop(s);
			return NULL;
		}
		s->span = i;
	}
	s->used = ++t->clock;
	return s;
}

int traj_field(struct traj *t, size_t i, enum traj_field f, struct slice *out, struct err *e)
{
	struct slot *s = load(t, i, e);

	*out = (struct slice){0};
	if (!s)
		return -1;
	*out = s->body.field[f];
	return out->p != NULL;
}

enum traj_decode traj_decode_of(struct traj *t, size_t i, enum traj_field f)
{
	struct slot *s = load(t, i, NULL);

	if (!s)
		return DECODE_NONE;
	return f == FIELD_ARGS ? s->body.args : s->body.results;
}

void traj_release_bodies(struct traj *t)
{
	for (;;) {
		struct slot *oldest = NULL;
		size_t bytes = 0, live = 0;

		for (size_t k = 0; k < t->nslots; k++) {
			struct slot *s = &t->slots[k];

			if (s->span == SIZE_MAX)
				continue;
			live++;
			bytes += arena_bytes(s->body.arena);
			if (!oldest || s->used < oldest->used)
				oldest = s;
		}
		/* the newest one stays, however large: it is what the reader looks at */
		if (live < 2 || (live <= CACHE_SLOTS && bytes <= cache_bytes))
			return;
		drop(oldest);
	}
}

int traj_member(struct traj *t, size_t i, enum traj_field f, const char *key, struct slice *out)
{
	struct slice object, raw;
	int rc = traj_field(t, i, f, &object, NULL);

	*out = (struct slice){0};
	if (rc <= 0)
		return rc;
	raw = json_member(object, key);
	if (!raw.p)
		return 0;
	*out = json_type(raw) == JSON_STRING ? json_string(load(t, i, NULL)->body.arena, raw) : raw;
	return 1;
}

struct traj_totals traj_totals(const struct traj *t)
{
	struct traj_totals r = {.spans = t->n, .started = WHEN_NONE, .finished = WHEN_NONE};

	for (size_t i = 0; i < t->n; i++) {
		const struct span *s = &t->spans[i];

		r.llm_calls += s->type == SPAN_LLM;
		r.tool_calls += s->type == SPAN_TOOL;
		r.unfinished += !(s->flags & SPAN_FINISHED);
		r.errors += (s->flags & SPAN_ERROR) != 0;
		r.tokens_in += s->tokens_in;
		r.tokens_out += s->tokens_out;
		r.tokens_thought += s->tokens_thought;
	}
	if (t->n) {
		r.started = t->spans[0].started;
		r.finished = t->spans[0].finished;
	}
	return r;
}

size_t traj_asked_by(const struct traj *t, size_t i)
{
	for (size_t k = i; k-- > 0 && t->spans[k].nesting >= t->spans[i].nesting;)
		if (t->spans[k].nesting == t->spans[i].nesting && t->spans[k].type == SPAN_LLM)
			return k;
	return t->n;
}

size_t traj_used_by(const struct traj *t, size_t i)
{
	for (size_t k = i + 1; k < t->n && t->spans[k].nesting >= t->spans[i].nesting; k++)
		if (t->spans[k].nesting == t->spans[i].nesting && t->spans[k].type == SPAN_LLM)
			return k;
	return t->n;
}
