/* Lines of C: pieces lie side by side and cover each line. */
#include "base/clex.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = fuzz_slice(data, size), line;
	struct clex c = {0};

	while (slice_line(&rest, &line)) {
		struct clex_piece p = {0};
		size_t end = 0;

		while (clex_next(&c, line, &p)) {
			MUST(p.from == end && p.to > p.from && p.to <= line.n && p.class < CLEX_CLASSES);
			end = p.to;
		}
		MUST(end == line.n);
	}
	clex_behind(fuzz_slice(data, size));
	return 0;
}
