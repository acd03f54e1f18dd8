/* codesearch-definitions: where a name is defined, each place that it may mean; for people, who choose. */
#include <string.h>

#include "workspace/code.h"
#include "workspace/tools.h"

static void write_place(struct json_w *w, const struct index_def *d)
{
	json_open(w, '{');
	json_kcstr(w, "Kind", index_kind_name(d->kind));
	json_kcstr(w, "SourceFile", d->file);
	json_kint(w, "SourceLine", d->first);
	json_kint(w, "LastLine", d->last);
	json_kbool(w, "Static", d->is_static && d->kind != INDEX_MACRO);
	json_close(w, '}');
}

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
		write_place(w, &defs[i]);
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
