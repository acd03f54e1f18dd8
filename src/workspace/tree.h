/*
 * What a directory of kernel source is: which kernel, which commit, changed since or not.  A run records it, so that what the
 * agent read can be named later.  The working tree and its index are never touched.
 */
#ifndef WORKSPACE_TREE_H
#define WORKSPACE_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"
#include "source/git.h"

enum { TREE_ID = 65 }; /* a commit or tree in hexadecimal, SHA-1 or SHA-256, with its NUL */

struct tree {
	char *dir;          /* owned; absolute, without links */
	bool kernel;        /* it has a kernel's Makefile */
	char version[96];   /* of it: "6.18.0-rc4"; empty where it is no kernel tree */
	char *git_dir;      /* owned; NULL: not under git, and all below is empty */
	bool bare;          /* a repository without files: only a commit of it can be read */
	bool shallow;       /* history is cut: a missing commit may be older */
	char *objects;      /* owned; where its objects lie */
	char format[16];    /* of its ids: "sha1" or "sha256" */
	char commit[TREE_ID]; /* of HEAD; empty where nothing has been committed yet */

	/* after tree_snapshot() */
	char snapshot[TREE_ID]; /* the tree object: files that git tracks as they are now, and new ones that are not ignored */
	bool dirty;             /* it differs from the commit */
	bool kept;              /* the object was kept in the repository; false: it cannot be written to, only the id is known */
	size_t left_out;        /* new files that are too large for it */
	char *left_out_name;    /* owned; the first of them, or NULL */
};

/*
 * Look at `dir`; no program of the tree's own is started, and nothing is written.  -1: ERR_TOOL and a sentence: it is no
 * directory, or a .git in it is not usable.
 */
int tree_open(struct tree *t, const char *dir, struct err *e);
void tree_release(struct tree *t);

/* The version that a kernel's Makefile tells; false, and "": it is none. */
bool tree_version(struct slice makefile, char *version, size_t size);

/*
 * Is a release as a report tells it ("6.1.0-rc2-g0123456789ab+") one of that version?  One that is a name alone, as the dashboard's
 * "syzkaller", may be of any.
 */
bool tree_is_release(const char *version, struct slice release);

/* Is there a kernel's Makefile in `dir`?  `version` (may be NULL) gets its version. */
bool tree_is_kernel(const char *dir, char *version, size_t size);

/*
 * Take the snapshot.  -1: ERR_TOOL; a tree without git has none, and a bare repository neither.
 */
int tree_snapshot(struct tree *t, struct err *e);

/* Take it again and compare.  1: the files are others than then; 0: they are the same; -1: ERR_TOOL. */
int tree_changed(const struct tree *t, struct err *e);

/* Are the files of the tree, of those that git knows, exactly those of commit `id` (in full)? */
bool tree_is_at(const struct tree *t, const char *id);

/*
 * The full id of the commit that `name` (an id, its beginning, a tag, a branch) means here.  -1: ERR_TOOL: there is none, and
 * with which command it can be fetched.
 */
int tree_commit(const struct tree *t, const char *name, char id[TREE_ID], struct err *e);

/* How git is run on the repository of `t`, for the other files of this folder. */
struct git tree_git(const struct tree *t);

#endif
