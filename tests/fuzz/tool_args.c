/* What a model sends as arguments: of every tool they are checked arguments, or a sentence. */
#include "tests/fuzz/fuzz.h"
#include "workspace/tool.h"

static const struct tool_field outputs[] = {
	{"Benign", TOOL_BOOLEAN, false, "", NULL, NULL},
	{"Score", TOOL_INTEGER, true, "", NULL, NULL},
	{"Explanation", TOOL_STRING, true, "", NULL, NULL},
	{.name = NULL},
};

static void check(const struct tool *t, struct slice args)
{
	struct buf checked = BUF_INIT, again = BUF_INIT;
	struct err e = {0};

	if (tool_check_args(t, args, &checked, &e) == 0) {
		fuzz_must_be_json(buf_slice(&checked));
		MUST(tool_check_args(t, buf_slice(&checked), &again, &e) == 0);
		MUST(slice_eq(buf_slice(&checked), buf_slice(&again)));
	} else {
		MUST(e.cls == ERR_NO && e.msg[0]);
		tool_error(&again, e.msg);
		fuzz_must_be_json(buf_slice(&again));
	}
	buf_release(&checked);
	buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tool results = tool_set_results(outputs);

	for (size_t i = 0; tools[i]; i++)
		check(tools[i], fuzz_slice(data, size));
	check(&results, fuzz_slice(data, size));
	return 0;
}
