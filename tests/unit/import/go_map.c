#include "tests/test.h"

#include "base/buf.h"
#include "import/go_map.h"

struct row {
	enum span_type type;
	const char *name;
	enum traj_field field;
	const char *raw;
	const char *json; /* NULL: it must stay raw */
};

static void check(const struct row *rows, size_t n, enum traj_decode how)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *t = &rows[i];
		struct arena *a = arena_new();
		struct slice json;
		enum traj_decode got =
			go_map_decode(a, t->type, slice_str(t->name), t->field, slice_str(t->raw), &json);

		if (got != (t->json ? how : DECODE_RAW))
			fail_msg("%s: decoded as %d: %.*s", t->raw, got, (int)json.n, json.n ? json.p : "");
		if (t->json)
			assert_slice(json, t->json);
		else
			assert_null(json.p);
		arena_free(a);
	}
}

#define CHECK(rows, how) check(rows, sizeof(rows) / sizeof *(rows), how)
#define ARGS(tool, raw, json) {SPAN_TOOL, tool, FIELD_ARGS, raw, json}
#define RESULTS(tool, raw, json) {SPAN_TOOL, tool, FIELD_RESULTS, raw, json}

static void decodes_the_arguments_of_every_tool(void **state)
{
	static const struct row rows[] = {
		ARGS("codesearch-dir-index", "map[Dir:]", "{\"Dir\":\"\"}"),
		ARGS("codesearch-dir-index", "map[Dir:kernel/sched]", "{\"Dir\":\"kernel/sched\"}"),
		ARGS("read-file", "map[File:a/b.c]", "{\"File\":\"a/b.c\"}"),
		ARGS("read-file", "map[File:a b.c FirstLine:10 LineCount:1e+02]",
		     "{\"File\":\"a b.c\",\"FirstLine\":10,\"LineCount\":1e+02}"),
		ARGS("read-file", "map[FirstLine:10 LineCount:100]", "{\"FirstLine\":10,\"LineCount\":100}"),
		ARGS("read-file", "map[File:<nil> FirstLine:<nil>]", "{\"File\":null,\"FirstLine\":null}"),
		ARGS("read-file", "map[]", "{}"),
		ARGS("codesearch-file-index", "map[SourceFile:a.c]", "{\"SourceFile\":\"a.c\"}"),
		ARGS("codesearch-definition-source", "map[ContextFile:a.c Name:f]",
		     "{\"ContextFile\":\"a.c\",\"Name\":\"f\"}"),
		ARGS("codesearch-definition-comment", "map[Name:f]", "{\"Name\":\"f\"}"),
		ARGS("codesearch-find-references", "map[IncludeSnippetLines:3 Name:s::f SourceTreePrefix:net/]",
		     "{\"IncludeSnippetLines\":3,\"Name\":\"s::f\",\"SourceTreePrefix\":\"net/\"}"),
		ARGS("codesearch-struct-layout", "map[ContextFile:a.c FieldOffset:8 Name:s]",
		     "{\"ContextFile\":\"a.c\",\"FieldOffset\":8,\"Name\":\"s\"}"),
		ARGS("grepper", "map[Expression:a [b] c: d PathPrefix:mm/]",
		     "{\"Expression\":\"a [b] c: d\",\"PathPrefix\":\"mm/\"}"),
		ARGS("grepper", "map[Expression:int\nx]", "{\"Expression\":\"int\\nx\"}"),
		ARGS("git-log", "map[Count:5 MessageRegexps:[fix[es]*] SourcePath:a.c SymbolName:f]",
		     "{\"Count\":5,\"MessageRegexps\":[\"fix[es]*\"],\"SourcePath\":\"a.c\",\"SymbolName\":\"f\"}"),
		ARGS("git-log", "map[CodeRegexp:x y MessageRegexps:[] Since:1 year]",
		     "{\"CodeRegexp\":\"x y\",\"MessageRegexps\":[],\"Since\":\"1 year\"}"),
		ARGS("git-show", "map[Commit:0123:a/b.c]", "{\"Commit\":\"0123:a/b.c\"}"),
		ARGS("git-blame", "map[End:20 File:a.c Start:-1]", "{\"End\":20,\"File\":\"a.c\",\"Start\":-1}"),
		ARGS("codeexpert", "map[Question:Who calls map[x]?]", "{\"Question\":\"Who calls map[x]?\"}"),
		ARGS("set-results", "map[Benign:true Confident:false New_1:true]",
		     "{\"Benign\":true,\"Confident\":false,\"New_1\":true}"),
		ARGS("set-results", "map[Answer:p->lock, see map[k:v].\n]", "{\"Answer\":\"p->lock, see map[k:v].\\n\"}"), /* a sub-agent's */
	};

	(void)state;
	CHECK(rows, DECODE_SCHEMA);
}

