#include "app/find.h"

#include <stdlib.h>
#include <string.h>

#include "app/find_raw.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/search.h"
#include "sys/loop.h"

struct find {
	struct session *session; /* borrowed */
	struct run *run;         /* of it */
	struct search search;
	struct find_raw *raw; /* NULL: every span is decoded */
	struct find_hit *hits; /* owned */
	size_t n, cap;
	struct arena *texts; /* of the hits */
	struct arena *scratch; /* of the span that is searched */
	bool begun, done, full;
	size_t next;     /* span to be looked at */
	uint32_t last;   /* seq of the one before it */
	uint64_t moves;
	size_t unread, decoded;
};

struct find *find_new(struct session *s, struct slice pattern, struct err *e)
{
	struct find *f = xcalloc(1, sizeof *f);
	struct run *r = s->run;

	f->session = s;
	f->run = r;
	f->texts = arena_new();
	f->scratch = arena_new();
	if (search_set(&f->search, pattern, e) < 0) {
		find_free(f);
		return NULL;
	}
	f->raw = find_raw_new(r->traj, &f->search);
	f->moves = traj_moves(r->traj);
	return f;
}

void find_free(struct find *f)
{
	if (!f)
		return;
	search_release(&f->search);
	find_raw_free(f->raw);
	arena_free(f->texts);
	arena_free(f->scratch);
	free(f->hits);
	free(f);
}

/* ---- one text ---- */

/* Where a text stands, to be said of its hits. */
struct where {
	bool report;
	uint32_t seq;
	enum traj_field field;
	struct slice member;
};

static bool is_inside_char(struct slice s, size_t at)
{
	return at < s.n && ((unsigned char)s.p[at] & 0xc0) == 0x80;
}

/* What is shown of the line that begins at `line`: from its beginning, where the hit is not too far from it. */
static void excerpt(struct find *f, struct find_hit *h, struct slice text, size_t line)
{
	enum { BEFORE = FIND_EXCERPT / 4 };
	size_t hit = (size_t)h->from, from = hit - line > BEFORE ? hit - BEFORE : line, to;

	while (from < hit && is_inside_char(text, from))
		from++;
	to = from + FIND_EXCERPT < text.n ? from + FIND_EXCERPT : text.n;
	while (to > hit && is_inside_char(text, to))
		to--;
	text = slice_sub(text, from, to);
	to = slice_chr(text, '\n', hit - from);
	h->excerpt = arena_slice(f->texts, slice_sub(text, 0, to));
	h->at = hit - from;
	h->n = h->to - h->from < h->excerpt.n - h->at ? (size_t)(h->to - h->from) : h->excerpt.n - h->at;
}

static const char *member_name(struct find *f, struct slice member)
{
	const char *before = f->n > 1 ? f->hits[f->n - 2].member : NULL;

	if (member.n == 0)
		return NULL;
	return before && slice_is(member, before) ? before : arena_str(f->texts, member);
}

static void search_text(struct find *f, struct slice text, struct where w)
{
	size_t from = 0, start, end, counted = 0, line_at = 0;
	uint64_t line = 1;

	while (!f->full && search_find(&f->search, text, from, &start, &end)) {
		struct find_hit *h;

		from = end > start ? end : end + 1;
		if (end == start) /* nothing was found there: the pattern asks for nothing */
			continue;
		for (const char *nl; counted < start && (nl = memchr(text.p + counted, '\n', start - counted));) {
			counted = line_at = (size_t)(nl - text.p) + 1;
			line++;
		}
		counted = start;
		f->hits = mem_grow(f->hits, &f->cap, f->n + 1, sizeof *f->hits);
		h = &f->hits[f->n++];
		*h = (struct find_hit){.report = w.report, .seq = w.seq, .field = w.field, .from = start, .to = end,
				       .line = line};
		h->member = member_name(f, w.member);
		excerpt(f, h, text, line_at);
		f->full = f->n == FIND_HITS;
	}
}

/* ---- one span ---- */

