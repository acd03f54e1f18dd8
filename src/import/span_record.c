#include "import/span_record.h"

#include "base/json.h"
#include "import/go_map.h"
#include "model/run.h"

enum key {
	KEY_SEQ, KEY_NESTING, KEY_TYPE, KEY_NAME, KEY_MODEL, KEY_STARTED, KEY_FINISHED, KEY_ERROR, KEY_ARGS,
	KEY_RESULTS, KEY_INSTRUCTION, KEY_PROMPT, KEY_REPLY, KEY_THOUGHTS, KEY_IN, KEY_OUT, KEY_THOUGHT,
	KEY_DURATION, KEYS
};

static const struct {
	const char *name;
	enum json_type type;
	enum traj_field field; /* FIELD_N: part of the header only */
} keys[KEYS] = {
	[KEY_SEQ] = {"Seq", JSON_NUMBER, FIELD_N},
	[KEY_NESTING] = {"Nesting", JSON_NUMBER, FIELD_N},
	[KEY_TYPE] = {"Type", JSON_STRING, FIELD_N},
	[KEY_NAME] = {"Name", JSON_STRING, FIELD_N},
	[KEY_MODEL] = {"Model", JSON_STRING, FIELD_N},
	[KEY_STARTED] = {"Started", JSON_STRING, FIELD_N},
	[KEY_FINISHED] = {"Finished", JSON_STRING, FIELD_N},
	[KEY_ERROR] = {"Error", JSON_STRING, FIELD_ERROR},
	[KEY_ARGS] = {"Args", JSON_OBJECT, FIELD_ARGS},
	[KEY_RESULTS] = {"Results", JSON_OBJECT, FIELD_RESULTS},
	[KEY_INSTRUCTION] = {"Instruction", JSON_STRING, FIELD_INSTRUCTION},
	[KEY_PROMPT] = {"Prompt", JSON_STRING, FIELD_PROMPT},
	[KEY_REPLY] = {"Reply", JSON_STRING, FIELD_REPLY},
	[KEY_THOUGHTS] = {"Thoughts", JSON_STRING, FIELD_THOUGHTS},
	[KEY_IN] = {"InputTokens", JSON_NUMBER, FIELD_N},
	[KEY_OUT] = {"OutputTokens", JSON_NUMBER, FIELD_N},
	[KEY_THOUGHT] = {"OutputThoughtsTokens", JSON_NUMBER, FIELD_N},
	[KEY_DURATION] = {"Duration", JSON_NUMBER, FIELD_N}, /* of the dashboard's form only */
};

/* The raw values of the known keys; absent and null are {0}.  The last of equal keys wins. */
static void collect(struct arena *a, struct slice raw, struct slice v[KEYS])
{
	struct json_iter it = json_iter(raw);

	for (int k = 0; k < KEYS; k++)
		v[k] = (struct slice){0};
	while (json_next(&it)) {
		struct slice name = json_string(a, it.key);

		for (int k = 0; k < KEYS; k++)
			if (slice_is(name, keys[k].name)) {
				v[k] = json_type(it.value) == JSON_NULL ? (struct slice){0} : it.value;
				break;
			}
	}
}

static int check_types(const struct slice v[KEYS], bool dashboard, struct err *e)
{
	for (int k = 0; k < KEYS; k++) {
		enum json_type want = keys[k].type, type = v[k].p ? json_type(v[k]) : want;

		if (type == want || (dashboard && want == JSON_OBJECT && type == JSON_STRING) ||
		    (!dashboard && k == KEY_DURATION))
			continue;
		return err_set(e, ERR_INPUT, "%s is not %s", keys[k].name,
			       want == JSON_NUMBER ? "a number" : want == JSON_STRING ? "a string" : "an object");
	}
	return 0;
}

static int number(const struct slice v[KEYS], enum key k, uint64_t max, uint64_t *out, struct err *e)
{
	*out = 0;
	if (v[k].p && (!slice_u64(v[k], out) || *out > max))
		return err_set(e, ERR_INPUT, "%s is not an integer from 0 to %llu", keys[k].name,
			       (unsigned long long)max);
	return 0;
}

static uint32_t tokens(const struct slice v[KEYS], enum key k, const char **odd)
{
	uint64_t n;

	if (number(v, k, UINT32_MAX, &n, NULL) == 0)
		return (uint32_t)n;
	*odd = "a token count is out of range";
	return slice_starts(v[k], "-") ? 0 : UINT32_MAX;
}

/* Go's zero time means that there is none. */
static int64_t time_of(const struct slice v[KEYS], enum key k, struct arena *a, enum when_unit *unit,
		       const char **odd)
{
	static const int64_t zero = -INT64_C(62135596800) * 1000000;
	enum when_unit u;
	int64_t t;

	if (!v[k].p)
		return WHEN_NONE;
	if (!when_parse(json_string(a, v[k]), &t, &u)) {
		*odd = k == KEY_STARTED ? "Started is not a time" : "Finished is not a time";
		return WHEN_NONE;
	}
	if (t == zero)
		return WHEN_NONE;
	if (u > *unit)
		*unit = u;
	return t;
}

