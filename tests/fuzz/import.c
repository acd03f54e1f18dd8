/* Any recording: the form is found by content, as `verdict review FILE` does. */
#include "tests/fuzz/run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import(NULL, fuzz_slice(data, size));
	return 0;
}
