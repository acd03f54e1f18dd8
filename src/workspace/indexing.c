#define _GNU_SOURCE /* realpath, readlink, flock, futimens, F_OFD_SETLKW */
#include "workspace/indexing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "sys/child.h"
#include "sys/loop.h"
#include "workspace/cache.h"

enum { WORKERS_MAX = 16, WORKER_MS = 120 * 1000, CONFIG_MAX = 64 << 20, TRUST_US = 1000000 };

/* What clang takes for the largest files is a tenth of it.  Sanitizers want all the address space that there is. */
#if defined __SANITIZE_ADDRESS__
#define WORKER_MEMORY 0
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define WORKER_MEMORY 0
#endif
#endif
#ifndef WORKER_MEMORY
#define WORKER_MEMORY (UINT64_C(4) << 30)
#endif

/* ---- opening ---- */

/* The list of commands lies where it was built. */
static int read_commands(struct indexing *g, struct err *e)
{
	const char *dirs[] = {g->build, g->dir};

	for (size_t i = 0; i < 2 && !g->commands; i++) {
		char *path = dirs[i] ? fs_join(dirs[i], "compile_commands.json") : NULL;

		*e = (struct err){0};
		if (path)
			g->commands = commands_open(g->index, path, g->dir, e);
		free(path);
		if (e->cls == ERR_INPUT)
			e->cls = ERR_NO;
		else if (e->cls != ERR_TOOL)
			continue;
		return -1;
	}
	if (g->commands && !commands_none(g->commands))
		return 0;
	return err_set(e, ERR_NO, "nothing says how its files are compiled: there is no compile_commands.json with files of '%.200s' in '%.200s'; verdict index "
		       "--config makes one", g->dir, g->build ? g->build : g->dir);
}

/* The configuration, or else how all files are compiled, makes an index of its own. */
static void hash_configuration(struct indexing *g, char hash[SHA256_HEX + 1])
{
	static const char *const names[] = {".config", "compile_commands.json"};
	const char *dirs[] = {g->build, g->dir};
	struct buf text = BUF_INIT, key = BUF_INIT;
	bool read = false;

	for (size_t i = 0; i < 2 && !read; i++)
		for (size_t k = 0; k < 2 && !read; k++) {
			char *path = dirs[k] ? fs_join(dirs[k], names[i]) : NULL;

			buf_release(&text);
			buf_init(&text, CONFIG_MAX);
			read = path && fs_read_regular(path, &text, NULL) == 0;
			free(path);
		}
	sha256_of(buf_slice(&text), hash);
	buf_addf(&key, "%s\n%s\n%s\n", g->dir, g->build ? g->build : "", hash);
	sha256_of(buf_slice(&key), hash);
	buf_release(&text);
	buf_release(&key);
}

/* Where it cannot be locked, it may be deleted while it is in use: then it is made again. */
static void hold(struct indexing *g, const char *cache, const char *id)
{
	char *path = cache_beside(cache, id, ".lock");

	g->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (g->lock >= 0 && cache_lock(g->lock, LOCK_SH) == 0)
		futimens(g->lock, NULL); /* used last now */
	free(path);
}

/*
 * One program at a time opens an index: SQLite lets nobody in while a new one changes its journal, and one of another version is
 * removed.  A lock of its own, as the one above is held by all who use it.
 */
static struct index *open_alone(const struct indexing *g, struct err *e)
{
	struct flock alone = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
	struct index *x;

	while (fcntl(g->lock, F_OFD_SETLKW, &alone) < 0 && errno == EINTR)
		;
	x = index_open(g->path, g->dir, g->build, e);
	alone.l_type = F_UNLCK;
	fcntl(g->lock, F_OFD_SETLK, &alone);
	return x;
}

/*
 * The files of a commit in a cache are never changed, nor is what was prepared for them: they lie in worktrees/COMMIT and builds/ID,
 * with a lock beside it (worktree.h, prepare.h).
 */
static bool is_fixed(const char *dir, const char *kind)
{
	const char *name = strrchr(dir, '/');
	size_t n = name ? strlen(name + 1) : 0;
	struct buf lock = BUF_INIT;
	bool fixed;

	if ((n != 40 && n != 64) || strspn(name + 1, "0123456789abcdef") != n ||
	    !slice_ends(slice_sub(slice_str(dir), 0, (size_t)(name - dir)), kind))
		return false;
	buf_addf(&lock, "%s.lock", dir);
	fixed = access(buf_str(&lock), F_OK) == 0;
	buf_release(&lock);
	return fixed;
}

