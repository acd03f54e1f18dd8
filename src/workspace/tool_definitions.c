/* codesearch-definitions: where a name is defined, each place that it may mean; for people, who choose. */
#include <string.h>

#include "workspace/code.h"
#include "workspace/tools.h"

enum { MACROS_MAX = 32 };

static void write_place(struct json_w *w, const char *kind, const char *file, uint32_t first, uint32_t last, bool is_static)
{
	json_open(w, '{');
	json_kcstr(w, "Kind", kind);
	json_kcstr(w, "SourceFile", file);
	json_kint(w, "SourceLine", first);
	json_kint(w, "LastLine", last);
	json_kbool(w, "Static", is_static);
	json_close(w, '}');
}

/* ---- macros, which no index holds ---- */

struct macros {
	struct code *c;
	struct slice name;
	struct index_def found[MACROS_MAX];
	size_t n;
};

/* "#  define NAME" */
static bool defines(struct slice line, struct slice name)
{
	struct slice word;

	line = slice_trim(line);
	if (!slice_eat(&line, "#"))
		return false;
	line = slice_trim(line);
	if (!slice_eat(&line, "define") || line.n == 0 || (line.p[0] != ' ' && line.p[0] != '\t'))
		return false;
	line = slice_trim(line);
	word = slice_sub(line, 0, name.n);
	return slice_eq(word, name) && (line.n == name.n || !naming_is_identifier(slice_sub(line, 0, name.n + 1)));
}

static bool look(void *arg, struct slice path, uint32_t number, struct slice line)
{
	struct macros *m = arg;

	if (!defines(line, m->name))
		return true;
	m->found[m->n++] = (struct index_def){.file = arena_str(m->c->a, path), .first = number, .last = number};
	return m->n < MACROS_MAX;
}

/* Programs beside the kernel have macros of its names: they come last.  Which one holds hangs on what a file includes. */
static int turn_of(const char *file, const char *context)
{
	static const char *const beside[] = {"tools/", "samples/", "scripts/", "Documentation/"};

	if (context && strcmp(file, context) == 0)
		return 0;
	for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
		if (slice_starts(slice_str(file), beside[i]))
			return 2;
	return 1;
}

static int find_macros(struct code *c, const char *context, struct slice name, struct json_w *w, size_t *n, bool *sure, struct err *e)
{
	struct macros m = {.c = c, .name = name};
	size_t at[3] = {0};

	if (naming_lines(c->root, arena_str(c->a, name), look, &m, e) < 0)
		return -1;
	for (int turn = 0; turn < 3; turn++)
		for (size_t i = 0; i < m.n; i++)
			if (turn_of(m.found[i].file, context) == turn) {
				write_place(w, "macro", m.found[i].file, m.found[i].first, m.found[i].last, false);
				at[turn]++;
			}
	*n = m.n;
	*sure = at[0] ? at[0] == 1 : at[1] ? at[1] == 1 : m.n == 1;
	return 0;
}

/* ---- the answer ---- */

static int write_all(struct code *c, struct slice raw, struct json_w *w, bool *sure, struct err *e)
{
	struct slice name = {0};
	struct index_def *defs;
	const char *context;
	size_t n = 0;

	json_get_str(c->a, raw, "Name", &name);
	if (code_context(c, raw, &context, e) < 0)
		return -1;
	if (!naming_is_identifier(name))
		return code_missing(e);
	if (code_find_all(c, context, name, &defs, &n, sure, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		write_place(w, index_kind_name(defs[i].kind), defs[i].file, defs[i].first, defs[i].last, defs[i].is_static);
	if (n == 0 && find_macros(c, context, name, w, &n, sure, e) < 0)
		return -1;
	return n ? 0 : code_missing(e);
}

static int definitions(const struct root *r, struct slice raw, struct buf *out, struct err *e)
{
	bool sure = false;
	struct json_w w;
	struct code c;
	int rc;

	code_open(&c, r);
	json_w_init(&w, out, false);
	json_open(&w, '{');
	json_key(&w, "Definitions");
	json_open(&w, '[');
	rc = write_all(&c, raw, &w, &sure, e);
	json_close(&w, ']');
	json_kbool(&w, "Sure", sure);
	code_write_note(&c, &w);
	json_close(&w, '}');
	code_release(&c);
	return rc;
}

static const struct tool_field args[] = {
	{"ContextFile", TOOL_STRING, true, "file in which the name is used: its own definition of that name comes first", "context-file",
	 NULL},
	{"Name", TOOL_STRING, false, "name of a function, struct, union, enum, typedef, global variable or macro, without \"struct\"",
	 "name", NULL},
	{.name = NULL},
};

static const struct tool_field results[] = {
	{"Definitions", TOOL_OBJECTS, false, "each place where it is defined, the likeliest first", NULL, NULL},
	{"Sure", TOOL_BOOLEAN, false, "only the first one can be meant", NULL, NULL},
	{"Note", TOOL_STRING, true, "what limits this answer", NULL, NULL},
	{.name = NULL},
};

const struct tool tool_definitions = {
	.name = "codesearch-definitions",
	.description = "Say where a name is defined, with all definitions of that name.",
	.args = args,
	.results = results,
	.run = definitions,
};
