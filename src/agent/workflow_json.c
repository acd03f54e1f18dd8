#include "agent/workflow_json.h"

#include <stdarg.h>
#include <string.h>

#include "base/json.h"
#include "workspace/tool.h"

enum { TEXT_MAX = 4096 };

struct reader {
	struct workflow *w;
	struct slice text;
	const char *file;
	struct diags *odd; /* may be NULL */
	struct err *e;
};

static uint64_t line_of(const struct reader *rd, size_t at)
{
	uint64_t line = 1;

	for (size_t i = 0; i < at && i < rd->text.n; i++)
		line += rd->text.p[i] == '\n';
	return line;
}

/* Fail with a sentence about the value `at`, a part of the text. */
static int bad(struct reader *rd, struct slice at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static int bad(struct reader *rd, struct slice at, const char *fmt, ...)
{
	size_t byte = (size_t)(at.p - rd->text.p);
	struct buf why = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&why, fmt, ap);
	va_end(ap);
	err_set(rd->e, ERR_INPUT, "cannot read '%s': line %llu, byte %zu: %s", rd->file,
		(unsigned long long)line_of(rd, byte), byte, buf_str(&why));
	buf_release(&why);
	return -1;
}

/* ---- values ---- */

static bool is_name(struct slice s, const char *more)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!letter && (i == 0 || !((c >= '0' && c <= '9') || strchr(more, c)) || c == '\0'))
			return false;
	}
	return s.n > 0 && s.n <= WORKFLOW_NAME_MAX;
}

static int read_text(struct reader *rd, struct slice v, const char **out)
{
	struct slice s;

	if (json_type(v) != JSON_STRING)
		return bad(rd, v, "a string is needed here");
	s = json_string(rd->w->arena, v);
	if (s.n == 0 || s.n > TEXT_MAX || slice_chr(s, '\0', 0) != SLICE_NONE)
		return bad(rd, v, "a text of 1 to %d bytes is needed here", TEXT_MAX);
	*out = arena_str(rd->w->arena, s);
	return 0;
}

static int read_name(struct reader *rd, struct slice v, const char **out)
{
	if (read_text(rd, v, out) < 0)
		return -1;
	if (!is_name(slice_str(*out), ""))
		return bad(rd, v, "'%.80s' is no name: a letter, then letters and digits", *out);
	return 0;
}

static int read_bool(struct reader *rd, struct slice v, bool *out)
{
	if (json_type(v) != JSON_BOOL)
		return bad(rd, v, "true or false is needed here");
	*out = *v.p == 't';
	return 0;
}

/* ---- objects and arrays ---- */

/* What a key of an object does with its value: `at` is the thing that is filled. */
struct key {
	const char *name;
	int (*read)(struct reader *rd, struct slice v, void *at);
};

static const struct key *find_key(const struct key *keys, struct slice name)
{
	while (keys->name && !slice_is(name, keys->name))
		keys++;
	return keys->name ? keys : NULL;
}

/* Read the members of an object by a table that ends with a NULL name; a key that is not in it is a warning. */
static int read_object(struct reader *rd, struct slice v, const struct key *keys, void *at)
{
	struct json_iter it = json_iter(v);

	if (json_type(v) != JSON_OBJECT)
		return bad(rd, v, "an object is needed here");
	while (json_next(&it)) {
		struct slice name = json_string(rd->w->arena, it.key);
		const struct key *k = find_key(keys, name);
		size_t byte = (size_t)(it.key.p - rd->text.p);

		if (k && k->read(rd, it.value, at) < 0)
			return -1;
		if (!k && rd->odd)
			diags_add(rd->odd, DIAG_WARNING, line_of(rd, byte), byte, "%s: key '%.*s' is not known, and passed over",
				  rd->file, (int)(name.n < 64 ? name.n : 64), name.n ? name.p : "");
	}
	return 0;
}

