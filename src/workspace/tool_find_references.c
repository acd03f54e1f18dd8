/* codesearch-find-references: where something is used, and how (syzkaller-workflow §4.5). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clex.h"
#include "base/mem.h"
#include "workspace/code.h"
#include "workspace/function.h"
#include "workspace/naming.h"
#include "workspace/tools.h"

enum { FILES_MAX = 2000, HEADERS_MAX = 4, SNIPPET_MAX = 10000, TEXT_MAX = 32 << 20 };

struct question {
	const char *context;
	struct slice name;   /* without "struct " */
	struct slice last;   /* of "struct::field" the field, else the name */
	bool field;
	const char *prefix;
	int64_t snippet;     /* lines of context */
	size_t max;
	bool tell;           /* the answer says whose references these are */
};

static int read_question(struct code *c, struct slice raw, bool people, struct question *q, struct err *e)
{
	struct slice prefix = {0};
	size_t colons;

	*q = (struct question){.prefix = "", .tell = people};
	json_get_str(c->a, raw, "Name", &q->name);
	if (!slice_eat(&q->name, "struct "))
		slice_eat(&q->name, "union ");
	if (people && code_field_at(c, raw, &q->name, e) < 0)
		return -1;
	json_get_str(c->a, raw, "SourceTreePrefix", &prefix);
	json_get_int(raw, "IncludeSnippetLines", &q->snippet);
	while (slice_eat(&prefix, "/"))
		;
	q->prefix = arena_str(c->a, prefix);
	q->snippet = q->snippet < 0 ? 0 : q->snippet > SNIPPET_MAX ? SNIPPET_MAX : q->snippet;
	q->max = q->snippet == 0 || people ? 1000 : q->snippet < 10 ? 100 : 20;
	colons = slice_find(q->name, "::", 0);
	q->field = colons != SLICE_NONE;
	q->last = q->field ? slice_sub(q->name, colons + 2, q->name.n) : q->name;
	if (!naming_is_identifier(q->last) || (q->field && !naming_is_identifier(slice_sub(q->name, 0, colons))))
		return code_missing(e);
	return code_context(c, raw, &q->context, e);
}

/* ---- writing ---- */

static const char *access_name(unsigned access)
{
	if (access & INDEX_CALL)
		return "calls";
	if ((access & (INDEX_READ | INDEX_WRITE)) == (INDEX_READ | INDEX_WRITE))
		return "reads-and-writes";
	return access & INDEX_WRITE ? "writes" : access & INDEX_READ ? "reads" : access & INDEX_ADDRESS ? "takes-address-of" : "uses";
}

/* The lines around, as far as they belong to the definition that the reference is in. */
static void write_snippet(struct code *c, struct json_w *w, const struct index_ref *r, int64_t lines)
{
	struct index_def d = {.file = r->file, .root = r->root};
	int64_t half = lines / 2, first = (int64_t)r->line - half, last = (int64_t)r->line + (lines - 1 - half);
	struct buf text = BUF_INIT;

	first = first < (int64_t)r->in_first ? r->in_first : first;
	last = last > (int64_t)r->in_last ? r->in_last : last;
	if (lines > 0 && first >= 1 && first <= last &&
	    code_lines(c, &d, (uint32_t)first, (uint32_t)last, &text, NULL) == 0 && text.n) {
		json_key(w, "SourceSnippet");
		json_str(w, buf_slice(&text));
	}
	buf_release(&text);
}

static void write_ref(struct code *c, struct json_w *w, const struct index_ref *r, int64_t snippet)
{
	json_open(w, '{');
	json_key(w, "ReferencingEntityKind");
	json_str(w, slice_str(r->in_name[0] ? index_kind_name(r->in_kind) : "")); /* outside of any, as far as the text tells */
	json_key(w, "ReferencingEntityName");
	json_str(w, slice_str(r->in_name));
	json_kcstr(w, "ReferenceKind", access_name(r->access));
	if (r->macro[0])
		json_kcstr(w, "Macro", r->macro);
	json_kcstr(w, "SourceFile", r->file);
	json_kint(w, "SourceLine", r->line);
	write_snippet(c, w, r, snippet);
	json_close(w, '}');
}

static void write_answer(struct code *c, const struct question *q, const struct index_ref *refs, size_t n, bool more, struct buf *out)
{
	struct json_w w;

	json_w_init(&w, out, false);
	json_open(&w, '{');
	json_kbool(&w, "TruncatedOutput", more);
	json_key(&w, "References");
	json_open(&w, '[');
	for (size_t i = 0; i < n; i++)
		write_ref(c, &w, &refs[i], q->snippet);
	json_close(&w, ']');
	if (q->tell) {
		json_key(&w, "Name");
		json_str(&w, q->name);
	}
	code_write_note(c, &w);
	json_close(&w, '}');
}

