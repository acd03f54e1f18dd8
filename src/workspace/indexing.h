/*
 * Having files of a tree indexed: which are compiled and how, the index that belongs to tree and configuration, and the
 * workers that fill it, one process a file, so that one that crashes or hangs costs its file only.
 */
#ifndef WORKSPACE_INDEXING_H
#define WORKSPACE_INDEXING_H

#include "index/commands.h"
#include "index/index.h"
#include "workspace/root.h"

/* When an index is begun, those used longest ago that go beyond this are deleted, unless they are in use. */
enum { INDEXING_KEEP = 64 };
#define INDEXING_BYTES (INT64_C(4) << 30)

struct indexing {
	const struct root *root;
	char *dir, *build;         /* owned; absolute, without links; build is NULL where there is none apart */
	char *worker;              /* owned; the program */
	bool fixed;                /* its source never changes: what was found in it once holds */
	char *path;                /* owned; of the index */
	int lock;                  /* held as long as it is in use: nobody deletes it meanwhile; -1: there is none */
	struct commands *commands;
	struct index *index;
};

/*
 * Open the index of a tree: $XDG_CACHE_HOME/verdict/index/ID.db, ID from the tree's directory and its configuration.  Files that
 * have changed since are indexed again when they are asked for.  -1: ERR_NO, it cannot be had: verdict-index is not installed,
 * or nothing says how files are compiled; ERR_TOOL: something is broken.
 */
int indexing_open(struct indexing *g, const struct root *r, struct err *e);
void indexing_release(struct indexing *g);

struct indexing_progress {
	void (*step)(void *arg, size_t done, size_t total, const char *file, enum index_state state, const char *why); /* may be NULL */
	void *arg;
	bool again;  /* also files that could not be indexed as they are now: what stood in the way then may be gone */
	unsigned ms; /* no file is begun later than this; 0: whatever it takes */
};

/*
 * What became of `file` when it was indexed, as of index_recorded(): for a file that was found to be as it was, or has just been
 * indexed.
 */
enum index_state indexing_state(struct indexing *g, const char *file, struct arena *a, const char **why);

/*
 * Index the files (clean paths in the tree) that are not indexed as they are, several at a time.  `left` (may be NULL) gets
 * how many there was no time for.  -1: ERR_TOOL, no worker can be started.
 */
int indexing_run(struct indexing *g, const char *const *files, size_t n, const struct indexing_progress *p, size_t *left, struct err *e);

/*
 * Something that `file` includes was not there and is now: forget it, and where `why`, its first error, names a header that wanted it,
 * that one with all that include it.  -1: ERR_TOOL.
 */
int indexing_forget(struct indexing *g, const char *file, const char *why, struct err *e);

#endif