/* Room for the elements of an array, all zero; `*n` is how many. */
static int read_array(struct reader *rd, struct slice v, size_t size, int (*one)(struct reader *rd, struct slice v, void *at),
		      void *out, size_t *n)
{
	struct json_iter it = json_iter(v);
	char *items;
	void *at;

	if (json_type(v) != JSON_ARRAY)
		return bad(rd, v, "an array is needed here");
	items = arena_alloc(rd->w->arena, size * (WORKFLOW_ITEMS_MAX + 1));
	for (*n = 0; json_next(&it); ++*n) {
		if (*n == WORKFLOW_ITEMS_MAX)
			return bad(rd, it.value, "more than %d are too many", WORKFLOW_ITEMS_MAX);
		if (one(rd, it.value, items + *n * size) < 0)
			return -1;
	}
	at = items;
	memcpy(out, &at, sizeof at);
	return 0;
}

/* ---- what a workflow holds ---- */

#define FIELD(function, type, member, read) \
	static int function(struct reader *rd, struct slice v, void *at) \
	{ \
		return read(rd, v, &((type *)at)->member); \
	}

FIELD(fit_title, struct workflow_fit, title, read_text)
FIELD(fit_word, struct workflow_fit, word, read_text)

static int fit_kind(struct reader *rd, struct slice v, void *at)
{
	struct workflow_fit *f = at;
	int k = 0;

	if (read_text(rd, v, &f->kind) < 0)
		return -1;
	while (k < CRASH_KINDS && strcmp(crash_kind_name((enum crash_kind)k), f->kind) != 0)
		k++;
	return k < CRASH_KINDS ? 0 : bad(rd, v, "'%.80s' is no kind of report", f->kind);
}

static int one_fit(struct reader *rd, struct slice v, void *at)
{
	static const struct key keys[] = {{"title", fit_title}, {"word", fit_word}, {"kind", fit_kind}, {NULL, NULL}};

	return read_object(rd, v, keys, at);
}

FIELD(input_name, struct workflow_input, name, read_name)
FIELD(input_optional, struct workflow_input, optional, read_bool)

static int one_input(struct reader *rd, struct slice v, void *at)
{
	static const struct key keys[] = {{"name", input_name}, {"optional", input_optional}, {NULL, NULL}};
	struct workflow_input *in = at;

	if (read_object(rd, v, keys, at) < 0)
		return -1;
	return in->name ? 0 : bad(rd, v, "the input has no name");
}

FIELD(output_name, struct workflow_output, name, read_name)
FIELD(output_yes, struct workflow_output, yes, read_text)
FIELD(output_no, struct workflow_output, no, read_text)
FIELD(output_description, struct workflow_output, description, read_text)
FIELD(output_asked, struct workflow_output, asked, read_bool)

static int one_output(struct reader *rd, struct slice v, void *at)
{
	static const struct key keys[] = {
		{"name", output_name}, {"true", output_yes}, {"false", output_no},
		{"description", output_description}, {"asked", output_asked}, {NULL, NULL},
	};
	struct workflow_output *o = at;

	o->asked = true;
	if (read_object(rd, v, keys, at) < 0)
		return -1;
	if (!o->name)
		return bad(rd, v, "the output has no name");
	if (!o->yes != !o->no)
		return bad(rd, v, "output %s has a word for one of its values only", o->name);
	if (o->asked && !o->description)
		return bad(rd, v, "output %s has no description for the model", o->name);
	return 0;
}

static bool is_tool_name(struct slice s)
{
	return is_name(s, "-");
}

static int one_tool(struct reader *rd, struct slice v, void *at)
{
	const char **tool = at;

	if (read_text(rd, v, tool) < 0)
		return -1;
	return is_tool_name(slice_str(*tool)) ? 0 : bad(rd, v, "'%.80s' is no name of a tool", *tool);
}

static int read_title(struct reader *rd, struct slice v, void *at)
{
	(void)at;
	return read_text(rd, v, &rd->w->title);
}

