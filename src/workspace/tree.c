#define _GNU_SOURCE /* realpath, lstat */
#include "workspace/tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"

enum { MAKEFILE_MAX = 1 << 20 };

/* ---- which kernel ---- */

/* The value of a line "NAME = VALUE". */
static bool assigned(struct slice line, const char *name, struct slice *value)
{
	if (!slice_eat(&line, name))
		return false;
	line = slice_trim(line);
	if (!slice_eat(&line, "="))
		return false;
	*value = slice_trim(line);
	return true;
}

bool tree_version(struct slice makefile, char *version, size_t size)
{
	struct slice major = {0}, patch = {0}, sub = {0}, extra = {0}, line;
	struct buf all = BUF_INIT;

	for (int i = 0; i < 40 && slice_line(&makefile, &line); i++)
		if (!assigned(line, "VERSION", &major) && !assigned(line, "PATCHLEVEL", &patch) && !assigned(line, "SUBLEVEL", &sub))
			assigned(line, "EXTRAVERSION", &extra);
	if (major.n && patch.n && sub.n)
		buf_addf(&all, "%.*s.%.*s.%.*s%.*s", (int)major.n, major.p, (int)patch.n, patch.p, (int)sub.n, sub.p,
			 (int)extra.n, extra.n ? extra.p : "");
	snprintf(version, size, "%s", buf_str(&all));
	buf_release(&all);
	return version[0] != '\0';
}

bool tree_is_release(const char *version, struct slice release)
{
	size_t n = strlen(version);
	char next = release.n > n ? release.p[n] : '\0';

	if (release.n && (release.p[0] < '0' || release.p[0] > '9'))
		return true;
	return slice_starts(release, version) && (next < '0' || next > '9');
}

bool tree_is_kernel(const char *dir, char *version, size_t size)
{
	char *path = fs_join(dir, "Makefile"), *kconfig = fs_join(dir, "Kconfig"), none[96];
	struct buf text = BUF_INIT;
	struct stat st;
	bool kernel = false;

	if (!version) {
		version = none;
		size = sizeof none;
	}
	version[0] = '\0';
	buf_init(&text, MAKEFILE_MAX);
	/* a fifo of that name must not block */
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && stat(kconfig, &st) == 0 && fs_read(path, &text, NULL) == 0)
		kernel = tree_version(buf_slice(&text), version, size);
	buf_release(&text);
	free(path);
	free(kconfig);
	return kernel;
}

/* ---- git ---- */

struct git tree_git(const struct tree *t)
{
	return (struct git){.dir = t->dir, .git_dir = t->git_dir, .work_tree = t->bare ? NULL : t->dir};
}

/* The next line of an answer into `to`; false where it does not fit. */
static bool next_line(struct slice *rest, char *to, size_t size)
{
	struct slice line = {0};

	if (!slice_line(rest, &line) || line.n >= size)
		return false;
	memcpy(to, line.p, line.n);
	to[line.n] = '\0';
	return true;
}

static int ask_git(struct tree *t, struct err *e)
{
	static const char *const what[] = {"rev-parse", "--show-object-format", "--is-shallow-repository", "--git-path", "objects", NULL};
	static const char *const head[] = {"rev-parse", "--verify", "--quiet", "HEAD^{commit}", NULL};
	struct git g = tree_git(t);
	struct buf out = BUF_INIT;
	struct git_end end;
	struct slice rest;
	char shallow[8] = "", objects[4096];
	int rc = git_do(&g, what, &out, e);

	if (rc < 0) {
		err_wrap(e, "cannot use the repository of '%s'", t->dir);
	} else {
		rest = buf_slice(&out);
		if (!next_line(&rest, t->format, sizeof t->format) || !next_line(&rest, shallow, sizeof shallow) ||
		    !next_line(&rest, objects, sizeof objects))
			rc = err_set(e, ERR_TOOL, "cannot use the repository of '%s': its path is too long", t->dir);
	}
	if (rc == 0) {
		t->shallow = strcmp(shallow, "true") == 0;
		t->objects = objects[0] == '/' ? xstrdup(objects) : fs_join(t->dir, objects);
		rc = git_run(&g, head, &out, &end, e);
		rest = buf_slice(&out);
		if (rc == 0 && end.status == 0)
			next_line(&rest, t->commit, sizeof t->commit);
	}
	buf_release(&out);
	return rc;
}

