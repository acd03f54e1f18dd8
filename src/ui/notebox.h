/*
 * The box for a note of more than a line, over the screen: above, the places with what stands there; below, the text, which is
 * the draft's (ui->decide.draft.note) with every key.
 */
#ifndef UI_NOTEBOX_H
#define UI_NOTEBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/key.h"
#include "ui/rows.h"

struct ui;

struct notebox {
	bool open;
	size_t at;      /* byte of the text before which the cursor stands */
	unsigned want;  /* cell that up and down try to keep, once one of them was pressed (`kept`) */
	bool kept;
	size_t top;     /* first row that shows */
	unsigned width; /* of the text, as drawn last */
	struct rows rows;
};
void notebox_release(struct notebox *b);

/* Open it on the note that is begun, with the cursor at its end. */
void notebox_open(struct ui *ui);

/* A key that is bound to no command of the box: text, or a motion in it. */
void notebox_key(struct ui *ui, ui_key k);

void notebox_draw(struct ui *ui);

/* A note at the prompt goes on in the box. */
void notebox_from_prompt(struct ui *ui);

void notebox_do_save(struct ui *ui, const char *args);
void notebox_do_cancel(struct ui *ui, const char *args);
void notebox_do_editor(struct ui *ui, const char *args);

#endif
