/*
 * Where the parts of a saved page lie: what stands above the trajectory, the heads of its spans, its end
 * (§8.1, §8.6).
 */
#ifndef IMPORT_TEXT_HEADS_H
#define IMPORT_TEXT_HEADS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "import/text_chain.h"
#include "import/text_span.h"

struct text_heads {
	struct slice text; /* the whole page, borrowed */
	struct text_cand *cand;
	size_t ncand, cap_cand;
	struct text_chain chain; /* of the candidates: the spans */
	size_t top; /* the job's part ends here */
	size_t end; /* the last span ends here */
	bool cut;   /* no summaries stand behind it: the page is not whole */
};

/* Find them in `text`, which must outlive the result.  Release in the end. */
void text_heads_find(struct slice text, struct text_heads *t);
void text_heads_release(struct text_heads *t);

/* The `i`-th span: its candidate, its head line, and all that stands behind that. */
const struct text_cand *text_heads_cand(const struct text_heads *t, size_t i);
struct text_head text_heads_head(const struct text_heads *t, size_t i);
struct slice text_heads_body(const struct text_heads *t, size_t i);

/* Is this the line of column names above the spans? */
bool text_heads_columns(struct slice line);

#endif
