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
	bool sorted;
};

struct evidence {
	struct traj *traj;
	struct arena *arena;
	struct file *files;
	size_t n, cap;
	size_t next; /* first span that was not looked at */
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
	arena_free(ev->arena);
	free(ev);
}

static struct slice clean_path(struct slice path)
{
	while (slice_eat(&path, "./"))
		;
	return path;
}

static struct file *find(const struct evidence *ev, struct slice path)
{
	path = clean_path(path);
	if (ev->last < ev->n && slice_eq(ev->files[ev->last].pub.path, path))
		return &ev->files[ev->last];
	for (size_t i = 0; i < ev->n; i++)
		if (slice_eq(ev->files[i].pub.path, path))
			return &ev->files[i];
	return NULL;
}

static struct file *file_of(struct evidence *ev, struct slice path)
{
	struct file *f = find(ev, path);

	if (!f) {
		ev->files = mem_grow(ev->files, &ev->cap, ev->n + 1, sizeof *ev->files);
		f = &ev->files[ev->n++];
		*f = (struct file){.pub.path = arena_slice(ev->arena, clean_path(path)), .sorted = true};
	}
	ev->last = (size_t)(f - ev->files);
	return f;
}

static void add_line(struct file *f, uint32_t line, struct slice text, uint32_t span, enum evidence_kind kind)
{
	if (f->pub.n && f->lines[f->pub.n - 1].line >= line)
		f->sorted = false;
	if (f->pub.nspans == 0 || f->spans[f->pub.nspans - 1] != span) {
		f->spans = mem_grow(f->spans, &f->cap_spans, f->pub.nspans + 1, sizeof *f->spans);
		f->spans[f->pub.nspans++] = span;
	}
	f->lines = mem_grow(f->lines, &f->cap, f->pub.n + 1, sizeof *f->lines);
	f->lines[f->pub.n++] = (struct evidence_line){text, line, span, kind};
	f->pub.read |= kind == EVIDENCE_READ;
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

static void settle(struct file *f)
{
	size_t n = 0;

	if (!f->sorted) {
		qsort(f->lines, f->pub.n, sizeof *f->lines, line_order);
		for (size_t i = 0; i < f->pub.n; i++)
			if (n == 0 || f->lines[n - 1].line != f->lines[i].line)
				f->lines[n++] = f->lines[i];
		f->pub.n = n;
		f->sorted = true;
	}
	f->pub.lines = f->lines;
	f->pub.spans = f->spans;
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
	struct slice rest = arena_slice(ev->arena, text), line, shown;
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
			add_line(f, first++, line, span, EVIDENCE_READ);
		} else if (numbered(line, &number, &shown)) {
			add_line(f, number, shown, span, EVIDENCE_READ);
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
	text = arena_slice(ev->arena, text);
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
			add_line(file_of(ev, path), number, shown, (uint32_t)i, EVIDENCE_GREP);
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

void evidence_update(struct evidence *ev)
{
	size_t count = traj_count(ev->traj);

	for (; ev->next < count; ev->next++) {
		const struct span *s = traj_span(ev->traj, ev->next);

		if (s->type != SPAN_TOOL || (s->flags & SPAN_ERROR))
			continue;
		if (!(s->flags & SPAN_FINISHED))
			break; /* its results come with its finish record */
		for (size_t r = 0; r < sizeof readers / sizeof *readers; r++) {
			if (!slice_is(traj_name(ev->traj, ev->next), readers[r].tool))
				continue;
			if (arena_bytes(ev->arena) > EVIDENCE_BYTES)
				ev->unread++;
			else
				readers[r].read(ev, ev->next);
		}
		traj_release_bodies(ev->traj);
	}
	for (size_t i = 0; i < ev->n; i++)
		settle(&ev->files[i]);
}

const struct evidence_file *evidence_file(const struct evidence *ev, struct slice path)
{
	const struct file *f = find(ev, path);

	return f ? &f->pub : NULL;
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

size_t evidence_unread(const struct evidence *ev)
{
	return ev->unread;
}
