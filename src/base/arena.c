#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Chunks double from the first size to the last: a cache holds many documents of a few hundred bytes. */
enum { CHUNK_FIRST = 1024, CHUNK_LAST = 16 * 1024 };

struct chunk {
	struct chunk *next;
	size_t used, cap;
	alignas(max_align_t) char data[];
};

struct arena {
	struct chunk *chunks; /* the one with room is first */
	size_t bytes; /* allocated, with what the chunks themselves take */
	size_t chunk; /* size of the newest chunk that was not made for one large block */
};

struct arena *arena_new(void)
{
	return xcalloc(1, sizeof(struct arena));
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct chunk *c = a->chunks, *next; c; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}

void *arena_alloc(struct arena *a, size_t n)
{
	const size_t align = alignof(max_align_t);
	size_t size = (n + align - 1) / align * align;
	struct chunk *c = a->chunks;

	if (!c || c->cap - c->used < size) {
		size_t next = a->chunk ? a->chunk * 2 : CHUNK_FIRST, cap;

		if (next > CHUNK_LAST)
			next = CHUNK_LAST;
		cap = size > next ? size : next;
		c = xmalloc(sizeof *c + cap);
		c->used = 0;
		c->cap = cap;
		a->bytes += sizeof *c + cap;
		if (size <= next)
			a->chunk = next;
		/* a large block goes behind a chunk that still has room for small ones */
		if (a->chunks && size > next) {
			c->next = a->chunks->next;
			a->chunks->next = c;
		} else {
			c->next = a->chunks;
			a->chunks = c;
		}
	}
	void *p = c->data + c->used;

	c->used += size;
	memset(p, 0, size);
	return p;
}

char *arena_str(struct arena *a, struct slice s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	return p;
}

struct slice arena_slice(struct arena *a, struct slice s)
{
	return (struct slice){arena_str(a, s), s.n};
}

size_t arena_bytes(const struct arena *a)
{
	return a->bytes;
}
