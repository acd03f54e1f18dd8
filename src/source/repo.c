#define _GNU_SOURCE /* realpath */
#include "source/repo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "source/batch.h"
#include "source/contents.h"
#include "source/history.h"

static const int64_t again_us = 5000000;
enum { NAME_MAX_BYTES = 255, PATH_MAX_BYTES = 4096, SHORT_ID = 12, BINARY_LOOK = 8000 };

enum kind { KIND_COMMIT, KIND_FILE, KIND_HOLDER, KIND_NAMES, KIND_HOLDING, KIND_SPREAD, KIND_PASTES };

struct entry {
	enum kind kind;
	char *commit, *path; /* owned; a holder's "commit" is the hash of its text; words are a "path" */
	enum repo_state state;
	struct buf text, why;
	uint64_t used;
	bool passing;   /* REPO_NONE may become another: a commit can be fetched, a git that failed works again */
	bool busy;      /* git was asked and did not answer yet */
	size_t folder;  /* it was not there: the folder of path[0..folder) is looked at; 0: not yet */
	int64_t told;   /* when it became REPO_NONE */
	struct repo *repo;
	struct history *history; /* under way; or NULL */
	struct contents *contents; /* likewise */
	bool cut;
	bool gone;      /* REPO_NONE: the file was there before */
};

struct repo {
	struct loop *l;
	char *dir, *git_dir; /* owned */
	void (*news)(void *arg);
	void *arg;
	struct batch *batch;
	struct entry **entry; /* owned */
	size_t n, cap;
	uint64_t clock;
	int64_t again_us;
};

static void entry_free(struct entry *n)
{
	history_stop(n->history);
	contents_stop(n->contents);
	free(n->commit);
	free(n->path);
	buf_release(&n->text);
	buf_release(&n->why);
	free(n);
}

void repo_free(struct repo *r)
{
	if (!r)
		return;
	batch_free(r->batch);
	for (size_t i = 0; i < r->n; i++)
		entry_free(r->entry[i]);
	free(r->entry);
	free(r->dir);
	free(r->git_dir);
	free(r);
}

const char *repo_dir(const struct repo *r)
{
	return r->dir;
}

bool repo_is_late(const struct repo *r)
{
	return batch_is_late(r->batch);
}

/* ---- what is kept ---- */

/* Answers that were used least lately go, until there is room. */
static void make_room(struct repo *r)
{
	for (;;) {
		size_t bytes = 0, oldest = SIZE_MAX;

		for (size_t i = 0; i < r->n; i++) {
			bytes += r->entry[i]->text.n;
			if (r->entry[i]->state != REPO_ASKED && !r->entry[i]->busy && !r->entry[i]->history && !r->entry[i]->contents &&
			    (oldest == SIZE_MAX || r->entry[i]->used < r->entry[oldest]->used))
				oldest = i;
		}
		if ((bytes <= REPO_CACHE && r->n < REPO_FILES) || oldest == SIZE_MAX)
			return;
		entry_free(r->entry[oldest]);
		r->entry[oldest] = r->entry[--r->n];
	}
}

static struct entry *find(struct repo *r, enum kind kind, struct slice commit, struct slice path)
{
	for (size_t i = 0; i < r->n; i++) {
		struct entry *n = r->entry[i];

		if (n->kind == kind && slice_is(path, n->path) && slice_is(commit, n->commit)) {
			n->used = ++r->clock;
			return n;
		}
	}
	return NULL;
}

static struct entry *add(struct repo *r, enum kind kind, struct slice commit, struct slice path)
{
	struct entry *n = xcalloc(1, sizeof *n);

	make_room(r);
	*n = (struct entry){.kind = kind, .commit = xstrndup(commit.p, commit.n), .path = xstrndup(path.p, path.n), .repo = r,
			    .used = ++r->clock};
	buf_init(&n->text, BATCH_OBJECT);
	r->entry = mem_grow(r->entry, &r->cap, r->n + 1, sizeof *r->entry);
	r->entry[r->n++] = n;
	return n;
}

