#include "ui/markdown_block.h"

#include <md4c.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/glyph.h"
#include "ui/markdown_table.h"

/*
 * A block that takes more pieces is shown as it is: a few bytes of table can stand for millions of cells.  So is one with more
 * brackets: the parser compares them with each other.
 */
enum { PIECES_MAX = 20000, BRACKETS_MAX = 500, DEPTH_MAX = 16, URL_MAX = 2000 };

enum { ROLE_LEVELS = 32 };

struct item {
	bool ordered;
	unsigned number;
	char mark;
};

struct render {
	struct slice text;
	size_t from, end; /* the block */
	struct buf input; /* a copy of it: see parse() */
	size_t seen;      /* end of the source that was shown */
	struct table_piece *pieces; /* owned */
	size_t n, cap;
	struct buf made; /* what is shown and not in the source */
	struct item list[DEPTH_MAX];
	unsigned depth, quotes; /* may pass DEPTH_MAX */
	bool midline, gap, due; /* due: an item begins, its sign was not shown */
	unsigned heading, strong, emphasis, code, link, block_code;
	enum role role;
	enum code_lang lang;
	bool asked;
	size_t link_at; /* piece that the words of a link begin with */
	struct table table;
	unsigned width;
	bool in_table, tables;
};

static enum role role_of(const struct render *r)
{
	if (r->heading)
		return ROLE_HEADING;
	if (r->code || r->block_code)
		return ROLE_CODE;
	if (r->link)
		return ROLE_LINK;
	return r->strong ? ROLE_STRONG : r->emphasis ? ROLE_EMPHASIS : r->role;
}

static void add(struct render *r, struct table_piece p)
{
	r->pieces = mem_grow(r->pieces, &r->cap, r->n + 1, sizeof *r->pieces);
	r->pieces[r->n++] = p;
}

static void made(struct render *r, struct slice s, enum role role)
{
	buf_add_slice(&r->made, s);
	add(r, (struct table_piece){.at = r->made.n - s.n, .shown = s.n, .made = true, .role = role});
}

static void made_for(struct render *r, struct slice s, enum role role, size_t from, size_t n)
{
	made(r, s, role);
	r->pieces[r->n - 1].from = from;
	r->pieces[r->n - 1].n = n;
	r->seen = from + n;
}

/* ---- lines ---- */

static void end_line(struct render *r)
{
	if (r->midline)
		made(r, SLICE("\n"), r->role);
	r->midline = false;
}

static void sign(struct render *r)
{
	const struct item *it = &r->list[(r->depth < DEPTH_MAX ? r->depth : DEPTH_MAX) - 1];
	struct buf b = BUF_INIT;

	if (it->ordered)
		buf_addf(&b, "%u%c ", it->number, it->mark);
	else
		buf_addf(&b, "%s ", glyph(GLYPH_BULLET));
	made(r, buf_slice(&b), r->role);
	buf_release(&b);
}

/* What stands before the text of a line: quotes, the indent of lists, the sign of an item. */
static void begin_line(struct render *r)
{
	unsigned depth = r->depth < DEPTH_MAX ? r->depth : DEPTH_MAX, cells = 0;

	if (r->midline || r->in_table)
		return;
	if (r->gap)
		made(r, SLICE("\n"), r->role);
	r->gap = false;
	for (unsigned i = 0; i < r->quotes && i < DEPTH_MAX; i++)
		made(r, SLICE("> "), ROLE_DIM);
	for (unsigned i = 0; i < depth - (r->due && depth ? 1 : 0); i++)
		cells += r->list[i].ordered ? (r->list[i].number > 9 ? 4 : 3) : 2;
	for (; cells; cells--)
		made(r, SLICE(" "), r->role);
	if (r->due && depth)
		sign(r);
	r->due = false;
	if (r->block_code)
		made(r, SLICE("  "), ROLE_CODE);
	r->midline = true;
}

/* ---- text ---- */

/* Where the parser's text stands in the source; SIZE_MAX for what it made, or what was shown already. */
static size_t source_of(const struct render *r, const char *p, size_t n)
{
	const char *begin = r->input.p + (r->seen - r->from), *end = r->input.p + (r->end - r->from);

	return p >= begin && p <= end && n <= (size_t)(end - p) ? r->from + (size_t)(p - r->input.p) : SIZE_MAX;
}

