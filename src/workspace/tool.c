#include "workspace/tool.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/json.h"
#include "workspace/tools.h"

/* ---- the table ---- */

/* It changes nothing and reads nothing: that its arguments are right is all there is to it. */
static int echo(const struct root *r, struct slice args, struct buf *out, struct err *e)
{
	(void)r;
	(void)e;
	return buf_add_slice(out, args);
}

static const struct tool_field no_fields[] = {{.name = NULL}};

static const struct tool set_results = {
	.name = "set-results",
	.description = "Give the structured results of your work. Call it once, when you are sure of all of them.",
	.args = no_fields,
	.results = no_fields,
	.run = echo,
};

const struct tool *const tools[] = {
	&tool_dir_index, &tool_read_file, &tool_file_index, &tool_definition_comment, &tool_definition_source,
	&tool_find_references, &tool_struct_layout, &tool_grepper, &tool_git_log, &tool_git_show, &tool_git_blame,
	&tool_definitions, &tool_references, &tool_layout, &tool_lines_blame, &tool_lines_log, &tool_lines_since, &set_results, NULL,
};

const struct tool *tool_find(struct slice name, struct err *e)
{
	for (size_t i = 0; tools[i]; i++)
		if (slice_is(name, tools[i]->name))
			return tools[i];
	err_set(e, ERR_NO, "tool \"%.*s\" does not exist, please correct the name", (int)(name.n < 200 ? name.n : 200),
		name.n ? name.p : "");
	return NULL;
}

struct tool tool_set_results(const struct tool_field *outputs)
{
	struct tool t = set_results;

	t.args = t.results = outputs;
	return t;
}

struct tool tool_sub_agent(const char *name, const char *description)
{
	static const struct tool_field args[] = {
		{.name = "Question", .help = "what you want to know, whole: who answers it knows nothing else of your work"},
		{.name = NULL},
	};
	static const struct tool_field results[] = {
		{.name = "Answer", .help = "the answer, whole: nothing else of your work reaches who asked"},
		{.name = NULL},
	};

	return (struct tool){.name = name, .description = description, .args = args, .results = results};
}

/* ---- types ---- */

static const char *const type_names[] = {
	[TOOL_STRING] = "string",
	[TOOL_INTEGER] = "integer",
	[TOOL_BOOLEAN] = "boolean",
	[TOOL_STRINGS] = "strings",
	[TOOL_OBJECTS] = "objects",
};

/* "Benign:boolean,Explanation:string", as tool_parse_outputs() reads it. */
static void print_outputs(struct buf *b, const struct tool_field *outputs)
{
	for (const struct tool_field *f = outputs; f->name; f++)
		buf_addf(b, "%s%s:%s", f == outputs ? "" : ",", f->name, type_names[f->type]);
}

static bool is_name(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || (i && c >= '0' && c <= '9')))
			return false;
	}
	return s.n > 0 && s.n <= 64;
}

static int parse_output(struct arena *a, struct slice word, struct tool_field *f, struct err *e)
{
	size_t colon = slice_chr(word, ':', 0);
	struct slice name = slice_sub(word, 0, colon), type = slice_sub(word, colon == SLICE_NONE ? word.n : colon + 1, word.n);

	*f = (struct tool_field){.name = arena_str(a, name), .help = "an output of the run"};
	for (int t = TOOL_STRING; is_name(name) && t <= TOOL_BOOLEAN; t++)
		if (slice_is(type, type_names[t])) {
			f->type = (enum tool_type)t;
			return 0;
		}
	return err_set(e, ERR_USAGE, "'%.*s' is no output: write NAME:TYPE, where TYPE is boolean, integer or string",
		       (int)(word.n < 100 ? word.n : 100), word.p);
}

const struct tool_field *tool_parse_outputs(struct arena *a, struct slice text, struct err *e)
{
	enum { OUTPUTS = 64 };
	struct tool_field *f = arena_alloc(a, (OUTPUTS + 1) * sizeof *f);
	size_t n = 0;

	while (text.n) {
		size_t comma = slice_chr(text, ',', 0);

		if (n == OUTPUTS) {
			err_set(e, ERR_USAGE, "more than %d outputs", OUTPUTS);
			return NULL;
		}
		if (parse_output(a, slice_sub(text, 0, comma), &f[n++], e) < 0)
			return NULL;
		text = slice_sub(text, comma == SLICE_NONE ? text.n : comma + 1, text.n);
	}
	return f;
}

