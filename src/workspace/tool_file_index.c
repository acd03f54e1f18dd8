/* codesearch-file-index: what a file defines (syzkaller-workflow §4.4). */
#include "workspace/code.h"
#include "workspace/tools.h"

static int file_index(const struct root *r, struct slice raw, struct buf *out, struct err *e)
{
	struct index_def *defs = NULL;
	struct slice path = {0};
	const char *file;
	struct code c;
	struct json_w w;
	size_t n = 0;
	int rc;

	code_open(&c, r);
	json_get_str(c.a, raw, "SourceFile", &path);
	file = code_file(&c, path, NULL, e);
	rc = !file || code_prepare(&c, file, e) < 0 || code_in_file(&c, file, &defs, &n, e) < 0 ? -1 : 0;
	if (rc == 0) {
		json_w_init(&w, out, false);
		json_open(&w, '{');
		json_key(&w, "Entities");
		json_open(&w, '[');
		for (size_t i = 0; i < n; i++) {
			json_open(&w, '{');
			json_kcstr(&w, "Kind", index_kind_name(defs[i].kind));
			json_kcstr(&w, "Name", defs[i].name);
			json_close(&w, '}');
		}
		json_close(&w, ']');
		code_write_note(&c, &w);
		json_close(&w, '}');
	}
	code_release(&c);
	return rc;
}

static const struct tool_field args[] = {
	{"SourceFile", TOOL_STRING, false, "path of the file, relative to the root of the source tree", "source-file", NULL},
	{.name = NULL},
};

static const struct tool_field results[] = {
	{"Entities", TOOL_OBJECTS, false, "kind and name of each definition", NULL, NULL},
	{"Note", TOOL_STRING, true, "what limits this answer", NULL, NULL},
	{.name = NULL},
};

const struct tool tool_file_index = {
	.name = "codesearch-file-index",
	.description = "List what a source file defines: functions, structs, unions, enums, typedefs and global variables.",
	.args = args,
	.results = results,
	.run = file_index,
};
