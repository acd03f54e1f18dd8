/* Which files of a tree name something, by git grep: what narrows a question about code to the files worth parsing. */
#ifndef WORKSPACE_NAMING_H
#define WORKSPACE_NAMING_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "workspace/nearby.h"
#include "workspace/root.h"

enum naming_how {
	NAMING_WORD,     /* as a whole word */
	NAMING_OUTSIDE,  /* as a whole word in a line that begins at its first column with a letter or '}': about where it is defined */
	NAMING_INCLUDED, /* the file includes one of that name */
};

struct naming {
	const char **path; /* clean paths; in the arena */
	size_t n;
	bool more;         /* there are more than were asked for */
};

/*
 * The C files and headers below `prefix` ("" for all; a plain beginning of paths) that name `name`, the likely ones of `near` first.
 * -1: ERR_NO or ERR_TOOL.
 */
int naming_find(const struct root *r, const struct nearby *near, struct arena *a, enum naming_how how, const char *name, const char *prefix, size_t max,
		struct naming *out, struct err *e);

/* Lines instead of files: called for each, with clean path, number and text, until it returns false. */
int naming_lines(const struct root *r, const char *name, bool (*line)(void *arg, struct slice path, uint32_t number, struct slice text),
		 void *arg, struct err *e);

/* Is it an identifier of C? */
bool naming_is_identifier(struct slice s);

#endif
