/* Compressed files, known by their first bytes: gzip and zstd. */
#ifndef BASE_INFLATE_H
#define BASE_INFLATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

enum { INFLATE_MAGIC = 4 }; /* bytes that tell */

/* Do the first bytes of a file say that it is compressed? */
bool inflate_is(struct slice head);

/*
 * Decompress the seekable file `from`, from its first byte to its last, into `to`; `name` is for messages.
 * Several compressed parts in a row are joined.  `*size` is what was written.  -1, ERR_INPUT, with the byte
 * of `from`: the data are broken or cut, or would give more than `max` bytes.
 */
int inflate_file(const char *name, int from, int to, uint64_t max, uint64_t *size, struct err *e);

#endif