/* ---- from the index ---- */

/*
 * All compiled files that name it are parsed, and with them the headers that they include; what remains of headers is nearly
 * always about something else of that name, so that few of them are looked at.  Files that are not compiled are counted.
 */
static int prepare(struct code *c, const struct question *q, bool *more, struct code_unparsed *un, struct err *e)
{
	struct naming where;
	const char **files;
	size_t n = 0, off = 0, left = 0, headers = 0, more_headers = 0;
	int rc;

	if (code_naming(c, NAMING_WORD, arena_str(c->a, q->last), q->prefix, FILES_MAX, &where, e) < 0)
		return -1;
	files = xcalloc(where.n + 1, sizeof *files);
	for (size_t i = 0; i < where.n; i++)
		if (!slice_ends(slice_str(where.path[i]), ".c"))
			continue;
		else if (commands_has(c->g.commands, slice_str(where.path[i])))
			files[n++] = where.path[i];
		else
			off++;
	rc = code_prepare_all(c, files, n, &left, un, e);
	free(files);
	for (size_t i = 0; rc == 0 && !left && i < where.n && headers <= HEADERS_MAX; i++)
		if (slice_ends(slice_str(where.path[i]), ".h") && !index_knows(c->g.index, where.path[i])) {
			headers++;
			if (headers <= HEADERS_MAX)
				rc = code_prepare(c, where.path[i], e);
			else
				more_headers++;
		}
	if (more_headers)
		code_note(c, "Headers that name it, and that none of the files parsed so far includes, were not all looked at.");
	*more = where.more || left;
	if (where.more || left)
		code_note(c, "There was no time for all files that name it; give SourceTreePrefix, or ask again to go on.");
	if (un->npartly)
		code_note(c, "%zu file%s that name%s it do%s not compile as %s, so that what is done there may be incomplete, as %s: %s.",
			  un->npartly, un->npartly == 1 ? "" : "s", un->npartly == 1 ? "s" : "", un->npartly == 1 ? "es" : "",
			  un->npartly == 1 ? "it is" : "they are", un->partly, un->why_partly);
	if (off)
		code_note(c, "%zu file%s that name%s it %s not compiled in this configuration.", off, off == 1 ? "" : "s", off == 1 ? "s" : "",
			  off == 1 ? "is" : "are");
	return rc;
}

