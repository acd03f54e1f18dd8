/* Source: the first byte chooses a line; what is found holds it, and its name is a part of the text. */
#include "tests/fuzz/fuzz.h"
#include "workspace/function.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf b = BUF_INIT;
	struct function f;
	uint32_t line;

	if (size < 1)
		return 0;
	line = data[0];
	if (function_at(fuzz_slice(data + 1, size - 1), line, &f)) {
		MUST(f.first >= 1 && f.first <= line && line <= f.last && f.name.n > 0);
		MUST(f.name.p > (const char *)data && f.name.p + f.name.n <= (const char *)data + size);
		function_name(&b, &f);
		fuzz_touch(buf_slice(&b));
	}
	buf_release(&b);
	return 0;
}
