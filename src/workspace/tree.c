#define _GNU_SOURCE /* realpath, flock, O_CLOEXEC */
#include "workspace/tree.h"

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
#include "workspace/git.h"

enum { GIT_SLOW_MS = 20 * 60 * 1000, MAKEFILE_HEAD = 4096 };

/* ---- the directory ---- */

/* "6.18.0-rc4" from the first lines of the Makefile. */
static void read_version(struct tree *t)
{
	static const char *const names[] = {"VERSION", "PATCHLEVEL", "SUBLEVEL", "EXTRAVERSION"};
	char *path = fs_join(t->dir, "Makefile"), head[MAKEFILE_HEAD];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : fs_pread(fd, head, sizeof head, 0);
	struct slice rest = {head, n > 0 ? (size_t)n : 0}, line, value[4] = {{0}};

	while (slice_line(&rest, &line))
		for (size_t i = 0; i < 4; i++)
			if (slice_eat(&line, names[i]) && slice_eat(&line, " ="))
				value[i] = slice_trim(line);
	if (value[0].n && value[1].n)
		snprintf(t->version, sizeof t->version, "%.*s.%.*s.%.*s%.*s", (int)value[0].n, value[0].p, (int)value[1].n,
			 value[1].p, (int)(value[2].n ? value[2].n : 1), value[2].n ? value[2].p : "0", (int)value[3].n,
			 value[3].n ? value[3].p : "");
	if (fd >= 0)
		close(fd);
	free(path);
}

static struct git git_of(const struct tree *t, struct slice input, bool writes)
{
	return (struct git){.dir = t->repo, .git_dir = t->git_dir, .work_tree = t->repo, .input = input, .ms = GIT_SLOW_MS,
			    .writes = writes};
}

/* One word of git's output; false where it said no. */
static bool git_word(const struct tree *t, const char *const args[], char *out, size_t size)
{
	struct git g = git_of(t, (struct slice){0}, false);
	struct buf b = BUF_INIT;
	bool ok = git_do(&g, args, &b, NULL) == 0;
	struct slice s = slice_trim(buf_slice(&b));

	ok = ok && s.n && s.n < size;
	if (ok)
		snprintf(out, size, "%.*s", (int)s.n, s.p);
	buf_release(&b);
	return ok;
}

/* Only a directory that is the top of a repository is under git: of a folder in somebody's project nothing can be told. */
static void find_git(struct tree *t)
{
	char *dot = fs_join(t->dir, ".git"), *real;
	struct stat st;
	struct buf text = BUF_INIT;
	struct slice s;

	if (stat(dot, &st) == 0 && S_ISDIR(st.st_mode)) {
		t->git_dir = xstrdup(dot);
	} else if (stat(dot, &st) == 0 && S_ISREG(st.st_mode) && fs_read(dot, &text, NULL) == 0) { /* a linked worktree */
		s = slice_trim(buf_slice(&text));
		if (slice_eat(&s, "gitdir: ") && s.n) {
			char *at = xstrndup(s.p, s.n), *full = at[0] == '/' ? xstrdup(at) : fs_join(t->dir, at);

			real = realpath(full, NULL);
			if (real)
				t->git_dir = real;
			free(full);
			free(at);
		}
	}
	if (t->git_dir)
		t->repo = xstrdup(t->dir);
	buf_release(&text);
	free(dot);
}

/* ---- as it is ---- */