#define LIST(function, field, count, type, one) \
	static int function(struct reader *rd, struct slice v, void *at) \
	{ \
		(void)at; \
		return read_array(rd, v, sizeof(type), one, &rd->w->field, &rd->w->count); \
	}

LIST(read_fits, fit, nfit, struct workflow_fit, one_fit)
LIST(read_inputs, input, ninput, struct workflow_input, one_input)
LIST(read_outputs, output, noutput, struct workflow_output, one_output)

static int read_tools(struct reader *rd, struct slice v, void *at)
{
	(void)at;
	return read_array(rd, v, sizeof(const char *), one_tool, &rd->w->tool, &rd->w->ntool);
}

static int number(struct reader *rd, struct slice v, uint64_t least, uint64_t most, uint64_t *out)
{
	if (!slice_u64(v, out) || *out < least || *out > most)
		return bad(rd, v, "an integer from %llu to %llu is needed here", (unsigned long long)least,
			   (unsigned long long)most);
	return 0;
}

#define LIMIT(name, least, most) \
	static int limit_##name(struct reader *rd, struct slice v, void *at) \
	{ \
		return number(rd, v, least, most, &((struct workflow_limits *)at)->name); \
	}

LIMIT(turns, 1, 100000)
LIMIT(calls, 1, 1000)
LIMIT(compress_at, 1000, 1000000000)
LIMIT(keep, 0, 1000000000)
LIMIT(tokens, 0, UINT64_C(1000000000000))
LIMIT(output_tokens, 0, 10000000)
LIMIT(result_bytes, 0, 64 << 20)

static int read_limits(struct reader *rd, struct slice v, void *at)
{
	static const struct key keys[] = {
		{"turns", limit_turns}, {"calls", limit_calls}, {"compress-at", limit_compress_at},
		{"keep", limit_keep}, {"tokens", limit_tokens}, {"output-tokens", limit_output_tokens},
		{"result-bytes", limit_result_bytes}, {NULL, NULL},
	};

	return read_object(rd, v, keys, at);
}

static int workflow_limits(struct reader *rd, struct slice v, void *at)
{
	(void)at;
	return read_limits(rd, v, &rd->w->limits);
}

/* ---- sub-agents ---- */

static const struct workflow_limits usual = {.turns = 250, .calls = 10, .compress_at = 150000, .keep = 20000};
static const char *const no_tool[] = {NULL};

FIELD(agent_name, struct workflow_agent, name, read_text)
FIELD(agent_description, struct workflow_agent, description, read_text)
FIELD(agent_limits, struct workflow_agent, limits, read_limits)

static int agent_tools(struct reader *rd, struct slice v, void *at)
{
	struct workflow_agent *agent = at;

	return read_array(rd, v, sizeof(const char *), one_tool, &agent->tool, &agent->ntool);
}

/* Its name is that of a tool for the model, and of a file. */
static bool is_taken(const char *name)
{
	return tool_find(slice_str(name), &(struct err){0}) || strcmp(name, "instruction") == 0 || strcmp(name, "prompt") == 0;
}

static int one_agent(struct reader *rd, struct slice v, void *at)
{
	static const struct key keys[] = {
		{"name", agent_name}, {"description", agent_description}, {"tools", agent_tools}, {"limits", agent_limits},
		{NULL, NULL},
	};
	struct workflow_agent *agent = at;

	agent->limits = usual;
	agent->tool = no_tool;
	if (read_object(rd, v, keys, at) < 0)
		return -1;
	if (!agent->name || !is_tool_name(slice_str(agent->name)))
		return bad(rd, v, "the agent has no name, or one that a tool cannot have");
	if (is_taken(agent->name))
		return bad(rd, v, "agent %s has a name that is taken", agent->name);
	if (!agent->description)
		return bad(rd, v, "agent %s has no description for the one that calls it", agent->name);
	return 0;
}

LIST(read_agents, agent, nagent, struct workflow_agent, one_agent)

