/* A place that a note points to (DESIGN §2), kept with its excerpt. */
#ifndef MODEL_PLACE_H
#define MODEL_PLACE_H

#include <stdint.h>

#include "base/buf.h"
#include "model/traj.h"

enum place_kind { PLACE_SPAN, PLACE_REPORT, PLACE_SOURCE, PLACE_KINDS };
struct place {
	enum place_kind kind;
	uint32_t seq;          /* SPAN */
	enum traj_field field; /* SPAN */
	char *member;          /* SPAN: of Args or Results, the member whose decoded text is meant; owned; or NULL */
	uint64_t from, to;     /* SPAN, REPORT: bytes of the decoded value, `to` exclusive */
	char *path;            /* SOURCE; owned */
	char *commit;          /* SOURCE; owned; NULL: commit unknown */
	uint32_t line_first, line_last; /* SOURCE */
	char *excerpt;         /* owned; at most PLACE_EXCERPT bytes of what stands there */
};
enum { PLACE_EXCERPT = 400, PLACES_MAX = 32 };
const char *place_kind_name(enum place_kind k); /* "span", "report", "source" */
void place_release(struct place *p);
void place_quote(struct place *p, struct slice text); /* the excerpt: the first PLACE_EXCERPT bytes, whole characters */
void place_copy(struct place *to, const struct place *from); /* overwrites `to` */

/* For people: "span 7 Thoughts", "span 8 Results.Output", "report", "kernel/audit.c:249", "kernel/audit.c:249-252". */
void place_words(struct buf *b, const struct place *p);

/* The same for the places of a note: "report and kernel/audit.c:249", "span 7 Thoughts and 2 more places". */
void places_words(struct buf *b, const struct place *p, size_t n);

#endif