static void decodes_the_results_of_every_tool(void **state)
{
	static const struct row rows[] = {
		RESULTS("codesearch-dir-index", "map[Files:[a.c b.h c.rst] Subdirs:[x y]]",
			"{\"Files\":[\"a.c\",\"b.h\",\"c.rst\"],\"Subdirs\":[\"x\",\"y\"]}"),
		RESULTS("codesearch-dir-index", "map[Files:[] Subdirs:<nil>]", "{\"Files\":[],\"Subdirs\":null}"),
		RESULTS("read-file", "map[Contents:int a[3];\n]\n]", "{\"Contents\":\"int a[3];\\n]\\n\"}"),
		RESULTS("read-file", "map[Contents:]", "{\"Contents\":\"\"}"),
		RESULTS("codesearch-file-index", "map[Entities:[map[Kind:function Name:f] map[Kind:struct Name:]]]",
			"{\"Entities\":[{\"Kind\":\"function\",\"Name\":\"f\"},{\"Kind\":\"struct\",\"Name\":\"\"}]}"),
		RESULTS("codesearch-file-index", "map[Entities:[]]", "{\"Entities\":[]}"),
		RESULTS("codesearch-definition-comment", "map[Comment:   1:\t/* Kind: odd Kind:x */\n Kind:function]",
			"{\"Comment\":\"   1:\\t/* Kind: odd Kind:x */\\n\",\"Kind\":\"function\"}"),
		RESULTS("codesearch-definition-comment", "map[Comment: Kind:]", "{\"Comment\":\"\",\"Kind\":\"\"}"),
		RESULTS("codesearch-definition-source", "map[SourceCode:   1:\tint f(void); SourceFile:no, it is code\n "
			"SourceFile:a/b.c]",
			"{\"SourceCode\":\"   1:\\tint f(void); SourceFile:no, it is code\\n\",\"SourceFile\":\"a/b.c\"}"),
		RESULTS("codesearch-find-references",
			"map[References:[map[ReferenceKind:reads ReferencingEntityKind:function ReferencingEntityName:f "
			"SourceFile:a.c SourceLine:7 SourceSnippet:   7:\tx = s[1];\n] map[ReferenceKind:takes-address-of "
			"ReferencingEntityKind:function ReferencingEntityName:g SourceFile:b.c SourceLine:8]] "
			"TruncatedOutput:false]",
			"{\"References\":[{\"ReferenceKind\":\"reads\",\"ReferencingEntityKind\":\"function\","
			"\"ReferencingEntityName\":\"f\",\"SourceFile\":\"a.c\",\"SourceLine\":7,"
			"\"SourceSnippet\":\"   7:\\tx = s[1];\\n\"},{\"ReferenceKind\":\"takes-address-of\","
			"\"ReferencingEntityKind\":\"function\",\"ReferencingEntityName\":\"g\",\"SourceFile\":\"b.c\","
			"\"SourceLine\":8}],\"TruncatedOutput\":false}"),
		RESULTS("codesearch-find-references", "map[References:[] TruncatedOutput:true]",
			"{\"References\":[],\"TruncatedOutput\":true}"),
		RESULTS("codesearch-struct-layout",
			"map[Fields:[map[Name:lock OffsetBits:0 SizeBits:32] map[Name: OffsetBits:32 SizeBits:0]]]",
			"{\"Fields\":[{\"Name\":\"lock\",\"OffsetBits\":0,\"SizeBits\":32},"
			"{\"Name\":\"\",\"OffsetBits\":32,\"SizeBits\":0}]}"),
		RESULTS("grepper", "map[Output:a.c:1:x]y\n]", "{\"Output\":\"a.c:1:x]y\\n\"}"),
		RESULTS("git-log", "map[Output:]", "{\"Output\":\"\"}"),
		RESULTS("codeexpert", "map[Answer:It is map[k:v] Answer:x]", "{\"Answer\":\"It is map[k:v] Answer:x\"}"),
		RESULTS("set-results", "map[Benign:true]", "{\"Benign\":true}"),
		RESULTS("set-results", "map[Answer:true]", "{\"Answer\":\"true\"}"),
		RESULTS("grepper", "map[error:no matches]", "{\"error\":\"no matches\"}"),
	};

	(void)state;
	CHECK(rows, DECODE_SCHEMA);
}

