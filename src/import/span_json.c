#include "import/span_json.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "import/check.h"
#include "import/json_scan.h"
#include "import/lines.h"
#include "import/span_record.h"

bool span_json_sniff(struct slice head)
{
	slice_eat(&head, "\xef\xbb\xbf");
	head = slice_trim(head);
	if (!slice_eat(&head, "["))
		return false;
	head = slice_trim(head);
	return head.n == 0 || *head.p == '{' || *head.p == ']';
}

/* ---- bodies ---- */

/* Is it still the record of `s`?  A file may have been written to since its records were found. */
static bool is_record_of(struct slice raw, const struct span *s, struct arena *a)
{
	enum when_unit unit = WHEN_SECOND;
	struct span_put p;
	const char *odd;

	return span_record_head(a, raw, &p, &unit, &odd, NULL) == 0 && p.seq == s->seq;
}

static int load(void *ctx, const struct span *s, struct body *b, struct err *e)
{
	const struct blob *blob = ctx;
	struct buf bytes = BUF_INIT;
	struct slice raw;
	int rc = blob_read(blob, s->body_at, s->body_len, &bytes, e);

	if (rc == 0) {
		raw = arena_slice(b->arena, buf_slice(&bytes));
		if (json_check(raw, &raw, NULL, NULL) < 0 || !is_record_of(raw, s, b->arena))
			rc = err_set(e, ERR_INPUT,
				     "cannot read span %" PRIu32 " of '%s' at byte %" PRIu64 ": the file was changed",
				     s->seq, blob_name(blob), s->body_at);
		else
			span_record_body(raw, b);
	}
	buf_release(&bytes);
	return rc;
}

static void close_blob(void *ctx)
{
	blob_free(ctx);
}

static const struct traj_source source = {load, close_blob};

/* ---- import ---- */

struct reader {
	const struct blob *blob; /* owned by the trajectory */
	struct run *r;
	struct json_scan scan;
	struct lines lines;
	struct buf bytes;      /* a record that does not lie in one window */
	struct arena *scratch; /* strings of the record's header */
	uint64_t records;      /* elements of the array, from 1 */
	uint64_t kept;
	bool broken_utf8;      /* it was said */
};

static struct diags *diags(struct reader *rd)
{
	return &rd->r->diags;
}

static void tell(struct reader *rd, enum diag_level level, uint64_t at, const char *what)
{
	diags_add(diags(rd), level, lines_of(&rd->lines, at), at, "record %" PRIu64 ": %s", rd->records, what);
}

/* The bytes of the element that was just found; {0} where it is too large, with a message. */
static int element_bytes(struct reader *rd, struct slice *raw, struct err *e)
{
	uint64_t n = rd->scan.end - rd->scan.at;

	*raw = json_scan_element(&rd->scan);
	if (raw->p)
		return 0;
	if (n > SPAN_RECORD_MAX) {
		tell(rd, DIAG_ERROR, rd->scan.at, "it is longer than 256 MiB, which is the most");
		return 0;
	}
	if (blob_read(rd->blob, rd->scan.at, (size_t)n, &rd->bytes, e) < 0)
		return -1;
	*raw = buf_slice(&rd->bytes);
	return 0;
}

static void check_utf8(struct reader *rd, struct slice raw)
{
	size_t at = rd->broken_utf8 ? SLICE_NONE : utf8_broken_at(raw);

	if (at == SLICE_NONE)
		return;
	rd->broken_utf8 = true;
	tell(rd, DIAG_WARNING, rd->scan.at + at, "it is not UTF-8 here (further places are not named)");
}

static void put(struct reader *rd, struct slice raw)
{
	struct span_put p = {.body_at = rd->scan.at, .body_len = (uint32_t)raw.n};
	const char *odd;
	struct err why;

	if (span_record_head(rd->scratch, raw, &p, &rd->r->unit, &odd, &why) < 0) {
		tell(rd, DIAG_ERROR, rd->scan.at, why.msg);
		return;
	}
	if (odd)
		tell(rd, DIAG_WARNING, rd->scan.at, odd);
	check_utf8(rd, raw);
	traj_put(rd->r->traj, &p);
	rd->kept++;
}

