#include "tests/screens/mono.h"

#include "ui/palette.h"

static const struct theme *mono(void)
{
	static struct theme theme;
	static bool read;

	if (!read) {
		struct diags ds = {0};

		theme_parse(&theme, slice_str(theme_mono), &ds);
		diags_release(&ds);
		read = true;
	}
	return &theme;
}

static struct style style_of(const struct cell *c)
{
	return palette_overlay(mono()->style[c->role], mono()->style[ROLE_MATCH], c->mod & MOD_MATCH, c->mod & MOD_SELECT);
}

static char letter_of(struct style st)
{
	if (st.reverse)
		return st.bold && st.underline ? 'X' : st.underline ? 'U' : st.bold ? 'R' : 'r';
	if (st.underline)
		return st.bold ? 'B' : 'u';
	return st.bold ? 'b' : st.dim ? 'd' : '.';
}

void mono_plane(const struct grid *g, struct buf *out)
{
	for (unsigned row = 0; row < g->rows; row++) {
		for (unsigned col = 0; col < g->cols; col++)
			buf_addc(out, letter_of(style_of(grid_cell(g, row, col))));
		while (out->n && out->p[out->n - 1] == '.')
			buf_cut(out, out->n - 1);
		buf_addc(out, '\n');
	}
}

static bool look_alike(const struct cell *a, const struct cell *b)
{
	return letter_of(style_of(a)) == letter_of(style_of(b));
}

/*
 * The roles that mean something.  What attributes alone do not say, which access it is, a sign says: a letter or a word in the same
 * row.
 */
static const struct {
	enum role role;
	const char *signs[6];
} meanings[] = {
	{ROLE_RACE_WRITE, {"W", "A", "write", "assert"}},
	{ROLE_RACE_READ, {"R", "read"}},
	{ROLE_CALL_SITE, {0}}, {ROLE_WARNING, {0}}, {ROLE_ERROR, {0}}, {ROLE_GOOD, {0}}, {ROLE_BAD, {0}},
	{ROLE_PRIMITIVE, {0}}, {ROLE_NOTE, {0}}, {ROLE_LINK, {0}}, {ROLE_KEY, {0}}, {ROLE_HEADING, {0}},
	{ROLE_STRONG, {0}}, {ROLE_EMPHASIS, {0}}, {ROLE_DIFF_ADD, {0}}, {ROLE_DIFF_DEL, {0}}, {ROLE_DIFF_HUNK, {0}},
};

/* The text of the pane that a cell is in: from frame to frame of its row. */
static void row_around(const struct grid *g, unsigned row, unsigned col, struct buf *out)
{
	unsigned from = col, to = col;

	while (from > 0 && grid_cell(g, row, from - 1)->role != ROLE_FRAME && grid_cell(g, row, from - 1)->role != ROLE_FRAME_FOCUS)
		from--;
	while (to < g->cols && grid_cell(g, row, to)->role != ROLE_FRAME && grid_cell(g, row, to)->role != ROLE_FRAME_FOCUS)
		to++;
	for (unsigned i = from; i < to; i++)
		buf_addc(out, grid_cell(g, row, i)->cp < 127 ? (char)grid_cell(g, row, i)->cp : '?');
}

static bool has_sign(const struct grid *g, unsigned row, unsigned col, const char *const *signs)
{
	struct buf text = BUF_INIT;
	bool found = !signs[0];

	row_around(g, row, col, &text);
	for (size_t i = 0; signs[i]; i++)
		found |= slice_find(buf_slice(&text), signs[i], 0) != SLICE_NONE;
	buf_release(&text);
	return found;
}

static bool cell_says_all(const struct grid *g, unsigned row, unsigned col, struct buf *why)
{
	struct cell c = *grid_cell(g, row, col), without;

	for (unsigned mod = MOD_SELECT; mod <= MOD_MATCH; mod <<= 1) {
		without = c;
		without.mod &= (uint8_t)~mod;
		if (c.mod & mod && look_alike(&c, &without)) {
			buf_addf(why, "cell %u,%u: %s looks as if it were not", row, col, mod == MOD_MATCH ? "a match" : "what is selected");
			return false;
		}
	}
	if (c.cp == ' ' || c.cp == 0)
		return true;
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
		if (meanings[i].role != c.role)
			continue;
		without = (struct cell){.cp = c.cp, .role = ROLE_NORMAL, .mod = c.mod};
		if (look_alike(&c, &without)) {
			buf_addf(why, "cell %u,%u: %s looks as text does", row, col, role_name(c.role));
			return false;
		}
		if (!has_sign(g, row, col, meanings[i].signs)) {
			buf_addf(why, "cell %u,%u: %s without a sign in its row", row, col, role_name(c.role));
			return false;
		}
	}
	return true;
}

bool mono_says_all(const struct grid *g, struct buf *why)
{
	for (unsigned row = 0; row < g->rows; row++)
		for (unsigned col = 0; col < g->cols; col++)
			if (!cell_says_all(g, row, col, why))
				return false;
	return true;
}
