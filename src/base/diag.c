#include "base/diag.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

void diags_release(struct diags *ds)
{
	for (size_t i = 0; i < ds->n; i++)
		free(ds->d[i].text);
	free(ds->d);
	*ds = (struct diags){0};
}

void diags_add(struct diags *ds, enum diag_level level, uint64_t line, uint64_t byte, const char *fmt, ...)
{
	struct buf text;
	va_list ap;

	if (ds->n >= DIAG_MAX) {
		ds->dropped++;
		return;
	}
	buf_init(&text, 0);
	va_start(ap, fmt);
	buf_addv(&text, fmt, ap);
	va_end(ap);
	ds->d = mem_grow(ds->d, &ds->cap, ds->n + 1, sizeof *ds->d);
	ds->d[ds->n++] = (struct diag){level, line, byte, buf_detach(&text)};
}

size_t diags_count(const struct diags *ds, enum diag_level level)
{
	size_t n = ds->dropped;

	for (size_t i = 0; i < ds->n; i++)
		n += ds->d[i].level >= level;
	return n;
}