/* An object whose keys are the providers. */
static int read_models(struct reader *rd, struct slice v, void *at)
{
	struct json_iter it = json_iter(v);
	struct workflow_model *m = arena_alloc(rd->w->arena, sizeof *m * WORKFLOW_ITEMS_MAX);

	(void)at;
	if (json_type(v) != JSON_OBJECT)
		return bad(rd, v, "an object is needed here");
	for (rd->w->nmodel = 0; json_next(&it); rd->w->nmodel++) {
		if (rd->w->nmodel == WORKFLOW_ITEMS_MAX)
			return bad(rd, it.value, "more than %d are too many", WORKFLOW_ITEMS_MAX);
		if (read_text(rd, it.key, &m[rd->w->nmodel].provider) < 0 ||
		    read_text(rd, it.value, &m[rd->w->nmodel].model) < 0)
			return -1;
	}
	rd->w->model = m;
	return 0;
}

static int read_thinking(struct reader *rd, struct slice v, void *at)
{
	static const char *const words[] = {"default", "none", "low", "medium", "high"};

	(void)at;
	if (read_text(rd, v, &rd->w->thinking) < 0)
		return -1;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i], rd->w->thinking) == 0)
			return 0;
	return bad(rd, v, "one of default, none, low, medium, high is needed here");
}

/* Not by strtod(), which takes the user's decimal sign. */
static int read_temperature(struct reader *rd, struct slice v, void *at)
{
	size_t dot = slice_chr(v, '.', 0);
	struct slice fraction = slice_sub(v, dot == SLICE_NONE ? v.n : dot + 1, v.n);
	uint64_t whole, parts = 0;
	double scale = 1;

	(void)at;
	if (!slice_u64(slice_sub(v, 0, dot), &whole) || whole > 2 || fraction.n > 6 ||
	    (fraction.n && !slice_u64(fraction, &parts)))
		return bad(rd, v, "a plain number from 0 to 2 is needed here");
	for (size_t i = 0; i < fraction.n; i++)
		scale *= 10;
	rd->w->temperature = (double)whole + (double)parts / scale;
	return rd->w->temperature <= 2 ? 0 : bad(rd, v, "a plain number from 0 to 2 is needed here");
}

/* ---- the whole ---- */

static int check_twice(struct reader *rd, struct slice raw)
{
	const struct workflow *w = rd->w;

	for (size_t i = 0; i < w->noutput; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(w->output[i].name, w->output[k].name) == 0)
				return bad(rd, raw, "output %s is there twice", w->output[i].name);
	for (size_t i = 0; i < w->ninput; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(w->input[i].name, w->input[k].name) == 0)
				return bad(rd, raw, "input %s is there twice", w->input[i].name);
	for (size_t i = 0; i < w->ntool; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(w->tool[i], w->tool[k]) == 0)
				return bad(rd, raw, "tool %s is there twice", w->tool[i]);
	for (size_t i = 0; i < w->nagent; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(w->agent[i].name, w->agent[k].name) == 0)
				return bad(rd, raw, "agent %s is there twice", w->agent[i].name);
	return 0;
}

int workflow_json(struct workflow *w, struct slice text, const char *file, struct diags *odd, struct err *e)
{
	static const struct key keys[] = {
		{"title", read_title}, {"fits", read_fits}, {"inputs", read_inputs}, {"outputs", read_outputs},
		{"tools", read_tools}, {"agents", read_agents}, {"limits", workflow_limits}, {"models", read_models}, {"thinking", read_thinking},
		{"temperature", read_temperature}, {NULL, NULL},
	};
	struct reader rd = {w, text, file, odd, e};
	struct slice raw;
	struct err why;
	size_t at = 0;

	w->limits = usual;
	w->thinking = "default";
	w->temperature = -1;
	w->tool = no_tool;
	if (json_check(text, &raw, &at, &why) < 0)
		return bad(&rd, slice_sub(text, at, at), "it is not JSON here");
	if (read_object(&rd, raw, keys, w) < 0 || check_twice(&rd, raw) < 0)
		return -1;
	return w->title ? 0 : bad(&rd, raw, "it has no title");
}
