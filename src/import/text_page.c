#include "import/text_page.h"

#include <inttypes.h>

#include "base/json.h"
#include "base/utf8.h"
#include "import/check.h"
#include "import/go_map.h"
#include "import/job_fields.h"
#include "import/lines.h"
#include "import/text_body.h"
#include "import/text_fields.h"
#include "import/text_heads.h"
#include "import/text_job.h"
#include "import/text_parts.h"
#include "import/text_span.h"

bool text_page_sniff(struct slice head)
{
	struct slice line;

	while (slice_line(&head, &line))
		if (text_job_header(line) || text_heads_columns(line))
			return true;
	return false;
}

struct page {
	struct run *r;
	struct lines lines;
	struct text_heads t;
	struct text_job job;
	struct text_body *body; /* owned by the trajectory */
};

static void warn(struct page *p, size_t at, uint32_t seq, const char *what)
{
	diags_add(&p->r->diags, DIAG_WARNING, lines_of(&p->lines, at), at, "span %" PRIu32 ": %s", seq, what);
}

/* ---- spans ---- */

/*
 * The line that asks an agent for several calls at once is followed by a newline, the words on set-results
 * too (§2.4).
 */
static bool ends_with_newline(struct slice instruction)
{
	size_t paragraph = slice_rfind(instruction, "\n\n");
	size_t line = slice_rfind(instruction, "\n");
	struct slice last = slice_sub(instruction, paragraph == SLICE_NONE ? 0 : paragraph, instruction.n);

	if (slice_find(last, "set-results", 0) != SLICE_NONE)
		return true;
	last = slice_sub(instruction, line == SLICE_NONE ? 0 : line + 1, instruction.n);
	return slice_starts(last, "Prefer calling several tools");
}

/* The template of the prompt begins with a newline, an intro line and an empty line. */
static bool begins_with_newline(const struct page *p, const struct text_head *h, struct slice prompt)
{
	struct slice flow = text_heads_head(&p->t, 0).name, line;

	return h->nesting == 1 && (slice_is(flow, "assessment-kcsan") || slice_is(flow, "moderation")) &&
	       slice_line(&prompt, &line) && line.n && slice_line(&prompt, &line) && line.n == 0;
}

static struct text_part part_of(const struct page *p, const struct text_head *h, const struct text_mark *m,
				struct slice value, size_t blank)
{
	struct text_part part = {
		.at = (uint32_t)(value.p - p->t.text.p), .len = (uint32_t)value.n,
		.newlines = blank > 1 ? (uint32_t)blank : 0, .field = (uint8_t)text_label_field(m->label),
	};

	if (m->label == LABEL_INSTRUCTION && blank == 1)
		part.newlines = ends_with_newline(value);
	else if (m->label == LABEL_PROMPT)
		part.lead = begins_with_newline(p, h, value);
	else if (m->label == LABEL_ARGS || m->label == LABEL_RESULTS)
		part.newlines = 0; /* what ends in a bracket has no newlines behind it */
	return part;
}

static uint32_t clamp(struct page *p, uint64_t n, const struct text_head *h, size_t at)
{
	if (n <= UINT32_MAX)
		return (uint32_t)n;
	warn(p, at, h->seq, "a token count is out of range");
	return UINT32_MAX;
}

static void take_field(struct page *p, const struct text_head *h, struct slice text, const struct text_mark *m,
		       struct span_put *put)
{
	size_t blank, at;
	struct slice value = text_value(slice_sub(text, m->value, m->end), &blank);
	uint64_t n[3];

	switch (m->label) {
	case LABEL_MODEL:
		put->model = slice_trim(value);
		return;
	case LABEL_TOKENS:
		at = (size_t)(value.p - p->t.text.p);
		if (!text_tokens(value, n)) {
			warn(p, at, h->seq, "the token counts cannot be read");
			return;
		}
		put->tokens_in = clamp(p, n[0], h, at);
		put->tokens_out = clamp(p, n[1], h, at);
		put->tokens_thought = clamp(p, n[2], h, at);
		put->closed = true;
		return;
	case LABEL_ERROR:
		put->error = true;
		put->hidden_error = run_error_is_hidden(value);
		put->closed = true;
		break;
	case LABEL_RESULTS:
	case LABEL_REPLY:
	case LABEL_THOUGHTS: /* only finish records have these */
		put->closed = true;
		break;
	default:
		break;
	}
	text_body_add(p->body, part_of(p, h, m, value, blank));
}

