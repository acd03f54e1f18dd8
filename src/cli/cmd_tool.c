/* verdict tool: one of the agent's tools, for the agent (JSON in and out) and for people. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "workspace/tool.h"

enum { INPUT_MAX = 4 << 20 };

static void list_tools(void)
{
	for (size_t i = 0; tools[i]; i++) {
		cli_line("%s", tools[i]->name);
		cli_line("    %s", tools[i]->description);
		for (const struct tool_field *f = tools[i]->args; f->name; f++)
			cli_line("    --%-14s %s (%s%s%s)", f->option, f->help, tool_type_name(f->type),
				 f->fallback ? ", else " : "", f->fallback ? f->fallback : "");
	}
}

/* Standard input, whole. */
static int read_input(struct buf *out, struct err *e)
{
	ssize_t n;

	buf_init(out, INPUT_MAX);
	do {
		char *room = buf_room(out, 65536);

		if (!room)
			return err_set(e, ERR_INPUT, "cannot read the arguments: they are longer than 4 MiB");
		n = read(0, room, 65536);
		if (n > 0)
			buf_wrote(out, (size_t)n);
	} while (n > 0);
	return n < 0 ? err_set(e, ERR_INPUT, "cannot read the arguments from standard input") : 0;
}

/* The options of a person, as the arguments that a model would give. */
static int read_options(const struct tool *t, const struct cli_args *args, struct buf *out, struct err *e)
{
	struct json_w w;

	json_w_init(&w, out, false);
	json_open(&w, '{');
	for (const struct tool_field *f = t->args; f->name; f++) {
		const char *value = cli_value(args, f->option);

		if (!value)
			value = f->fallback;
		if (!value && !f->optional)
			return err_set(e, ERR_USAGE, "tool %s: --%s is missing: %s", t->name, f->option, f->help);
		if (!value)
			continue;
		json_key(&w, f->name);
		if (f->type == TOOL_STRING) {
			json_cstr(&w, value);
		} else {
			int64_t v;

			if (!slice_i64(slice_str(value), &v))
				return err_set(e, ERR_USAGE, "tool %s: --%s must be a number", t->name, f->option);
			json_int(&w, v);
		}
	}
	json_close(&w, '}');
	return 0;
}

/* Results as text: strings as they are, lists a line each; made visible where a terminal would obey them. */
static int print_results(struct slice answer, struct err *e)
{
	struct arena *a = arena_new();
	struct buf text = BUF_INIT, safe = BUF_INIT;
	struct json_iter it = json_iter(answer);
	struct slice error;
	int rc = 0;

	if (json_get_str(a, answer, "error", &error)) {
		rc = err_set(e, ERR_NO, "%.*s", (int)(error.n < 400 ? error.n : 400), error.p);
	} else {
		while (json_next(&it)) {
			if (json_type(it.value) == JSON_STRING) {
				buf_add_slice(&text, json_string(a, it.value));
			} else if (json_type(it.value) == JSON_ARRAY) {
				for (struct json_iter each = json_iter(it.value); json_next(&each);) {
					buf_add_slice(&text, json_string(a, each.value));
					buf_adds(&text, slice_is(it.key, "\"Subdirs\"") ? "/\n" : "\n");
				}
			} else {
				buf_add_slice(&text, it.value);
				buf_addc(&text, '\n');
			}
		}
		if (isatty(1))
			utf8_escape(&safe, buf_slice(&text), true);
		else
			buf_add_slice(&safe, buf_slice(&text));
		if (safe.n && safe.p[safe.n - 1] != '\n')
			buf_addc(&safe, '\n');
		cli_out(NULL, buf_slice(&safe));
	}
	buf_release(&text);
	buf_release(&safe);
	arena_free(a);
	return rc;
}

static const char *tree_dir(struct app *a, const struct cli_args *args)
{
	const char *dir = cli_value(args, "kernel");

	if (dir)
		return dir;
	return a->conf.value[OPT_KERNEL][0] ? a->conf.value[OPT_KERNEL] : ".";
}

static int answer(struct app *a, const struct cli_args *args, const struct tool *t, struct err *e)
{
	bool json = cli_given(args, "json");
	struct buf given = BUF_INIT, out = BUF_INIT;
	struct root r;
	int rc = root_open(&r, tree_dir(a, args), e);

	if (rc < 0)
		return -1;
	rc = json && args->ngiven <= 3 ? read_input(&given, e) : read_options(t, args, &given, e);
	if (rc == 0)
		rc = tool_answer(t, &r, buf_slice(&given), &out, e);
	if (rc == 0 && json)
		cli_out(NULL, buf_slice(&out));
	else if (rc == 0)
		rc = print_results(buf_slice(&out), e);
	root_release(&r);
	buf_release(&given);
	buf_release(&out);
	return rc;
}

static int tool(struct app *a, const struct cli_args *args, struct err *e)
{
	const char *outputs = cli_value(args, "outputs");
	struct arena *arena;
	const struct tool *t;
	struct tool own;
	int rc = -1;

	if (args->nwords == 0) {
		list_tools();
		return 0;
	}
	t = tool_find(slice_str(args->word[0]), e);
	if (!t) {
		e->cls = ERR_USAGE;
		return -1;
	}
	arena = arena_new();
	if (outputs) {
		const struct tool_field *fields = tool_parse_outputs(arena, slice_str(outputs), e);

		if (fields) {
			own = tool_set_results(fields);
			t = &own;
		} else {
			t = NULL;
		}
	}
	if (t)
		rc = answer(a, args, t, e);
	arena_free(arena);
	return rc;
}

const struct cli_command cli_tool = {
	.name = "tool",
	.args = "[NAME]",
	.help = "read a kernel tree with one of the agent's tools; without NAME, list them",
	.options = {{"kernel", "DIR", "the tree; else setting kernel, else here"},
		    {"json", NULL, "arguments from standard input and results as JSON, as the agent has them"},
		    {"outputs", "LIST", "set-results: what it takes, as NAME:boolean,..."},
		    {"dir", "DIR", "codesearch-dir-index: the directory"},
		    {"file", "FILE", "read-file: the file"},
		    {"first-line", "N", "read-file: where to begin"},
		    {"line-count", "N", "read-file: how many lines, 100 at most"},
		    {"expression", "REGEX", "grepper: what to look for"},
		    {"path-prefix", "PATH", "grepper: where"}},
	.max = 1,
	.run = tool,
};
