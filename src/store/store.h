/*
 * The local store (DESIGN §5): SQLite for runs and events, a directory of recordings by SHA-256.  Nothing but this
 * folder knows SQL.  All failures are ERR_STORE unless said otherwise.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/blob.h"
#include "base/date.h"
#include "base/err.h"
#include "model/review.h"
#include "model/run.h"

struct store;

/*
 * Open the store in `dir`, making it (0700) with database and recordings folder where it is missing.  A store of a newer
 * version of the program is refused.  Left-over temporary files of dead processes are removed.  NULL on failure.
 */
struct store *store_open(const char *dir, struct err *e);
void store_close(struct store *s);

/* The random id of this store: 16 hexadecimal digits, made once. */
const char *store_id(const struct store *s);

/* What the store knows of a run without opening its recording.  Strings are owned. */
struct run_row {
	char id[SHA256_HEX + 1];
	char recording[SHA256_HEX + 1]; /* "": it is still a journal, store_journal_path() */
	unsigned member;
	char *format, *job, *workflow, *title, *outputs; /* outputs: in words, "benign, confident" */
	enum run_state state;
	enum review_state review;
	char *reviewer; /* of the decision that stands; NULL */
	char *decided;  /* its outputs in words; NULL where there is none, or it gives none */
	char until[DATE_TEXT + 1]; /* of a deferral: the day until which it waits, "2026-12-01"; or "" */
	bool draft;
	unsigned others, others_decided; /* of store_cases(): other recordings of the job; those that were decided on */
	int64_t started, finished, added; /* µs */
};
void run_row_release(struct run_row *r);

/*
 * Take a run in: its recording's bytes from `b` to runs/HASH (written whole, synced, renamed, before the row), and its
 * row.  `*added` (may be NULL) says whether the run was new.  Calling it again changes nothing.  -1 with ERR_INPUT where
 * the recording cannot be read, or has other bytes than when the run was read from it.
 */
int store_take(struct store *s, const struct run *r, const struct blob *b, int64_t now, bool *added, struct err *e);

/*
 * The bytes of a recording to runs/HASH ahead of store_take(), which finds them there then, a part in each step: what is
 * large is not copied while somebody waits.  A step: 1 where there is more, 0 where they are on disk, -1 as store_take().
 * `b` is borrowed.  What is freed before its end leaves nothing behind.
 */
struct recording_copy;
struct recording_copy *recording_copy_begin(struct store *s, const char *hash, const struct blob *b, struct err *e);
int recording_copy_step(struct recording_copy *c, struct err *e);
void recording_copy_free(struct recording_copy *c); /* NULL is fine */

/* The path of a recording, freed by the caller. */
char *store_recording_path(const struct store *s, const char *hash);

/*
 * Runs that are written here as they go on (DESIGN §5): the bytes lie in runs/ID.journal until the run is sealed.
 *
 * store_begin_live(): a row for `r`, which has its id, without a recording; nothing where the run is there already.
 * store_writer(): 1 where a program holds the journal's lock, so that it still writes; 0 where none does, or there is no
 * journal; -1.
 * store_seal(): the journal, read whole as `r` from `b`, becomes the recording r->recording, and the row tells what is in
 * it.  At every step the old state or the new one is on disk, and a second call ends what a first one began.  -1: ERR_NO
 * where a program still writes, ERR_INPUT where the journal is longer than what was read, ERR_STORE.
 * store_keep(): the bytes as they are now under their hash, for a decision that is made on them; the journal stays, and
 * can be gone on with.
 */
int store_begin_live(struct store *s, const struct run *r, int64_t now, struct err *e);
char *store_journal_path(const struct store *s, const char *id); /* freed by the caller */
int store_writer(const struct store *s, const char *id, struct err *e);
int store_seal(struct store *s, const struct run *r, const struct blob *b, struct err *e);
int store_keep(struct store *s, const struct run *r, const struct blob *b, struct err *e);

/*
 * Find the one run whose id, or whose job's id, begins with `prefix` (4 characters at least).  -1: ERR_INPUT where none
 * or several fit, ERR_STORE where the store fails.
 */
int store_find(struct store *s, const char *prefix, struct run_row *row, struct err *e);

/* 1 and the row of the run with exactly this id, 0 where it is not in the store, or -1. */
int store_get(struct store *s, const char *id, struct run_row *row, struct err *e);

/*
 * Rows, newest first (added, then id), each handed to `fn` until it returns non-zero.  The row is borrowed; `fn` must not
 * write to the store.
 */
