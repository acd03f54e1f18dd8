/* One run under review: the run, what its tools showed, and what people said of it. */
#ifndef APP_SESSION_H
#define APP_SESSION_H

#include "app/app.h"
#include "app/offer.h"
#include "base/blob.h"
#include "model/evidence.h"
#include "model/review.h"
#include "model/run.h"
#include "model/walk.h"

struct live;

struct session {
	struct app *app;           /* borrowed */
	struct run *run;           /* owned, as all below */
	struct blob *recording;    /* the bytes that were imported */
	struct evidence *evidence;
	struct events events;
	struct review *review;     /* fold of events; never NULL */
	uint64_t folds;            /* how often they were folded: what was made of a review is good for one of them */
	struct offer offer;        /* of another recording of the job, while nothing of the reviewer's own stands here */
	bool stored;               /* the run is known to be in the store */
	bool journal;              /* opened from the store's journal of a run that was not sealed */
	bool unkept;               /* stored, but not these bytes: a journal that is not sealed */
	bool was_written;          /* opened to its end of now, while a program was writing it */
	struct live *live;         /* it is under way in this program; owned; NULL: it is not */
	struct recording_copy *copy; /* of a large recording that is not in the store yet, ahead of the decision; owned; or NULL */
	size_t kept;               /* the last so many of events are notes that are not saved yet */
	struct import *import;     /* what is still being read; NULL once all was */
	bool following;            /* another program may still write to the recording */
	bool caught_up;            /* all of it was read, and the evidence in it */
	char *draft_key;           /* of the file, for what is begun while the run has no id (app/draft.h); or NULL */
	unsigned draft_row;        /* which of the file's rows is this recording's, from 1; 0: that is not known yet */
	char draft_was[SHA256_HEX + 1]; /* hash of what was read or written there last; "": nothing is there */
	char *unread;              /* why the recording could not be read to its end; NULL: it was, or will be */
	struct walk walk;          /* through the run: what it has not passed is hidden while it is on and not at its end */
	bool blind;                /* what the model wrote is hidden until its reviewer has decided ... */
	bool seen;                 /* ... which is known to have come, or it was revealed: nothing is hidden from then on */
	uint64_t shown;            /* changes when what may be seen does: what was made of texts is good for one of them */
};

/*
 * The one gate: what of a run may be seen yet.  Panes, search, copy, export and lists ask it, and read texts of spans through
 * session_field() and session_member() only.  `part` is a field of span `span` (enum traj_field, by index; a span that is
 * not there shows nothing), or one of these: of a span, or of the run (span SESSION_RUN).
 */
#define SESSION_RUN SIZE_MAX
enum session_part {
	PART_SPAN = FIELD_N, /* of a span: that it is there; its type, name and start */
	PART_FINISH,         /* of a span: that it ended: when, with how many tokens, with an error */
	PART_STATE,          /* of the run: failed, done, how long it took */
	PART_TOTALS,         /* of the run: how many spans, tokens and errors */
	PART_OUTPUTS, PART_EXPLANATION,
	PART_ERROR,          /* of the run: its error, which may quote a model */
	PART_OTHERS,         /* of the run: what others decided and noted; else it is not even in `events`, `review`, `offer` */
	PART_CLAIMS,
	PART_ASIDES,         /* of a span: what a model was told in front of it */
	PART_ALL,            /* of the run: everything; false while anything is hidden */
};
bool session_may_show(const struct session *s, size_t span, unsigned part);

/* The walk was moved, or left. */
void session_walked(struct session *s);

/* Is there something that the walk has not passed? */
bool session_is_walking(const struct session *s);

/* Is it hidden what the model wrote, until the reviewer has decided? */
bool session_is_blind(const struct session *s);
bool session_is_blind_to(const struct session *s, size_t span, unsigned part); /* for that reason, not as a walk has not come there */

/*
 * Show all from now on, though the reviewer has not decided: an event says so, and `by` which command.  Nothing where
 * nothing is hidden.  -1: it cannot be recorded, and all stays hidden.
 */
int session_reveal(struct session *s, const char *by, enum event_via via, struct err *e);

/* Is this the tool by whose call a model gives its verdict? */
bool session_tool_is_verdict(struct slice name);

/* traj_field() and traj_member() behind the gate: what may not be seen is as if it were not there. */
int session_field(struct session *s, size_t i, enum traj_field f, struct slice *out, struct err *e);
int session_member(struct session *s, size_t i, enum traj_field f, const char *key, struct slice *out);

/* What the reviewer has decided on this run, where that stands; else NULL.  Borrowed from the review. */
const struct standing *session_own_decision(const struct session *s);

/* Is it a crash report alone, which no agent has looked at? */
bool session_is_bare(const struct session *s);

/* The run's, as far as they may be seen; else none.  Borrowed from the run. */
const struct outputs *session_outputs(const struct session *s);
struct slice session_explanation(const struct session *s);

