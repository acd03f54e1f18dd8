#include "workspace/macro.h"

#include <string.h>

#include "workspace/naming.h"

enum { FILE_MAX = 32 << 20, BODY_MAX = 3000 };

struct macros {
	struct arena *a;
	struct slice name;
	struct index_def *found;
	size_t n;
};

/* "#  define NAME"; `body` gets what follows. */
static bool defines(struct slice line, struct slice name, struct slice *body)
{
	line = slice_trim(line);
	if (!slice_eat(&line, "#"))
		return false;
	line = slice_trim(line);
	if (!slice_eat(&line, "define") || line.n == 0 || (line.p[0] != ' ' && line.p[0] != '\t'))
		return false;
	line = slice_trim(line);
	if (!slice_eq(slice_sub(line, 0, name.n), name) || (line.n > name.n && naming_is_identifier(slice_sub(line, 0, name.n + 1))))
		return false;
	*body = slice_trim(slice_sub(line, name.n, line.n));
	return true;
}

static bool look(void *arg, struct slice path, uint32_t number, struct slice line)
{
	struct macros *m = arg;
	struct slice body;

	if (!defines(line, m->name, &body) || slice_eq(body, m->name))
		return true;
	m->found[m->n++] = (struct index_def){.kind = INDEX_MACRO, .name = arena_str(m->a, m->name), .type = "", .file = arena_str(m->a, path),
					      .first = number, .last = number, .is_static = true};
	return m->n < MACROS_MAX;
}

/* It goes on where a line ends in a backslash. */
static void find_end(const struct root *r, struct index_def *d)
{
	struct buf text = BUF_INIT;
	struct slice rest, line;
	uint32_t number = 0;

	buf_init(&text, FILE_MAX);
	rest = root_read(r, slice_str(d->file), &text, NULL) == 0 ? buf_slice(&text) : (struct slice){0};
	while (slice_line(&rest, &line))
		if (++number >= d->first) {
			d->last = number;
			if (!slice_ends(line, "\\") || number - d->first >= BODY_MAX)
				break;
		}
	buf_release(&text);
}

int macro_find(const struct root *r, struct arena *a, struct slice name, struct index_def **defs, size_t *n, struct err *e)
{
	struct macros m = {.a = a, .name = name, .found = arena_alloc(a, MACROS_MAX * sizeof *m.found)};
	int rc = naming_lines(r, arena_str(a, name), look, &m, e);

	for (size_t i = 0; i < m.n; i++)
		find_end(r, &m.found[i]);
	*defs = m.found;
	*n = m.n;
	return rc;
}
