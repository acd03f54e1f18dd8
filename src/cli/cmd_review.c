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
		s = session_begin_row(a, &row, e);
	else if (rc == 0 && e->cls == ERR_NONE)
		err_set(e, ERR_NO, "no stored run waits for a decision; verdict review FILE opens a recording");
	run_row_release(&row);
	return s;
}

static int review(struct app *a, const struct cli_args *args, struct err *e)
{
	bool follow = cli_given(args, "follow");
	struct session *s;
	unsigned member;

	if (cli_member(args, &member, e) < 0)
		return -1;
	if (follow && member)
		return err_set(e, ERR_USAGE, "review --follow: a file that grows holds one run only");
	if (follow && args->nwords == 0)
		return err_set(e, ERR_USAGE, "review --follow: the name of the file is missing");
	s = args->nwords ? session_begin_member(a, args->word[0], member, follow, e) : first_waiting(a, e);
	if (!s)
		return -1;
	session_tell_members(s);
	return ui_main(a, s, e);
}

const struct cli_command cli_review = {
	.name = "review",
	.args = "[FILE|RUN]",
	.help = "open a run in the review screen",
	.options = {{"follow", NULL, "show FILE as it grows: another program is still writing it"}, CLI_MEMBER},
	.max = 1,
	.run = review,
};
