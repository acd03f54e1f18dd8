/* One run under review: the run, what its tools showed, and what people said of it. */
#ifndef APP_SESSION_H
#define APP_SESSION_H

#include "app/app.h"
#include "base/blob.h"
#include "model/evidence.h"
#include "model/review.h"
#include "model/run.h"

struct session {
	struct app *app;           /* borrowed */
	struct run *run;           /* owned, as all below */
	struct blob *recording;    /* the bytes that were imported */
	struct evidence *evidence;
	struct events events;
	struct review *review;     /* fold of events; never NULL */
	bool stored;               /* the run is known to be in the store */
};

/*
 * Open a recording by file name ("-" is standard input) or a stored run by the beginning of its id or its job's id.  A
 * name that is a file, or has a '/', is a file.  Reads no events: session_reload() does.  NULL: ERR_INPUT or ERR_STORE.
 */
struct session *session_open(struct app *a, const char *what, struct err *e);
struct session *session_open_row(struct app *a, const struct run_row *row, struct err *e);
void session_free(struct session *s);

/* Read the events of the run from the store, where there is one, and fold them. */
int session_reload(struct session *s, struct err *e);

/* Take the recording into the store where it is not there yet. */
int session_take(struct session *s, bool *added, struct err *e);

/*
 * Save; each returns 0 only when it is on disk, and the fold is up to date then.  Decisions are checked by decide_check()
 * first; `settle` says that it was made on sight of the other reviewers' standing decisions and supersedes them, else a
 * different outcome is a conflict.  Undo and redo fail with ERR_NO where there is nothing of one's own to take back; `done` (may be NULL) gets the
 * words of what was undone.
 */
int session_decide(struct session *s, const struct decision *d, bool settle, enum event_via via, struct err *e);
int session_annotate(struct session *s, const struct place *places, size_t n, struct slice text, enum event_via via,
		     struct err *e);
int session_remove(struct session *s, const char *annotation, enum event_via via, struct err *e);
int session_undo(struct session *s, enum event_via via, struct buf *done, struct err *e);
int session_redo(struct session *s, enum event_via via, struct buf *done, struct err *e);

/*
 * What the reviewer has begun on the run and not saved: a decision (where `open`), the text of a note.  Getting: 1 and
 * `d`, 0 where there is none, or -1.  Putting NULL, or an empty one, removes it.
 */
struct draft {
	bool open; /* a decision is begun */
	struct decision decision;
	struct buf note;
};
void draft_release(struct draft *d);
int session_draft_put(struct session *s, const struct draft *d, struct err *e);
int session_draft_get(struct session *s, struct draft *d, struct err *e);

#endif
