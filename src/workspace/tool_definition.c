/* codesearch-definition-comment and codesearch-definition-source: what a name is (syzkaller-workflow §4.4). */
#include "workspace/code.h"
#include "workspace/tools.h"

static int find(struct code *c, struct slice raw, struct index_def *d, struct err *e)
{
	struct slice name = {0};
	const char *context;
	int found;

	json_get_str(c->a, raw, "Name", &name);
	if (code_context(c, raw, &context, e) < 0)
		return -1;
	found = code_find(c, context, name, d, e);
	return found > 0 ? 0 : found < 0 ? -1 : code_missing(e);
}

static int comment(const struct root *r, struct slice raw, struct buf *out, struct err *e)
{
	struct buf text = BUF_INIT;
	struct index_def d;
	struct json_w w;
	struct code c;
	int rc;

	code_open(&c, r);
	rc = find(&c, raw, &d, e);
	if (rc == 0 && d.doc_first)
		rc = code_lines(&c, &d, d.doc_first, d.doc_last, &text, e);
	if (rc == 0) {
		json_w_init(&w, out, false);
		json_open(&w, '{');
		json_kcstr(&w, "Kind", index_kind_name(d.kind));
		json_key(&w, "Comment");
		json_str(&w, buf_slice(&text));
		code_write_note(&c, &w);
		json_close(&w, '}');
	}
	buf_release(&text);
	code_release(&c);
	return rc;
}

static int source(const struct root *r, struct slice raw, struct buf *out, struct err *e)
{
	struct buf text = BUF_INIT;
	struct index_def d;
	struct json_w w;
	struct code c;
	int rc;

	code_open(&c, r);
	rc = find(&c, raw, &d, e);
	if (rc == 0) /* a comment right above belongs to it */
		rc = code_lines(&c, &d, d.doc_first && d.doc_last + 1 == d.first ? d.doc_first : d.first, d.last, &text, e);
	if (rc == 0) {
		json_w_init(&w, out, false);
		json_open(&w, '{');
		json_kcstr(&w, "SourceFile", d.file);
		json_key(&w, "SourceCode");
		json_str(&w, buf_slice(&text));
		code_write_note(&c, &w);
		json_close(&w, '}');
	}
	buf_release(&text);
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

static const struct tool_field comment_results[] = {
	{"Kind", TOOL_STRING, false, "what it is", NULL, NULL},
	{"Comment", TOOL_STRING, false, "the comment above it, each line with its number; may be empty", NULL, NULL},
	{"Note", TOOL_STRING, true, "what limits this answer", NULL, NULL},
	{.name = NULL},
};

static const struct tool_field source_results[] = {
	{"SourceFile", TOOL_STRING, false, "the file that it is in", NULL, NULL},
	{"SourceCode", TOOL_STRING, false, "its lines, each with its number", NULL, NULL},
	{"Note", TOOL_STRING, true, "what limits this answer", NULL, NULL},
	{.name = NULL},
};

const struct tool tool_definition_comment = {
	.name = "codesearch-definition-comment",
	.description = "Show the comment above a definition: what a function or struct is meant to do.",
	.args = args,
	.results = comment_results,
	.run = comment,
};

const struct tool tool_definition_source = {
	.name = "codesearch-definition-source",
	.description = "Show the source of a definition.",
	.args = args,
	.results = source_results,
	.run = source,
};
