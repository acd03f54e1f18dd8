/* Lines of text: the links found along them are parts of them, in order, and found again from any byte of theirs. */
#include "tests/fuzz/fuzz.h"
#include "ui/link.h"
#include "ui/word.h"

enum { LINE = 400 }; /* link_at() looks no further than some hundred bytes */

static void walk(struct slice line)
{
	struct link l, at;
	size_t from = 0;

	while (link_next(line, from, &l)) {
		MUST(l.from >= from && l.from < l.to && l.to <= line.n);
		MUST(l.name.n && l.name.n <= LINK_MAX && l.name.p == line.p + l.from && l.from + l.name.n <= l.to);
		MUST(link_at(line, l.from, &at) && at.from == l.from && at.to == l.to);
		MUST(link_at(line, l.to - 1, &at) && at.from == l.from && at.line == l.line);
		from = l.to;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = fuzz_slice(data, size), line;

	while (slice_line(&rest, &line)) {
		line = slice_sub(line, 0, LINE);
		walk(line);
		fuzz_touch(word_of_line(line));
		for (size_t at = 0; at < line.n; at += 7)
			fuzz_touch(word_at(line, at));
	}
	return 0;
}
