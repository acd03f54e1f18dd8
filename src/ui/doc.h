/* What the Text pane shows: one text put together from fields of spans, with the place of every byte. */
#ifndef UI_DOC_H
#define UI_DOC_H

#include "app/session.h"
#include "base/buf.h"
#include "model/review.h"
#include "ui/markdown.h"
#include "ui/theme.h"

enum { DOC_NO_SPAN = UINT32_MAX, DOC_NO_TEXT = UINT32_MAX };

/* Longer results and arguments are folded to their first lines; other texts are where they are longer than MARKDOWN_MAX. */
enum { DOC_FOLD_LINES = 40, DOC_FOLD_HEAD = 20, DOC_FOLD_BYTES = 8192 };

/* A field, or a member of one, that is shown from its beginning on. */
struct doc_text {
	uint32_t seq;
	enum traj_field field;
	char *member;       /* owned; of Args and Results */
	size_t from, to;    /* bytes of the document */
	size_t part, parts; /* its parts: the first, and the one behind the last */
	size_t at, n;       /* bytes of doc.source: what is shown of it, as it was written */
	bool markdown;
	bool foldable, folded;
};

/*
 * Bytes `from` to `to` of the document are `n` bytes of the field's text from `base` on: each one of them where both are as many,
 * else all together.  Where `n` is 0 they are of nothing, drawn by the program between bytes `base` - 1 and `base`.
 */
struct doc_part {
	size_t from, to;
	enum role role;
	enum code_lang lang;
	uint32_t seq;  /* DOC_NO_SPAN: written by the program, outside of all texts */
	uint32_t text; /* of doc.texts; DOC_NO_TEXT there */
	size_t base, n;
};

/* How documents are shown; it outlives them. */
struct doc_view {
	unsigned width;     /* cells that a table may take; 0: any number */
	const char *key;    /* that unfolds; NULL: "Space" */
	uint64_t *unfolded; /* owned: doc_fold_key() of texts */
	size_t n, cap;
};

struct doc {
	struct buf text;
	struct buf source; /* of its texts, as they were written */
	struct doc_text *texts; /* owned; in order */
	size_t ntexts, cap_texts;
	struct doc_part *parts; /* owned; in order, no gaps */
	size_t n, cap;
	struct buf title;
	size_t span; /* index of the span that is shown; SIZE_MAX: none */
	bool instruction; /* the agent's instruction is shown */
	struct markdown md; /* of the last text in Markdown, and how long the document was when its closed blocks had been laid out */
	size_t settled;
	bool tables; /* another width shows it in another way */
	size_t changed; /* by the last doc_more(): what stands before this byte is as it was; a line begins there */
	const struct doc_view *view; /* borrowed, may be NULL; kept by doc_release() */
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

/* The text that holds byte `at`, or NULL. */
const struct doc_text *doc_text_at(const struct doc *d, size_t at);

/*
 * The place of bytes `from` to `to` (exclusive), cut to the text that holds `from`; false where that is not text of a
 * span.  What was left out of the source in between belongs to it.  Released by the caller.
 */
bool doc_place(const struct doc *d, size_t from, size_t to, struct place *p);

/* Where a place stands in the document; false where it is not shown. */
bool doc_find(const struct doc *d, const struct place *p, size_t *from, size_t *to);

/* The folded text that hides a place, or NULL. */
const struct doc_text *doc_hides(const struct doc *d, const struct place *p);

/* Names a text in doc_view.unfolded. */
uint64_t doc_fold_key(const struct doc_text *t);
void doc_view_toggle(struct doc_view *v, uint64_t key);
void doc_view_release(struct doc_view *v);

/* The sentence around byte `at`: up to a full stop, question or exclamation mark before a blank, or an empty line. */
void doc_sentence(const struct doc *d, size_t at, size_t *from, size_t *to);

/* ---- for what fills it: doc_fill.c ---- */

/* Text of the program's own. */
void doc_say(struct doc *d, enum role role, struct slice text);

/* A text begins, `shown` of which is going to be put; what is put until the next doc_end() belongs to it. */
struct doc_text *doc_begin(struct doc *d, uint32_t seq, enum traj_field f, struct slice member, struct slice shown);
void doc_put(struct doc *d, const struct markdown_piece *p);
void doc_end(struct doc *d);

/* Lay out all of the Markdown of the text that was begun, `text`; or what it has more than before. */
void doc_put_markdown(struct doc *d, struct slice text, enum role role);

#endif
