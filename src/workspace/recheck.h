/*
 * Lines that another program read by their paths, looked up again below the root: a directory of the tree that is replaced by a link
 * while that program runs, and put back before its answer is looked at, would have it read what lies outside.
 */
#ifndef WORKSPACE_RECHECK_H
#define WORKSPACE_RECHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "workspace/root.h"

struct recheck {
	const struct root *r; /* borrowed */
	struct buf name;      /* of the file that is open */
	int fd;               /* -1: none */
	uint64_t line;        /* the one that is being read, from 1 */
	size_t at, n;         /* of the block: read so far, and there */
	char block[32 * 1024];
};

enum { RECHECK_BYTES = 512 }; /* of a line that are compared */

void recheck_init(struct recheck *c, const struct root *r);
void recheck_release(struct recheck *c);

/*
 * Is line `number` (from 1) of the file `name`, a clean path, `text`?  Cheap where files and lines come in order.  What does not lie below
 * the root, or is no regular file, has no lines.
 */
bool recheck_line(struct recheck *c, struct slice name, uint64_t number, struct slice text);

#endif
