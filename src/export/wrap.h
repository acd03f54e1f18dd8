/*
 * Text as mail has it: lines of at most WRAP_COLUMNS, broken at blanks only, so that Markdown stays the same Markdown.  A word that
 * is longer stands alone; a word that would begin a list, a heading or a quote at the front of a line never does.
 */
#ifndef EXPORT_WRAP_H
#define EXPORT_WRAP_H

#include "base/buf.h"

enum { WRAP_COLUMNS = 72 };

/* Add one paragraph, without line end in it, behind `first` and, where it goes on, behind `next`; then a line end. */
void wrap_add(struct buf *b, struct slice first, struct slice next, struct slice text);

/*
 * Add text in Markdown behind `prefix` on every line, with control characters made visible.  Paragraphs, items and quotes of which a
 * line is too long are wrapped anew; what fits stays as it is, and so do code, tables and headings.  Blanks at its end are left out.
 */
void wrap_markdown(struct buf *b, const char *prefix, struct slice text);

#endif
