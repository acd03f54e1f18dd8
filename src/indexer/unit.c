#define _GNU_SOURCE /* realpath */
#include "indexer/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "indexer/confine.h"

const char *unit_string(struct unit *u, CXString s)
{
	const char *p = clang_getCString(s);
	const char *copy = arena_str(u->a, slice_str(p));

	clang_disposeString(s);
	return copy;
}

/* ---- files ---- */

/* `path` as it is called below one of the roots; NULL: it is elsewhere. */
static const char *below(struct unit *u, const char *path, int *root)
{
	char *real = realpath(path, NULL);
	const char *found = NULL;

	/* the build tree may lie in the source tree: the longer one first */
	for (int i = 1; real && !found && i >= 0; i--) {
		size_t n = u->root[i] ? strlen(u->root[i]) : 0;

		if (n && strncmp(real, u->root[i], n) == 0 && real[n] == '/') {
			found = arena_str(u->a, slice_str(real + n + 1));
			*root = i;
		}
	}
	free(real);
	return found;
}

static void add_source(struct unit *u, CXFile file)
{
	const char *name = unit_string(u, clang_getFileName(file)), *path;
	struct source s = {.file = file};
	bool known = true;
	int root = 0;

	path = below(u, name, &root);
	if (path) {
		s.id = index_file(u->x, root, path, &known, u->e);
		if (s.id < 0)
			u->failed = true;
		s.header = !slice_ends(slice_str(path), ".c");
	} else if (!u->outside && !confine_allows(u->may, name)) {
		u->outside = name;
	}
	s.visit = path && !known;
	u->source = mem_grow(u->source, &u->sources_cap, u->nsources + 1, sizeof *u->source);
	u->source[u->nsources++] = s;
}

static size_t hash(CXFile file, size_t slots)
{
	return (size_t)(((uintptr_t)file >> 4) * 0x9e3779b97f4a7c15u) & (slots - 1);
}

static void rehash(struct unit *u)
{
	u->slots = u->slots ? u->slots * 2 : 1024;
	u->slot = xreallocarray(u->slot, u->slots, sizeof *u->slot);
	memset(u->slot, 0, u->slots * sizeof *u->slot);
	for (size_t i = 0; i < u->nsources; i++) {
		size_t at = hash(u->source[i].file, u->slots);

		while (u->slot[at])
			at = (at + 1) & (u->slots - 1);
		u->slot[at] = (unsigned)i + 1;
	}
}

static unsigned number_of(struct unit *u, CXFile file)
{
	size_t at;

	if (!file)
		return 0;
	if (u->nsources * 2 >= u->slots)
		rehash(u);
	at = hash(file, u->slots);
	while (u->slot[at] && u->source[u->slot[at] - 1].file != file)
		at = (at + 1) & (u->slots - 1);
	if (!u->slot[at]) {
		/* libclang may hand out several handles of one file */
		for (size_t i = 0; i < u->nsources; i++)
			if (clang_File_isEqual(u->source[i].file, file))
				return (unsigned)i + 1;
		add_source(u, file);
		u->slot[at] = (unsigned)u->nsources;
	}
	return u->slot[at];
}

struct place unit_place(struct unit *u, CXSourceLocation at)
{
	struct place p = {0};
	CXFile file;

	clang_getFileLocation(at, &file, &p.line, &p.column, &p.offset);
	p.source = number_of(u, file);
	return p;
}

struct source *unit_source(struct unit *u, struct place p)
{
	return p.source ? &u->source[p.source - 1] : NULL;
}

/* ---- macros ---- */

