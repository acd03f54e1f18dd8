/* A directory that paths never leave: neither by "..", nor by an absolute path, nor by a symbolic link. */
#ifndef WORKSPACE_ROOT_H
#define WORKSPACE_ROOT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

struct root {
	char *dir; /* owned; as given, for messages and for programs that run there */
	int fd;
	const struct root *build; /* borrowed; where it is built, apart from the source, or NULL */
	const char *commit;       /* borrowed; any name of the one whose history is asked for; NULL: HEAD */
	bool walk; /* open by walking, where the kernel has no openat2(); links are refused altogether then */
};

/* -1: ERR_TOOL, no directory. */
int root_open(struct root *r, const char *dir, struct err *e);
void root_release(struct root *r);

/*
 * The path rule of the tools (syzkaller-workflow §4.1): clean `path` lexically, take an absolute one as relative to the
 * root.  `clean` gets the result without a leading '/', "." for the root.  -1: ERR_NO, in the words of the reference,
 * where what is left holds ".." anywhere, or a NUL.
 */
int root_clean(struct slice path, struct buf *clean, struct err *e);

/*
 * Open a cleaned path for reading; a fifo or device never blocks.  Links are followed as long as they stay below the root.
 * -1 with errno, EXDEV where the path leaves the root.
 */
int root_openat(const struct root *r, const char *clean);

/* root_clean() and root_openat(); -1: ERR_NO, "the `what` does not exist" and its like.  `what` is "file" or "directory". */
int root_open_path(const struct root *r, struct slice path, const char *what, struct err *e);

/* Read a whole regular file into `out` (cleared first; its ceiling holds).  -1: ERR_NO and a sentence. */
int root_read(const struct root *r, struct slice path, struct buf *out, struct err *e);

#endif