static void put(struct render *r, const char *p, size_t n)
{
	size_t at = source_of(r, p, n);

	if (n == 0)
		return;
	begin_line(r);
	if (at == SIZE_MAX) {
		made(r, (struct slice){p, n}, role_of(r));
		return;
	}
	add(r, (struct table_piece){.at = at, .shown = n, .from = at, .n = n, .role = role_of(r),
				    .lang = r->block_code ? r->lang : CODE_NONE});
	r->seen = at + n;
}

/* The next byte `c` of the source: the parser says that it is there, not where. */
static void put_for(struct render *r, char c, struct slice shown)
{
	size_t at = slice_chr(slice_sub(r->text, 0, r->end), c, r->seen);

	if (at == SLICE_NONE)
		made(r, shown, role_of(r));
	else
		made_for(r, shown, role_of(r), at, 1);
}

static void line_break(struct render *r)
{
	begin_line(r);
	put_for(r, '\n', SLICE("\n"));
	r->midline = false;
}

/* Text of a code block: lines, and their ends. */
static void code_text(struct render *r, struct slice s)
{
	while (s.n) {
		size_t lf = slice_chr(s, '\n', 0), n = lf == SLICE_NONE ? s.n : lf;

		if (n && r->asked)
			r->lang = code_lang_of_line(slice_sub(s, 0, n));
		r->asked = r->asked && !n;
		put(r, s.p, n);
		if (lf != SLICE_NONE)
			line_break(r);
		s = slice_sub(s, lf == SLICE_NONE ? s.n : lf + 1, s.n);
	}
}

static void entity(struct render *r, struct slice s)
{
	static const struct {
		const char *name, *shown;
	} known[] = {{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"&quot;", "\""}};
	size_t at = source_of(r, s.p, s.n);

	for (size_t i = 0; at != SIZE_MAX && i < sizeof known / sizeof *known; i++)
		if (slice_is(s, known[i].name)) {
			begin_line(r);
			made_for(r, slice_str(known[i].shown), role_of(r), at, s.n);
			return;
		}
	put(r, s.p, s.n);
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *p, MD_SIZE n, void *ctx)
{
	struct render *r = ctx;
	struct slice s = {p, n};

	if (n > r->input.n)
		return 1;
	switch (type) {
	case MD_TEXT_NULLCHAR:
		begin_line(r);
		put_for(r, '\0', (struct slice){"", 1});
		break;
	case MD_TEXT_BR:
		line_break(r);
		break;
	case MD_TEXT_SOFTBR:
		begin_line(r);
		put_for(r, '\n', SLICE(" "));
		break;
	case MD_TEXT_ENTITY:
		entity(r, s);
		break;
	default:
		if (r->block_code)
			code_text(r, s);
		else
			put(r, p, n);
	}
	return r->n > PIECES_MAX;
}

/* ---- spans ---- */

static int on_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct render *r = ctx;

	(void)detail;
	r->strong += type == MD_SPAN_STRONG;
	r->emphasis += type == MD_SPAN_EM;
	if (type == MD_SPAN_A || type == MD_SPAN_IMG) {
		if (type == MD_SPAN_IMG) {
			begin_line(r);
			made(r, SLICE("image: "), ROLE_DIM);
		}
		r->link++;
		r->link_at = r->n;
	}
	if (type == MD_SPAN_CODE) {
		begin_line(r);
		r->code++;
		made(r, SLICE("`"), role_of(r));
	}
	return r->n > PIECES_MAX;
}

/* What the parser took out of the text, between two signs; nothing where there is none. */
static void attribute(struct render *r, struct slice s, const char *before, const char *behind)
{
	size_t at = source_of(r, s.p, s.n);

	if (s.n == 0)
		return;
	if (*before)
		made(r, slice_str(before), ROLE_DIM);
	if (at == SIZE_MAX) {
		made(r, s, ROLE_DIM);
	} else {
		add(r, (struct table_piece){.at = at, .shown = s.n, .from = at, .n = s.n, .role = ROLE_DIM});
		r->seen = at + s.n;
	}
	if (*behind)
		made(r, slice_str(behind), ROLE_DIM);
}

