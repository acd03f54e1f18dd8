#define _GNU_SOURCE /* flock, futimens */
#include "workspace/worktree.h"

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
#include "workspace/cache.h"
#include "workspace/scratch.h"

enum { MS = 20 * 60 * 1000 };

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

/* A partial clone has not the content of all files, and nothing is fetched from here: git's diff fetches all at once. */
static void advise(const struct tree *t, const char *id, struct err *e)
{
	const char *empty = strcmp(t->format, "sha256") == 0 ? "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
							      : "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

	if (strstr(e->msg, "unable to read sha1 file"))
		err_set(e, ERR_TOOL, "the repository has not the content of all files; of a partial clone this brings it: git -C %.200s diff "
			"--shortstat %s %s", t->dir, empty, id);
}

/* Beside its place, and then into it, so that what is in its place is whole. */
static int make(const char *cache, const char *dir, const struct tree *t, const char *id, struct err *e)
{
	char *part = cache_beside(cache, id, ".part");
	int rc;

	scratch_remove(part);
	rc = check_out(part, t, id, e);
	if (rc == 0 && rename(part, dir) < 0)
		rc = err_sys(e, ERR_TOOL, errno, "cannot make '%s'", dir);
	if (rc < 0) {
		scratch_remove(part);
		advise(t, id, e);
		err_wrap(e, "cannot check out commit %.12s of '%.150s'", id, t->dir);
		e->cls = ERR_TOOL;
	}
	free(part);
	return rc;
}

/* ---- opening ---- */

static int open_locked(struct worktree *w, const char *cache, const struct tree *t, const char *id, struct err *e)
{
	char *path = cache_beside(cache, id, ".lock");

	w->dir = fs_join(cache, id);
	w->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (w->lock < 0 || cache_lock(w->lock, LOCK_SH) < 0) {
		err_sys(e, ERR_TOOL, errno, "cannot lock '%s'", path);
		free(path);
		return -1;
	}
	free(path);
	futimens(w->lock, NULL); /* used last now */
	if (cache_has(w->dir))
		return 0;
	/* Changing the lock lets others in between: look again. */
	if (cache_lock(w->lock, LOCK_EX) < 0)
		return err_sys(e, ERR_TOOL, errno, "cannot lock '%s'", w->dir);
	if (!cache_has(w->dir) && make(cache, w->dir, t, id, e) < 0)
		return -1;
	cache_trim(cache, "", WORKTREE_KEEP, 0);
	return cache_lock(w->lock, LOCK_SH) < 0 ? err_sys(e, ERR_TOOL, errno, "cannot lock '%s'", w->dir) : 0;
}

int worktree_open(struct worktree *w, const struct tree *t, const char *id, struct err *e)
{
	char *user = fs_user_dir(FS_CACHE), *cache = user ? fs_join(user, "worktrees") : NULL;
	int rc;

	*w = (struct worktree){.lock = -1};
	if (!cache)
		rc = err_set(e, ERR_TOOL, "cannot check out a commit: neither XDG_CACHE_HOME nor HOME is an absolute path");
	else if ((rc = fs_mkdirs(cache, e)) < 0)
		e->cls = ERR_TOOL;
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
