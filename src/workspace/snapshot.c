/*
 * The snapshot of a working tree: a private repository that borrows the objects, a copy of the index, and git's plumbing.
 * So neither the index nor the configuration of the tree takes part: no filter, hook or monitor that it names is run.
 */
#define _GNU_SOURCE /* utimensat, lstat, access */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "workspace/scratch.h"
#include "workspace/tree.h"

enum {
	LIST_BYTES = 256 << 20, /* of the names of changed and new files */
	MS = 10 * 60 * 1000,    /* a whole kernel, where nothing of the index can be used, takes half a minute */
};

/* Larger new files are left out of the snapshot: no source is as large, and disk images lie about in trees. */
static const off_t NEW_FILE_MAX = (off_t)32 << 20;
static const off_t NEW_FILES_MAX = (off_t)1 << 30;

struct taking {
	const struct tree *t;
	char *dir, *index; /* private; owned */
	struct buf env_index, env_objects;
	const char *env[3];
	size_t left_out;
	char *left_out_name; /* owned */
	char id[TREE_ID];
	bool dirty, kept;
};

static struct git git_of(const struct taking *k)
{
	return (struct git){.dir = k->t->dir, .git_dir = k->dir, .work_tree = k->t->dir, .env = k->env, .writes = true, .ms = MS,
			    .max_out = LIST_BYTES};
}

/*
 * Copy the tree's index.  Its time goes along: git takes files that are as young as the index for changed until it has
 * compared them, and a younger copy would hide changes of that moment.  False where there is none.
 */
static bool copy_index(struct taking *k)
{
	static const char *const args[] = {"rev-parse", "--git-path", "index", NULL};
	struct git g = tree_git(k->t);
	struct buf out = BUF_INIT, data = BUF_INIT;
	char *path = NULL;
	struct stat st;
	bool ok = false;

	if (git_do(&g, args, &out, NULL) == 0) {
		buf_cut(&out, slice_rtrim(buf_slice(&out)).n);
		path = buf_str(&out)[0] == '/' ? xstrdup(buf_str(&out)) : fs_join(k->t->dir, buf_str(&out));
		ok = stat(path, &st) == 0 && S_ISREG(st.st_mode) && fs_read(path, &data, NULL) == 0 &&
		     fs_write_atomic(k->dir, "verdict-index", buf_slice(&data), NULL) == 0 &&
		     utimensat(AT_FDCWD, k->index, (struct timespec[]){st.st_atim, st.st_mtim}, 0) == 0;
	}
	free(path);
	buf_release(&out);
	buf_release(&data);
	return ok;
}

/* A new file that is too large, or one too many? */
static bool too_large(struct taking *k, const char *name, off_t *all)
{
	char *path = fs_join(k->t->dir, name);
	struct stat st;
	off_t size = lstat(path, &st) == 0 && S_ISREG(st.st_mode) ? st.st_size : 0;
	bool large = size > NEW_FILE_MAX || size > NEW_FILES_MAX - *all;

	free(path);
	if (!large) {
		*all += size;
		return false;
	}
	if (!k->left_out++)
		k->left_out_name = xstrdup(name);
	return true;
}

/* From "TAG NAME NUL …" the names that go into the snapshot; a nested repository ("dir/") is none of its files. */
static void choose(struct taking *k, struct slice listed, struct buf *names)
{
	off_t all = 0;

	while (listed.n) {
		size_t end = slice_chr(listed, '\0', 0);
		struct slice one = slice_sub(listed, 0, end);
		bool fresh = slice_starts(one, "? ");

		listed = slice_sub(listed, end == SLICE_NONE ? listed.n : end + 1, listed.n);
		if (one.n < 3 || slice_ends(one, "/") || (fresh && too_large(k, one.p + 2, &all)))
			continue;
		buf_add(names, one.p + 2, one.n - 1); /* with its NUL */
	}
}

/* Bring the private index up to what lies in the tree. */
static int update_index(struct taking *k, struct err *e)
{
	static const char *const list[] = {"ls-files", "-t", "-z", "--modified", "--others", "--exclude-standard", NULL};
	static const char *const update[] = {"update-index", "--add", "--remove", "-z", "--stdin", NULL};
	struct git g = git_of(k);
	struct buf listed = BUF_INIT, names = BUF_INIT;
	int rc;

	buf_init(&listed, LIST_BYTES);
	buf_init(&names, LIST_BYTES);
	rc = git_do(&g, list, &listed, e);
	if (rc == 0) {
		choose(k, buf_slice(&listed), &names);
		g.input = buf_slice(&names);
		if (names.n)
			rc = git_do(&g, update, NULL, e);
	}
	buf_release(&listed);
	buf_release(&names);
	return rc;
}

/* One line with an id. */
static int take_id(const struct taking *k, const char *const args[], char id[TREE_ID], struct err *e)
{
	struct git g = git_of(k);
	struct buf out = BUF_INIT;
	struct slice s;
	int rc = git_do(&g, args, &out, e);

	s = slice_trim(buf_slice(&out));
	if (rc == 0 && (s.n == 0 || s.n >= TREE_ID))
		rc = err_set(e, ERR_TOOL, "git %s gives no id", args[0]);
	if (rc == 0) {
		memcpy(id, s.p, s.n);
		id[s.n] = '\0';
	}
	buf_release(&out);
	return rc;
}

