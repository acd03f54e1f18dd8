#define _GNU_SOURCE /* getuid and friends under -std=c11 */
#include "app/live_inputs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/record.h"
#include "app/live_tools.h"
#include "app/places.h"
#include "app/provider.h"
#include "app/session.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "report/report.h"
#include "workspace/agree.h"
#include "workspace/racing.h"
#include "workspace/reading.h"

void live_inputs_free(struct live_inputs *in)
{
	if (!in)
		return;
	workflow_free(in->workflow);
	llm_endpoint_free(in->endpoint);
	prepare_release(&in->prepared);
	reading_release(&in->reading);
	crash_free(in->crash);
	for (size_t i = 0; i < in->nsub; i++)
		buf_release(&in->sub[i].instruction);
	buf_release(&in->instruction);
	buf_release(&in->prompt);
	buf_release(&in->source);
	arena_free(in->arena);
	free(in);
}

static struct live_inputs *new_inputs(struct app *a)
{
	struct live_inputs *in = xcalloc(1, sizeof *in);

	in->app = a;
	in->arena = arena_new();
	in->temperature = -1;
	in->reading.w.lock = -1;
	in->prepared.lock = -1;
	in->build = a->conf.value[OPT_BUILD];
	return in;
}

/* ---- the report ---- */

/* A file or a stored run: whatever it is, it is a recording with a report in it. */
static int read_report(struct live_inputs *in, const char *what, struct err *e)
{
	struct session *s = session_open(in->app, what, e);

	if (!s)
		return -1;
	in->report = arena_slice(in->arena, s->run->report_text);
	session_free(s);
	if (!in->report.n)
		return err_set(e, ERR_INPUT, "cannot run '%s': there is no crash report in it", what);
	in->crash = report_parse(in->report);
	return 0;
}

/* ---- the workflow ---- */

static int choose_workflow(struct live_inputs *in, const char *name, struct diags *said, struct err *e)
{
	const struct workflow *w;
	char *dir;

	if (!name) {
		w = workflows_fit(&in->app->workflows, in->crash);
		if (!w)
			return err_set(e, ERR_INPUT, "no workflow fits a report titled '%.*s': --workflow names one",
				       (int)(in->crash->title.n < 200 ? in->crash->title.n : 200),
				       in->crash->title.n ? in->crash->title.p : "");
		name = w->name;
	}
	dir = app_workflow_dir();
	in->workflow = workflow_load(dir, name, said, e);
	free(dir);
	return in->workflow ? 0 : -1;
}

enum { VALUES = 3 };

static void values_of(const struct live_inputs *in, struct template_value v[VALUES])
{
	v[0] = (struct template_value){SLICE("CrashReport"), in->report};
	v[1] = (struct template_value){SLICE("KernelCommit"), in->commit};
	v[2] = (struct template_value){SLICE("RacingSource"), in->racing};
}

/* The instructions of the sub-agents that have none yet. */
static int fill_sub_texts(struct live_inputs *in, struct err *e)
{
	struct template_value values[VALUES];

	values_of(in, values);
	for (size_t i = 0; i < in->nsub; i++)
		if (!in->sub[i].instruction.n &&
		    workflow_sub_instruction(in->workflow, in->sub[i].agent, values, VALUES, &in->sub[i].instruction, e) < 0)
			return -1;
	live_tools_roles(in);
	return 0;
}

static int fill_texts(struct live_inputs *in, struct err *e)
{
	struct template_value values[VALUES];
	char hash[SHA256_HEX + 1];

	values_of(in, values);
	if (workflow_instruction(in->workflow, values, VALUES, &in->instruction, e) < 0 ||
	    workflow_prompt(in->workflow, values, VALUES, &in->prompt, e) < 0)
		return -1;
	sha256_of(buf_slice(&in->instruction), hash);
	in->instruction_sha256 = arena_slice(in->arena, slice_str(hash));
	return 0;
}

/* ---- the kernel ---- */

static void keep_tree(struct live_inputs *in)
{
	const struct tree *t = in->reading.read;

	in->dir = t->dir;
	in->commit = slice_str(t->commit);
	in->snapshot = slice_str(t->snapshot);
	in->version = slice_str(t->version);
	in->dirty = t->dirty;
}

/* A report without places gets them from a vmlinux; its text stays as it is.  One that was named and has none is a disagreement. */
static int find_places(struct live_inputs *in, const struct live_options *o, struct diags *said, struct err *e)
{
	struct buf words = BUF_INIT;
	int rc = places_find(in->app, in->crash, &words, e);

	if (rc == 0 && words.n)
		diags_add(said, in->app->conf.value[OPT_VMLINUX][0] ? DIAG_WARNING : DIAG_NOTE, 0, 0, "%s", buf_str(&words));
	if (rc > 0 && o->say)
		o->say(buf_str(&words));
	buf_release(&words);
	return rc < 0 ? -1 : 0;
}

