/*
 * What stands above the trajectory of a saved page: job row, badges, text results, crash report (§8.1, §8.2).
 */
#ifndef IMPORT_TEXT_JOB_H
#define IMPORT_TEXT_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "model/outputs.h"

/* All slices are parts of the page; empty where it has no such thing. */
struct text_job {
	bool row; /* a job row was there and could be read */
	struct slice id, workflow, title, revision, error;
	int64_t created, started, finished; /* WHEN_NONE where absent */
	struct outputs badges;     /* of the row */
	struct outputs badge_line; /* of the line below it, or of the table of outputs */
	struct slice explanation;  /* up to the caption that follows, blank lines included */
	struct slice crash;        /* likewise */
	struct slice kernel_commit;
};

/* Is this the line of column names above the job row? */
bool text_job_header(struct slice line);

/* Is this a job row? */
bool text_job_row(struct slice line);

/*
 * Read `head`, the page up to its trajectory.  `explanation` (may be empty) is the one that the flow's
 * results hold: it tells where the section ends when a caption stands in the text.  Release in the end.
 */
void text_job_read(struct slice head, struct slice explanation, struct text_job *j);
void text_job_release(struct text_job *j);

/* "Benign: ✅ Confident: ❌": set what stands at the front of `s`. */
void text_job_badges(struct slice s, struct outputs *to);

/* Do the first words of `line` equal those of `words`?  Blanks between them do not matter. */
bool text_words(struct slice line, const char *words);

#endif
