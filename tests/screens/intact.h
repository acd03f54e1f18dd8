/* What must hold of every screen, whatever it shows. */
#ifndef TESTS_SCREENS_INTACT_H
#define TESTS_SCREENS_INTACT_H

#include <stdbool.h>

#include "base/buf.h"

struct ui;

/*
 * Look at the grid as it was drawn last: cells hold what a terminal can show (`ascii`: one without UTF-8), wide characters are
 * whole, the cursor is on the screen, and nothing breaks through the frames of panes and views.  What is wrong first stands in
 * `why`; nothing where all is well.
 */
void intact(const struct ui *ui, bool ascii, struct buf *why);

#endif
