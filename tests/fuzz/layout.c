/* The file of splits: the first byte is a size.  What was read is printed and read again; panes are divided by it and moved. */
#include "tests/fuzz/fuzz.h"
#include "ui/layout.h"

enum { MOST = 300 };

static void divide(struct splits *s, unsigned rows, unsigned cols, enum layout_kind k, enum pane_id p)
{
	struct layout l = layout_compute(rows, cols, k, s, p, false);

	MUST(l.too_small || l.visible[p]);
	for (int i = 0; i < PANES && !l.too_small; i++) {
		const struct rect *r = &l.pane[i];

		MUST(!l.visible[i] || (r->rows >= PANE_MIN_ROWS && r->cols >= PANE_MIN_COLS));
		MUST(!l.visible[i] || (r->row + r->rows <= rows - 2 && r->col + r->cols <= cols));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct splits s = splits_first, again = splits_first;
	unsigned rows = size ? 1 + data[0] : 1, cols = size > 1 ? 1 + data[1] : 1;
	struct diags ds = {0}, none = {0};
	struct buf b = BUF_INIT;

	splits_parse(&s, slice_sub(fuzz_slice(data, size), 2, size), &ds);
	splits_print(&s, &b);
	splits_parse(&again, buf_slice(&b), &none);
	MUST(none.n == 0 && memcmp(&s, &again, sizeof s) == 0);
	for (int i = 0; i < LAYOUTS * PANES; i++) {
		enum layout_kind k = (enum layout_kind)(i % LAYOUTS);
		enum pane_id p = (enum pane_id)(i / LAYOUTS);

		divide(&s, rows, cols, k, p);
		layout_move(rows, cols, k, &s, p, i & 1, i & 2 ? MOST : -MOST);
		divide(&s, rows, cols, k, p);
	}
	buf_release(&b);
	diags_release(&ds);
	diags_release(&none);
	return 0;
}
