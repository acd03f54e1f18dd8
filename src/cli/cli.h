/* The command line: what a subcommand is, one reader of options, output and exit statuses. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "base/err.h"
#include "base/slice.h"

/* An option of a subcommand. */
struct cli_option {
	const char *name;  /* without the dashes */
	const char *value; /* name of its value for help, NULL for a switch */
	const char *help;
};

enum { CLI_OPTIONS = 12, CLI_VALUES = 64 };

struct cli_command;

/* What stood on the command line: options with their values (in order, repeated ones too), and the other words. */
struct cli_args {
	const struct cli_command *command;
	struct {
		const char *name, *value;
	} given[CLI_VALUES];
	size_t ngiven;
	char **word; /* part of argv */
	size_t nwords;
};

/* The last value of an option, or NULL; was it given at all. */
const char *cli_value(const struct cli_args *args, const char *name);
bool cli_given(const struct cli_args *args, const char *name);

/* The number of --member, from 0; 0 where it was not given.  -1: ERR_USAGE. */
int cli_member(const struct cli_args *args, unsigned *member, struct err *e);
#define CLI_MEMBER {"member", "N", "which run of a file that holds several, from 1"}

struct cli_command {
	const char *name, *args, *help;
	struct cli_option options[CLI_OPTIONS]; /* ended by a NULL name */
	unsigned must;   /* a bit for each option, from 1: it cannot be left out, as the usage line says */
	size_t min, max; /* number of words */
	bool screen;     /* it shows what is wrong with settings itself */
	bool bare;       /* it reads settings, but no workflows */
	int (*run)(struct app *a, const struct cli_args *args, struct err *e); /* 0, or -1 with e->cls the exit status */
	/* The command that its first word makes of it ("tool read-file"), or NULL; may be NULL where there is none. */
	const struct cli_command *(*sub)(const char *word);
};

/* One file a group of subcommands. */
extern const struct cli_command cli_run, cli_resume, cli_replay, cli_tool, cli_tree, cli_index, cli_models;
extern const struct cli_command cli_review, cli_import, cli_list, cli_show, cli_export, cli_report, cli_keys, cli_workflows;
extern const struct cli_command cli_approve, cli_override, cli_judge, cli_defer, cli_comment, cli_undo, cli_redo;

/* Run a command with what stands behind its name, and say what went wrong; returns the exit status. */
int cli_do(const struct cli_command *c, int argc, char **argv);

/* The exit status for 0, or for -1 and an error, which is said; also where output could not be written. */
int cli_status(int rc, struct err *e);

/* Write to standard output as it is: whoever made the text has escaped it.  Usable as an export_sink. */
int cli_out(void *unused, struct slice text);
void cli_line(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* one line: hostile bytes made visible */

/* One line on standard error, hostile bytes made visible: "verdict: warning: …". */
void cli_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void cli_tell(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* the same without "warning": what is being done */

#endif
