#include "cli/commands.h"

#include <locale.h>
#include <string.h>

#include "cli/cli.h"

static const struct cli_command *const subcommands[] = {
	&cli_review, &cli_run, &cli_resume, &cli_replay, &cli_import, &cli_list, &cli_show, &cli_report, &cli_approve,
	&cli_override, &cli_judge, &cli_defer,
	&cli_comment, &cli_undo, &cli_redo, &cli_export, &cli_keys, &cli_workflows, &cli_tree, &cli_index, &cli_tool, &cli_models,
};
enum { SUBCOMMANDS = sizeof subcommands / sizeof *subcommands };

static void help_all(void)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "usage: verdict COMMAND [OPTION...] [WORD...]\n\n"
		     "Have an AI agent judge a kernel crash report, and review what it concluded.\n\n");
	for (size_t i = 0; i < SUBCOMMANDS; i++) {
		size_t at = b.n;

		buf_addf(&b, "  %s %s", subcommands[i]->name, subcommands[i]->args);
		if (b.n - at < 32)
			buf_pad(&b, ' ', 32 - (b.n - at));
		buf_addf(&b, " %s\n", subcommands[i]->help);
	}
	buf_adds(&b, "\nEvery command takes --help, and --set NAME=VALUE for a setting. RUN is the beginning of a stored\n"
		     "run's id or of its job's id; FILE is a recording, - is standard input. The keys: verdict keys.\n"
		     "The manual: verdict(1); formats: verdict-formats(7).\n");
	cli_out(NULL, buf_slice(&b));
	buf_release(&b);
}

static int run(const char *name, int argc, char **argv)
{
	struct err e = {0};
	size_t i = 0;

	while (i < SUBCOMMANDS && strcmp(subcommands[i]->name, name) != 0)
		i++;
	if (i < SUBCOMMANDS)
		return cli_do(subcommands[i], argc - 2, argv + 2);
	err_set(&e, ERR_USAGE, argc > 1 ? "there is no command '%s'; verdict --help lists them"
					: "%sa command is needed; verdict --help lists them", name);
	return cli_status(-1, &e);
}

int commands_main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	struct err e = {0};

	setlocale(LC_CTYPE, "");
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
		help_all();
	else if (strcmp(name, "--version") == 0)
		cli_out(NULL, SLICE("verdict " VERDICT_VERSION "\nverdict-index: libclang " VERDICT_LIBCLANG "\n"));
	else
		return run(name, argc, argv);
	return cli_status(0, &e);
}
