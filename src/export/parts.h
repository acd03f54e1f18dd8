/* What several exporters write in the same way.  Private to this folder. */
#ifndef EXPORT_PARTS_H
#define EXPORT_PARTS_H

#include "base/json.h"
#include "export/export.h"

/* ---- JSON ---- */

/* Write checked JSON anew in the writer's own form: layout and escapes of the source are gone, the values are not. */
void part_copy(struct json_w *w, struct slice raw);

/* key and value; what is unknown is null */
void part_time(struct json_w *w, const char *key, int64_t us, enum when_unit unit);
void part_event_time(struct json_w *w, const char *key, const struct event *ev);
void part_outputs(struct json_w *w, const char *key, const struct outputs *os); /* null where there are none */
void part_tokens(struct json_w *w, const struct traj_totals *t);
void part_models(struct json_w *w, const struct run *r);
void part_reasons(struct json_w *w, const struct decision *d);
void part_annotations(struct json_w *w, const struct review *r);
void part_claims(struct json_w *w, const struct review *r); /* those that reviewers marked */
void part_evidence(struct json_w *w, struct run *r); /* what tools returned of the source */

/* ---- text ---- */

/* The title of the run, else of its report; a sentence where both have none. */
struct slice part_title(const struct run *r);

/* The commit that crashed: as the reviewer says, else among the inputs, else in the release of the report; empty where unknown. */
struct slice part_commit(const struct export_in *in);

/* "overridden: harmful; by ann, 2026-…", "conflict: ann says benign, bob says harmful".  Not escaped. */
void part_review_words(struct buf *b, const struct review *r);

/* "line 12: TEXT" of one message.  Not escaped. */
void part_diag(struct buf *b, const struct diag *d);

/* ---- sinks ---- */

/* Hand out what `b` holds and clear it. */
int part_flush(struct buf *b, export_sink sink, void *arg, struct err *e);

/* The exporters of the table in export.c. */
int export_review_json(const struct export_in *in, export_sink sink, void *arg, struct err *e);
int export_markdown(const struct export_in *in, export_sink sink, void *arg, struct err *e);
int export_spans(const struct export_in *in, export_sink sink, void *arg, struct err *e);

#endif
