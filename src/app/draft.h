/*
 * What a reviewer has begun on a run and not saved.  It is kept under the run's id; a recording that still grows has none:
 * what is written on it is kept under its file, and moves to the run when that has its id.  Other recordings may come to lie
 * in the same file, and other programs write on the same one: each has a row of its own there, and none takes another's.
 */
#ifndef APP_DRAFT_H
#define APP_DRAFT_H

#include "app/session.h"

struct draft {
	bool open; /* a decision is begun */
	struct decision decision;
	struct buf note;      /* the text of a note that is begun */
	struct place *places; /* of the note; owned, PLACES_MAX at most */
	size_t nplaces;
	bool collected;       /* the places were chosen one by one: they stay, also while there is no text */
	char edits[SHA256_HEX + 1]; /* the annotation whose text the note will be; "": it will be one of its own */
	struct buf steer;     /* a message to the agent that is begun */
};
void draft_release(struct draft *d);

/* Is a note begun: a text, or places that were chosen for it? */
bool draft_has_note(const struct draft *d);

/* A copy of `p` becomes a place of the note; false where it has PLACES_MAX of them. */
bool draft_add_place(struct draft *d, const struct place *p);

void draft_drop_place(struct draft *d, size_t i);

/* The note is saved, or given up. */
void draft_forget_note(struct draft *d);

/* The key of a file, by its path as the system resolves it; freed by the caller.  NULL where there is no such file. */
char *draft_file_key(const char *path);

/* Can a draft be kept now?  What comes by a pipe must have been read to its end. */
bool draft_may_put(const struct session *s);

/*
 * Keep it, and with it the notes that are not saved yet, where they cannot be saved now; NULL, or an empty one, is removed
 * where no note waits.  What cannot be kept before the run has its id is read to its end first.  -1: ERR_STORE, ERR_INPUT.
 */
int draft_put(struct session *s, const struct draft *d, struct err *e);

/* 1 and `d` (released first), 0 where there is none, or -1. */
int draft_get(struct session *s, struct draft *d, struct err *e);

/* What draft_put() wrote, checked JSON, into `d` (released first): 1, or -1 with ERR_STORE. */
int draft_read(struct slice raw, struct draft *d, struct err *e);

/*
 * Take up what was kept by a program that ended before it could save: notes, saved at once where the run has its id now,
 * and the draft, for draft_get(), where nothing else is begun on the run.  What was kept under the file stays there where the
 * file does not begin as it did then, and where it is begun words that have no room.  Returns how many notes came back, or -1.
 */
int draft_recover(struct session *s, struct err *e);

#endif