static struct slice text(struct arena *a, struct slice raw)
{
	return raw.p ? json_string(a, raw) : SLICE("");
}

/* The dashboard tells the end by a duration in nanoseconds; 0 is a span that is still open. */
static void end_of(const struct slice v[KEYS], struct span_put *p, enum when_unit *unit, const char **odd)
{
	int64_t ns = 0;

	if (v[KEY_DURATION].p && (!slice_i64(v[KEY_DURATION], &ns) || ns < 0)) {
		*odd = "Duration is not a time";
		p->closed = true;
		return;
	}
	p->closed = ns > 0;
	if (ns == 0 || p->started == WHEN_NONE)
		return;
	p->finished = p->started + ns / 1000;
	if (ns % 1000000000)
		*unit = WHEN_MICRO;
}

static int read_head(struct arena *a, struct slice raw, bool dashboard, struct span_put *p, enum when_unit *unit,
		     const char **odd, struct err *e)
{
	struct slice v[KEYS], error;
	uint64_t seq, nesting;

	*odd = NULL;
	if (json_type(raw) != JSON_OBJECT)
		return err_set(e, ERR_INPUT, "it is not an object");
	collect(a, raw, v);
	if (check_types(v, dashboard, e) < 0)
		return -1;
	if (!v[KEY_SEQ].p || !v[KEY_TYPE].p)
		return err_set(e, ERR_INPUT, "%s is missing", v[KEY_SEQ].p ? "Type" : "Seq");
	if (number(v, KEY_SEQ, UINT32_MAX, &seq, e) < 0 ||
	    number(v, KEY_NESTING, SPAN_NESTING_MAX, &nesting, e) < 0)
		return -1;
	p->seq = (uint32_t)seq;
	p->nesting = (uint16_t)nesting;
	p->type_word = text(a, v[KEY_TYPE]);
	p->type = span_type_of(p->type_word);
	p->name = text(a, v[KEY_NAME]);
	p->model = text(a, v[KEY_MODEL]);
	p->started = time_of(v, KEY_STARTED, a, unit, odd);
	p->finished = time_of(v, KEY_FINISHED, a, unit, odd);
	/* a time that cannot be read still says that the span is over */
	p->closed = v[KEY_FINISHED].p && !when_parse(json_string(a, v[KEY_FINISHED]), &(int64_t){0}, NULL);
	if (dashboard && !v[KEY_FINISHED].p)
		end_of(v, p, unit, odd);
	p->tokens_in = tokens(v, KEY_IN, odd);
	p->tokens_out = tokens(v, KEY_OUT, odd);
	p->tokens_thought = tokens(v, KEY_THOUGHT, odd);
	error = text(a, v[KEY_ERROR]);
	p->error = error.n > 0;
	p->hidden_error = run_error_is_hidden(error);
	return 0;
}

int span_record_head(struct arena *a, struct slice raw, struct span_put *p, enum when_unit *unit,
		     const char **odd, struct err *e)
{
	return read_head(a, raw, false, p, unit, odd, e);
}

int span_record_page_head(struct arena *a, struct slice raw, struct span_put *p, enum when_unit *unit,
			  const char **odd, struct err *e)
{
	return read_head(a, raw, true, p, unit, odd, e);
}

void span_record_body(struct slice raw, struct body *b)
{
	struct slice v[KEYS];

	collect(b->arena, raw, v);
	for (int k = 0; k < KEYS; k++) {
		if (!v[k].p || keys[k].field == FIELD_N)
			continue;
		b->field[keys[k].field] = keys[k].type == JSON_STRING ? json_string(b->arena, v[k]) : v[k];
	}
	b->field[FIELD_ARGS_RAW] = b->field[FIELD_ARGS];
	b->field[FIELD_RESULTS_RAW] = b->field[FIELD_RESULTS];
	b->args = b->field[FIELD_ARGS].p ? DECODE_JSON : DECODE_NONE;
	b->results = b->field[FIELD_RESULTS].p ? DECODE_JSON : DECODE_NONE;
	b->field[FIELD_RECORD] = raw;
}

/* Args or Results as the dashboard writes them: a Go map, or JSON, in a string. */
static enum traj_decode unpack(struct body *b, enum span_type type, struct slice name, enum traj_field f)
{
	enum traj_field raw = f == FIELD_ARGS ? FIELD_ARGS_RAW : FIELD_RESULTS_RAW;

	if (!b->field[f].p)
		return DECODE_NONE;
	b->field[raw] = b->field[f];
	return go_map_decode(b->arena, type, name, f, b->field[raw], &b->field[f]);
}

void span_record_page_body(struct slice raw, enum span_type type, struct slice name, struct body *b)
{
	struct slice v[KEYS], text;

	collect(b->arena, raw, v);
	for (int k = 0; k < KEYS; k++) {
		if (!v[k].p || keys[k].field == FIELD_N)
			continue;
		text = json_type(v[k]) == JSON_STRING ? json_string(b->arena, v[k]) : v[k];
		if (text.n) /* that form writes every key */
			b->field[keys[k].field] = text;
	}
	b->args = unpack(b, type, name, FIELD_ARGS);
	b->results = unpack(b, type, name, FIELD_RESULTS);
}
