/* Texts with places to fill: "{{name}}" becomes the value of that name. */
#ifndef AGENT_TEMPLATE_H
#define AGENT_TEMPLATE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

struct template_value {
	struct slice name; /* a letter, then letters and digits */
	struct slice value;
};

/*
 * Add `text` to `out` with every place filled.  A value is put in as it is: places in it are not filled again, so that
 * text from outside cannot ask for other values.  -1, ERR_INPUT, naming `what` (the file) and the line: a name without a
 * value, a "{{" without its "}}", a name that is none, or more than the ceiling of `out`.  `out` is then incomplete.
 */
int template_fill(struct buf *out, struct slice text, const struct template_value *v, size_t n, const char *what,
		  struct err *e);

#endif
