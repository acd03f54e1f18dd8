/* Which keys run which command where: lines "bind CONTEXT KEYS COMMAND [ARGUMENT…]" and "unbind CONTEXT KEYS". */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include <stddef.h>

#include "app/command.h"
#include "base/diag.h"
#include "base/slice.h"
#include "ui/key.h"

struct binding {
	enum context context;
	ui_key keys[KEY_SEQUENCE];
	unsigned nkeys;
	enum command command;
	char *args; /* owned; the words behind the command, one blank between them, "" where there are none */
	unsigned line; /* of the file it stands in */
};

struct keymap {
	struct binding *b; /* owned */
	size_t n, cap;
};
void keymap_release(struct keymap *km);

/*
 * Add the bindings of one file.  A later file replaces what an earlier one bound; the same keys twice in one context of
 * one file, or keys that begin another binding of that context, are DIAG_ERRORs that name both lines.  Unknown contexts,
 * commands and keys, commands that do not apply in the context, and arguments where none belong or none where one is
 * needed, are DIAG_WARNINGs with their line.
 */
void keymap_parse(struct keymap *km, struct slice text, struct diags *ds);

enum keymap_result { KEYMAP_NONE, KEYMAP_MORE, KEYMAP_FOUND };

/* What the typed keys mean in `ctx`, else in CONTEXT_ALL (which dialogs do not fall back to; command.h). */
enum keymap_result keymap_find(const struct keymap *km, enum context ctx, const ui_key *keys, unsigned n,
			       const struct binding **out);

/* The first binding of a command that is effective in `ctx` (its own before the general ones), or NULL: for hints and help. */
const struct binding *keymap_of(const struct keymap *km, enum context ctx, enum command c);

/* The text of a built-in keymap, or NULL; their names, the i-th from 0, or NULL behind the last. */
const char *keymap_builtin(const char *name);
const char *keymap_builtin_name(size_t i);

/* The shipped files, embedded.  The others hold only what differs from keymaps/default, which goes before them. */
extern const char keymap_default[], keymap_vi[], keymap_emacs[];

#endif
