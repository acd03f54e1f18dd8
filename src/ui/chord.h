/* Keys of several: what can follow those that were typed; and keys that are bound while the program runs. */
#ifndef UI_CHORD_H
#define UI_CHORD_H

struct ui;

void chord_draw(struct ui *ui); /* on the hint line; only where some were typed */

/* The arguments of a line "bind" or "unbind" of a keymap, for the session. */
void chord_do_bind(struct ui *ui, const char *args);
void chord_do_unbind(struct ui *ui, const char *args);

#endif
