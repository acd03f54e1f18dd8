/* A text in Markdown laid out, byte by byte, for tests and fuzzing: what is shown, and which byte of the source it is. */
#ifndef TESTS_MARKED_H
#define TESTS_MARKED_H

#include <stdlib.h>

#include "base/mem.h"
#include "ui/markdown.h"

struct marked_byte {
	char c;
	uint8_t role, lang;
	size_t from, n; /* n 0: of nothing */
};

struct marked {
	struct marked_byte *b;
	size_t n, cap;
	size_t source; /* end of the source that was shown */
	struct slice text;
	const char *wrong; /* what is not as it must be, or NULL */
};

static void marked_put(void *ctx, const struct markdown_piece *p)
{
	struct marked *m = ctx;
	bool each = p->n == p->shown.n;

	if (p->shown.n == 0)
		m->wrong = "an empty piece";
	if (p->n && (p->from < m->source || p->from + p->n > m->text.n))
		m->wrong = "source out of order or range";
	if (p->n)
		m->source = p->from + p->n;
	m->b = mem_grow(m->b, &m->cap, m->n + p->shown.n, sizeof *m->b);
	for (size_t i = 0; i < p->shown.n; i++) {
		struct marked_byte *b = &m->b[m->n++];

		*b = (struct marked_byte){p->shown.p[i], (uint8_t)p->role, (uint8_t)p->lang, p->n ? p->from + (each ? i : 0) : 0,
					  p->n ? (each ? 1 : p->n) : 0};
		if (each && b->n && b->c != m->text.p[b->from] && !(b->c == ' ' && m->text.p[b->from] == '\n'))
			m->wrong = "another byte than the source";
	}
}

/* Lay out `text` at once. */
static struct marked marked_whole(struct slice text, unsigned width)
{
	struct marked m = {.text = text};
	struct markdown md = {0};
	struct markdown_sink sink = {marked_put, &m, ROLE_NORMAL, width};

	markdown_settle(&md, text, &sink);
	markdown_rest(&md, text, &sink);
	return m;
}

/* The same as it grows: each byte of `cuts` says by how many, 1 at least. */
static struct marked marked_grown(struct slice text, unsigned width, struct slice cuts, uint64_t *parsed)
{
	struct marked m = {.text = text};
	struct markdown md = {0};
	struct markdown_sink sink = {marked_put, &m, ROLE_NORMAL, width};

	for (size_t at = 0, k = 0; at < text.n; k++) {
		struct slice now;
		size_t settled, source;

		at += cuts.n ? 1 + (size_t)(unsigned char)cuts.p[k % cuts.n] : text.n;
		now = slice_sub(text, 0, at < text.n ? at : text.n);
		markdown_settle(&md, now, &sink);
		settled = m.n;
		source = m.source;
		markdown_rest(&md, now, &sink);
		if (now.n < text.n) {
			m.n = settled;
			m.source = source;
		}
	}
	*parsed = md.parsed;
	return m;
}

static bool marked_same(const struct marked *a, const struct marked *b)
{
	for (size_t i = 0; a->n == b->n && i < a->n; i++)
		if (a->b[i].c != b->b[i].c || a->b[i].role != b->b[i].role || a->b[i].lang != b->b[i].lang ||
		    a->b[i].from != b->b[i].from || a->b[i].n != b->b[i].n)
			return false;
	return a->n == b->n && !a->wrong && !b->wrong;
}

#endif
