#include "model/traj.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
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

/* A span whose seq is new and lower than one that is there: put in its place when the next reader comes. */
struct late {
	struct span span;
	size_t order; /* of arrival: the last record of a seq wins */
};

/*
 * Spans in order of seq.  It lies behind a pointer because readers settle it first: records that came late
 * are merged in all at once, so that any order of arrival costs no more than sorting.
 */
struct table {
	struct span *spans;
	size_t n, cap;
	struct late *late;
	size_t nlate, cap_late;
	size_t orphans; /* from this index on parents are not computed yet */
	uint64_t moves; /* how often spans got other indexes, or a finished call other results */
	struct traj_totals sum; /* of spans[0 … n-1]; its count and times are taken from them when asked for */
	struct slot *slots;
	size_t nslots, cap_slots;
};

/* The texts of an open span that are still streaming. */
struct live {
	bool used;
	uint32_t seq;
	struct buf thoughts, reply;
};

struct traj {
	const struct traj_source *src;
	void *ctx; /* owned through src->close */
	struct table *tab;
	struct arena *names;
	struct slice *strings; /* [0] is the empty string */
	size_t nstrings, cap_strings;
	uint32_t *by_text; /* strings by content: their numbers, 0 is free; a power of two, at most half full */
	size_t nby_text;
	uint64_t clock;
	struct live live[TRAJ_STREAMS]; /* used ones first, the oldest first */
	uint64_t streamed;
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
	t->tab = xcalloc(1, sizeof *t->tab);
	t->names = arena_new();
	t->strings = mem_grow(NULL, &t->cap_strings, 1, sizeof *t->strings);
	t->strings[t->nstrings++] = SLICE("");
	return t;
}

/* ---- texts that are still streaming ---- */

static void live_release(struct live *l)
{
	buf_release(&l->thoughts);
	buf_release(&l->reply);
	*l = (struct live){.used = false};
}

static struct live *find_live(struct traj *t, uint32_t seq)
{
	for (size_t i = 0; i < TRAJ_STREAMS && t->live[i].used; i++)
		if (t->live[i].seq == seq)
			return &t->live[i];
	return NULL;
}

static void drop_live(struct traj *t, struct live *l)
{
	size_t i = (size_t)(l - t->live);

	live_release(l);
	memmove(l, l + 1, (TRAJ_STREAMS - i - 1) * sizeof *l);
	t->live[TRAJ_STREAMS - 1] = (struct live){.used = false};
	t->streamed++;
}

static struct live *new_live(struct traj *t, uint32_t seq)
{
	size_t i = 0;

	if (t->live[TRAJ_STREAMS - 1].used)
		drop_live(t, &t->live[0]);
	while (t->live[i].used)
		i++;
	t->live[i].used = true;
	t->live[i].seq = seq;
	buf_init(&t->live[i].thoughts, TRAJ_STREAM_MAX);
	buf_init(&t->live[i].reply, TRAJ_STREAM_MAX);
	return &t->live[i];
}

static struct buf *live_text(struct live *l, enum traj_field f)
{
	return f == FIELD_THOUGHTS ? &l->thoughts : f == FIELD_REPLY ? &l->reply : NULL;
}

void traj_free(struct traj *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->tab->nslots; i++)
		drop(&t->tab->slots[i]);
	if (t->src && t->src->close)
		t->src->close(t->ctx);
	for (size_t i = 0; i < TRAJ_STREAMS; i++)
		live_release(&t->live[i]);
	free(t->tab->slots);
	free(t->tab->spans);
	free(t->tab->late);
	free(t->tab);
	free(t->strings);
	free(t->by_text);
	arena_free(t->names);
	free(t);
}

/* FNV-1a from a start that nobody outside knows, so that no recording can choose names that all collide. */
static size_t hash_text(const struct traj *t, struct slice s)
{
	uint64_t h = 0xcbf29ce484222325 ^ (uint64_t)(uintptr_t)t;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3;
	return (size_t)(h ^ h >> 32);
}

/* The slot of `s`: its own, or the free one where it would go. */
static uint32_t *slot_of_text(const struct traj *t, struct slice s)
{
	size_t i = hash_text(t, s) & (t->nby_text - 1);

	while (t->by_text[i] && !slice_eq(t->strings[t->by_text[i]], s))
		i = (i + 1) & (t->nby_text - 1);
	return &t->by_text[i];
}

