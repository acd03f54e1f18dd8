/* One span record in JSON (syzkaller-workflow §1.1): its header for the trajectory, and its texts. */
#ifndef IMPORT_SPAN_RECORD_H
#define IMPORT_SPAN_RECORD_H

#include "base/arena.h"
#include "base/err.h"
#include "base/slice.h"
#include "base/when.h"
#include "model/traj.h"

enum { SPAN_NESTING_MAX = 1000 };

/*
 * Read the header out of `raw`, which passed json_check(); body_at and body_len are left alone.  Strings lie
 * in `raw` or in `a`.  `*unit` is raised to the precision of its times.  0; -1 where it is no span record,
 * the reason in `e`.  What was odd but could be worked with is named in `*odd` (a static text), else NULL.
 */
int span_record_head(struct arena *a, struct slice raw, struct span_put *p, enum when_unit *unit,
		     const char **odd, struct err *e);

/*
 * The same for a record as the dashboard writes it (§7.6): Duration in place of Finished, Args and Results
 * in strings, every key there.
 */
int span_record_page_head(struct arena *a, struct slice raw, struct span_put *p, enum when_unit *unit,
			  const char **odd, struct err *e);

/* Fill `b` from `raw`, which passed json_check() and lives as long as b->arena. */
void span_record_body(struct slice raw, struct body *b);

/*
 * The same for a dashboard's record of a span of this type and name; Args and Results are decoded by
 * go_map_decode().
 */
void span_record_page_body(struct slice raw, enum span_type type, struct slice name, struct body *b);

#endif
