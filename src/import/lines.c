#include "import/lines.h"

enum { WINDOW = 1 << 16 };

static uint64_t count_newlines(struct slice s)
{
	uint64_t n = 0;

	for (size_t at = slice_chr(s, '\n', 0); at != SLICE_NONE; at = slice_chr(s, '\n', at + 1))
		n++;
	return n;
}

uint64_t lines_of(struct lines *l, uint64_t byte)
{
	struct buf window = BUF_INIT;

	if (l->diags->n >= DIAG_MAX)
		return 0;
	if (byte < l->at)
		l->at = l->newlines = 0;
	while (l->at < byte) {
		size_t n = byte - l->at < WINDOW ? (size_t)(byte - l->at) : WINDOW;

		if (blob_read(l->blob, l->at, n, &window, NULL) < 0) {
			buf_release(&window);
			return 0;
		}
		l->newlines += count_newlines(buf_slice(&window));
		l->at += n;
	}
	buf_release(&window);
	return l->newlines + 1;
}
