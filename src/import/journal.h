/*
 * Journals, verdict.journal/1 (verdict-formats(7)): JSON lines with spans among other records.  Spans become the
 * trajectory; the first line gives id, workflow, inputs; the end gives the state; what the person did is told in messages.
 * While there is no end the run is running, or was interrupted.
 */
#ifndef IMPORT_JOURNAL_H
#define IMPORT_JOURNAL_H

#include "import/import.h"

bool journal_sniff(struct slice head);
extern const struct import_slices journal_slices;
extern const char journal_format[]; /* "journal" */

#endif
