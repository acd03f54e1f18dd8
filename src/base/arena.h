/* An arena: many small allocations of one document, freed together. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/slice.h"

struct arena;

/* A new, empty arena.  Free with arena_free(), which ends the life of all that came from it. */
struct arena *arena_new(void);
void arena_free(struct arena *a);

/* `n` bytes, zeroed and aligned for any type; owned by the arena.  Never NULL. */
void *arena_alloc(struct arena *a, size_t n);

/* A copy of `s`, ended with NUL (which is not counted); owned by the arena. */
struct slice arena_slice(struct arena *a, struct slice s);
char *arena_str(struct arena *a, struct slice s);

/* Bytes of memory that the arena holds, unused room included, for caches that are bounded by size. */
size_t arena_bytes(const struct arena *a);

#endif
