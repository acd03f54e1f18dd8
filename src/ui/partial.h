/* What the agent's tools returned of a source file, as a file: each line where it stands in the whole one. */
#ifndef UI_PARTIAL_H
#define UI_PARTIAL_H

#include <stddef.h>

#include "app/session.h"

enum { PARTIAL_LINES = 1000000 }; /* what lies behind is left out: a grep hit may name any line */

/*
 * The lines of `path` that may be seen; the others are empty, and the first of them says that the file is not whole.  How many
 * lines were returned, 0 for a file that nobody read; `*whole` is true where none are missing.
 */
size_t partial_text(const struct session *s, struct slice path, struct buf *out, bool *whole);

struct ui;

/* The file under the cursor of Source, or that it shows, in the editor, at that line; says why where there is none. */
void partial_look(struct ui *ui);

#endif
