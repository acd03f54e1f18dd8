#include "ui/doc_draw.h"

/* Roles that one row can have, and bytes before and behind its beginning that are looked at to tell a comment from code. */
enum { ROW_ROLES = 256, CODE_BEFORE = 4096 };

/* The line of code that byte `at` of `part` stands in, as far as it is the part's. */
static struct slice code_line(struct slice text, const struct doc_part *part, size_t at, size_t *from)
{
	size_t least = at - part->from > CODE_BEFORE ? at - CODE_BEFORE : part->from, end;

	for (*from = at; *from > least && text.p[*from - 1] != '\n'; --*from)
		;
	end = slice_chr(slice_sub(text, 0, at + CODE_BEFORE), '\n', at); /* a line may be very long */
	return slice_sub(text, *from, end < part->to ? end : at + CODE_BEFORE < part->to ? at + CODE_BEFORE : part->to);
}

/* The words of a part that is code, in the line that shows bytes from `from` on. */
static size_t code_words(struct slice text, const struct doc_part *part, size_t from, struct rows_role *out)
{
	size_t n, line_from, first = from > part->from ? from : part->from;
	struct slice line = code_line(text, part, first, &line_from);
	struct clex c = clex_behind(slice_sub(text, line_from - part->from > CODE_BEFORE ? line_from - CODE_BEFORE : part->from,
					      line_from));

	n = code_roles(part->lang, &c, line, part->role, out, ROW_ROLES);
	for (size_t i = 0; i < n; i++) {
		out[i].from += line_from;
		out[i].to += line_from;
	}
	return n;
}

void doc_draw_row(const struct doc *d, const struct rows *rs, size_t row, struct grid *g, struct rect at, unsigned skip)
{
	struct slice text = buf_slice(&d->text);
	struct rows_role roles[ROW_ROLES];
	const struct doc_part *part, *end = d->parts + d->n;
	size_t n = 0, from = rows_byte(rs, text, row, skip), to = rows_byte(rs, text, row, skip + at.cols + 1);

	part = doc_part_at(d, from);
	rows_draw(rs, text, row, g, at.row, at.col, at.cols, skip, part ? part->role : ROLE_NORMAL);
	if (to <= from) /* the row's last character is wider than what is left */
		to = rs->r[row].to;
	/* the parts first, code over them */
	for (const struct doc_part *q = part; q && q < end && q->from < to && n < ROW_ROLES; q++)
		roles[n++] = (struct rows_role){q->from, q->to, q->role};
	rows_paint(rs, text, row, g, at.row, at.col, at.cols, skip, roles, n);
	for (const struct doc_part *q = part; q && q < end && q->from < to; q++) {
		if (q->lang == CODE_NONE)
			continue;
		n = code_words(text, q, from, roles);
		rows_paint(rs, text, row, g, at.row, at.col, at.cols, skip, roles, n);
	}
}
