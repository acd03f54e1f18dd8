/* The files that a command line names: words as they are, directories with all that lies below them. */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include <stddef.h>

#include "base/err.h"

struct files {
	char **path; /* owned */
	size_t n, cap;
};

/* Ceilings: of directories in one another, of files in all. */
enum { FILES_DEEP = 64, FILES_MAX = 1 << 20 };

/*
 * Add `word`: where it is a directory the regular files below it, in bytewise order of their paths; links
 * are not followed there.  -1: ERR_INPUT, a directory cannot be read, or a ceiling is passed; what was
 * found before is kept.
 */
int files_add(struct files *f, const char *word, struct err *e);
void files_release(struct files *f);

#endif
