#include "llm/clean.h"

#include <string.h>

#include "base/utf8.h"

void llm_clean(struct buf *out, struct slice s)
{
	while (s.n) {
		size_t good = utf8_broken_at(s);
		struct slice part = slice_sub(s, 0, good);

		s = slice_sub(s, part.n, s.n);
		while (part.n) {
			size_t nul = slice_chr(part, '\0', 0);

			buf_add_slice(out, slice_sub(part, 0, nul));
			part = nul == SLICE_NONE ? (struct slice){0} : slice_sub(part, nul + 1, part.n);
		}
		if (s.n) {
			buf_adds(out, "\xef\xbf\xbd");
			s = slice_sub(s, 1, s.n);
		}
	}
}

void llm_clean_str(struct json_w *w, struct slice s)
{
	struct buf b = BUF_INIT;

	llm_clean(&b, s);
	json_str(w, buf_slice(&b));
	buf_release(&b);
}

/* Where the next \u0000 stands that is an escape and not the end of one (\\u0000), or SLICE_NONE. */
static size_t escaped_nul(struct slice s)
{
	for (size_t i = slice_chr(s, '\\', 0); i != SLICE_NONE; i = slice_chr(s, '\\', i + 2))
		if (slice_starts(slice_sub(s, i, s.n), "\\u0000"))
			return i;
	return SLICE_NONE;
}

void llm_clean_raw(struct json_w *w, struct slice raw)
{
	struct buf b = BUF_INIT;
	size_t at;

	while ((at = escaped_nul(raw)) != SLICE_NONE) {
		llm_clean(&b, slice_sub(raw, 0, at));
		raw = slice_sub(raw, at + strlen("\\u0000"), raw.n);
	}
	llm_clean(&b, raw);
	json_raw(w, buf_slice(&b));
	buf_release(&b);
}
