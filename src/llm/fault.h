/* An error as a provider words it, taken apart: whatever of the many forms of llm-apis A.11 and B.7 the body has. */
#ifndef LLM_FAULT_H
#define LLM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"

/* What of an error is looked at; all slices lie in the arena or in the body; what was not said is empty or 0. */
struct llm_fault {
	struct slice message; /* a sentence for people; of a page of HTML its title */
	struct slice code;    /* error.code, where it is a word */
	struct slice type;    /* error.type */
	struct slice status;  /* error.status, as RESOURCE_EXHAUSTED */
	struct slice reason;  /* of Google's ErrorInfo, as API_KEY_INVALID */
	struct slice param;   /* the member of the request that it is about */
	long http;            /* error.code, where it is an HTTP status */
	bool html;            /* the body is a page, not an answer of the API */
	bool daily;           /* a quota of a day is used up: a wait of seconds does not help, whatever else is said */
	bool minute;          /* a quota of a minute is */
	int64_t wait_us;      /* to wait, by the body */
	uint64_t limit;       /* tokens that the model takes */
};

/* Read the body of an answer with an error status. */
void llm_fault_read(struct llm_fault *f, struct arena *a, struct slice body);

/*
 * Read an object that stands in a stream.  False where it holds no error: no member "error" that is anything but null,
 * false or an empty text.
 */
bool llm_fault_in(struct llm_fault *f, struct arena *a, struct slice object);

/* Does one of the fault's words or its message hold `word` (lower case), letters of either case? */
bool llm_fault_has(const struct llm_fault *f, const char *word);

/* Eat a duration such as "26s", "0.5s", "500ms", "6m0s" from the front of `*s`; false where there is none. */
bool llm_duration(struct slice *s, int64_t *us);

#endif
