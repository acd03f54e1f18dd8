/* Model → text.  Nothing here prints: everything is handed to a sink, piece by piece. */
#ifndef EXPORT_EXPORT_H
#define EXPORT_EXPORT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "model/review.h"
#include "model/run.h"

/* Takes a piece of output; non-zero ends the export with an error. */
typedef int (*export_sink)(void *arg, struct slice piece);

/* What an exporter may use. */
struct export_in {
	struct run *run;
	const struct events *events; /* never NULL; may be empty */
	const struct review *review; /* their fold */
	struct slice commit;         /* that the reviewer says has crashed; empty: it is taken from the run */
	struct slice racing;         /* what the accesses are to, in a sentence; may be empty */
	struct slice elsewhere;      /* what was decided on another recording of the job, in words; may be empty */
};

struct exporter {
	const char *name, *help;
	bool reading; /* meant for reading: hostile characters were made visible */
	int (*write)(const struct export_in *in, export_sink sink, void *arg, struct err *e);
};

/* json (verdict.review/1), markdown, spans; ended by a row with a NULL name. */
extern const struct exporter exporters[];
const struct exporter *exporter_find(const char *name); /* NULL where there is none */

/* `show --json` (verdict(1)): one object, keys in documented order. */
void export_show_json(struct buf *b, const struct export_in *in);

/* `show`: the same for people; `full` adds report, spans and texts.  Escaped. */
int export_show_text(const struct export_in *in, bool full, export_sink sink, void *arg, struct err *e);

/* `report --json` and `report`. */
void export_report_json(struct buf *b, const struct crash *c);
void export_report_text(struct buf *b, const struct crash *c);
void export_report_missing(struct buf *b, const struct crash *c); /* why a data race is not complete, in words; else nothing */
void export_report_add(struct json_w *w, const struct crash *c); /* the object alone, into a document */

#endif
