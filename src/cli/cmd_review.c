/* verdict review: the one door from the command line to the screen. */
#include "app/session.h"
#include "cli/cli.h"
#include "ui/ui.h"

/* Without a name: the first stored run that nobody has decided on. */
static struct session *first_waiting(struct app *a, struct err *e)
{
	struct store *store = app_store(a, false, e);
	struct run_row row = {0};
	struct session *s = NULL;
	int rc = store ? store_next(store, "", 1, true, &row, e) : 0;

	if (rc > 0)
		s = session_open_row(a, &row, e);
	else if (rc == 0 && e->cls == ERR_NONE)
		err_set(e, ERR_NO, "no stored run waits for a decision; verdict review FILE opens a recording");
	run_row_release(&row);
	return s;
}

static int review(struct app *a, const struct cli_args *args, struct err *e)
{
	struct session *s = args->nwords ? session_open(a, args->word[0], e) : first_waiting(a, e);

	return s ? ui_main(a, s, e) : -1;
}

const struct cli_command cli_review = {
	.name = "review",
	.args = "[FILE|RUN]",
	.help = "open a run in the review screen",
	.max = 1,
	.run = review,
};
