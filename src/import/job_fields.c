#include "import/job_fields.h"

#include "base/json.h"
#include "import/check.h"

/* The member as text, in the run's arena: a string decoded, true and false as they are; else empty. */
static struct slice member(struct run *r, struct slice object, const char *key)
{
	struct slice raw = json_member(object, key);

	switch (json_type(raw)) {
	case JSON_STRING:
		raw = json_string(r->arena, raw);
		break;
	case JSON_BOOL:
	case JSON_NUMBER:
		break;
	default:
		return (struct slice){0};
	}
	return raw.n ? arena_slice(r->arena, raw) : (struct slice){0};
}

static int64_t time_of(struct run *r, struct slice job, const char *key)
{
	static const int64_t zero = -INT64_C(62135596800) * 1000000; /* Go's, where it is not set */
	struct slice text = member(r, job, key);
	enum when_unit unit;
	int64_t t;

	if (text.n == 0 || !when_parse(text, &t, &unit) || t == zero)
		return WHEN_NONE;
	if (unit > r->unit)
		r->unit = unit;
	return t;
}

static void take(struct slice *to, struct slice from)
{
	if (from.n)
		*to = from;
}

/* "true", or the badge's symbol. */
static bool boolean(struct slice v, bool *yes)
{
	*yes = slice_is(v, "true") || slice_starts(v, "✅");
	return *yes || slice_is(v, "false") || slice_starts(v, "❌");
}

static void take_results(struct run *r, struct slice results, struct outputs *said, struct slice *explanation)
{
	struct json_iter it;

	if (json_type(results) == JSON_OBJECT) {
		outputs_set_json(said, results);
		take(explanation, member(r, results, "Explanation"));
		return;
	}
	if (json_type(results) != JSON_ARRAY)
		return;
	it = json_iter(results);
	while (json_next(&it)) {
		struct slice name, value;
		bool yes, is_bool;

		if (json_type(it.value) != JSON_OBJECT)
			continue;
		name = member(r, it.value, "Name");
		value = member(r, it.value, "Value");
		/* without the mark only a JSON boolean is one: a text may read "true" */
		if (!json_get_bool(it.value, "IsBool", &is_bool))
			is_bool = json_type(json_member(it.value, "Value")) == JSON_BOOL;
		if (is_bool && boolean(value, &yes))
			outputs_set(said, name, yes);
		else if (slice_is(name, "Explanation"))
			take(explanation, value);
	}
}

void job_fields_job(struct run *r, struct slice job, struct outputs *said, struct slice *explanation)
{
	if (json_type(job) != JSON_OBJECT)
		return;
	take(&r->job, member(r, job, "ID"));
	take(&r->workflow, member(r, job, "Workflow"));
	take(&r->title, member(r, job, "Description"));
	take(&r->agent_revision, member(r, job, "CodeRevision"));
	take(&r->error, member(r, job, "ErrorSummary"));
	take(&r->error, member(r, job, "Error"));
	r->created = time_of(r, job, "Created");
	r->started = time_of(r, job, "Started");
	r->finished = time_of(r, job, "Finished");
	take_results(r, json_member(job, "Results"), said, explanation);
}

void job_fields_input(struct run *r, struct slice key, struct slice value)
{
	if (value.n == 0)
		return;
	if (slice_is(key, "KernelCommit"))
		r->kernel_commit = arena_slice(r->arena, slice_trim(value));
	else if (slice_is(key, "CrashReport") && slice_chr(value, '\n', 0) != SLICE_NONE)
		r->report_text = arena_slice(r->arena, value);
	else if (slice_is(key, "BugTitle") && r->title.n == 0)
		r->title = arena_slice(r->arena, slice_trim(value));
}

void job_fields_args(struct run *r, struct slice args)
{
	struct json_iter it;

	if (json_type(args) != JSON_OBJECT && json_type(args) != JSON_ARRAY)
		return;
	it = json_iter(args);
	while (json_next(&it)) {
		if (it.object && json_type(it.value) == JSON_STRING)
			job_fields_input(r, json_string(r->arena, it.key), json_string(r->arena, it.value));
		else if (!it.object && json_type(it.value) == JSON_OBJECT)
			job_fields_input(r, member(r, it.value, "Key"), member(r, it.value, "Value"));
	}
}

void job_fields_verdict(struct run *r, const struct outputs *said, struct slice explanation)
{
	struct outputs flow = {0};
	struct slice results, text;
	bool told = traj_count(r->traj) && traj_span(r->traj, 0)->type == SPAN_FLOW;

	if (told && traj_field(r->traj, 0, FIELD_RESULTS, &results, NULL) > 0)
		outputs_set_json(&flow, results);
	if (flow.n == 0)
		outputs_copy(&r->outputs, said);
	if (!told || traj_member(r->traj, 0, FIELD_RESULTS, "Explanation", &text) <= 0)
		r->explanation = explanation;
	outputs_release(&flow);
	check_results(r, said, explanation);
}
