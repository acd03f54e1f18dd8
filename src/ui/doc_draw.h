/* Rows of a document on the screen: each part in its role, code in its colours. */
#ifndef UI_DOC_DRAW_H
#define UI_DOC_DRAW_H

#include "ui/doc.h"
#include "ui/rows.h"

/*
 * Draw row `row` of the document as laid out in `rs` into the one row of `at`, `skip` cells of it scrolled out to the left.  Only what
 * shows is looked at, and a few kilobytes before it.
 */
void doc_draw_row(const struct doc *d, const struct rows *rs, size_t row, struct grid *g, struct rect at, unsigned skip);

#endif