static void find_racing(struct live_inputs *in)
{
	struct buf text = BUF_INIT;
	struct root r;

	if (root_open(&r, in->dir, NULL) == 0) {
		racing_source(&r, in->crash, &text);
		root_release(&r);
	}
	in->racing = arena_slice(in->arena, buf_slice(&text));
	buf_release(&text);
}

static void say(void *arg, const char *what)
{
	const struct live_options *o = arg;

	if (o->say)
		o->say(what);
}

/* A configuration is applied only where one was named: make runs programs of the tree. */
static int configure(struct live_inputs *in, const struct live_options *o, struct err *e)
{
	const struct prepare_progress progress = {say, (void *)(uintptr_t)o};
	const char *config = o->config ? o->config : in->app->conf.value[OPT_CONFIG];

	if (!*config)
		return 0;
	if (prepare_open(&in->prepared, in->reading.read, config, &progress, e) < 0)
		return -1;
	in->build = in->prepared.dir;
	return 0;
}

static int find_tree(struct live_inputs *in, const struct live_options *o, struct diags *said, struct err *e)
{
	const char *dir = app_kernel(in->app, o->kernel, e);

	if (!dir)
		return -1;
	if (o->say && o->commit)
		o->say("making the files of the commit ready");
	if (reading_open(&in->reading, dir, o->commit, e) < 0)
		return -1;
	keep_tree(in);
	agree_check(in->reading.read, &in->reading.named, in->crash, said);
	if (find_places(in, o, said, e) < 0)
		return -1;
	find_racing(in);
	return 0;
}

/* What the action that made the tree ready has as its results. */
static void tell_source(struct live_inputs *in)
{
	struct json_w w;

	json_w_init(&w, &in->source, false);
	json_open(&w, '{');
	json_kstr(&w, "Commit", in->commit);
	json_kbool(&w, "Dirty", in->dirty);
	if (in->prepared.dir)
		json_kcstr(&w, "KernelObj", in->prepared.dir);
	json_kcstr(&w, "KernelSrc", in->dir);
	json_kstr(&w, "Tree", in->snapshot);
	json_kstr(&w, "Version", in->version);
	json_close(&w, '}');
}

/* ---- the provider ---- */

/* "0.3" whatever the locale; -1: it is none from 0 to 2. */
static double temperature_of(struct slice s)
{
	double v = 0, unit = 0;
	bool digits = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && unit == 0) {
			unit = 1;
		} else if (s.p[i] >= '0' && s.p[i] <= '9') {
			digits = true;
			v = unit > 0 ? v + (s.p[i] - '0') * (unit /= 10) : v * 10 + (s.p[i] - '0');
		} else {
			return -1;
		}
	}
	return digits && v <= 2 ? v : -1;
}

static bool thinking_of(const char *word, enum llm_thinking *t)
{
	static const char *const words[] = {"default", "none", "low", "medium", "high"};

	for (int i = 0; i < 5; i++)
		if (strcmp(word, words[i]) == 0) {
			*t = (enum llm_thinking)i;
			return true;
		}
	return false;
}

static int connect_provider(struct live_inputs *in, const char *provider, const char *base_url, struct err *e)
{
	in->endpoint = provider_open(in->app, provider, base_url, e);
	return in->endpoint ? 0 : -1;
}

static int choose_model(struct live_inputs *in, const struct live_options *o, struct err *e)
{
	const char *provider = provider_setting(in->app, o->provider, OPT_PROVIDER), *model = provider_setting(in->app, o->model, OPT_MODEL);
	const char *thinking = provider_setting(in->app, o->thinking, OPT_THINKING);

	if (!provider)
		provider = in->workflow->nmodel ? in->workflow->model[0].provider : "gemini";
	in->dialect = llm_dialect_find(provider);
	if (!in->dialect)
		return err_set(e, ERR_USAGE, "there is no provider '%s': %s", provider, llm_dialect_names());
	if (!model)
		model = workflow_model(in->workflow, provider);
	if (!model)
		return err_set(e, ERR_USAGE, "no model is named for provider '%s': --model or setting model names one", provider);
	if (!thinking)
		thinking = in->workflow->thinking ? in->workflow->thinking : "default";
	if (!thinking_of(thinking, &in->thinking))
		return err_set(e, ERR_USAGE, "--thinking or setting thinking is '%s': default, none, low, medium or high is needed", thinking);
	in->temperature = in->workflow->temperature;
	if (in->app->conf.value[OPT_TEMPERATURE][0])
		in->temperature = temperature_of(slice_str(in->app->conf.value[OPT_TEMPERATURE]));
	if (in->app->conf.value[OPT_TEMPERATURE][0] && in->temperature < 0)
		return err_set(e, ERR_USAGE, "setting temperature is '%s': a number from 0 to 2 is needed",
			       in->app->conf.value[OPT_TEMPERATURE]);
	in->provider = in->dialect->provider;
	in->model = arena_str(in->arena, slice_str(model));
	return connect_provider(in, provider, provider_setting(in->app, o->base_url, OPT_BASE_URL), e);
}

