#include "model/claim_text.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/claim.h"

enum {
	PIECE_SPAN = 64 << 10, /* bytes of source in which all pieces of a quote lie */
	GAP = '\f',           /* between lines that do not follow each other: in no quote */
};

void claim_text_release(struct claim_text *t)
{
	buf_release(&t->s);
	buf_release(&t->comments);
	free(t->lines);
	*t = (struct claim_text){0};
}

void claim_text_squeeze(struct buf *b, struct slice code)
{
	bool blank = true;

	for (size_t i = 0; i < code.n; i++) {
		char c = code.p[i];

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
			blank = true;
			continue;
		}
		if (blank && b->n && clex_is_ident(b->p[b->n - 1]) && clex_is_ident(c))
			buf_addc(b, ' ');
		blank = false;
		buf_addc(b, c);
	}
}

/* The words of a comment, without what frames it. */
static struct slice bare(struct slice comment)
{
	size_t from = 0, to = comment.n;

	while (from < to && (comment.p[from] == '/' || comment.p[from] == '*' || comment.p[from] == ' ' || comment.p[from] == '\t'))
		from++;
	while (to > from && (comment.p[to - 1] == '/' || comment.p[to - 1] == '*'))
		to--;
	return slice_sub(comment, from, to);
}

static void add_line(struct claim_text *t, struct slice line)
{
	struct clex_piece p = {0};
	struct buf code = BUF_INIT, said = BUF_INIT;

	buf_addc(&code, ' ');
	while (clex_next(&t->lexer, line, &p)) {
		struct slice s = slice_sub(line, p.from, p.to);

		if (p.class == CLEX_COMMENT) {
			buf_addc(&code, ' ');
			buf_addc(&said, ' ');
			buf_add_slice(&said, bare(s));
		} else {
			buf_add_slice(&code, s);
		}
	}
	claim_text_squeeze(&t->s, buf_slice(&code));
	claim_text_squeeze(&t->comments, buf_slice(&said));
	buf_release(&code);
	buf_release(&said);
}

void claim_text_add(struct claim_text *t, uint32_t number, struct slice line)
{
	if (number != t->before + 1) {
		buf_addc(&t->s, GAP);
		buf_addc(&t->comments, GAP);
		t->lexer = (struct clex){0};
	}
	t->before = number;
	t->lines = mem_grow(t->lines, &t->cap, t->n + 1, sizeof *t->lines);
	t->lines[t->n++] = (struct line_start){(uint32_t)t->s.n, (uint32_t)t->comments.n, number};
	add_line(t, line);
}

uint32_t claim_text_line(const struct claim_text *t, size_t at)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->lines[mid].at <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? t->lines[lo - 1].line : 0;
}

bool claim_text_has(const struct claim_text *t, uint32_t line)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->lines[mid].line < line)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < t->n && t->lines[lo].line == line;
}

size_t claim_text_find(const struct claim_text *t, struct slice piece, size_t from)
{
	struct slice s = buf_slice(&t->s);

	for (size_t at = from; piece.n && (at = slice_find_slice(s, piece, at)) != SLICE_NONE; at++) {
		bool begins = at == 0 || !clex_is_ident(s.p[at - 1]) || !clex_is_ident(piece.p[0]);
		bool ends = at + piece.n >= s.n || !clex_is_ident(s.p[at + piece.n]) || !clex_is_ident(piece.p[piece.n - 1]);

		if (begins && ends)
			return at;
	}
	return SLICE_NONE;
}

uint32_t claim_text_comment(const struct claim_text *t, struct slice words)
{
	struct buf w = BUF_INIT;
	uint32_t line = 0;
	size_t at;

	claim_text_squeeze(&w, bare(slice_trim(words)));
	at = w.n ? slice_find_slice(buf_slice(&t->comments), buf_slice(&w), 0) : SLICE_NONE;
	for (size_t i = 0; at != SLICE_NONE && i < t->n && t->lines[i].comment <= at; i++)
		line = t->lines[i].line;
	buf_release(&w);
	return line;
}

/* ---- quotes ---- */

static struct slice piece(const struct claim_pieces *p, size_t i)
{
	return slice_sub(buf_slice(&p->s), i ? p->end[i - 1] : 0, p->end[i]);
}

static void end_piece(struct claim_pieces *p)
{
	size_t from = p->n ? p->end[p->n - 1] : 0;

	if (p->n == CLAIM_PIECES || p->s.n == from)
		return;
	if (claim_has_name(slice_sub(buf_slice(&p->s), from, p->s.n)))
		p->end[p->n++] = p->s.n;
	else
		buf_cut(&p->s, from); /* a brace alone says nothing */
}

/* What a quote leaves out: "...", "…", also as a comment.  `*n`: its bytes. */
static bool is_elision(struct slice s, size_t at, size_t *n)
{
	struct slice rest = slice_sub(s, at, s.n);

	*n = slice_starts(rest, "...") || slice_starts(rest, "…") ? 3 : 0;
	return *n > 0;
}

void claim_pieces_cut(struct slice code, struct claim_pieces *p)
{
	struct slice rest = code, line;
	struct clex c = {0};

	while (slice_line(&rest, &line)) {
		struct clex_piece part = {0};
		struct buf kept = BUF_INIT;

		buf_addc(&kept, ' ');
		while (clex_next(&c, line, &part)) {
			struct slice s = slice_sub(line, part.from, part.to);
			size_t n, done = 0;

			for (size_t i = 0; i < s.n; i++) {
				if (!is_elision(s, i, &n))
					continue;
				if (part.class != CLEX_COMMENT)
					buf_add_slice(&kept, slice_sub(s, done, i));
				claim_text_squeeze(&p->s, buf_slice(&kept));
				buf_clear(&kept);
				buf_addc(&kept, ' ');
				end_piece(p);
				done = i + n;
				i = done - 1;
			}
			if (part.class != CLEX_COMMENT)
				buf_add_slice(&kept, slice_sub(s, done, s.n));
			else
				buf_addc(&kept, ' ');
		}
		claim_text_squeeze(&p->s, buf_slice(&kept));
		buf_release(&kept);
	}
	end_piece(p);
}

size_t claim_pieces_find(const struct claim_text *t, const struct claim_pieces *p, size_t from)
{
	size_t at;

	while ((at = claim_text_find(t, piece(p, 0), from)) != SLICE_NONE) {
		size_t end = at + piece(p, 0).n, i = 1, next = end;

		for (; i < p->n; i++) {
			next = claim_text_find(t, piece(p, i), end);
			if (next == SLICE_NONE) /* nor is it behind any later one */
				return SLICE_NONE;
			if (next - at >= PIECE_SPAN)
				break;
			end = next + piece(p, i).n;
		}
		if (i == p->n)
			return at;
		from = next - PIECE_SPAN > at ? next - PIECE_SPAN + 1 : at + 1;
	}
	return SLICE_NONE;
}

