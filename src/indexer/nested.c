/*
 * Macros in the arguments of another one.  libclang does not tell them where the outer one takes its arguments as they are, as printk()
 * and its like do: there the text is looked at.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clex.h"
#include "base/mem.h"
#include "indexer/unit.h"

enum { DEPTH_MAX = 32, TEXT_MAX = 16384 };

/* ---- which names are macros ---- */

static enum CXChildVisitResult keep_macro(CXCursor c, CXCursor parent, CXClientData data)
{
	struct unit *u = data;

	(void)parent;
	if (clang_getCursorKind(c) == CXCursor_MacroDefinition) {
		u->macro = mem_grow(u->macro, &u->macros_cap, u->nmacros + 1, sizeof *u->macro);
		u->macro[u->nmacros++] = unit_string(u, clang_getCursorSpelling(c));
	}
	return CXChildVisit_Continue;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The name in the arena, where it is a macro's; else NULL.  There are some ten thousand: they are looked at when one is asked for. */
static const char *macro_named(struct unit *u, struct slice name)
{
	char word[128];
	const char *key = word, *const *found;

	if (name.n == 0 || name.n >= sizeof word)
		return NULL;
	if (!u->macro) {
		clang_visitChildren(clang_getTranslationUnitCursor(u->tu), keep_macro, u);
		if (u->nmacros)
			qsort(u->macro, u->nmacros, sizeof *u->macro, by_name);
	}
	memcpy(word, name.p, name.n);
	word[name.n] = '\0';
	found = u->nmacros ? bsearch(&key, u->macro, u->nmacros, sizeof *u->macro, by_name) : NULL;
	return found ? *found : NULL;
}

/* ---- the text ---- */

/* What follows a string, a character or a comment that begins at `i`; else `i`. */
static size_t past(struct slice s, size_t i)
{
	size_t end;
	char quote = s.p[i];

	if (quote == '/' && i + 1 < s.n && s.p[i + 1] == '*') {
		end = slice_find(s, "*/", i + 2);
		return end == SLICE_NONE ? s.n : end + 2;
	}
	if (quote == '/' && i + 1 < s.n && s.p[i + 1] == '/') {
		end = slice_chr(s, '\n', i);
		return end == SLICE_NONE ? s.n : end;
	}
	if (quote != '"' && quote != '\'')
		return i;
	for (i++; i < s.n && s.p[i] != quote && s.p[i] != '\n'; i++)
		if (s.p[i] == '\\')
			i++;
	return i + 1 < s.n ? i + 1 : s.n;
}

/* The names in front of the brackets that are open at the end of `s`; how many. */
static size_t open_names(struct slice s, struct slice name[DEPTH_MAX])
{
	struct slice word = {0};
	size_t depth = 0;

	for (size_t i = 0; i < s.n;) {
		size_t next = past(s, i), from = i;

		if (next > i) {
			i = next;
			continue;
		}
		if (clex_is_ident(s.p[i])) {
			while (i < s.n && clex_is_ident(s.p[i]))
				i++;
			word = slice_sub(s, from, i);
			continue;
		}
		if (s.p[i] == '(') {
			if (depth < DEPTH_MAX)
				name[depth] = word;
			depth++;
		} else if (s.p[i] == ')' && depth) {
			depth--;
		}
		if (s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\n')
			word = (struct slice){0};
		i++;
	}
	return depth < DEPTH_MAX ? depth : DEPTH_MAX;
}

const char *unit_nested(struct unit *u, const struct expansion *x, struct place p, const char **way)
{
	struct source *s = &u->source[p.source - 1];
	struct slice name[DEPTH_MAX];
	size_t depth;

	if (!s->text)
		s->text = clang_getFileContents(u->tu, s->file, &s->size);
	if (!s->text || p.offset > s->size || p.offset - x->from > TEXT_MAX)
		return NULL;
	depth = open_names(slice_sub((struct slice){s->text, s->size}, x->from, p.offset), name);
	while (depth-- > 1) { /* the first is the outer one */
		const char *found = macro_named(u, name[depth]);

		if (!found || unit_says_nothing(found))
			continue;
		if (!unit_leads(found))
			return found;
		if (!**way)
			*way = found;
	}
	return NULL;
}