static int open_index(struct indexing *g, struct err *e)
{
	char *user = fs_user_dir(FS_CACHE), *cache = user ? fs_join(user, "index") : NULL;
	char hash[SHA256_HEX + 1];
	bool there;
	int rc = -1;

	hash_configuration(g, hash);
	hash[40] = '\0';
	if (!cache) {
		err_set(e, ERR_TOOL, "cannot keep an index: neither XDG_CACHE_HOME nor HOME is an absolute path");
	} else if (fs_mkdirs(cache, e) < 0) {
		e->cls = ERR_TOOL;
	} else {
		hold(g, cache, hash);
		g->path = cache_beside(cache, hash, ".db");
		there = access(g->path, F_OK) == 0;
		g->index = open_alone(g, e);
		rc = g->index ? 0 : -1;
		if (g->index)
			index_trust(g->index, TRUST_US);
		g->fixed = is_fixed(g->dir, "/worktrees");
		if (g->index && g->fixed && g->build && is_fixed(g->build, "/builds"))
			index_fixed(g->index);
		if (!there)
			cache_trim(cache, ".db", INDEXING_KEEP, INDEXING_BYTES);
	}
	free(user);
	free(cache);
	return rc;
}

int indexing_open(struct indexing *g, const struct root *r, struct err *e)
{
	int rc;

	*g = (struct indexing){.root = r, .dir = realpath(r->dir, NULL), .worker = fs_beside("verdict-index"), .lock = -1};
	if (r->build)
		g->build = realpath(r->build->dir, NULL);
	if (!g->dir)
		rc = err_set(e, ERR_NO, "the source tree is gone");
	else if (!g->worker)
		rc = err_set(e, ERR_NO, "verdict-index, which needs libclang, is not installed beside verdict");
	else
		rc = open_index(g, e) < 0 || read_commands(g, e) < 0 ? -1 : 0;
	if (rc < 0)
		indexing_release(g);
	return rc;
}

void indexing_release(struct indexing *g)
{
	commands_free(g->commands);
	index_close(g->index);
	if (g->lock >= 0)
		close(g->lock);
	free(g->dir);
	free(g->build);
	free(g->worker);
	free(g->path);
	*g = (struct indexing){.lock = -1};
}

/* ---- one file ---- */

/* How a file is to be parsed, and the name that these flags have in the index. */
struct order {
	struct command command;
	char id[SHA256_HEX + 1];
};

static bool find_order(struct indexing *g, const char *file, struct arena *a, struct order *o)
{
	struct buf all = BUF_INIT;
	bool found = commands_find(g->commands, a, slice_str(file), &o->command);

	if (found) {
		buf_addf(&all, "%s\n", o->command.dir);
		for (char **f = o->command.flags; *f; f++)
			buf_addf(&all, "%s\n", *f);
		sha256_of(buf_slice(&all), o->id);
	}
	buf_release(&all);
	return found;
}

enum index_state indexing_state(struct indexing *g, const char *file, struct arena *a, const char **why)
{
	struct order o;

	return find_order(g, file, a, &o) ? index_recorded(g->index, file, o.id, a, why) : INDEX_UNKNOWN;
}

int indexing_forget(struct indexing *g, const char *file, const char *why, struct err *e)
{
	struct slice path = slice_str(why);
	struct arena *a = arena_new();
	int rc = index_begin(g->index, e);

	if (rc == 0) {
		rc = index_again(g->index, file, e);
		if (rc == 0 && slice_eat(&path, g->dir) && slice_eat(&path, "/"))
			rc = index_again(g->index, arena_str(a, slice_sub(path, 0, slice_chr(path, ':', 0))), e);
		rc = index_end(g->index, rc == 0, e) < 0 ? -1 : rc;
	}
	arena_free(a);
	return rc;
}

static void write_job(struct indexing *g, const char *file, const struct order *o, struct buf *b)
{
	struct json_w w;

	buf_clear(b);
	json_w_init(&w, b, false);
	json_open(&w, '{');
	json_kcstr(&w, "index", g->path);
	json_kcstr(&w, "source", g->dir);
	json_kcstr(&w, "build", g->build);
	json_kcstr(&w, "file", file);
	json_kcstr(&w, "directory", o->command.dir);
	json_kcstr(&w, "id", o->id);
	json_key(&w, "flags");
	json_open(&w, '[');
	for (char **f = o->command.flags; *f; f++)
		json_cstr(&w, *f);
	if (slice_ends(slice_str(file), ".h")) {
		json_cstr(&w, "-x");
		json_cstr(&w, "c");
	}
	json_close(&w, ']');
	json_close(&w, '}');
}

/* ---- the workers ---- */

struct pool;

struct worker {
	struct pool *pool;
	struct child *child; /* NULL: it has nothing to do */
	const char *file;
	struct order order;
};

