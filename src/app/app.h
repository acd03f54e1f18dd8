/* What the program has besides an open run: settings, the store, who the reviewer is, what time it is. */
#ifndef APP_APP_H
#define APP_APP_H

#include "agent/workflow.h"
#include "base/err.h"
#include "conf/conf.h"
#include "store/store.h"

struct ask;
struct kernel;

struct app {
	struct conf conf;
	struct diags conf_diags; /* what was odd in the settings file */
	struct workflows workflows; /* built in, and the user's */
	struct output_words *words; /* their outputs, for outputs_speak(); owned */
	int64_t (*now)(void);    /* µs UTC; tests put a clock of their own here */
	char *data_dir;          /* of the store; owned; NULL where HOME is unknown */
	struct store *store;     /* opened when first needed; owned */
	char *reviewer;          /* found when first needed; owned */
	struct ask *ask;         /* what is asked about the code; borrowed, NULL: nothing can be (app/ask.h) */
	struct kernel *kernel;   /* where source is looked up; borrowed, NULL: nowhere (app/kernel.h) */
};

/* Read the settings and the workflows of the user; never fails: what is wrong becomes messages in conf_diags. */
void app_init(struct app *a);
void app_init_settings(struct app *a); /* without workflows: for what has to start fast */
void app_release(struct app *a);

/*
 * The store.  Without `create`, a store that does not exist yet is NULL without an error (e->cls ERR_NONE): looking at
 * a file must leave nothing behind.
 */
struct store *app_store(struct app *a, bool create, struct err *e);

/*
 * Who reviews: setting "reviewer", else git's user.name and user.email, else the login name.  Borrowed; never empty.
 * May run git once.
 */
const char *app_reviewer(struct app *a);

/* Does the reviewer want to decide before seeing what the AI said (setting "blind")? */
bool app_is_blind(const struct app *a);

/*
 * May a list show the outputs and the decision of this stored run?  Not to a blind reviewer who has not decided on it.
 * app_veil_row(): where it may not, what shows in their place, as if nobody else had said anything of the run.
 */
bool app_may_list(struct app *a, const struct run_row *r);
void app_veil_row(struct app *a, struct run_row *r);

/* The user's folder of workflows, freed by the caller; NULL where HOME is unknown. */
char *app_workflow_dir(void);

/*
 * The source tree that is to be read: `given` (of the command line, may be NULL), else setting "kernel", else the current
 * directory where that is a kernel tree.  Borrowed.  NULL: ERR_TOOL, none is named.
 */
const char *app_kernel(const struct app *a, const char *given, struct err *e);

/* A file of the user's settings directory: 1 and its text, 0 where there is none, -1 where it cannot be read. */
int app_config_file(const char *name, struct buf *out, struct err *e);

/* The i-th reason that can be given for an override, from 0: the program's own, then those of setting "reasons"; or NULL. */
const char *app_reason(const struct app *a, size_t i);

#endif
