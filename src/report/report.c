#include "report/report.h"

#include "base/mem.h"
#include "report/dump.h"
#include "report/headline.h"
#include "report/kcsan.h"

struct crash *report_parse(struct slice text)
{
	struct crash *c = xcalloc(1, sizeof *c);

	c->arena = arena_new();
	c->text = arena_slice(c->arena, text);
	c->kind = CRASH_RAW;
	c->cpu = c->pid = -1;
	if (!kcsan_parse(c) && !dump_parse(c)) {
		c->extent = c->text;
		c->title = headline_of(c->arena, c->text);
	}
	return c;
}

struct all {
	report_sink sink;
	void *arg;
	size_t n;
	bool stop;
};

static bool give(struct all *all, struct slice piece)
{
	struct crash *c = report_parse(piece);

	all->n++;
	all->stop = all->sink(all->arg, c) != 0;
	crash_free(c);
	return !all->stop;
}

/* The reports of other kinds in what lies between two of KCSAN. */
static void others(struct all *all, struct slice gap, bool after)
{
	struct slice extent;

	while (!all->stop && dump_next(&gap, &extent, &after))
		give(all, extent);
}

size_t report_parse_all(struct slice text, report_sink sink, void *arg)
{
	struct all all = {.sink = sink, .arg = arg};
	struct slice rest = text, extent;
	bool after = false;

	while (!all.stop && kcsan_next(rest, &extent)) {
		others(&all, (struct slice){rest.p, (size_t)(extent.p - rest.p)}, after);
		if (!all.stop)
			give(&all, extent);
		rest = slice_sub(rest, (size_t)(extent.p - rest.p) + extent.n, rest.n);
		after = true;
	}
	if (!all.stop)
		others(&all, rest, after);
	if (all.n == 0)
		give(&all, text);
	return all.n;
}