/* Arguments and results: the members one by one, as they are shown. */
static void search_object(struct find *f, struct slice object, struct where w)
{
	struct json_iter it = json_iter(object);

	if (!it.object) {
		search_text(f, object, w);
		return;
	}
	while (!f->full && json_next(&it)) {
		w.member = json_string(f->scratch, it.key);
		search_text(f, json_type(it.value) == JSON_STRING ? json_string(f->scratch, it.value) : it.value, w);
	}
}

/* The texts in the order in which a span is shown, and what stands in for one that could not be decoded. */
static const struct {
	enum traj_field field, raw; /* FIELD_N: it is no object, and nothing stands in */
} fields[] = {
	{FIELD_ERROR, FIELD_N}, {FIELD_THOUGHTS, FIELD_N}, {FIELD_ARGS, FIELD_ARGS_RAW}, {FIELD_RESULTS, FIELD_RESULTS_RAW},
	{FIELD_REPLY, FIELD_N}, {FIELD_PROMPT, FIELD_N}, {FIELD_INSTRUCTION, FIELD_N},
};

static void search_span(struct find *f, size_t i)
{
	struct traj *t = f->run->traj;
	const struct span *s = traj_span(t, i);
	struct where w = {.seq = s->seq};
	struct slice text;

	f->decoded++;
	for (size_t k = 0; k < sizeof fields / sizeof *fields && !f->full; k++) {
		int got = session_field(f->session, i, fields[k].field, &text, NULL);

		if (got < 0) {
			f->unread++;
			break;
		}
		w.field = fields[k].field;
		if (fields[k].field == FIELD_ERROR && s->flags & SPAN_HIDDEN_ERROR)
			continue; /* what stands there is the dashboard's */
		if (got && fields[k].raw != FIELD_N) {
			search_object(f, text, w);
		} else if (got) {
			search_text(f, text, w);
		} else if (fields[k].raw != FIELD_N && session_field(f->session, i, fields[k].raw, &text, NULL) > 0) {
			w.field = fields[k].raw;
			search_text(f, text, w);
		}
	}
	if (arena_bytes(f->scratch)) {
		arena_free(f->scratch);
		f->scratch = arena_new();
	}
	traj_release_bodies(t);
}

/* ---- all of them ---- */

/* Spans came that stand before others: the place in their order is found anew. */
static void find_place(struct find *f)
{
	f->moves = traj_moves(f->run->traj);
	if (f->next)
		f->next = traj_find(f->run->traj, f->last) + 1;
}

/* One piece of work; false where none is left. */
static bool advance(struct find *f)
{
	const struct traj *t = f->run->traj;
	size_t next;

	if (!f->begun) {
		f->begun = true;
		search_text(f, f->run->crash->text, (struct where){.report = true});
		return !f->full;
	}
	if (f->moves != traj_moves(t))
		find_place(f);
	if (f->next >= traj_count(t))
		return false;
	next = f->next;
	if (!f->raw || find_raw_step(f->raw, &next))
		search_span(f, next++);
	if (next > f->next)
		f->last = traj_span(t, next - 1)->seq;
	f->next = next;
	return !f->full;
}

bool find_step(struct find *f, int64_t us)
{
	int64_t until = loop_now() + us;

	if (f->full)
		return false;
	if (f->raw)
		find_raw_forget(f->raw);
	do
		f->done = !advance(f);
	while (!f->done && loop_now() < until);
	return !f->done;
}

size_t find_count(const struct find *f)
{
	return f->n;
}

const struct find_hit *find_hit(const struct find *f, size_t i)
{
	return &f->hits[i];
}

bool find_done(const struct find *f)
{
	return f->done;
}

bool find_full(const struct find *f)
{
	return f->full;
}

unsigned find_percent(const struct find *f)
{
	size_t n = traj_count(f->run->traj);

	return f->done || n == 0 ? 100 : (unsigned)((uint64_t)f->next * 100 / n);
}

struct slice find_pattern(const struct find *f)
{
	return buf_slice(&f->search.pattern);
}

size_t find_unread(const struct find *f)
{
	return f->unread;
}

size_t find_gave_up(const struct find *f)
{
	return search_gave_up(&f->search);
}

size_t find_decoded(const struct find *f)
{
	return f->decoded;
}
