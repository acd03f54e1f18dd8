#include "workspace/racing.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "workspace/numbered.h"

enum { FILE_BYTES = 8 << 20, SEEN_MAX = 32 };

/* ---- lines of a text ---- */

struct lines {
	struct slice *line; /* owned; [0] is line 1 */
	size_t n, cap;
};

static void split(struct lines *l, struct slice text)
{
	struct slice line;

	while (slice_line(&text, &line)) {
		l->line = mem_grow(l->line, &l->cap, l->n + 1, sizeof *l->line);
		l->line[l->n++] = slice_rtrim(line);
	}
}

/* Does a signature go on through this line, looked at from below? */
static bool of_signature(struct slice s)
{
	return s.n && *s.p != '}' && *s.p != '#' && *s.p != '{' && !slice_ends(s, ";") && !slice_ends(s, "*/") &&
	       !slice_starts(s, "*") && !slice_starts(s, " *") && !slice_starts(s, "//");
}

/* The comment right above line `i` (an index), or `i`. */
static size_t comment_above(const struct lines *l, size_t i)
{
	size_t at = i;

	if (at == 0 || !slice_ends(l->line[at - 1], "*/"))
		return i;
	while (at-- > 0 && i - at < 60)
		if (slice_find(l->line[at], "/*", 0) != SLICE_NONE)
			return at;
	return i;
}

static bool bounds(const struct lines *l, size_t at, size_t *from, size_t *to)
{
	size_t open = at, end = at;

	if (at >= l->n)
		return false;
	/* a line of the signature itself belongs to the body below it */
	if (of_signature(l->line[at]) && *l->line[at].p != ' ' && *l->line[at].p != '\t')
		for (size_t i = at; i < l->n && i < at + 20 && of_signature(l->line[i]); i++)
			if (i + 1 < l->n && slice_starts(l->line[i + 1], "{"))
				open = i + 1;
	while (!slice_starts(l->line[open], "{")) {
		if (open == 0 || (open < at && slice_starts(l->line[open], "}")))
			return false;
		open--;
	}
	if (end < open)
		end = open;
	while (!slice_starts(l->line[end], "}")) {
		if (end + 1 == l->n || (end > open && slice_starts(l->line[end], "{")))
			return false;
		end++;
	}
	if (end < at)
		return false;
	while (open > 0 && of_signature(l->line[open - 1]))
		open--;
	*from = comment_above(l, open);
	*to = end;
	return true;
}

bool racing_function(struct slice text, uint32_t line, uint32_t *first, uint32_t *last)
{
	struct lines l = {0};
	size_t from = 0, to = 0, at = line - 1;
	bool found;

	split(&l, text);
	found = line > 0 && bounds(&l, at, &from, &to);
	free(l.line);
	if (!found)
		return false;
	if (to - from >= RACING_LINES) { /* around the line, not past the function */
		if (at > from + RACING_LINES / 2)
			from = at - RACING_LINES / 2;
		if (to - from >= RACING_LINES)
			to = from + RACING_LINES - 1;
	}
	*first = (uint32_t)from + 1;
	*last = (uint32_t)to + 1;
	return true;
}

/* ---- of a report ---- */

struct seen {
	struct slice file;
	uint32_t first, last;
};

static int read_file(const struct root *r, struct slice path, struct buf *text, struct err *e)
{
	int fd = root_open_path(r, path, "file", e);
	ssize_t n;
	char *room;

	if (fd < 0)
		return -1;
	buf_clear(text);
	room = buf_room(text, FILE_BYTES);
	n = fs_pread(fd, room, FILE_BYTES, 0);
	close(fd);
	if (n < 0)
		return err_set(e, ERR_NO, "the file cannot be read");
	buf_wrote(text, (size_t)n);
	return 0;
}

static void add_lines(struct buf *out, struct slice text, uint32_t first, uint32_t last)
{
	struct slice line;

	for (uint32_t i = 1; i <= last && slice_line(&text, &line); i++)
		if (i >= first)
			numbered_add(out, i, line);
}

static bool was_shown(const struct seen *seen, size_t n, const struct frame *f)
{
	for (size_t i = 0; i < n; i++)
		if (slice_eq(seen[i].file, f->file) && f->line >= seen[i].first && f->line <= seen[i].last)
			return true;
	return false;
}

static void add_frame(struct buf *out, const struct root *r, const struct frame *f, struct seen *seen, size_t *n)
{
	struct buf text = BUF_INIT;
	struct err e = {0};
	uint32_t first = 0, last = 0;

	buf_addf(out, "%.*s, %.*s:%" PRIu32 ":\n", (int)f->function.n, f->function.n ? f->function.p : "", (int)f->file.n, f->file.p,
		 f->line);
	if (read_file(r, f->file, &text, &e) < 0) {
		buf_addf(out, "(not found: %s)\n\n", e.msg);
	} else if (!racing_function(buf_slice(&text), f->line, &first, &last)) {
		buf_addf(out, "(line %" PRIu32 " lies in no function of this tree's file: the tree may be another one)\n\n", f->line);
	} else {
		add_lines(out, buf_slice(&text), first, last);
		buf_addc(out, '\n');
		seen[(*n)++] = (struct seen){f->file, first, last};
	}
	buf_release(&text);
}

void racing_source(struct buf *out, const struct crash *c, const struct root *r)
{
	struct seen seen[SEEN_MAX];
	size_t n = 0, before = out->n;

	for (size_t s = 0; s < crash_nstacks(c) && s < 2; s++) {
		size_t nframes, site = crash_site(c, s);
		const struct frame *f = crash_frames(c, s, &nframes);

		for (size_t i = 0; i < nframes && i <= site && n < SEEN_MAX; i++)
			if (f[i].file.n && f[i].line && !was_shown(seen, n, &f[i]))
				add_frame(out, r, &f[i], seen, &n);
	}
	if (out->n == before)
		buf_adds(out, "(the report names no file and line: find the functions by their names)\n");
}
