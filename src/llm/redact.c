#include "llm/redact.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static bool alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Servers mask a key that they quote with stars: these belong to it. */
static bool in_token(char c)
{
	return alnum(c) || c == '-' || c == '_' || c == '*';
}

static bool in_dotted(char c)
{
	return in_token(c) || c == '.';
}

static bool in_word(char c)
{
	return c != ' ' && c != '\t' && c != '\r' && c != '\n';
}

static bool in_query(char c)
{
	return in_word(c) && !strchr("&\"'<>)", c);
}

static bool in_header(char c)
{
	return c != '\r' && c != '\n' && c != '"';
}

/* What a secret begins with, what it goes on with, and how long that is at least. */
static const struct pattern {
	const char *prefix;
	bool (*in)(char c);
	size_t min;
	bool kept; /* the prefix says what was there and is no part of the secret */
} patterns[] = {
	{"AIza", in_token, 35, false},
	{"AQ.", in_token, 20, false},
	{"sk-", in_token, 16, false},
	{"ya29.", in_dotted, 1, false},
	{"Bearer ", in_word, 1, true},
	{"key=", in_query, 1, true},
	{"token=", in_query, 1, true},
	{"x-goog-api-key", in_header, 1, true},
	{"x-api-key", in_header, 1, true},
	{"authorization:", in_header, 1, true},
	{"authorization\":", in_word, 1, true},
	{"cookie:", in_header, 1, true},
};

/* How many bytes at the front of `s` are a secret, `*kept` of them to be left; 0: none. */
static size_t by_pattern(struct slice s, size_t *kept)
{
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		const struct pattern *p = &patterns[i];
		size_t from = strlen(p->prefix), n = from;

		if (s.n < from || strncasecmp(s.p, p->prefix, from) != 0)
			continue;
		while (n < s.n && p->in(s.p[n]))
			n++;
		*kept = p->kept ? from : 0;
		if (n - from >= p->min)
			return n;
	}
	return 0;
}

/* "://user:password@host": the part up to the @. */
static size_t by_userinfo(struct slice s, size_t *kept)
{
	if (!slice_starts(s, "://"))
		return 0;
	for (size_t i = 3; i < s.n && in_query(s.p[i]) && !strchr("/?#", s.p[i]); i++)
		if (s.p[i] == '@') {
			*kept = 3;
			return i;
		}
	return 0;
}

void llm_redact(struct buf *out, struct slice text, struct slice key)
{
	size_t from = 0;

	for (size_t i = 0; i < text.n;) {
		struct slice rest = slice_sub(text, i, text.n);
		size_t kept = 0, n = 0;

		if (key.n && rest.n >= key.n && memcmp(rest.p, key.p, key.n) == 0)
			n = key.n;
		if (!n)
			n = by_pattern(rest, &kept);
		if (!n)
			n = by_userinfo(rest, &kept);
		if (!n) {
			i++;
			continue;
		}
		buf_add_slice(out, slice_sub(text, from, i + kept));
		buf_adds(out, "[redacted]");
		from = i += n;
	}
	buf_add_slice(out, slice_sub(text, from, text.n));
}

/* How long the front of `s` is, less than all of it, that `s` also ends with. */
static size_t border(struct slice s)
{
	size_t n = s.n - 1;

	while (n && memcmp(s.p, s.p + s.n - n, n) != 0)
		n--;
	return n;
}

void llm_veil_add(struct llm_veil *v, struct buf *out, struct slice piece)
{
	if (v->key.n < LLM_KEY_MIN) {
		buf_add_slice(out, piece);
		return;
	}
	for (size_t i = 0; i < piece.n;) {
		if (piece.p[i] == v->key.p[v->held]) {
			i++;
			if (++v->held == v->key.n) {
				buf_adds(out, "[redacted]");
				v->held = 0;
			}
		} else if (v->held) {
			size_t keep = border(slice_sub(v->key, 0, v->held));

			buf_add_slice(out, slice_sub(v->key, 0, v->held - keep));
			v->held = keep;
		} else {
			const char *next = memchr(piece.p + i, v->key.p[0], piece.n - i);
			size_t to = next ? (size_t)(next - piece.p) : piece.n;

			buf_add_slice(out, slice_sub(piece, i, to));
			i = to;
		}
	}
}

void llm_veil_end(struct llm_veil *v, struct buf *out)
{
	buf_add_slice(out, slice_sub(v->key, 0, v->held));
	v->held = 0;
}