int store_list(struct store *s, int (*fn)(void *arg, const struct run_row *row), void *arg, struct err *e);

/*
 * The same, but of the recordings of one job (a case, DESIGN §5) only the best: JSON with full times before web pages before
 * the dashboard's JSON before text, then the newest.
 */
int store_cases(struct store *s, int (*fn)(void *arg, const struct run_row *row), void *arg, struct err *e);

/*
 * The rows of the other recordings of job `job` than run `id` on which a decision stands (or several in conflict), the
 * newest first; as store_list().
 */
int store_decided(struct store *s, struct slice job, const char *id, int (*fn)(void *arg, const struct run_row *row),
		  void *arg, struct err *e);

/* How many runs store_cases() gives, and how many of them nobody has decided on (drafts and deferrals count as undecided). */
int store_count(struct store *s, size_t *runs, size_t *undecided, struct err *e);

/*
 * The list of runs, one of each job as store_cases() gives them, in an order and with a filter.  QUEUE: deferred runs that
 * are due, those nobody has decided on, conflicts, decided ones, and last the deferred ones that are not due; each of them
 * the newest first, the deferred ones by their day.  STATE: conflicts, unreviewed, deferred, overridden, judged, approved.
 * What has no title or reviewer comes last; what is equal, the newest first.
 */
enum run_sort { SORT_QUEUE, SORT_AGE, SORT_TITLE, SORT_STATE, SORT_AI, SORT_REVIEWER, RUN_SORTS };
enum run_due { DUE_ANY, DUE_WAITS, DUE_NOW }; /* what waits for a decision now; deferred runs whose day has come */
struct run_filter {
	enum run_sort sort;
	bool backwards;
	unsigned states;    /* 1 << enum review_state; 0: all */
	enum run_due due;
	const char *title, *reviewer, *ai; /* a part of it, ASCII letters without regard to case; NULL: any */
	const char *today;  /* "2026-11-25": a deferred run is due from its day on, one without a day never */
	const char *alone;  /* a reviewer for whom runs not decided on by that one are as if nobody else had said anything of
			       them; then QUEUE, AGE and TITLE are the orders, title, states and due the filters; or NULL */
};

/* What stands for a run of such a list, while this store is open. */
struct run_key {
	int64_t row;
	bool waits; /* for a decision: unreviewed, or deferred and due; when the list was made */
};
struct run_order {
	struct run_key *k; /* owned */
	size_t n, cap;
};
enum { RUN_ORDER_MAX = 1000000 }; /* runs that are listed; further ones are left out */
void run_order_release(struct run_order *o);
int store_order(struct store *s, const struct run_filter *f, struct run_order *out, struct err *e);

/* What one reviewer alone has said of a run: the state that it has by that, and whether what the AI said was seen. */
struct run_own {
	enum review_state review;
	char until[DATE_TEXT + 1]; /* as of struct run_row */
	bool seen;
};
int store_own(struct store *s, const char *run, const char *reviewer, struct run_own *own, struct err *e);

/* The row that a key stands for, and the key of the run with exactly this id: 1, 0 where there is none, or -1. */
int store_row(struct store *s, struct run_key k, struct run_row *row, struct err *e);
int store_key(struct store *s, const char *id, int64_t *row, struct err *e);

/* All events of a run. */
int store_events(struct store *s, const char *run, struct events *out, struct err *e);

/*
 * Append one event: fills prev, time (`now`, but later than the writer's last one) and hash, and in the same transaction
 * updates what the list shows and, where the kind is "decide", removes the reviewer's draft but for its members "note",
 * "notes" and "steer".  When it returns 0 the event is on disk.  The run must be in the store, `payload` canonical (model/payload.h) and
 * no larger than EVENT_MAX.  `*out` (may be NULL) is the sealed event, released by the caller.
 */
enum { EVENT_MAX = 1 << 20 }; /* bytes */
int store_append(struct store *s, const char *run, const char *reviewer, const char *kind, const char *via,
		 const char *payload, int64_t now, struct event *out, struct err *e);

/*
 * A draft: what a reviewer has begun on a run, as JSON of the caller's own; kept for runs that are not in the store
 * too.  store_draft_get(): 1 and `out`, or 0.  An empty `json` removes it; DRAFT_MAX is the most.
 */
enum { DRAFT_MAX = 16 << 20 }; /* bytes: it may hold many notes */
int store_draft_put(struct store *s, const char *run, const char *reviewer, struct slice json, struct err *e);
int store_draft_get(struct store *s, const char *run, const char *reviewer, struct buf *out, struct err *e);

#endif
