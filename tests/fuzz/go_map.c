/* Go's rendering of Args and Results: the first two bytes choose field, type and name of the span, the rest is read. */
#include "base/json.h"
#include "import/go_map.h"
#include "tests/fuzz/fuzz.h"

static const struct slice names[] = {
	{"assessment-kcsan", 16}, {"expert", 6}, {"set-results", 11}, {"read-file", 9}, {"grepper", 7}, {"git-log", 7},
	{"codesearch-definition-source", 28}, {"codesearch-dir-index", 20}, {"codesearch-struct-layout", 24}, {"codeexpert", 10},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a;
	struct slice json;
	enum traj_decode how;

	if (size < 2)
		return 0;
	a = arena_new();
	how = go_map_decode(a, (enum span_type)(data[0] >> 1 & 7), names[data[1] % (sizeof names / sizeof *names)],
			    data[0] & 1 ? FIELD_ARGS : FIELD_RESULTS, fuzz_slice(data + 2, size - 2), &json);
	if (how == DECODE_JSON || how == DECODE_SCHEMA)
		fuzz_must_be_json(json);
	else
		MUST(json.n == 0);
	arena_free(a);
	return 0;
}
