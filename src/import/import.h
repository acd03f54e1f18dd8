/* Recordings of any known form → struct run.  The form is found by content, never by name. */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include "base/blob.h"
#include "base/err.h"
#include "model/run.h"

/* An importer: one row a form. */
struct importer {
	const char *format; /* for people: "text page" */
	/* Does this look like it?  `head`: the first IMPORT_HEAD bytes (or all). */
	bool (*sniff)(struct slice head);
	/*
	 * Read the recording into `r` (fresh; r->traj is made here; job fields, spans, diags filled; not
	 * completed).  Takes the blob over in any case.  -1: ERR_INPUT.
	 */
	int (*read)(struct blob *b, struct run *r, struct err *e);
};

enum { IMPORT_HEAD = 64 * 1024 };

/* The table, ended by a row with a NULL format. */
extern const struct importer importers[];

/*
 * Read the recording in `path` ("-" is standard input), completed and identified.  NULL: ERR_INPUT with the
 * file and the line or byte in the message.  The caller frees with run_free().
 */
struct run *import_file(const char *path, struct err *e);
struct run *import_blob(struct blob *b, struct err *e); /* takes the blob over */

#endif