struct pool {
	struct indexing *g;
	struct loop *loop;
	struct arena *a;
	const char *const *files;
	size_t n, next, done, left;
	const struct indexing_progress *p;
	int64_t end; /* when no more are begun; 0: never */
	struct worker worker[WORKERS_MAX];
	size_t nworkers, busy;
	struct err e;
	bool failed;
};

static void feed(struct pool *p);

static void step(struct pool *p, const char *file, enum index_state state, const char *why)
{
	p->done++;
	if (p->p && p->p->step)
		p->p->step(p->p->arg, p->done, p->n, file, state, why);
}

/* What a worker could not do is remembered, so that it is not tried at each question. */
static void note_failure(struct worker *w, const struct child_result *r, struct buf *why)
{
	struct indexing *g = w->pool->g;
	struct slice rest = r->err, line = {0};

	slice_line(&rest, &line);
	slice_eat(&line, "verdict-index: ");
	if (r->timed_out)
		buf_addf(why, "it took more than %d seconds", WORKER_MS / 1000);
	else if (!r->exited)
		buf_addf(why, "verdict-index was ended by signal %d", r->signal);
	else
		buf_add_slice(why, slice_sub(line, 0, 400));
	if (index_begin(g->index, NULL) == 0)
		index_end(g->index, index_done(g->index, w->file, NULL, 0, w->order.id, buf_str(why), NULL) == 0, NULL);
}

static void ended(void *arg, const struct child_result *r)
{
	struct worker *w = arg;
	struct pool *p = w->pool;
	struct buf why = BUF_INIT;
	const char *said = NULL;
	enum index_state state;

	w->child = NULL;
	p->busy--;
	if (!r->exited || r->status != 0) {
		note_failure(w, r, &why);
		step(p, w->file, INDEX_FAILED, buf_str(&why));
	} else {
		state = index_state(p->g->index, w->file, w->order.id, p->a, &said);
		step(p, w->file, state, said);
	}
	buf_release(&why);
	feed(p);
}

static int start(struct worker *w)
{
	struct pool *p = w->pool;
	const char *const argv[] = {p->g->worker, NULL};
	struct buf job = BUF_INIT;
	struct child_request rq = {.argv = argv, .ms = WORKER_MS, .max_out = 4096, .max_memory = WORKER_MEMORY, .writes = true};

	write_job(p->g, w->file, &w->order, &job);
	rq.input = buf_slice(&job);
	w->child = child_start(p->loop, &rq, ended, w, &p->e);
	buf_release(&job);
	if (!w->child)
		return -1;
	p->busy++;
	return 0;
}

/* The next file that has to be indexed; false: there is none. */
static bool next_file(struct pool *p, struct worker *w)
{
	while (p->next < p->n) {
		const char *why = NULL;
		enum index_state state;

		w->file = p->files[p->next];
		if (p->end && loop_now() > p->end) {
			p->left += p->n - p->next;
			p->next = p->n;
			return false;
		}
		p->next++;
		if (!find_order(p->g, w->file, p->a, &w->order))
			continue;
		state = index_state(p->g->index, w->file, w->order.id, p->a, &why);
		if (state == INDEX_UNKNOWN || (state == INDEX_FAILED && p->p && p->p->again))
			return true;
		step(p, w->file, state, why);
	}
	return false;
}

/* Give work to those that have none; with nothing left and all at rest it is over. */
static void feed(struct pool *p)
{
	for (size_t i = 0; i < p->nworkers && !p->failed; i++)
		if (!p->worker[i].child && next_file(p, &p->worker[i]) && start(&p->worker[i]) < 0)
			p->failed = true;
	if (p->busy == 0)
		loop_stop(p->loop, 0);
}

int indexing_run(struct indexing *g, const char *const *files, size_t n, const struct indexing_progress *progress, size_t *left,
		 struct err *e)
{
	struct pool *p = xcalloc(1, sizeof *p);
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	int rc = 0;

	p->g = g;
	p->files = files;
	p->n = n;
	p->p = progress;
	p->a = arena_new();
	p->nworkers = cpus < 1 ? 1 : cpus > WORKERS_MAX ? WORKERS_MAX : (size_t)cpus;
	p->end = progress && progress->ms ? loop_now() + (int64_t)progress->ms * 1000 : 0;
	p->loop = loop_new(e);
	if (!p->loop) {
		rc = -1;
	} else {
		for (size_t i = 0; i < p->nworkers; i++)
			p->worker[i].pool = p;
		feed(p);
		if (p->busy)
			loop_run(p->loop);
		loop_free(p->loop);
	}
	if (p->failed) {
		*e = p->e;
		rc = -1;
	}
	if (left)
		*left = p->left;
	arena_free(p->a);
	free(p);
	return rc;
}