/* Where a link goes, unless its words say it, and its title: a reviewer must see all that was written. */
static void url(struct render *r, const MD_ATTRIBUTE *a, const MD_ATTRIBUTE *title)
{
	struct slice s = {a->text, a->size < URL_MAX ? a->size : URL_MAX};
	struct slice t = {title->text, title->size < URL_MAX ? title->size : URL_MAX};
	const struct table_piece *first = &r->pieces[r->link_at];

	if (a->size > r->input.n || title->size > r->input.n)
		return;
	if (t.n == 0 && r->n == r->link_at + 1 && !first->made && slice_eq(slice_sub(r->text, first->at, first->at + first->shown), s))
		return;
	if (s.n == 0 && t.n == 0)
		return;
	begin_line(r);
	made(r, SLICE(" ("), ROLE_DIM);
	attribute(r, s, "", "");
	attribute(r, t, s.n ? " \"" : "\"", "\"");
	made(r, SLICE(")"), ROLE_DIM);
}

static int off_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct render *r = ctx;

	r->strong -= type == MD_SPAN_STRONG;
	r->emphasis -= type == MD_SPAN_EM;
	if (type == MD_SPAN_CODE) {
		made(r, SLICE("`"), role_of(r));
		r->code--;
	}
	if (type == MD_SPAN_A || type == MD_SPAN_IMG) {
		const MD_SPAN_A_DETAIL *a = detail;
		const MD_SPAN_IMG_DETAIL *img = detail;

		r->link--;
		url(r, type == MD_SPAN_A ? &a->href : &img->src, type == MD_SPAN_A ? &a->title : &img->title);
	}
	return r->n > PIECES_MAX;
}

/* ---- blocks ---- */

static void push_list(struct render *r, struct item it)
{
	end_line(r);
	if (r->depth < DEPTH_MAX)
		r->list[r->depth] = it;
	r->depth++;
}

static void begin_code(struct render *r, const MD_BLOCK_CODE_DETAIL *d)
{
	end_line(r);
	r->lang = code_lang_of((struct slice){d->lang.text, d->lang.size});
	r->asked = d->lang.size == 0;
	r->block_code = 1;
}

static void again(void *ctx, struct table_piece p)
{
	add(ctx, p);
}

static void made_again(void *ctx, struct slice s, enum role role)
{
	struct render *r = ctx;
	struct buf copy = BUF_INIT; /* it may lie in what it is added to */

	buf_add_slice(&copy, s);
	made(r, buf_slice(&copy), role);
	buf_release(&copy);
}

/* The pieces of its cells, as they came, make room for the same laid out. */
static void lay_table(struct render *r)
{
	size_t n = r->n - r->table.first;
	struct table_piece *in = xreallocarray(NULL, n + 1, sizeof *in);
	struct table_out out = {again, made_again, r, r->text, &r->made};

	if (n)
		memcpy(in, r->pieces + r->table.first, n * sizeof *in);
	for (size_t i = 0; i < r->table.n; i++) {
		r->table.cells[i].first -= r->table.first;
		r->table.cells[i].end -= r->table.first;
	}
	r->n = r->table.first;
	table_lay(&r->table, in, r->width, &out);
	free(in);
}

static int on_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct render *r = ctx;

	switch (type) {
	case MD_BLOCK_UL:
		push_list(r, (struct item){0});
		break;
	case MD_BLOCK_OL:
		push_list(r, (struct item){true, ((MD_BLOCK_OL_DETAIL *)detail)->start, ((MD_BLOCK_OL_DETAIL *)detail)->mark_delimiter});
		break;
	case MD_BLOCK_LI:
		end_line(r);
		r->due = true;
		break;
	case MD_BLOCK_QUOTE:
		end_line(r);
		r->quotes++;
		break;
	case MD_BLOCK_H:
		end_line(r);
		r->heading = 1;
		break;
	case MD_BLOCK_HR:
		end_line(r);
		begin_line(r);
		for (unsigned i = 0; i < 24; i++)
			made(r, slice_str(glyph(GLYPH_ACROSS)), ROLE_DIM);
		end_line(r);
		break;
	case MD_BLOCK_CODE:
		begin_code(r, detail);
		break;
	case MD_BLOCK_P:
		end_line(r);
		break;
	case MD_BLOCK_TABLE:
		end_line(r);
		if (r->due || r->gap) { /* the sign of its item stands on a line of its own */
			begin_line(r);
			end_line(r);
		}
		r->in_table = r->tables = true;
		table_begin(&r->table, r->n);
		break;
	case MD_BLOCK_THEAD:
		r->table.in_head = true;
		break;
	case MD_BLOCK_TBODY:
		r->table.in_head = false;
		break;
	case MD_BLOCK_TR:
		table_row(&r->table);
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		table_cell(&r->table, r->n, ((MD_BLOCK_TD_DETAIL *)detail)->align == MD_ALIGN_RIGHT);
		r->strong += type == MD_BLOCK_TH;
		break;
	default:
		break;
	}
	return r->n > PIECES_MAX || r->table.n > PIECES_MAX;
}

