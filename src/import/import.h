/* Recordings of any known form → struct run.  The form is found by content, never by name. */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include "base/blob.h"
#include "base/err.h"
#include "model/run.h"

/*
 * Forms that can be read in slices, so that a screen shows what is there while the rest is read, and so that a
 * recording can be read while another program writes it.  `im` is what begin() returned.
 */
struct import_slices {
	/* Make r->traj over the blob, which it owns; nothing is read yet. */
	void *(*begin)(struct blob *b, struct run *r);
	/* Read on to byte `upto`, or to the end of what is there.  1: there is more; 0: there is not; -1: ERR_INPUT. */
	int (*step)(void *im, uint64_t upto, struct err *e);
	uint64_t (*place)(const void *im); /* bytes read */
	/* Take of the last bytes what belongs to spans that are known already. */
	void (*tail)(void *im);
	/* Does what was read say that nothing will come after it? */
	bool (*ended)(void *im);
	/*
	 * Nothing more will come, and step() is called no more: tell what is torn, check.  1: there is more to check; 0: all
	 * was; -1: ERR_INPUT, it is no recording.
	 */
	int (*end)(void *im, struct err *e);
	void (*free)(void *im);
};

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
	const struct import_slices *slices; /* in place of read(), or NULL */
	/*
	 * How many runs it holds, at most IMPORT_MEMBERS: read() reads the one whose number is r->member.  NULL: always
	 * one.  -1: ERR_INPUT.
	 */
	int (*count)(struct blob *b, unsigned *n, struct err *e);
};

enum { IMPORT_HEAD = 64 * 1024, IMPORT_MEMBERS = 1000 };

/* The table, ended by a row with a NULL format. */
extern const struct importer importers[];

/*
 * Read the recording in `path` ("-" is standard input), completed and identified.  NULL: ERR_INPUT with the
 * file and the line or byte in the message.  The caller frees with run_free().
 */
struct run *import_file(const char *path, struct err *e);
struct run *import_blob(struct blob *b, struct err *e); /* takes the blob over */

/* The same for run `member` (from 0) of a recording that holds several: run.members says how many. */
struct run *import_member(struct blob *b, unsigned member, struct err *e);

/*
 * The same in slices.  import_begin() reads what a first screen needs: the first megabyte, and the last records for the
 * results; `*r` is complete as far as that goes, its id "" until all bytes were read.  It is the caller's, and must
 * outlive the import.  A small recording is read whole at once.  With `follow` the recording may be empty or torn, and
 * may grow.  NULL: ERR_INPUT.  Takes the blob over.
 */
struct import;
struct import *import_begin(struct blob *b, bool follow, struct run **r, struct err *e);
struct import *import_begin_member(struct blob *b, unsigned member, struct run **r, struct err *e);
void import_free(struct import *im);

/*
 * Read the next slice, which takes a few milliseconds.  1: there is more to do; 0: not now, or not any more; -1:
 * ERR_INPUT, and what was read stays in the run.  The run's texts, outputs and crash are filled anew when the end is
 * reached.
 */
int import_step(struct import *im, struct err *e);

/* All was read, and the run has its id. */
bool import_done(const struct import *im);

/* Bytes read, and bytes that are there. */
uint64_t import_place(const struct import *im);
uint64_t import_size(const struct import *im);

/* Following: is there more to read?  1; 0; or -1 where the file was cut or removed: what was read stays. */
int import_grow(struct import *im, struct err *e);

/* No more will come, whatever is still written: the next steps end the import. */
void import_freeze(struct import *im);

#endif
