#include "ui/keymap.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "conf/line.h"

/* Bindings of all files together, at most: what is looked up at each key stays small. */
enum { KEYMAP_MAX = 1000 };

void keymap_release(struct keymap *km)
{
	for (size_t i = 0; i < km->n; i++)
		free(km->b[i].args);
	free(km->b);
	*km = (struct keymap){0};
}

static const struct {
	const char *name, *text;
} builtin[] = {
	{"default", keymap_default}, {"vi", keymap_vi}, {"emacs", keymap_emacs},
};

enum { BUILTIN = sizeof builtin / sizeof *builtin };

const char *keymap_builtin(const char *name)
{
	for (size_t i = 0; i < BUILTIN; i++)
		if (strcmp(name, builtin[i].name) == 0)
			return builtin[i].text;
	return NULL;
}

const char *keymap_builtin_name(size_t i)
{
	return i < BUILTIN ? builtin[i].name : NULL;
}

/* ---- reading ---- */

/* One file while it is read. */
struct reader {
	struct keymap *km;
	size_t first; /* bindings of this file begin here; those before are from earlier files */
	struct diags *ds;
	unsigned line;
	uint64_t byte;
};

/* A message about this line, with a word of it quoted. */
static void warn(struct reader *r, const char *what, struct slice word)
{
	struct buf b = BUF_INIT;

	utf8_fit(&b, word, 40);
	diags_add(r->ds, DIAG_WARNING, r->line, r->byte, "%s '%s'", what, buf_str(&b));
	buf_release(&b);
}

static void take_out(struct reader *r, size_t i)
{
	struct keymap *km = r->km;

	free(km->b[i].args);
	km->n--;
	memmove(&km->b[i], &km->b[i + 1], (km->n - i) * sizeof *km->b);
	if (i < r->first)
		r->first--;
}

