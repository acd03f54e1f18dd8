/* A bare crash report; also what does not look like it. */
#include "tests/fuzz/run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import("crash report", fuzz_slice(data, size));
	return 0;
}
