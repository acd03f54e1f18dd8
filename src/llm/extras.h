/*
 * Members of a streamed object that are not known here and go back as they came: reasoning in its many names, signatures
 * in extra_content, and what a server adds tomorrow (llm-apis B.5).
 */
#ifndef LLM_EXTRAS_H
#define LLM_EXTRAS_H

#include <stdbool.h>

#include "base/json.h"

/* All zeroes is none. */
struct extras {
	struct extra *e; /* owned */
	size_t n, cap;
	bool over; /* more members, or bytes, than are kept */
};

/* Put together what came in pieces: texts and arrays grow, of other values the last one counts, null says nothing. */
void extras_add(struct extras *x, struct arena *a, struct slice key, struct slice value);
void extras_write(const struct extras *x, struct json_w *w); /* as members */
void extras_release(struct extras *x);

#endif
