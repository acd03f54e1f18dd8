/* Server-sent events out of bytes that come in any pieces (WHATWG event stream; llm-apis D.1). */
#ifndef NET_SSE_H
#define NET_SSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

struct sse;

/*
 * `event` is called for each event with its name (empty where none was given) and its data (the lines joined by LF, may
 * be empty); the slices last for the call, which must not free the parser.  `max`: bytes of one line and of one event's
 * data, not 0.  Free with sse_free().
 */
struct sse *sse_new(void (*event)(void *arg, struct slice name, struct slice data), void *arg, size_t max);
void sse_free(struct sse *s);

/* The next bytes.  -1: a line or an event passed `max`, now or before; nothing more is read. */
int sse_feed(struct sse *s, struct slice bytes);

/*
 * No more bytes will come.  An event that no blank line closed is passed on nevertheless, because servers forget that
 * line; whether its data is whole is for the receiver to see (it is JSON, or was cut off).  True where there was one.
 */
bool sse_end(struct sse *s);

/*
 * The lines that were no fields of an event stream, each with LF, at most 64 KiB of them: an error written as bare JSON
 * into the stream.  Complete after sse_end(); borrowed until the next call.
 */
struct slice sse_rest(const struct sse *s);

#endif
