/* verdict tool: what an agent can ask of a kernel tree, for it and for people; all of it comes from the table of tools. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "workspace/tool.h"
#include "workspace/worktree.h"

enum { INPUT_MAX = 4 << 20 };

static const char prefix[] = "tool ";

static int read_input(struct buf *in, struct err *e)
{
	ssize_t n;

	buf_init(in, INPUT_MAX);
	do {
		char *room = buf_room(in, 4096);

		if (!room)
			return err_set(e, ERR_USAGE, "the arguments on standard input are longer than %d bytes", INPUT_MAX);
		n = read(STDIN_FILENO, room, 4096);
		if (n > 0)
			buf_wrote(in, (size_t)n);
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 ? err_sys(e, ERR_USAGE, errno, "cannot read standard input") : 0;
}

/* ---- arguments as options ---- */

static bool any_given(const struct tool *t, const struct cli_args *args)
{
	for (const struct tool_field *f = t->args; f->name; f++)
		if (f->option && cli_given(args, f->option))
			return true;
	return false;
}

/* An option that is given several times makes a list. */
static void add_list(struct json_w *w, const struct tool_field *f, const struct cli_args *args)
{
	json_key(w, f->name);
	json_open(w, '[');
	for (size_t i = 0; i < args->ngiven; i++)
		if (strcmp(args->given[i].name, f->option) == 0)
			json_cstr(w, args->given[i].value);
	json_close(w, ']');
}

static int add_option(struct json_w *w, const struct tool_field *f, const char *value, struct err *e)
{
	struct slice v = slice_str(value);
	int64_t n;

	json_key(w, f->name);
	if (f->type == TOOL_STRING) {
		json_str(w, v);
	} else if (f->type == TOOL_INTEGER && slice_i64(v, &n)) {
		json_int(w, n);
	} else if (f->type == TOOL_BOOLEAN && (slice_is(v, "true") || slice_is(v, "false"))) {
		json_bool(w, slice_is(v, "true"));
	} else {
		return err_set(e, ERR_USAGE, "--%s is '%s': %s is needed", f->option, value,
			       f->type == TOOL_INTEGER ? "a whole number" : "true or false");
	}
	return 0;
}

/* The arguments object that the options make. */
static int from_options(const struct tool *t, const struct cli_args *args, struct buf *in, struct err *e)
{
	struct json_w w;

	json_w_init(&w, in, false);
	json_open(&w, '{');
	for (const struct tool_field *f = t->args; f->name; f++) {
		const char *value = cli_value(args, f->option);

		if (!value)
			value = f->fallback;
		if (!value && !f->optional)
			return err_set(e, ERR_USAGE, "verdict tool %s needs --%s: %s", t->name, f->option, f->help);
		if (value && f->type == TOOL_STRINGS)
			add_list(&w, f, args);
		else if (value && add_option(&w, f, value, e) < 0)
			return -1;
	}
	json_close(&w, '}');
	return 0;
}

/* ---- results for people ---- */

/* Text with its line ends; the last one is added where it is missing. */
static void put(struct slice text)
{
	struct buf safe = BUF_INIT;

	if (isatty(STDOUT_FILENO))
		utf8_escape(&safe, text, true);
	else
		buf_add_slice(&safe, text);
	if (text.n && !slice_ends(text, "\n"))
		buf_addc(&safe, '\n');
	cli_out(NULL, buf_slice(&safe));
	buf_release(&safe);
}

static void put_list(const char *name, struct slice raw, struct arena *a)
{
	struct json_iter it = json_iter(raw);

	cli_line("%s:", name);
	while (json_next(&it)) {
		struct slice s = json_string(a, it.value);

		cli_line("  %.*s", (int)s.n, s.p);
	}
}

