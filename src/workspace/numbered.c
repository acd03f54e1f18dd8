#include "workspace/numbered.h"

#include "base/utf8.h"

void numbered_add(struct buf *b, uint64_t number, struct slice line)
{
	struct slice shown = utf8_cut(line, NUMBERED_MAX);

	buf_addf(b, "%4llu:\t", (unsigned long long)number);
	buf_add_slice(b, shown);
	buf_adds(b, shown.n < line.n ? "...\n" : "\n");
}
