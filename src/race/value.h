/* What the change of a value says by itself: only what is certain (DESIGN §6). */
#ifndef RACE_VALUE_H
#define RACE_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* "0x3" as the report has it; false where it is no number of at most 8 bytes. */
bool value_read(struct slice text, uint64_t *v);

/*
 * Add a sentence about a change of `size` bytes (1, 2, 4 or 8), or nothing: bits that were set or cleared where they are few, a
 * pointer that came, went or changed, a counter that went on.
 */
void value_words(uint64_t was, uint64_t is, uint32_t size, struct buf *out);

#endif
