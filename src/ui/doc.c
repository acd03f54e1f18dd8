/* The document itself: its parts, and which bytes of which field they are.  What stands in it: doc_fill.c. */
#include "ui/doc.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void doc_release(struct doc *d)
{
	for (size_t i = 0; i < d->ntexts; i++)
		free(d->texts[i].member);
	free(d->texts);
	free(d->parts);
	buf_release(&d->text);
	buf_release(&d->source);
	buf_release(&d->title);
	*d = (struct doc){.span = SIZE_MAX, .view = d->view};
}

/* ---- putting it together ---- */

/* The text that is being put; NULL between texts. */
static struct doc_text *open_text(const struct doc *d)
{
	struct doc_text *t = d->ntexts ? &d->texts[d->ntexts - 1] : NULL;

	return t && t->to == SIZE_MAX ? t : NULL;
}

static bool is_byte_by_byte(const struct doc_part *p)
{
	return p->n == p->to - p->from;
}

/* Does `p` go on where the part before it ends?  Then both are one. */
static bool joins(const struct doc_part *a, const struct doc_part *p)
{
	if (a->role != p->role || a->lang != p->lang || a->text != p->text || a->base + a->n != p->base)
		return false;
	return (a->n == 0 && p->n == 0) || (a->n && p->n && is_byte_by_byte(a) && is_byte_by_byte(p));
}

static void add(struct doc *d, struct slice shown, struct doc_part p)
{
	struct doc_part *last = d->n ? &d->parts[d->n - 1] : NULL;

	if (shown.n == 0 || buf_add_slice(&d->text, shown) < 0)
		return;
	p.from = d->text.n - shown.n;
	p.to = d->text.n;
	if (last && joins(last, &p)) {
		last->to = p.to;
		last->n += p.n;
		return;
	}
	d->parts = mem_grow(d->parts, &d->cap, d->n + 1, sizeof *d->parts);
	d->parts[d->n++] = p;
}

void doc_say(struct doc *d, enum role role, struct slice text)
{
	add(d, text, (struct doc_part){.role = role, .seq = DOC_NO_SPAN, .text = DOC_NO_TEXT});
}

struct doc_text *doc_begin(struct doc *d, uint32_t seq, enum traj_field f, struct slice member, struct slice shown)
{
	struct doc_text *t;

	d->texts = mem_grow(d->texts, &d->cap_texts, d->ntexts + 1, sizeof *d->texts);
	t = &d->texts[d->ntexts++];
	*t = (struct doc_text){.seq = seq, .field = f, .from = d->text.n, .to = SIZE_MAX, .part = d->n, .at = d->source.n};
	if (member.n)
		t->member = xstrndup(member.p, member.n);
	if (buf_add_slice(&d->source, shown) == 0)
		t->n = shown.n;
	return t;
}

void doc_put(struct doc *d, const struct markdown_piece *p)
{
	const struct doc_text *t = &d->texts[d->ntexts - 1];
	const struct doc_part *last = d->n ? &d->parts[d->n - 1] : NULL;
	struct doc_part part = {.role = p->role, .lang = p->lang, .text = (uint32_t)(d->ntexts - 1), .n = p->n};

	if (!t) /* nothing is begun */
		return;
	part.seq = t->seq;
	/* what is of nothing stands behind what was before it: so bases never go back */
	part.base = p->n ? p->from : last && d->n > t->part ? last->base + last->n : 0;
	add(d, p->shown, part);
}

void doc_end(struct doc *d)
{
	struct doc_text *t = &d->texts[d->ntexts - 1];

	if (!t)
		return;
	t->to = d->text.n;
	t->parts = d->n;
}

/* Take away what stands at `at` and behind it. */
static void cut(struct doc *d, size_t at)
{
	struct doc_part *last;

	while (d->n && d->parts[d->n - 1].from >= at)
		d->n--;
	last = d->n ? &d->parts[d->n - 1] : NULL;
	if (last && last->to > at) {
		if (last->n)
			last->n -= last->to - at;
		last->to = at;
	}
	buf_cut(&d->text, at);
}

static void put_piece(void *ctx, const struct markdown_piece *p)
{
	doc_put(ctx, p);
}

