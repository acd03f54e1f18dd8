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

/* "struct::field", of several such structs the likeliest: 1; 0: it has no such field. */
static int write_field(struct code *c, const char *context, struct slice record, struct slice field, struct json_w *w, struct err *e)
{
	struct index_def d;
	int found;

	if (!naming_is_identifier(record) || !naming_is_identifier(field))
		return 0;
	found = code_find_field(c, context, record, field, &d, e);
	if (found > 0)
		write_place(w, &d);
	return found;
}

static int write_all(struct code *c, struct slice raw, struct json_w *w, bool *sure, struct err *e)
{
	struct slice name = {0};
	struct index_def *defs;
	const char *context;
	size_t n = 0, colons;
	int found;

	json_get_str(c->a, raw, "Name", &name);
	if (code_context(c, raw, &context, e) < 0 || code_member_at(c, raw, &name, e) < 0)
		return -1;
	colons = slice_rfind(name, "::");
	if (colons != SLICE_NONE) {
		found = write_field(c, context, slice_sub(name, 0, colons), slice_sub(name, colons + 2, name.n), w, e);
		*sure = found > 0;
		if (found)
			return found < 0 ? -1 : 0;
		name = slice_sub(name, colons + 2, name.n); /* a macro that stands for a member of a member: "sock::sk_state" */
	}
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
	{"Line", TOOL_INTEGER, true, "line of that file that names it: tells whose field it is", "line", NULL},
	{"Name", TOOL_STRING, false,
	 "name of a function, struct, union, enum, typedef, global variable or macro, without \"struct\"; of a field \"struct::field\", or its "
	 "name alone with Line", "name", NULL},
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
