/* One field of a span as a part of the document: laid out as what it is, and folded where it is long. */
#ifndef UI_DOC_FIELD_H
#define UI_DOC_FIELD_H

#include "ui/doc.h"

enum doc_form {
	DOC_PLAIN,    /* as it stands */
	DOC_PROSE,    /* Markdown */
	DOC_RESULT,   /* of a tool: source, a diff, a list; folded where it is long */
	DOC_ARGUMENT, /* under its name, which the lines of a longer one are indented below; folded, too */
};

/* Add a text with its place.  `whole`: how many bytes and line ends all of it has, where `text` is only the beginning. */
struct doc_whole {
	size_t bytes, lines;
};
void doc_field_add(struct doc *d, struct slice text, const struct doc_whole *whole, enum doc_form form, enum role role,
		   uint32_t seq, enum traj_field f, struct slice member);

void doc_field_heading(struct doc *d, struct slice words);

/* A field as running text under a heading; nothing where it is absent. */
void doc_field_text(struct doc *d, struct session *s, size_t i, enum traj_field f, enum doc_form form, enum role role);

/* Arguments and results: members one by one, short ones on the line of their name. */
void doc_field_members(struct doc *d, struct session *s, size_t i, enum traj_field f, enum traj_field raw_field);

#endif
