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
#include "import/span_scan.h"
#include "import/span_tail.h"

/* Is it a span record, whatever else may be wrong with it?  Asked of lines before a recording is known to be one. */
static bool is_record(struct slice line)
{
	enum when_unit unit = WHEN_SECOND;
	struct span_put p;
	size_t end;
	bool ascii;

	return span_scan(line, &p, &unit, &end, &ascii) && end == line.n;
}

/* A line that goes on behind the head: do its first members look like a record's? */
static bool begins_like_record(struct slice line)
{
	return slice_eat(&line, "{") && slice_starts(slice_trim(line), "\"Seq\"");
}

enum { SNIFF_LINES = 16 };

bool span_lines_sniff(struct slice head)
{
	bool cut = head.n >= IMPORT_HEAD;
	struct slice line;

	slice_eat(&head, "\xef\xbb\xbf");
	for (int i = 0; i < SNIFF_LINES && slice_line(&head, &line); i++)
		if (is_record(slice_trim(line)) || (cut && head.n == 0 && begins_like_record(slice_trim(line))))
			return true;
	return false;
}

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
static bool is_record_of(struct slice *raw, const struct span *s, struct arena *a)
{
	enum when_unit unit = WHEN_SECOND;
	struct span_put p;
	const char *odd;
	size_t end;
	bool ascii;

	if (span_scan(*raw, &p, &unit, &end, &ascii) && end == raw->n)
		return p.seq == s->seq;
	return json_check(*raw, raw, NULL, NULL) == 0 && span_record_head(a, *raw, &p, &unit, &odd, NULL) == 0 &&
	       p.seq == s->seq;
}

