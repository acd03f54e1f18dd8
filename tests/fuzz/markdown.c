/* Text in Markdown: the first byte is the width, as many bytes as the second says are how it grows. */
#include "tests/fuzz/fuzz.h"
#include "tests/marked.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct marked whole, grown;
	struct slice cuts, text;
	uint64_t parsed;

	if (size < 2)
		return 0;
	cuts = slice_sub(fuzz_slice(data, size), 2, 2 + data[1] % 16);
	text = slice_sub(fuzz_slice(data, size), 2 + cuts.n, size);
	whole = marked_whole(text, data[0]);
	grown = marked_grown(text, data[0], cuts, &parsed);
	MUST(!whole.wrong && !grown.wrong);
	MUST(marked_same(&whole, &grown));
	MUST(whole.n == 0 || whole.b[whole.n - 1].c == '\n');
	free(whole.b);
	free(grown.b);
	return 0;
}
