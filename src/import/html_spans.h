/* The spans of a job page out of its table: what is left where the data in its script are missing (§7.6). */
#ifndef IMPORT_HTML_SPANS_H
#define IMPORT_HTML_SPANS_H

#include "import/html_doc.h"
#include "model/run.h"

/*
 * Make r->traj and put the rows of the trajectory's table into it.  -1, ERR_INPUT, where no spool file can
 * be made.
 */
int html_spans_read(const struct html_doc *d, struct run *r, struct err *e);

#endif
