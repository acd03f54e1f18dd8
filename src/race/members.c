#include "race/members.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

/* No struct of a kernel is larger; sums do not overflow. */
static const int64_t bits_max = INT64_C(1) << 40;

static int in_order(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->bit != y->bit)
		return x->bit < y->bit ? -1 : 1;
	if (x->bits != y->bits)
		return x->bits > y->bits ? -1 : 1;
	return slice_cmp(x->name, y->name);
}

static bool read_one(struct slice json, struct arena *a, struct member *m)
{
	int64_t bit, bits;
	struct slice name = {0};

	if (json_type(json) != JSON_OBJECT || !json_get_int(json, "OffsetBits", &bit) || !json_get_int(json, "SizeBits", &bits) || bit < 0 ||
	    bits < 0 || bit > bits_max || bits > bits_max)
		return false;
	if (json_member(json, "Name").n && !json_get_str(a, json, "Name", &name))
		return false;
	*m = (struct member){arena_slice(a, name), (uint64_t)bit, (uint64_t)bits};
	return true;
}

bool members_read(struct slice json, struct arena *a, struct members *out)
{
	struct member *m;
	struct json_iter it;
	size_t n = 0;

	*out = (struct members){0};
	if (json_type(json) != JSON_ARRAY)
		return false;
	for (it = json_iter(json); json_next(&it);)
		if (++n > MEMBERS_MAX)
			return false;
	m = arena_alloc(a, (n ? n : 1) * sizeof *m);
	n = 0;
	for (it = json_iter(json); json_next(&it);)
		if (!read_one(it.value, a, &m[n++]))
			return false;
	qsort(m, n, sizeof *m, in_order);
	*out = (struct members){m, n};
	return true;
}

const struct member *members_find(const struct members *ms, struct slice name)
{
	const struct member *found = NULL;

	for (size_t i = 0; i < ms->n && name.n; i++)
		if (slice_eq(ms->m[i].name, name)) {
			if (found)
				return NULL;
			found = &ms->m[i];
		}
	return found;
}

/* Arrays of characters and packed fields lie anywhere; most of a size do not. */
unsigned members_alignment(const struct members *ms)
{
	unsigned most = 1;

	for (unsigned bytes = 2; bytes <= 8; bytes *= 2) {
		size_t natural = 0, other = 0;

		for (size_t i = 0; i < ms->n; i++)
			if (ms->m[i].name.n && ms->m[i].bits == bytes * 8) {
				natural += ms->m[i].bit % (bytes * 8) == 0;
				other += ms->m[i].bit % (bytes * 8) != 0;
			}
		most = natural > other ? bytes : most;
	}
	return most;
}

bool member_is_whole(const struct member *m)
{
	return m->bit % 8 == 0 && m->bits % 8 == 0;
}
