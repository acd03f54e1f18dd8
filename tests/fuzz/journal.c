/* Journals, torn ones too; also what does not look like one. */
#include "tests/fuzz/run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import("journal", fuzz_slice(data, size));
	return 0;
}