/* Does the struct in front of the colons have such a field? */
static int has_field(struct code *c, const struct question *q, struct index_def *d, struct err *e)
{
	struct slice record = slice_sub(q->name, 0, slice_find(q->name, "::", 0));
	struct index_field *f;
	size_t n;
	int found = code_find(c, q->context, record, d, e);

	if (found <= 0)
		return found;
	if (index_fields(c->g.index, c->a, d->id, &f, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (slice_is(q->last, f[i].name))
			return 1;
	return 0;
}

/* Those of files that do not name it any more were not looked at for it.  False: some are forgotten now. */
static bool all_stand(struct code *c, const struct index_ref *refs, size_t n)
{
	bool all = true;

	for (size_t i = 0; i < n; i++)
		if (refs[i].root == 0 && (i == 0 || strcmp(refs[i].file, refs[i - 1].file) != 0))
			all &= index_stands(c->g.index, refs[i].file);
	return all;
}

/* ---- from the text ---- */

struct hits {
	struct code *c;
	const struct question *q;
	struct index_ref *refs;
	size_t n;
	bool more;
	const char *file;  /* that `text` is of */
	struct buf text;
};

/* False: there are enough. */
static bool add_hit(struct hits *h, const char *path, uint32_t number)
{
	struct index_ref *r;
	struct function f;

	if (!h->file || strcmp(path, h->file) != 0) {
		buf_release(&h->text);
		h->file = code_file(h->c, slice_str(path), &h->text, NULL) ? path : NULL;
	}
	if (!h->file)
		return true; /* a link out of the tree */
	if (h->n == h->q->max) {
		h->more = true;
		return false;
	}
	r = &h->refs[h->n++];
	*r = (struct index_ref){.file = path, .line = number, .macro = "", .in_name = "", .in_first = number, .in_last = number};
	if (function_at(buf_slice(&h->text), number, &f)) {
		r->in_name = arena_str(h->c->a, f.name);
		r->in_first = f.first;
		r->in_last = f.last;
	}
	return true;
}

/* A line that names it. */
struct line {
	const char *path;
	uint32_t number;
};

/* By turns: the likely files first, and lines of comments alone after all others.  Of each no more are kept than can be shown. */
struct lines {
	struct code *c;
	const struct question *q;
	struct nearby near;
	struct line *line[2 * NEARBY_TURNS]; /* owned */
	size_t n[2 * NEARBY_TURNS], cap[2 * NEARBY_TURNS];
	const char *path;
};

static bool is_comment(struct slice line)
{
	line = slice_trim(line);
	if (slice_starts(line, "//"))
		return true;
	if (slice_starts(line, "/*"))
		return slice_find(line, "*/", 0) == SLICE_NONE || slice_ends(line, "*/");
	return line.n && line.p[0] == '*' && (line.n == 1 || line.p[1] == ' ' || line.p[1] == '\t');
}

static bool keep_line(void *arg, struct slice path, uint32_t number, struct slice line)
{
	struct lines *h = arg;
	unsigned turn;

	if (!slice_starts(path, h->q->prefix))
		return true;
	turn = (unsigned)nearby_turn(&h->near, path) + (is_comment(line) ? NEARBY_TURNS : 0);
	if (h->n[turn] > h->q->max)
		return true;
	if (!h->path || !slice_is(path, h->path))
		h->path = arena_str(h->c->a, path);
	h->line[turn] = mem_grow(h->line[turn], &h->cap[turn], h->n[turn] + 1, sizeof *h->line[turn]);
	h->line[turn][h->n[turn]++] = (struct line){h->path, number};
	return true;
}

/* All lines of files that could not be parsed that name it. */
static void add_unparsed(struct code *c, const struct question *q, const struct code_unparsed *un, struct index_ref **refs, size_t *n,
			 bool *more)
{
	struct hits h = {.c = c, .q = q, .refs = arena_alloc(c->a, (q->max + 1) * sizeof *h.refs), .n = *n, .more = *more};

	if (*n)
		memcpy(h.refs, *refs, *n * sizeof *h.refs);
	for (size_t i = 0; i < un->nfailed; i++) {
		struct slice path = slice_str(un->failed[i]), rest, line;
		struct buf text = BUF_INIT;
		uint32_t number = 0;

		rest = code_file(c, path, &text, NULL) ? buf_slice(&text) : (struct slice){0};
		while (slice_line(&rest, &line)) {
			number++;
			if (clex_find_word(line, q->last, 0) != SLICE_NONE && !add_hit(&h, un->failed[i], number))
				break;
		}
		buf_release(&text);
	}
	buf_release(&h.text);
	*refs = h.refs;
	*n = h.n;
	*more = h.more;
	code_note(c, "%zu file%s that name%s it could not be parsed, as %s: %s. Of %s all lines are given that name \"%.*s\", whatever is done there.",
		  un->nfailed, un->nfailed == 1 ? "" : "s", un->nfailed == 1 ? "s" : "", un->failed[0], un->why_failed,
		  un->nfailed == 1 ? "it" : "them", (int)q->last.n, q->last.p);
}

static int from_text(struct code *c, const struct question *q, struct buf *out, struct err *e)
{
	struct hits h = {.c = c, .q = q, .refs = arena_alloc(c->a, (q->max + 1) * sizeof *h.refs)};
	struct lines all = {.c = c, .q = q, .near = c->near};
	int rc;

	all.near.context = q->context;
	rc = naming_lines(c->root, arena_str(c->a, q->last), keep_line, &all, e);
	for (unsigned turn = 0; turn < 2 * NEARBY_TURNS; turn++) {
		for (size_t i = 0; rc == 0 && !h.more && i < all.n[turn]; i++)
			add_hit(&h, all.line[turn][i].path, all.line[turn][i].number);
		free(all.line[turn]);
	}
	if (rc == 0 && h.n == 0)
		rc = code_missing(e);
	if (rc == 0) {
		code_note(c, "These are %s lines that name \"%.*s\", whatever is done there%s.", h.more ? "some of the" : "all", (int)q->last.n,
			  q->last.p, q->field ? ", also of other structs" : "");
		write_answer(c, q, h.refs, h.n, h.more, out);
	}
	buf_release(&h.text);
	return rc;
}

/* ---- from the index, and of what is not in it from the text ---- */

static int from_index(struct code *c, const struct question *q, struct buf *out, struct err *e)
{
	struct index_def d = {.kind = INDEX_FIELD};
	struct index_ref *refs;
	const char *home = NULL;
	struct code_unparsed un = {0};
	bool late = false, more;
	int found = q->field ? has_field(c, q, &d, e) : code_find(c, q->context, q->name, &d, e);
	size_t n;

	if (found < 0)
		return -1;
	if (found == 0 && !q->field)
		return code_missing(e);
	if (found > 0 && d.kind == INDEX_MACRO && (found = code_find_known(c, q->context, q->name, &d, e)) <= 0)
		return found < 0 ? -1 : from_text(c, q, out, e); /* where macros are used is in no index */
	/* what is defined in a .c file and seen by it alone is looked for there only */
	if (found > 0 && slice_ends(slice_str(d.file), ".c") && (d.is_static || (d.kind != INDEX_FUNCTION && d.kind != INDEX_VARIABLE)))
		home = d.file;
	if (home ? code_prepare(c, home, e) < 0 : prepare(c, q, &late, &un, e) < 0)
		return -1;
	if (home)
		code_is_unparsed(c, home, &un);
	if (q->field || !d.is_static)
		home = NULL;
	for (int tries = 0; tries < 2; tries++) {
		if (index_refs(c->g.index, c->a, q->name, q->field ? INDEX_FIELD : d.kind, home, slice_str(q->prefix), q->max, &refs, &n, &more,
			       e) < 0)
			return -1;
		if (all_stand(c, refs, n))
			break;
	}
	if (un.nfailed)
		add_unparsed(c, q, &un, &refs, &n, &more);
	if (q->field && found == 0 && n == 0)
		return code_missing(e);
	write_answer(c, q, refs, n, more || late, out);
	return 0;
}

static int answer(const struct root *r, struct slice raw, bool people, struct buf *out, struct err *e)
{
	struct question q;
	struct code c;
	int rc;

	code_open(&c, r);
	rc = read_question(&c, raw, people, &q, e);
	if (rc == 0)
		rc = c.exact ? from_index(&c, &q, out, e) : from_text(&c, &q, out, e);
	code_release(&c);
	return rc;
}

static int find_references(const struct root *r, struct slice raw, struct buf *out, struct err *e)
{
	return answer(r, raw, false, out, e);
}

static int references(const struct root *r, struct slice raw, struct buf *out, struct err *e)
{
	return answer(r, raw, true, out, e);
}

static const struct tool_field args[] = {
	{"ContextFile", TOOL_STRING, true, "file in which the name is used: its own definition of that name comes first", "context-file",
	 NULL},
	{"Name", TOOL_STRING, false, "name of a function, struct, union, enum, typedef or global variable; of a field \"struct::field\"",
	 "name", NULL},
	{"SourceTreePrefix", TOOL_STRING, true, "only in files whose path begins so", "source-tree-prefix", NULL},
	{"IncludeSnippetLines", TOOL_INTEGER, true, "so many lines of source with each; the more, the fewer references are given",
	 "include-snippet-lines", NULL},
	{.name = NULL},
};

static const struct tool_field results[] = {
	{"TruncatedOutput", TOOL_BOOLEAN, false, "there are more", NULL, NULL},
	{"References", TOOL_OBJECTS, false,
	 "where it is used, in which definition, how: calls, reads, writes, reads-and-writes, takes-address-of, uses; and the macro that "
	 "it is an argument of, as READ_ONCE",
	 NULL, NULL},
	{"Note", TOOL_STRING, true, "what limits this answer", NULL, NULL},
	{.name = NULL},
};

const struct tool tool_find_references = {
	.name = "codesearch-find-references",
	.description = "Find all uses of a function, type, global variable or struct field, with what is done to it.",
	.args = args,
	.results = results,
	.run = find_references,
};

static const struct tool_field people_args[] = {
	{"ContextFile", TOOL_STRING, true, "file in which the name is used: its own definition of that name comes first", "context-file",
	 NULL},
	{"Line", TOOL_INTEGER, true, "line of that file that names it: tells whose field it is", "line", NULL},
	{"Name", TOOL_STRING, false, "name of a function, struct, union, enum, typedef, global variable or field", "name", NULL},
	{"IncludeSnippetLines", TOOL_INTEGER, true, "so many lines of source with each; the more, the fewer references are given",
	 "include-snippet-lines", NULL},
	{.name = NULL},
};

static const struct tool_field people_results[] = {
	{"TruncatedOutput", TOOL_BOOLEAN, false, "there are more", NULL, NULL},
	{"References", TOOL_OBJECTS, false, "as of codesearch-find-references", NULL, NULL},
	{"Name", TOOL_STRING, false, "what the references are to: of a field \"struct::field\", where that is known", NULL, NULL},
	{"Note", TOOL_STRING, true, "what limits this answer", NULL, NULL},
	{.name = NULL},
};

const struct tool tool_references = {
	.name = "codesearch-references",
	.description = "Find all uses of a name; of a field too, where a line of source that names it tells whose it is.",
	.args = people_args,
	.results = people_results,
	.run = references,
};