static void decodes_actions_agents_and_flows(void **state)
{
	static const struct row rows[] = {
		{SPAN_ACTION, "kernel-checkouter", FIELD_RESULTS, "map[KernelSrc:/a]", "{\"KernelSrc\":\"/a\"}"},
		{SPAN_ACTION, "kernel-builder", FIELD_RESULTS, "map[KernelObj:/b]", "{\"KernelObj\":\"/b\"}"},
		{SPAN_ACTION, "codesearch-prepare", FIELD_RESULTS, "map[Index:i]", "{\"Index\":\"i\"}"},
		{SPAN_ACTION, "format-explanation", FIELD_RESULTS, "map[Explanation:a\n b]",
		 "{\"Explanation\":\"a\\n b\"}"},
		{SPAN_ACTION, "If", FIELD_ARGS, "map[Cond:true]", "{\"Cond\":true}"},
		{SPAN_AGENT, "expert", FIELD_RESULTS, "map[Benign:false]", "{\"Benign\":false}"},
		{SPAN_AGENT, "codeexpert", FIELD_RESULTS, "map[Answer:yes]", "{\"Answer\":\"yes\"}"},
		{SPAN_FLOW, "assessment-kcsan", FIELD_RESULTS, "map[Benign:true Explanation:it is Benign:false here]",
		 "{\"Benign\":true,\"Explanation\":\"it is Benign:false here\"}"},
		{SPAN_FLOW, "moderation", FIELD_RESULTS, "map[Actionable:false Explanation:]",
		 "{\"Actionable\":false,\"Explanation\":\"\"}"},
		{SPAN_FLOW, "x", FIELD_RESULTS, "map[A:true B:false]", "{\"A\":true,\"B\":false}"},
		{SPAN_FLOW, "assessment-security", FIELD_RESULTS,
		 "map[DenialOfService:true Explanation:text Exploitable:true more Exploitable:false FilesystemTrigger:true "
		 "NetworkTrigger:false PeripheralTrigger:false RemoteTrigger:false Unprivileged:true UserNamespace:true "
		 "VMGuestTrigger:false VMHostTrigger:false]",
		 "{\"DenialOfService\":true,\"Explanation\":\"text Exploitable:true more\",\"Exploitable\":false,"
		 "\"FilesystemTrigger\":true,\"NetworkTrigger\":false,\"PeripheralTrigger\":false,\"RemoteTrigger\":false,"
		 "\"Unprivileged\":true,\"UserNamespace\":true,\"VMGuestTrigger\":false,\"VMHostTrigger\":false}"},
	};

	(void)state;
	CHECK(rows, DECODE_SCHEMA);
}

