/*
 * What worktrees, builds and indexes in the cache have in common: each is a directory ID, or a file ID.db, with a lock file ID.lock beside it.  Who uses one
 * holds its lock shared, who makes it holds it alone; the time of the lock file says when it was used last.
 */
#ifndef WORKSPACE_CACHE_H
#define WORKSPACE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CACHE_ID = 80 };

/* "DIR/ID.what", freed by the caller. */
char *cache_beside(const char *dir, const char *id, const char *what);

/* flock(), through interruptions: 0, or -1 with errno. */
int cache_lock(int fd, int how);

/* Is there a directory of that name? */
bool cache_has(const char *dir);

/*
 * Remove all but the `keep` that were used last, and files that are older than others of `max` bytes together (0: any size), and what
 * programs that were killed left half made; except those in use.  `end`: what their names end in, "" of directories.
 */
void cache_trim(const char *cache, const char *end, size_t keep, int64_t max);

#endif
