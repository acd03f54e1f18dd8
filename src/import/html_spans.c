#include "import/html_spans.h"

#include "import/text_body.h"
#include "import/text_job.h"
#include "import/text_span.h"

static const size_t none = SIZE_MAX;

static void warn(struct run *r, uint32_t seq, const char *what)
{
	diags_add(&r->diags, DIAG_WARNING, 0, 0, "span %u: %s", seq, what);
}

static bool is_trajectory(const struct html_doc *d, size_t table)
{
	size_t caption = html_doc_find(d, table, table, HTML_CAPTION);

	return caption != none && slice_starts(slice_trim(html_doc_text(d, caption)), "Trajectory:");
}

/* The first four cells are what a page saved as text has on the span's first line. */
static bool read_head(const struct html_doc *d, size_t tr, struct buf *line, struct text_head *h, size_t *last)
{
	size_t td = tr;

	buf_clear(line);
	for (int i = 0; i < 5; i++) {
		td = html_doc_find(d, tr, i ? d->el[td].end - 1 : tr, HTML_TD);
		if (td == none)
			return false;
		if (i < 4) {
			buf_adds(line, i ? " " : "");
			buf_add_slice(line, slice_trim(html_doc_text(d, td)));
		}
	}
	*last = td;
	return text_head(buf_slice(line), h);
}

static uint32_t clamp(struct run *r, uint32_t seq, uint64_t n)
{
	if (n <= UINT32_MAX)
		return (uint32_t)n;
	warn(r, seq, "a token count is out of range");
	return UINT32_MAX;
}

static void take_tokens(struct run *r, struct slice text, struct span_put *p)
{
	uint64_t n[3];

	slice_eat(&text, "\n"); /* a newline right behind the tag is none of the text */
	if (!text_tokens(text, n)) {
		warn(r, p->seq, "the token counts cannot be read");
		return;
	}
	p->tokens_in = clamp(r, p->seq, n[0]);
	p->tokens_out = clamp(r, p->seq, n[1]);
	p->tokens_thought = clamp(r, p->seq, n[2]);
	p->closed = true;
}

static void take_field(const struct html_doc *d, struct run *r, struct text_body *body, enum text_label l, size_t pre,
		       struct span_put *p)
{
	struct slice text = html_doc_text(d, pre);
	struct text_part part = {.at = d->el[pre].from, .len = (uint32_t)text.n};

	switch (l) {
	case LABEL_MODEL:
		p->model = slice_trim(text);
		return;
	case LABEL_TOKENS:
		take_tokens(r, text, p);
		return;
	case LABEL_ERROR:
		p->error = true;
		p->hidden_error = run_error_is_hidden(text);
		p->closed = true;
		break;
	case LABEL_RESULTS:
	case LABEL_REPLY:
	case LABEL_THOUGHTS:
		p->closed = true;
		break;
	default:
		break;
	}
	part.field = (uint8_t)text_label_field(l);
	text_body_add(body, part);
}

/* The fifth cell: the duration, then each bold label with a `pre` behind it. */
static void take_details(const struct html_doc *d, struct run *r, struct text_body *body, size_t td, struct span_put *p)
{
	enum text_label label = LABELS;
	struct text_first first;

	for (size_t i = td + 1; i < d->el[td].end; i++) {
		struct slice text = slice_trim(html_doc_text(d, i));

		if (d->el[i].tag == HTML_SUMMARY) {
			if (text_first(text, p->type, &first) && first.duration) {
				p->closed = true;
				p->finished = p->started + first.minutes * 60 * 1000000;
			}
		} else if (d->el[i].tag == HTML_B) {
			label = text_label(text, p->type);
			if (label == LABELS)
				warn(r, p->seq, "it has a field that such a span cannot have: left out");
		} else if (d->el[i].tag == HTML_PRE && label != LABELS) {
			take_field(d, r, body, label, i, p);
			label = LABELS;
		}
	}
}

static void put_row(const struct html_doc *d, struct run *r, struct text_body *body, size_t tr, struct buf *line)
{
	struct text_head h;
	size_t last;

	if (html_doc_find(d, tr, tr, HTML_TD) == none)
		return; /* the names of the columns */
	if (!read_head(d, tr, line, &h, &last)) {
		diags_add(&r->diags, DIAG_ERROR, 0, 0, "a row of the trajectory behind span %zu is no span: left out",
			  traj_count(r->traj));
		return;
	}
	struct span_put put = {
		.seq = h.seq, .nesting = h.nesting, .type = h.type, .name = h.name, .started = h.started,
		.finished = WHEN_NONE, .body_at = text_body_count(body),
	};
	take_details(d, r, body, last, &put);
	put.body_len = (uint32_t)(text_body_count(body) - put.body_at);
	traj_put(r->traj, &put);
}

int html_spans_read(const struct html_doc *d, struct run *r, struct err *e)
{
	struct blob *b = blob_memory(r->source ? r->source : "page", buf_slice(&d->text), e);
	struct text_body *body;
	struct buf line = BUF_INIT;

	if (!b)
		return -1;
	body = text_body_new(b);
	r->traj = traj_new(&text_body_source, body);
	text_body_set_traj(body, r->traj);
	for (size_t i = 0; i < d->n; i++) {
		if (d->el[i].tag != HTML_TABLE || !is_trajectory(d, i))
			continue;
		for (size_t k = i + 1; k < d->el[i].end; k++)
			if (d->el[k].tag == HTML_TR) {
				put_row(d, r, body, k, &line);
				k = d->el[k].end - 1;
			}
		break;
	}
	buf_release(&line);
	return 0;
}
