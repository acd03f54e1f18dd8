#define _GNU_SOURCE /* flock, futimens */
#include "workspace/worktree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "workspace/scratch.h"

enum { MS = 20 * 60 * 1000 };

/* "DIR/ID.what", freed by the caller. */
static char *beside(const char *dir, const char *id, const char *what)
{
	struct buf b = BUF_INIT;

	buf_addf(&b, "%s/%s%s", dir, id, what);
	return buf_detach(&b);
}

static int lock(int fd, int how)
{
	int rc;

	do
		rc = flock(fd, how);
	while (rc < 0 && errno == EINTR);
	return rc;
}

static bool is_there(const char *dir)
{
	struct stat st;

	return lstat(dir, &st) == 0 && S_ISDIR(st.st_mode);
}

/* ---- making one ---- */

/* Fill `dir` with the files of the commit. */
static int check_out(const char *dir, const struct tree *t, const char *id, struct err *e)
{
	const char *const bare[] = {"config", "core.bare", "false", NULL};
	const char *const read_tree[] = {"read-tree", id, NULL};
	const char *const files[] = {"checkout-index", "--all", "--index", "--quiet", NULL};
	const char *const head[] = {"update-ref", "--no-deref", "HEAD", id, NULL};
	char *git_dir = fs_join(dir, ".git");
	struct git g = {.dir = dir, .git_dir = git_dir, .work_tree = dir, .writes = true, .ms = MS};
	int rc = -1;

	if (fs_mkdirs(git_dir, e) == 0 && scratch_init(git_dir, t, e) == 0 && git_do(&g, bare, NULL, e) == 0 &&
	    git_do(&g, read_tree, NULL, e) == 0 && git_do(&g, files, NULL, e) == 0 && git_do(&g, head, NULL, e) == 0)
		rc = 0;
	free(git_dir);
	return rc;
}

/* Beside its place, and then into it, so that what is in its place is whole. */
static int make(const char *cache, const char *dir, const struct tree *t, const char *id, struct err *e)
{
	char *part = beside(cache, id, ".part");
	int rc;

	scratch_remove(part);
	rc = check_out(part, t, id, e);
	if (rc == 0 && rename(part, dir) < 0)
		rc = err_sys(e, ERR_TOOL, errno, "cannot make '%s'", dir);
	if (rc < 0) {
		scratch_remove(part);
		err_wrap(e, "cannot check out commit %.12s of '%.150s'", id, t->dir);
		e->cls = ERR_TOOL;
	}
	free(part);
	return rc;
}

/* ---- deleting old ones ---- */

struct old {
	char id[TREE_ID];
	struct timespec used;
};

static int newest_first(const void *a, const void *b)
{
	const struct old *x = a, *y = b;

	if (x->used.tv_sec != y->used.tv_sec)
		return x->used.tv_sec < y->used.tv_sec ? 1 : -1;
	return x->used.tv_nsec < y->used.tv_nsec ? 1 : x->used.tv_nsec > y->used.tv_nsec ? -1 : 0;
}

/* The name and last use of a lock file whose worktree is there. */
static bool is_old(const char *cache, const char *name, struct old *o)
{
	size_t n = strlen(name);
	char *path, *dir;
	struct stat st;
	bool ok;

	if (n < 6 || strcmp(name + n - 5, ".lock") != 0 || n - 5 >= sizeof o->id)
		return false;
	memcpy(o->id, name, n - 5);
	o->id[n - 5] = '\0';
	path = fs_join(cache, name);
	dir = fs_join(cache, o->id);
	ok = stat(path, &st) == 0 && is_there(dir);
	o->used = st.st_mtim;
	free(path);
	free(dir);
	return ok;
}

/* Nobody can be using it who does not hold its lock.  The lock file stays: somebody may be waiting for it. */
static void remove_unused(const char *cache, const char *id)
{
	char *path = beside(cache, id, ".lock"), *dir = fs_join(cache, id), *gone = beside(cache, id, ".part");
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd >= 0 && lock(fd, LOCK_EX | LOCK_NB) == 0) {
		scratch_remove(gone);
		if (rename(dir, gone) == 0)
			scratch_remove(gone);
	}
	if (fd >= 0)
		close(fd);
	free(path);
	free(dir);
	free(gone);
}

static void remove_old(const char *cache)
{
	struct old *all = NULL;
	size_t n = 0, cap = 0;
	DIR *d = opendir(cache);
	const struct dirent *entry;
	struct old o;

	while (d && (entry = readdir(d)))
		if (is_old(cache, entry->d_name, &o)) {
			all = mem_grow(all, &cap, n + 1, sizeof *all);
			all[n++] = o;
		}
	if (d)
		closedir(d);
	if (n)
		qsort(all, n, sizeof *all, newest_first);
	for (size_t i = WORKTREE_KEEP; i < n; i++)
		remove_unused(cache, all[i].id);
	free(all);
}

/* ---- opening ---- */

static int open_locked(struct worktree *w, const char *cache, const struct tree *t, const char *id, struct err *e)
{
	char *path = beside(cache, id, ".lock");

	w->dir = fs_join(cache, id);
	w->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (w->lock < 0 || lock(w->lock, LOCK_SH) < 0) {
		err_sys(e, ERR_TOOL, errno, "cannot lock '%s'", path);
		free(path);
		return -1;
	}
	free(path);
	futimens(w->lock, NULL); /* used last now */
	if (is_there(w->dir))
		return 0;
	/* Changing the lock lets others in between: look again. */
	if (lock(w->lock, LOCK_EX) < 0)
		return err_sys(e, ERR_TOOL, errno, "cannot lock '%s'", w->dir);
	if (!is_there(w->dir) && make(cache, w->dir, t, id, e) < 0)
		return -1;
	remove_old(cache);
	return lock(w->lock, LOCK_SH) < 0 ? err_sys(e, ERR_TOOL, errno, "cannot lock '%s'", w->dir) : 0;
}

int worktree_open(struct worktree *w, const struct tree *t, const char *id, struct err *e)
{
	char *user = fs_user_dir(FS_CACHE), *cache = user ? fs_join(user, "worktrees") : NULL;
	int rc;

	*w = (struct worktree){.lock = -1};
	if (!cache)
		rc = err_set(e, ERR_TOOL, "cannot check out a commit: neither XDG_CACHE_HOME nor HOME is an absolute path");
	else if (fs_mkdirs(cache, e) < 0)
		rc = -1;
	else
		rc = open_locked(w, cache, t, id, e);
	free(user);
	free(cache);
	if (rc < 0)
		worktree_release(w);
	return rc;
}

void worktree_release(struct worktree *w)
{
	if (w->lock >= 0)
		close(w->lock);
	free(w->dir);
	*w = (struct worktree){.lock = -1};
}
