#include "import/text_body.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "import/go_map.h"

struct text_body {
	struct blob *blob;
	const struct traj *traj; /* borrowed: it owns this */
	struct text_part *parts;
	size_t n, cap;
};

struct text_body *text_body_new(struct blob *b)
{
	struct text_body *tb = xcalloc(1, sizeof *tb);

	tb->blob = b;
	return tb;
}

void text_body_set_traj(struct text_body *tb, const struct traj *t)
{
	tb->traj = t;
}

size_t text_body_count(const struct text_body *tb)
{
	return tb->n;
}

void text_body_add(struct text_body *tb, struct text_part part)
{
	tb->parts = mem_grow(tb->parts, &tb->cap, tb->n + 1, sizeof *tb->parts);
	tb->parts[tb->n++] = part;
}

static int read_part(const struct text_body *tb, const struct text_part *part, struct body *b, struct err *e)
{
	struct buf bytes = BUF_INIT;
	size_t n = part->lead + (size_t)part->len + part->newlines;
	char *to;

	if (blob_read(tb->blob, part->at, part->len, &bytes, e) < 0) {
		buf_release(&bytes);
		return -1;
	}
	to = arena_alloc(b->arena, n + 1);
	memset(to, '\n', n);
	if (part->len)
		memcpy(to + part->lead, bytes.p, part->len);
	b->field[part->field] = (struct slice){to, n};
	buf_release(&bytes);
	return 0;
}

/* ARGS or RESULTS as JSON, beside the page's own text of it. */
static enum traj_decode decode(const struct text_body *tb, const struct span *s, struct body *b,
			       enum traj_field f)
{
	enum traj_field raw = f == FIELD_ARGS ? FIELD_ARGS_RAW : FIELD_RESULTS_RAW;
	struct slice name = traj_string(tb->traj, s->name);

	if (!b->field[f].p)
		return DECODE_NONE;
	b->field[raw] = b->field[f];
	return go_map_decode(b->arena, (enum span_type)s->type, name, f, b->field[raw], &b->field[f]);
}

static int load(void *ctx, const struct span *s, struct body *b, struct err *e)
{
	const struct text_body *tb = ctx;

	for (size_t i = 0; i < s->body_len; i++)
		if (read_part(tb, &tb->parts[s->body_at + i], b, e) < 0)
			return -1;
	b->args = decode(tb, s, b, FIELD_ARGS);
	b->results = decode(tb, s, b, FIELD_RESULTS);
	return 0;
}

static void close_body(void *ctx)
{
	struct text_body *tb = ctx;

	blob_free(tb->blob);
	free(tb->parts);
	free(tb);
}

const struct traj_source text_body_source = {.load = load, .close = close_body};
