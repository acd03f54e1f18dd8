/* A keymap file. */
#include "tests/fuzz/fuzz.h"
#include "ui/keymap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diags ds = {0};
	struct keymap t = {0};

	keymap_parse(&t, fuzz_slice(data, size), &ds);
	keymap_release(&t);
	diags_release(&ds);
	return 0;
}
