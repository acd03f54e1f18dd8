#include "model/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "model/evidence_read.h"

struct file {
	struct evidence_file pub; /* pub.lines is `lines` */
	struct evidence_line *lines;
	size_t cap;
	uint32_t *spans; /* pub.spans */
	size_t cap_spans;
	struct evidence_range *ranges; /* pub.ranges */
	size_t cap_ranges;
	bool sorted; /* lines, spans and ranges are; else settle() does it when somebody asks */
	size_t settled; /* lines that were in order, each once, when it was last done */
};

struct evidence {
	struct traj *traj;
	struct arena *arena;
	struct file *files;
	size_t n, cap;
	uint32_t *slots; /* files by path: index + 1, 0 is free; a power of two of them, at most half full */
	size_t nslots;
	size_t next; /* first span that was not looked at */
	uint32_t *open; /* tool spans before it whose results had not come */
	size_t nopen, cap_open, turn; /* turn: the one to look at next */
	uint64_t moves; /* of the trajectory, when its indexes were taken */
	size_t unread, unplaced;
	size_t nranges; /* of all files */
	struct hit {
		uint32_t span, file;
	} *hits; /* owned; who returned some of which file: once each, by span if `hits_sorted` */
	size_t nhits, cap_hits;
	bool hits_sorted;
	uint32_t *layouts; /* tool spans that returned layouts */
	size_t nlayouts, cap_layouts;
	size_t last; /* the file found last: lines of one file come together */
};

struct evidence *evidence_new(struct traj *t)
{
	struct evidence *ev = xcalloc(1, sizeof *ev);

	ev->traj = t;
	ev->arena = arena_new();
	ev->hits_sorted = true;
	return ev;
}

void evidence_free(struct evidence *ev)
{
	if (!ev)
		return;
	for (size_t i = 0; i < ev->n; i++) {
		free(ev->files[i].lines);
		free(ev->files[i].spans);
		free(ev->files[i].ranges);
	}
	free(ev->files);
	free(ev->slots);
	free(ev->open);
	free(ev->hits);
	free(ev->layouts);
	arena_free(ev->arena);
	free(ev);
}

/* Spans got other indexes: all is read again. */
static void begin_again(struct evidence *ev)
{
	struct evidence *fresh = evidence_new(ev->traj), old = *ev;

	*ev = *fresh;
	*fresh = old;
	evidence_free(fresh);
	ev->moves = traj_moves(ev->traj);
}

static struct slice clean_path(struct slice path)
{
	while (slice_eat(&path, "./"))
		;
	return path;
}

/* FNV-1a from a start that nobody outside knows, so that no recording can choose paths that all collide. */
static size_t hash_path(const struct evidence *ev, struct slice path)
{
	uint64_t h = 0xcbf29ce484222325 ^ (uint64_t)(uintptr_t)ev;

	for (size_t i = 0; i < path.n; i++)
		h = (h ^ (unsigned char)path.p[i]) * 0x100000001b3;
	return (size_t)(h ^ h >> 32);
}

/* The slot of `path`: its own, or the free one where it would go. */
static uint32_t *slot_of(const struct evidence *ev, struct slice path)
{
	size_t i = hash_path(ev, path) & (ev->nslots - 1);

	while (ev->slots[i] && !slice_eq(ev->files[ev->slots[i] - 1].pub.path, path))
		i = (i + 1) & (ev->nslots - 1);
	return &ev->slots[i];
}

static struct file *find(const struct evidence *ev, struct slice path)
{
	uint32_t *slot;

	path = clean_path(path);
	if (ev->last < ev->n && slice_eq(ev->files[ev->last].pub.path, path))
		return &ev->files[ev->last];
	slot = ev->nslots ? slot_of(ev, path) : NULL;
	return slot && *slot ? &ev->files[*slot - 1] : NULL;
}

static void add_slot(struct evidence *ev)
{
	if (ev->n * 2 <= ev->nslots) {
		*slot_of(ev, ev->files[ev->n - 1].pub.path) = (uint32_t)ev->n;
		return;
	}
	free(ev->slots);
	ev->nslots = ev->nslots ? ev->nslots * 2 : 64;
	ev->slots = xcalloc(ev->nslots, sizeof *ev->slots);
	for (size_t i = 0; i < ev->n; i++)
		*slot_of(ev, ev->files[i].pub.path) = (uint32_t)(i + 1);
}

