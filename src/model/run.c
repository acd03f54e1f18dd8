#include "model/run.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

static const size_t none = SIZE_MAX;

const char *run_state_name(enum run_state s)
{
	static const char *const names[] = {
		[RUN_PENDING] = "pending", [RUN_RUNNING] = "running", [RUN_FAILED] = "failed", [RUN_DONE] = "done",
		[RUN_STOPPED] = "stopped", [RUN_INTERRUPTED] = "interrupted",
	};

	return names[s];
}

const char *run_state_words(enum run_state s)
{
	return s == RUN_PENDING ? "no agent" : run_state_name(s);
}

bool run_has_failed(const struct run *r)
{
	return r->state == RUN_FAILED || r->state == RUN_STOPPED;
}

struct run *run_new(void)
{
	struct run *r = xcalloc(1, sizeof *r);

	r->arena = arena_new();
	r->format = "";
	r->unit = WHEN_MICRO;
	r->created = r->started = r->finished = WHEN_NONE;
	return r;
}

void run_free(struct run *r)
{
	if (!r)
		return;
	traj_free(r->traj);
	crash_free(r->crash);
	outputs_release(&r->outputs);
	asides_release(&r->asides);
	diags_release(&r->diags);
	arena_free(r->arena);
	free(r->source);
	free(r);
}

void run_identify(struct run *r, const struct sha256 *bytes, unsigned member)
{
	struct sha256 *h = sha256_copy(bytes);
	char tail[16];
	int n = snprintf(tail, sizeof tail, "%c%u", '\0', member);

	r->member = member;
	sha256_hex(bytes, r->recording);
	sha256_add(h, tail, (size_t)n);
	if (!r->named)
		sha256_hex(h, r->id);
	sha256_free(h);
}

void run_name(struct run *r, struct slice first_line)
{
	sha256_of(first_line, r->id);
	r->named = true;
}

bool run_error_is_hidden(struct slice error)
{
	return slice_is(slice_trim(error), "log-in to see details");
}

/* ---- the report in a prompt ---- */

/* A console line without its "[ 12.345][ T678]" prefixes. */
static struct slice without_prefix(struct slice line)
{
	for (;;) {
		size_t end;

		line = slice_trim(line);
		end = slice_chr(line, ']', 0);
		if (!slice_starts(line, "[") || end == SLICE_NONE)
			return line;
		line = slice_sub(line, end + 1, line.n);
	}
}

static bool is_ruler(struct slice line)
{
	line = without_prefix(line);
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] != '=')
			return false;
	return line.n >= 10;
}

struct slice run_report_in(struct slice prompt)
{
	struct slice rest = prompt, line;
	size_t ruler = none;

	for (size_t at = 0; slice_line(&rest, &line); at = prompt.n - rest.n) {
		if (slice_starts(without_prefix(line), "BUG:")) {
			prompt = slice_sub(prompt, ruler == none ? at : ruler, prompt.n);
			while (slice_ends(prompt, "\n\n"))
				prompt.n--;
			return prompt;
		}
		/* a row of "=" elsewhere is an underline of the prompt's own */
		ruler = is_ruler(line) ? at : none;
	}
	return slice_sub(prompt, 0, 0);
}

/* ---- completion ---- */

/* The span that stands for the run: the first one, where it is a flow. */
static size_t flow_of(const struct run *r)
{
	return traj_count(r->traj) && traj_span(r->traj, 0)->type == SPAN_FLOW ? 0 : none;
}

/* An agent of the flow itself: not one that a tool or another agent started. */
static bool is_top_agent(const struct traj *t, size_t i)
{
	if (traj_span(t, i)->type != SPAN_AGENT)
		return false;
	for (uint32_t p = traj_span(t, i)->parent; p != SPAN_NO_PARENT; p = traj_span(t, p)->parent)
		if (traj_span(t, p)->type == SPAN_TOOL || traj_span(t, p)->type == SPAN_AGENT)
			return false;
	return true;
}

static bool take_outputs(struct run *r, size_t i)
{
	struct slice results;

	if (traj_field(r->traj, i, FIELD_RESULTS, &results, NULL) > 0)
		outputs_set_json(&r->outputs, results);
	if (r->outputs.n)
		r->derived |= RUN_OWN_OUTPUTS;
	return r->outputs.n > 0;
}

/*
 * A text into the run's own memory.  Where it is what was found before, it is not copied again: a recording that grows
 * is completed many times.
 */
static void own(struct run *r, enum run_derived which, struct slice before, struct slice s, struct slice *to)
{
	*to = before.p && slice_eq(before, s) ? before : arena_slice(r->arena, s);
	r->derived |= which;
}

/* Texts of an earlier completion, and whether the run's field is one of them: then it is empty again. */
struct before {
	struct slice workflow, error, explanation, report;
};

static struct slice forget(struct run *r, enum run_derived which, struct slice *s)
{
	struct slice was = *s;

	if (!(r->derived & which))
		return (struct slice){0};
	*s = (struct slice){0};
	return was;
}

static struct before forget_derived(struct run *r)
{
	struct before b = {
		.workflow = forget(r, RUN_OWN_WORKFLOW, &r->workflow),
		.error = forget(r, RUN_OWN_ERROR, &r->error),
		.explanation = forget(r, RUN_OWN_EXPLANATION, &r->explanation),
		.report = forget(r, RUN_OWN_REPORT, &r->report_text),
	};

	if (r->derived & RUN_OWN_OUTPUTS)
		outputs_release(&r->outputs);
	if (r->derived & RUN_OWN_STARTED)
		r->started = WHEN_NONE;
	if (r->derived & RUN_OWN_FINISHED)
		r->finished = WHEN_NONE;
	r->derived &= RUN_OWN_TITLE | RUN_OWN_COMMIT;
	return b;
}

