#define _GNU_SOURCE /* flock, st_mtim */
#include "workspace/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"
#include "workspace/scratch.h"

char *cache_beside(const char *dir, const char *id, const char *what)
{
	struct buf b = BUF_INIT;

	buf_addf(&b, "%s/%s%s", dir, id, what);
	return buf_detach(&b);
}

int cache_lock(int fd, int how)
{
	int rc;

	do
		rc = flock(fd, how);
	while (rc < 0 && errno == EINTR);
	return rc;
}

bool cache_has(const char *dir)
{
	struct stat st;

	return lstat(dir, &st) == 0 && S_ISDIR(st.st_mode);
}

/* ---- deleting old ones ---- */

struct old {
	char id[CACHE_ID];
	struct timespec used;
	int64_t size; /* of a file */
};

static int newest_first(const void *a, const void *b)
{
	const struct old *x = a, *y = b;

	if (x->used.tv_sec != y->used.tv_sec)
		return x->used.tv_sec < y->used.tv_sec ? 1 : -1;
	return x->used.tv_nsec < y->used.tv_nsec ? 1 : x->used.tv_nsec > y->used.tv_nsec ? -1 : 0;
}

/* The name and last use of a lock file whose directory or file is there. */
static bool is_old(const char *cache, const char *name, const char *end, struct old *o)
{
	size_t n = strlen(name);
	char *path, *kept;
	struct stat st, is;
	bool ok;

	if (n < 6 || strcmp(name + n - 5, ".lock") != 0 || n - 5 >= sizeof o->id)
		return false;
	memcpy(o->id, name, n - 5);
	o->id[n - 5] = '\0';
	path = fs_join(cache, name);
	kept = cache_beside(cache, o->id, end);
	ok = stat(path, &st) == 0 && lstat(kept, &is) == 0 && (S_ISDIR(is.st_mode) || S_ISREG(is.st_mode));
	if (ok) {
		o->used = st.st_mtim;
		o->size = S_ISREG(is.st_mode) ? is.st_size : 0;
	}
	free(path);
	free(kept);
	return ok;
}

/* What SQLite keeps beside a database belongs to it. */
static void remove_beside(const char *kept)
{
	static const char *const ends[] = {"-wal", "-shm"};

	for (size_t i = 0; i < 2; i++) {
		struct buf b = BUF_INIT;

		buf_addf(&b, "%s%s", kept, ends[i]);
		unlink(buf_str(&b));
		buf_release(&b);
	}
}

/*
 * Nobody can be using it, or making it, who does not hold its lock.  The lock file stays: somebody may be waiting for it.  `end` is NULL
 * where only what was left half made is to go.
 */
static void remove_unused(const char *cache, const char *id, const char *end)
{
	char *path = cache_beside(cache, id, ".lock"), *kept = cache_beside(cache, id, end ? end : ""), *gone = cache_beside(cache, id, ".part");
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd >= 0 && cache_lock(fd, LOCK_EX | LOCK_NB) == 0) {
		scratch_remove(gone);
		if (end && rename(kept, gone) == 0) {
			remove_beside(kept);
			scratch_remove(gone);
		}
	}
	if (fd >= 0)
		close(fd);
	free(path);
	free(kept);
	free(gone);
}

/* What a program that was killed while it made or removed "ID" left, of the name of its lock file. */
static void remove_half(const char *cache, const char *lock)
{
	struct slice id = slice_str(lock);
	struct stat st;
	char *name, *part;

	if (!slice_ends(id, ".lock"))
		return;
	name = xstrndup(lock, id.n - 5);
	part = cache_beside(cache, name, ".part");
	if (lstat(part, &st) == 0)
		remove_unused(cache, name, NULL);
	free(part);
	free(name);
}

void cache_trim(const char *cache, const char *end, size_t keep, int64_t max)
{
	struct old *all = NULL;
	size_t n = 0, cap = 0;
	DIR *d = opendir(cache);
	const struct dirent *entry;
	int64_t size = 0;
	struct old o;

	while (d && (entry = readdir(d))) {
		remove_half(cache, entry->d_name);
		if (is_old(cache, entry->d_name, end, &o)) {
			all = mem_grow(all, &cap, n + 1, sizeof *all);
			all[n++] = o;
		}
	}
	if (d)
		closedir(d);
	if (n)
		qsort(all, n, sizeof *all, newest_first);
	for (size_t i = 0; i < n; i++) {
		size += all[i].size;
		if (i >= keep || (max && size > max))
			remove_unused(cache, all[i].id, end);
	}
	free(all);
}
