/* verdict review: the one door from the command line to the screen. */
#include "app/queue.h"
#include "app/session.h"
#include "cli/cli.h"
#include "ui/ui.h"

/* Without a name: the first run of the queue that waits; for the queue itself any run will do. */
static struct session *first_of(struct app *a, bool waits, struct err *e)
{
	struct queue_passed passed;
	struct queue q = {0};
	struct session *s;
	int rc = queue_open_next(&q, a, "", 1, true, &s, &passed, e);

	if (rc == 0 && !waits)
		rc = queue_open_next(&q, a, "", 1, false, &s, &passed, e);
	if (rc > 0 && passed.n)
		diags_add(&s->run->diags, DIAG_WARNING, 0, 0, "%u stored run%s passed over, the last: %s", passed.n,
			  passed.n == 1 ? " was" : "s were", passed.why.msg);
	else if (rc == 0 && passed.n)
		*e = passed.why;
	else if (rc == 0)
		err_set(e, ERR_NO, waits ? "no stored run waits for a decision; verdict review --queue lists what is stored, verdict "
					   "review FILE opens a recording" :
					   "no run is stored yet; verdict review FILE opens a recording");
	queue_release(&q);
	return s;
}

static int review(struct app *a, const struct cli_args *args, struct err *e)
{
	bool follow = cli_given(args, "follow"), queue = cli_given(args, "queue");
	struct session *s;
	unsigned member;

	if (cli_member(args, &member, e) < 0)
		return -1;
	if (cli_given(args, "kernel") && conf_set(&a->conf, SLICE("kernel"), slice_str(cli_value(args, "kernel")), "command line", e) < 0)
		return -1;
	if (cli_given(args, "commit") && conf_set(&a->conf, SLICE("commit"), slice_str(cli_value(args, "commit")), "command line", e) < 0)
		return -1;
	if (cli_given(args, "vmlinux") && conf_set(&a->conf, SLICE("vmlinux"), slice_str(cli_value(args, "vmlinux")), "command line", e) < 0)
		return -1;
	if (cli_given(args, "blind"))
		conf_set(&a->conf, SLICE("blind"), SLICE("on"), "command line", NULL);
	if (follow && member)
		return err_set(e, ERR_USAGE, "review --follow: a file that grows holds one run only");
	if (follow && args->nwords == 0)
		return err_set(e, ERR_USAGE, "review --follow: the name of the file is missing");
	s = args->nwords ? session_begin_member(a, args->word[0], member, follow, e) : first_of(a, !queue, e);
	if (!s)
		return -1;
	session_tell_members(s);
	return ui_main(a, s, queue, e);
}

const struct cli_command cli_review = {
	.name = "review",
	.args = "[FILE|RUN]",
	.help = "open a run in the review screen",
	.options = {{"follow", NULL, "show FILE as it grows: another program is still writing it"},
		    {"kernel", "DIR", "where Source looks the kernel up: set kernel DIR"},
		    {"commit", "COMMIT", "the commit that crashed: set commit COMMIT"},
		    {"vmlinux", "FILE", "gives places to a report that has none: set vmlinux FILE"},
		    {"queue", NULL, "begin with the list of the stored runs"}, CLI_MEMBER,
		    {"blind", NULL, "hide what the AI said until you have decided: set blind on"}},
	.max = 1,
	.screen = true,
	.run = review,
};
