#include "race/ctoken.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "race/token.h"

enum { TOKENS_MAX = 400000 };

struct reader {
	struct ctokens *out;
	size_t counted; /* lines are, up to there */
	uint32_t line;
	unsigned off; /* nesting of conditions below an "#if 0", itself counted; 0: nothing is left out */
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

/* Is there a line end between two tokens: none in a comment, nor behind a backslash? */
static bool ends_line(struct slice gap)
{
	for (size_t at = 0; at < gap.n; at++) {
		struct slice rest = slice_sub(gap, at, gap.n);
		size_t end;

		if (slice_starts(rest, "/*")) {
			end = slice_find(rest, "*/", 2);
			at += end == SLICE_NONE ? rest.n : end + 1;
		} else if (slice_starts(rest, "//")) {
			end = slice_chr(rest, '\n', 0);
			at += end == SLICE_NONE ? rest.n : end - 1;
		} else if (slice_starts(rest, "\\\n")) {
			at++;
		} else if (slice_starts(rest, "\\\r\n")) {
			at += 2;
		} else if (rest.p[0] == '\n') {
			return true;
		}
	}
	return false;
}

/* ---- directives ---- */

/* The first words behind the "#". */
static void on_directive(struct reader *r, struct slice word, struct slice first)
{
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
	r->off = slice_is(word, "if") && slice_is(first, "0") ? 1 : 0;
}

/* From its "#" to the first token of the next line; where its last one ends. */
static size_t take_directive(struct reader *r, struct tokens *t)
{
	struct slice words[3] = {{0}, {0}, {0}}; /* behind the "#": two, and whether there are more */
	size_t n = 0, behind = t->at;

	for (tokens_next(t); t->now.kind != TOKEN_END && !ends_line(slice_sub(t->code, behind, tokens_from(t))); tokens_next(t)) {
		if (n < 3)
			words[n++] = t->now.s;
		behind = t->at;
	}
	on_directive(r, words[0], n == 2 ? words[1] : SLICE(""));
	return behind;
}

/* Where the #if at token `i` ends; n: nowhere, or there is an #else. */
static size_t end_of_if(const struct ctokens *ts, size_t i)
{
	unsigned deep = 0;

	for (; i < ts->n; i++) {
		deep += ts->t[i].kind == CTOKEN_IF;
		if (deep == 1 && (ts->t[i].kind == CTOKEN_ELSE || ts->t[i].kind == CTOKEN_ELIF))
			return ts->n;
		if (ts->t[i].kind == CTOKEN_ENDIF && --deep == 0)
			return i;
	}
	return ts->n;
}

static void swap(struct ctokens *ts, size_t i)
{
	struct ctoken t = ts->t[i];

	ts->t[i] = ts->t[i + 1];
	ts->t[i + 1] = t;
}

/* "#ifdef A  } else if (b) {  c();  #endif  }" is the same as "}  #ifdef A  else if (b) {  c();  }  #endif", which cuts nothing. */
static void uncut(struct ctokens *ts)
{
	for (size_t i = 0; i + 2 < ts->n; i++) {
		bool cuts = ts->t[i].kind == CTOKEN_IF && ctoken_is(&ts->t[i + 1], "}") && ctoken_is(&ts->t[i + 2], "else");
		size_t end = cuts ? end_of_if(ts, i) : ts->n;

		if (end + 1 < ts->n && ctoken_is(&ts->t[end + 1], "}")) {
			swap(ts, i);
			swap(ts, end);
		}
	}
}

/* ---- all of it ---- */

static enum ctoken_kind kind_of(const struct token *t)
{
	return t->kind == TOKEN_NAME ? CTOKEN_NAME : t->kind == TOKEN_SIGN ? CTOKEN_SIGN : CTOKEN_TEXT;
}

void ctokens_read(struct ctokens *ts, struct slice text)
{
	struct reader r = {.out = ts, .line = 1};
	struct tokens t = tokens_of(text);
	size_t behind = 0; /* the token before */

	ts->n = 0;
	ts->cut = false;
	while (t.now.kind != TOKEN_END) {
		size_t from = tokens_from(&t);

		for (; r.counted < from; r.counted++)
			r.line += text.p[r.counted] == '\n';
		if (token_is(&t.now, "#") && (behind == 0 || ends_line(slice_sub(text, behind, from)))) {
			behind = take_directive(&r, &t);
			continue;
		}
		if (!r.off)
			add(&r, kind_of(&t.now), t.now.s);
		behind = t.at;
		tokens_next(&t);
	}
	uncut(ts);
}

void ctokens_release(struct ctokens *ts)
{
	free(ts->t);
	*ts = (struct ctokens){0};
}