/* ---- what a model is told ---- */

void tool_schema(struct buf *b, const struct tool_field *fields)
{
	struct json_w w;

	json_w_init(&w, b, false);
	json_open(&w, '{');
	json_kcstr(&w, "type", "object");
	json_key(&w, "properties");
	json_open(&w, '{');
	for (const struct tool_field *f = fields; f->name; f++) {
		json_key(&w, f->name);
		json_open(&w, '{');
		json_kcstr(&w, "type", f->type == TOOL_STRINGS ? "array" : type_names[f->type]);
		json_kcstr(&w, "description", f->help);
		if (f->type == TOOL_STRINGS)
			json_key(&w, "items"), json_raw(&w, SLICE("{\"type\":\"string\"}"));
		json_close(&w, '}');
	}
	json_close(&w, '}');
	json_key(&w, "required");
	json_open(&w, '[');
	for (const struct tool_field *f = fields; f->name; f++)
		if (!f->optional)
			json_cstr(&w, f->name);
	json_close(&w, ']');
	json_kbool(&w, "additionalProperties", false);
	json_close(&w, '}');
}

void tool_error(struct buf *out, const char *sentence)
{
	struct json_w w;

	buf_clear(out);
	json_w_init(&w, out, false);
	json_open(&w, '{');
	json_kcstr(&w, "error", sentence);
	json_close(&w, '}');
}

/* ---- what a model answers ---- */

/* The sentences name types as the reference does, in Go's words. */
static const char *go_type(enum json_type t)
{
	static const char *const names[] = {
		[JSON_BAD] = "nothing",   [JSON_NULL] = "nil",	   [JSON_BOOL] = "bool",
		[JSON_NUMBER] = "float64", [JSON_STRING] = "string", [JSON_ARRAY] = "[]interface {}",
		[JSON_OBJECT] = "map[string]interface {}",
	};

	return names[t];
}

/* A number without a fraction in the range of an int64, written in any way JSON has. */
static int check_integer(const char *name, struct slice raw, int64_t *v, struct err *e)
{
	const double limit = 9223372036854775808.0;
	char digits[64];
	double d;

	if (slice_i64(raw, v))
		return 0;
	if (raw.n >= sizeof digits)
		return err_set(e, ERR_NO, "argument \"%s\" is a number of more than %zu characters", name, sizeof digits - 1);
	memcpy(digits, raw.p, raw.n);
	digits[raw.n] = '\0';
	d = strtod(digits, NULL);
	*v = d >= limit ? INT64_MAX : d < -limit ? INT64_MIN : (int64_t)d;
	if (d >= limit || d < -limit || (double)*v != d)
		return err_set(e, ERR_NO, "argument %s: float value truncated from %.17g to %lld", name, d, (long long)*v);
	return 0;
}

/* Written anew: whatever bytes the string came with, what goes on is UTF-8 that hides nothing. */
static void write_string(const char *name, struct slice raw, struct json_w *w)
{
	struct arena *a = arena_new();

	json_key(w, name);
	json_str(w, json_string(a, raw));
	arena_free(a);
}

/* A list is written anew too, each string as one alone is. */
static int write_strings(const char *name, struct slice raw, struct json_w *w, struct err *e)
{
	struct arena *a = arena_new();
	struct json_iter it = json_iter(raw);
	int rc = 0;

	json_key(w, name);
	json_open(w, '[');
	while (rc == 0 && json_next(&it))
		if (json_type(it.value) == JSON_STRING)
			json_str(w, json_string(a, it.value));
		else
			rc = err_set(e, ERR_NO, "argument \"%s\" has wrong type: got an element that is %s, want []string", name,
				     go_type(json_type(it.value)));
	json_close(w, ']');
	arena_free(a);
	return rc;
}

