/*
 * The bytes of a recording, read in windows: a regular file, or anything else (pipe, terminal, memory) spooled
 * into an unlinked temporary file first, so that all readers may seek and none maps memory that can vanish.
 */
#ifndef BASE_BLOB_H
#define BASE_BLOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

struct blob;

/* The most that is spooled: an endless pipe or device must not fill the disk. */
#define BLOB_SPOOL_MAX (UINT64_C(4) << 30)

/*
 * Open `path`; "-" is standard input.  What is compressed (gzip, zstd) is decompressed: the blob holds what comes out.
 * NULL: ERR_INPUT.  Free with blob_free().
 */
struct blob *blob_open(const char *path, struct err *e);

/* A blob over a copy of `bytes`, called `name` in messages. */
struct blob *blob_memory(const char *name, struct slice bytes, struct err *e);

/* A second handle on the same open file, so that a replaced path changes nothing.  NULL: ERR_INPUT. */
struct blob *blob_dup(const struct blob *b, struct err *e);

/* Make `b` the `n` bytes at `at` of what it was; they must lie in it.  Returns `b`. */
struct blob *blob_part(struct blob *b, uint64_t at, uint64_t n);
void blob_free(struct blob *b);

/*
 * See whether another program has written more to the file.  1: it has, and blob_size() counts it; 0: it has not;
 * -1, ERR_INPUT: it is shorter than it was, or was removed.  What is no plain file does not grow.
 */
int blob_grow(struct blob *b, struct err *e);

/* Can it grow: is it a plain file, as it lies on disk? */
bool blob_grows(const struct blob *b);

const char *blob_name(const struct blob *b); /* the path, or "standard input" */
uint64_t blob_size(const struct blob *b);    /* bytes when it was opened */

/* Read `n` bytes at `at` into `out` (cleared first).  -1, ERR_INPUT, where they are not all there any more. */
int blob_read(const struct blob *b, uint64_t at, size_t n, struct buf *out, struct err *e);

/* Read all of it into `out`.  -1, ERR_INPUT, too where it is larger than `max` bytes, which are whole MiB. */
int blob_read_all(const struct blob *b, struct buf *out, size_t max, struct err *e);

#endif