static void more_slots(struct traj *t)
{
	free(t->by_text);
	t->nby_text = t->nby_text ? t->nby_text * 2 : 64;
	t->by_text = xcalloc(t->nby_text, sizeof *t->by_text);
	for (size_t i = 1; i < t->nstrings; i++)
		*slot_of_text(t, t->strings[i]) = (uint32_t)i;
}

/* The number of a string: each is kept once. */
static uint32_t intern(struct traj *t, struct slice s)
{
	uint32_t *slot;

	if (s.n == 0)
		return 0;
	if (t->nstrings * 2 >= t->nby_text)
		more_slots(t);
	slot = slot_of_text(t, s);
	if (*slot == 0) {
		t->strings = mem_grow(t->strings, &t->cap_strings, t->nstrings + 1, sizeof *t->strings);
		t->strings[t->nstrings] = arena_slice(t->names, s);
		*slot = (uint32_t)t->nstrings++;
	}
	return *slot;
}

/* Count a span in (sign 1), or out (-1) before another record takes its place. */
static void count(struct table *tab, const struct span *s, int sign)
{
	struct traj_totals *sum = &tab->sum;
	size_t one = (size_t)sign; /* wraps round, as unsigned numbers do */

	sum->agents += s->type == SPAN_AGENT ? one : 0;
	sum->llm_calls += s->type == SPAN_LLM ? one : 0;
	sum->tool_calls += s->type == SPAN_TOOL ? one : 0;
	sum->unfinished += s->flags & SPAN_FINISHED ? 0 : one;
	sum->errors += s->flags & SPAN_ERROR ? one : 0;
	sum->tokens_in += (uint64_t)sign * s->tokens_in;
	sum->tokens_out += (uint64_t)sign * s->tokens_out;
	sum->tokens_thought += (uint64_t)sign * s->tokens_thought;
}

/* The index of `seq` among the spans that are in their places, or tab->n. */
static size_t find(const struct table *tab, uint32_t seq)
{
	size_t lo = 0, hi = tab->n;

	if (seq < tab->n && tab->spans[seq].seq == seq) /* no gaps: the usual case */
		return seq;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (tab->spans[mid].seq < seq)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < tab->n && tab->spans[lo].seq == seq ? lo : tab->n;
}

/* The nearest earlier span with a smaller nesting: found by climbing from the span before. */
static uint32_t parent_of(const struct table *tab, size_t i)
{
	uint32_t p = i ? (uint32_t)(i - 1) : SPAN_NO_PARENT;

	while (p != SPAN_NO_PARENT && tab->spans[p].nesting >= tab->spans[i].nesting)
		p = tab->spans[p].parent;
	return p;
}

