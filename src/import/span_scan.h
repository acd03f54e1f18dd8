/*
 * The quick look at a span record: one pass that checks the JSON and takes the header, and copies nothing.  It
 * gives up on all that is out of the ordinary; span_record_head() then looks again and says what is wrong.
 */
#ifndef IMPORT_SPAN_SCAN_H
#define IMPORT_SPAN_SCAN_H

#include "import/span_record.h"

/*
 * Does `raw` begin with a sound span record whose header holds plain values?  Then `p` is its header (strings lie
 * in `raw`; body_at and body_len are left alone), `*unit` is raised to the precision of its times, `*end` is the byte
 * behind it and `*ascii` says that no byte above 0x7f is in it.
 */
bool span_scan(struct slice raw, struct span_put *p, enum when_unit *unit, size_t *end, bool *ascii);

#endif