static void put_span(struct page *p, size_t i, const struct text_hints *hints)
{
	struct slice text = text_heads_body(&p->t, i);
	struct text_head h = text_heads_head(&p->t, i);
	struct text_fields f;
	struct span_put put = {
		.seq = h.seq, .nesting = h.nesting, .type = h.type, .name = h.name, .started = h.started,
		.finished = WHEN_NONE, .body_at = text_body_count(p->body),
	};

	text_fields(text, h.type, hints, &f);
	if (f.doubtful)
		warn(p, text_heads_cand(&p->t, i)->at, h.seq, "its texts can be divided in more than one way");
	if (f.first.duration) {
		put.closed = true;
		put.finished = h.started + f.first.minutes * 60 * 1000000;
	}
	for (unsigned k = 0; k < f.n; k++)
		take_field(p, &h, text, &f.mark[k], &put);
	put.body_len = (uint32_t)(text_body_count(p->body) - put.body_at);
	if (p->r->cut && i + 1 == p->t.chain.n) { /* what it lacks is not known */
		put.closed = false;
		put.finished = WHEN_NONE;
	}
	traj_put(p->r->traj, &put);
}

/* The Explanation in the results of the flow, as far as they can be decoded. */
static struct slice flow_explanation(const struct page *p, struct arena *a)
{
	const struct text_hints no_hints = {{0}, {0}};
	struct slice text, json, member, name;
	const struct text_mark *m;
	struct text_fields f;
	size_t blank;

	if (p->t.chain.n == 0 || text_heads_cand(&p->t, 0)->type != SPAN_FLOW)
		return (struct slice){0};
	text = text_heads_body(&p->t, 0);
	name = text_heads_head(&p->t, 0).name;
	text_fields(text, SPAN_FLOW, &no_hints, &f);
	m = text_field(&f, LABEL_RESULTS);
	if (!m)
		return (struct slice){0};
	text = text_value(slice_sub(text, m->value, m->end), &blank);
	go_map_decode(a, SPAN_FLOW, name, FIELD_RESULTS, text, &json);
	member = json_member(json, "Explanation");
	return json_type(member) == JSON_STRING ? json_string(a, member) : (struct slice){0};
}

/* ---- the job ---- */

static struct slice keep(struct page *p, struct slice s)
{
	return s.n ? arena_slice(p->r->arena, s) : (struct slice){0};
}

/* A section with its newlines; where the page leaves open whether there was one, `least`. */
static struct slice keep_section(struct page *p, struct slice section, size_t least)
{
	size_t blank, n;
	struct slice value = text_value(section, &blank);
	struct buf b = BUF_INIT;

	if (value.n == 0)
		return (struct slice){0};
	n = blank > 1 ? blank : least;
	buf_add_slice(&b, value);
	buf_pad(&b, '\n', n);
	value = arena_slice(p->r->arena, buf_slice(&b));
	buf_release(&b);
	return value;
}

static void take_job(struct page *p)
{
	const struct text_job *j = &p->job;
	struct run *r = p->r;

	r->job = keep(p, j->id);
	r->workflow = keep(p, j->workflow);
	r->title = keep(p, j->title);
	r->agent_revision = keep(p, j->revision);
	r->kernel_commit = keep(p, j->kernel_commit);
	r->error = keep(p, j->error);
	r->created = j->created;
	r->started = j->started;
	r->finished = j->finished;
	r->report_text = keep_section(p, j->crash, 1); /* reports end with a newline */
}

static void check_job(struct page *p, struct slice explanation)
{
	const struct text_job *j = &p->job;

	if (j->row && j->badge_line.n && !outputs_equal(&j->badges, &j->badge_line))
		diags_add(&p->r->diags, DIAG_WARNING, 0, 0,
			  "the badges of the job row and those below it differ");
	job_fields_verdict(p->r, j->badges.n ? &j->badges : &j->badge_line, explanation);
}

/* ---- messages ---- */

static void check_utf8(struct page *p)
{
	size_t at = utf8_broken_at(p->t.text);

	if (at != SLICE_NONE)
		diags_add(&p->r->diags, DIAG_WARNING, lines_of(&p->lines, at), at,
			  "not UTF-8 at byte %zu (further places are not named)", at);
}

static void tell_doubts(struct page *p)
{
	for (size_t i = 0; i < p->t.chain.ndoubtful; i++) {
		const struct text_cand *c = &p->t.cand[p->t.chain.doubtful[i]];

		warn(p, c->at, c->seq, "this line could be its beginning, too: it is taken for text");
	}
	if (p->t.chain.given_up) {
		const struct text_cand *c = text_heads_cand(&p->t, p->t.chain.n - 1);

		warn(p, c->at, c->seq,
		     "too many spans are missing up to here: all that follows is taken for its text");
	}
}

static void tell_cut(struct page *p)
{
	size_t n = p->t.text.n;

	if (p->t.chain.n)
		diags_add(&p->r->diags, DIAG_WARNING, lines_of(&p->lines, n), n,
			  "the page ends inside span %" PRIu32 " at byte %zu, before its summaries",
			  text_heads_cand(&p->t, p->t.chain.n - 1)->seq, n);
	else
		diags_add(&p->r->diags, DIAG_WARNING, lines_of(&p->lines, n), n,
			  "the page ends at byte %zu before the first span of its trajectory", n);
}

