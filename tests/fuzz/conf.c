/* A settings file. */
#include "conf/conf.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diags ds = {0};
	struct conf c;

	conf_init(&c);
	conf_parse(&c, fuzz_slice(data, size), "settings", &ds);
	for (int i = 0; i < OPTIONS; i++)
		MUST(c.value[i] && c.origin[i]);
	conf_release(&c);
	diags_release(&ds);
	return 0;
}
