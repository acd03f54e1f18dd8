/*
 * The forms of tool results that hold source (syzkaller-workflow §4), one reader a tool.  Part of evidence.
 *
 * git-show is none of them: a patch, or a file at ID:PATH, is source of another commit, whose lines have other numbers.  To
 * count it as a reading of the source that crashed would be wrong more often than right.  git-log and the indexes name
 * things, but show no line; nor does struct-layout, of which is only kept that it returned something.
 */
#ifndef MODEL_EVIDENCE_READ_H
#define MODEL_EVIDENCE_READ_H

#include "model/evidence.h"

enum evidence_result {
	EVIDENCE_TOOK,     /* understood; perhaps there was nothing in it */
	EVIDENCE_UNREAD,   /* some of it was not understood; what was is taken */
	EVIDENCE_UNPLACED, /* source, but nothing says of which file */
};

/* Read the results of span `i`, which is finished and did not fail. */
typedef enum evidence_result evidence_reader(struct evidence *ev, struct traj *t, size_t i);

/* NULL: the tool returns no source. */
evidence_reader *evidence_reader_of(struct slice tool);

/* For readers: a line of `path`, whose text is copied; and: one result held the file from its first line to its end. */
void evidence_add(struct evidence *ev, struct slice path, const struct evidence_line *l);
void evidence_add_whole(struct evidence *ev, struct slice path);
void evidence_add_layout(struct evidence *ev, size_t i); /* span `i` returned one */

#endif