/* A note on a span that may not be seen yet is not seen, too. */
bool session_shows_note(const struct session *s, const struct annotation *a);
size_t session_notes(const struct session *s); /* how many of the review's annotations are */

/* A line of source is seen once the result that it stands in is; NULL where no such result holds it. */
bool session_shows_line(const struct session *s, const struct evidence_line *l);
const struct evidence_line *session_line(const struct session *s, struct slice path, uint32_t line);
const struct evidence_file *session_evidence_file(const struct session *s, struct slice path); /* seen or not: for its spans */
const struct evidence_file *session_file(const struct session *s, struct slice path); /* some lines of it may be seen */

/*
 * Open a recording by file name ("-" is standard input) or a stored run by the beginning of its id or its job's id.  A
 * name that is a file, or has a '/', is a file.  Reads no events: session_reload() does.  NULL: ERR_INPUT or ERR_STORE.
 */
struct session *session_open(struct app *a, const char *what, struct err *e);
struct session *session_open_member(struct app *a, const char *what, unsigned member, struct err *e); /* see below */
void session_free(struct session *s);

/*
 * The same, but only what a first screen shows is read; the rest comes in steps.  With `follow`, `what` is a file that
 * another program may still write to.  Until all is read a run that is not from the store has no id: its events
 * cannot be read, no decision be made.  `member`, from 0, is the run of a file that holds several; a stored run is
 * found without.
 */
struct session *session_begin(struct app *a, const char *what, bool follow, struct err *e);
struct session *session_begin_member(struct app *a, const char *what, unsigned member, bool follow, struct err *e);
struct session *session_begin_row(struct app *a, const struct run_row *row, struct err *e);

/* Add a warning where the recording holds more runs: who opens a file must not take one of its runs for all. */
void session_tell_members(struct session *s);

/*
 * A few milliseconds of what is left: more of the recording, more evidence.  1: there is more to do; 0: not now; -1: the
 * recording cannot be read on (told once; what was read stays).
 */
int session_step(struct session *s, struct err *e);

/* Is the recording not read to its end yet?  True for one that is followed until it ends or is frozen. */
bool session_reading(const struct session *s);

/* How much of it is read, in percent. */
unsigned session_percent(const struct session *s);

/* Following: look whether there is more; as session_step(). */
int session_watch(struct session *s, struct err *e);

/* Follow no longer: what is there now is the recording.  session_step() then reads it to its end. */
void session_freeze(struct session *s);

/* Freeze, and take all the steps, so that the run has its id; 0, or -1 where the recording cannot be read. */
int session_finish(struct session *s, struct err *e);

/* Are there notes that are not saved yet: they wait for the run's id, or could not be saved when it had come? */
bool session_keeps(const struct session *s);

/* 0 where a decision may be made: the recording was read to its end.  Else -1 with what to do. */
int session_may_decide(const struct session *s, struct err *e);

/* Read the events of the run from the store, where there is one, and fold them; find what is offered. */
int session_reload(struct session *s, struct err *e);

/*
 * A decision is begun: where the recording is large and not in the store yet, copy a part of it there ahead, so that saving
 * does not take the time.  1: there is more to copy; 0: no, also where it cannot be: saving will say why.
 */
int session_ahead(struct session *s);

/* Take the recording into the store where it is not there yet. */
int session_take(struct session *s, bool *added, struct err *e);

/*
 * Save; each returns 0 only when it is on disk, and the fold is up to date then.
 *
 * Decisions are checked by decide_check() first; blind ones are marked so, whatever `d` says, and judge: there is nothing to approve
 * or override.  `settle` says that it was made on sight of the other reviewers' standing decisions and supersedes them, else a
 * different outcome is a conflict.
 *
 * While a recording is followed a note is kept in memory and shown (session_annotate() returns 1, as do edit and remove then); it is
 * saved when the recording ends or is frozen, else with whatever is saved next, and until then draft_put() keeps it; ERR_USAGE where
 * what waits would become too much for that.
 *
 * Undo and redo fail with ERR_NO where there is nothing of one's own to take back, edit and remove where the note is another
 * reviewer's or gone; `done` (may be NULL) gets the words of what was undone.  An edit that changes nothing saves nothing.
 */
int session_decide(struct session *s, const struct decision *d, bool settle, enum event_via via, struct err *e);
int session_annotate(struct session *s, const struct place *places, size_t n, struct slice text, enum event_via via,
		     struct err *e);
/* The reviewer says of the claim at places[0], whose `check` was shown, what it is; the other places pin it to source.  Not while followed. */
int session_mark_claim(struct session *s, enum claim_mark mark, enum claim_state check, const struct place *places, size_t n,
		       enum event_via via, struct err *e);
int session_edit(struct session *s, const char *annotation, struct slice text, enum event_via via, struct err *e);
int session_remove(struct session *s, const char *annotation, enum event_via via, struct err *e);
int session_undo(struct session *s, enum event_via via, struct buf *done, struct err *e);
int session_redo(struct session *s, enum event_via via, struct buf *done, struct err *e);

#endif
