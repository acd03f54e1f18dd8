#include "import/html_job.h"

#include <string.h>

#include "import/job_fields.h"
#include "import/text_job.h"

static const size_t none = SIZE_MAX;

/* The text without blanks and no-break spaces around it. */
static struct slice trim(struct slice s)
{
	size_t n;

	do {
		n = s.n;
		s = slice_trim(s);
		slice_eat(&s, "\xc2\xa0");
		if (slice_ends(s, "\xc2\xa0"))
			s.n -= 2;
	} while (s.n < n);
	return s;
}

static struct slice cell(const struct html_doc *d, size_t i)
{
	return trim(html_doc_text(d, i));
}

static bool has_class(const struct html_doc *d, size_t i, const char *name)
{
	struct slice rest = html_doc_attr(d, d->el[i].cls), word;

	while (slice_word(&rest, &word))
		if (slice_is(word, name))
			return true;
	return false;
}

static bool has_id(const struct html_doc *d, size_t i, const char *name)
{
	return slice_is(html_doc_attr(d, d->el[i].id), name);
}

/* The value of a cell: what is folded away in it as it stands, else its text. */
static struct slice value(const struct html_doc *d, size_t i)
{
	size_t pre = html_doc_find(d, i, i, HTML_PRE);

	return pre == none ? cell(d, i) : html_doc_text(d, pre);
}

static struct slice keep(struct run *r, struct slice s)
{
	return s.n ? arena_slice(r->arena, s) : (struct slice){0};
}

/* ---- the job table ---- */

enum { COLUMNS = 16 };

/* The names of the columns; 0 where it is no job table. */
static size_t columns(const struct html_doc *d, size_t table, struct slice name[COLUMNS])
{
	size_t n = 0;

	for (size_t i = html_doc_find(d, table, table, HTML_TH); i != none && n < COLUMNS;
	     i = html_doc_find(d, table, i, HTML_TH))
		name[n++] = cell(d, i);
	return n >= 4 && slice_is(name[0], "ID") && slice_is(name[1], "Workflow") ? n : 0;
}

/* The table shows eight digits of an id; its link has them all. */
static struct slice full_id(const struct html_doc *d, size_t td, struct slice shown)
{
	enum { FULL = 36 };

	for (size_t a = html_doc_find(d, td, td, HTML_A); a != none; a = html_doc_find(d, td, a, HTML_A)) {
		struct slice href = html_doc_attr(d, d->el[a].href), id;
		size_t at = slice_find(href, "id=", 0);

		id = slice_sub(href, at == SLICE_NONE ? href.n : at + 3, at == SLICE_NONE ? href.n : at + 3 + FULL);
		if (id.n == FULL && shown.n && slice_eq(slice_sub(id, 0, shown.n), shown))
			return id;
	}
	return shown;
}

static int64_t stamp(struct slice s)
{
	int64_t t;

	return when_parse_page(s, &t) ? t : WHEN_NONE;
}

static void take_cell(const struct html_doc *d, struct run *r, struct outputs *said, struct slice column, size_t td)
{
	struct slice text = cell(d, td);

	if (slice_is(column, "ID"))
		r->job = keep(r, full_id(d, td, text));
	else if (slice_is(column, "Workflow"))
		r->workflow = keep(r, text);
	else if (slice_is(column, "Result"))
		text_job_badges(text, said);
	else if (slice_is(column, "Bug"))
		r->title = keep(r, text);
	else if (slice_is(column, "Created"))
		r->created = stamp(text);
	else if (slice_is(column, "Started"))
		r->started = stamp(text);
	else if (slice_is(column, "Finished"))
		r->finished = stamp(text);
	else if (slice_is(column, "Revision"))
		r->agent_revision = keep(r, text);
	else if (slice_is(column, "Error"))
		r->error = keep(r, text);
}

/* The row of the page's own job, else the first one; `*rows` counts them. */
static size_t job_row(const struct html_doc *d, size_t table, size_t *rows)
{
	size_t row = none;

	*rows = 0;
	for (size_t i = html_doc_find(d, table, table, HTML_TR); i != none; i = html_doc_find(d, table, i, HTML_TR)) {
		if (html_doc_find(d, i, i, HTML_TD) == none)
			continue;
		++*rows;
		if (row == none || has_class(d, i, "ai_current_job"))
			row = i;
	}
	return row;
}

static bool read_table(const struct html_doc *d, size_t table, struct run *r, struct outputs *said, size_t *more)
{
	struct slice name[COLUMNS];
	size_t n = columns(d, table, name), rows, row = n ? job_row(d, table, &rows) : none, k = 0;

	if (row == none)
		return false;
	for (size_t i = html_doc_find(d, row, row, HTML_TD); i != none && k < n; i = html_doc_find(d, row, i, HTML_TD))
		take_cell(d, r, said, name[k++], i);
	*more = rows - 1;
	return r->job.n > 0;
}

/* ---- the rest ---- */

enum section { NOTHING, INPUTS, OUTPUTS };

/* A row of two cells below "Inputs:" or "Outputs:". */
static void take_row(const struct html_doc *d, size_t tr, enum section in, struct run *r, struct outputs *said,
		     struct slice *explanation)
{
	size_t first = html_doc_find(d, tr, tr, HTML_TD), second = first;
	struct slice key, text;

	if (first == none)
		return;
	second = html_doc_find(d, tr, d->el[first].end - 1, HTML_TD);
	if (second == none)
		return;
	key = cell(d, first);
	if (slice_ends(key, ":"))
		key.n--;
	text = value(d, second);
	if (in == INPUTS)
		job_fields_input(r, key, text);
	else if (slice_is(key, "Explanation"))
		*explanation = keep(r, text);
	else if (slice_starts(trim(text), "✅") || slice_starts(trim(text), "❌"))
		outputs_set(said, key, slice_starts(trim(text), "✅"));
}

/* What a bold label or a heading says of what follows it. */
static enum section section_of(struct slice label, enum section now)
{
	static const char *const others[] = {"Reporting Stages", "Decision History", "Crash report", "Error",
					     "Trajectory"};

	if (slice_starts(label, "Inputs:"))
		return INPUTS;
	if (slice_starts(label, "Outputs:"))
		return OUTPUTS;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (slice_starts(label, others[i]))
			return NOTHING;
	return now;
}

bool html_job_read(const struct html_doc *d, struct run *r, struct outputs *said, struct slice *explanation,
		   size_t *more)
{
	enum section in = NOTHING;
	struct slice label = {0};
	bool found = false;

	*more = 0;
	for (size_t i = 0; i < d->n; i++) {
		const struct html_el *el = &d->el[i];

		if (el->tag == HTML_B || el->tag == HTML_CAPTION) {
			label = cell(d, i);
			in = section_of(label, in);
		} else if (el->tag == HTML_TABLE && !found && in == NOTHING) {
			found = read_table(d, i, r, said, more);
		} else if (el->tag == HTML_TR && in != NOTHING) {
			take_row(d, i, in, r, said, explanation);
		} else if (el->tag == HTML_DIV && has_id(d, i, "crash_div")) {
			r->report_text = keep(r, value(d, i));
		} else if (el->tag == HTML_DIV && has_id(d, i, "ai_result_div") && slice_is(label, "Explanation:")) {
			*explanation = keep(r, value(d, i));
		} else if (el->tag == HTML_PRE && has_class(d, i, "ai_job_error")) {
			r->error = keep(r, cell(d, i));
		} else if (el->tag == HTML_DETAILS) {
			i = el->end - 1; /* spans and comments: nothing of the job */
		}
	}
	return found;
}
