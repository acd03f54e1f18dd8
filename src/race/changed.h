/* What the change of a value, that of the last access of a picture, is in the fields of a struct. */
#ifndef RACE_CHANGED_H
#define RACE_CHANGED_H

#include "race/picture.h"

/* The bytes that are known to have another value, or the same; 0: nothing is known of any. */
uint32_t changed_bytes(const struct picture *p);

/* Did any bit of that byte change?  Counted as by picture_offset(). */
bool changed_byte(const struct picture *p, int64_t byte);

/* Add "0x3 -> 0x7", "bit 2", "0 -> 1" of a field; false: none of its bits changed. */
bool changed_words(const struct picture *p, const struct member *m, struct buf *out);

/* With members: add a sentence that names the fields whose bits changed, where the access is not to one whole field. */
void changed_fields(const struct picture *p, struct buf *out);

#endif
