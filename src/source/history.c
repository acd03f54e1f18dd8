#include "source/history.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

/* A path of a kernel's whole history takes git up to half a minute. */
enum { HISTORY_MS = 60000, HISTORY_OUT = 8 << 20 };

struct history {
	struct loop *l;
	char *dir, *git_dir; /* owned */
	char *path;          /* owned */
	char *commit;        /* owned; what is asked about, then what was found; or NULL */
	history_fn *done;
	void *arg;
	struct child *child;
};

static void release(struct history *h)
{
	free(h->dir);
	free(h->git_dir);
	free(h->path);
	free(h->commit);
	free(h);
}

void history_stop(struct history *h)
{
	if (!h)
		return;
	child_kill(h->child);
	release(h);
}

static void finish(struct history *h, const struct history_answer *a)
{
	h->done(h->arg, a);
	release(h);
}

/* Run git; false with nothing under way. */
static bool run(struct history *h, const char *const args[], struct slice input, void (*done)(void *arg, const struct child_result *r),
		struct err *e)
{
	static const char *const env[] = {"GIT_LITERAL_PATHSPECS=1", NULL};
	struct git g = {.dir = h->dir, .git_dir = h->git_dir, .env = env, .input = input, .max_out = HISTORY_OUT, .ms = HISTORY_MS};

	h->child = git_start(h->l, &g, args, false, done, h, e);
	return h->child != NULL;
}

static struct history *new(struct loop *l, const char *dir, const char *git_dir, struct slice path, history_fn *done, void *arg)
{
	struct history *h = xcalloc(1, sizeof *h);

	*h = (struct history){.l = l, .dir = xstrdup(dir), .git_dir = xstrdup(git_dir), .path = xstrndup(path.p, path.n), .done = done,
			      .arg = arg};
	return h;
}

static struct history *begun(struct history *h, bool runs)
{
	if (!runs) {
		release(h);
		return NULL;
	}
	return h;
}

/* Did it end as it should?  What it did not get to say counts as not known. */
static bool is_good(const struct child_result *r)
{
	return r->exited && r->status == 0 && !r->too_much;
}

static struct slice commit_of(const struct history *h)
{
	return h->commit ? slice_str(h->commit) : SLICE("");
}

/* ---- what became of a file ---- */

/* The next of what -z separates. */
static bool next_field(struct slice *rest, struct slice *field)
{
	size_t end = slice_chr(*rest, '\0', 0);

	if (end == SLICE_NONE)
		return false;
	*field = slice_sub(*rest, 0, end);
	*rest = slice_sub(*rest, end + 1, rest->n);
	return true;
}

/* "D" PATH, "R097" FROM TO: what the commit did to all its files. */
static void on_files(void *arg, const struct child_result *r)
{
	struct history *h = arg;
	struct history_answer a = {.fate = FATE_DELETED, .commit = commit_of(h)};
	struct slice rest = r->out, kind, from, to;

	while (is_good(r) && next_field(&rest, &kind) && next_field(&rest, &from)) {
		bool two = slice_starts(kind, "R") || slice_starts(kind, "C");

		if (two && !next_field(&rest, &to))
			break;
		if (slice_starts(kind, "R") && slice_is(from, h->path)) {
			a.fate = FATE_RENAMED;
			a.path = to;
		}
	}
	finish(h, &a);
}

static void on_deletion(void *arg, const struct child_result *r)
{
	struct history *h = arg;
	struct history_answer a = {.fate = is_good(r) ? FATE_NEVER : FATE_UNKNOWN};
	struct slice id = slice_trim(r->out);
	const char *args[] = {"diff-tree", "-r", "-M", "-z", "--no-commit-id", "--name-status", "--root", NULL, NULL};

	free(h->commit);
	h->commit = id.n && is_good(r) ? xstrndup(id.p, id.n) : NULL;
	args[7] = h->commit;
	if (h->commit && run(h, args, SLICE(""), on_files, NULL))
		return;
	if (h->commit)
		a = (struct history_answer){.fate = FATE_DELETED, .commit = commit_of(h)};
	finish(h, &a);
}

struct history *history_fate(struct loop *l, const char *dir, const char *git_dir, struct slice commit, struct slice path,
			     history_fn *done, void *arg, struct err *e)
{
	struct history *h = new(l, dir, git_dir, path, done, arg);
	const char *args[] = {"log", "-1", "--format=%H", "--diff-filter=D", "--no-renames", NULL, "--", h->path, NULL};

	h->commit = xstrndup(commit.p, commit.n);
	args[5] = h->commit;
	return begun(h, run(h, args, SLICE(""), on_deletion, e));
}

/* ---- who has a file just so ---- */

/* "COMMIT", then ":MODE MODE FROM TO LETTER\tPATH": the first commit whose TO is the blob made the file so. */
static void on_commits(void *arg, const struct child_result *r)
{
	struct history *h = arg;
	struct history_answer a = {0};
	struct slice rest = r->out, line, commit = {0}, word[4];

	while (is_good(r) && a.commit.n == 0 && slice_line(&rest, &line)) {
		unsigned n = 0;

		if (!slice_starts(line, ":")) {
			commit = line.n ? line : commit;
			continue;
		}
		while (n < 4 && slice_word(&line, &word[n]))
			n++;
		if (n == 4 && slice_eq(word[3], commit_of(h)))
			a.commit = commit;
	}
	finish(h, &a);
}

static void on_blob(void *arg, const struct child_result *r)
{
	struct history *h = arg;
	struct slice id = slice_trim(r->out);
	struct buf find = BUF_INIT;
	const char *args[] = {"log", "--all", "--format=%H", "--raw", "--no-abbrev", "--no-renames", "-m", NULL, "--", h->path, NULL};
	bool runs = false;

	if (is_good(r) && id.n) {
		h->commit = xstrndup(id.p, id.n);
		buf_addf(&find, "--find-object=%s", h->commit);
		args[7] = buf_str(&find);
		runs = run(h, args, SLICE(""), on_commits, NULL);
	}
	buf_release(&find);
	if (!runs)
		finish(h, &(struct history_answer){0});
}

struct history *history_holder(struct loop *l, const char *dir, const char *git_dir, struct slice path, struct slice text,
			       history_fn *done, void *arg, struct err *e)
{
	static const char *const args[] = {"hash-object", "--stdin", NULL};
	struct history *h = new(l, dir, git_dir, path, done, arg);

	return begun(h, run(h, args, text, on_blob, e));
}
