/*
 * The source of the functions in which a crash happened, as text for a prompt: of each access all inline helpers and the
 * function that they were called in.
 */
#ifndef WORKSPACE_RACING_H
#define WORKSPACE_RACING_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/crash.h"
#include "workspace/function.h"
#include "workspace/root.h"

enum {
	RACING_LINES = 200, /* of one function; of a longer one those around the line of the report */
	RACING_AROUND = 20, /* lines before and after one that lies in no function */
};

/*
 * Append the source as the tools show it, each function once, and a sentence for each place that cannot be shown.  Returns
 * for how many frames source was found.
 */
size_t racing_source(const struct root *r, const struct crash *c, struct buf *out);

/* Read the file of a frame; a path that begins with the folder of somebody's build is shortened to what is here. */
int racing_read(const struct root *r, const struct frame *f, struct buf *text, struct buf *path, struct err *e);

/*
 * Call `fn` for each frame in whose function the crash happened: of every access from the innermost to the call site, else the
 * one of the main stack that is at fault.
 */
void racing_frames(const struct crash *c, void (*fn)(void *arg, const struct frame *f), void *arg);

#endif
