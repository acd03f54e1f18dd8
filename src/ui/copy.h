/* Copying to the clipboard of the terminal. */
#ifndef UI_COPY_H
#define UI_COPY_H

#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

struct ui;

enum { COPY_BYTES = 48 * 1024 }; /* at most: terminals take some 70 KiB of base64 */

/*
 * Add `s` as it may be pasted into a shell: printing characters, blanks, tabs and line ends as they are.  Control characters,
 * those that hide or turn text around, and bytes that are no UTF-8 are left out, and so are line ends at the end.  Returns how
 * many characters were left out, those line ends not counted.
 */
size_t copy_clean(struct buf *b, struct slice s);

void copy_do(struct ui *ui, const char *args); /* the selection, else the line that the cursor is on */

#endif
