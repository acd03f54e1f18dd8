/* Keys as numbers of our own, and their names in keymaps and help. */
#ifndef UI_KEY_H
#define UI_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

/*
 * A key is a Unicode code point (controls included: ^D is 4, Enter 13, Tab 9, Escape 27, Backspace 127), or one of these;
 * KEY_ALT is added for Alt.
 */
typedef uint32_t ui_key;
enum {
	UI_KEY_UP = 0x110000, UI_KEY_DOWN, UI_KEY_LEFT, UI_KEY_RIGHT, UI_KEY_HOME, UI_KEY_END, UI_KEY_PAGE_UP,
	UI_KEY_PAGE_DOWN, UI_KEY_INSERT, UI_KEY_DELETE, UI_KEY_BACK_TAB, UI_KEY_F1, /* F2 … F12 follow */
	UI_KEY_PASTE = UI_KEY_F1 + 12, UI_KEY_PASTE_END, /* what comes between was pasted, not typed */
	UI_KEY_ALT = 0x1000000,
	UI_KEY_NONE = 0xffffffff
};

enum { KEY_SEQUENCE = 4 }; /* keys in one binding, at most */

/*
 * Parse keys in the syntax of keymaps: a character; ^X; Enter Tab Space Escape Backspace Up Down Left Right Home End
 * PageUp PageDown Insert Delete BackTab F1…F12; M-KEY for Alt; several keys without blanks between single characters
 * ("[t") or joined by "+" ("^X+Enter").  Returns how many, 0 for what cannot be read.
 */
unsigned key_parse(struct slice s, ui_key out[KEY_SEQUENCE]);

/* Add the names of keys as key_parse() reads them. */
void key_names(struct buf *b, const ui_key *k, unsigned n);

#endif
