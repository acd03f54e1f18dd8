/* A job page saved as text, also what does not look like one. */
#include "tests/fuzz/run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import("text page", fuzz_slice(data, size));
	return 0;
}