static int check_arg(const struct tool_field *f, struct slice raw, struct json_w *w, struct err *e)
{
	static const struct {
		enum json_type json;
		const char *go;
	} wanted[] = {
		[TOOL_STRING] = {JSON_STRING, "string"},
		[TOOL_INTEGER] = {JSON_NUMBER, "int"},
		[TOOL_BOOLEAN] = {JSON_BOOL, "bool"},
		[TOOL_STRINGS] = {JSON_ARRAY, "[]string"},
	};
	enum json_type got = json_type(raw);
	int64_t v;

	if (raw.n == 0 || got == JSON_NULL)
		return f->optional ? 0 : err_set(e, ERR_NO, "missing argument \"%s\"", f->name);
	if (got != wanted[f->type].json)
		return err_set(e, ERR_NO, "argument \"%s\" has wrong type: got %s, want %s", f->name, go_type(got),
			       wanted[f->type].go);
	if (f->type == TOOL_INTEGER) {
		if (check_integer(f->name, raw, &v, e) < 0)
			return -1;
		json_kint(w, f->name, v);
	} else if (f->type == TOOL_STRING) {
		write_string(f->name, raw, w);
	} else if (f->type == TOOL_STRINGS) {
		return write_strings(f->name, raw, w, e);
	} else {
		json_key(w, f->name);
		json_raw(w, raw);
	}
	return 0;
}

int tool_check_args(const struct tool *t, struct slice args, struct buf *checked, struct err *e)
{
	struct slice raw;
	struct json_w w;

	buf_clear(checked);
	if (json_check(args, &raw, NULL, e) < 0) {
		err_wrap(e, "the arguments are no JSON");
		e->cls = ERR_NO;
		return -1;
	}
	if (json_type(raw) != JSON_OBJECT)
		return err_set(e, ERR_NO, "field \"args\" must be a map, got %s", go_type(json_type(raw)));
	json_w_init(&w, checked, false);
	json_open(&w, '{');
	for (const struct tool_field *f = t->args; f->name; f++)
		if (check_arg(f, json_member(raw, f->name), &w, e) < 0)
			return -1;
	json_close(&w, '}');
	return 0;
}

int tool_answer(const struct tool *t, const struct root *r, struct slice args, struct buf *out, struct err *e)
{
	struct buf checked = BUF_INIT;
	struct err why = {0};
	int rc = tool_check_args(t, args, &checked, &why);

	buf_clear(out);
	if (rc == 0)
		rc = t->run(r, buf_slice(&checked), out, &why);
	buf_release(&checked);
	if (rc < 0 && why.cls == ERR_NO) {
		tool_error(out, why.msg);
		return 0;
	}
	return rc < 0 ? err_set(e, why.cls, "tool %s: %s", t->name, why.msg) : 0;
}

/* ---- running in a child ---- */

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

uint64_t tool_memory(void)
{
#ifdef SANITIZED
	return 0;
#else
	return UINT64_C(4) << 30;
#endif
}

const char **tool_argv(struct arena *a, const struct tool *t, const char *dir, const char *build, const char *at)
{
	enum { MOST = 12 };
	const char **argv = arena_alloc(a, MOST * sizeof *argv);
	struct buf outputs = BUF_INIT;
	char *small = fs_beside("verdict-tool");
	size_t n = 0;

	if (small) {
		argv[n++] = arena_str(a, slice_str(small));
	} else { /* this very program, also where its file was replaced meanwhile */
		argv[n++] = "/proc/self/exe";
		argv[n++] = "tool";
	}
	argv[n++] = t->name;
	argv[n++] = "--json";
	if (t->run != echo) {
		argv[n++] = "--kernel";
		argv[n++] = arena_str(a, slice_str(dir));
		if (build && *build) {
			argv[n++] = "--build";
			argv[n++] = arena_str(a, slice_str(build));
		}
		if (at && *at) {
			argv[n++] = "--at";
			argv[n++] = arena_str(a, slice_str(at));
		}
	} else {
		print_outputs(&outputs, t->args);
		argv[n++] = "--outputs";
		argv[n++] = arena_str(a, buf_slice(&outputs));
		buf_release(&outputs);
	}
	argv[n] = NULL;
	free(small);
	return argv;
}
