/* verdict workflows: the workflows that there are, with their outputs and sub-agents. */
#include "cli/cli.h"

static int workflows(struct app *a, const struct cli_args *args, struct err *e)
{
	(void)args;
	(void)e;
	for (size_t i = 0; i < a->workflows.n; i++) {
		const struct workflow *w = a->workflows.w[i];

		cli_line("%s  %s", w->name, w->title);
		for (size_t k = 0; k < w->noutput; k++) {
			const struct workflow_output *o = &w->output[k];

			cli_line("    %s: %s or %s%s", o->name, o->yes ? o->yes : "yes", o->no ? o->no : "no",
				 o->asked ? "" : " (of older recordings)");
		}
		for (size_t k = 0; k < w->nagent; k++)
			cli_line("    sub-agent: %s", w->agent[k].name);
		cli_line("    from: %s", w->origin);
	}
	return 0;
}

const struct cli_command cli_workflows = {
	.name = "workflows", .args = "", .help = "list the workflows: name, question, outputs, sub-agents, where from",
	.run = workflows,
};