static void leaves_raw_what_has_no_reading_or_two(void **state)
{
	static const struct row rows[] = {
		/* a key that stands twice, each time readable */
		ARGS("grepper", "map[Expression:a PathPrefix:b PathPrefix:c]", NULL),
		ARGS("codesearch-definition-source", "map[ContextFile:a Name:b Name:c]", NULL),
		/* elements with blanks */
		ARGS("git-log", "map[MessageRegexps:[a b]]", NULL),
		RESULTS("codesearch-dir-index", "map[Files:[a b.c] Subdirs:[]]", NULL),
		RESULTS("codesearch-dir-index", "map[Files:[a.c  b.c] Subdirs:[]]", NULL),
		/* wrong types, missing, unknown or unsorted keys, no end */
		ARGS("read-file", "map[File:a FirstLine:x LineCount:1]", NULL),
		ARGS("read-file", "map[FirstLine:01]", NULL),
		ARGS("git-blame", "map[End:1 2 File:a Start:1]", NULL),
		ARGS("grepper", "map[Other:a]", NULL),
		ARGS("set-results", "map[Benign:true Benign:true]", NULL),
		ARGS("set-results", "map[Confident:true Benign:true]", NULL),
		ARGS("set-results", "map[Benign:maybe]", NULL),
		ARGS("set-results", "map[Benign:true ]", NULL),
		ARGS("set-results", "map[1x:true]", NULL),
		RESULTS("codesearch-definition-source", "map[SourceCode:x]", NULL),
		RESULTS("codesearch-definition-source", "map[SourceCode:x SourceFile:a b.c]", NULL),
		RESULTS("codesearch-struct-layout", "map[Fields:[map[Name:a OffsetBits:0]]]", NULL),
		RESULTS("codesearch-struct-layout", "map[Fields:[map[Name:a OffsetBits:0 SizeBits:8] junk]]", NULL),
		RESULTS("codesearch-find-references", "map[References:[] TruncatedOutput:perhaps]", NULL),
		RESULTS("read-file", "map[Contents:abc", NULL),
		RESULTS("read-file", "", NULL),
		RESULTS("read-file", "{\"Contents\":", NULL),
		RESULTS("no-such-tool", "map[A:b]", NULL),
		{SPAN_ACTION, "If", FIELD_ARGS, "map[Cond:text]", NULL},
		{SPAN_AGENT, "planner", FIELD_RESULTS, "map[Plan:text]", NULL},
		{SPAN_LOOP, "", FIELD_RESULTS, "map[A:true]", NULL},
		/* the text could end before a boolean that is not known here */
		{SPAN_FLOW, "assessment-kcsan", FIELD_RESULTS, "map[Benign:true Explanation:done Safe:true]", NULL},
		{SPAN_FLOW, "assessment-security", FIELD_RESULTS, "map[DenialOfService:true Explanation:x]", NULL},
		{SPAN_FLOW, "x", FIELD_RESULTS, "map[A:true Diff:--- a]", NULL},
	};

	(void)state;
	CHECK(rows, DECODE_SCHEMA);
}

static void takes_json_as_it_is_and_null_as_absent(void **state)
{
	static const struct row rows[] = {
		RESULTS("grepper", "{\"Output\": \"a\"}", "{\"Output\": \"a\"}"),
		RESULTS("no-such-tool", "{}", "{}"),
	};
	struct slice json;

	(void)state;
	CHECK(rows, DECODE_JSON);
	assert_int_equal(go_map_decode(NULL, SPAN_TOOL, SLICE("x"), FIELD_ARGS, SLICE("null"), &json), DECODE_NONE);
	assert_null(json.p);
}

static void keeps_control_bytes_and_marks_broken_ones(void **state)
{
	struct arena *a = arena_new();
	struct slice json;

	(void)state;
	assert_int_equal(go_map_decode(a, SPAN_TOOL, SLICE("grepper"), FIELD_RESULTS,
				       SLICE("map[Output:a\0b\x1b[1m\xff\"\\]"), &json), DECODE_SCHEMA);
	assert_slice(json, "{\"Output\":\"a\\u0000b\\u001b[1m\xef\xbf\xbd\\\"\\\\\"}");
	arena_free(a);
}

/* Thousands of places where keys seem to begin end in a quick refusal. */
static void does_not_try_all_readings_of_a_hostile_map(void **state)
{
	struct buf raw = BUF_INIT;
	struct slice json;

	(void)state;
	buf_adds(&raw, "map[CodeRegexp:");
	for (int i = 0; i < 1000; i++)
		buf_adds(&raw, " PathPrefix:a Since:b SourcePath:c SymbolName:d");
	buf_adds(&raw, "]");
	assert_int_equal(go_map_decode(NULL, SPAN_TOOL, SLICE("git-log"), FIELD_ARGS, buf_slice(&raw), &json), DECODE_RAW);
	buf_release(&raw);
	buf_adds(&raw, "map[CodeRegexp:");
	for (int i = 0; i < 200; i++)
		buf_adds(&raw, " Since:b SourcePath:c SymbolName:d Count:x");
	buf_adds(&raw, "]");
	assert_int_equal(go_map_decode(NULL, SPAN_TOOL, SLICE("git-log"), FIELD_ARGS, buf_slice(&raw), &json), DECODE_RAW);
	buf_release(&raw);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(decodes_the_arguments_of_every_tool),
	cmocka_unit_test(decodes_the_results_of_every_tool),
	cmocka_unit_test(decodes_actions_agents_and_flows),
	cmocka_unit_test(leaves_raw_what_has_no_reading_or_two),
	cmocka_unit_test(takes_json_as_it_is_and_null_as_absent),
	cmocka_unit_test(keeps_control_bytes_and_marks_broken_ones),
	cmocka_unit_test(does_not_try_all_readings_of_a_hostile_map),
};

TEST_MAIN()
