/* Named results of a run, and the words in which a boolean one is spoken of. */
#ifndef MODEL_OUTPUTS_H
#define MODEL_OUTPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

/* A boolean output: these are what is judged. */
struct output {
	char *name; /* owned */
	bool value;
};

struct outputs {
	struct output *o; /* owned; in bytewise order of names */
	size_t n, cap;
};

enum { OUTPUTS_MAX = 64 };

/* An output that a workflow names, and the words of its values: "benign", "harmful". */
struct output_words {
	const char *workflow, *name;
	const char *yes, *no; /* NULL: it is spoken of as "NAME yes", "NAME no" */
	bool asked;           /* the workflow gives it now; else only its older recordings have it */
};

/*
 * What the functions below know of outputs from now on; borrowed until the next call.  The program gives its workflows'
 * once, when it starts.  Of several rows for one name the first gives the words.
 */
void outputs_speak(const struct output_words *rows, size_t n);

/* Set all outputs that a workflow is asked for to false; nothing where it is not known. */
void outputs_of_workflow(struct outputs *os, struct slice workflow);

void outputs_release(struct outputs *os);

/* Add or change.  Ignored: one more past OUTPUTS_MAX, an empty name, a name with a NUL byte. */
void outputs_set(struct outputs *os, struct slice name, bool value);

/* Set all boolean members of a JSON object whose bytes passed json_check(); others are passed over. */
void outputs_set_json(struct outputs *os, struct slice object);
void outputs_drop(struct outputs *os, struct slice name); /* nothing where it is not there */
void outputs_copy(struct outputs *to, const struct outputs *from); /* `to` is released first */
bool outputs_equal(const struct outputs *a, const struct outputs *b);
const struct output *outputs_get(const struct outputs *os, struct slice name); /* NULL where there is none */

/*
 * Set from words such as "Benign=false" (true/false, yes/no, or the words of the output: benign/harmful), or
 * from such a word of an output alone ("harmful").  All is matched without regard to case; the output must be
 * one of `known`. -1 with ERR_USAGE that lists the known names.
 */
int outputs_parse(struct outputs *os, const struct outputs *known, struct slice word, struct err *e);

/* The word for one value: "benign", "harmful", "not confident", "Exploitable yes".  Added to `b`. */
void outputs_word(struct buf *b, const struct output *o);

/* All of them, joined by ", "; "no verdict" where there are none. */
void outputs_words(struct buf *b, const struct outputs *os);

#endif
