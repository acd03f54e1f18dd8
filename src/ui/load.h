/* Keymap and theme as the user's settings say. */
#ifndef UI_LOAD_H
#define UI_LOAD_H

#include "app/app.h"
#include "base/diag.h"
#include "ui/keymap.h"
#include "ui/theme.h"

/*
 * Keymap "default", over it the one that setting "keymap" names (built in, or keymaps/NAME in the user's settings
 * directory), over both the user's own file "keymap".  What is wrong becomes a message "FILE:LINE: …" without line of its own.
 */
void load_keymap(const struct app *a, struct keymap *km, struct diags *ds);

/* The theme that setting "theme" names: built in, or themes/NAME in the user's settings directory.  No colour: mono. */
void load_theme(const struct app *a, bool colour, struct theme *t, struct diags *ds);

#endif
