/* Which line of a recording a byte is in, for messages. */
#ifndef IMPORT_LINES_H
#define IMPORT_LINES_H

#include <stdint.h>

#include "base/blob.h"
#include "base/diag.h"

/*
 * Lines are counted only where a message needs them, going on from the last place: as messages come in the
 * order of the bytes, all of them together read the recording once.
 */
struct lines {
	const struct blob *blob;
	const struct diags *diags; /* where the messages go: once that is full, nothing is counted any more */
	uint64_t at;               /* the newlines before this byte are counted */
	uint64_t newlines;
};

/* The line of the byte at `byte`, from 1; 0 where it is not known. */
uint64_t lines_of(struct lines *l, uint64_t byte);

#endif
