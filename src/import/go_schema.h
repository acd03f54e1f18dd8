/*
 * What the maps of known tools, actions and agents hold: their keys, sorted, with types (syzkaller-workflow
 * §4).
 */
#ifndef IMPORT_GO_SCHEMA_H
#define IMPORT_GO_SCHEMA_H

#include <stdbool.h>

#include "base/slice.h"
#include "model/span.h"
#include "model/traj.h"

enum go_type {
	GO_TEXT,   /* any text */
	GO_WORD,   /* a text without blanks and brackets, may be empty */
	GO_NUMBER,
	GO_BOOL,
	GO_FILES,  /* array of file names, each with an extension that directory listings show */
	GO_DIRS,   /* array of directory names */
	GO_TEXTS,  /* array of texts: readable only where at most one is in it */
	GO_MAPS,   /* array of maps with the keys `of` */
};

/* In bytewise order of names, as Go prints maps; a list is ended by a NULL name. */
struct go_key {
	const char *name;
	enum go_type type;
	bool optional;
	const struct go_key *of; /* GO_MAPS */
};

enum { GO_KEYS = 16 }; /* the most that a list has, its end included */

enum go_form {
	GO_UNKNOWN,
	GO_KEYED,    /* go_schema.keys */
	GO_BOOLEANS, /* any names, every value true or false */
	GO_FLOW,     /* booleans around one text, Explanation; `keys` are the booleans after it, all needed */
};

struct go_schema {
	enum go_form form;
	const struct go_key *keys;
};

/* The schema of FIELD_ARGS or FIELD_RESULTS of such a span. */
struct go_schema go_schema(enum span_type type, struct slice name, enum traj_field f);

/* {"error": text}, which may stand in place of a tool's results (§1.5). */
extern const struct go_key go_error_keys[];

/* {"Answer": text}, what a sub-agent sets as its results where an agent sets booleans (§4.8). */
extern const struct go_key go_answer_keys[];

#endif
