/* How the files of a kernel are compiled: compile_commands.json, and what of it a parser of their C needs. */
#ifndef INDEX_COMMANDS_H
#define INDEX_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"
#include "index/index.h"

struct commands;

/*
 * Open `path`, the list of a tree whose files lie below `source` (absolute, without links).  Files elsewhere are left out.  What
 * it says is kept in the index `x`, borrowed, and taken from there as long as the list has not changed: it has megabytes, and a
 * question has milliseconds.  NULL: ERR_NO, there is no such file; ERR_INPUT, it is none; ERR_TOOL, of the index.
 */
struct commands *commands_open(struct index *x, const char *path, const char *source, struct err *e);
void commands_free(struct commands *c);

/* The files, each once, relative to the source tree, in the order of the list; ended by NULL, in `a`. */
size_t commands_count(const struct commands *c);
bool commands_none(const struct commands *c);
const char *const *commands_files(const struct commands *c, struct arena *a);

struct command {
	const char *dir;  /* where it runs, absolute */
	char **flags;     /* that change what the source means; ended by NULL */
	bool own;         /* false: they are those of a file nearby, because this one is not in the list */
};

bool commands_has(const struct commands *c, struct slice file);

/* How `file` is compiled; what is handed out lies in `a`.  False where the list is empty, or not any more as it was opened. */
bool commands_find(const struct commands *c, struct arena *a, struct slice file, struct command *out);

#endif
