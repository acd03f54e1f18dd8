/* Which of several files of a tree that name something are the likeliest to be meant, by where they lie. */
#ifndef WORKSPACE_NEARBY_H
#define WORKSPACE_NEARBY_H

#include "base/slice.h"
#include "workspace/root.h"

enum nearby_turn {
	NEARBY_SAME,    /* the file in question */
	NEARBY_DIR,     /* beside it */
	NEARBY_INCLUDE, /* headers that all files may include */
	NEARBY_OWN,     /* headers of this architecture */
	NEARBY_REST,
	NEARBY_ARCH,    /* of other architectures */
	NEARBY_BESIDE,  /* of programs beside the kernel, which have things of its names: tools/, samples/, scripts/ */
	NEARBY_TURNS
};

struct nearby {
	const char *context; /* borrowed; the file in question, clean, or NULL */
	char arch[32];       /* directory below arch/; empty: not known */
};

/* The architecture is that of the configuration of the tree, or else of this machine. */
void nearby_init(struct nearby *n, const struct root *r);

/* Where the likely ones come first that `path` is one of. */
enum nearby_turn nearby_turn(const struct nearby *n, struct slice path);

/* Sort `n` clean paths: by turn, then by name. */
void nearby_sort(const struct nearby *near, const char **path, size_t n);

#endif
