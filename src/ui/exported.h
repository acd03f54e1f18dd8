/* The reviewed verdict, or the spans, written to a file for other programs or for people. */
#ifndef UI_EXPORTED_H
#define UI_EXPORTED_H

#include "base/slice.h"

struct ui;

/* A path as typed, with the home directory for "~/"; owned by the caller. */
char *exported_path(struct slice typed);

/*
 * `args`: a format (export/export.h) and a path, with ~/ for the home directory.  A file that is there already is left alone.
 * Not while the review is blind, as all that is hidden would stand in it, nor before the recording is read.
 */
void exported_do(struct ui *ui, const char *args);

#endif
