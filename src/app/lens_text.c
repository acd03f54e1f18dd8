#include "app/lens_text.h"

#include "base/clex.h"

enum { HEAD_LINES = 12, FILE_LINES = 100000, MACRO_LINES = 60 };

bool lens_line(const struct lens_lines *t, uint32_t n, struct slice *text)
{
	const struct evidence_line *read;

	return n && listing_at(t->s, t->l, n, text, &read) && (t->l->from == LISTING_COMMIT || (read && read->kind == EVIDENCE_READ));
}

static bool is_letter(char c)
{
	return clex_is_ident(c) && (c < '0' || c > '9');
}

bool lens_opens_in_head(struct slice line)
{
	size_t end = 0;

	while (end < line.n && clex_is_ident(line.p[end]))
		end++;
	return line.n && is_letter(line.p[0]) && slice_chr(line, '(', 0) != SLICE_NONE && slice_chr(line, '{', 0) != SLICE_NONE &&
	       (!clex_is_keyword(slice_sub(line, 0, end)) || slice_starts(line, "static") || slice_starts(line, "extern") || slice_starts(line, "inline") ||
		slice_starts(line, "struct") || slice_starts(line, "enum") || slice_starts(line, "union") || slice_starts(line, "const") ||
		slice_starts(line, "__"));
}

bool lens_function(const struct lens_lines *t, uint32_t first, uint32_t open, uint32_t line, struct buf *text, bool *cut)
{
	struct slice s;

	*cut = true;
	for (uint32_t i = first; i < first + LENS_LINES && lens_line(t, i, &s); i++) {
		if (text->n + s.n > LENS_BYTES)
			return false;
		buf_add_slice(text, s);
		buf_addc(text, '\n');
		if (i >= line && ((i > open && s.n && s.p[0] == '}') || (i == open && slice_ends(slice_rtrim(s), "}")))) {
			*cut = false;
			break;
		}
	}
	return true;
}

uint32_t lens_last_line(const struct lens_lines *t)
{
	size_t n = t->l->from == LISTING_COMMIT ? t->l->n : t->l->file && t->l->file->n ? t->l->file->lines[t->l->file->n - 1].line : 0;

	return n < FILE_LINES ? (uint32_t)n : FILE_LINES;
}

/* ---- definitions ---- */

/* Does a function of that name begin at the line: with its name at the outermost level, and a body behind it? */
static bool defines(const struct lens_lines *t, uint32_t line, struct slice name, uint32_t *open)
{
	struct slice s;
	size_t at;

	if (!lens_line(t, line, &s) || s.n == 0 || !is_letter(s.p[0]) || (at = clex_find_word(s, name, 0)) == SLICE_NONE ||
	    slice_ends(slice_rtrim(s), ";") || !slice_starts(slice_trim(slice_sub(s, at + name.n, s.n)), "("))
		return false;
	for (*open = line; *open < line + HEAD_LINES && lens_line(t, *open, &s); ++*open) {
		if (s.n && (s.p[0] == '{' || lens_opens_in_head(s)))
			return true;
		if (slice_ends(slice_rtrim(s), ";") || (s.n && s.p[0] == '}'))
			return false;
	}
	return false;
}

uint32_t lens_definition(const struct lens_lines *t, struct slice name, uint32_t from, uint32_t *open)
{
	uint32_t last = lens_last_line(t);

	for (uint32_t i = from; i && i <= last; i++)
		if (defines(t, i, name, open))
			return i;
	return 0;
}

bool lens_is_declared(const struct lens_lines *t, struct slice name)
{
	uint32_t last = lens_last_line(t), open;

	for (uint32_t i = 1; i <= last; i++) {
		struct slice s;
		size_t at;

		if (!lens_line(t, i, &s) || s.n == 0 || !is_letter(s.p[0]) || (at = clex_find_word(s, name, 0)) == SLICE_NONE ||
		    !slice_starts(slice_trim(slice_sub(s, at + name.n, s.n)), "(") || defines(t, i, name, &open))
			continue;
		for (uint32_t k = i; k < i + HEAD_LINES && lens_line(t, k, &s) && slice_chr(s, '{', 0) == SLICE_NONE; k++)
			if (slice_ends(slice_rtrim(s), ";"))
				return true;
	}
	return false;
}

uint32_t lens_macro(const struct lens_lines *t, struct slice name, uint32_t from, struct buf *text)
{
	uint32_t last = lens_last_line(t);

	for (uint32_t i = from; i && i <= last; i++) {
		struct slice s;

		if (!lens_line(t, i, &s) || !slice_eat(&s, "#"))
			continue;
		s = slice_trim(s);
		if (!slice_eat(&s, "define") || s.n == 0 || (s.p[0] != ' ' && s.p[0] != '\t'))
			continue;
		s = slice_trim(s);
		if (s.n <= name.n || !slice_eq(slice_sub(s, 0, name.n), name) || s.p[name.n] != '(')
			continue;
		buf_add_slice(text, slice_sub(s, name.n, s.n));
		for (uint32_t k = i + 1; slice_ends(buf_slice(text), "\\") && k < i + MACRO_LINES && lens_line(t, k, &s); k++) {
			buf_cut(text, text->n - 1);
			buf_addc(text, '\n');
			buf_add_slice(text, slice_rtrim(s));
		}
		return i;
	}
	return 0;
}
