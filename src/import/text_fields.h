/* The fields of one span of a saved page: where its labels are (§8.3, §8.6). */
#ifndef IMPORT_TEXT_FIELDS_H
#define IMPORT_TEXT_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "import/text_span.h"

struct text_mark {
	enum text_label label;
	size_t at;    /* of its line, in bytes of the span's text */
	size_t value; /* of the line behind it */
	size_t end;   /* of the value: the next label, or the end of the span */
};

struct text_fields {
	struct text_first first;
	struct text_mark mark[LABELS];
	unsigned n;
	unsigned doubtful; /* labels that could stand in more than one place, and nothing says in which */
};

/* What a page says elsewhere, to tell a label from a line of a text; empty where it does not. */
struct text_hints {
	struct slice crash;       /* the prompt holds it */
	struct slice explanation; /* the reply equals it */
};

/* Find the fields in `text`, all that stands behind the head of a span of this type. */
void text_fields(struct slice text, enum span_type type, const struct text_hints *hints, struct text_fields *f);

/* The field with this label, or NULL. */
const struct text_mark *text_field(const struct text_fields *f, enum text_label l);

#endif