static bool take_text(struct run *r, size_t i, enum traj_field f, const char *member, enum run_derived which,
		      struct slice before, struct slice *to)
{
	struct slice s;
	int got = member ? traj_member(r->traj, i, f, member, &s) : traj_field(r->traj, i, f, &s, NULL);

	if (got <= 0 || s.n == 0)
		return false;
	own(r, which, before, s, to);
	return true;
}

static void take_report(struct run *r, size_t i, struct slice before)
{
	struct slice prompt;

	if (traj_field(r->traj, i, FIELD_PROMPT, &prompt, NULL) > 0)
		own(r, RUN_OWN_REPORT, before, run_report_in(prompt), &r->report_text);
}

/*
 * What only agents can tell: the report from the first, verdict and explanation, where the flow has none,
 * from the last.
 */
static void ask_agents(struct run *r, bool want_outputs, const struct before *b)
{
	size_t n = traj_count(r->traj), agents = traj_totals(r->traj).agents, seen = 0;

	/* agents are few: a million other spans need not be gone through for one that is not there */
	for (size_t i = 0; i < n && seen < agents && r->report_text.n == 0; i++) {
		seen += traj_span(r->traj, i)->type == SPAN_AGENT;
		if (is_top_agent(r->traj, i)) {
			take_report(r, i, b->report);
			traj_release_bodies(r->traj);
		}
	}
	seen = 0;
	for (size_t i = n; i-- > 0 && seen < agents && (want_outputs || r->explanation.n == 0);) {
		seen += traj_span(r->traj, i)->type == SPAN_AGENT;
		if (is_top_agent(r->traj, i)) {
			if (want_outputs && take_outputs(r, i))
				want_outputs = false;
			if (r->explanation.n == 0)
				take_text(r, i, FIELD_REPLY, NULL, RUN_OWN_EXPLANATION, b->explanation,
					  &r->explanation);
			traj_release_bodies(r->traj);
		}
	}
}

static enum run_state state_without_spans(const struct run *r)
{
	if (r->error.n)
		return RUN_FAILED;
	if (r->finished != WHEN_NONE && !r->cut)
		return RUN_DONE;
	return r->started != WHEN_NONE ? RUN_RUNNING : RUN_PENDING;
}

static enum run_state state_of(const struct run *r, size_t flow)
{
	const struct traj *t = r->traj;
	size_t n = traj_count(t);

	if (n == 0)
		return state_without_spans(r);
	if (r->error.n || (flow != none && traj_span(t, flow)->flags & SPAN_ERROR))
		return RUN_FAILED;
	if (r->cut || traj_totals(t).unfinished)
		return RUN_RUNNING;
	for (size_t i = 0; i < n && flow == none && traj_totals(t).errors; i++)
		if (traj_span(t, i)->parent == SPAN_NO_PARENT && traj_span(t, i)->flags & SPAN_ERROR)
			return RUN_FAILED;
	return RUN_DONE;
}

void run_complete(struct run *r)
{
	size_t flow = flow_of(r);
	struct traj_totals sum = traj_totals(r->traj);
	struct before b = forget_derived(r);
	bool want_outputs = r->outputs.n == 0;

	if (flow != none) {
		if (r->workflow.n == 0)
			own(r, RUN_OWN_WORKFLOW, b.workflow, traj_name(r->traj, flow), &r->workflow);
		if (r->error.n == 0)
			take_text(r, flow, FIELD_ERROR, NULL, RUN_OWN_ERROR, b.error, &r->error);
		if (r->explanation.n == 0)
			take_text(r, flow, FIELD_RESULTS, "Explanation", RUN_OWN_EXPLANATION, b.explanation,
				  &r->explanation);
		if (want_outputs && take_outputs(r, flow))
			want_outputs = false;
	}
	ask_agents(r, want_outputs, &b);
	if (r->started == WHEN_NONE) {
		r->started = sum.started;
		r->derived |= RUN_OWN_STARTED;
	}
	if (r->finished == WHEN_NONE) {
		r->finished = sum.finished;
		r->derived |= RUN_OWN_FINISHED;
	}
	r->error_hidden = run_error_is_hidden(r->error);
	r->state = r->tells ? r->told : state_of(r, flow);
	traj_release_bodies(r->traj);
}

/* ---- questions ---- */

static size_t collect_models(const struct traj *t, enum span_type type, struct slice *names)
{
	size_t n = 0, count = traj_count(t);

	for (size_t i = 0; i < count && n < RUN_MODELS; i++) {
		const struct span *s = traj_span(t, i);
		struct slice name = traj_string(t, s->model);
		size_t k = 0;

		/* until an llm span is finished its model may be a mere category */
		if (s->type != type || name.n == 0 || (type == SPAN_LLM && !(s->flags & SPAN_FINISHED)))
			continue;
		while (k < n && !slice_eq(names[k], name))
			k++;
		if (k == n)
			names[n++] = name;
	}
	return n;
}

size_t run_models(const struct run *r, struct slice **names)
{
	size_t n;

	*names = xcalloc(RUN_MODELS, sizeof **names);
	n = collect_models(r->traj, SPAN_LLM, *names);
	return n ? n : collect_models(r->traj, SPAN_AGENT, *names);
}

int run_instruction(struct run *r, struct slice *out)
{
	size_t n = traj_count(r->traj);

	for (size_t i = 0; i < n; i++)
		if (traj_span(r->traj, i)->type == SPAN_AGENT &&
		    traj_field(r->traj, i, FIELD_INSTRUCTION, out, NULL) > 0)
			return 1;
	*out = (struct slice){0};
	return 0;
}
