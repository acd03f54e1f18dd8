/*
 * Questions about the code at the cursor: where it is defined and used, how a struct is laid out, who changed lines.  A tool is asked
 * (app/ask.h); the screen goes on meanwhile, and what is answered shows in a view (ui/pane_answers.h).
 */
#ifndef UI_ASKING_H
#define UI_ASKING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/slice.h"

struct ui;
struct asking_row;
struct source_row;

struct asking {
	const struct asking_row *row; /* what is asked, or was last; NULL: nothing */
	struct arena *arena;          /* owned; of the texts below */
	struct slice subject;         /* what about: "audit_log_start", "kernel/audit.c lines 249 to 260" */
	struct slice file;            /* that it is about; may be empty */
	struct slice commit;          /* that it is about; empty: the tree as it is */
	uint32_t line;                /* where the answer's cursor begins; 0: at its beginning */
	unsigned view, focus;         /* where the reviewer was */
	bool followed;                /* a link was followed: one that leads nowhere is looked for in the report */
};
void asking_release(struct asking *q); /* it is empty then and usable */

/* The questions, and what one is about besides its arguments. */
enum asking_what { ASK_DEFINITION, ASK_REFERENCES, ASK_LAYOUT, ASK_BLAME, ASK_LOG, ASK_SINCE, ASK_SHOW };
struct asking_about {
	struct slice subject, file, commit; /* commit: that the shown text is of; empty: as the settings say */
	uint32_t line;
	bool followed;
};

/* Is there something that can be asked? */
bool asking_can(const struct ui *ui);

/* Ask, with `args` as one JSON object; says why where that cannot be. */
void asking_begin(struct ui *ui, enum asking_what which, const struct asking_about *o, struct slice args);

/* The row of code under the cursor of Source; on a heading that of the line below it; NULL: there is none. */
const struct source_row *asking_row_here(const struct ui *ui);

void asking_do_definition(struct ui *ui, const char *args);
void asking_do_references(struct ui *ui, const char *args);
void asking_do_layout(struct ui *ui, const char *args);
void asking_do_blame(struct ui *ui, const char *args);
void asking_do_log(struct ui *ui, const char *args);
void asking_do_since(struct ui *ui, const char *args);

/* Ask for the layout of the struct that the racing accesses are to a field of. */
void asking_racing_layout(struct ui *ui);

/* Show a commit. */
void asking_commit(struct ui *ui, struct slice commit);

/* A link to `name` was followed, and nothing of the run says where it is defined: ask.  False where nobody can be asked. */
bool asking_link(struct ui *ui, struct slice name);

/* An answer came, or will not come (WAIT_ASK). */
void asking_take(struct ui *ui);

/* End what is asked; false where nothing is. */
bool asking_stop(struct ui *ui);

/* "asking for the references of owner since 12s"; nothing where nothing is asked. */
void asking_words(const struct ui *ui, struct buf *out);

#endif
