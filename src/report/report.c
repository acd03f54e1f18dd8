#include "report/report.h"

#include "base/mem.h"
#include "report/headline.h"
#include "report/kcsan.h"

struct crash *report_parse(struct slice text)
{
	struct crash *c = xcalloc(1, sizeof *c);

	c->arena = arena_new();
	c->text = arena_slice(c->arena, text);
	c->kind = CRASH_RAW;
	c->cpu = c->pid = -1;
	if (!kcsan_parse(c)) {
		c->extent = c->text;
		c->title = headline_of(c->arena, c->text);
	}
	return c;
}