static int tmp_name(char *out, size_t size, const char *what)
{
	const char *dir = getenv("TMPDIR");
	int fd;

	snprintf(out, size, "%s/verdict-%s-XXXXXX", dir && *dir ? dir : "/tmp", what);
	fd = mkostemp(out, O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return fd < 0 ? -1 : 0;
}

/*
 * The tree object of the working tree, by an index of our own, so that the user's is not touched; ignored files are not in
 * it.  The objects go to the repository, where git drops them some day, as nothing refers to them.
 */
static int snapshot(const struct tree *t, char *out, struct err *e)
{
	static const char *const read_head[] = {"read-tree", "HEAD", NULL}, *const add[] = {"add", "-A", "--", ".", NULL},
				       *const write_tree[] = {"write-tree", NULL};
	char index[256], variable[300];
	const char *env[] = {variable, NULL};
	struct git g = git_of(t, (struct slice){0}, true);
	struct buf b = BUF_INIT;
	struct slice s;
	int rc;

	if (tmp_name(index, sizeof index, "index") < 0)
		return err_sys(e, ERR_TOOL, errno, "cannot make a temporary file");
	unlink(index); /* git takes an empty file for a broken index */
	snprintf(variable, sizeof variable, "GIT_INDEX_FILE=%s", index);
	g.env = env;
	rc = t->commit[0] ? git_do(&g, read_head, NULL, e) : 0;
	if (rc == 0)
		rc = git_do(&g, add, NULL, e);
	if (rc == 0)
		rc = git_do(&g, write_tree, &b, e);
	s = slice_trim(buf_slice(&b));
	if (rc == 0 && s.n <= TREE_ID)
		snprintf(out, TREE_ID + 1, "%.*s", (int)s.n, s.p);
	unlink(index);
	snprintf(variable, sizeof variable, "%s.lock", index);
	unlink(variable);
	buf_release(&b);
	return rc;
}

static int look(struct tree *t, void (*say)(const char *what))
{
	static const char *const head[] = {"rev-parse", "--verify", "-q", "HEAD^{commit}", NULL},
				       *const head_tree[] = {"rev-parse", "--verify", "-q", "HEAD^{tree}", NULL},
				       *const status[] = {"status", "--porcelain", "--untracked-files=normal", NULL};
	struct git g = git_of(t, (struct slice){0}, false);
	struct git_end end;
	struct buf b = BUF_INIT;
	struct err e = {0};
	int rc;

	if (!git_word(t, head, t->commit, sizeof t->commit))
		t->commit[0] = '\0';
	g.max_out = 1; /* one byte tells */
	rc = git_run(&g, status, &b, &end, &e);
	t->dirty = rc == 0 && (b.n || end.too_much);
	buf_release(&b);
	if (rc < 0 || (end.status != 0 && !end.too_much)) {
		snprintf(t->why_no_tree, sizeof t->why_no_tree, "%.*s", (int)sizeof t->why_no_tree - 1, rc < 0 ? e.msg : end.why);
		return -1;
	}
	if (!t->dirty && git_word(t, head_tree, t->tree, sizeof t->tree))
		return 0;
	if (say)
		say("taking a snapshot of the working tree");
	if (snapshot(t, t->tree, &e) < 0)
		snprintf(t->why_no_tree, sizeof t->why_no_tree, "%.*s", (int)sizeof t->why_no_tree - 1, e.msg);
	return 0;
}

int tree_changed(const struct tree *t)
{
	struct tree now = *t;

	if (!t->repo || t->lock >= 0 || !t->tree[0])
		return t->lock >= 0 ? 0 : -1;
	now.tree[0] = '\0';
	if (look(&now, NULL) < 0 || !now.tree[0])
		return -1;
	return strcmp(now.tree, t->tree) != 0;
}

/* ---- at a commit ---- */

static int resolve(struct tree *t, const char *commit, struct err *e)
{
	char name[300];
	const char *args[] = {"rev-parse", "--verify", "-q", "--end-of-options", name, NULL};

	if (!t->repo)
		return err_set(e, ERR_TOOL, "cannot read commit '%s': '%s' is not the top of a git repository", commit, t->dir);
	snprintf(name, sizeof name, "%s^{commit}", commit);
	if (strlen(commit) < 200 && git_word(t, args, t->commit, sizeof t->commit))
		return 0;
	return err_set(e, ERR_TOOL, "cannot read commit '%s': it is not in '%s'; git -C %s fetch origin %s may bring it", commit,
		       t->dir, t->dir, commit);
}

/* All files of the commit into `to`, which is empty. */
static int check_out(const struct tree *t, const char *to, struct err *e)
{
	char index[256], variable[300], prefix[4200];
	const char *env[] = {variable, NULL};
	const char *read[] = {"read-tree", t->commit, NULL};
	const char *out[] = {"checkout-index", "-a", "-q", prefix, NULL};
	struct git g = git_of(t, (struct slice){0}, true);
	int rc;

	if (tmp_name(index, sizeof index, "index") < 0)
		return err_sys(e, ERR_TOOL, errno, "cannot make a temporary file");
	unlink(index);
	snprintf(variable, sizeof variable, "GIT_INDEX_FILE=%s", index);
	snprintf(prefix, sizeof prefix, "--prefix=%s/", to);
	g.env = env;
	rc = git_do(&g, read, NULL, e);
	if (rc == 0)
		rc = git_do(&g, out, NULL, e);
	unlink(index);
	return rc;
}

/* The lock keeps two programs from making it at once, and says that it is in use. */
static int lock_worktree(struct tree *t, const char *path, struct err *e)
{
	struct buf name = BUF_INIT;

	buf_addf(&name, "%s.lock", path);
	t->lock = open(buf_str(&name), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	buf_release(&name);
	if (t->lock < 0 || flock(t->lock, LOCK_EX) < 0)
		return err_sys(e, ERR_TOOL, errno, "cannot lock the worktree '%s'", path);
	return 0;
}

static int make_worktree(const struct tree *t, const char *path, void (*say)(const char *what), struct err *e)
{
	struct buf part = BUF_INIT, words = BUF_INIT;
	int rc = 0;

	if (access(path, F_OK) == 0)
		return 0;
	if (say) {
		buf_addf(&words, "checking out commit %.12s", t->commit);
		say(buf_str(&words));
	}
	buf_addf(&part, "%s.%ld", path, (long)getpid());
	if (mkdir(buf_str(&part), 0700) < 0)
		rc = err_sys(e, ERR_TOOL, errno, "cannot make the worktree '%s'", buf_str(&part));
	if (rc == 0)
		rc = check_out(t, buf_str(&part), e);
	if (rc == 0 && rename(buf_str(&part), path) < 0)
		rc = err_sys(e, ERR_TOOL, errno, "cannot make the worktree '%s'", path);
	buf_release(&part);
	buf_release(&words);
	return rc;
}

static int at_commit(struct tree *t, const char *commit, const char *cache, void (*say)(const char *what), struct err *e)
{
	char *dir = fs_join(cache, "worktrees"), *path = NULL;
	int rc = resolve(t, commit, e);
	const char *tree_of[] = {"rev-parse", "--verify", "-q", NULL, NULL};
	char name[TREE_ID + 10];

	if (rc == 0)
		rc = fs_mkdirs(dir, e);
	if (rc == 0) {
		snprintf(name, sizeof name, "%s^{tree}", t->commit);
		tree_of[3] = name;
		git_word(t, tree_of, t->tree, sizeof t->tree);
		path = fs_join(dir, t->commit);
		rc = lock_worktree(t, path, e);
	}
	if (rc == 0)
		rc = make_worktree(t, path, say, e);
	if (rc == 0) {
		flock(t->lock, LOCK_SH); /* others may read it too */
		free(t->dir);
		t->dir = path;
		path = NULL;
		t->version[0] = '\0';
		read_version(t);
	}
	free(dir);
	free(path);
	return rc;
}

int tree_open(struct tree *t, const char *dir, const char *commit, const char *cache, void (*say)(const char *what),
	      struct err *e)
{
	struct stat st;
	int rc = 0;

	*t = (struct tree){.lock = -1, .dir = realpath(dir, NULL)};
	if (!t->dir || stat(t->dir, &st) < 0)
		rc = err_sys(e, ERR_TOOL, errno, "cannot read the kernel tree '%s'", dir);
	else if (!S_ISDIR(st.st_mode))
		rc = err_set(e, ERR_TOOL, "cannot read the kernel tree '%s': it is not a directory", dir);
	if (rc == 0) {
		read_version(t);
		find_git(t);
		if (commit)
			rc = at_commit(t, commit, cache, say, e);
		else if (t->repo)
			look(t, say);
	}
	if (rc < 0)
		tree_release(t);
	return rc;
}

void tree_release(struct tree *t)
{
	free(t->dir);
	free(t->repo);
	free(t->git_dir);
	if (t->lock >= 0)
		close(t->lock);
	*t = (struct tree){.lock = -1};
}
