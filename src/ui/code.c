#include "ui/code.h"

#include "ui/glyph.h"

/* Pieces of one line that are coloured, and bytes of it that are looked at: what lies behind stays as it is. */
enum { CODE_PIECES = 256, CODE_BYTES = 4096 };

enum code_lang code_lang_of(struct slice name)
{
	static const struct {
		const char *name;
		enum code_lang lang;
	} langs[] = {
		{"c", CODE_C}, {"C", CODE_C}, {"h", CODE_C}, {"cpp", CODE_C}, {"c++", CODE_C}, {"diff", CODE_DIFF}, {"patch", CODE_DIFF},
	};

	for (size_t i = 0; i < sizeof langs / sizeof *langs; i++)
		if (slice_is(name, langs[i].name))
			return langs[i].lang;
	return CODE_NONE;
}

enum code_lang code_lang_of_line(struct slice line)
{
	if (slice_starts(line, "diff --git ") || slice_starts(line, "@@ -") || slice_starts(line, "--- a/"))
		return CODE_DIFF;
	return CODE_C;
}

/* Tools number the lines that they return ("  12:\t"): the bytes before the code itself. */
static size_t numbered(struct slice line)
{
	size_t at = 0, digits;

	while (at < line.n && line.p[at] == ' ')
		at++;
	digits = at;
	while (at < line.n && line.p[at] >= '0' && line.p[at] <= '9')
		at++;
	if (at == digits)
		return 0;
	if (at < line.n && line.p[at] == ':')
		at++;
	return at < line.n && line.p[at] == '\t' ? at + 1 : 0;
}

static enum role role_of(enum clex_class class, enum role base)
{
	static const enum role roles[CLEX_CLASSES] = {
		[CLEX_TEXT] = ROLES, [CLEX_COMMENT] = ROLE_COMMENT, [CLEX_STRING] = ROLE_STRING, [CLEX_NUMBER] = ROLE_NUMBER,
		[CLEX_KEYWORD] = ROLE_KEYWORD, [CLEX_TYPE] = ROLE_TYPE, [CLEX_PREPROCESSOR] = ROLE_PREPROCESSOR,
		[CLEX_PRIMITIVE] = ROLE_PRIMITIVE,
	};

	return roles[class] == ROLES ? base : roles[class];
}

static size_t c_roles(struct clex *state, struct slice line, size_t from, enum role base, struct rows_role *out, size_t max)
{
	struct slice s = slice_sub(line, from, line.n < CODE_BYTES ? line.n : CODE_BYTES);
	struct clex_piece p = {0};
	size_t n = 0;

	while (clex_next(state, s, &p)) {
		enum role r = role_of(p.class, base);

		if (r != base && n < max)
			out[n++] = (struct rows_role){from + p.from, from + p.to, r};
	}
	return n;
}

static size_t diff_roles(struct slice line, enum role base, struct rows_role *out, size_t max)
{
	enum role r = base;

	if (slice_starts(line, "diff ") || slice_starts(line, "+++ ") || slice_starts(line, "--- ") || slice_starts(line, "index "))
		r = ROLE_STRONG;
	else if (slice_starts(line, "@@"))
		r = ROLE_DIFF_HUNK;
	else if (slice_starts(line, "+"))
		r = ROLE_DIFF_ADD;
	else if (slice_starts(line, "-"))
		r = ROLE_DIFF_DEL;
	if (r == base || max == 0)
		return 0;
	out[0] = (struct rows_role){0, line.n, r};
	return 1;
}

size_t code_roles(enum code_lang lang, struct clex *state, struct slice line, enum role base, struct rows_role *out, size_t max)
{
	switch (lang) {
	case CODE_C:
		return c_roles(state, line, numbered(line), base, out, max);
	case CODE_DIFF:
		return diff_roles(line, base, out, max);
	default:
		return 0;
	}
}

void code_draw(struct grid *g, unsigned row, unsigned col, unsigned max, unsigned skip, struct slice line, struct clex *state,
	       enum role base, bool marked)
{
	struct rows_role roles[CODE_PIECES];
	struct rows one = {0};
	size_t n = c_roles(state, line, 0, base, roles, CODE_PIECES), kept = 0, looked = 4 * ((size_t)skip + max) + 4; /* bytes that fill it */

	for (size_t i = 0; i < n; i++)
		if (!marked || roles[i].role == ROLE_PRIMITIVE)
			roles[kept++] = roles[i];
	rows_layout(&one, line, 1, false);
	rows_draw(&one, line, 0, g, row, col, max, skip, base);
	rows_paint(&one, line, 0, g, row, col, max, skip, roles, kept);
	/* what does not fit is said to be cut: the end of a condition may matter */
	if (max > 1 && rows_col(&one, line, 0, line.n < looked ? line.n : looked) > skip + max)
		grid_puts(g, row, col + max - 1, 1, glyph(GLYPH_CUT), ROLE_FRAME);
	rows_release(&one);
}
