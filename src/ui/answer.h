/*
 * What a tool answered about the code, as rows: a table of three columns, each row with the source or the commit that it leads to.
 */
#ifndef UI_ANSWER_H
#define UI_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"
#include "ui/list.h"
#include "ui/theme.h"

enum { ANSWER_ROWS = 20000 }; /* more are not made */

struct answer_row {
	struct slice what, where, text; /* columns; one with a text alone has the whole width for it */
	struct slice path;              /* of the source that it leads to; empty: none */
	uint32_t line;
	struct slice commit;            /* that it leads to; empty: none */
	enum role role;                 /* of its text */
};

/* All texts are in the arena. */
struct answer {
	struct arena *arena; /* owned; NULL: there is none */
	struct slice title;
	struct slice commit; /* that it is about; empty: the tree as it is */
	struct slice name;   /* what the answer says that it is about; empty: it does not */
	struct answer_row *rows; /* owned */
	size_t n, cap;
	size_t items;        /* of what was asked for: definitions, references, commits; what the title counts */
	bool sure;           /* only the first row can be meant */
	bool truncated;      /* there are more */
	struct slice note;   /* what limits it; empty: nothing */
	unsigned what_cols, where_cols; /* cells that the longest ones take */
	struct list list;
};
void answer_release(struct answer *w); /* it is empty then and usable */

/* Make rows of an answer, one JSON object, into `w`, which is empty but for its arena.  `file`: that the question was about. */
typedef void answer_fn(struct answer *w, struct slice raw, struct slice file);
answer_fn answer_definitions, answer_references, answer_layout, answer_blame, answer_commits, answer_since, answer_show;

#endif
