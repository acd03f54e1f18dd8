#include "import/job_spans.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "import/json_walk.h"
#include "import/lines.h"
#include "import/span_record.h"

/* ---- bodies ---- */

struct origin {
	struct blob *blob;
	const struct traj *traj; /* borrowed: it owns this */
};

static int load(void *ctx, const struct span *s, struct body *b, struct err *e)
{
	const struct origin *o = ctx;
	struct buf bytes = BUF_INIT;
	struct slice raw;
	int rc = blob_read(o->blob, s->body_at, s->body_len, &bytes, e);

	if (rc == 0) {
		raw = arena_slice(b->arena, buf_slice(&bytes));
		if (json_check(raw, &raw, NULL, NULL) < 0 || json_type(raw) != JSON_OBJECT)
			rc = err_set(e, ERR_INPUT,
				     "cannot read span %" PRIu32 " of '%s' at byte %" PRIu64 ": the file was changed",
				     s->seq, blob_name(o->blob), s->body_at);
		else
			span_record_page_body(raw, (enum span_type)s->type, traj_string(o->traj, s->name), b);
	}
	buf_release(&bytes);
	return rc;
}

static void close_origin(void *ctx)
{
	struct origin *o = ctx;

	blob_free(o->blob);
	free(o);
}

static const struct traj_source source = {.load = load, .close = close_origin};

/* ---- reading ---- */

struct reader {
	struct run *r;
	struct lines lines;
	struct slice text;
	uint64_t records;
};

static size_t place(const struct reader *rd, struct slice part)
{
	return (size_t)(part.p - rd->text.p);
}

static void tell(struct reader *rd, enum diag_level level, size_t at, const char *what)
{
	diags_add(&rd->r->diags, level, lines_of(&rd->lines, at), at, "span record %" PRIu64 ": %s", rd->records, what);
}

static void put(struct reader *rd, struct slice record)
{
	struct arena *a = arena_new();
	struct span_put p = {.body_at = place(rd, record), .body_len = (uint32_t)record.n};
	struct slice raw;
	const char *odd = NULL;
	struct err why;
	size_t at = 0;

	if (json_check(record, &raw, &at, &why) < 0)
		tell(rd, DIAG_ERROR, place(rd, record) + at, "it is not JSON here");
	else if (span_record_page_head(a, raw, &p, &rd->r->unit, &odd, &why) < 0)
		tell(rd, DIAG_ERROR, place(rd, record), why.msg);
	else
		traj_put(rd->r->traj, &p);
	if (odd)
		tell(rd, DIAG_WARNING, place(rd, record), odd);
	arena_free(a);
}

static void read_array(struct reader *rd, struct slice array)
{
	struct json_walk w = json_walk(array);

	while (json_walk_next(&w)) {
		rd->records++;
		if (!w.whole)
			break;
		if (w.depth > SPAN_NESTING_MAX)
			tell(rd, DIAG_ERROR, place(rd, w.value), "its JSON is nested more than 1000 deep");
		else
			put(rd, w.value);
	}
	if (w.closed)
		return;
	rd->r->cut = true;
	diags_add(&rd->r->diags, DIAG_WARNING, lines_of(&rd->lines, place(rd, array) + w.i), place(rd, array) + w.i,
		  "the array of spans %s %s record %" PRIu64 " at byte %zu",
		  place(rd, array) + w.i >= rd->text.n ? "ends" : "is broken",
		  w.value.n && !w.whole ? "inside" : "after", rd->records, place(rd, array) + w.i);
}

void job_spans_read(struct run *r, struct blob *b, struct slice text, struct slice array)
{
	struct reader rd = {.r = r, .lines = {.blob = b, .diags = &r->diags}, .text = text};
	struct origin *o = xcalloc(1, sizeof *o);

	o->blob = b;
	r->traj = traj_new(&source, o);
	o->traj = r->traj;
	if (json_walk_opens(array, '['))
		read_array(&rd, array);
}