/* Of bits people are told bytes too: "byte 8 bit 1", "4 bytes", "5 bits". */
static bool put_bits(struct buf *line, struct slice key, struct slice value)
{
	uint64_t bits;

	if (!slice_u64(value, &bits))
		return false;
	if (slice_is(key, "OffsetBits") && bits % 8)
		buf_addf(line, "byte %" PRIu64 " bit %" PRIu64, bits / 8, bits % 8);
	else if (slice_is(key, "OffsetBits"))
		buf_addf(line, "byte %" PRIu64, bits / 8);
	else if (slice_is(key, "SizeBits") && (bits % 8 || bits == 0))
		buf_addf(line, "%" PRIu64 " bit%s", bits, bits == 1 ? "" : "s");
	else if (slice_is(key, "SizeBits"))
		buf_addf(line, "%" PRIu64 " byte%s", bits / 8, bits == 8 ? "" : "s");
	else
		return false;
	return true;
}

/* A line for each: the values of its members; texts of several lines stand below. */
static void put_objects(struct slice raw, struct arena *a)
{
	struct json_iter it = json_iter(raw);

	while (json_next(&it)) {
		struct json_iter member = json_iter(it.value);
		struct slice below = {0};
		struct buf line = BUF_INIT;

		while (json_next(&member)) {
			struct slice s = json_type(member.value) == JSON_STRING ? json_string(a, member.value) : member.value;

			if (slice_chr(s, '\n', 0) != SLICE_NONE) {
				below = s;
				continue;
			}
			buf_adds(&line, line.n ? "  " : "");
			if (!s.n || json_type(member.value) == JSON_NULL) /* a member of no name, a line outside of any function */
				buf_adds(&line, slice_is(json_string(a, member.key), "Name") ? "(anonymous)" : "-");
			else if (!put_bits(&line, json_string(a, member.key), s))
				buf_add_slice(&line, s);
		}
		cli_line("%s", buf_str(&line));
		if (below.n)
			put(below);
		buf_release(&line);
	}
}

/* An answer that is an error becomes one: the exit status says no. */
static int put_answer(const struct tool *t, struct slice answer, struct err *e)
{
	struct arena *a = arena_new();
	struct slice s;
	int rc = 0;

	if (json_get_str(a, answer, "error", &s)) {
		rc = err_set(e, ERR_NO, "%.*s", (int)s.n, s.p);
	} else {
		for (const struct tool_field *f = t->results; f->name; f++)
			if (f->type == TOOL_STRINGS)
				put_list(f->name, json_member(answer, f->name), a);
			else if (f->type == TOOL_OBJECTS)
				put_objects(json_member(answer, f->name), a);
			else if (json_get_str(a, answer, f->name, &s))
				put(s);
			else if ((s = json_member(answer, f->name)).n && json_type(s) != JSON_NULL)
				cli_line("%s: %.*s", f->name, (int)s.n, s.p);
	}
	arena_free(a);
	return rc;
}

/* ---- running one ---- */

static int answer(const struct tool *t, const char *dir, const char *commit, const char *build, const struct cli_args *args, bool json, struct err *e)
{
	struct buf in = BUF_INIT, out = BUF_INIT;
	struct root root = {.fd = -1}, built = {.fd = -1};
	bool by_options = any_given(t, args) || (!json && t->args[0].option);
	int rc = by_options ? from_options(t, args, &in, e) : read_input(&in, e);

	if (rc == 0 && dir)
		rc = root_open(&root, dir, e);
	if (rc == 0 && dir && build && *build && (rc = root_open(&built, build, e)) == 0)
		root.build = &built;
	root.commit = commit;
	if (rc == 0)
		rc = tool_answer(t, &root, buf_slice(&in), &out, e);
	if (rc == 0 && json) {
		buf_addc(&out, '\n');
		cli_out(NULL, buf_slice(&out));
	} else if (rc == 0) {
		rc = put_answer(t, buf_slice(&out), e);
	}
	root_release(&root);
	root_release(&built);
	buf_release(&in);
	buf_release(&out);
	return rc;
}

/* It takes what a workflow says, and reads no tree. */
static int set_results(const struct cli_args *args, struct err *e)
{
	struct arena *a = arena_new();
	const char *outputs = cli_value(args, "outputs");
	const struct tool_field *fields = NULL;
	struct tool t;
	int rc = -1;

	if (outputs)
		fields = tool_parse_outputs(a, slice_str(outputs), e);
	else
		err_set(e, ERR_USAGE, "verdict tool set-results needs --outputs NAME:TYPE,...");
	if (fields) {
		t = tool_set_results(fields);
		rc = answer(&t, NULL, NULL, NULL, args, cli_given(args, "json"), e);
	}
	arena_free(a);
	return rc;
}

