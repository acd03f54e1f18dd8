/*
 * What worktrees and builds in the cache have in common: each is a directory ID with a lock file ID.lock beside it.  Who uses one
 * holds its lock shared, who makes it holds it alone; the time of the lock file says when it was used last.
 */
#ifndef WORKSPACE_CACHE_H
#define WORKSPACE_CACHE_H

#include <stdbool.h>
#include <stddef.h>

enum { CACHE_ID = 80 };

/* "DIR/ID.what", freed by the caller. */
char *cache_beside(const char *dir, const char *id, const char *what);

/* flock(), through interruptions: 0, or -1 with errno. */
int cache_lock(int fd, int how);

/* Is there a directory of that name? */
bool cache_has(const char *dir);

/* Remove all but the `keep` that were used last, except those in use. */
void cache_trim(const char *cache, size_t keep);

#endif