static int load(void *ctx, const struct span *s, struct body *b, struct err *e)
{
	const struct blob *blob = ctx;
	struct buf bytes = BUF_INIT;
	struct slice raw;
	int rc = blob_read(blob, s->body_at, s->body_len, &bytes, e);

	if (rc == 0) {
		raw = arena_slice(b->arena, buf_slice(&bytes));
		if (!is_record_of(&raw, s, b->arena))
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

static int window(void *ctx, uint64_t at, size_t n, struct buf *out, struct err *e)
{
	uint64_t size = blob_size(ctx), left = at < size ? size - at : 0;

	return blob_read(ctx, at, left < n ? (size_t)left : n, out, e);
}

const struct traj_source span_json_source = {load, close_blob, window};

/* ---- import ---- */

struct reader {
	struct blob *blob; /* owned by the trajectory */
	struct run *r;
	struct json_scan scan;
	struct lines lines;
	struct buf bytes;      /* a record that does not lie in one window */
	struct arena *scratch; /* strings of the record's header */
	uint64_t records;      /* elements, from 1 */
	uint64_t kept;
	uint64_t peeked;       /* size of the recording when its last line was looked at */
	bool broken_utf8;      /* it was said */
	bool full;             /* no more spans are taken */
	const struct span_lines_form *form; /* of lines that hold more than spans; else NULL */
	void *form_ctx;        /* owned through form->free */
	bool ending;           /* all was told of the end but what the check says */
	struct span_check check;
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

static void put(struct reader *rd, const struct span_put *p)
{
	traj_put(rd->r->traj, p);
	rd->kept++;
}

/* How deep brackets lie in one another, strings apart. */
static size_t depth_of(struct slice raw)
{
	size_t depth = 0, deepest = 0;
	bool string = false;

	for (size_t i = 0; i < raw.n; i++) {
		char c = raw.p[i];

		if (c == '"')
			string = !string;
		else if (string)
			i += c == '\\';
		else if ((c == '{' || c == '[') && ++depth > deepest)
			deepest = depth;
		else if ((c == '}' || c == ']') && depth)
			depth--;
	}
	return deepest;
}

/* The slow look at a record that is not a plain one: it says what is odd or wrong. */
static void odd_element(struct reader *rd, struct slice raw, uint64_t from)
{
	struct span_put p = {.body_at = from, .body_len = (uint32_t)raw.n};
	struct slice checked;
	const char *odd;
	struct err why;
	size_t at;

	if (depth_of(raw) > SPAN_NESTING_MAX) {
		tell(rd, DIAG_ERROR, rd->scan.at, "its JSON is nested more than 1000 deep");
	} else if (json_check(raw, &checked, &at, &why) < 0) {
		tell(rd, DIAG_ERROR, from + at, "it is not JSON here");
	} else if (span_record_head(rd->scratch, checked, &p, &rd->r->unit, &odd, &why) < 0) {
		tell(rd, DIAG_ERROR, rd->scan.at, why.msg);
	} else {
		if (odd)
			tell(rd, DIAG_WARNING, rd->scan.at, odd);
		check_utf8(rd, checked);
		put(rd, &p);
	}
	if (arena_bytes(rd->scratch)) {
		arena_free(rd->scratch);
		rd->scratch = arena_new();
	}
}

/* A line that may hold a span among other things: false where it holds none, and was dealt with. */
static bool narrow(struct reader *rd, struct slice *raw, uint64_t *from)
{
	const char *line = raw->p;

	if (!rd->form)
		return true;
	if (!rd->form->span(raw)) {
		rd->form->other(rd->form_ctx, *raw, *from);
		return false;
	}
	*from += (uint64_t)(raw->p - line);
	return true;
}

static int element(struct reader *rd, struct err *e)
{
	struct span_put p = {.seq = 0};
	uint64_t from = rd->scan.at;
	struct slice raw;
	size_t end;
	bool ascii;

	rd->records++;
	if (!rd->scan.lines && rd->scan.deepest == 0) {
		tell(rd, DIAG_ERROR, rd->scan.at, "it is not an object");
		return 0;
	}
	if (element_bytes(rd, &raw, e) < 0)
		return -1;
	if (!raw.p)
		return 0;
	raw = slice_rtrim(raw);
	if (!narrow(rd, &raw, &from))
		return 0;
	if (!span_scan(raw, &p, &rd->r->unit, &end, &ascii) || end != raw.n) {
		odd_element(rd, raw, from);
		return 0;
	}
	p.body_at = from;
	p.body_len = (uint32_t)raw.n;
	if (!ascii)
		check_utf8(rd, raw);
	put(rd, &p);
	return 0;
}

/* Only the number of different Seq counts, which is never more than the records kept. */
static bool too_many(struct reader *rd)
{
	if (rd->kept < SPAN_COUNT_MAX || rd->kept % (SPAN_COUNT_MAX / 16) ||
	    traj_count(rd->r->traj) < SPAN_COUNT_MAX)
		return false;
	tell(rd, DIAG_ERROR, rd->scan.at, "more than 16777216 spans: the rest is left out");
	return true;
}

static void tell_end(struct reader *rd)
{
	uint64_t size = json_scan_place(&rd->scan);

	if (rd->scan.closed || rd->scan.lines || rd->full)
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
	while (!rd->full) {
		switch (json_scan_next(&rd->scan, e)) {
		case JSON_SCAN_FAILED:
			return -1;
		case JSON_SCAN_END:
			return 0;
		case JSON_SCAN_ODD:
			diags_add(diags(rd), DIAG_WARNING, lines_of(&rd->lines, rd->scan.at), rd->scan.at, "%s",
				  rd->scan.odd);
			break;
		case JSON_SCAN_ELEMENT:
			if (element(rd, e) < 0)
				return -1;
			rd->full = too_many(rd);
			break;
		}
	}
	return 0;
}

static int no_span(struct reader *rd, struct err *e)
{
	const struct diags *ds = diags(rd);

	if (ds->n == 0 && rd->scan.lines)
		return err_set(e, ERR_INPUT, "cannot import '%s': no span in it: there is no line at byte %" PRIu64,
			       blob_name(rd->blob), json_scan_place(&rd->scan));
	if (ds->n == 0)
		return err_set(e, ERR_INPUT,
			       "cannot import '%s': no span in it: the array is empty at byte %" PRIu64,
			       blob_name(rd->blob), rd->scan.at);
	return err_set(e, ERR_INPUT, "cannot import '%s': no span in it: line %" PRIu64 ", byte %" PRIu64 ": %s",
		       blob_name(rd->blob), ds->d[0].line, ds->d[0].byte, ds->d[0].text);
}

static struct reader *reader_new(struct blob *b, struct run *r, const char *format)
{
	struct reader *rd = xcalloc(1, sizeof *rd);

	*rd = (struct reader){
		.blob = b, .r = r, .lines = {.blob = b, .diags = &r->diags}, .scratch = arena_new(),
	};
	r->format = format;
	r->unit = WHEN_SECOND;
	r->traj = traj_new(&span_json_source, b);
	return rd;
}

static const char lines_format[] = "span JSON lines";

static void *begin_array(struct blob *b, struct run *r)
{
	struct reader *rd = reader_new(b, r, "span JSON");

	json_scan_init(&rd->scan, b);
	return rd;
}

static void *begin_lines(struct blob *b, struct run *r)
{
	struct reader *rd = reader_new(b, r, lines_format);

	json_scan_init_lines(&rd->scan, b);
	return rd;
}

static void *begin_any(struct blob *b, struct run *r)
{
	struct reader *rd = begin_array(b, r);

	rd->scan.either = true;
	return rd;
}

void *span_lines_begin(struct blob *b, struct run *r, const struct span_lines_form *form, void *ctx)
{
	struct reader *rd = reader_new(b, r, form->format);

	json_scan_init_lines(&rd->scan, b);
	rd->form = form;
	rd->form_ctx = ctx;
	return rd;
}

void span_lines_free(void *im)
{
	struct reader *rd = im;

	if (rd->form)
		rd->form->free(rd->form_ctx);
	json_scan_release(&rd->scan);
	buf_release(&rd->bytes);
	arena_free(rd->scratch);
	free(rd);
}

int span_lines_step(void *im, uint64_t upto, struct err *e)
{
	struct reader *rd = im;
	uint64_t size = blob_size(rd->blob);

	rd->scan.limit = upto;
	if (scan(rd, e) < 0)
		return -1;
	if (rd->scan.lines && !rd->form)
		rd->r->format = lines_format;
	return !rd->full && json_scan_place(&rd->scan) < size;
}

/*
 * The records that stand last belong to spans that began first: the flow's holds the results.  Only spans that are known
 * are taken, so that none comes before its time; all are read again, and told of, when it is their turn.
 */
void span_lines_tail(void *im)
{
	struct reader *rd = im;
	uint64_t from = json_scan_place(&rd->scan), size = blob_size(rd->blob);
	size_t n = size - from < TAIL_BYTES ? (size_t)(size - from) : TAIL_BYTES;
	struct slice record[TAIL_RECORDS];
	struct buf b = BUF_INIT;
	enum when_unit unit = WHEN_SECOND;
	bool ascii;
	size_t found, end;

	if (n == 0 || blob_read(rd->blob, size - n, n, &b, NULL) < 0) {
		buf_release(&b);
		return;
	}
	found = rd->scan.lines ? tail_lines(buf_slice(&b), record, TAIL_RECORDS)
			       : tail_elements(buf_slice(&b), record, TAIL_RECORDS);
	while (found--) { /* the last one is the first of them */
		struct span_put p = {.seq = 0};

		if (rd->form && !rd->form->span(&record[found]))
			continue;
		p.body_at = size - n + (size_t)(record[found].p - b.p);
		p.body_len = (uint32_t)record[found].n;
		if (span_scan(record[found], &p, &unit, &end, &ascii) && end == record[found].n &&
		    traj_find(rd->r->traj, p.seq) < traj_count(rd->r->traj))
			traj_put(rd->r->traj, &p);
	}
	buf_release(&b);
}

static bool flow_is_finished(const struct reader *rd)
{
	const struct traj *t = rd->r->traj;

	return traj_count(t) && traj_span(t, 0)->type == SPAN_FLOW && traj_span(t, 0)->flags & SPAN_FINISHED;
}

/* Is the line that has no newline yet the record with which the flow ends? */
static bool last_line_finishes(struct reader *rd)
{
	uint64_t size = blob_size(rd->blob), n = size - rd->scan.at;
	enum when_unit unit = WHEN_SECOND;
	struct span_put p;
	struct slice line;
	size_t end;
	bool ascii;

	if (!rd->scan.inside || rd->peeked == size || traj_count(rd->r->traj) == 0)
		return false;
	rd->peeked = size;
	if (blob_read(rd->blob, size - 1, 1, &rd->bytes, NULL) < 0 || rd->bytes.p[0] != '}' || n > SPAN_RECORD_MAX ||
	    blob_read(rd->blob, rd->scan.at, (size_t)n, &rd->bytes, NULL) < 0)
		return false;
	line = buf_slice(&rd->bytes);
	return span_scan(line, &p, &unit, &end, &ascii) && end == line.n && p.type == SPAN_FLOW &&
	       p.seq == traj_span(rd->r->traj, 0)->seq && (p.finished != WHEN_NONE || p.closed);
}

bool span_lines_ended(void *im)
{
	struct reader *rd = im;

	if (rd->form)
		return rd->form->ended(rd->form_ctx);
	if (rd->scan.lines)
		return flow_is_finished(rd) || last_line_finishes(rd);
	return rd->scan.closed;
}

/* Where lines are written with their newline at once, one without is torn, unless it is whole by chance. */
static int take_last_of_form(struct reader *rd, struct err *e)
{
	struct slice raw;

	if (element_bytes(rd, &raw, e) < 0)
		return -1;
	if (raw.p && json_check(raw, &raw, NULL, NULL) == 0)
		return element(rd, e);
	rd->r->cut = true;
	tell(rd, DIAG_NOTE, rd->scan.at, "the last line is torn: it is left out");
	return 0;
}

/* A line without its newline is a record all the same where it is whole; else it is torn. */
static int take_last_line(struct reader *rd, struct err *e)
{
	size_t errors = diags_count(diags(rd), DIAG_ERROR);

	if (!json_scan_last_line(&rd->scan))
		return 0;
	if (rd->form)
		return take_last_of_form(rd, e);
	if (element(rd, e) < 0)
		return -1;
	if (diags_count(diags(rd), DIAG_ERROR) > errors) {
		rd->r->cut = true;
		tell(rd, DIAG_WARNING, rd->scan.end, "the last line is torn here: it is left out");
	}
	return 0;
}

enum { CHECK_STEP = 200000 }; /* spans */

int span_lines_end(void *im, struct err *e)
{
	struct reader *rd = im;

	if (!rd->ending) {
		if (take_last_line(rd, e) < 0)
			return -1;
		tell_end(rd);
		if (rd->form) {
			if (rd->form->end(rd->form_ctx, e) < 0)
				return -1;
		} else if (rd->kept == 0) {
			return no_span(rd, e);
		}
		rd->ending = true;
	}
	return check_spans_step(rd->r, &rd->check, CHECK_STEP);
}

uint64_t span_lines_place(const void *im)
{
	const struct reader *rd = im;

	return json_scan_place(&rd->scan);
}

#define SLICES(begin) \
	{begin, span_lines_step, span_lines_place, span_lines_tail, span_lines_ended, span_lines_end, span_lines_free}

const struct import_slices span_json_slices = SLICES(begin_array);
const struct import_slices span_lines_slices = SLICES(begin_lines);
const struct import_slices span_any_slices = SLICES(begin_any);