/* ---- a new run ---- */

/* A disagreement is read before money is spent: the run begins when the reviewer says so, or not at all. */
static int heed(struct live_inputs *in, const struct live_options *o, const struct diags *said, struct err *e)
{
	size_t warnings = diags_count(said, DIAG_WARNING);

	if (!warnings || o->anyway)
		return 0;
	if (o->headless)
		return err_set(e, ERR_NO, "not run: %zu warning%s about report and tree; --anyway runs it all the same", warnings,
			       warnings == 1 ? "" : "s");
	in->paused = true;
	return 0;
}

struct live_inputs *live_inputs_new(struct app *a, const struct live_options *o, struct diags *said, struct err *e)
{
	struct live_inputs *in = new_inputs(a);

	if (read_report(in, o->report, e) < 0 || choose_workflow(in, o->workflow, said, e) < 0 || live_tools_declare(in, e) < 0 ||
	    choose_model(in, o, e) < 0 || find_tree(in, o, said, e) < 0)
		goto failed;
	if (fill_texts(in, e) < 0 || fill_sub_texts(in, e) < 0 || heed(in, o, said, e) < 0 || configure(in, o, e) < 0)
		goto failed;
	tell_source(in);
	return in;
failed:
	live_inputs_free(in);
	return NULL;
}

static void put_settings(const struct live_inputs *in, struct buf *out)
{
	static const char *const thinking[] = {"default", "none", "low", "medium", "high"};
	const struct workflow_limits *most = &in->workflow->limits;
	struct json_w w;

	json_w_init(&w, out, false);
	json_open(&w, '{');
	json_kcstr(&w, "thinking", thinking[in->thinking]);
	json_key(&w, "temperature");
	if (in->temperature >= 0)
		llm_number(&w, in->temperature);
	else
		json_null(&w);
	json_kbool(&w, "paused", in->paused);
	json_kint(&w, "turns", most->turns);
	json_kint(&w, "calls", most->calls);
	json_kint(&w, "compress-at", (int64_t)most->compress_at);
	json_kint(&w, "keep", (int64_t)most->keep);
	json_kint(&w, "tokens", (int64_t)most->tokens);
	json_kint(&w, "output-tokens", most->output_tokens);
	json_kint(&w, "result-bytes", (int64_t)most->result_bytes);
	json_key(&w, "tools");
	json_open(&w, '[');
	for (size_t i = 0; i < in->ntools; i++)
		json_cstr(&w, in->tool[i].name);
	json_close(&w, ']');
	json_close(&w, '}');
}

int live_inputs_first(const struct live_inputs *in, int64_t now, struct buf *line, char id[SHA256_HEX + 1], struct err *e)
{
	const struct journal_input inputs[] = {
		{SLICE("CrashReport"), in->report}, {SLICE("KernelCommit"), in->commit.n ? in->commit : (struct slice){0}},
		{SLICE("RacingSource"), in->racing},
	};
	struct buf settings = BUF_INIT;
	struct journal_head h = {
		.time = now, .workflow = slice_str(in->workflow->name), .instruction_sha256 = in->instruction_sha256,
		.input = inputs, .ninput = 3, .provider = slice_str(in->provider), .model = slice_str(in->model),
		.base_url = slice_str(llm_endpoint_url(in->endpoint)),
	};
	int rc;

	h.kernel.dir = slice_str(in->dir);
	h.kernel.commit = in->commit;
	h.kernel.tree = in->snapshot;
	h.kernel.version = in->version;
	h.kernel.dirty = in->dirty;
	put_settings(in, &settings);
	h.settings = buf_slice(&settings);
	rc = journal_first(&h, line, id, e);
	buf_release(&settings);
	return rc;
}

/* ---- a recorded run ---- */

static struct slice input_of(const struct live_inputs *in, const struct journal_head *h, const char *name)
{
	for (size_t i = 0; i < h->ninput; i++)
		if (slice_is(h->input[i].name, name))
			return arena_slice(in->arena, h->input[i].value);
	return (struct slice){0};
}

static int take_settings(struct live_inputs *in, struct slice settings, struct err *e)
{
	struct slice thinking = {0}, temperature = json_member(settings, "temperature");

	json_get_str(in->arena, settings, "thinking", &thinking);
	if (!thinking_of(arena_str(in->arena, thinking), &in->thinking))
		return err_set(e, ERR_INPUT, "cannot read the run's settings: how much it thinks is unknown");
	if (json_type(temperature) == JSON_NUMBER)
		in->temperature = temperature_of(temperature);
	json_get_bool(settings, "paused", &in->paused);
	return 0;
}