void doc_put_markdown(struct doc *d, struct slice text, enum role role)
{
	struct doc_text *t = open_text(d);
	struct markdown_sink sink = {put_piece, d, role, d->view ? d->view->width : 0};

	if (!t->markdown) {
		t->markdown = true;
		d->md = (struct markdown){0};
	} else {
		cut(d, d->settled);
	}
	markdown_settle(&d->md, text, &sink);
	d->settled = d->text.n;
	markdown_rest(&d->md, text, &sink);
	d->tables = d->tables || d->md.tables;
}

/* ---- growing ---- */

/* The text that is one of the span itself; NULL where the document has none. */
static struct doc_text *text_of(struct doc *d, uint32_t seq, enum traj_field f)
{
	for (size_t i = d->ntexts; i-- > 0;)
		if (d->texts[i].seq == seq && d->texts[i].field == f && !d->texts[i].member)
			return &d->texts[i];
	return NULL;
}

/* Let `t` (NULL: there is none) be all of `text`, where it has its beginning now, and the document's end is its end. */
static bool grow(struct doc *d, struct doc_text *t, struct slice text)
{
	size_t had = t ? t->n : 0;

	if (had == text.n && had == 0)
		return true;
	if (!t || text.n < had || memcmp(d->source.p + t->at, text.p, had) != 0)
		return false;
	if (text.n == had)
		return true;
	if (t->to != d->text.n || t != &d->texts[d->ntexts - 1] || !t->markdown || text.n > MARKDOWN_MAX ||
	    buf_add_slice(&d->source, slice_sub(text, had, text.n)) < 0)
		return false;
	t->n = text.n;
	t->to = SIZE_MAX;
	d->changed = d->settled;
	doc_put_markdown(d, text, t->field == FIELD_THOUGHTS ? ROLE_THOUGHT : ROLE_NORMAL);
	doc_end(d);
	return true;
}

bool doc_more(struct doc *d, struct session *s)
{
	static const enum traj_field streams[] = {FIELD_THOUGHTS, FIELD_REPLY};
	struct traj *t = s->run->traj;

	d->changed = d->text.n;
	if (d->span >= traj_count(t))
		return false;
	for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
		struct slice text = {0};

		if (session_field(s, d->span, streams[i], &text, NULL) < 0 ||
		    !grow(d, text_of(d, traj_span(t, d->span)->seq, streams[i]), text))
			return false;
	}
	return true;
}

/* ---- places ---- */

