/*
 * Where in the source something is that a text names.  What is known is what the tools returned and where the report's frames
 * are; an index of the kernel's code, once there is one, belongs behind these two functions.
 */
#ifndef APP_RESOLVE_H
#define APP_RESOLVE_H

#include "app/session.h"

struct target {
	bool found;
	struct slice path;    /* borrowed from the evidence or the crash, until the next evidence_step(); or the path that was asked for */
	uint32_t line;
	bool frame;           /* a frame of the report: number `index` of stack `stack` */
	unsigned stack;
	size_t index;
	bool by_looks;        /* a line that looks like a definition */
	size_t others;        /* files that the name fits as well */
};

/*
 * A file by its path, or by the end of it; a path may also have directories too many in front.  Of several the first that has
 * the line is taken.  `line` 0: none is asked for; then it is the line of the report's first frame in the file, else the first
 * line that is known.
 */
struct target resolve_file(const struct session *s, struct slice path, uint32_t line);

/*
 * A function, or another name at file scope: its definition, by its looks, among the lines that tools returned; else a frame of
 * the report that is in the function.
 */
struct resolve {
	char name[128];
	uint64_t moves;    /* of the trajectory, when it was begun: the evidence's files are other ones after the next */
	bool begun;
	size_t file, line; /* looked at next */
	struct target target; /* valid once resolve_step() said that it is done */
	bool have;         /* a line that was only grepped, in `grepped` */
	size_t grepped_file;
	uint32_t grepped_line;
};
void resolve_begin(struct resolve *r, struct slice name); /* cut to what `name` holds */
bool resolve_step(const struct session *s, struct resolve *r, int64_t us); /* for about `us` microseconds; true: there is more */

/* Is `line` the first one of what defines the function, macro, structure or variable `name`, by its looks? */
bool resolve_defines(struct slice line, struct slice name);

#endif