/* ---- all of it ---- */

static void build(struct page *p, struct blob *b)
{
	struct arena *a = arena_new();
	struct text_hints hints;
	struct slice explanation, flow;

	check_utf8(p);
	tell_doubts(p);
	p->r->cut = p->t.cut;
	flow = flow_explanation(p, a);
	text_job_read(slice_sub(p->t.text, 0, p->t.top), flow, &p->job);
	take_job(p);
	explanation = keep_section(p, p->job.explanation, 0);
	hints = (struct text_hints){p->r->report_text, explanation.n ? explanation : flow};
	p->body = text_body_new(b);
	p->r->traj = traj_new(&text_body_source, p->body);
	text_body_set_traj(p->body, p->r->traj);
	for (size_t i = 0; i < p->t.chain.n; i++)
		put_span(p, i, &hints);
	arena_free(a);
	if (p->r->cut)
		tell_cut(p);
	check_spans(p->r);
	check_job(p, explanation);
}

/* Pages that were copied or mailed may have CR LF line ends: the text without the CRs, and a blob of it in place of `b`. */
static struct blob *without_cr(struct blob *b, struct buf *text, struct run *r, struct err *e)
{
	size_t lf = slice_chr(buf_slice(text), '\n', 0);
	struct buf plain;

	if (lf == SLICE_NONE || lf == 0 || text->p[lf - 1] != '\r')
		return b;
	buf_init(&plain, TEXT_PAGE_MAX);
	for (size_t from = 0, cr; from < text->n; from = cr + 1) {
		cr = slice_find(buf_slice(text), "\r\n", from);
		if (cr == SLICE_NONE)
			cr = text->n;
		buf_add_slice(&plain, slice_sub(buf_slice(text), from, cr));
	}
	buf_release(text);
	*text = plain;
	diags_add(&r->diags, DIAG_NOTE, 1, 0, "lines end in CR LF: bytes are counted without the CRs");
	blob_free(b);
	return blob_memory(r->source ? r->source : "page", buf_slice(text), e);
}

/* Narrow `text` and `b` to the run's own page. */
static int choose_part(struct blob *b, struct slice *text, struct run *r, struct err *e)
{
	struct text_parts parts = text_parts(*text);
	int rc = 0;

	if (r->member >= parts.n) {
		rc = err_set(e, ERR_INPUT, "cannot import '%s': there is no run %u in it", blob_name(b), r->member + 1);
	} else {
		size_t at = parts.at[r->member], end = r->member + 1 < parts.n ? parts.at[r->member + 1] : text->n;

		blob_part(b, at, end - at);
		*text = slice_sub(*text, at, end);
	}
	text_parts_release(&parts);
	return rc;
}

static int read_page(struct blob *b, struct slice text, struct run *r, struct err *e)
{
	struct page p = {.r = r, .lines = {.blob = b, .diags = &r->diags}};
	int rc = 0;

	text_heads_find(text, &p.t);
	build(&p, b);
	if (!p.job.row && p.t.chain.n == 0)
		rc = err_set(e, ERR_INPUT,
			     "cannot import '%s': a saved page without a job row and without spans, "
			     "read up to line %" PRIu64 ", byte %zu",
			     blob_name(b), lines_of(&p.lines, p.t.text.n), p.t.text.n);
	text_job_release(&p.job);
	text_heads_release(&p.t);
	return rc;
}

int text_page_read(struct blob *b, struct run *r, struct err *e)
{
	struct buf text;
	struct slice part;
	int rc;

	r->format = "text page";
	r->unit = WHEN_MINUTE;
	buf_init(&text, TEXT_PAGE_MAX);
	rc = blob_read_all(b, &text, TEXT_PAGE_MAX, e);
	if (rc == 0)
		b = without_cr(b, &text, r, e);
	part = buf_slice(&text);
	if (rc == 0 && b)
		rc = choose_part(b, &part, r, e);
	if (rc < 0 || !b) {
		buf_release(&text);
		blob_free(b);
		return -1;
	}
	rc = read_page(b, part, r, e);
	buf_release(&text);
	return rc;
}

int text_page_count(struct blob *b, unsigned *n, struct err *e)
{
	struct text_parts parts;
	struct buf text;

	*n = 1;
	buf_init(&text, TEXT_PAGE_MAX);
	if (blob_read_all(b, &text, TEXT_PAGE_MAX, e) < 0) {
		buf_release(&text);
		return -1;
	}
	parts = text_parts(buf_slice(&text));
	*n = (unsigned)parts.n;
	text_parts_release(&parts);
	buf_release(&text);
	return 0;
}
