#include "import/text_fields.h"

#include <string.h>

/* Places for one label that are remembered: the latest ones. */
enum { PLACES = 8 };

struct places {
	struct text_mark mark[PLACES];
	unsigned n;
};

static void add_place(struct places *p, struct text_mark m)
{
	if (p->n == PLACES) {
		memmove(p->mark, p->mark + 1, (PLACES - 1) * sizeof *p->mark);
		p->n--;
	}
	p->mark[p->n++] = m;
}

/* Are the texts the same but for their blanks?  The dashboard's explanation may be wrapped anew. */
static bool same_words(struct slice a, struct slice b)
{
	for (;;) {
		a = slice_trim(a);
		b = slice_trim(b);
		while (a.n && b.n && *a.p == *b.p) {
			a = slice_sub(a, 1, a.n);
			b = slice_sub(b, 1, b.n);
		}
		if (a.n == 0 || b.n == 0)
			return slice_trim(a).n == 0 && slice_trim(b).n == 0;
		if (!strchr(" \t\r\n", *a.p) || !strchr(" \t\r\n", *b.p) || !*a.p || !*b.p)
			return false;
	}
}

/* The place of the reply: the one whose text is the explanation, else the last. */
static struct text_mark choose_reply(struct slice text, const struct places *p, const struct text_hints *hints,
				     unsigned *doubtful)
{
	for (unsigned i = p->n; p->n > 1 && hints->explanation.n && i-- > 0;)
		if (same_words(slice_sub(text, p->mark[i].value, text.n), hints->explanation))
			return p->mark[i];
	*doubtful += p->n > 1;
	return p->mark[p->n - 1];
}

/* The place of the prompt before `end`: the last one whose text holds the crash report, else the last. */
static bool choose_prompt(struct slice text, const struct places *p, size_t end, const struct text_hints *hints,
			  struct text_mark *m, unsigned *doubtful)
{
	struct slice crash = slice_trim(hints->crash);
	unsigned n = p->n;

	while (n && p->mark[n - 1].at >= end)
		n--;
	if (n == 0)
		return false;
	*m = p->mark[n - 1];
	if (n == 1)
		return true;
	for (unsigned i = n; crash.n && i-- > 0;)
		if (slice_find_slice(slice_sub(text, 0, end), crash, p->mark[i].value) != SLICE_NONE) {
			*m = p->mark[i];
			return true;
		}
	++*doubtful;
	return true;
}

static void add_mark(struct text_fields *f, struct text_mark m)
{
	f->mark[f->n++] = m;
}

/*
 * Labels as they come, each later in the order than the one before; an agent's long texts are sorted out
 * behind.
 */
struct collector {
	struct slice text;
	enum span_type type;
	struct text_fields *f;
	int last; /* label of the last field, -1 at first */
	struct places prompts, replies;
};

static void see(struct collector *c, enum text_label l, size_t at, size_t value)
{
	struct text_mark m = {.label = l, .at = at, .value = value};

	if (l == LABELS || !text_value_fits(l, slice_sub(c->text, value, c->text.n)))
		return;
	if (c->type == SPAN_AGENT && l == LABEL_PROMPT) {
		add_place(&c->prompts, m);
	} else if (c->type == SPAN_AGENT && l == LABEL_REPLY) {
		add_place(&c->replies, m);
	} else if ((int)l > c->last && c->prompts.n == 0 && c->replies.n == 0) {
		add_mark(c->f, m);
		c->last = (int)l;
	}
}

/* Prompt and reply, in this order.  A "Reply:" before all prompts is a line of the instruction. */
static void choose(struct collector *c, const struct text_hints *hints)
{
	struct text_mark reply = {.at = c->text.n}, prompt;
	unsigned *doubtful = &c->f->doubtful;
	bool replied = c->replies.n > 0, prompted;

	if (replied)
		reply = choose_reply(c->text, &c->replies, hints, doubtful);
	prompted = choose_prompt(c->text, &c->prompts, reply.at, hints, &prompt, doubtful);
	if (replied && !prompted && c->prompts.n) {
		replied = false;
		++*doubtful;
		prompted = choose_prompt(c->text, &c->prompts, c->text.n, hints, &prompt, doubtful);
	}
	if (prompted)
		add_mark(c->f, prompt);
	if (replied)
		add_mark(c->f, reply);
}

static void close_values(struct text_fields *f, size_t end)
{
	for (unsigned i = f->n; i-- > 0;) {
		f->mark[i].end = end;
		end = f->mark[i].at;
	}
}

void text_fields(struct slice text, enum span_type type, const struct text_hints *hints, struct text_fields *f)
{
	struct collector c = {.text = text, .type = type, .f = f, .last = -1};
	struct slice rest = text, line = {0};
	bool empty;

	*f = (struct text_fields){.first = {.label = LABELS}};
	if (!slice_line(&rest, &line) || !text_first(line, type, &f->first))
		return;
	see(&c, f->first.label, 0, text.n - rest.n);
	empty = line.n == 0;
	for (size_t at = text.n - rest.n; slice_line(&rest, &line); at = text.n - rest.n) {
		if (empty && line.n && line.n < 32)
			see(&c, text_label(line, type), at, text.n - rest.n);
		empty = line.n == 0;
	}
	choose(&c, hints);
	close_values(f, text.n);
}

const struct text_mark *text_field(const struct text_fields *f, enum text_label l)
{
	for (unsigned i = 0; i < f->n; i++)
		if (f->mark[i].label == l)
			return &f->mark[i];
	return NULL;
}
