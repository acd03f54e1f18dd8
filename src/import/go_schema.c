#include "import/go_schema.h"

/* Arguments are what a model gave: any of them may be missing, also one that the tool demands. */
#define GIVEN(name, type) {name, type, true, NULL}
#define KEY(name, type) {name, type, false, NULL}
#define END {NULL, GO_TEXT, false, NULL}

const struct go_key go_error_keys[] = {KEY("error", GO_TEXT), END};

static const struct go_key dir_args[] = {GIVEN("Dir", GO_TEXT), END};
static const struct go_key dir_results[] = {KEY("Files", GO_FILES), KEY("Subdirs", GO_DIRS), END};
static const struct go_key read_args[] = {
	GIVEN("File", GO_TEXT), GIVEN("FirstLine", GO_NUMBER), GIVEN("LineCount", GO_NUMBER), END,
};
static const struct go_key read_results[] = {KEY("Contents", GO_TEXT), END};
static const struct go_key index_args[] = {GIVEN("SourceFile", GO_TEXT), END};
static const struct go_key entity[] = {KEY("Kind", GO_WORD), KEY("Name", GO_WORD), END};
static const struct go_key index_results[] = {{"Entities", GO_MAPS, false, entity}, END};
static const struct go_key definition_args[] = {GIVEN("ContextFile", GO_TEXT), GIVEN("Name", GO_TEXT), END};
static const struct go_key comment_results[] = {KEY("Comment", GO_TEXT), KEY("Kind", GO_WORD), END};
static const struct go_key source_results[] = {KEY("SourceCode", GO_TEXT), KEY("SourceFile", GO_WORD), END};
static const struct go_key references_args[] = {
	GIVEN("ContextFile", GO_TEXT), GIVEN("IncludeSnippetLines", GO_NUMBER), GIVEN("Name", GO_TEXT),
	GIVEN("SourceTreePrefix", GO_TEXT), END,
};
static const struct go_key reference[] = {
	KEY("ReferenceKind", GO_WORD), KEY("ReferencingEntityKind", GO_WORD),
	KEY("ReferencingEntityName", GO_WORD), KEY("SourceFile", GO_WORD),
	KEY("SourceLine", GO_NUMBER), GIVEN("SourceSnippet", GO_TEXT), END,
};
static const struct go_key references_results[] = {
	{"References", GO_MAPS, false, reference}, KEY("TruncatedOutput", GO_BOOL), END,
};
static const struct go_key layout_args[] = {
	GIVEN("ContextFile", GO_TEXT), GIVEN("FieldOffset", GO_NUMBER), GIVEN("Name", GO_TEXT), END,
};
static const struct go_key field[] = {
	KEY("Name", GO_WORD), KEY("OffsetBits", GO_NUMBER), KEY("SizeBits", GO_NUMBER), END,
};
static const struct go_key layout_results[] = {{"Fields", GO_MAPS, false, field}, END};
static const struct go_key grepper_args[] = {GIVEN("Expression", GO_TEXT), GIVEN("PathPrefix", GO_TEXT), END};
static const struct go_key log_args[] = {
	GIVEN("CodeRegexp", GO_TEXT), GIVEN("Count", GO_NUMBER), GIVEN("MessageRegexps", GO_TEXTS),
	GIVEN("PathPrefix", GO_TEXT), GIVEN("Since", GO_TEXT), GIVEN("SourcePath", GO_TEXT),
	GIVEN("SymbolName", GO_TEXT), END,
};
static const struct go_key show_args[] = {GIVEN("Commit", GO_TEXT), END};
static const struct go_key blame_args[] = {
	GIVEN("End", GO_NUMBER), GIVEN("File", GO_TEXT), GIVEN("Start", GO_NUMBER), END,
};
static const struct go_key output[] = {KEY("Output", GO_TEXT), END};
static const struct go_key expert_args[] = {GIVEN("Question", GO_TEXT), END};
const struct go_key go_answer_keys[] = {KEY("Answer", GO_TEXT), END};
static const struct go_key kernel_src[] = {KEY("KernelSrc", GO_TEXT), END};
static const struct go_key kernel_obj[] = {KEY("KernelObj", GO_TEXT), END};
static const struct go_key index_name[] = {KEY("Index", GO_TEXT), END};
static const struct go_key explanation[] = {KEY("Explanation", GO_TEXT), END};

