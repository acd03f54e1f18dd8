/* verdict keys: the key bindings in force, from the keymap and the command table. */
#include <string.h>

#include "cli/cli.h"
#include "ui/load.h"

static int keys(struct app *a, const struct cli_args *args, struct err *e)
{
	struct keymap km = {0};
	struct diags ds = {0};

	(void)args;
	(void)e;
	load_keymap(a, &km, &ds);
	for (size_t i = 0; i < ds.n; i++)
		cli_warn("%s", ds.d[i].text);
	for (int ctx = 0; ctx < CONTEXTS; ctx++)
		for (size_t i = 0; i < km.n; i++) {
			const struct binding *b = &km.b[i];
			struct buf names = BUF_INIT, what = BUF_INIT;

			if (b->context != (enum context)ctx)
				continue;
			key_names(&names, b->keys, b->nkeys);
			buf_addf(&what, "%s%s%s", commands[b->command].name, b->args[0] ? " " : "", b->args);
			cli_line("%-8s %-12s %-24s %s", context_name(b->context), buf_str(&names), buf_str(&what),
				 commands[b->command].help);
			buf_release(&names);
			buf_release(&what);
		}
	keymap_release(&km);
	diags_release(&ds);
	return 0;
}

const struct cli_command cli_keys = {
	.name = "keys", .args = "", .help = "print the key bindings in force", .run = keys,
};
