/* Which of several definitions of a name is meant. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workspace/code.h"

struct ranked {
	struct index_def d;
	enum code_rank rank;
	enum nearby_turn turn;
	size_t at;
};

bool code_shared(const struct index_def *d)
{
	return !d->is_static || !code_is_c(d->file);
}

static bool is_own(const char *context, const struct index_def *d)
{
	return context && d->root == 0 && strcmp(d->file, context) == 0;
}

static enum nearby_turn turn(struct code *c, const char *context, const struct index_def *d)
{
	struct nearby near = c->near;

	near.context = context;
	return nearby_turn(&near, slice_str(d->file));
}

/* A program of its own, as what unpacks the kernel, or for another machine: what is compiled means nothing in it. */
static bool is_left_out(struct code *c, const char *context, const char *file)
{
	if (!c->exact || !code_is_c(file) || commands_has(c->g.commands, slice_str(file)))
		return false;
	return !context || !code_is_c(context) || commands_has(c->g.commands, slice_str(context));
}

enum code_rank code_rank(struct code *c, const char *context, const struct index_def *d)
{
	if (is_own(context, d))
		return CODE_OWN;
	if (context && c->exact && index_sees(c->g.index, context, d->root, d->file))
		return CODE_SEEN;
	return turn(c, context, d) >= NEARBY_ARCH || is_left_out(c, context, d->file) ? CODE_ODD : CODE_OTHER;
}

/* A macro that is seen hides a function or variable of its name, but no "struct name"; one that is not seen is hardly meant. */
static int by_kind(const struct ranked *x)
{
	if (x->d.kind == INDEX_MACRO)
		return 1;
	return x->rank <= CODE_SEEN && (x->d.kind == INDEX_FUNCTION || x->d.kind == INDEX_VARIABLE) ? 2 : 0;
}

static int by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	bool shared = code_shared(&x->d);

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->rank >= CODE_OTHER && shared != code_shared(&y->d))
		return shared ? -1 : 1;
	if (by_kind(x) != by_kind(y))
		return by_kind(x) - by_kind(y);
	if (x->turn != y->turn)
		return x->turn < y->turn ? -1 : 1;
	/* of equals the last one, as the reference has it; in a file that is asked about the first, and of macros those of the index */
	return (x->at < y->at) == (x->rank == CODE_OWN || x->d.kind == INDEX_MACRO) ? -1 : 1;
}

void code_order(struct code *c, const char *context, struct index_def *defs, size_t n)
{
	struct ranked *all = xcalloc(n + 1, sizeof *all);

	for (size_t i = 0; i < n; i++)
		all[i] = (struct ranked){defs[i], code_rank(c, context, &defs[i]), turn(c, context, &defs[i]), i};
	if (n)
		qsort(all, n, sizeof *all, by_rank);
	for (size_t i = 0; i < n; i++)
		defs[i] = all[i].d;
	free(all);
}

bool code_is_sure(struct code *c, const char *context, const struct index_def *defs, size_t n)
{
	enum code_rank best = n ? code_rank(c, context, &defs[0]) : CODE_ODD;
	bool whole = context && c->exact && code_is_c(context) && indexing_state(&c->g, context, c->a, NULL) == INDEX_WHOLE;

	/* what a file does not see it means only where all files share it; a macro it would have to see */
	if (best == CODE_ODD || (best == CODE_OTHER && whole && defs[0].kind == INDEX_MACRO))
		return false;
	if (best == CODE_OTHER && !code_shared(&defs[0]))
		return n == 1 && !whole;
	for (size_t i = 1; i < n; i++) {
		if (code_rank(c, context, &defs[i]) != best)
			break; /* they are in order */
		if (best <= CODE_SEEN || (code_shared(&defs[i]) && !(whole && defs[i].kind == INDEX_MACRO)))
			return false;
	}
	return true;
}
