/* Text made visible: whatever goes in, only what shows comes out. */
#include <locale.h>

#include "base/utf8.h"
#include "tests/fuzz/fuzz.h"

static void must_show(struct slice s, bool layout)
{
	while (s.n) {
		uint32_t cp;
		size_t n = utf8_decode(s, &cp);

		MUST(n >= 1 && n <= 4 && n <= s.n);
		MUST(utf8_shows(cp) || (layout && (cp == '\n' || cp == '\t')));
		MUST(!utf8_hides(cp) || (layout && (cp == '\n' || cp == '\t')));
		s = slice_sub(s, n, s.n);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned cells[] = {0, 1, 2, 3, 20, 200};
	struct slice in = fuzz_slice(data, size);
	struct buf b = BUF_INIT;

	setlocale(LC_ALL, "C.UTF-8");
	for (int layout = 0; layout < 2; layout++) {
		buf_clear(&b);
		utf8_escape(&b, in, layout != 0);
		must_show(buf_slice(&b), layout != 0);
	}
	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
		buf_clear(&b);
		MUST(utf8_fit(&b, in, cells[i]) <= cells[i]);
		must_show(buf_slice(&b), false);
	}
	MUST(utf8_valid(in) == (utf8_broken_at(in) == SLICE_NONE));
	buf_release(&b);
	return 0;
}
