/* A theme file. */
#include "tests/fuzz/fuzz.h"
#include "ui/theme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diags ds = {0};
	struct theme t;

	theme_parse(&t, fuzz_slice(data, size), &ds);
	diags_release(&ds);
	return 0;
}
