/* Where blocks begin and end, and fenced code; markdown_block.c lays out what is in a block. */
#include "ui/markdown.h"

#include "base/utf8.h"
#include "ui/markdown_block.h"

/* A line of the text, and where the next one begins; `whole`: its end was seen. */
struct line {
	struct slice s; /* without the line end and blanks before it */
	size_t from, end, next; /* end: without the line end alone */
	bool whole;
};

static struct line line_at(struct slice text, size_t from)
{
	size_t lf = slice_chr(text, '\n', from);
	struct line l = {.from = from, .next = lf == SLICE_NONE ? text.n : lf + 1, .whole = lf != SLICE_NONE};

	l.end = lf == SLICE_NONE ? text.n : lf;
	if (lf != SLICE_NONE && lf > from && text.p[lf - 1] == '\r')
		l.end--;
	l.s = slice_rtrim(slice_sub(text, from, l.end));
	return l;
}

static bool is_empty(struct line l)
{
	return slice_trim(l.s).n == 0;
}

static size_t indent_of(struct slice s)
{
	size_t cells = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\t')
			cells += 4 - cells % 4;
		else if (s.p[i] == ' ')
			cells++;
		else
			break;
	}
	return cells;
}

/* The fence that a line begins with: its character, or 0, and how many. */
static char fence_of(struct slice s, size_t *n)
{
	struct slice t = slice_trim(s);

	*n = 0;
	if (t.n < 3 || (t.p[0] != '`' && t.p[0] != '~'))
		return 0;
	while (*n < t.n && t.p[*n] == t.p[0])
		++*n;
	if (*n < 3 || (t.p[0] == '`' && slice_chr(t, '`', *n) != SLICE_NONE))
		return 0;
	return t.p[0];
}

/* "- ", "* ", "+ ", "12. ", "12) " */
static bool is_item(struct slice s)
{
	struct slice t = slice_trim(s);
	size_t n = 0;

	while (n < t.n && n < 9 && t.p[n] >= '0' && t.p[n] <= '9')
		n++;
	if (n >= t.n || (n ? t.p[n] != '.' && t.p[n] != ')' : t.p[n] != '-' && t.p[n] != '*' && t.p[n] != '+'))
		return false;
	return n + 1 == t.n || t.p[n + 1] == ' ' || t.p[n + 1] == '\t';
}

/* ---- where a block ends ---- */

/* Behind an empty line: does a line follow that belongs to the list?  -1: that is not known yet. */
static int goes_on(struct slice text, size_t from, bool list)
{
	while (from < text.n) {
		struct line l = line_at(text, from);

		if (!is_empty(l))
			return list && indent_of(l.s) >= 2;
		from = l.next;
	}
	return -1;
}

/* A line that is longer than a block: as much of it as ends at a blank, else anywhere between characters. */
static size_t cut_line(struct slice text, size_t from)
{
	struct slice s = utf8_cut(slice_sub(text, from, text.n), MARKDOWN_BLOCK);
	size_t end = s.n;

	while (end > s.n / 2 && s.p[end - 1] != ' ')
		end--;
	return from + (end > s.n / 2 ? end : s.n ? s.n : 1);
}

/* The end of the block that begins at `from`, or SIZE_MAX while it is open. */
static size_t block_end(struct slice text, size_t from)
{
	bool list = false, fenced = false;
	size_t n;

	for (size_t at = from; at < text.n;) {
		struct line l = line_at(text, at);

		if (l.next - at > MARKDOWN_BLOCK + 8)
			return at > from ? at : cut_line(text, from);
		if (!l.whole)
			return SIZE_MAX;
		if (is_empty(l) && !fenced) {
			int more = goes_on(text, l.next, list);

			if (more <= 0)
				return more < 0 ? SIZE_MAX : at;
		}
		if (fence_of(l.s, &n)) {
			if (!fenced && indent_of(l.s) < (list ? 2u : 4u) && at > from)
				return at;
			fenced = list && !fenced;
		}
		list = list || is_item(l.s);
		at = l.next;
		if (at - from > MARKDOWN_BLOCK)
			return at;
	}
	return SIZE_MAX;
}

/* ---- pieces ---- */