static enum repo_state tell(const struct entry *n, struct slice *text, struct slice *why)
{
	*text = n->state == REPO_HAVE ? buf_slice(&n->text) : SLICE("");
	*why = n->state == REPO_NONE ? buf_slice(&n->why) : SLICE("");
	return n->state;
}

static void none(struct entry *n, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void none(struct entry *n, const char *fmt, ...)
{
	va_list ap;

	n->state = REPO_NONE;
	n->passing = n->gone = false;
	n->told = loop_now();
	buf_clear(&n->why);
	va_start(ap, fmt);
	buf_addv(&n->why, fmt, ap);
	va_end(ap);
}

/* ---- answers ---- */

static int shorter(struct slice id)
{
	return (int)(id.n < SHORT_ID ? id.n : SHORT_ID);
}

static struct slice short_name(const struct entry *n)
{
	size_t len = strlen(n->commit);

	/* ids are cut, names of tags and branches are not */
	return slice_sub(slice_str(n->commit), 0, len == 40 || len == 64 ? SHORT_ID : len);
}

static void on_fate(void *arg, const struct history_answer *a)
{
	struct entry *n = arg;
	struct slice at = short_name(n);

	n->history = NULL;
	switch (a->fate) {
	case FATE_RENAMED:
		none(n, "%s is not in %.*s: commit %.*s renamed it to %.*s", n->path, (int)at.n, at.p, shorter(a->commit), a->commit.p,
		     (int)a->path.n, a->path.p);
		break;
	case FATE_DELETED:
		none(n, "%s is not in %.*s: commit %.*s deleted it", n->path, (int)at.n, at.p, shorter(a->commit), a->commit.p);
		break;
	case FATE_NEVER:
		none(n, "%s is not in %.*s, nor was it before that", n->path, (int)at.n, at.p);
		break;
	case FATE_UNKNOWN:
		break;
	}
	n->gone = a->fate == FATE_RENAMED || a->fate == FATE_DELETED;
	n->repo->news(n->repo->arg);
}

/* The commit has it, and the repository has not: a partial clone, or an object that was lost. */
static void left_out(struct entry *n)
{
	struct slice at = short_name(n);

	none(n, "%s is in %.*s, but its text is not in %s, which is a partial clone: git -C %s show %.*s:%s brings it", n->path,
	     (int)at.n, at.p, n->repo->dir, n->repo->dir, (int)at.n, at.p, n->path);
	n->passing = true;
}

/* The commit is there, the file is not. */
static void miss_file(struct entry *n)
{
	struct repo *r = n->repo;
	struct slice at = short_name(n);
	struct slice id, why;
	bool gone;

	n->busy = true; /* so that it stays, should the commit need room */
	gone = repo_commit(r, slice_str(n->commit), &id, &why) == REPO_NONE;
	n->busy = false;
	if (gone) {
		none(n, "%.*s", (int)why.n, why.p);
		n->passing = true;
		return;
	}
	none(n, "%s is not in %.*s", n->path, (int)at.n, at.p);
	n->history = history_fate(r->l, r->dir, r->git_dir, slice_str(n->commit), slice_str(n->path), on_fate, n, NULL);
}

/* The command that brings a commit here; a server gives single commits by their full id only. */
static void miss_commit(struct entry *n)
{
	size_t len = strlen(n->commit);
	bool full = (len == 40 || len == 64) && n->commit[strspn(n->commit, "0123456789abcdef")] == '\0';

	none(n, "commit %s is not in %s: git -C %s fetch origin%s%s brings it, where the server has it", n->commit, n->repo->dir,
	     n->repo->dir, full ? " " : " --tags", full ? n->commit : "");
	n->passing = true;
}

static void ask(struct entry *n, const char *a, const char *b);

/* Where the name begins that ends at `end`, and the path of its folder ends but for a slash. */
static size_t name_at(const struct entry *n, size_t end)
{
	while (end && n->path[end - 1] != '/')
		end--;
	return end;
}

/* Is there no such file, or only no text of it?  The folder knows; where that is not there either, the one above it. */
static void look_in_folder(struct entry *n, size_t end)
{
	size_t name = name_at(n, end);
	char *folder = xstrndup(n->path, name ? name - 1 : 0);

	n->folder = end;
	ask(n, ":", folder);
	free(folder);
}

/* Has a tree, in git's own form, an entry of this name? */
static bool tree_has(struct slice tree, struct slice name, size_t hash)
{
	while (tree.n) {
		size_t blank = slice_chr(tree, ' ', 0), end = blank == SLICE_NONE ? SLICE_NONE : slice_chr(tree, '\0', blank);

		if (end == SLICE_NONE)
			return false;
		if (slice_eq(slice_sub(tree, blank + 1, end), name))
			return true;
		tree = slice_sub(tree, end + 1 + hash, tree.n);
	}
	return false;
}

static void take_folder(struct entry *n, const struct batch_answer *a)
{
	size_t end = n->folder, name = name_at(n, end);
	struct slice word = {n->path + name, end - name};

	n->folder = 0;
	if (a->result == BATCH_LEFT_OUT || (a->result == BATCH_FOUND && slice_is(a->type, "tree") && tree_has(a->text, word, a->id.n / 2)))
		left_out(n);
	else if (a->result == BATCH_MISSING && name > 1)
		look_in_folder(n, name - 1);
	else
		miss_file(n);
}

static void take_file(struct entry *n, const struct batch_answer *a)
{
	struct slice head = slice_sub(a->text, 0, BINARY_LOOK);

	if (!slice_is(a->type, "blob")) {
		none(n, "%s is no file but a %.*s", n->path, (int)a->type.n, a->type.p);
	} else if (a->result == BATCH_LARGE) {
		none(n, "%s is too large: %llu bytes", n->path, (unsigned long long)a->size);
	} else if (slice_chr(head, '\0', 0) != SLICE_NONE) {
		none(n, "%s is binary", n->path);
	} else {
		n->state = REPO_HAVE;
		buf_add_slice(&n->text, a->text);
	}
}

static void on_answer(void *arg, void *question, const struct batch_answer *a)
{
	struct repo *r = arg;
	struct entry *n = question;
	bool commit = n->kind == KIND_COMMIT;

	n->busy = false;
	if (n->folder && a->result != BATCH_FAILED) {
		take_folder(n, a);
		r->news(r->arg);
		return;
	}
	n->folder = 0;
	switch (a->result) {
	case BATCH_FAILED:
		none(n, "%.*s", (int)a->text.n, a->text.p);
		n->passing = true;
		break;
	case BATCH_AMBIGUOUS:
		none(n, "%s begins the ids of several objects of %s: give more digits", n->commit, r->dir);
		break;
	case BATCH_MISSING:
		if (commit)
			miss_commit(n);
		else
			look_in_folder(n, strlen(n->path));
		break;
	case BATCH_LEFT_OUT:
		if (commit)
			miss_commit(n);
		else
			left_out(n);
		break;
	default:
		if (commit) {
			n->state = REPO_HAVE;
			buf_add_slice(&n->text, a->id);
		} else {
			take_file(n, a);
		}
	}
	r->news(r->arg);
}

static void on_late(void *arg)
{
	struct repo *r = arg;

	r->news(r->arg);
}

struct repo *repo_new(struct loop *l, const char *dir, void (*news)(void *arg), void *arg, struct err *e)
{
	char *real = realpath(dir, NULL), *git_dir;
	struct repo *r;
	bool bare;

	if (!real) {
		err_sys(e, ERR_TOOL, errno, "cannot open the source tree '%s'", dir);
		return NULL;
	}
	git_dir = git_find(real, &bare);
	if (!git_dir) {
		err_set(e, ERR_TOOL, "'%s' is not under git (no .git in it): no commit of it can be read", dir);
		free(real);
		return NULL;
	}
	r = xcalloc(1, sizeof *r);
	*r = (struct repo){.l = l, .dir = real, .git_dir = git_dir, .news = news, .arg = arg};
	r->again_us = again_us;
	r->batch = batch_new(l, real, git_dir, on_answer, r);
	batch_tell_late(r->batch, on_late);
	return r;
}

/* ---- questions ---- */

void repo_patience(struct repo *r, int64_t again)
{
	r->again_us = again;
}

/* What was not there, is it time to look whether it is by now?  Until that is answered the old sentence stands. */
static bool is_due(const struct entry *n)
{
	return n->state == REPO_NONE && n->passing && !n->busy && loop_now() - n->told >= n->repo->again_us;
}

static void ask(struct entry *n, const char *a, const char *b)
{
	struct buf spec = BUF_INIT;

	n->busy = true;
	buf_addf(&spec, "%s%s%s", n->commit, a, b);
	batch_ask(n->repo->batch, buf_slice(&spec), n);
	buf_release(&spec);
}

/* Only letters of which no option and no expression with a search in it can be made. */
static bool is_name(struct slice s)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+~^";

	if (s.n == 0 || s.n > NAME_MAX_BYTES || s.p[0] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!s.p[i] || !strchr(letters, s.p[i]))
			return false;
	return true;
}

