#include "ui/readin.h"

#include <inttypes.h>

#include "ui/view.h"

/* Numbers at the beginning of a line of a result that may be the number of its line of source. */
enum { NUMBERS = 4, HEAD = 300 };

/* ---- lines of a result, in Text, and of source ---- */

/* Do numbers stand in front of the text, and is this one of them? */
static bool has_number(struct slice head, uint32_t line)
{
	unsigned numbers = 0;

	for (size_t at = 0; at < head.n && at < HEAD && numbers < NUMBERS;) {
		uint64_t v = 0;
		size_t end = at;

		while (end < head.n && head.p[end] >= '0' && head.p[end] <= '9')
			end++;
		if (end == at) {
			at++;
			continue;
		}
		if (slice_u64(slice_sub(head, at, end), &v) && v == line)
			return true;
		numbers++;
		at = end;
	}
	return false;
}

/* Is row number `k` of a result, `row`, this line of a range?  Either the line's number stands in front, or it is counted. */
static bool is_line(const struct session *s, const struct evidence_file *f, const struct evidence_range *r, uint32_t line, struct slice row, size_t k)
{
	const struct evidence_line *l = session_line(s, f->path, line);
	struct slice text;

	if (!l)
		return false;
	text = slice_rtrim(l->text);
	row = slice_rtrim(row);
	if (row.n < text.n || !slice_eq(slice_sub(row, row.n - text.n, row.n), text))
		return false;
	return has_number(slice_sub(row, 0, row.n - text.n), line) || (row.n == text.n && r->first + k == line);
}

/* A line of source that a row shows; among all of a range only its numbers can tell. */
static uint32_t line_of(const struct session *s, const struct evidence_file *f, const struct evidence_range *r, struct slice row, size_t k)
{
	unsigned numbers = 0;

	if (r->first + k <= r->last && is_line(s, f, r, (uint32_t)(r->first + k), row, k))
		return (uint32_t)(r->first + k);
	for (size_t at = 0; at < row.n && at < HEAD && numbers < NUMBERS; numbers++) {
		uint64_t v = 0;
		size_t end;

		while (at < row.n && at < HEAD && (row.p[at] < '0' || row.p[at] > '9'))
			at++;
		for (end = at; end < row.n && row.p[end] >= '0' && row.p[end] <= '9'; end++)
			;
		if (slice_u64(slice_sub(row, at, end), &v) && v >= r->first && v <= r->last && is_line(s, f, r, (uint32_t)v, row, k))
			return (uint32_t)v;
		at = end;
	}
	return 0;
}

static const struct evidence_file *file_of_span(const struct session *s, size_t span, size_t i)
{
	return session_may_show(s, span, FIELD_RESULTS) ? evidence_of_span(s->evidence, (uint32_t)span, i) : NULL;
}

static bool is_result(const struct doc_text *t, uint32_t seq)
{
	return t->seq == seq && (t->field == FIELD_RESULTS || t->field == FIELD_RESULTS_RAW);
}

/* Where in the document, of that span, a line is; false where it does not show. */
static bool find_row(struct ui *ui, uint32_t seq, const struct evidence_file *f, const struct evidence_range *r, uint32_t line, size_t *at)
{
	const struct doc *d = &ui->text.doc;

	for (size_t i = 0; i < d->ntexts; i++) {
		const struct doc_text *t = &d->texts[i];
		struct slice rest = slice_sub(buf_slice(&d->text), t->from, t->to), row;

		for (size_t k = 0; is_result(t, seq) && slice_line(&rest, &row); k++)
			if (is_line(ui->session, f, r, line, row, k)) {
				*at = (size_t)(row.p - d->text.p);
				return true;
			}
	}
	return false;
}

/* Long results are folded: this may hide the line. */
static bool unfold(struct ui *ui, uint32_t seq)
{
	const struct doc *d = &ui->text.doc;

	for (size_t i = 0; i < d->ntexts; i++)
		if (is_result(&d->texts[i], seq) && d->texts[i].folded) {
			doc_view_toggle(&ui->text.shown, doc_fold_key(&d->texts[i]));
			text_again(ui);
			return true;
		}
	return false;
}

/* ---- from source to tool calls ---- */

enum { COUNTED = 20000 }; /* ranges of a file among which those of a line are counted, in the key press */

/* How many returned the line, and which of them `span` is; 0: too many to be counted. */
static size_t count(const struct ui *ui, const struct evidence_file *f, uint32_t line, uint32_t span, size_t *which)
{
	size_t n = 0;
	uint32_t last = UINT32_MAX;

	*which = 0;
	for (size_t i = 0; i < f->nranges && f->nranges <= COUNTED; i++) {
		const struct evidence_range *r = &f->ranges[i];

		if (r->span == last || line < r->first || line > r->last || !session_may_show(ui->session, r->span, FIELD_RESULTS))
			continue;
		last = r->span;
		n++;
		if (r->span == span)
			*which = n;
	}
	return n;
}