static int element(struct reader *rd, struct err *e)
{
	struct slice raw, checked;
	struct err why;
	size_t at;

	rd->records++;
	if (rd->scan.deepest == 0) {
		tell(rd, DIAG_ERROR, rd->scan.at, "it is not an object");
		return 0;
	}
	if (rd->scan.deepest > SPAN_NESTING_MAX) {
		tell(rd, DIAG_ERROR, rd->scan.at, "its JSON is nested more than 1000 deep");
		return 0;
	}
	if (element_bytes(rd, &raw, e) < 0)
		return -1;
	if (!raw.p)
		return 0;
	if (json_check(raw, &checked, &at, &why) < 0)
		tell(rd, DIAG_ERROR, rd->scan.at + at, "it is not JSON here");
	else
		put(rd, checked);
	if (arena_bytes(rd->scratch)) {
		arena_free(rd->scratch);
		rd->scratch = arena_new();
	}
	return 0;
}

/* Only the number of different Seq counts, which is never more than the records kept. */
static bool too_many(struct reader *rd)
{
	if (rd->kept < SPAN_COUNT_MAX || rd->kept % (SPAN_COUNT_MAX / 16))
		return false;
	if (traj_count(rd->r->traj) < SPAN_COUNT_MAX)
		return false;
	tell(rd, DIAG_ERROR, rd->scan.at, "more than 16777216 spans: the rest is left out");
	return true;
}

static void tell_end(struct reader *rd)
{
	uint64_t size = blob_size(rd->blob);

	if (rd->scan.closed)
		return;
	rd->r->cut = true;
	if (rd->scan.inside)
		diags_add(diags(rd), DIAG_WARNING, lines_of(&rd->lines, size), size,
			  "the array ends inside record %" PRIu64 " at byte %" PRIu64, rd->records + 1, size);
	else
		diags_add(diags(rd), DIAG_WARNING, lines_of(&rd->lines, size), size,
			  "the array ends after record %" PRIu64 " at byte %" PRIu64 " without closing bracket",
			  rd->records, size);
}

static int scan(struct reader *rd, struct err *e)
{
	for (;;) {
		switch (json_scan_next(&rd->scan, e)) {
		case JSON_SCAN_FAILED:
			return -1;
		case JSON_SCAN_END:
			tell_end(rd);
			return 0;
		case JSON_SCAN_ODD:
			diags_add(diags(rd), DIAG_WARNING, lines_of(&rd->lines, rd->scan.at), rd->scan.at, "%s",
				  rd->scan.odd);
			break;
		case JSON_SCAN_ELEMENT:
			if (element(rd, e) < 0)
				return -1;
			if (too_many(rd))
				return 0;
			break;
		}
	}
}

static int no_span(struct reader *rd, struct err *e)
{
	const struct diags *ds = diags(rd);

	if (ds->n == 0)
		return err_set(e, ERR_INPUT,
			       "cannot import '%s': no span in it: the array is empty at byte %" PRIu64,
			       blob_name(rd->blob), rd->scan.at);
	return err_set(e, ERR_INPUT, "cannot import '%s': no span in it: line %" PRIu64 ", byte %" PRIu64 ": %s",
		       blob_name(rd->blob), ds->d[0].line, ds->d[0].byte, ds->d[0].text);
}

int span_json_read(struct blob *b, struct run *r, struct err *e)
{
	struct reader rd = {
		.blob = b, .r = r, .lines = {.blob = b, .diags = &r->diags}, .scratch = arena_new(),
	};
	int rc;

	r->format = "span JSON";
	r->unit = WHEN_SECOND;
	r->traj = traj_new(&source, b);
	json_scan_init(&rd.scan, b);
	rc = scan(&rd, e);
	if (rc == 0 && rd.kept == 0)
		rc = no_span(&rd, e);
	if (rc == 0)
		check_spans(r);
	json_scan_release(&rd.scan);
	buf_release(&rd.bytes);
	arena_free(rd.scratch);
	return rc;
}
