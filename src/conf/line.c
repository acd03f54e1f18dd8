#include "conf/line.h"

#include <stdbool.h>

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/*
 * Where the word that begins at `at` ends; `*quoted` says whether it has to be rewritten.  SLICE_NONE: an
 * open quote.
 */
static size_t word_end(struct slice line, size_t at, bool *quoted)
{
	bool in = false;

	*quoted = false;
	for (; at < line.n && (in || !blank(line.p[at])); at++) {
		if (line.p[at] == '"') {
			in = !in;
			*quoted = true;
		} else if (in && line.p[at] == '\\' && at + 1 < line.n) {
			at++;
		}
	}
	return in ? SLICE_NONE : at;
}

/* The word without its quotes. */
static struct slice unquote(struct arena *a, struct slice raw)
{
	char *to = arena_alloc(a, raw.n + 1);
	bool in = false;
	size_t n = 0;

	for (size_t i = 0; i < raw.n; i++) {
		char c = raw.p[i];

		if (c == '"') {
			in = !in;
			continue;
		}
		if (in && c == '\\' && i + 1 < raw.n && (raw.p[i + 1] == '"' || raw.p[i + 1] == '\\'))
			c = raw.p[++i];
		to[n++] = c;
	}
	return (struct slice){to, n};
}

/* A "#" that begins a comment; before six hexadecimal digits and no more it begins a colour. */
static bool comment(struct slice s)
{
	size_t n = 1;

	while (n < s.n && ((s.p[n] >= '0' && s.p[n] <= '9') || (s.p[n] >= 'a' && s.p[n] <= 'f') || (s.p[n] >= 'A' && s.p[n] <= 'F')))
		n++;
	return s.p[0] == '#' && !(n == 7 && (n == s.n || blank(s.p[n])));
}

int conf_split(struct arena *a, struct slice line, struct conf_line *out, struct err *e)
{
	size_t at = 0;

	out->n = 0;
	for (;;) {
		bool quoted;
		size_t end;

		while (at < line.n && blank(line.p[at]))
			at++;
		if (at == line.n || comment(slice_sub(line, at, line.n)))
			return 0;
		if (out->n == CONF_WORDS)
			return err_set(e, ERR_INPUT, "more than %d words in one line", CONF_WORDS);
		end = word_end(line, at, &quoted);
		if (end == SLICE_NONE)
			return err_set(e, ERR_INPUT, "the quote in column %zu is left open",
				       slice_chr(line, '"', at) + 1);
		out->at[out->n] = at;
		out->word[out->n] = slice_sub(line, at, end);
		if (quoted)
			out->word[out->n] = unquote(a, out->word[out->n]);
		out->n++;
		at = end;
	}
}
