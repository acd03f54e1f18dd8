#include "app/lens.h"

#include <stdlib.h>

#include "app/lens_words.h"
#include "app/listing.h"
#include "base/mem.h"
#include "sys/loop.h"

struct lens {
	struct session *s; /* borrowed */
	struct arena *a;
	struct lens_side side[CRASH_ACCESSES];
	bool begun;
	unsigned n, now;   /* sides; the one that is looked at */
	struct lens_helpers *helpers; /* owned */
	struct lens_list list;
};

struct lens *lens_new(struct session *s)
{
	struct lens *l = xcalloc(1, sizeof *l);

	l->s = s;
	l->a = arena_new();
	l->n = (unsigned)s->run->crash->naccesses;
	return l;
}

void lens_free(struct lens *l)
{
	if (!l)
		return;
	for (unsigned i = 0; i < l->n; i++)
		lens_side_release(&l->side[i]);
	lens_helpers_free(l->helpers);
	arena_free(l->a);
	free(l);
}

static void finish(struct lens *l)
{
	struct lens_row *rows = arena_alloc(l->a, LENS_ROWS * sizeof *rows), *sorted = arena_alloc(l->a, LENS_ROWS * sizeof *rows);
	size_t n = 0;

	l->list = (struct lens_list){.a = l->a, .c = l->s->run->crash, .side = l->side, .n = l->n, .rows = rows};
	lens_list_fill(&l->list);
	for (int part = 0; part < LENS_PARTS; part++)
		for (size_t i = 0; i < l->list.nrows; i++)
			if (rows[i].part == (enum lens_part)part)
				sorted[n++] = rows[i];
	l->list.rows = sorted;
}

bool lens_step(struct lens *l, int64_t us)
{
	int64_t until = loop_now() + us;

	if (!l->begun) {
		bool asks = false, foreign = listing_is_foreign(l->s, &asks); /* who asks is told of news, and begins anew */

		for (unsigned i = 0; i < l->n; i++)
			lens_side_begin(&l->side[i], &l->s->run->crash->access[i], foreign);
		l->helpers = lens_helpers_new(l->s, foreign);
		l->begun = true;
	}
	while (l->now < l->n) {
		if (!lens_side_step(&l->side[l->now], l->s, l->helpers))
			l->now++;
		if (loop_now() >= until)
			break;
	}
	if (l->now < l->n)
		return true;
	if (!l->list.rows)
		finish(l);
	return false;
}

size_t lens_rows(const struct lens *l, const struct lens_row **rows)
{
	*rows = l->list.rows;
	return l->list.rows ? l->list.nrows : 0;
}
