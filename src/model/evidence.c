#include "model/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/mem.h"

struct file {
	struct evidence_file pub; /* pub.lines is `lines` */
	struct evidence_line *lines;
	size_t cap;
	uint32_t *spans; /* pub.spans */
	size_t cap_spans;
	bool sorted; /* lines and spans are; else settle() does it when somebody asks */
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
	size_t unread;
	size_t last; /* the file found last: lines of one file come together */
};

struct evidence *evidence_new(struct traj *t)
{
	struct evidence *ev = xcalloc(1, sizeof *ev);

	ev->traj = t;
	ev->arena = arena_new();
	return ev;
}

void evidence_free(struct evidence *ev)
{
	if (!ev)
		return;
	for (size_t i = 0; i < ev->n; i++) {
		free(ev->files[i].lines);
		free(ev->files[i].spans);
	}
	free(ev->files);
	free(ev->slots);
	free(ev->open);
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

static int span_order(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
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
		qsort(f->lines, f->pub.n, sizeof *f->lines, line_order);
		for (size_t i = 0; i < f->pub.n; i++)
			if (n == 0 || f->lines[n - 1].line != f->lines[i].line)
				f->lines[n++] = f->lines[i];
		f->pub.n = n;
		f->sorted = true;
		f->settled = n;
	}
	f->pub.lines = f->lines;
	f->pub.spans = f->spans;
}

/* Is the line known already, in no weaker kind and from no later span?  Tools return the same lines again and again. */
static bool is_known(const struct file *f, uint32_t line, uint32_t span, enum evidence_kind kind)
{
	size_t lo = 0, hi = f->sorted ? f->pub.n : f->settled, n = hi;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (f->lines[mid].line < line)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && f->lines[lo].line == line && f->lines[lo].kind >= kind && f->lines[lo].span <= span;
}

static void add_line(struct evidence *ev, struct file *f, uint32_t line, struct slice text, uint32_t span,
		     enum evidence_kind kind)
{
	if (f->pub.nspans == 0 || f->spans[f->pub.nspans - 1] != span) {
		if (f->pub.nspans && f->spans[f->pub.nspans - 1] > span)
			f->sorted = false;
		f->spans = mem_grow(f->spans, &f->cap_spans, f->pub.nspans + 1, sizeof *f->spans);
		f->spans[f->pub.nspans++] = span;
	}
	f->pub.read |= kind == EVIDENCE_READ;
	if (is_known(f, line, span, kind))
		return;
	if (f->pub.n && f->lines[f->pub.n - 1].line >= line)
		f->sorted = false;
	f->lines = mem_grow(f->lines, &f->cap, f->pub.n + 1, sizeof *f->lines);
	f->lines[f->pub.n++] = (struct evidence_line){arena_slice(ev->arena, text), line, span, kind};
	if (!f->sorted && f->pub.n > 1024 + 2 * f->settled) /* what is there twice must not pile up */
		settle(f);
}

/* "  12:\ttext" (syzkaller-workflow §4.2): the number, and the text behind the tab. */
static bool numbered(struct slice line, uint32_t *number, struct slice *text)
{
	size_t colon = slice_chr(line, ':', 0);
	uint64_t v;

	if (colon == SLICE_NONE || !slice_u64(slice_trim(slice_sub(line, 0, colon)), &v) || v == 0 || v > UINT32_MAX)
		return false;
	*text = slice_sub(line, colon + 1, line.n);
	*number = (uint32_t)v;
	return slice_eat(text, "\t") || text->n == 0;
}

/* A source text: numbered lines as they say, anything else from line `first` on. */
static void add_text(struct evidence *ev, uint32_t span, struct slice path, struct slice text, uint32_t first,
		     bool only_numbered)
{
	struct slice rest = text, line, shown;
	struct file *f;
	uint32_t number;
	bool numbers;

	if (!slice_line(&rest, &line))
		return;
	numbers = numbered(line, &number, &shown);
	if (!numbers && only_numbered) {
		ev->unread++;
		return;
	}
	f = file_of(ev, path);
	if (!numbers && first == 1)
		f->pub.whole = true;
	do {
		if (!numbers) {
			add_line(ev, f, first++, line, span, EVIDENCE_READ);
		} else if (numbered(line, &number, &shown)) {
			add_line(ev, f, number, shown, span, EVIDENCE_READ);
		}
	} while (slice_line(&rest, &line));
}

/* ---- one function a tool ---- */

static void read_file(struct evidence *ev, size_t i)
{
	struct slice file, text, first;
	uint64_t from = 1;

	if (traj_member(ev->traj, i, FIELD_ARGS, "File", &file) <= 0 ||
	    traj_member(ev->traj, i, FIELD_RESULTS, "Contents", &text) <= 0)
		return;
	if (traj_member(ev->traj, i, FIELD_ARGS, "FirstLine", &first) > 0 && !slice_u64(first, &from))
		from = 1;
	add_text(ev, (uint32_t)i, file, text, from && from < UINT32_MAX ? (uint32_t)from : 1, false);
}