/*
 * At a commit: what asks git alone needs no files.  Else they are those of the tree, where it has that commit and no tracked file
 * differs, so that what is built there counts; else of a checkout in the cache.
 */
static int at_commit(const struct tool *t, const char *dir, const char *commit, const char *build, const struct cli_args *args,
		     struct err *e)
{
	struct worktree w = {.lock = -1};
	struct tree tree;
	char id[TREE_ID];
	int rc;

	if (t->history)
		return answer(t, dir, commit, build, args, cli_given(args, "json"), e);
	if (tree_open(&tree, dir, e) < 0)
		return -1;
	rc = tree_commit(&tree, commit, id, e);
	if (rc == 0 && tree_is_at(&tree, id))
		rc = answer(t, dir, id, build, args, cli_given(args, "json"), e);
	else if (rc == 0 && (rc = worktree_open(&w, &tree, id, e)) == 0)
		rc = answer(t, w.dir, id, build, args, cli_given(args, "json"), e);
	worktree_release(&w);
	tree_release(&tree);
	return rc;
}

static int run_tool(struct app *a, const struct cli_args *args, struct err *e)
{
	const struct tool *t = tool_find(slice_str(args->command->name + sizeof prefix - 1), e);
	const char *dir, *build, *commit;

	if (t->args[0].name == NULL)
		return set_results(args, e);
	dir = app_kernel(a, cli_value(args, "kernel"), e);
	build = cli_value(args, "build");
	commit = cli_value(args, "at");
	if (!build)
		build = a->conf.value[OPT_BUILD];
	if (dir && commit)
		return at_commit(t, dir, commit, build, args, e);
	return dir ? answer(t, dir, NULL, build, args, cli_given(args, "json"), e) : -1;
}

/* ---- the commands, made from the table ---- */

static const char *placeholder(enum tool_type t)
{
	return t == TOOL_INTEGER ? "N" : t == TOOL_BOOLEAN ? "true|false" : "TEXT";
}

static const struct cli_command *tool_command(const char *word)
{
	static struct cli_command c;
	static char name[64];
	const struct tool *t = tool_find(slice_str(word), NULL);
	size_t n = 0;

	if (!t)
		return NULL;
	snprintf(name, sizeof name, "%s%s", prefix, t->name);
	c = (struct cli_command){.name = name, .args = "", .help = t->description, .bare = true, .run = run_tool};
	for (const struct tool_field *f = t->args; f->name && n < CLI_OPTIONS - 5; f++) {
		c.must |= (unsigned)(!f->optional && !f->fallback) << n;
		c.options[n++] = (struct cli_option){f->option, placeholder(f->type), f->help};
	}
	if (n == 0)
		c.options[n++] = (struct cli_option){"outputs", "NAME:TYPE,...", "the arguments that are to be checked, on standard input"};
	else
		c.options[n++] = (struct cli_option){"kernel", "DIR", "the source tree; else setting \"kernel\", or the current directory"};
	if (n && t->args[0].name)
		c.options[n++] = (struct cli_option){"at", "COMMIT", "as it was at this commit: from a checkout in the cache, where the tree "
									 "has other files"};
	if (n && t->args[0].name)
		c.options[n++] = (struct cli_option){"build", "DIR", "where it is built; else setting \"build\", or the source tree"};
	c.options[n] = (struct cli_option){"json", NULL, "answer in JSON; without arguments as options one object of them comes from standard input"};
	return &c;
}

static int tool(struct app *a, const struct cli_args *args, struct err *e)
{
	(void)a;
	if (args->nwords)
		return err_set(e, ERR_USAGE, "there is no tool '%s'; verdict tool lists them", args->word[0]);
	for (size_t i = 0; tools[i]; i++)
		cli_line("%-22s %s", tools[i]->name, tools[i]->description);
	return 0;
}

const struct cli_command cli_tool = {
	.name = "tool",
	.args = "[NAME]",
	.help = "read a kernel tree as the agent does; alone: list the tools",
	.max = 1,
	.bare = true,
	.run = tool,
	.sub = tool_command,
};
