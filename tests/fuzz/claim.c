/* Texts of a model: the claims found in them are parts of them, each in order of where it begins. */
#include "model/claim.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct claim_reader r = {.text = fuzz_slice(data, size)};
	size_t before = 0;
	struct claim c;

	while (claim_next(&r, &c)) {
		MUST(c.from >= before && c.from < c.to && c.to <= size && r.at > c.from);
		MUST(c.what.n && c.kind < CLAIM_KINDS && (!c.first || c.last >= c.first));
		fuzz_touch(c.what);
		fuzz_touch(c.file);
		before = c.from;
	}
	return 0;
}