static void put(struct markdown *m, const struct markdown_sink *sink, struct markdown_piece p)
{
	m->any = true;
	sink->put(sink->ctx, &p);
}

static void separate(struct markdown *m, const struct markdown_sink *sink)
{
	if (m->any)
		put(m, sink, (struct markdown_piece){.shown = SLICE("\n"), .role = sink->role});
}

static void code_line(struct markdown *m, struct slice text, struct line l, const struct markdown_sink *sink)
{
	if (m->asked && !m->coded)
		m->lang = code_lang_of_line(l.s);
	m->coded = true;
	put(m, sink, (struct markdown_piece){.shown = SLICE("  "), .role = ROLE_CODE});
	if (l.end > l.from)
		put(m, sink, (struct markdown_piece){.shown = slice_sub(text, l.from, l.end), .from = l.from, .n = l.end - l.from,
						     .role = ROLE_CODE, .lang = m->lang});
	put(m, sink, (struct markdown_piece){.shown = SLICE("\n"), .from = l.end, .n = l.next - l.end, .role = ROLE_CODE});
}

/* Longer than the name of a language: words that would vanish. */
enum { INFO_SHORT = 16 };

static void open_fence(struct markdown *m, struct slice text, struct slice line, const struct markdown_sink *sink)
{
	struct slice info = slice_trim(line), word = {0}, all;

	m->fence = fence_of(line, &m->fence_n);
	m->coded = false;
	info = all = slice_trim(slice_sub(info, m->fence_n, info.n));
	slice_word(&info, &word);
	m->lang = code_lang_of(word);
	m->asked = word.n == 0;
	separate(m, sink);
	if (all.n <= INFO_SHORT)
		return;
	put(m, sink, (struct markdown_piece){.shown = all, .from = (size_t)(all.p - text.p), .n = all.n, .role = ROLE_DIM});
	put(m, sink, (struct markdown_piece){.shown = SLICE("\n"), .role = ROLE_DIM});
}

/* A line inside of a fence. */
static void fenced_line(struct markdown *m, struct slice text, struct line l, const struct markdown_sink *sink)
{
	size_t n;

	if (fence_of(l.s, &n) == m->fence && n >= m->fence_n && slice_trim(l.s).n == n && indent_of(l.s) < 4)
		m->fence = 0;
	else
		code_line(m, text, l, sink);
}

static void block(struct markdown *m, struct slice text, size_t from, size_t end, const struct markdown_sink *sink)
{
	separate(m, sink);
	m->any = true;
	m->parsed += end - from;
	if (markdown_block(text, from, end, sink))
		m->tables = true;
}

/* One step: a line of code, an empty line or a block.  False where what follows is open. */
static bool step(struct markdown *m, struct slice text, const struct markdown_sink *sink)
{
	struct line l = line_at(text, m->at);
	size_t n, end;

	if (m->at >= text.n)
		return false;
	if (m->fence || is_empty(l) || (fence_of(l.s, &n) && indent_of(l.s) < 4)) {
		if (!l.whole)
			return false;
		if (m->fence)
			fenced_line(m, text, l, sink);
		else if (!is_empty(l))
			open_fence(m, text, l.s, sink);
		m->at = l.next;
		return true;
	}
	end = block_end(text, m->at);
	if (end == SIZE_MAX)
		return false;
	block(m, text, m->at, end, sink);
	m->at = end;
	return true;
}

void markdown_settle(struct markdown *m, struct slice text, const struct markdown_sink *sink)
{
	while (step(m, text, sink))
		;
}

void markdown_rest(struct markdown *m, struct slice text, const struct markdown_sink *sink)
{
	struct markdown rest = *m;
	struct line l = line_at(text, m->at);
	size_t n;

	if (m->at >= text.n)
		return;
	if (rest.fence)
		fenced_line(&rest, text, l, sink);
	else if (fence_of(l.s, &n) && indent_of(l.s) < 4 && !l.whole)
		return; /* a code block is about to begin */
	else if (slice_trim(slice_sub(text, m->at, text.n)).n)
		block(&rest, text, m->at, text.n, sink);
	m->parsed = rest.parsed;
	m->tables = rest.tables;
}
