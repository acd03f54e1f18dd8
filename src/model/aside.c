#include "model/aside.h"

#include <stdlib.h>

#include "base/mem.h"

const char *aside_kind_name(enum aside_kind k)
{
	return k == ASIDE_TOLD ? "told" : "reviewer";
}

void asides_add(struct asides *as, uint32_t seq, enum aside_kind k, struct slice text)
{
	if (as->n == ASIDES_MAX)
		return;
	if (!as->arena)
		as->arena = arena_new();
	as->a = mem_grow(as->a, &as->cap, as->n + 1, sizeof *as->a);
	as->a[as->n++] = (struct aside){seq, k, arena_slice(as->arena, slice_sub(text, 0, ASIDE_BYTES))};
}

void asides_release(struct asides *as)
{
	arena_free(as->arena);
	free(as->a);
	*as = (struct asides){0};
}

size_t asides_find(const struct asides *as, uint32_t seq, size_t from)
{
	while (from < as->n && as->a[from].seq != seq)
		from++;
	return from < as->n ? from : SIZE_MAX;
}

bool asides_told(const struct asides *as, uint32_t seq)
{
	for (size_t i = 0; (i = asides_find(as, seq, i)) != SIZE_MAX; i++)
		if (as->a[i].kind == ASIDE_TOLD)
			return true;
	return false;
}