const struct doc_part *doc_part_at(const struct doc *d, size_t at)
{
	size_t lo = 0, hi = d->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (d->parts[mid].to <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < d->n ? &d->parts[lo] : d->n ? &d->parts[d->n - 1] : NULL;
}

const struct doc_text *doc_text_at(const struct doc *d, size_t at)
{
	const struct doc_part *p = doc_part_at(d, at);

	return p && p->text != DOC_NO_TEXT && at >= p->from ? &d->texts[p->text] : NULL;
}

/* The bytes of the field that stand in `from` to `to`: the first parts of them that are of the source at all tell. */
static bool source_range(const struct doc *d, const struct doc_text *t, const struct doc_part *part, size_t from, size_t to,
			 size_t *first, size_t *last)
{
	const struct doc_part *end = d->parts + t->parts;
	bool found = false;

	for (; part < end && (part->from < to || !found); part++) {
		size_t begin = part->base, stop = part->base + part->n;

		if (part->n == 0)
			continue;
		if (is_byte_by_byte(part) && from > part->from)
			begin += from - part->from;
		if (part->from >= to) /* only signs of the program's own are meant: what they stand before */
			stop = begin + 1;
		else if (is_byte_by_byte(part) && to < part->to)
			stop -= part->to - to;
		if (!found)
			*first = begin;
		*last = stop;
		found = true;
	}
	return found && *last > *first;
}

bool doc_place(const struct doc *d, size_t from, size_t to, struct place *p)
{
	const struct doc_part *part = doc_part_at(d, from);
	const struct doc_text *t = doc_text_at(d, from);
	size_t first = 0, last = 0;

	if (!t || to <= from || !source_range(d, t, part, from, to, &first, &last))
		return false;
	*p = (struct place){.kind = PLACE_SPAN, .seq = t->seq, .field = t->field, .from = first, .to = last};
	if (t->member)
		p->member = xstrdup(t->member);
	place_quote(p, slice_sub(buf_slice(&d->source), t->at + first, t->at + last));
	return true;
}

static bool is_of(const struct doc_text *t, const struct place *p)
{
	return p->kind == PLACE_SPAN && t->seq == p->seq && t->field == p->field &&
	       slice_eq(slice_str(t->member), slice_str(p->member));
}

/* The first part of `t` that is of source behind byte `at`, or begins at it or behind it. */
static size_t part_of_source(const struct doc *d, const struct doc_text *t, uint64_t at, bool begins)
{
	size_t lo = t->part, hi = t->parts;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct doc_part *p = &d->parts[mid];

		if (begins ? p->base < at : p->base + p->n <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool find_in(const struct doc *d, const struct doc_text *t, const struct place *p, size_t *from, size_t *to)
{
	size_t first = part_of_source(d, t, p->from, false), last = part_of_source(d, t, p->to, true);
	const struct doc_part *a, *b;

	while (first < t->parts && d->parts[first].n == 0)
		first++;
	while (last > t->part && d->parts[last - 1].n == 0)
		last--;
	if (p->from >= t->n || first >= t->parts)
		return false;
	a = &d->parts[first];
	b = last > first ? &d->parts[last - 1] : a;
	*from = a->from + (is_byte_by_byte(a) && p->from > a->base ? (size_t)p->from - a->base : 0);
	*to = is_byte_by_byte(b) && p->to < b->base + b->n && p->to > b->base ? b->from + (size_t)(p->to - b->base) : b->to;
	if (last <= first) /* what is not shown, as asterisks */
		*to = *from + 1;
	return true;
}

bool doc_find(const struct doc *d, const struct place *p, size_t *from, size_t *to)
{
	for (size_t i = 0; i < d->ntexts; i++)
		if (is_of(&d->texts[i], p) && find_in(d, &d->texts[i], p, from, to))
			return true;
	return false;
}

const struct doc_text *doc_hides(const struct doc *d, const struct place *p)
{
	for (size_t i = 0; i < d->ntexts; i++)
		if (d->texts[i].folded && is_of(&d->texts[i], p) && p->from >= d->texts[i].n)
			return &d->texts[i];
	return NULL;
}

/* ---- folds ---- */

uint64_t doc_fold_key(const struct doc_text *t)
{
	uint64_t h = (uint64_t)t->seq << 32 | (uint64_t)t->field << 24;

	for (const char *m = t->member; m && *m; m++)
		h = (h & ~(uint64_t)0xffffff) | ((h * 31 + (unsigned char)*m) & 0xffffff);
	return h;
}

void doc_view_toggle(struct doc_view *v, uint64_t key)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->unfolded[i] == key) {
			v->unfolded[i] = v->unfolded[--v->n];
			return;
		}
	v->unfolded = mem_grow(v->unfolded, &v->cap, v->n + 1, sizeof *v->unfolded);
	v->unfolded[v->n++] = key;
}

void doc_view_release(struct doc_view *v)
{
	free(v->unfolded);
	*v = (struct doc_view){0};
}

/* ---- sentences ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

/* Does a sentence end before byte `i`?  At an empty line, or behind ". ", "? ", "! "; with `lines`, at the end of a line. */
static bool sentence_ends(struct slice s, size_t i, bool lines)
{
	if (i == 0 || i >= s.n)
		return true;
	if (s.p[i - 1] == '\n' && (lines || s.p[i] == '\n' || (i > 1 && s.p[i - 2] == '\n')))
		return true;
	return is_blank(s.p[i]) && (s.p[i - 1] == '.' || s.p[i - 1] == '?' || s.p[i - 1] == '!');
}

void doc_sentence(const struct doc *d, size_t at, size_t *from, size_t *to)
{
	const struct doc_part *part = doc_part_at(d, at);
	const struct doc_text *t = doc_text_at(d, at);
	size_t i, k, begin;
	struct slice s;

	*from = *to = at;
	if (!part || at < part->from)
		return;
	begin = t ? t->from : part->from;
	s = slice_sub(buf_slice(&d->text), begin, t ? t->to : part->to);
	i = k = at - begin < s.n ? at - begin : s.n;
	while (i > 0 && !sentence_ends(s, i, t && t->markdown))
		i--;
	while (i < s.n && i < k && is_blank(s.p[i]))
		i++;
	k = k < s.n ? k + 1 : k;
	while (k < s.n && !sentence_ends(s, k, t && t->markdown))
		k++;
	while (k > i && is_blank(s.p[k - 1]))
		k--;
	*from = begin + i;
	*to = begin + (k > i ? k : i);
}
