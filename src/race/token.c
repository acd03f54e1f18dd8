#include "race/token.h"

#include <string.h>

#include "base/clex.h"

static void skip_blanks(struct tokens *t)
{
	for (;;) {
		struct slice rest = slice_sub(t->code, t->at, t->code.n);
		size_t end;

		if (rest.n && strchr(" \t\n\r\f\v\\", rest.p[0])) { /* or NUL */
			t->at++;
		} else if (slice_starts(rest, "/*")) {
			end = slice_find(rest, "*/", 2);
			t->at += end == SLICE_NONE ? rest.n : end + 2;
		} else if (slice_starts(rest, "//")) {
			end = slice_chr(rest, '\n', 0);
			t->at += end == SLICE_NONE ? rest.n : end;
		} else {
			return;
		}
	}
}

static size_t quoted_end(struct slice s, size_t at)
{
	char quote = s.p[at++];

	while (at < s.n && s.p[at] != quote && s.p[at] != '\n')
		at += s.p[at] == '\\' ? 2 : 1;
	return at >= s.n ? s.n : s.p[at] == quote ? at + 1 : at;
}

static size_t sign_length(struct slice s)
{
	static const char *const signs[] = {"<<=", ">>=", "...", "->", "++", "--", "==", "!=", "<=", ">=", "&&", "||", "+=", "-=", "*=",
					    "/=", "%=", "&=", "|=", "^=", "<<", ">>", "##"};

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (slice_starts(s, signs[i]))
			return strlen(signs[i]);
	return 1;
}

void tokens_next(struct tokens *t)
{
	size_t from, end;
	char c;

	t->before = t->now;
	skip_blanks(t);
	from = end = t->at;
	if (from >= t->code.n) {
		t->now = (struct token){.kind = TOKEN_END};
		return;
	}
	c = t->code.p[from];
	if (clex_is_ident(c)) {
		while (end < t->code.n && clex_is_ident(t->code.p[end]))
			end++;
		t->now.kind = c >= '0' && c <= '9' ? TOKEN_NUMBER : TOKEN_NAME;
	} else if (c == '"' || c == '\'') {
		end = quoted_end(t->code, from);
		t->now.kind = TOKEN_TEXT;
	} else {
		end = from + sign_length(slice_sub(t->code, from, t->code.n));
		t->now.kind = TOKEN_SIGN;
	}
	t->now.s = slice_sub(t->code, from, end);
	t->at = end;
}

struct tokens tokens_of(struct slice code)
{
	struct tokens t = {.code = code};

	tokens_next(&t);
	return t;
}

bool token_is(const struct token *t, const char *sign)
{
	return t->kind == TOKEN_SIGN && slice_is(t->s, sign);
}

bool token_is_word(const struct token *t, const char *word)
{
	return t->kind == TOKEN_NAME && slice_is(t->s, word);
}

bool token_is_name(const struct token *t)
{
	return t->kind == TOKEN_NAME && !clex_is_keyword(t->s);
}

bool tokens_eat(struct tokens *t, const char *sign)
{
	if (!token_is(&t->now, sign))
		return false;
	tokens_next(t);
	return true;
}

void tokens_skip_to(struct tokens *t, const char *close)
{
	unsigned deep = 0;

	for (; t->now.kind != TOKEN_END; tokens_next(t)) {
		if (deep == 0 && token_is(&t->now, close))
			break;
		deep += token_is(&t->now, "(") || token_is(&t->now, "[") || token_is(&t->now, "{");
		deep -= deep && (token_is(&t->now, ")") || token_is(&t->now, "]") || token_is(&t->now, "}"));
	}
	tokens_eat(t, close);
}

size_t tokens_from(const struct tokens *t)
{
	return t->now.kind == TOKEN_END ? t->code.n : t->at - t->now.s.n;
}

bool token_squeeze(struct slice code, char *out, size_t size)
{
	size_t n = 0;

	for (struct tokens t = tokens_of(code); t.now.kind != TOKEN_END; tokens_next(&t)) {
		bool words = n && clex_is_ident(out[n - 1]) && clex_is_ident(t.now.s.p[0]);

		if (n + words + t.now.s.n >= size) {
			out[0] = '\0';
			return false;
		}
		if (words)
			out[n++] = ' ';
		memcpy(out + n, t.now.s.p, t.now.s.n);
		n += t.now.s.n;
	}
	out[n] = '\0';
	return true;
}
