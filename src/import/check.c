#include "import/check.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"

static void warn(struct run *r, const struct span *s, const char *what)
{
	diags_add(&r->diags, DIAG_WARNING, 0, 0, "span %" PRIu32 " %s", s->seq, what);
}

/* Is every Seq there? */
static void check_gap(const struct run *r, struct span_check *c)
{
	const struct span *s = traj_span(r->traj, c->gaps);

	if (s->seq != c->next && c->missing == 0)
		c->first = c->next;
	c->missing += s->seq - c->next;
	c->next = (uint64_t)s->seq + 1;
}

static void tell_gaps(struct run *r, const struct span_check *c)
{
	if (c->missing)
		diags_add(&r->diags, DIAG_WARNING, 0, 0,
			  "%" PRIu64 " of the first %" PRIu64 " spans %s missing: the first is span %" PRIu64, c->missing,
			  c->next, c->missing == 1 ? "is" : "are", c->first);
}

static void check_span(struct run *r, size_t i)
{
	const struct span *s = traj_span(r->traj, i), *before = i ? traj_span(r->traj, i - 1) : NULL;

	if (before && before->seq + 1 == s->seq && s->nesting > before->nesting + 1)
		diags_add(&r->diags, DIAG_WARNING, 0, 0, "span %" PRIu32 " is nested %u deep, the one before it %u",
			  s->seq, s->nesting, before->nesting);
	if (before && s->nesting == 0)
		warn(r, s, "is not below the first one");
	if (s->started != WHEN_NONE && s->finished != WHEN_NONE && s->finished < s->started)
		warn(r, s, "is finished before it is started");
}

bool check_spans_step(struct run *r, struct span_check *c, size_t most)
{
	size_t n = traj_count(r->traj);

	for (; c->gaps < n && most; c->gaps++, most--) {
		check_gap(r, c);
		if (c->gaps + 1 == n)
			tell_gaps(r, c);
	}
	for (; c->spans < n && most; c->spans++, most--)
		check_span(r, c->spans);
	return c->spans < n;
}

void check_spans(struct run *r)
{
	struct span_check c = {0};

	check_spans_step(r, &c, SIZE_MAX);
}

static void check_booleans(struct run *r, const struct outputs *job)
{
	struct outputs flow = {0};
	struct slice results;
	struct buf jw = BUF_INIT, fw = BUF_INIT;

	if (job->n == 0 || traj_field(r->traj, 0, FIELD_RESULTS, &results, NULL) <= 0)
		return;
	outputs_set_json(&flow, results);
	if (!outputs_equal(job, &flow)) {
		outputs_words(&jw, job);
		outputs_words(&fw, &flow);
		diags_add(&r->diags, DIAG_WARNING, 0, 0, "the job says '%s', the results of its flow '%s'",
			  buf_str(&jw), buf_str(&fw));
	}
	buf_release(&jw);
	buf_release(&fw);
	outputs_release(&flow);
}

/* The last successful set-results call of each agent must hold what the agent's results hold. */
static void check_set_results(struct run *r)
{
	size_t n = traj_count(r->traj);
	uint32_t *last = xcalloc(n, sizeof *last); /* by agent: index of the call, 0 where there is none */
	struct slice args, results;

	for (size_t i = 0; i < n; i++) {
		const struct span *s = traj_span(r->traj, i);

		if (s->type == SPAN_TOOL && !(s->flags & SPAN_ERROR) && s->parent != SPAN_NO_PARENT &&
		    slice_is(traj_name(r->traj, i), "set-results"))
			last[s->parent] = (uint32_t)i;
	}
	for (size_t i = 0; i < n; i++) {
		if (!last[i])
			continue;
		if (traj_field(r->traj, i, FIELD_RESULTS_RAW, &results, NULL) > 0 &&
		    traj_field(r->traj, last[i], FIELD_ARGS_RAW, &args, NULL) > 0 && !slice_eq(args, results))
			diags_add(&r->diags, DIAG_WARNING, 0, 0,
				  "the results of agent span %" PRIu32 " are not what it set in span %" PRIu32,
				  traj_span(r->traj, i)->seq, traj_span(r->traj, last[i])->seq);
		traj_release_bodies(r->traj);
	}
	free(last);
}

void check_results(struct run *r, const struct outputs *job, struct slice explanation)
{
	struct slice flow;

	if (traj_count(r->traj) == 0)
		return;
	if (traj_span(r->traj, 0)->type == SPAN_FLOW) {
		check_booleans(r, job);
		if (explanation.n && traj_member(r->traj, 0, FIELD_RESULTS, "Explanation", &flow) > 0 &&
		    !slice_eq(slice_rtrim(flow), slice_rtrim(explanation)))
			diags_add(&r->diags, DIAG_WARNING, 0, 0,
				  "the job's Explanation differs from the one in the results of its flow");
	}
	check_set_results(r);
}
