/* Lines of a saved page that begin a span or one of its fields (syzkaller-workflow §8.3, §8.6). */
#ifndef IMPORT_TEXT_SPAN_H
#define IMPORT_TEXT_SPAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "model/span.h"
#include "model/traj.h"

/* In the order in which they may appear. */
enum text_label {
	LABEL_MODEL, LABEL_ERROR, LABEL_ARGS, LABEL_RESULTS, LABEL_INSTRUCTION, LABEL_PROMPT, LABEL_REPLY,
	LABEL_TOKENS, LABEL_THOUGHTS, LABELS
};

/* The field that a label's value is; FIELD_N for Model and Tokens, which belong to the header. */
enum traj_field text_label_field(enum text_label l);

/* Spans of a page are not nested deeper; real ones reach 6 or so. */
enum { TEXT_NESTING_MAX = 64 };

/* "7/2 2026/02/24 17:03 llm expert" */
struct text_head {
	int64_t started;
	uint32_t seq;
	uint16_t nesting;
	enum span_type type;
	struct slice name; /* of the line; may be empty */
};
bool text_head(struct slice line, struct text_head *h);

/* "1m Results:", "1m", "Results:" or an empty line: what follows the head. */
struct text_first {
	bool duration;
	int64_t minutes;
	enum text_label label; /* LABELS where there is none */
};
bool text_first(struct slice line, enum span_type type, struct text_first *f);

/* The label that is all of `line` and that this type of span may have, or LABELS. */
enum text_label text_label(struct slice line, enum span_type type);

/*
 * Can `rest` (all that comes behind the label's line, to the end of the page) begin with a value of this
 * label?  Where the page ends too early to tell, it can.
 */
bool text_value_fits(enum text_label l, struct slice rest);

/*
 * The value in `segment`, all bytes from behind its label's line to the next label, head or caption: up to
 * its last line that is not empty.  `*blank` is the number of empty lines behind that, one of which is the
 * page's own (§8.5).
 */
struct slice text_value(struct slice segment, size_t *blank);

/* The three numbers of a Tokens value: input, output, thoughts.  False where it is anything else. */
bool text_tokens(struct slice value, uint64_t n[3]);

/* May a span of type `child` be directly below one of type `parent`? */
bool text_may_contain(enum span_type parent, enum span_type child);

#endif