/* Relative, in the tree, and one line of a question. */
static bool is_path(struct slice s)
{
	struct slice rest = s;

	if (s.n == 0 || s.n > PATH_MAX_BYTES)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\n' || s.p[i] == '\0')
			return false;
	for (;;) { /* no empty part, "." or ".." */
		size_t end = slice_chr(rest, '/', 0);
		struct slice part = slice_sub(rest, 0, end == SLICE_NONE ? rest.n : end);

		if (part.n == 0 || slice_is(part, ".") || slice_is(part, ".."))
			return false;
		if (end == SLICE_NONE)
			return true;
		rest = slice_sub(rest, end + 1, rest.n);
	}
}

enum repo_state repo_commit(struct repo *r, struct slice name, struct slice *id, struct slice *why)
{
	struct entry *n = find(r, KIND_COMMIT, name, SLICE(""));

	if (!n) {
		n = add(r, KIND_COMMIT, name, SLICE(""));
		if (is_name(name)) {
			ask(n, "^{commit}", "");
		} else {
			none(n, "'%.80s' does not name a commit: give an id, a tag or a branch", n->commit);
		}
	} else if (is_due(n)) {
		ask(n, "^{commit}", "");
	}
	return tell(n, id, why);
}

enum repo_state repo_file(struct repo *r, struct slice commit, struct slice path, struct slice *text, struct slice *why)
{
	struct entry *n;