static int off_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct render *r = ctx;

	(void)detail;
	switch (type) {
	case MD_BLOCK_UL:
	case MD_BLOCK_OL:
		end_line(r);
		r->depth--;
		break;
	case MD_BLOCK_LI:
		if (r->due) /* an empty one */
			begin_line(r);
		end_line(r);
		if (r->depth && r->depth <= DEPTH_MAX)
			r->list[r->depth - 1].number++;
		break;
	case MD_BLOCK_QUOTE:
		end_line(r);
		r->quotes--;
		r->gap = true;
		break;
	case MD_BLOCK_H:
		end_line(r);
		r->heading = 0;
		break;
	case MD_BLOCK_CODE:
		end_line(r);
		r->block_code = 0;
		r->gap = true;
		break;
	case MD_BLOCK_P:
		end_line(r);
		r->gap = true;
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		r->strong -= type == MD_BLOCK_TH;
		table_cell_end(&r->table, r->n);
		break;
	case MD_BLOCK_TABLE:
		r->in_table = false;
		lay_table(r);
		r->gap = true;
		break;
	default:
		break;
	}
	return r->n > PIECES_MAX;
}

/* ---- the block ---- */

/*
 * Is it better shown as it is?  A definition of a link ("[x]: where") would vanish, and a reviewer must see all that was written.
 */
static bool is_odd(struct slice rest)
{
	size_t brackets = 0;
	struct slice line;

	while (slice_line(&rest, &line)) {
		size_t at = 0;

		while (at < line.n && strchr(" \t>-+*.)0123456789", line.p[at]) && line.p[at])
			at++;
		if (at < line.n && line.p[at] == '[' && slice_find(line, "]:", at) != SLICE_NONE)
			return true;
		for (; at < line.n; at++)
			brackets += line.p[at] == '[';
	}
	return brackets > BRACKETS_MAX;
}

static void emit(const struct render *r, const struct table_piece *p, const struct markdown_sink *sink)
{
	struct slice from = p->made ? buf_slice(&r->made) : r->text;
	struct markdown_piece out = {.shown = slice_sub(from, p->at, p->at + p->shown), .from = p->from, .n = p->n,
				     .role = p->role, .lang = p->lang};

	sink->put(sink->ctx, &out);
}

static void show_plain(struct slice text, size_t from, size_t end, const struct markdown_sink *sink)
{
	struct slice s = slice_sub(text, from, end);
	struct markdown_piece p = {.shown = s, .from = from, .n = s.n, .role = sink->role};

	sink->put(sink->ctx, &p);
	if (s.n == 0 || s.p[s.n - 1] != '\n')
		sink->put(sink->ctx, &(struct markdown_piece){.shown = SLICE("\n"), .role = sink->role});
}

/*
 * The parser (0.4.8) looks behind the end of its input where a link is not closed, and then hands out text without end: it is given
 * a copy with a line end behind, and what is longer than all of it ends the parsing.
 */
static bool parse(struct render *r)
{
	static const MD_PARSER parser = {.flags = MD_FLAG_TABLES | MD_FLAG_NOHTML, .enter_block = on_block,
					 .leave_block = off_block, .enter_span = on_span, .leave_span = off_span, .text = on_text};
	struct slice s = slice_sub(r->text, r->from, r->end);

	if (is_odd(s))
		return false;
	buf_add_slice(&r->input, s);
	buf_addc(&r->input, '\n');
	return md_parse(r->input.p, (MD_SIZE)r->input.n, &parser, r) == 0 && r->n;
}

bool markdown_block(struct slice text, size_t from, size_t end, const struct markdown_sink *sink)
{
	struct render r = {.text = text, .from = from, .end = end, .seen = from, .role = sink->role,
			   .width = sink->width};
	bool tables;

	if (parse(&r)) {
		end_line(&r);
		for (size_t i = 0; i < r.n; i++)
			emit(&r, &r.pieces[i], sink);
	} else {
		show_plain(text, from, end, sink);
	}
	tables = r.tables;
	free(r.pieces);
	buf_release(&r.made);
	buf_release(&r.input);
	table_release(&r.table);
	return tables;
}
