#include "workspace/racing.h"

#include <string.h>

#include "workspace/numbered.h"

enum {
	FILE_BYTES = 8 << 20, /* no file with code in it is as large */
	FRAMES = 8,           /* of one access: deeper chains of inline functions are cut */
	SHOWN = 2 * FRAMES,
};

/* Of one stack: of an access from the innermost frame to the call site, else the one at fault. */
static void stack_frames(const struct crash *c, size_t stack, void (*fn)(void *arg, const struct frame *f), void *arg)
{
	size_t n, site, first;
	const struct frame *f = crash_frames(c, stack, &n);

	if (n == 0)
		return;
	site = crash_site(c, stack);
	first = c->naccesses ? 0 : site;
	for (size_t i = first; i <= site && i < first + FRAMES; i++)
		fn(arg, &f[i]);
}

void racing_frames(const struct crash *c, void (*fn)(void *arg, const struct frame *f), void *arg)
{
	for (size_t i = 0; i < c->naccesses; i++)
		stack_frames(c, i, fn, arg);
	if (!c->naccesses && c->stack_main < c->nstacks)
		stack_frames(c, c->stack_main, fn, arg);
}

int racing_read(const struct root *r, const struct frame *f, struct buf *text, struct buf *path, struct err *e)
{
	struct slice file = f->file;
	bool absolute = slice_starts(file, "/");
	size_t slash;
	int rc;

	buf_init(text, FILE_BYTES);
	for (;;) {
		rc = root_read(r, file, text, e);
		slash = slice_chr(file, '/', 1);
		if (rc == 0 || !absolute || slash == SLICE_NONE)
			break;
		file = slice_sub(file, slash, file.n);
	}
	if (rc == 0 && root_clean(file, path, e) < 0)
		rc = -1;
	return rc;
}

/* What has been shown already: a file and the first line of a function in it. */
struct shown {
	struct slice file; /* as the report prints it */
	uint32_t first, last;
};

struct showing {
	const struct root *r;
	struct buf *out;
	struct shown shown[SHOWN];
	size_t nshown;
	size_t found;
};

static void add_lines(struct buf *out, struct slice text, uint32_t first, uint32_t last)
{
	struct slice line;

	for (uint32_t n = 1; n <= last && slice_line(&text, &line); n++)
		if (n >= first)
			numbered_add(out, n, line);
}

/* Lines first to last, or RACING_LINES of them around `line`. */
static void bound(uint32_t line, uint32_t *first, uint32_t *last)
{
	if (*last - *first < RACING_LINES)
		return;
	if (line > *first + RACING_LINES / 2)
		*first = line - RACING_LINES / 2 < *last - RACING_LINES + 1 ? line - RACING_LINES / 2 : *last - RACING_LINES + 1;
	*last = *first + RACING_LINES - 1;
}

static uint32_t count_lines(struct slice text)
{
	struct slice line;
	uint32_t n = 0;

	while (slice_line(&text, &line))
		n++;
	return n;
}

static bool was_shown(const struct showing *s, struct slice file, uint32_t line)
{
	for (size_t i = 0; i < s->nshown; i++)
		if (slice_eq(s->shown[i].file, file) && line >= s->shown[i].first && line <= s->shown[i].last)
			return true;
	return false;
}

/* Source around a line that exists. */
static void add_source(struct showing *s, const struct frame *f, const char *path, struct slice text, uint32_t total)
{
	struct function fn;
	bool found = function_at(text, f->line, &fn);
	uint32_t first = found ? fn.first : f->line > RACING_AROUND ? f->line - RACING_AROUND : 1;
	uint32_t last = found ? fn.last : total - f->line > RACING_AROUND ? f->line + RACING_AROUND : total;

	bound(f->line, &first, &last);
	if (found) {
		function_name(s->out, &fn);
		buf_addf(s->out, " in %s, lines %u to %u", path, (unsigned)fn.first, (unsigned)fn.last);
		if (first != fn.first || last != fn.last)
			buf_addf(s->out, ", of which %u to %u are shown", (unsigned)first, (unsigned)last);
		buf_adds(s->out, ":\n");
	} else {
		buf_addf(s->out, "%s, line %u lies in no function; the lines around it:\n", path, (unsigned)f->line);
	}
	add_lines(s->out, text, first, last);
	buf_addc(s->out, '\n');
	s->shown[s->nshown++] = (struct shown){f->file, first, last};
}

/* True where source was found, now or before. */
static bool add_frame(struct showing *s, const struct frame *f)
{
	struct buf text = BUF_INIT, path = BUF_INIT;
	struct err e = {0};
	uint32_t total;
	bool ok = false;

	if (!f->file.n || !f->line) {
		buf_addf(s->out, "%.*s: the report does not say where its source is.\n\n", (int)f->function.n,
			 f->function.n ? f->function.p : "");
		return false;
	}
	if (was_shown(s, f->file, f->line))
		return true;
	if (racing_read(s->r, f, &text, &path, &e) < 0) {
		buf_addf(s->out, "%.*s, line %u: %s.\n\n", (int)f->file.n, f->file.p, (unsigned)f->line, e.msg);
	} else if ((total = count_lines(buf_slice(&text))) < f->line) {
		buf_addf(s->out, "%s, line %u: the file has only %u lines.\n\n", buf_str(&path), (unsigned)f->line, (unsigned)total);
	} else if (s->nshown < SHOWN) {
		add_source(s, f, buf_str(&path), buf_slice(&text), total);
		ok = true;
	}
	buf_release(&text);
	buf_release(&path);
	return ok;
}

static void each_frame(void *arg, const struct frame *f)
{
	struct showing *s = arg;

	s->found += add_frame(s, f);
}

size_t racing_source(const struct root *r, const struct crash *c, struct buf *out)
{
	struct showing s = {.r = r, .out = out};

	racing_frames(c, each_frame, &s);
	return s.found;
}
