#include "import/job_json.h"

#include <inttypes.h>

#include "base/json.h"
#include "import/check.h"
#include "import/job_fields.h"
#include "import/job_spans.h"
#include "import/json_walk.h"
#include "import/lines.h"

/* The members of the answer that tell which it is; raw, as far as they are there. */
struct answer {
	struct slice job, trajectory, jobs, id, workflow, args;
	bool closed;
	size_t at; /* where it ends */
};

static struct answer members(struct slice text)
{
	struct json_walk w = json_walk(text);
	struct answer an = {.closed = false};
	struct {
		const char *key;
		struct slice *to;
	} want[] = {{"\"Job\"", &an.job},	  {"\"Trajectory\"", &an.trajectory}, {"\"Jobs\"", &an.jobs},
		    {"\"ID\"", &an.id},	  {"\"Workflow\"", &an.workflow},     {"\"Args\"", &an.args}};

	while (w.object && json_walk_next(&w))
		for (size_t i = 0; i < sizeof want / sizeof *want; i++)
			if (slice_is(w.key, want[i].key))
				*want[i].to = w.value;
	an.closed = w.closed;
	an.at = w.i;
	return an;
}

static bool is_list(const struct answer *an)
{
	return !an->job.n && !an->trajectory.n && json_walk_opens(an->jobs, '[');
}

static bool is_job(const struct answer *an)
{
	return json_walk_opens(an->job, '{') || json_walk_opens(an->trajectory, '[');
}

bool job_json_sniff(struct slice head)
{
	struct answer an;

	if (!json_walk_opens(head, '{'))
		return false;
	an = members(head);
	return is_job(&an) || is_list(&an) || (an.id.n && an.workflow.n && json_walk_opens(an.args, '{'));
}

static int read_all(struct blob *b, struct buf *text, struct err *e)
{
	return blob_read_all(b, text, JOB_JSON_MAX, e);
}

/* Is the part just found a job?  One that is cut does not count. */
static bool is_entry(const struct json_walk *w)
{
	return w->whole && slice_starts(w->value, "{");
}

int job_json_count(struct blob *b, unsigned *n, struct err *e)
{
	struct buf text = BUF_INIT;
	struct answer an;
	struct json_walk w;

	*n = 1;
	if (read_all(b, &text, e) < 0)
		return -1;
	an = members(buf_slice(&text));
	if (is_list(&an)) {
		w = json_walk(an.jobs);
		for (*n = 0; *n < IMPORT_MEMBERS && json_walk_next(&w);)
			*n += is_entry(&w);
	}
	buf_release(&text);
	return 0;
}

/* ---- reading ---- */

struct reader {
	struct run *r;
	struct lines lines;
	struct slice text;
	struct outputs said;
	struct slice explanation;
};

/* The part as checked JSON; empty, with a message, where it is none. */
static struct slice check(struct reader *rd, const char *what, struct slice part)
{
	struct slice raw = {0};
	size_t at = 0, from;

	if (part.n == 0 || json_check(part, &raw, &at, NULL) == 0)
		return raw;
	from = (size_t)(part.p - rd->text.p) + at;
	diags_add(&rd->r->diags, DIAG_ERROR, lines_of(&rd->lines, from), from, "%s: %s", what,
		  json_depth(part) > JSON_DEPTH_MAX ? "it is nested more than 1000 deep" : "it is not JSON here");
	return (struct slice){0};
}

/* Member `member` of the list. */
static struct slice listed(const struct answer *an, unsigned number)
{
	struct json_walk w = json_walk(an->jobs);

	for (unsigned i = 0; json_walk_next(&w);)
		if (is_entry(&w) && i++ == number)
			return w.value;
	return (struct slice){0};
}

/* Said with the first of the runs. */
static void tell_odd_entries(struct reader *rd, const struct answer *an)
{
	struct json_walk w = json_walk(an->jobs);

	for (size_t i = 1; rd->r->member == 0 && json_walk_next(&w); i++)
		if (!is_entry(&w)) {
			size_t at = (size_t)(w.value.p - rd->text.p);

			diags_add(&rd->r->diags, DIAG_ERROR, lines_of(&rd->lines, at), at,
				  "entry %zu of the list is %s: left out", i, w.whole ? "no job" : "cut");
		}
}

static void tell_end(struct reader *rd, const struct answer *an)
{
	if (an->closed)
		return;
	rd->r->cut = !is_list(an);
	diags_add(&rd->r->diags, DIAG_WARNING, lines_of(&rd->lines, an->at), an->at, "the answer %s at byte %zu",
		  an->at >= rd->text.n ? "ends in the middle" : "is broken", an->at);
}

/* A string of the answer itself, in the run's arena. */
static struct slice string(struct reader *rd, const char *what, struct slice part)
{
	struct slice raw = check(rd, what, part);

	return raw.n && json_type(raw) == JSON_STRING ? arena_slice(rd->r->arena, json_string(rd->r->arena, raw)) :
							(struct slice){0};
}

static void read_answer(struct reader *rd, const struct answer *an, struct blob *b)
{
	struct slice job = is_list(an) ? listed(an, rd->r->member) : an->job;

	job = check(rd, "Job", job);
	if (is_list(an) || is_job(an)) {
		job_fields_job(rd->r, job, &rd->said, &rd->explanation);
	} else {
		rd->r->job = string(rd, "ID", an->id);
		rd->r->workflow = string(rd, "Workflow", an->workflow);
	}
	if (is_list(an))
		tell_odd_entries(rd, an);
	else
		job_fields_args(rd->r, check(rd, "Args", an->args));
	tell_end(rd, an);
	job_spans_read(rd->r, b, rd->text, is_list(an) ? (struct slice){0} : an->trajectory);
	check_spans(rd->r);
	job_fields_verdict(rd->r, &rd->said, rd->explanation);
}

int job_json_read(struct blob *b, struct run *r, struct err *e)
{
	struct reader rd = {.r = r, .lines = {.blob = b, .diags = &r->diags}};
	struct buf text = BUF_INIT;
	struct answer an;

	if (read_all(b, &text, e) < 0) {
		buf_release(&text);
		blob_free(b);
		return -1;
	}
	rd.text = buf_slice(&text);
	an = members(rd.text);
	r->format = is_list(&an) ? "job list JSON" : is_job(&an) ? "job JSON" : "job export";
	r->unit = WHEN_SECOND;
	read_answer(&rd, &an, b);
	outputs_release(&rd.said);
	if (traj_count(r->traj) == 0 && r->job.n == 0 && r->report_text.n == 0) {
		err_set(e, ERR_INPUT, "cannot import '%s': no job and no span in it%s%s", r->source ? r->source : "",
			r->diags.n ? ": " : "", r->diags.n ? r->diags.d[0].text : "");
		buf_release(&text);
		return -1;
	}
	buf_release(&text);
	return 0;
}