/* Of the ten booleans of the security assessment these come after Explanation. */
static const struct go_key security_tail[] = {
	KEY("Exploitable", GO_BOOL), KEY("FilesystemTrigger", GO_BOOL), KEY("NetworkTrigger", GO_BOOL),
	KEY("PeripheralTrigger", GO_BOOL), KEY("RemoteTrigger", GO_BOOL), KEY("Unprivileged", GO_BOOL),
	KEY("UserNamespace", GO_BOOL), KEY("VMGuestTrigger", GO_BOOL), KEY("VMHostTrigger", GO_BOOL), END,
};

static const struct {
	enum span_type type;
	const char *name; /* NULL: any other */
	struct go_schema args, results;
} schemas[] = {
	{SPAN_TOOL, "codesearch-dir-index", {GO_KEYED, dir_args}, {GO_KEYED, dir_results}},
	{SPAN_TOOL, "read-file", {GO_KEYED, read_args}, {GO_KEYED, read_results}},
	{SPAN_TOOL, "codesearch-file-index", {GO_KEYED, index_args}, {GO_KEYED, index_results}},
	{SPAN_TOOL, "codesearch-definition-comment", {GO_KEYED, definition_args}, {GO_KEYED, comment_results}},
	{SPAN_TOOL, "codesearch-definition-source", {GO_KEYED, definition_args}, {GO_KEYED, source_results}},
	{SPAN_TOOL, "codesearch-find-references", {GO_KEYED, references_args}, {GO_KEYED, references_results}},
	{SPAN_TOOL, "codesearch-struct-layout", {GO_KEYED, layout_args}, {GO_KEYED, layout_results}},
	{SPAN_TOOL, "grepper", {GO_KEYED, grepper_args}, {GO_KEYED, output}},
	{SPAN_TOOL, "git-log", {GO_KEYED, log_args}, {GO_KEYED, output}},
	{SPAN_TOOL, "git-show", {GO_KEYED, show_args}, {GO_KEYED, output}},
	{SPAN_TOOL, "git-blame", {GO_KEYED, blame_args}, {GO_KEYED, output}},
	{SPAN_TOOL, "codeexpert", {GO_KEYED, expert_args}, {GO_KEYED, go_answer_keys}},
	{SPAN_TOOL, "set-results", {GO_BOOLEANS, NULL}, {GO_BOOLEANS, NULL}},
	{SPAN_ACTION, "kernel-checkouter", {GO_UNKNOWN, NULL}, {GO_KEYED, kernel_src}},
	{SPAN_ACTION, "kernel-builder", {GO_UNKNOWN, NULL}, {GO_KEYED, kernel_obj}},
	{SPAN_ACTION, "codesearch-prepare", {GO_UNKNOWN, NULL}, {GO_KEYED, index_name}},
	{SPAN_ACTION, "format-explanation", {GO_UNKNOWN, NULL}, {GO_KEYED, explanation}},
	{SPAN_ACTION, NULL, {GO_BOOLEANS, NULL}, {GO_BOOLEANS, NULL}},
	{SPAN_AGENT, "codeexpert", {GO_UNKNOWN, NULL}, {GO_KEYED, go_answer_keys}},
	{SPAN_AGENT, NULL, {GO_UNKNOWN, NULL}, {GO_BOOLEANS, NULL}},
	{SPAN_FLOW, "assessment-security", {GO_UNKNOWN, NULL}, {GO_FLOW, security_tail}},
	{SPAN_FLOW, NULL, {GO_UNKNOWN, NULL}, {GO_FLOW, NULL}},
};

struct go_schema go_schema(enum span_type type, struct slice name, enum traj_field f)
{
	for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++)
		if (schemas[i].type == type && (!schemas[i].name || slice_is(name, schemas[i].name)))
			return f == FIELD_ARGS ? schemas[i].args : schemas[i].results;
	return (struct go_schema){GO_UNKNOWN, NULL};
}
