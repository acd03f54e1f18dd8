/* The workflows that are built in: the texts of the folder workflows/.  Private to this folder. */
#ifndef AGENT_BUILTIN_H
#define AGENT_BUILTIN_H

struct builtin {
	const char *name;
	struct builtin_file {
		const char *name, *text;
	} file[8]; /* ended by a row with a NULL name */
};

/* By name, ended by a row with a NULL name. */
extern const struct builtin builtins[];

#endif
