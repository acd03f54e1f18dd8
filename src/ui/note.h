/* The note that is being made or edited; its places and its text are a draft (ui->decide.draft) from the first on. */
#ifndef UI_NOTE_H
#define UI_NOTE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/slice.h"

struct ui;
struct place;

void note_do_comment(struct ui *ui, const char *args);
void note_do_add_place(struct ui *ui, const char *args);
void note_do_forget(struct ui *ui, const char *args);
void note_do_edit(struct ui *ui, const char *args);

/* Begin to edit a note, by its number among the review's annotations; says why not. */
void note_edit(struct ui *ui, uint32_t note);

/* What was typed becomes the draft's; and is saved, as a note or as the new text of one. */
void note_typed(struct ui *ui, struct slice text);
void note_save(struct ui *ui, struct slice text);
void note_kept(struct ui *ui); /* it was left: say how it goes on, where there is something to keep */

/* For the verdict line: "note: 2 places"; nothing where none are collected.  For the prompt: "note on report: ". */
void note_words(const struct ui *ui, struct buf *out);
void note_label(const struct ui *ui, unsigned cells, struct buf *out);

/* What a place was kept with, as a quote on one line; nothing where there is nothing. */
void note_quote(const struct place *p, struct buf *out);

/* The note at the cursor, for the hint line: "* text -- author"; nothing where there is none. */
void note_hint(struct ui *ui, struct buf *out);

#endif
