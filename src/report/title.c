#include "report/title.h"

#include "base/buf.h"
#include "report/context.h"
#include "report/frame.h"

enum { TITLE_MAX = 1024 }; /* bytes; two names of 512 are longer than any symbol */

static const char mark[] = "BUG: KCSAN: ";

/* A name in a title, with or without offset, module and place. */
static bool parse_name(struct slice part, struct frame *f)
{
	struct frame_line fl;

	if (frame_parse(part, &fl) == FRAME_NONE || !fl.f.function.n)
		return false;
	*f = fl.f;
	return true;
}

/* Split the names: "a / b" (or "a and b" with offsets, in the first prototypes) into two, all else is one. */
static size_t split(struct slice names, struct slice part[2], const char **between)
{
	static const char *const words[] = {" / ", " and "};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t at = slice_find(names, words[i], 0);

		if (at == SLICE_NONE)
			continue;
		part[0] = slice_sub(names, 0, at);
		part[1] = slice_sub(names, at + slice_str(words[i]).n, names.n);
		*between = words[i];
		return 2;
	}
	part[0] = names;
	*between = "";
	return 1;
}

/* Where the names begin, behind " in ". */
static size_t names_at(struct slice title)
{
	size_t at = slice_find(title, " in ", 0);

	return at == SLICE_NONE ? title.n : at + sizeof " in " - 1;
}

static bool names_functions(struct slice title)
{
	struct slice part[2];
	const char *between;
	struct frame f;
	size_t n = split(slice_sub(title, names_at(title), title.n), part, &between);

	for (size_t i = 0; i < n; i++) {
		if (!parse_name(part[i], &f))
			return false;
	}
	return true;
}

bool title_find(struct slice line, struct slice *title, bool *strong)
{
	size_t at = slice_find(line, mark, 0);

	if (at == SLICE_NONE)
		return false;
	at += sizeof "BUG: " - 1;
	*title = slice_trim(slice_sub(line, at, at + TITLE_MAX));
	*strong = slice_starts(line, mark);
	return *strong || names_functions(*title);
}

bool title_is_wrapped(struct slice title, struct slice next)
{
	struct frame f;

	if (slice_eat(&next, "/ "))
		return slice_find(title, " / ", 0) == SLICE_NONE && parse_name(next, &f);
	if (slice_ends(title, " /"))
		return parse_name(next, &f);
	if (slice_ends(title, " in")) {
		struct slice part[2];
		const char *between;

		split(next, part, &between);
		return parse_name(part[0], &f);
	}
	return false;
}

/* The name as a title has it: the module stays, offset and place go. */
static void add_name(struct buf *b, struct slice part, const struct frame *f)
{
	if (!f) {
		buf_add_slice(b, slice_trim(part));
		return;
	}
	buf_add_slice(b, f->function);
	if (f->module.n) {
		buf_adds(b, " [");
		buf_add_slice(b, f->module);
		buf_adds(b, "]");
	}
}

void title_parse(struct arena *a, struct slice title, struct crash *c)
{
	struct slice part[2], names;
	const char *between;
	struct buf b = BUF_INIT;
	size_t n, at;

	if (slice_ends(title, " /"))
		title = slice_rtrim(slice_sub(title, 0, title.n - 2));
	at = names_at(title);
	names = slice_sub(title, at, title.n);
	c->nfunctions = 0;
	buf_add_slice(&b, slice_sub(title, 0, at));
	n = names.n ? split(names, part, &between) : 0;
	for (size_t i = 0; i < n; i++) {
		struct frame f;
		bool named = parse_name(part[i], &f);

		if (named)
			c->functions[c->nfunctions++] = f.function;
		if (i)
			buf_adds(&b, between);
		add_name(&b, part[i], named ? &f : NULL);
	}
	c->title = slice_eq(buf_slice(&b), title) ? title : arena_slice(a, buf_slice(&b));
	buf_release(&b);
}

/* Titles are in alphabetical order; where there is none, its names are those of the call sites. */
static void functions_from_stacks(struct crash *c)
{
	c->nfunctions = 0;
	for (size_t i = 0; i < c->naccesses; i++) {
		const struct access *a = &c->access[i];
		size_t site = crash_call_site(a);

		if (site < a->nframes && a->frames[site].function.n)
			c->functions[c->nfunctions++] = a->frames[site].function;
	}
	if (c->nfunctions == 2 && slice_cmp(c->functions[0], c->functions[1]) > 0) {
		struct slice swap = c->functions[0];

		c->functions[0] = c->functions[1];
		c->functions[1] = swap;
	}
}

void title_complete(struct crash *c)
{
	struct crash named = *c;
	bool own = false;

	for (size_t i = 0; i < c->nfunctions; i++)
		own |= context_is_kcsan(c->functions[i]);
	if (c->nfunctions && !own)
		return;
	functions_from_stacks(&named);
	if (named.nfunctions) {
		c->nfunctions = named.nfunctions;
		for (size_t i = 0; i < named.nfunctions; i++)
			c->functions[i] = named.functions[i];
	}
}
