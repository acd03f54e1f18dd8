#include "llm/draft.h"

#include "base/json.h"

/* Ids and names are short words; longer ones are cut. */
enum { NAME_MAX_BYTES = 1024 };

static void streamed_init(struct llm_streamed *s, struct slice key, size_t most)
{
	buf_init(&s->b, most);
	s->veil = (struct llm_veil){.key = key};
}

void llm_draft_init(struct llm_draft *d, struct slice key, void (*event)(void *arg, const struct llm_event *), void *arg)
{
	*d = (struct llm_draft){.event = event, .arg = arg, .key = key};
	streamed_init(&d->thoughts, key, LLM_REPLY_MAX);
	streamed_init(&d->text, key, LLM_REPLY_MAX);
}

void llm_draft_release(struct llm_draft *d)
{
	struct buf *texts[] = {&d->thoughts.b, &d->text.b, &d->model, &d->id, &d->finish, &d->why};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		buf_release(texts[i]);
	for (unsigned i = 0; i < d->ncalls; i++) {
		buf_release(&d->call[i].id);
		buf_release(&d->call[i].name);
		buf_release(&d->call[i].args.b);
	}
}

static void tell(struct llm_draft *d, enum llm_event_kind kind, unsigned slot, struct slice text)
{
	struct llm_event ev = {.kind = kind, .slot = slot, .text = text, .usage = d->usage};

	if (d->event)
		d->event(d->arg, &ev);
}

/* Add a piece, or with NULL what was held of those before. */
static void add(struct llm_draft *d, struct llm_streamed *to, const struct slice *piece, const char *what, enum llm_event_kind kind,
		unsigned slot)
{
	struct buf clean = BUF_INIT;

	if (d->over)
		return;
	if (piece)
		llm_veil_add(&to->veil, &clean, *piece);
	else
		llm_veil_end(&to->veil, &clean);
	if (clean.n && buf_add_slice(&to->b, buf_slice(&clean)) < 0)
		d->over = what;
	else if (clean.n)
		tell(d, kind, slot, buf_slice(&clean));
	buf_release(&clean);
}

static void add_thought(struct llm_draft *d, const struct slice *piece)
{
	add(d, &d->thoughts, piece, "its thoughts are longer than 16 MiB", LLM_THOUGHT, 0);
}

static void add_text(struct llm_draft *d, const struct slice *piece)
{
	add(d, &d->text, piece, "its text is longer than 16 MiB", LLM_TEXT, 0);
}

static void add_args(struct llm_draft *d, unsigned slot, const struct slice *piece)
{
	add(d, &d->call[slot].args, piece, "the arguments of a tool call are longer than 1 MiB", LLM_ARGS, slot);
}

void llm_draft_end(struct llm_draft *d)
{
	add_thought(d, NULL);
	add_text(d, NULL);
	for (unsigned i = 0; i < d->ncalls; i++)
		add_args(d, i, NULL);
}

void llm_draft_thought(struct llm_draft *d, struct slice s)
{
	add_thought(d, &s);
}

void llm_draft_text(struct llm_draft *d, struct slice s)
{
	add_text(d, &s);
}

unsigned llm_draft_call(struct llm_draft *d, struct slice id)
{
	unsigned slot = d->ncalls;

	if (slot == LLM_CALLS_MAX) {
		d->over = "it makes more than 64 tool calls at once";
		return slot;
	}
	d->ncalls++;
	streamed_init(&d->call[slot].args, d->key, LLM_ARGS_MAX);
	buf_add_slice(&d->call[slot].id, slice_sub(id, 0, NAME_MAX_BYTES));
	if (!id.n)
		buf_addf(&d->call[slot].id, LLM_OWN_ID "%u", slot + 1);
	return slot;
}

void llm_draft_name(struct llm_draft *d, unsigned slot, struct slice piece)
{
	struct buf *name = slot < d->ncalls ? &d->call[slot].name : NULL;
	bool first = name && !name->n;

	if (!name || !piece.n || name->n > NAME_MAX_BYTES || slice_eq(buf_slice(name), piece))
		return;
	buf_add_slice(name, slice_sub(piece, 0, NAME_MAX_BYTES));
	if (first)
		tell(d, LLM_CALL, slot, buf_slice(name));
}

void llm_draft_args(struct llm_draft *d, unsigned slot, struct slice bytes)
{
	if (slot < d->ncalls)
		add_args(d, slot, &bytes);
}

void llm_draft_usage(struct llm_draft *d, const struct llm_usage *u)
{
	d->usage = *u;
	tell(d, LLM_USAGE, 0, (struct slice){0});
}

void llm_draft_set(struct buf *b, struct slice s)
{
	if (!s.n)
		return;
	buf_clear(b);
	buf_add_slice(b, slice_sub(s, 0, 1000));
}

bool llm_draft_whole(const struct llm_draft *d, unsigned slot, struct slice *args)
{
	struct slice s = buf_slice(&d->call[slot].args.b), raw;

	*args = SLICE("{}");
	if (!slice_trim(s).n)
		return true;
	if (json_check(s, &raw, NULL, NULL) < 0)
		return false;
	if (json_type(raw) == JSON_OBJECT)
		*args = raw;
	return json_type(raw) == JSON_OBJECT || json_type(raw) == JSON_NULL;
}

void llm_draft_reply(const struct llm_draft *d, struct arena *a, struct llm_reply *out)
{
	*out = (struct llm_reply){
		.thoughts = arena_slice(a, buf_slice(&d->thoughts.b)),
		.text = arena_slice(a, buf_slice(&d->text.b)),
		.model = arena_slice(a, buf_slice(&d->model)),
		.id = arena_slice(a, buf_slice(&d->id)),
		.usage = d->usage,
		.ncalls = d->ncalls,
		.call = arena_alloc(a, d->ncalls * sizeof *out->call),
	};
	for (unsigned i = 0; i < d->ncalls; i++) {
		struct llm_call *c = &out->call[i];
		struct slice args;

		c->id = arena_slice(a, buf_slice(&d->call[i].id));
		c->name = arena_slice(a, buf_slice(&d->call[i].name));
		if (!llm_draft_whole(d, i, &args))
			c->bad_args = arena_slice(a, buf_slice(&d->call[i].args.b));
		c->args = json_one_line(a, args);
	}
}
