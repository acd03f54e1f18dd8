/*
 * What one parse may read: a file of a hostile tree can include any other, and what clang says of that, or a struct around it,
 * would show it.  Private to this folder.
 */
#ifndef INDEXER_CONFINE_H
#define INDEXER_CONFINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum { CONFINE_DIRS = 48 };

struct confine {
	struct arena *a;               /* borrowed */
	const char *dir[CONFINE_DIRS]; /* in the arena; absolute, without links */
	size_t n;
};

/* Nothing but what compilers and their headers are installed in. */
void confine_init(struct confine *c, struct arena *a);

/* All below `dir`; NULL, or one that is not there, adds nothing. */
void confine_add(struct confine *c, const char *dir);

/* The directory that files are compiled in, where it is the build of a kernel. */
void confine_add_build(struct confine *c, const char *dir);

/* Of clang's arguments: the directories of a compiler's own headers, wherever it is installed. */
void confine_add_flags(struct confine *c, const char *const *argv, int argc);

/* May `path` be read?  False also where it is not there. */
bool confine_allows(const struct confine *c, const char *path);

/*
 * From now on this process cannot open any other file for reading, nor one that a link leads to.  False: the kernel has no Landlock,
 * and only confine_allows() tells.
 */
bool confine_enter(const struct confine *c);

#endif