static bool same_start(const ui_key *a, const ui_key *b, unsigned n)
{
	return memcmp(a, b, n * sizeof *a) == 0;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Can the two not both be typed: the same keys, or one begins the other? */
static bool clash(const struct binding *a, const struct binding *b)
{
	return a->context == b->context && same_start(a->keys, b->keys, least(a->nkeys, b->nkeys));
}

static void report_clash(struct reader *r, const struct binding *old, const struct binding *new)
{
	struct buf a = BUF_INIT, b = BUF_INIT;

	key_names(&a, old->keys, old->nkeys);
	key_names(&b, new->keys, new->nkeys);
	if (old->nkeys == new->nkeys)
		diags_add(r->ds, DIAG_ERROR, r->line, r->byte,
			  "key %s is bound twice in context %s: in line %u and in line %u; the first counts",
			  buf_str(&a), context_name(old->context), old->line, new->line);
	else
		diags_add(r->ds, DIAG_ERROR, r->line, r->byte,
			  "keys %s in line %u and %s in line %u begin alike in context %s; the first counts",
			  buf_str(&a), old->line, buf_str(&b), new->line, context_name(old->context));
	buf_release(&a);
	buf_release(&b);
}

/* Make room for a binding: what earlier files said gives way, what this file said does not. */
static bool make_room(struct reader *r, const struct binding *new)
{
	for (size_t i = r->first; i < r->km->n; i++)
		if (clash(&r->km->b[i], new)) {
			report_clash(r, &r->km->b[i], new);
			return false;
		}
	for (size_t i = r->first; i-- > 0;)
		if (clash(&r->km->b[i], new))
			take_out(r, i);
	if (r->km->n < KEYMAP_MAX)
		return true;
	diags_add(r->ds, DIAG_WARNING, r->line, r->byte, "more than %d bindings: this one is left out",
		  KEYMAP_MAX);
	return false;
}

/* The words from the fourth on, one blank between them. */
static char *arguments(const struct conf_line *w)
{
	struct buf b = BUF_INIT;

	for (size_t i = 4; i < w->n; i++) {
		if (i > 4)
			buf_addc(&b, ' ');
		buf_add_slice(&b, w->word[i]);
	}
	return buf_detach(&b);
}

/* Context and keys, words 1 and 2 of both kinds of line. */
static bool read_place(struct reader *r, const struct conf_line *w, struct binding *b)
{
	if (!context_of(w->word[1], &b->context)) {
		warn(r, "unknown context", w->word[1]);
		return false;
	}
	b->nkeys = key_parse(w->word[2], b->keys);
	if (b->nkeys == 0)
		warn(r, "unknown key", w->word[2]);
	return b->nkeys > 0;
}

static void bind(struct reader *r, const struct conf_line *w)
{
	struct binding b = {.line = r->line};
	const char *takes;

	if (w->n < 4) {
		diags_add(r->ds, DIAG_WARNING, r->line, r->byte,
			  "\"bind\" takes a context, keys and a command");
		return;
	}
	if (!read_place(r, w, &b))
		return;
	if (!command_of(w->word[3], &b.command)) {
		warn(r, "unknown command", w->word[3]);
		return;
	}
	if (!command_applies(b.command, b.context)) {
		warn(r, "this context has no command", w->word[3]);
		return;
	}
	takes = commands[b.command].args;
	if (w->n > 4 ? !takes[0] : takes[0] && takes[0] != '[' && !command_takes_letter(b.command)) {
		warn(r, w->n > 4 ? "no argument is taken by" : "an argument is needed by", w->word[3]);
		return;
	}
	if (!make_room(r, &b))
		return;
	b.args = arguments(w);
	r->km->b = mem_grow(r->km->b, &r->km->cap, r->km->n + 1, sizeof *r->km->b);
	r->km->b[r->km->n++] = b;
}

static void unbind(struct reader *r, const struct conf_line *w)
{
	struct binding b = {0};

	if (w->n != 3) {
		diags_add(r->ds, DIAG_WARNING, r->line, r->byte, "\"unbind\" takes a context and keys");
		return;
	}
	if (!read_place(r, w, &b))
		return;
	for (size_t i = 0; i < r->km->n; i++)
		if (r->km->b[i].nkeys == b.nkeys && clash(&r->km->b[i], &b)) {
			take_out(r, i);
			return;
		}
	warn(r, "not bound in this context:", w->word[2]);
}

static void read_line(struct reader *r, struct arena *a, struct slice line)
{
	struct conf_line w;
	struct err e;

	if (conf_split(a, line, &w, &e) < 0)
		diags_add(r->ds, DIAG_WARNING, r->line, r->byte, "%s", e.msg);
	else if (w.n == 0)
		return;
	else if (slice_is(w.word[0], "bind"))
		bind(r, &w);
	else if (slice_is(w.word[0], "unbind"))
		unbind(r, &w);
	else
		warn(r, "a line of a keymap begins with \"bind\" or \"unbind\", not", w.word[0]);
}

void keymap_parse(struct keymap *km, struct slice text, struct diags *ds)
{
	struct reader r = {.km = km, .first = km->n, .ds = ds};
	struct arena *a = arena_new();
	struct slice rest = text, line;

	while (slice_line(&rest, &line)) {
		r.line++;
		r.byte = (uint64_t)(line.p - text.p);
		read_line(&r, a, line);
	}
	arena_free(a);
}

/* ---- looking up ---- */

static enum keymap_result find_in(const struct keymap *km, enum context ctx, const ui_key *keys, unsigned n,
				  const struct binding **out)
{
	enum keymap_result found = KEYMAP_NONE;

	for (size_t i = 0; i < km->n; i++) {
		const struct binding *b = &km->b[i];

		if (b->context != ctx || b->nkeys < n || !same_start(b->keys, keys, n))
			continue;
		if (b->nkeys == n) {
			*out = b;
			return KEYMAP_FOUND;
		}
		found = KEYMAP_MORE;
	}
	return found;
}

enum keymap_result keymap_find(const struct keymap *km, enum context ctx, const ui_key *keys, unsigned n,
			       const struct binding **out)
{
	enum keymap_result own = find_in(km, ctx, keys, n, out);

	if (own != KEYMAP_NONE || ctx == CONTEXT_ALL || context_is_dialog(ctx) || context_is_overlay(ctx))
		return own;
	return find_in(km, CONTEXT_ALL, keys, n, out);
}

/* Do all its keys reach it in `ctx`, or does the context's own map take one of the beginnings? */
static bool effective(const struct keymap *km, enum context ctx, const struct binding *b)
{
	const struct binding *got;

	for (unsigned n = 1; n < b->nkeys; n++)
		if (keymap_find(km, ctx, b->keys, n, &got) == KEYMAP_FOUND)
			return false;
	return keymap_find(km, ctx, b->keys, b->nkeys, &got) == KEYMAP_FOUND && got == b;
}

const struct binding *keymap_of(const struct keymap *km, enum context ctx, enum command c)
{
	const struct binding *general = NULL;

	for (size_t i = 0; i < km->n; i++) {
		const struct binding *b = &km->b[i];

		if (b->command != c || (b->context != ctx && (b->context != CONTEXT_ALL || general)))
			continue;
		if (!effective(km, ctx, b))
			continue;
		if (b->context == ctx)
			return b;
		general = b;
	}
	return general;
}
