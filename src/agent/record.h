/*
 * The records of a journal, one after the other, with their fields: for resume and replay.  Memory is bounded by the
 * longest line.
 */
#ifndef AGENT_RECORD_H
#define AGENT_RECORD_H

#include "agent/journal.h"

enum record_kind {
	RECORD_HEAD, RECORD_SPAN, RECORD_EXCHANGE, RECORD_CONTROL, RECORD_END,
	RECORD_OTHER /* of a later version: passed over by whoever does not know it */
};

/* The field of its kind is filled; texts are borrowed until the next record_next(). */
struct record {
	enum record_kind kind;
	uint64_t line; /* from 1 */
	uint64_t at;   /* where the line begins, in bytes */
	struct journal_head head;
	struct span_out span;       /* a start record has finished WHEN_NONE */
	struct slice span_type;     /* its word, where span.type is SPAN_OTHER */
	struct journal_exchange exchange;
	struct journal_control control;
	struct journal_end end;
	struct slice raw; /* the whole line */
};

struct records;

/* Open a journal.  NULL: ERR_INPUT. */
struct records *records_open(const char *path, struct err *e);
void records_close(struct records *rs);

/*
 * The next record: 1; 0 at the end (records_torn() says whether a torn line stood there); -1, ERR_INPUT with line and
 * byte: it is no record, or the first is no head.  A line that is blank is passed over.
 */
int records_next(struct records *rs, struct record *r, struct err *e);
bool records_torn(const struct records *rs);

#endif
