/*
 * A run that is under way in this program (DESIGN §7): an agent on the loop, its journal in the store, and the session in
 * which the reviewer sees it.  The session reads the journal as it grows, like any recording that another program writes;
 * only text that is still streaming comes beside it.
 */
#ifndef APP_LIVE_H
#define APP_LIVE_H

#include "agent/agent.h"
#include "agent/replay.h"
#include "app/app.h"
#include "base/diag.h"
#include "sys/loop.h"

struct live;
struct session;

/* What the command line says; NULL: not given, then the settings, then the workflow's defaults count. */
struct live_options {
	const char *report; /* a file, "-" for standard input, or the beginning of a stored run's id */
	const char *kernel, *commit, *config /* of the kernel, a file */, *workflow, *provider, *model, *base_url, *thinking;
	void (*say)(const char *what); /* told what takes long before the run begins; may be NULL */
	bool headless; /* nobody can be asked: what the reviewer must know first is an error, ERR_NO */
	bool anyway;   /* it was known: the run does not begin paused for it */
};

/*
 * Make ready all that a run needs, and say what is wrong before anything is sent: report, workflow, kernel tree (a worktree
 * for a commit, a snapshot of the working tree else; a configuration applied where one is named), provider and key, store,
 * journal.  `said` gets what the reviewer must know, such as that report and tree disagree (DIAG_WARNING).  May take seconds where a
 * worktree is checked out.  NULL: ERR_* of what is missing.
 */
struct live *live_prepare(struct app *a, const struct live_options *o, struct diags *said, struct err *e);

/*
 * The same for a stored run that was interrupted: it goes on from its last finished span.  Where the tree was changed since,
 * it is paused, or ERR_NO when headless, unless `anyway`.  Headless, what waits for a person goes on, by controls in the
 * record.  ERR_NO too where it has its end, or another program goes on with it.
 */
struct live *live_resume(struct app *a, const char *run, const struct live_options *o, struct diags *said, struct err *e);

/*
 * Run the agent of a stored run again on its recorded answers, with the workflow as it is now: 1: the same to the end of its
 * journal; 0: `difference` says where they part; -1: ERR_INPUT, it is no run of this program's, or ERR_STORE.
 */
int live_replay(struct app *a, const char *run, struct replay_count *count, struct buf *difference, struct err *e);

/* Leaves the journal as it is: a run without its end can be resumed. */
void live_free(struct live *l);

const char *live_id(const struct live *l);

/* Review it: the session owns the live run from now on (session.live), and is told what streams. */
struct session *live_session(struct live *l, struct err *e);

/*
 * Begin, or go on, on this loop.  `changed` is called when records were written, text streamed in, or something else is
 * waited for; it must only leave word.
 */
int live_start(struct live *l, struct loop *loop, void (*changed)(void *arg), void *arg, struct err *e);

/* The tree that its agent reads, and where that is built ("": in itself); borrowed. */
void live_tree(const struct live *l, const char **dir, const char **build);

/* What it does and waits for, since when; what the reviewer wants of it. */
const struct agent_next *live_next(struct live *l);
struct agent_status live_status(const struct live *l);

/* Obey the reviewer; see agent_control(). */
int live_control(struct live *l, struct journal_control *c, struct err *e);

/* Its end is recorded (live_ok(): with a verdict), or could not be: live_failure() says why. */
bool live_over(const struct live *l);
bool live_ok(const struct live *l);
const char *live_failure(const struct live *l);

#endif
