/*
 * Files of a repository at a commit, straight from git's objects: no checkout.  Nobody waits: what is not here yet is asked for, and
 * a callback tells that something came.
 */
#ifndef SOURCE_REPO_H
#define SOURCE_REPO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/slice.h"
#include "sys/loop.h"

enum {
	REPO_CACHE = 32 << 20, /* bytes of files that are kept */
	REPO_FILES = 256,      /* answers that are kept */
};

enum repo_state {
	REPO_ASKED, /* not known yet: `news` will be called */
	REPO_HAVE,
	REPO_NONE,  /* there is none, and `why` says why */
};

struct repo;

/*
 * The repository of directory `dir`, with files, bare, or a part of one; `news` is called from the loop when an answer came.  No git
 * is started yet.  NULL: ERR_TOOL, `dir` is none.
 */
struct repo *repo_new(struct loop *l, const char *dir, void (*news)(void *arg), void *arg, struct err *e);
void repo_free(struct repo *r); /* no callback comes after; NULL: nothing */

const char *repo_dir(const struct repo *r); /* borrowed; absolute, without links */

/* Does git not answer for some seconds?  `news` is called when that begins or ends, too. */
bool repo_is_late(const struct repo *r);

/*
 * What was not there because its commit was not, or because git failed, is looked for again when it is asked for `again` microseconds
 * later: so what the reviewer fetches meanwhile shows.  Without this it is 5 seconds.
 */
void repo_patience(struct repo *r, int64_t again);

/* What is known; slices are borrowed until the next question, and none is NULL: */

/* The full id of the commit that `name` means: an id, its beginning, a tag, a branch. */
enum repo_state repo_commit(struct repo *r, struct slice name, struct slice *id, struct slice *why);

/*
 * The file `path` at a commit, as of repo_commit(); "./" in front does not matter.  Where it is not there, `why` tells what became of
 * it as soon as that is known.
 */
enum repo_state repo_file(struct repo *r, struct slice commit, struct slice path, struct slice *text, struct slice *why);

/*
 * Of a file that is not there, as repo_file() said: was it, before that commit?  Adds to `*asks`: that is not known yet, and `news` will
 * be called.
 */
bool repo_is_gone(struct repo *r, struct slice commit, struct slice path, bool *asks);

/* A commit, in full, that made the file `path` hold exactly `text`. */
enum repo_state repo_holder(struct repo *r, struct slice path, struct slice text, struct slice *id, struct slice *why);

/*
 * Of a commit, as of repo_commit() in full: all its files; the text files that hold each of `words` (identifiers, with blanks between
 * them) as a word of its own, `cut` where there are more of them; the lines for contents_may_paste().  Each name is ended by NUL.
 */
enum repo_state repo_names(struct repo *r, struct slice commit, struct slice *names, struct slice *why);
enum repo_state repo_holding(struct repo *r, struct slice commit, struct slice words, struct slice *names, bool *cut, struct slice *why);
enum repo_state repo_spread(struct repo *r, struct slice commit, struct slice words, struct slice *spread, struct slice *why); /* contents_spread() */
enum repo_state repo_pastes(struct repo *r, struct slice commit, struct slice *lines, struct slice *why);

#endif
