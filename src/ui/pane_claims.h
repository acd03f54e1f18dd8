/* The view of claims: what the AI's texts state about the source and about its own work, and whether it is there. */
#ifndef UI_PANE_CLAIMS_H
#define UI_PANE_CLAIMS_H

#include "app/claims.h"
#include "ui/claimed.h"
#include "ui/list.h"

struct buf;
struct pane_ops;
struct ui;

struct claims_pane {
	struct claims *claims; /* owned; NULL: none were looked for yet, or none may be seen */
	struct claimed claimed; /* those of reviewers stand first */
	struct list list;
	bool problems; /* only those that do not hold show */
};
extern const struct pane_ops pane_claims;

void claims_do_list(struct ui *ui, const char *args);

/* Before a frame: is there something to look for? */
void claims_look(struct ui *ui);

/* While WAIT_CLAIMS: a slice of it. */
void claims_more(struct ui *ui);
/* The repository told something. */
void claims_news(struct ui *ui);

void claims_release(struct claims_pane *p); /* it is empty then and usable */

/* "2 claims not found", for the verdict line: problems alone, and nothing before all are known. */
void claims_words(struct ui *ui, struct buf *b);

#endif
