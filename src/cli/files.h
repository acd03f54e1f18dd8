/* The files that a command line names: words as they are, directories with all that lies below them. */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include <stddef.h>

#include "base/err.h"

struct file {
	char *path; /* owned, as all below */
	char *why;  /* a directory that could not be read, with the reason; NULL: a file */
};
struct files {
	struct file *file;
	size_t n, cap;
};

/* Ceilings: of directories in one another, of files in all. */
enum { FILES_DEEP = 64, FILES_MAX = 1 << 20 };

/*
 * Add `word`: where it is a directory the regular files below it, in bytewise order of their paths; links
 * are not followed there, and a directory that cannot be read hides no other: it is listed with the reason.  -1:
 * ERR_INPUT, too many files; what was found before is kept.
 */
int files_add(struct files *f, const char *word, struct err *e);
void files_release(struct files *f);

#endif
