/*
 * Span JSON: span records, events (start and finish) or merged spans (syzkaller-workflow §1.7), in one array or one a
 * line.
 */
#ifndef IMPORT_SPAN_JSON_H
#define IMPORT_SPAN_JSON_H

#include "import/import.h"

/* The parts of struct importer, for the array and for lines. */
bool span_json_sniff(struct slice head);
bool span_lines_sniff(struct slice head);
extern const struct import_slices span_json_slices, span_lines_slices;
extern const struct import_slices span_any_slices; /* one or the other, as the first byte will tell */

/* Ceilings: a longer record is skipped with a message; spans past the ceiling are left out with one. */
#define SPAN_RECORD_MAX ((uint64_t)256 << 20)
#define SPAN_COUNT_MAX ((size_t)16 << 20)

#endif
