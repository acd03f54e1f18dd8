/* One block of Markdown, which may hold others: lists, quotes, tables.  The one file that knows the parser. */
#ifndef UI_MARKDOWN_BLOCK_H
#define UI_MARKDOWN_BLOCK_H

#include "ui/markdown.h"

/* Lay out bytes `from` to `end` of `text`; a last line end is shown where it has none.  True where a table was shown. */
bool markdown_block(struct slice text, size_t from, size_t end, const struct markdown_sink *sink);

#endif
