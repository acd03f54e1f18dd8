/* codesearch-struct-layout: where the fields of a struct lie (syzkaller-workflow §4.4). */
#include "workspace/code.h"
#include "workspace/tools.h"

/* A byte that is asked for shows what begins or ends at it as well. */
static bool is_at(const struct index_field *f, int64_t byte)
{
	uint64_t bit = (uint64_t)byte * 8;

	return f->offset <= bit && bit <= f->offset + f->size;
}

static void write_fields(struct json_w *w, const struct index_field *f, size_t n, int64_t byte)
{
	json_key(w, "Fields");
	json_open(w, '[');
	for (size_t i = 0; i < n; i++) {
		if (byte >= 0 && !is_at(&f[i], byte))
			continue;
		json_open(w, '{');
		json_key(w, "Name");
		json_str(w, slice_str(f[i].name));
		json_kint(w, "OffsetBits", (int64_t)f[i].offset);
		json_kint(w, "SizeBits", (int64_t)f[i].size);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static bool is_record(const struct index_def *d)
{
	return d->kind == INDEX_STRUCT || d->kind == INDEX_UNION;
}

/* A struct may share its name with a function, which is not meant here: then the first that is one. */
static int find_record(struct code *c, const char *context, struct slice name, struct index_def *d, struct err *e)
{
	struct index_def *defs;
	size_t n;
	bool sure;
	int found = code_find(c, context, name, d, e);

	if (found <= 0 || is_record(d) || d->kind == INDEX_TYPEDEF)
		return found;
	if (code_find_all(c, context, name, &defs, &n, &sure, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (is_record(&defs[i])) {
			*d = defs[i];
			break;
		}
	return 1;
}

static int find(struct code *c, struct slice raw, struct slice name, struct index_field **fields, size_t *n, struct err *e)
{
	struct index_def d;
	const char *context;
	int found;

	if (code_context(c, raw, &context, e) < 0)
		return -1;
	if (!c->exact)
		return err_set(e, ERR_NO, "struct layouts can only be had with an index: %s", c->why.msg);
	found = find_record(c, context, name, &d, e);
	if (found <= 0)
		return found < 0 ? -1 : code_missing(e);
	if (d.id == 0)
		return err_set(e, ERR_NO, "struct layouts can only be had with an index: %s could not be parsed", d.file);
	if (index_fields(c->g.index, c->a, d.id, fields, n, e) < 0)
		return -1;
	if (!is_record(&d) && *n == 0)
		return err_set(e, ERR_NO, "requested entity %s is not a struct/union (is %s)", d.name, index_kind_name(d.kind));
	return 0;
}

static int struct_layout(const struct root *r, struct slice raw, struct buf *out, struct err *e)
{
	struct index_field *fields = NULL;
	struct slice name = {0};
	int64_t byte = -1;
	struct code c;
	struct json_w w;
	size_t n = 0;
	int rc;

	if (json_get_int(raw, "FieldOffset", &byte) && (byte < 0 || byte > INT64_MAX / 16))
		return err_set(e, ERR_NO, "FieldOffset is a number of bytes from the beginning of the struct");
	code_open(&c, r);
	json_get_str(c.a, raw, "Name", &name);
	rc = find(&c, raw, name, &fields, &n, e);
	if (rc == 0) {
		json_w_init(&w, out, false);
		json_open(&w, '{');
		write_fields(&w, fields, n, byte);
		code_write_note(&c, &w);
		json_close(&w, '}');
	}
	code_release(&c);
	return rc;
}

/* For people: of a field that a line names, the struct that it is of. */
static int layout(const struct root *r, struct slice raw, struct buf *out, struct err *e)
{
	struct index_field *fields = NULL;
	struct slice name = {0};
	struct code c;
	struct json_w w;
	size_t n = 0, colons;
	int rc;

	code_open(&c, r);
	json_get_str(c.a, raw, "Name", &name);
	rc = code_field_at(&c, raw, &name, e);
	colons = slice_rfind(name, "::");
	if (rc == 0)
		rc = find(&c, raw, slice_sub(name, 0, colons), &fields, &n, e);
	if (rc == 0) {
		json_w_init(&w, out, false);
		json_open(&w, '{');
		json_key(&w, "Name");
		json_str(&w, slice_sub(name, 0, colons));
		json_key(&w, "Field");
		json_str(&w, colons == SLICE_NONE ? SLICE("") : slice_sub(name, colons + 2, name.n));
		write_fields(&w, fields, n, -1);
		code_write_note(&c, &w);
		json_close(&w, '}');
	}
	code_release(&c);
	return rc;
}

static const struct tool_field args[] = {
	{"ContextFile", TOOL_STRING, true, "file in which the name is used: its own definition of that name comes first", "context-file",
	 NULL},
	{"Name", TOOL_STRING, false, "name of a struct or union, without \"struct\"", "name", NULL},
	{"FieldOffset", TOOL_INTEGER, true, "only the fields at this offset, in bytes", "field-offset", NULL},
	{.name = NULL},
};

static const struct tool_field results[] = {
	{"Fields", TOOL_OBJECTS, false,
	 "name, offset and size of each field, in bits; an anonymous struct or union has no name, and its members follow it", NULL, NULL},
	{"Note", TOOL_STRING, true, "what limits this answer", NULL, NULL},
	{.name = NULL},
};

const struct tool tool_struct_layout = {
	.name = "codesearch-struct-layout",
	.description = "Show where the fields of a struct or union lie in this configuration, in bits.",
	.args = args,
	.results = results,
	.run = struct_layout,
};

static const struct tool_field people_args[] = {
	{"ContextFile", TOOL_STRING, true, "file in which the name is used: its own definition of that name comes first", "context-file",
	 NULL},
	{"Line", TOOL_INTEGER, true, "line of that file that names it: tells whose field it is", "line", NULL},
	{"Name", TOOL_STRING, false, "name of a struct or union, or with Line of a field of it", "name", NULL},
	{.name = NULL},
};

static const struct tool_field people_results[] = {
	{"Name", TOOL_STRING, false, "of the struct or union", NULL, NULL},
	{"Field", TOOL_STRING, false, "the field that was asked about; may be empty", NULL, NULL},
	{"Fields", TOOL_OBJECTS, false, "as of codesearch-struct-layout", NULL, NULL},
	{"Note", TOOL_STRING, true, "what limits this answer", NULL, NULL},
	{.name = NULL},
};

const struct tool tool_layout = {
	.name = "codesearch-layout",
	.description = "Show where the fields of a struct lie; of a name that is a field, of the struct whose field a line of source means by it.",
	.args = people_args,
	.results = people_results,
	.run = layout,
};