static int take_head(struct live_inputs *in, const struct journal_head *h, struct diags *said, struct err *e)
{
	const char *provider = arena_str(in->arena, h->provider);

	in->report = input_of(in, h, "CrashReport");
	in->racing = input_of(in, h, "RacingSource");
	in->commit = arena_slice(in->arena, h->kernel.commit);
	in->snapshot = arena_slice(in->arena, h->kernel.tree);
	in->version = arena_slice(in->arena, h->kernel.version);
	in->dirty = h->kernel.dirty;
	in->dir = arena_str(in->arena, h->kernel.dir);
	in->model = arena_str(in->arena, h->model);
	in->base_url = h->base_url.n ? arena_str(in->arena, h->base_url) : NULL;
	in->dialect = llm_dialect_find(provider);
	if (!in->dialect)
		return err_set(e, ERR_INPUT, "the run's provider '%s' is none that this version knows: %s", provider,
			       llm_dialect_names());
	in->provider = in->dialect->provider;
	in->crash = report_parse(in->report);
	return take_settings(in, h->settings, e) < 0 ? -1 : choose_workflow(in, arena_str(in->arena, h->workflow), said, e);
}

static void take_sub_text(struct live_inputs *in, const struct span_out *s)
{
	for (size_t i = 0; i < in->nsub; i++)
		if (slice_is(s->name, in->sub[i].agent->name) && !in->sub[i].instruction.n)
			buf_add_slice(&in->sub[i].instruction, s->instruction);
}

/* The agents' own texts, and what the action before them had as results, as they were recorded. */
static int take_texts(struct live_inputs *in, struct records *rs, struct err *e)
{
	struct record r;
	int rc;

	while ((rc = records_next(rs, &r, e)) > 0) {
		if (r.kind != RECORD_SPAN)
			continue;
		if (r.span.type == SPAN_ACTION && r.span.results.n && !in->source.n)
			buf_add_slice(&in->source, r.span.results);
		if (r.span.type != SPAN_AGENT)
			continue;
		if (r.span.nesting > 1) {
			take_sub_text(in, &r.span);
		} else if (!in->prompt.n) {
			buf_add_slice(&in->instruction, r.span.instruction);
			buf_add_slice(&in->prompt, r.span.prompt);
		}
	}
	return rc < 0 ? -1 : 0;
}

struct live_inputs *live_inputs_recorded(struct app *a, const char *journal, bool as_recorded, struct diags *said, struct err *e)
{
	struct live_inputs *in = new_inputs(a);
	struct records *rs = records_open(journal, e);
	struct record r;
	int rc = rs && records_next(rs, &r, e) > 0 ? 0 : -1;

	if (rc == 0)
		rc = take_head(in, &r.head, said, e);
	if (rc == 0)
		rc = live_tools_declare(in, e);
	if (rc == 0)
		rc = take_texts(in, rs, e);
	if (rc == 0 && (!as_recorded || !in->prompt.n)) {
		buf_clear(&in->instruction);
		buf_clear(&in->prompt);
		rc = fill_texts(in, e);
	}
	for (size_t i = 0; !as_recorded && rc == 0 && i < in->nsub; i++)
		buf_clear(&in->sub[i].instruction);
	if (rc == 0)
		rc = fill_sub_texts(in, e);
	if (rc == 0 && !in->source.n)
		tell_source(in);
	records_close(rs);
	if (rc < 0) {
		live_inputs_free(in);
		return NULL;
	}
	return in;
}

/* The build directory that the run began with; without it answers are approximate, which they say themselves. */
static void find_prepared(struct live_inputs *in, struct diags *said)
{
	struct slice dir = {0};
	struct err e = {0};

	if (!json_get_str(in->arena, buf_slice(&in->source), "KernelObj", &dir) || !dir.n)
		return;
	if (prepare_again(&in->prepared, arena_str(in->arena, dir), &e) == 0)
		in->build = in->prepared.dir;
	else
		diags_add(said, DIAG_WARNING, 0, 0, "%s: code is looked up with setting \"build\" now", e.msg);
}

int live_inputs_connect(struct live_inputs *in, const struct live_options *o, struct diags *said, struct err *e)
{
	if (connect_provider(in, in->provider, o->base_url ? o->base_url : in->base_url, e) < 0)
		return -1;
	if (reading_open(&in->reading, in->dir, NULL, e) < 0)
		return err_wrap(e, "cannot go on with the run");
	find_prepared(in, said);
	if (in->snapshot.n && !slice_is(in->snapshot, in->reading.read->snapshot))
		diags_add(said, DIAG_WARNING, 0, 0, "the kernel tree was changed since the run began: what the agent read before may be "
						    "otherwise now");
	return 0;
}