static struct file *file_of(struct evidence *ev, struct slice path)
{
	struct file *f = find(ev, path);

	if (!f) {
		ev->files = mem_grow(ev->files, &ev->cap, ev->n + 1, sizeof *ev->files);
		f = &ev->files[ev->n++];
		*f = (struct file){.pub.path = arena_slice(ev->arena, clean_path(path)), .sorted = true};
		add_slot(ev);
	}
	ev->last = (size_t)(f - ev->files);
	return f;
}

/* By line; the same line: the stronger kind, then the earlier span first, so that the first one of each is kept. */
static int line_order(const void *a, const void *b)
{
	const struct evidence_line *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind > y->kind ? -1 : 1;
	return x->span < y->span ? -1 : x->span > y->span;
}

static int range_order(const void *a, const void *b)
{
	const struct evidence_range *x = a, *y = b;

	if (x->span != y->span)
		return x->span < y->span ? -1 : 1;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return x->last < y->last ? -1 : x->last > y->last;
}

static int span_order(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/*
 * Do two results say the same of a line?  Blanks in front of a line end do not count: pages leave them out.  Searches cut
 * long lines and put "..." there.
 */
static bool agree(const struct evidence_line *x, const struct evidence_line *y)
{
	const struct evidence_line *cut = x->kind == EVIDENCE_GREP && slice_ends(x->text, "...") ? x : y, *other = cut == x ? y : x;
	size_t n = cut->text.n - 3;

	if (slice_eq(slice_rtrim(x->text), slice_rtrim(y->text)))
		return true;
	return cut->kind == EVIDENCE_GREP && slice_ends(cut->text, "...") && other->text.n >= n &&
	       slice_eq(slice_sub(cut->text, 0, n), slice_sub(other->text, 0, n));
}

/* `gone` is left out for `kept`, of the same line: that they differ must not be lost with it. */
static void leave_out(struct evidence_file *f, struct evidence_line *kept, const struct evidence_line *gone)
{
	uint32_t other = agree(kept, gone) ? gone->other : gone->span;

	if (other < kept->other)
		kept->other = other;
	f->contradicted |= kept->other != EVIDENCE_NO_SPAN;
}

static void settle(struct file *f)
{
	size_t n = 0, spans = 0;

	if (!f->sorted) {
		qsort(f->spans, f->pub.nspans, sizeof *f->spans, span_order);
		for (size_t i = 0; i < f->pub.nspans; i++)
			if (spans == 0 || f->spans[spans - 1] != f->spans[i])
				f->spans[spans++] = f->spans[i];
		f->pub.nspans = spans;
		if (f->pub.nranges)
			qsort(f->ranges, f->pub.nranges, sizeof *f->ranges, range_order);
		qsort(f->lines, f->pub.n, sizeof *f->lines, line_order);
		for (size_t i = 0; i < f->pub.n; i++)
			if (n == 0 || f->lines[n - 1].line != f->lines[i].line)
				f->lines[n++] = f->lines[i];
			else
				leave_out(&f->pub, &f->lines[n - 1], &f->lines[i]);
		f->pub.n = n;
		f->sorted = true;
		f->settled = n;
	}
	f->pub.lines = f->lines;
	f->pub.spans = f->spans;
	f->pub.ranges = f->ranges;
}

/* The line as it is known already, in no weaker kind and from no later span; or NULL.  Tools return the same again and again. */
static struct evidence_line *known(const struct file *f, uint32_t line, uint32_t span, enum evidence_kind kind)
{
	size_t lo = 0, hi = f->sorted ? f->pub.n : f->settled, n = hi;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (f->lines[mid].line < line)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && f->lines[lo].line == line && f->lines[lo].kind >= kind && f->lines[lo].span <= span ? &f->lines[lo] : NULL;
}

static void add_range(struct evidence *ev, struct file *f, const struct evidence_line *l)
{
	struct evidence_range *r = f->pub.nranges ? &f->ranges[f->pub.nranges - 1] : NULL;

	if (r && r->span == l->span && r->kind == l->kind && l->line >= r->first && l->line <= r->last + 1) {
		r->last = l->line > r->last ? l->line : r->last;
		return;
	}
	if (ev->nranges == EVIDENCE_RANGES) {
		f->pub.ranges_cut = true;
		return;
	}
	ev->nranges++;
	if (r && r->span == l->span && l->line < r->first)
		f->sorted = false;
	f->ranges = mem_grow(f->ranges, &f->cap_ranges, f->pub.nranges + 1, sizeof *f->ranges);
	f->ranges[f->pub.nranges++] = (struct evidence_range){l->span, l->line, l->line, l->kind};
}

static void add_span(struct evidence *ev, struct file *f, uint32_t span)
{
	if (f->pub.nspans && f->spans[f->pub.nspans - 1] == span)
		return;
	if (f->pub.nspans && f->spans[f->pub.nspans - 1] > span)
		f->sorted = false;
	f->spans = mem_grow(f->spans, &f->cap_spans, f->pub.nspans + 1, sizeof *f->spans);
	f->spans[f->pub.nspans++] = span;
	if (ev->nhits && ev->hits[ev->nhits - 1].span > span)
		ev->hits_sorted = false;
	ev->hits = mem_grow(ev->hits, &ev->cap_hits, ev->nhits + 1, sizeof *ev->hits);
	ev->hits[ev->nhits++] = (struct hit){span, (uint32_t)(f - ev->files)};
}

void evidence_add(struct evidence *ev, struct slice path, const struct evidence_line *l)
{
	struct file *f = file_of(ev, path);
	struct evidence_line *same;

	add_span(ev, f, l->span);
	add_range(ev, f, l);
	f->pub.read |= l->kind == EVIDENCE_READ;
	same = known(f, l->line, l->span, l->kind);
	if (same) {
		leave_out(&f->pub, same, l);
		return;
	}
	if (f->pub.n && f->lines[f->pub.n - 1].line >= l->line)
		f->sorted = false;
	f->lines = mem_grow(f->lines, &f->cap, f->pub.n + 1, sizeof *f->lines);
	f->lines[f->pub.n] = *l;
	f->lines[f->pub.n++].text = arena_slice(ev->arena, l->text);
	if (!f->sorted && f->pub.n > 1024 + 2 * f->settled) /* what is there twice must not pile up */
		settle(f);
}

void evidence_add_whole(struct evidence *ev, struct slice path)
{
	file_of(ev, path)->pub.whole = true;
}

void evidence_add_layout(struct evidence *ev, size_t i)
{
	ev->layouts = mem_grow(ev->layouts, &ev->cap_layouts, ev->nlayouts + 1, sizeof *ev->layouts);
	ev->layouts[ev->nlayouts++] = (uint32_t)i;
}

size_t evidence_layouts(const struct evidence *ev, const uint32_t **spans)
{
	*spans = ev->layouts;
	return ev->nlayouts;
}

/* The reader of span `i`; NULL where it returned no source. */
static evidence_reader *reader_of(const struct evidence *ev, size_t i)
{
	const struct span *s = traj_span(ev->traj, i);

	return s->type != SPAN_TOOL || (s->flags & SPAN_ERROR) ? NULL : evidence_reader_of(traj_name(ev->traj, i));
}

static void read_span(struct evidence *ev, size_t i, evidence_reader *read)
{
	enum evidence_result r = arena_bytes(ev->arena) > EVIDENCE_BYTES ? EVIDENCE_UNREAD : read(ev, ev->traj, i);

	ev->unread += r == EVIDENCE_UNREAD;
	ev->unplaced += r == EVIDENCE_UNPLACED;
}

/* Read span `i`, if there is something to read.  Returns the work that was, in bytes. */
static size_t look_at(struct evidence *ev, size_t i)
{
	evidence_reader *read = reader_of(ev, i);
	const struct span *s = traj_span(ev->traj, i);

	if (!read)
		return 16;
	if (!(s->flags & SPAN_FINISHED)) { /* its results come with its finish record */
		ev->open = mem_grow(ev->open, &ev->cap_open, ev->nopen + 1, sizeof *ev->open);
		ev->open[ev->nopen++] = (uint32_t)i;
		return 16;
	}
	read_span(ev, i, read);
	traj_release_bodies(ev->traj);
	return (size_t)s->body_len + 256;
}

/* One of the spans that were open: is it finished now? */
static size_t look_again(struct evidence *ev)
{
	size_t i;

	if (ev->turn >= ev->nopen)
		ev->turn = 0;
	i = ev->open[ev->turn];
	if (!(traj_span(ev->traj, i)->flags & SPAN_FINISHED)) {
		ev->turn++;
		return 16;
	}
	ev->open[ev->turn] = ev->open[--ev->nopen];
	return look_at(ev, i);
}

bool evidence_step(struct evidence *ev, size_t budget)
{
	size_t count = traj_count(ev->traj), work = 0;

	if (ev->moves != traj_moves(ev->traj))
		begin_again(ev);
	for (size_t n = ev->nopen; n-- > 0 && work < budget;)
		work += look_again(ev);
	for (; ev->next < count && work < budget; ev->next++)
		work += look_at(ev, ev->next);
	return ev->next < count;
}

void evidence_update(struct evidence *ev)
{
	while (evidence_step(ev, SIZE_MAX))
		;
}

const struct evidence_file *evidence_file(const struct evidence *ev, struct slice path)
{
	struct file *f = find(ev, path);

	if (f)
		settle(f);
	return f ? &f->pub : NULL;
}

size_t evidence_files(const struct evidence *ev)
{
	return ev->n;
}

const struct evidence_file *evidence_at(const struct evidence *ev, size_t i)
{
	settle(&ev->files[i]);
	return &ev->files[i].pub;
}

const struct evidence_line *evidence_line(const struct evidence_file *f, uint32_t line)
{
	size_t lo = 0, hi = f->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (f->lines[mid].line < line)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < f->n && f->lines[lo].line == line ? &f->lines[lo] : NULL;
}

bool evidence_from(const struct evidence_file *f, uint32_t span)
{
	size_t lo = 0, hi = f->nspans;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (f->spans[mid] < span)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < f->nspans && f->spans[lo] == span;
}

size_t evidence_next(const struct evidence *ev)
{
	return ev->moves == traj_moves(ev->traj) ? ev->next : 0;
}

bool evidence_waits(const struct evidence *ev, size_t span)
{
	for (size_t i = 0; i < ev->nopen; i++)
		if (ev->open[i] == span)
			return true;
	return false;
}

size_t evidence_unread(const struct evidence *ev)
{
	return ev->unread;
}

size_t evidence_unplaced(const struct evidence *ev)
{
	return ev->unplaced;
}

/* ---- who returned what ---- */

/* The first range that is of no earlier span. */
static size_t range_from(const struct evidence_file *f, uint32_t span)
{
	size_t lo = 0, hi = f->nranges;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (f->ranges[mid].span < span)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct evidence_range *evidence_range_next(const struct evidence_file *f, uint32_t line, uint32_t span, bool back)
{
	size_t i = range_from(f, span);

	if (back)
		i--; /* before the first one: SIZE_MAX */
	for (; i < f->nranges; i = back ? i - 1 : i + 1)
		if (f->ranges[i].span != span && line >= f->ranges[i].first && line <= f->ranges[i].last)
			return &f->ranges[i];
	return NULL;
}

const struct evidence_range *evidence_range_of(const struct evidence_file *f, uint32_t span, uint32_t line)
{
	for (size_t i = range_from(f, span); i < f->nranges && f->ranges[i].span == span; i++)
		if (line == 0 || (line >= f->ranges[i].first && line <= f->ranges[i].last))
			return &f->ranges[i];
	return NULL;
}

static int hit_order(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	return x->span != y->span ? (x->span < y->span ? -1 : 1) : x->file < y->file ? -1 : x->file > y->file;
}

/* In order, each once: lines of several files may come by turns. */
static void settle_hits(struct evidence *ev)
{
	size_t n = 0;

	if (!ev->hits_sorted)
		qsort(ev->hits, ev->nhits, sizeof *ev->hits, hit_order);
	for (size_t i = 0; !ev->hits_sorted && i < ev->nhits; i++)
		if (n == 0 || hit_order(&ev->hits[n - 1], &ev->hits[i]) != 0)
			ev->hits[n++] = ev->hits[i];
	if (!ev->hits_sorted)
		ev->nhits = n;
	ev->hits_sorted = true;
}

const struct evidence_file *evidence_of_span(struct evidence *ev, uint32_t span, size_t i)
{
	size_t lo = 0, hi;

	settle_hits(ev);
	for (hi = ev->nhits; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (ev->hits[mid].span < span)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (i >= ev->nhits - lo || ev->hits[lo + i].span != span)
		return NULL;
	return evidence_at(ev, ev->hits[lo + i].file);
}
