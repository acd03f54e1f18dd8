#include "import/text_heads.h"

#include <stdlib.h>

#include "base/mem.h"
#include "import/text_job.h"

static const char summaries[] = "LLM Calls Summary:";

bool text_heads_columns(struct slice line)
{
	return slice_starts(line, "Seq") && text_words(line, "Seq Timestamp Type Name Duration");
}

static bool is_caption(struct slice line)
{
	return slice_starts(line, "Trajectory:") && line.n < 64;
}

/* The last byte before `at` that is not a newline, or NUL. */
static char last_before(struct slice text, size_t at)
{
	while (at && text.p[at - 1] == '\n')
		at--;
	return at ? text.p[at - 1] : '\0';
}

/* Is the line a head with a first line that fits?  Fills `c` but for `at`. */
static bool is_candidate(struct slice text, struct slice line, size_t behind, struct text_cand *c)
{
	struct slice rest = slice_sub(text, behind, text.n), next = {0};
	struct text_first first;
	struct text_head head;

	if (!text_head(line, &head))
		return false;
	slice_line(&rest, &next);
	if (!text_first(next, head.type, &first))
		return false;
	if (first.label != LABELS && !text_value_fits(first.label, rest))
		return false;
	*c = (struct text_cand){
		.started = head.started, .body = (uint32_t)behind, .seq = head.seq,
		.nesting = (uint8_t)head.nesting, .type = (uint8_t)head.type,
	};
	if (first.label == LABEL_ARGS || first.label == LABEL_RESULTS)
		c->needs_close = slice_starts(rest, "map[");
	return true;
}

/* What the line before a head may be. */
struct before {
	bool empty, columns;
	bool caption;    /* the one before the columns */
	bool head;       /* it looks like a head itself */
	bool bare;       /* it is all of a span that has no fields: a duration right below a head */
};

static struct before look_back(struct slice line, struct before b, bool head, enum span_type type)
{
	struct text_first first;

	if (line.n == 0)
		return (struct before){.empty = true};
	return (struct before){
		.columns = text_heads_columns(line),
		.caption = is_caption(line),
		.head = head,
		.bare = b.head && text_first(line, type, &first) && first.duration && first.label == LABELS,
	};
}

static void collect(struct text_heads *t)
{
	struct slice rest = t->text, line;
	struct before b = {.empty = true};
	bool started = false;
	enum span_type type = SPAN_OTHER;

	for (size_t at = 0; slice_line(&rest, &line); at = t->text.n - rest.n) {
		struct text_cand c;
		bool head = (b.empty || b.columns || b.bare) &&
			    is_candidate(t->text, line, t->text.n - rest.n, &c);

		/* above the first trajectory only texts can look like spans */
		if (b.caption && text_heads_columns(line) && !started) {
			started = true;
			t->ncand = 0;
		}
		if (head) {
			c.at = (uint32_t)at;
			c.after_close = last_before(t->text, at) == ']';
			type = (enum span_type)c.type;
			t->cand = mem_grow(t->cand, &t->cap_cand, t->ncand + 1, sizeof *t->cand);
			t->cand[t->ncand++] = c;
		}
		b = look_back(line, b, head, type);
	}
}

/* ---- the ends of the parts ---- */

/* The start of the line that ends before the newline at `at` - 1. */
static size_t line_before(struct slice text, size_t at)
{
	if (at == 0)
		return 0;
	at--;
	while (at && text.p[at - 1] != '\n')
		at--;
	return at;
}

static struct slice line_at(struct slice text, size_t at)
{
	struct slice rest = slice_sub(text, at, text.n), line = {0};

	slice_line(&rest, &line);
	return line;
}

/* What stands above a head at `at`: its caption and column names belong to the trajectory. */
static size_t top_above(struct slice text, size_t at)
{
	size_t columns = line_before(text, at), caption;

	if (!text_heads_columns(line_at(text, columns)))
		return at;
	caption = line_before(text, columns);
	return is_caption(line_at(text, caption)) ? caption : columns;
}

static size_t find_top(const struct text_heads *t)
{
	struct slice rest = t->text, line;

	if (t->chain.n)
		return top_above(t->text, t->cand[t->chain.heads[0]].at);
	for (size_t at = 0; slice_line(&rest, &line); at = t->text.n - rest.n)
		if (is_caption(line) && text_heads_columns(line_at(t->text, t->text.n - rest.n)))
			return at;
	return t->text.n;
}