static int build(struct taking *k, bool with_index, struct err *e)
{
	const char *read_tree[] = {"read-tree", k->t->commit, NULL}, *write_tree[] = {"write-tree", NULL};
	struct git g = git_of(k);

	k->left_out = 0;
	free(k->left_out_name);
	k->left_out_name = NULL;
	unlink(k->index);
	if (with_index && !copy_index(k))
		return err_set(e, ERR_TOOL, "the index cannot be read");
	if (!with_index && k->t->commit[0] && git_do(&g, read_tree, NULL, e) < 0)
		return -1;
	return update_index(k, e) < 0 || take_id(k, write_tree, k->id, e) < 0 ? -1 : 0;
}

/* An index that cannot be copied (split in two, or broken) is made anew from the commit: slow, but the same in the end. */
static int take(struct taking *k, struct err *e)
{
	struct buf base = BUF_INIT;
	const char *args[] = {"rev-parse", "--verify", NULL, NULL};
	char id[TREE_ID] = "";
	int rc = build(k, true, e) < 0 ? build(k, false, e) : 0;

	if (rc == 0 && k->t->commit[0]) {
		buf_addf(&base, "%s^{tree}", k->t->commit);
		args[2] = buf_str(&base);
		rc = take_id(k, args, id, e);
	}
	k->dirty = strcmp(id, k->id) != 0;
	buf_release(&base);
	return rc;
}

/* What the tree's own list says is ignored; it is no part of the configuration, and holds patterns only. */
static void copy_excludes(struct taking *k)
{
	static const char *const where[] = {"rev-parse", "--git-path", "info/exclude", NULL};
	struct git g = tree_git(k->t);
	struct buf path = BUF_INIT, text = BUF_INIT;
	char *info = fs_join(k->dir, "info");
	struct stat st;

	if (git_do(&g, where, &path, NULL) == 0) {
		buf_cut(&path, slice_rtrim(buf_slice(&path)).n);
		if (stat(buf_str(&path), &st) == 0 && S_ISREG(st.st_mode) && fs_read(buf_str(&path), &text, NULL) == 0 &&
		    fs_mkdirs(info, NULL) == 0)
			fs_write_atomic(info, "exclude", buf_slice(&text), NULL);
	}
	free(info);
	buf_release(&path);
	buf_release(&text);
}

/* Where new objects go: into the repository, so that the snapshot can be looked at later; else into the private one. */
static int prepare(struct taking *k, struct err *e)
{
	if (scratch_init(k->dir, k->t, e) < 0)
		return -1;
	copy_excludes(k);
	k->index = fs_join(k->dir, "verdict-index");
	k->kept = access(k->t->objects, W_OK) == 0;
	buf_addf(&k->env_index, "GIT_INDEX_FILE=%s", k->index);
	buf_addf(&k->env_objects, "GIT_OBJECT_DIRECTORY=%s", k->t->objects);
	k->env[0] = buf_str(&k->env_index);
	if (k->kept)
		k->env[1] = buf_str(&k->env_objects);
	return 0;
}

static int run(struct taking *k, const struct tree *t, struct err *e)
{
	int rc;

	*k = (struct taking){.t = t};
	if (!t->git_dir)
		return err_set(e, ERR_TOOL, "'%s' is not under git (no .git in it): no snapshot can be taken", t->dir);
	if (t->bare)
		return err_set(e, ERR_TOOL, "'%s' is a bare repository: it has no files, name a commit with --commit", t->dir);
	k->dir = scratch_new(e);
	if (!k->dir)
		return -1;
	rc = prepare(k, e) < 0 || take(k, e) < 0 ? -1 : 0;
	if (rc < 0)
		err_wrap(e, "cannot take a snapshot of '%.200s'", t->dir);
	scratch_remove(k->dir);
	free(k->dir);
	free(k->index);
	buf_release(&k->env_index);
	buf_release(&k->env_objects);
	return rc;
}

int tree_snapshot(struct tree *t, struct err *e)
{
	struct taking k;
	int rc = run(&k, t, e);

	if (rc < 0) {
		free(k.left_out_name);
		return -1;
	}
	memcpy(t->snapshot, k.id, sizeof t->snapshot);
	t->dirty = k.dirty;
	t->kept = k.kept;
	t->left_out = k.left_out;
	free(t->left_out_name);
	t->left_out_name = k.left_out_name;
	return 0;
}

int tree_changed(const struct tree *t, struct err *e)
{
	struct taking k;
	int rc = run(&k, t, e);

	free(k.left_out_name);
	return rc < 0 ? -1 : strcmp(k.id, t->snapshot) != 0;
}

/* Nothing that git knows differs, neither in its index nor from it. */
static bool is_clean(struct taking *k)
{
	const char *staged[] = {"diff-index", "--cached", "--quiet", "--no-ext-diff", k->t->commit, NULL};
	static const char *const modified[] = {"ls-files", "-z", "--modified", NULL};
	struct git g = git_of(k);
	struct buf out = BUF_INIT;
	struct git_end end;
	bool clean = copy_index(k) && git_run(&g, staged, NULL, &end, NULL) == 0 && end.status == 0 &&
		     git_run(&g, modified, &out, &end, NULL) == 0 && end.status == 0 && out.n == 0;

	buf_release(&out);
	return clean;
}

bool tree_is_at(const struct tree *t, const char *id)
{
	struct taking k = {.t = t};
	bool at;

	if (!t->git_dir || t->bare || strcmp(t->commit, id) != 0)
		return false;
	k.dir = scratch_new(NULL);
	at = k.dir && prepare(&k, NULL) == 0 && is_clean(&k);
	scratch_remove(k.dir);
	free(k.dir);
	free(k.index);
	buf_release(&k.env_index);
	buf_release(&k.env_objects);
	return at;
}