int tree_open(struct tree *t, const char *dir, struct err *e)
{
	struct stat st;

	*t = (struct tree){.dir = realpath(dir, NULL)};
	if (!t->dir)
		return err_sys(e, ERR_TOOL, errno, "cannot open the source tree '%s'", dir);
	if (stat(t->dir, &st) < 0 || !S_ISDIR(st.st_mode)) {
		tree_release(t);
		return err_set(e, ERR_TOOL, "cannot open the source tree '%s': it is not a directory", dir);
	}
	t->kernel = tree_is_kernel(t->dir, t->version, sizeof t->version);
	t->git_dir = git_find(t->dir, &t->bare);
	if (t->git_dir && ask_git(t, e) < 0) {
		tree_release(t);
		return -1;
	}
	return 0;
}

void tree_release(struct tree *t)
{
	free(t->dir);
	free(t->git_dir);
	free(t->objects);
	free(t->left_out_name);
	*t = (struct tree){0};
}

/* ---- commits ---- */

/* Append `path` as one word of a command that is shown to people to be typed. */
static void quote(struct buf *b, const char *path)
{
	const char *plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+,@%";

	if (*path && path[strspn(path, plain)] == '\0') {
		buf_adds(b, path);
		return;
	}
	buf_addc(b, '\'');
	for (; *path; path++)
		if (*path == '\'')
			buf_adds(b, "'\\''");
		else
			buf_addc(b, *path);
	buf_addc(b, '\'');
}

static bool is_hex(const char *s)
{
	return *s && s[strspn(s, "0123456789abcdef")] == '\0';
}

/* Only letters of which no option and no expression with a search in it can be made. */
static bool is_name(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n < 256 && s[0] != '-' &&
	       s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+~^@")] == '\0';
}

/* Which command brings the commit here.  A server gives single commits only by their full id. */
static int missing(const struct tree *t, const char *name, struct err *e)
{
	static const char *const remote_args[] = {"config", "--get-regexp", "^remote\\..*\\.url$", NULL};
	struct git g = tree_git(t);
	struct buf out = BUF_INIT, say = BUF_INIT;
	struct git_end end = {0};
	bool remote = git_run(&g, remote_args, &out, &end, NULL) == 0 && end.status == 0 && out.n;
	bool full = is_hex(name) && (strlen(name) == 40 || strlen(name) == 64);

	buf_adds(&say, "git -C ");
	quote(&say, t->dir);
	if (full)
		buf_addf(&say, " fetch %s %s",
			 remote ? "origin" : "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git", name);
	else if (!remote)
		buf_adds(&say, " fetch --tags https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git");
	else
		buf_addf(&say, " fetch --all --tags%s", t->shallow ? " --unshallow" : "");
	err_set(e, ERR_TOOL, "commit '%.80s' is not in '%.150s'%s: fetch it with: %s", name, t->dir,
		t->shallow ? ", whose history is cut (shallow)" : "", buf_str(&say));
	buf_release(&out);
	buf_release(&say);
	return -1;
}

int tree_commit(const struct tree *t, const char *name, char id[TREE_ID], struct err *e)
{
	struct git g = tree_git(t);
	struct buf spec = BUF_INIT, out = BUF_INIT;
	const char *args[] = {"rev-parse", "--verify", NULL, NULL};
	struct git_end end = {0};
	struct slice rest;
	int rc;

	if (!t->git_dir)
		return err_set(e, ERR_TOOL, "'%s' is not under git (no .git in it): a commit cannot be looked up there", t->dir);
	if (!is_name(name))
		return err_set(e, ERR_USAGE, "'%.80s' does not name a commit: give an id, a tag or a branch", name);
	buf_addf(&spec, "%s^{commit}", name);
	args[2] = buf_str(&spec);
	rc = git_run(&g, args, &out, &end, e);
	rest = buf_slice(&out);
	if (rc == 0 && end.status != 0 && strstr(end.why, "ambiguous"))
		rc = err_set(e, ERR_TOOL, "'%.80s' begins more than one commit of '%.200s': give more digits", name, t->dir);
	else if (rc == 0 && (end.status != 0 || !next_line(&rest, id, TREE_ID)))
		rc = missing(t, name, e);
	buf_release(&spec);
	buf_release(&out);
	return rc;
}
