#include "net/sse.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

#define REST_MAX ((size_t)64 << 10)

struct sse {
	void (*event)(void *arg, struct slice name, struct slice data);
	void *arg;
	struct buf line; /* the beginning of a line whose end has not come */
	struct buf name, data;
	struct buf rest;
	bool has_data; /* a data field came, perhaps an empty one */
	bool after_cr; /* a LF right now belongs to the line before */
	bool begun;    /* the first line, which may carry a byte order mark, is over */
	bool over;
};

struct sse *sse_new(void (*event)(void *arg, struct slice name, struct slice data), void *arg, size_t max)
{
	struct sse *s = xcalloc(1, sizeof *s);

	s->event = event;
	s->arg = arg;
	buf_init(&s->line, max);
	buf_init(&s->name, max);
	buf_init(&s->data, max);
	buf_init(&s->rest, REST_MAX);
	return s;
}

void sse_free(struct sse *s)
{
	if (!s)
		return;
	buf_release(&s->line);
	buf_release(&s->name);
	buf_release(&s->data);
	buf_release(&s->rest);
	free(s);
}

/* ---- fields ---- */

static void field_data(struct sse *s, struct slice value)
{
	if (s->has_data)
		buf_addc(&s->data, '\n');
	buf_add_slice(&s->data, value);
	s->has_data = true;
}

static void field_event(struct sse *s, struct slice value)
{
	buf_clear(&s->name);
	buf_add_slice(&s->name, value);
}

/* A stream is never taken up again in the middle: where it stood and how long to wait do not matter. */
static void field_ignored(struct sse *s, struct slice value)
{
	(void)s;
	(void)value;
}

static const struct field {
	const char *name;
	void (*take)(struct sse *s, struct slice value);
} fields[] = {
	{"data", field_data},
	{"event", field_event},
	{"id", field_ignored},
	{"retry", field_ignored},
};

static void take_field(struct sse *s, struct slice line)
{
	size_t colon = slice_chr(line, ':', 0);
	struct slice name = slice_sub(line, 0, colon), value = {0};

	if (colon != SLICE_NONE)
		value = slice_sub(line, colon + 1, line.n);
	slice_eat(&value, " ");
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (slice_is(name, fields[i].name)) {
			fields[i].take(s, value);
			return;
		}
	if (s->rest.n + line.n < REST_MAX) {
		buf_add_slice(&s->rest, line);
		buf_addc(&s->rest, '\n');
	}
}

static void dispatch(struct sse *s)
{
	if (s->has_data)
		s->event(s->arg, buf_slice(&s->name), buf_slice(&s->data));
	s->has_data = false;
	buf_clear(&s->name);
	buf_clear(&s->data);
}

/* A line without its end. */
static void take_line(struct sse *s, struct slice line)
{
	if (!s->begun)
		slice_eat(&line, "\xef\xbb\xbf");
	s->begun = true;
	if (line.n == 0)
		dispatch(s);
	else if (line.p[0] != ':')
		take_field(s, line);
	s->over = s->name.over || s->data.over;
}

/* ---- lines ---- */

/* Where the line that begins at `bytes` ends: at a CR or a LF; or SLICE_NONE. */
static size_t line_end(struct slice bytes)
{
	for (size_t i = 0; i < bytes.n; i++)
		if (bytes.p[i] == '\n' || bytes.p[i] == '\r')
			return i;
	return SLICE_NONE;
}

int sse_feed(struct sse *s, struct slice bytes)
{
	while (bytes.n && !s->over) {
		size_t end;

		if (s->after_cr)
			slice_eat(&bytes, "\n");
		s->after_cr = false;
		end = line_end(bytes);
		if (s->line.n || end == SLICE_NONE) {
			buf_add_slice(&s->line, slice_sub(bytes, 0, end));
			s->over = s->line.over;
		} else if (end > s->line.max) {
			s->over = true;
		}
		if (end == SLICE_NONE || s->over)
			break;
		take_line(s, s->line.n ? buf_slice(&s->line) : slice_sub(bytes, 0, end));
		buf_clear(&s->line);
		s->after_cr = bytes.p[end] == '\r';
		bytes = slice_sub(bytes, end + 1, bytes.n);
	}
	return s->over ? -1 : 0;
}

bool sse_end(struct sse *s)
{
	bool unfinished;

	if (s->over)
		return false;
	if (s->line.n)
		take_line(s, buf_slice(&s->line));
	buf_clear(&s->line);
	unfinished = s->has_data && !s->over;
	if (unfinished)
		dispatch(s);
	return unfinished;
}

struct slice sse_rest(const struct sse *s)
{
	return buf_slice(&s->rest);
}
