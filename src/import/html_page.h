/*
 * A saved web page: a job of the dashboard, or the stand-alone trajectory of an agent (syzkaller-workflow
 * §7.6).  The data in its script are taken; its table where they are missing.
 */
#ifndef IMPORT_HTML_PAGE_H
#define IMPORT_HTML_PAGE_H

#include "import/import.h"

/* The parts of struct importer. */
bool html_page_sniff(struct slice head);
int html_page_read(struct blob *b, struct run *r, struct err *e);

#define HTML_PAGE_MAX ((size_t)256 << 20)

#endif