static int compare_late(const void *a, const void *b)
{
	const struct late *x = a, *y = b;

	if (x->span.seq != y->span.seq)
		return x->span.seq < y->span.seq ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Sort the late spans and keep the last record of each seq. */
static void sort_late(struct table *tab)
{
	size_t kept = 0;

	qsort(tab->late, tab->nlate, sizeof *tab->late, compare_late);
	for (size_t i = 0; i < tab->nlate; i++)
		if (i + 1 == tab->nlate || tab->late[i].span.seq != tab->late[i + 1].span.seq)
			tab->late[kept++] = tab->late[i];
	tab->nlate = kept;
}

static void merge_late(struct table *tab)
{
	size_t from, to, k;

	sort_late(tab);
	tab->spans = mem_grow(tab->spans, &tab->cap, tab->n + tab->nlate, sizeof *tab->spans);
	for (size_t i = 0; i < tab->nlate; i++)
		count(tab, &tab->late[i].span, 1);
	tab->moves++;
	from = tab->n;
	k = tab->nlate;
	to = tab->n += k;
	while (k) {
		if (from && tab->spans[from - 1].seq > tab->late[k - 1].span.seq)
			tab->spans[--to] = tab->spans[--from];
		else
			tab->spans[--to] = tab->late[--k].span;
	}
	if (to < tab->orphans)
		tab->orphans = to;
	tab->nlate = 0;
	for (size_t i = 0; i < tab->nslots; i++) /* indexes moved: no cached body is right any more */
		drop(&tab->slots[i]);
}

/* What readers see: all spans in their places, with parents. */
static struct table *settled(const struct traj *t)
{
	struct table *tab = t->tab;

	if (tab->nlate)
		merge_late(tab);
	for (; tab->orphans < tab->n; tab->orphans++)
		tab->spans[tab->orphans].parent = parent_of(tab, tab->orphans);
	return tab;
}

static void forget_body(struct table *tab, size_t i)
{
	for (size_t k = 0; k < tab->nslots; k++)
		if (tab->slots[k].span == i)
			drop(&tab->slots[k]);
}

static struct span span_of(struct traj *t, const struct span_put *p)
{
	struct span s = {
		.started = p->started, .finished = p->finished, .body_at = p->body_at,
		.body_len = p->body_len, .seq = p->seq, .parent = SPAN_NO_PARENT, .name = intern(t, p->name),
		.model = intern(t, p->model), .tokens_in = p->tokens_in, .tokens_out = p->tokens_out,
		.tokens_thought = p->tokens_thought, .nesting = p->nesting, .type = (uint8_t)p->type,
		.type_word = p->type == SPAN_OTHER ? intern(t, p->type_word) : 0,
	};

	if (p->finished != WHEN_NONE || p->closed)
		s.flags |= SPAN_FINISHED;
	if (p->error)
		s.flags |= SPAN_ERROR;
	if (p->hidden_error)
		s.flags |= SPAN_HIDDEN_ERROR;
	return s;
}

static void put_late(struct table *tab, const struct span *s)
{
	tab->late = mem_grow(tab->late, &tab->cap_late, tab->nlate + 1, sizeof *tab->late);
	tab->late[tab->nlate] = (struct late){*s, tab->nlate};
	tab->nlate++;
	/*
	 * records of one late seq may come again and again: they must not pile up beyond the spans themselves
	 */
	if (tab->nlate > 1024 + tab->n / 2)
		merge_late(tab);
}

void traj_put(struct traj *t, const struct span_put *p)
{
	struct table *tab = t->tab;
	struct span s = span_of(t, p);
	size_t i;

	if (s.flags & SPAN_FINISHED)
		traj_stream_drop(t, s.seq);
	if (tab->n == 0 || s.seq > tab->spans[tab->n - 1].seq) {
		tab->spans = mem_grow(tab->spans, &tab->cap, tab->n + 1, sizeof *tab->spans);
		tab->spans[tab->n++] = s;
		count(tab, &s, 1);
		return;
	}
	i = find(tab, s.seq);
	if (i == tab->n) {
		put_late(tab, &s);
		return;
	}
	forget_body(tab, i);
	if (s.nesting == tab->spans[i].nesting)
		s.parent = tab->spans[i].parent;
	else if (i < tab->orphans) /* what hangs below it may change too */
		tab->orphans = i;
	if (tab->spans[i].type == SPAN_TOOL && tab->spans[i].flags & SPAN_FINISHED &&
	    tab->spans[i].body_at != s.body_at)
		tab->moves++;
	count(tab, &tab->spans[i], -1);
	count(tab, &s, 1);
	tab->spans[i] = s;
}

size_t traj_count(const struct traj *t)
{
	return settled(t)->n;
}

const struct span *traj_span(const struct traj *t, size_t i)
{
	return &settled(t)->spans[i];
}

const struct span *traj_spans(const struct traj *t)
{
	return settled(t)->spans;
}

size_t traj_find(const struct traj *t, uint32_t seq)
{
	return find(settled(t), seq);
}

struct slice traj_string(const struct traj *t, uint32_t number)
{
	return number < t->nstrings ? t->strings[number] : SLICE("");
}

struct slice traj_name(const struct traj *t, size_t i)
{
	return traj_string(t, traj_span(t, i)->name);
}

struct slice traj_type_word(const struct traj *t, size_t i)
{
	const struct span *s = traj_span(t, i);

	return s->type == SPAN_OTHER ? traj_string(t, s->type_word) : slice_str(span_type_name(s->type));
}

void traj_stream(struct traj *t, uint32_t seq, enum traj_field f, struct slice more)
{
	size_t i = find(t->tab, seq);
	struct live *l = find_live(t, seq);
	struct buf *b;

	if (more.n == 0 || (f != FIELD_THOUGHTS && f != FIELD_REPLY) || (i < t->tab->n && t->tab->spans[i].flags & SPAN_FINISHED))
		return;
	b = live_text(l ? l : new_live(t, seq), f);
	if (buf_add_slice(b, more) == 0)
		t->streamed++;
}

void traj_stream_drop(struct traj *t, uint32_t seq)
{
	struct live *l = find_live(t, seq);

	if (l)
		drop_live(t, l);
}

uint64_t traj_streamed(const struct traj *t)
{
	return t->streamed;
}

static struct slot *find_slot(struct table *tab, size_t i)
{
	for (size_t k = 0; k < tab->nslots; k++)
		if (tab->slots[k].span == i)
			return &tab->slots[k];
	return NULL;
}

static struct slot *free_slot(struct table *tab)
{
	struct slot *s = find_slot(tab, SIZE_MAX);

	if (s)
		return s;
	tab->slots = mem_grow(tab->slots, &tab->cap_slots, tab->nslots + 1, sizeof *tab->slots);
	s = &tab->slots[tab->nslots++];
	*s = (struct slot){.span = SIZE_MAX};
	return s;
}

static struct slot *load(struct traj *t, size_t i, struct err *e)
{
	struct table *tab = settled(t);
	struct slot *s = find_slot(tab, i);

	if (!s) {
		s = free_slot(tab);
		s->body.arena = arena_new();
		if (t->src->load(t->ctx, &tab->spans[i], &s->body, e) < 0) {
			drop(s);
			return NULL;
		}
		s->span = i;
	}
	s->used = ++t->clock;
	return s;
}

static struct slice streaming(struct traj *t, uint32_t seq, enum traj_field f)
{
	struct live *l = find_live(t, seq);
	struct buf *b = l ? live_text(l, f) : NULL;

	return b && b->n ? buf_slice(b) : (struct slice){0};
}

int traj_field(struct traj *t, size_t i, enum traj_field f, struct slice *out, struct err *e)
{
	struct slot *s = load(t, i, e);

	*out = (struct slice){0};
	if (!s)
		return -1;
	*out = s->body.field[f];
	if (!out->p)
		*out = streaming(t, settled(t)->spans[i].seq, f);
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
	struct table *tab = t->tab;

	for (;;) {
		struct slot *oldest = NULL;
		size_t bytes = 0, live = 0;

		for (size_t k = 0; k < tab->nslots; k++) {
			struct slot *s = &tab->slots[k];

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

int traj_window(const struct traj *t, uint64_t at, size_t n, struct buf *out, struct err *e)
{
	if (!t->src || !t->src->window)
		return 0;
	return t->src->window(t->ctx, at, n, out, e) < 0 ? -1 : 1;
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
	const struct table *tab = settled(t);
	struct traj_totals r = tab->sum;

	r.spans = tab->n;
	r.started = tab->n ? tab->spans[0].started : WHEN_NONE;
	r.finished = tab->n ? tab->spans[0].finished : WHEN_NONE;
	return r;
}

uint64_t traj_moves(const struct traj *t)
{
	return settled(t)->moves;
}

size_t traj_asked_by(const struct traj *t, size_t i)
{
	const struct table *tab = settled(t);

	for (size_t k = i; k-- > 0 && tab->spans[k].nesting >= tab->spans[i].nesting;)
		if (tab->spans[k].nesting == tab->spans[i].nesting && tab->spans[k].type == SPAN_LLM)
			return k;
	return tab->n;
}

size_t traj_used_by(const struct traj *t, size_t i)
{
	const struct table *tab = settled(t);

	for (size_t k = i + 1; k < tab->n && tab->spans[k].nesting >= tab->spans[i].nesting; k++)
		if (tab->spans[k].nesting == tab->spans[i].nesting && tab->spans[k].type == SPAN_LLM)
			return k;
	return tab->n;
}

static bool is_compression(const struct traj *t, size_t i)
{
	return slice_ends(traj_name(t, i), "-compressor");
}

bool traj_injected(const struct traj *t, size_t i)
{
	const struct table *tab = settled(t);
	size_t k = i;

	if (tab->spans[i].type != SPAN_LLM || is_compression(t, i))
		return false;
	while (k-- > 0 && tab->spans[k].nesting > tab->spans[i].nesting)
		;
	return k != SIZE_MAX && tab->spans[k].nesting == tab->spans[i].nesting && tab->spans[k].type == SPAN_LLM &&
	       !is_compression(t, k);
}
