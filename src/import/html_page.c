#include "import/html_page.h"

#include <string.h>

#include "import/check.h"
#include "import/html_doc.h"
#include "import/html_job.h"
#include "import/html_spans.h"
#include "import/job_fields.h"
#include "import/job_spans.h"

/* Without regard to case; `lower` has no letters above 'z'. */
static bool contains(struct slice s, const char *lower)
{
	size_t n = strlen(lower);

	for (size_t at = slice_chr(s, *lower, 0); at != SLICE_NONE && at + n <= s.n;
	     at = slice_chr(s, *lower, at + 1)) {
		size_t k = 0;

		while (k < n && (s.p[at + k] == lower[k] || (s.p[at + k] >= 'A' && s.p[at + k] <= 'Z' &&
							     (s.p[at + k] | 0x20) == lower[k])))
			k++;
		if (k == n)
			return true;
	}
	return false;
}

bool html_page_sniff(struct slice head)
{
	static const char *const words[] = {"<!doctype html", "<html", "<table", "<script"};

	slice_eat(&head, "\xef\xbb\xbf");
	head = slice_trim(head);
	if (!slice_starts(head, "<"))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (contains(slice_sub(head, 0, 4096), words[i]))
			return true;
	return false;
}

static void tell(struct run *r, const struct html_doc *d)
{
	if (d->replaced)
		diags_add(&r->diags, DIAG_WARNING, 0, 0,
			  "%zu byte%s of the page cannot stand in HTML: U+FFFD is in their place", d->replaced,
			  d->replaced == 1 ? "" : "s");
	if (d->left)
		diags_add(&r->diags, DIAG_ERROR, 0, 0, "the rest of the page is left out: %s", d->left);
}

/* Is a table open at the end? */
static bool is_cut(struct slice page)
{
	size_t cell = slice_rfind(page, "<td"), end = slice_rfind(page, "</table");

	return cell != SLICE_NONE && (end == SLICE_NONE || end < cell);
}

/* Takes the blob over. */
static int read_spans(const struct html_doc *d, struct slice page, struct blob *b, struct run *r, struct err *e)
{
	r->unit = WHEN_SECOND;
	job_spans_read(r, b, page, d->data);
	if (traj_count(r->traj)) {
		r->started = r->finished = WHEN_NONE; /* the job table has minutes, the spans tell more */
		return 0;
	}
	traj_free(r->traj);
	r->traj = NULL;
	r->unit = WHEN_MINUTE;
	if (html_spans_read(d, r, e) < 0)
		return -1;
	r->cut = r->cut || d->left || is_cut(page);
	if (traj_count(r->traj) == 0)
		return 0;
	diags_add(&r->diags, DIAG_NOTE, 0, 0,
		  "the page holds no data in its script: its table is read, which has only minutes");
	if (r->cut)
		diags_add(&r->diags, DIAG_WARNING, 0, 0, "the page ends inside its trajectory");
	return 0;
}

static int read_page(struct slice page, struct blob *b, struct run *r, struct err *e)
{
	struct outputs said = {0};
	struct slice explanation = {0};
	struct html_doc d;
	bool job = false;
	size_t more = 0;
	int rc = html_doc_read(&d, page, e);

	if (rc < 0) {
		blob_free(b);
	} else {
		tell(r, &d);
		job = html_job_read(&d, r, &said, &explanation, &more);
		rc = read_spans(&d, page, b, r, e);
	}
	if (rc == 0 && !job && traj_count(r->traj) == 0)
		rc = err_set(e, ERR_INPUT, "cannot import '%s': a web page without a job and without spans", r->source);
	if (rc == 0) {
		r->format = r->unit == WHEN_MINUTE ? "job page, table" : job ? "job page" : "HTML trajectory";
		if (more && traj_count(r->traj) == 0)
			diags_add(&r->diags, DIAG_WARNING, 0, 0, "%zu more job%s of its table are left out", more,
				  more == 1 ? "" : "s");
		check_spans(r);
		job_fields_verdict(r, &said, explanation);
	}
	outputs_release(&said);
	html_doc_release(&d);
	return rc;
}

int html_page_read(struct blob *b, struct run *r, struct err *e)
{
	struct buf page;
	int rc;

	buf_init(&page, HTML_PAGE_MAX);
	rc = blob_read_all(b, &page, HTML_PAGE_MAX, e);
	if (rc < 0)
		blob_free(b);
	else
		rc = read_page(buf_slice(&page), b, r, e);
	buf_release(&page);
	return rc;
}