static const struct evidence_range *next_range(const struct ui *ui, const struct evidence_file *f, uint32_t line, uint32_t span, bool back)
{
	const struct evidence_range *r;

	do
		r = evidence_range_next(f, line, span, back);
	while (r && !session_may_show(ui->session, span = r->span, FIELD_RESULTS));
	return r;
}

/* The line under the cursor of Source; on a heading the first one below. */
static const struct source_row *line_under(const struct source_pane *p)
{
	size_t i = p->list.cursor;

	while (i < p->list.n && p->rows[i].kind != SRC_CODE)
		i++;
	return i < p->list.n ? &p->rows[i] : NULL;
}

bool readin_next(struct ui *ui, bool back)
{
	const struct source_row *row = line_under(&ui->source);
	const struct evidence_file *f = row ? session_file(ui->session, row->path) : NULL;
	const struct run_pane *run = &ui->run;
	uint32_t span = run->list.n ? run->rows[run->list.cursor].span : 0, line, seq;
	const struct evidence_range *r;
	struct buf path = BUF_INIT, words = BUF_INIT;
	size_t which, n, at;
	bool found;

	if (!f)
		return false;
	line = row->line;
	r = next_range(ui, f, line, span, back);
	if (!r && !back) { /* round */
		r = evidence_range_of(f, 0, line);
		if (!r || !session_may_show(ui->session, 0, FIELD_RESULTS))
			r = next_range(ui, f, line, 0, false);
	} else if (!r) {
		r = next_range(ui, f, line, UINT32_MAX, true);
	}
	if (!r)
		return false;
	buf_add_slice(&path, row->path);
	seq = traj_span(ui->session->run->traj, r->span)->seq;
	n = count(ui, f, line, r->span, &which);
	jump_push(ui, false);
	run_select(ui, r->span);
	found = find_row(ui, seq, f, r, line, &at) || (unfold(ui, seq) && find_row(ui, seq, f, r, line, &at));
	if (found)
		text_go_byte(ui, at);
	follow_look(ui, CMD_NEXT);
	if (n)
		buf_addf(&words, ", %zu of %zu that returned", which, n);
	else
		buf_adds(&words, " is one of many that returned");
	ui_say(ui, ROLE_NORMAL, "span %" PRIu32 "%s %s:%" PRIu32 "%s", seq, buf_str(&words), buf_str(&path), line,
	       r->kind == EVIDENCE_GREP ? ", as a search hit" : "");
	buf_release(&words);
	buf_release(&path);
	return true;
}

/* ---- from a tool call to source ---- */

static void go(struct ui *ui, struct slice path, uint32_t line)
{
	jump_push(ui, true);
	source_file(ui, path, line);
	ui_focus(ui, PANE_SOURCE);
}

static bool follow_span(struct ui *ui)
{
	const struct run_pane *run = &ui->run;
	uint32_t span = run->list.n ? run->rows[run->list.cursor].span : 0;
	const struct evidence_file *f = run->list.n ? file_of_span(ui->session, span, 0) : NULL;
	const struct evidence_range *r = f ? evidence_range_of(f, span, 0) : NULL;
	struct slice path = f ? f->path : SLICE("");
	uint32_t first, last;
	size_t files = 0;

	if (!r)
		return false;
	first = r->first;
	last = r->last;
	while (files < 1000 && file_of_span(ui->session, span, files))
		files++;
	go(ui, path, first);
	ui_say(ui, ROLE_NORMAL, "span %" PRIu32 " returned lines %" PRIu32 " to %" PRIu32 " of this file%s",
	       traj_span(ui->session->run->traj, span)->seq, first, last, files > 1 ? ", and some of others" : "");
	return true;
}

static bool follow_row(struct ui *ui)
{
	const struct doc *d = &ui->text.doc;
	const struct doc_text *t = doc_text_at(d, ui->text.at);
	struct slice text = buf_slice(&d->text), row;
	const struct evidence_file *f;
	size_t span, k = 0, from, to;

	if (!t || !is_result(t, t->seq))
		return false;
	span = traj_find(ui->session->run->traj, t->seq);
	for (from = ui->text.at; from > t->from && text.p[from - 1] != '\n'; from--)
		;
	to = slice_chr(text, '\n', from);
	row = slice_sub(text, from, to == SLICE_NONE ? text.n : to);
	for (size_t i = t->from; i < from; i++)
		k += text.p[i] == '\n';
	for (size_t i = 0; (f = file_of_span(ui->session, span, i)); i++)
		for (const struct evidence_range *r = evidence_range_of(f, (uint32_t)span, 0);
		     r && r < f->ranges + f->nranges && r->span == span; r++) {
			uint32_t line = line_of(ui->session, f, r, row, k);

			if (line) {
				go(ui, f->path, line);
				return true;
			}
		}
	return false;
}

bool readin_follow(struct ui *ui)
{
	if (ui->view != VIEW_PANES)
		return false;
	return ui->focus == PANE_RUN ? follow_span(ui) : ui->focus == PANE_TEXT && follow_row(ui);
}