/* ---- the flow ---- */

static bool is_root(const struct text_cand *c)
{
	return c->seq == 0 && c->nesting == 0 && c->type == SPAN_FLOW;
}

/* Do the results of the flow that begins at `c` hold the explanation that the page shows above it? */
static bool is_explained(const struct text_heads *t, const struct text_cand *c)
{
	struct slice text = slice_sub(t->text, c->body, t->text.n), above;
	struct text_job j;
	size_t at, blank;
	bool same;

	text_job_read(slice_sub(t->text, 0, top_above(t->text, c->at)), SLICE(""), &j);
	above = text_value(j.explanation, &blank);
	text_job_release(&j);
	at = c->needs_close && above.n ? slice_find(slice_sub(text, 0, 4096), "Explanation:", 0) : SLICE_NONE;
	if (at == SLICE_NONE)
		return false;
	at += sizeof "Explanation:" - 1;
	same = slice_eq(slice_sub(text, at, at + above.n), above);
	return same && at + above.n < text.n && (text.p[at + above.n] == ']' || text.p[at + above.n] == ' ');
}

/*
 * The explanation stands above the trajectory and again in the results of the flow: a flow that is forged in
 * it comes before the real one and behind it.  Where one of several is explained by what stands above it, it
 * is the flow.
 */
static void choose_flow(struct text_heads *t)
{
	enum { TRIES = 8 };
	size_t flows = 0, tries = 0, chosen = SIZE_MAX, n = 0;

	for (size_t i = 0; i < t->ncand; i++)
		flows += is_root(&t->cand[i]);
	for (size_t i = t->ncand; flows > 1 && chosen == SIZE_MAX && tries < TRIES && i-- > 0;)
		if (is_root(&t->cand[i])) {
			tries++;
			if (is_explained(t, &t->cand[i]))
				chosen = i;
		}
	if (chosen == SIZE_MAX)
		return;
	for (size_t i = chosen; i < t->ncand; i++)
		if (i == chosen || !is_root(&t->cand[i]))
			t->cand[n++] = t->cand[i];
	t->ncand = n;
}

/* Are the columns of the summary on this line, or as much of them as the page still has? */
static bool is_summary_columns(struct slice text, size_t at)
{
	static const char columns[] = "Total Calls Total Tokens";
	struct slice line = line_at(text, at);

	return text_words(line, columns) ||
	       (at + line.n >= text.n && slice_eq(line, slice_sub(slice_str(columns), 0, line.n)));
}

/* Where the last summary begins behind the last head; the end of the page, and false, where there is none. */
static bool find_end(struct text_heads *t)
{
	size_t from = t->chain.n ? t->cand[t->chain.heads[t->chain.n - 1]].body : t->top, at;
	struct slice part = slice_sub(t->text, from, t->text.n);

	while ((at = slice_rfind(part, summaries)) != SLICE_NONE) {
		size_t behind = from + at + sizeof summaries - 1;
		bool line = from + at == 0 || t->text.p[from + at - 1] == '\n';

		if (line && (behind == t->text.n ||
			     (t->text.p[behind] == '\n' && is_summary_columns(t->text, behind + 1)))) {
			t->end = from + at;
			return true;
		}
		part = slice_sub(part, 0, at);
	}
	t->end = t->text.n;
	return false;
}

/* ---- all of it ---- */

void text_heads_find(struct slice text, struct text_heads *t)
{
	*t = (struct text_heads){.text = text};
	collect(t);
	choose_flow(t);
	t->chain = text_chain_find(t->cand, t->ncand);
	t->top = find_top(t);
	t->cut = !find_end(t);
}

void text_heads_release(struct text_heads *t)
{
	text_chain_release(&t->chain);
	free(t->cand);
	*t = (struct text_heads){0};
}

const struct text_cand *text_heads_cand(const struct text_heads *t, size_t i)
{
	return &t->cand[t->chain.heads[i]];
}

struct text_head text_heads_head(const struct text_heads *t, size_t i)
{
	struct text_head h = {0};

	text_head(line_at(t->text, text_heads_cand(t, i)->at), &h);
	return h;
}

struct slice text_heads_body(const struct text_heads *t, size_t i)
{
	size_t end = i + 1 < t->chain.n ? text_heads_cand(t, i + 1)->at : t->end;

	return slice_sub(t->text, text_heads_cand(t, i)->body, end);
}
