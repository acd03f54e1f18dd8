#include "race/ctoken.h"

#include <stdlib.h>
#include <string.h>

#include "base/clex.h"
#include "base/mem.h"

enum { TOKENS_MAX = 400000 };

struct reader {
	struct ctokens *out;
	struct clex lex;
	uint32_t line;
	bool directive; /* the line before was one, and goes on here */
	unsigned off;   /* nesting of conditions below an "#if 0", itself counted; 0: nothing is left out */
};

static void add(struct reader *r, enum ctoken_kind kind, struct slice s)
{
	struct ctokens *ts = r->out;

	if (ts->n == TOKENS_MAX) {
		ts->cut = true;
		return;
	}
	ts->t = mem_grow(ts->t, &ts->cap, ts->n + 1, sizeof *ts->t);
	ts->t[ts->n++] = (struct ctoken){s, r->line, kind};
}

bool ctoken_is(const struct ctoken *t, const char *word)
{
	return (t->kind == CTOKEN_NAME || t->kind == CTOKEN_SIGN) && slice_is(t->s, word);
}

static size_t sign_length(struct slice s)
{
	static const char *const signs[] = {"<<=", ">>=", "...", "->", "++", "--", "==", "!=", "<=", ">=", "&&", "||", "+=",
					    "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "##"};

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (slice_starts(s, signs[i]))
			return strlen(signs[i]);
	return 1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v' || c == '\\' || c == '\0';
}

/* Signs and blanks that lie side by side. */
static void add_signs(struct reader *r, struct slice s)
{
	for (size_t at = 0; at < s.n;) {
		size_t n = is_blank(s.p[at]) ? 1 : sign_length(slice_sub(s, at, s.n));

		if (!is_blank(s.p[at]))
			add(r, CTOKEN_SIGN, slice_sub(s, at, at + n));
		at += n;
	}
}

/* ---- directives ---- */

/* "#if", "#ifdef", … with what follows. */
static void on_directive(struct reader *r, struct slice line, struct slice piece)
{
	struct slice word = slice_trim(slice_sub(piece, slice_chr(piece, '#', 0) + 1, piece.n));
	struct slice rest = slice_trim(slice_sub(line, (size_t)(piece.p - line.p) + piece.n, line.n));
	bool begins = slice_starts(word, "if"), ends = slice_is(word, "endif"), turns = slice_starts(word, "el");

	if (r->off) {
		r->off += begins;
		r->off -= ends;
		if (ends && r->off == 0)
			add(r, CTOKEN_ENDIF, SLICE(""));
		if (turns && r->off == 1) { /* what stands here is compiled, or may be */
			r->off = 0;
			add(r, slice_is(word, "else") ? CTOKEN_ELSE : CTOKEN_ELIF, SLICE(""));
		}
		return;
	}
	if (begins)
		add(r, CTOKEN_IF, SLICE(""));
	else if (turns)
		add(r, slice_is(word, "else") ? CTOKEN_ELSE : CTOKEN_ELIF, SLICE(""));
	else if (ends)
		add(r, CTOKEN_ENDIF, SLICE(""));
	r->off = slice_is(word, "if") && (slice_is(rest, "0") || slice_starts(rest, "0 /*")) ? 1 : 0;
}

/* ---- lines ---- */

static void read_line(struct reader *r, struct slice line)
{
	struct clex_piece p = {0};

	if (!r->lex.comment) /* a line that begins with a star is a product here, not the middle of a comment */
		while (line.n && is_blank(line.p[0]))
			line = slice_sub(line, 1, line.n);
	while (clex_next(&r->lex, line, &p)) {
		struct slice s = slice_sub(line, p.from, p.to);

		if (p.class == CLEX_PREPROCESSOR && !r->directive) {
			r->directive = true;
			on_directive(r, line, s);
		}
		if (r->directive || r->off || p.class == CLEX_COMMENT || p.class == CLEX_PREPROCESSOR)
			continue;
		if (p.class == CLEX_STRING || p.class == CLEX_NUMBER)
			add(r, CTOKEN_TEXT, s);
		else if (clex_is_ident(s.p[0]))
			add(r, CTOKEN_NAME, s);
		else
			add_signs(r, s);
	}
	r->directive = r->directive && slice_ends(slice_rtrim(line), "\\");
}

void ctokens_read(struct ctokens *ts, struct slice text)
{
	struct reader r = {.out = ts, .line = 1};
	struct slice line;

	ts->n = 0;
	ts->cut = false;
	for (; slice_line(&text, &line); r.line++)
		read_line(&r, line);
}

void ctokens_release(struct ctokens *ts)
{
	free(ts->t);
	*ts = (struct ctokens){0};
}
