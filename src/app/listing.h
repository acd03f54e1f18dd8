/*
 * The lines of a file of the source, as far as they are known: of the repository at the kernel's commit, where its text agrees with
 * what the agent's tools returned; else what they returned (DESIGN §3).
 */
#ifndef APP_LISTING_H
#define APP_LISTING_H

#include "app/session.h"

/* The commit that crashed: setting "commit", else the recording's; empty: not known. */
struct slice session_commit(const struct session *s);

enum listing_from { LISTING_NONE, LISTING_TOOLS, LISTING_COMMIT };

struct listing {
	enum listing_from from;
	bool waits;           /* the repository was asked: there may be more to know soon */
	bool late;            /* ... and git does not answer */
	const struct evidence_file *file; /* what tools returned and may be seen; NULL: nothing */
	struct slice commit;  /* in full, where the repository has it; else what was asked for, perhaps empty */
	bool found;           /* the commit was not known: it is one whose file is as the tools returned it */
	size_t n;             /* LISTING_COMMIT: lines of the file */
	struct slice *line;   /* of them, without line ends */
	size_t compared, differing; /* lines that tools returned, and those of them that the repository has otherwise at `commit` */
	struct slice fits;    /* `differing`, or it is not there: a commit whose file is as the tools returned it; empty: none is known */
	struct slice other;   /* `commit` was set, and the recording names this one, or its report this release; empty: the same, or none */
	bool unnamed;         /* nothing says which commit crashed */
	struct slice why;     /* why it is not the repository's text; empty: no repository is named, or no need to say */
};

/* All slices and the array are in `a`; `file` is borrowed as of evidence_file(). */
void listing_of(struct session *s, struct slice path, struct arena *a, struct listing *out);

/*
 * The same as `commit` has it, whatever tools returned: where they returned other text, none of it counts, as its lines are others.
 * What the commit does not have, or not yet, is as by listing_of().
 */
void listing_at_commit(struct session *s, struct slice path, struct slice commit, struct arena *a, struct listing *out);

enum { LISTING_FILES = 100 }; /* of a run that are looked at to tell one kernel from another */

/* The files that the run speaks of: of evidence, then of the report's frames; "?": of a frame without a place; empty: behind the last. */
struct slice listing_file_of_run(const struct session *s, size_t i);

/*
 * Has the repository, at the commit in use, other text than tools returned, in the first LISTING_FILES of them, or were files of these
 * removed there?  What it has of other files is of another kernel, too, then.  Adds to `*asks`: it was asked for some, so more may be known soon.
 */
bool listing_is_foreign(struct session *s, bool *asks);

/* A line, and how tools returned it (NULL: they did not, or it may not be seen); false: it is not known. */
bool listing_at(const struct session *s, const struct listing *l, uint32_t number, struct slice *text, const struct evidence_line **read);

/* The function that a line of a file lies in; false where the whole text is not known, or it lies in none. */
bool listing_function(struct session *s, struct slice path, uint32_t line, uint32_t *first, uint32_t *last);

#endif
