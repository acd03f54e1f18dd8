/* One start or finish record of a span as JSON (syzkaller-workflow §1.1). */
#ifndef AGENT_SPAN_OUT_H
#define AGENT_SPAN_OUT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"
#include "base/when.h"
#include "model/span.h"

/* What is 0, or a slice without bytes, is left out, but for `args` and `results`, which are left out where p is NULL. */
struct span_out {
	uint32_t seq, nesting;
	enum span_type type;
	struct slice name, model;
	int64_t started, finished; /* µs; finished WHEN_NONE in a start record */
	struct slice error;
	struct slice args, results; /* raw JSON objects; an empty one, "{}", is kept */
	struct slice instruction, prompt, reply, thoughts;
	uint64_t tokens_in, tokens_out, tokens_thought;
};

/* Add the record, on one line, in the key order of §1.1.  -1, ERR_INPUT: `args` or `results` are no JSON object. */
int span_out_json(struct buf *b, const struct span_out *s, struct err *e);

/*
 * Add a value that came from outside as JSON to a line of ours: checked, and without the line ends that JSON allows
 * between values.  -1, ERR_INPUT, naming `what`.
 */
int span_out_raw(struct buf *b, struct slice raw, const char *what, struct err *e);

#endif
