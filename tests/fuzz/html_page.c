/* A saved page of a job, or a trajectory alone; also what does not look like it. */
#include "tests/fuzz/run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import("web page", fuzz_slice(data, size));
	return 0;
}
