/*
 * Span JSON: one array of span records, events (start and finish) or merged spans (syzkaller-workflow §1.7).
 */
#ifndef IMPORT_SPAN_JSON_H
#define IMPORT_SPAN_JSON_H

#include "import/import.h"

/* The parts of struct importer. */
bool span_json_sniff(struct slice head);
int span_json_read(struct blob *b, struct run *r, struct err *e);

/* Ceilings: a longer record is skipped with a message; spans past the ceiling are left out with one. */
#define SPAN_RECORD_MAX ((uint64_t)256 << 20)
#define SPAN_COUNT_MAX ((size_t)16 << 20)

#endif