bool unit_says_nothing(const char *name)
{
	static const char *const names[] = {"likely", "unlikely", "WARN_ON", "WARN_ON_ONCE", "BUG_ON", "VM_BUG_ON", "if"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

bool unit_leads(const char *name)
{
	static const char *const names[] = {"this_cpu_ptr", "raw_cpu_ptr", "per_cpu_ptr", "per_cpu", "get_cpu_ptr", "get_cpu_var"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Also one that has no effect, because the header was included before. */
static void keep_include(struct unit *u, CXCursor c)
{
	struct place at = unit_place(u, clang_getCursorLocation(c));
	unsigned what = number_of(u, clang_getIncludedFile(c));

	if (at.source && what && u->source[at.source - 1].visit && u->source[what - 1].id > 0 &&
	    index_add_include(u->x, u->source[at.source - 1].id, u->source[what - 1].id, u->e) < 0)
		u->failed = true;
}

/* "#define current current" says only that there is such a thing. */
static bool is_itself(struct unit *u, CXCursor c, struct place from, struct place to, const char *name)
{
	CXToken *token = NULL;
	unsigned n = 0;
	bool itself = false;

	if (from.line != to.line || to.offset - from.offset != 2 * strlen(name) + 1)
		return false;
	clang_tokenize(u->tu, clang_getCursorExtent(c), &token, &n);
	if (n >= 2)
		itself = strcmp(unit_string(u, clang_getTokenSpelling(u->tu, token[1])), name) == 0;
	if (token)
		clang_disposeTokens(u->tu, token, n);
	return itself;
}

static void keep_definition(struct unit *u, CXCursor c)
{
	CXSourceRange range = clang_getCursorExtent(c);
	struct place from = unit_place(u, clang_getRangeStart(range)), to = unit_place(u, clang_getRangeEnd(range));
	const struct source *s = unit_source(u, from);
	const char *name;

	if (!s || !s->visit || from.source != to.source)
		return;
	name = unit_string(u, clang_getCursorSpelling(c));
	if (!is_itself(u, c, from, to, name) && index_add_macro(u->x, s->id, name, from.line, to.line, u->e) < 0)
		u->failed = true;
}

static enum CXChildVisitResult keep_expansion(CXCursor c, CXCursor parent, CXClientData data)
{
	struct unit *u = data;
	struct expansion x;
	struct place from, to;
	CXSourceRange range;

	(void)parent;
	if (clang_getCursorKind(c) == CXCursor_InclusionDirective)
		keep_include(u, c);
	else if (clang_getCursorKind(c) == CXCursor_MacroDefinition)
		keep_definition(u, c);
	if (clang_getCursorKind(c) != CXCursor_MacroExpansion)
		return CXChildVisit_Continue;
	range = clang_getCursorExtent(c);
	from = unit_place(u, clang_getRangeStart(range));
	to = unit_place(u, clang_getRangeEnd(range));
	if (!from.source || from.source != to.source || !u->source[from.source - 1].visit)
		return CXChildVisit_Continue;
	x = (struct expansion){from.source, from.offset, to.offset, to.line, unit_string(u, clang_getCursorSpelling(c))};
	u->expansion = mem_grow(u->expansion, &u->expansions_cap, u->nexpansions + 1, sizeof x);
	u->expansion[u->nexpansions++] = x;
	return CXChildVisit_Continue;
}

static int by_place(const void *a, const void *b)
{
	const struct expansion *x = a, *y = b;

	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->to > y->to ? -1 : x->to < y->to;
}

void unit_expansions(struct unit *u)
{
	clang_visitChildren(clang_getTranslationUnitCursor(u->tu), keep_expansion, u);
	if (u->nexpansions)
		qsort(u->expansion, u->nexpansions, sizeof *u->expansion, by_place);
}

/* How many expansions begin at `p` or before, in its file or those before it. */
static size_t before(const struct unit *u, struct place p)
{
	size_t low = 0, high = u->nexpansions;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct expansion *x = &u->expansion[mid];

		if (x->source < p.source || (x->source == p.source && x->from <= p.offset))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const char *unit_macro(struct unit *u, struct place p)
{
	enum { NEAR = 256 }; /* expansions side by side in one that holds them all */
	size_t i = before(u, p);
	const char *way = "";

	for (size_t n = 0; i > 0 && n < NEAR; n++, i--) {
		const struct expansion *x = &u->expansion[i - 1];

		if (x->source != p.source)
			break;
		if (x->to > p.offset && !unit_says_nothing(x->name)) {
			const char *nested = unit_nested(u, x, p, &way), *name = nested ? nested : x->name;

			if (!unit_leads(name))
				return name;
			way = *way ? way : name;
		}
	}
	return way;
}

unsigned unit_last_line(struct unit *u, struct place p)
{
	size_t i = before(u, p);
	unsigned line = p.line;

	for (; i > 0 && u->expansion[i - 1].source == p.source && u->expansion[i - 1].from == p.offset; i--)
		line = u->expansion[i - 1].last_line > line ? u->expansion[i - 1].last_line : line;
	return line;
}
