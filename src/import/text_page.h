/* A job page of the dashboard that was saved as text (syzkaller-workflow §8). */
#ifndef IMPORT_TEXT_PAGE_H
#define IMPORT_TEXT_PAGE_H

#include "import/import.h"

/* The parts of struct importer. */
bool text_page_sniff(struct slice head);
int text_page_count(struct blob *b, unsigned *n, struct err *e);
int text_page_read(struct blob *b, struct run *r, struct err *e);

/* A page is read whole: a larger one is refused. */
#define TEXT_PAGE_MAX ((size_t)256 << 20)

#endif