	while (slice_eat(&path, "./"))
		;
	n = find(r, KIND_FILE, commit, path);
	if (!n || is_due(n)) {
		enum repo_state known;

		if (!n)
			n = add(r, KIND_FILE, commit, path); /* first: an answer that is not here yet makes room for none */
		n->busy = true; /* so that it stays, should the commit need room */
		known = repo_commit(r, commit, text, why);
		n->busy = false;
		if (known == REPO_NONE && n->state == REPO_NONE && find(r, KIND_COMMIT, commit, SLICE(""))->busy) {
			; /* the commit may come any moment: then this is still due */
		} else if (known == REPO_NONE) {
			none(n, "%.*s", (int)why->n, why->p);
			n->passing = true;
		} else if (!is_path(path)) {
			none(n, "'%.200s' is no path of a file in the tree", n->path);
		} else {
			ask(n, ":", n->path);
		}
	}
	return tell(n, text, why);
}

bool repo_is_gone(struct repo *r, struct slice commit, struct slice path, bool *asks)
{
	const struct entry *n;

	while (slice_eat(&path, "./"))
		;
	n = find(r, KIND_FILE, commit, path);
	*asks |= n && n->history;
	return n && n->state == REPO_NONE && n->gone;
}

static void on_holder(void *arg, const struct history_answer *a)
{
	struct entry *n = arg;

	n->history = NULL;
	if (a->commit.n) {
		n->state = REPO_HAVE;
		buf_add_slice(&n->text, a->commit);
	} else {
		none(n, "no commit of %s was found whose %s is so", n->repo->dir, n->path);
	}
	n->repo->news(n->repo->arg);
}