static void definition_source(struct evidence *ev, size_t i)
{
	struct slice file, text;

	if (traj_member(ev->traj, i, FIELD_RESULTS, "SourceFile", &file) > 0 &&
	    traj_member(ev->traj, i, FIELD_RESULTS, "SourceCode", &text) > 0)
		add_text(ev, (uint32_t)i, file, text, 1, true);
}

static void find_references(struct evidence *ev, size_t i)
{
	struct slice list, file, text;
	struct arena *a;
	struct json_iter it;

	if (traj_member(ev->traj, i, FIELD_RESULTS, "References", &list) <= 0 || json_type(list) != JSON_ARRAY)
		return;
	a = arena_new();
	it = json_iter(list);
	while (json_next(&it))
		if (json_get_str(a, it.value, "SourceFile", &file) && json_get_str(a, it.value, "SourceSnippet", &text))
			add_text(ev, (uint32_t)i, file, text, 1, true);
	arena_free(a);
}

/*
 * A line of git grep: PATH SEP NUMBER SEP TEXT with SEP ':' for a hit, '=' for the function around it, '-' for context.
 * Paths hold dashes, so a context line is told by the path of the hits around it.
 */
static bool grep_line(struct slice line, char sep, struct slice known, struct slice *path, uint32_t *number,
		      struct slice *text)
{
	size_t at = known.p ? known.n : slice_chr(line, sep, 0);

	if (known.p && (!slice_eq(slice_sub(line, 0, known.n), known) || at >= line.n || line.p[at] != sep))
		return false;
	for (; at != SLICE_NONE; at = slice_chr(line, sep, at + 1)) {
		size_t end = slice_chr(line, sep, at + 1);
		uint64_t v;

		if (end == SLICE_NONE)
			return false;
		if (slice_u64(slice_sub(line, at + 1, end), &v) && v && v <= UINT32_MAX) {
			*path = slice_sub(line, 0, at);
			*number = (uint32_t)v;
			*text = slice_sub(line, end + 1, line.n);
			return path->n > 0;
		}
		if (known.p)
			return false;
	}
	return false;
}

static void grepper(struct evidence *ev, size_t i)
{
	struct slice text, rest, line, path, shown;
	uint32_t number;

	if (traj_member(ev->traj, i, FIELD_RESULTS, "Output", &text) <= 0)
		return;
	/* a group is what stands between "--" lines: its hits name the path, its context lines are read by it */
	while (text.n) {
		struct slice group = text, known = {0};

		for (rest = text; slice_line(&rest, &line) && !slice_is(line, "--");)
			if (!known.p && (grep_line(line, ':', (struct slice){0}, &path, &number, &shown) ||
					 grep_line(line, '=', (struct slice){0}, &path, &number, &shown)))
				known = path;
		group = slice_sub(text, 0, text.n - rest.n);
		text = rest;
		while (known.p && slice_line(&group, &line)) {
			if (!grep_line(line, ':', known, &path, &number, &shown) &&
			    !grep_line(line, '-', known, &path, &number, &shown) &&
			    !grep_line(line, '=', known, &path, &number, &shown)) {
				/* the next file of a group without "--" between */
				if (!grep_line(line, ':', (struct slice){0}, &path, &number, &shown))
					continue;
				known = path;
			}
			add_line(ev, file_of(ev, path), number, shown, (uint32_t)i, EVIDENCE_GREP);
		}
	}
}

static const struct {
	const char *tool;
	void (*read)(struct evidence *ev, size_t i);
} readers[] = {
	{"read-file", read_file},
	{"grepper", grepper},
	{"codesearch-definition-source", definition_source},
	{"codesearch-find-references", find_references},
};

/* The reader of span `i`; NULL where it returned no source. */
static void (*reader_of(const struct evidence *ev, size_t i))(struct evidence *ev, size_t i)
{
	const struct span *s = traj_span(ev->traj, i);

	if (s->type != SPAN_TOOL || (s->flags & SPAN_ERROR))
		return NULL;
	for (size_t r = 0; r < sizeof readers / sizeof *readers; r++)
		if (slice_is(traj_name(ev->traj, i), readers[r].tool))
			return readers[r].read;
	return NULL;
}

/* Read span `i`, if there is something to read.  Returns the work that was, in bytes. */
static size_t look_at(struct evidence *ev, size_t i)
{
	void (*read)(struct evidence *ev, size_t i) = reader_of(ev, i);
	const struct span *s = traj_span(ev->traj, i);

	if (!read)
		return 16;
	if (!(s->flags & SPAN_FINISHED)) { /* its results come with its finish record */
		ev->open = mem_grow(ev->open, &ev->cap_open, ev->nopen + 1, sizeof *ev->open);
		ev->open[ev->nopen++] = (uint32_t)i;
		return 16;
	}
	if (arena_bytes(ev->arena) > EVIDENCE_BYTES)
		ev->unread++;
	else
		read(ev, i);
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

size_t evidence_unread(const struct evidence *ev)
{
	return ev->unread;
}
