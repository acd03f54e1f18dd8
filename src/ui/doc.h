/* What the Text pane shows: one text put together from fields of spans, with the place of every byte. */
#ifndef UI_DOC_H
#define UI_DOC_H

#include "app/session.h"
#include "base/buf.h"
#include "model/review.h"
#include "ui/theme.h"

enum { DOC_NO_SPAN = UINT32_MAX };

/* Bytes `from` to `to` of the document are bytes of a field, from its byte `base` on; or of nothing (headings). */
struct doc_part {
	size_t from, to;
	enum role role;
	uint32_t seq; /* DOC_NO_SPAN: written by the program */
	enum traj_field field;
	char *member; /* owned; of Args and Results */
	uint64_t base;
};

struct doc {
	struct buf text;
	struct doc_part *parts; /* owned; in order, no gaps */
	size_t n, cap;
	struct buf title;
	size_t span; /* index of the span that is shown; SIZE_MAX: none */
	bool instruction; /* the agent's instruction is shown */
};
void doc_release(struct doc *d);

/* Fill `d` (released first). */
void doc_answer(struct doc *d, struct session *s);
void doc_span(struct doc *d, struct session *s, size_t span);
void doc_instruction(struct doc *d, struct session *s);

/*
 * Add what the texts of the span that is shown grew by while they stream in, where that is at the end of the document.  False
 * where that does not do (a text began, or began anew), and doc_span() must make the document anew.
 */
bool doc_more(struct doc *d, struct session *s);

/* The part that holds byte `at`; NULL in an empty document. */
const struct doc_part *doc_part_at(const struct doc *d, size_t at);

/*
 * The place of bytes `from` to `to` (exclusive), cut to the part that holds `from`; false where that is not text of a
 * span.  Released by the caller.
 */
bool doc_place(const struct doc *d, size_t from, size_t to, struct place *p);

/* Where a place stands in the document; false where it is not shown. */
bool doc_find(const struct doc *d, const struct place *p, size_t *from, size_t *to);

/* The sentence around byte `at`: up to a full stop, question or exclamation mark before a blank, or an empty line. */
void doc_sentence(const struct doc *d, size_t at, size_t *from, size_t *to);

#endif