enum repo_state repo_holder(struct repo *r, struct slice path, struct slice text, struct slice *id, struct slice *why)
{
	char hash[SHA256_HEX + 1];
	struct entry *n;

	while (slice_eat(&path, "./"))
		;
	sha256_of(text, hash);
	n = find(r, KIND_HOLDER, slice_str(hash), path);
	if (!n) {
		struct err e = {0};

		n = add(r, KIND_HOLDER, slice_str(hash), path);
		if (!is_path(path))
			none(n, "'%.200s' is no path of a file in the tree", n->path);
		else if (!(n->history = history_holder(r->l, r->dir, r->git_dir, path, text, on_holder, n, &e)))
			none(n, "%s", e.msg);
	}
	return tell(n, id, why);
}

/* ---- what a commit has ---- */

static void on_contents(void *arg, bool ok, bool cut, struct slice names)
{
	struct entry *n = arg;

	n->contents = NULL;
	if (!ok || names.n > BATCH_OBJECT || (cut && n->kind != KIND_HOLDING)) {
		none(n, "git did not tell what files %.*s has", (int)short_name(n).n, n->commit);
		n->passing = true;
	} else {
		n->state = REPO_HAVE;
		n->cut = cut;
		buf_clear(&n->text);
		buf_add_slice(&n->text, names);
	}
	n->repo->news(n->repo->arg);
}

static struct contents *begin(struct entry *n, struct err *e)
{
	struct repo *r = n->repo;
	struct slice commit = slice_str(n->commit), words = slice_str(n->path);

	if (n->kind == KIND_NAMES)
		return contents_names(r->l, r->dir, r->git_dir, commit, on_contents, n, e);
	if (n->kind == KIND_HOLDING)
		return contents_holding(r->l, r->dir, r->git_dir, commit, words, on_contents, n, e);
	if (n->kind == KIND_SPREAD)
		return contents_spread(r->l, r->dir, r->git_dir, commit, words, on_contents, n, e);
	return contents_pastes(r->l, r->dir, r->git_dir, commit, on_contents, n, e);
}

/* One that is full: it can be no option either. */
static bool is_id(struct slice s)
{
	uint64_t v;

	for (size_t i = 0; i < s.n; i++)
		if (!slice_hex(slice_sub(s, i, i + 1), &v))
			return false;
	return s.n == 40 || s.n == 64;
}

static struct entry *ask_contents(struct repo *r, enum kind kind, struct slice commit, struct slice words)
{
	struct entry *n = find(r, kind, commit, words);
	struct err e = {0};

	if (n && !(is_due(n) && !n->contents))
		return n;
	if (!n)
		n = add(r, kind, commit, words);
	if (!is_id(commit))
		none(n, "'%.80s' is no full id of a commit", n->commit);
	else if (!(n->contents = begin(n, &e)))
		none(n, "%s", e.msg);
	return n;
}

enum repo_state repo_names(struct repo *r, struct slice commit, struct slice *names, struct slice *why)
{
	return tell(ask_contents(r, KIND_NAMES, commit, SLICE("")), names, why);
}

enum repo_state repo_holding(struct repo *r, struct slice commit, struct slice words, struct slice *names, bool *cut, struct slice *why)
{
	const struct entry *n = ask_contents(r, KIND_HOLDING, commit, words);

	*cut = n->cut;
	return tell(n, names, why);
}

enum repo_state repo_spread(struct repo *r, struct slice commit, struct slice words, struct slice *spread, struct slice *why)
{
	return tell(ask_contents(r, KIND_SPREAD, commit, words), spread, why);
}

enum repo_state repo_pastes(struct repo *r, struct slice commit, struct slice *lines, struct slice *why)
{
	return tell(ask_contents(r, KIND_PASTES, commit, SLICE("")), lines, why);
}
