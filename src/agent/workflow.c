#include "agent/workflow.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/builtin.h"
#include "agent/workflow_json.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"

static const char instruction_md[] = "instruction.md", prompt_md[] = "prompt.md";

/* Lower-case letters, digits and dashes, a letter first: nothing that could leave the folder. */
static bool is_name(struct slice name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!(c >= 'a' && c <= 'z') && (i == 0 || !((c >= '0' && c <= '9') || c == '-')))
			return false;
	}
	return name.n > 0 && name.n <= WORKFLOW_NAME_MAX;
}

static const struct builtin *find_builtin(const char *name)
{
	const struct builtin *b = builtins;

	while (b->name && strcmp(b->name, name) != 0)
		b++;
	return b->name ? b : NULL;
}

bool workflow_is_builtin(const char *name)
{
	return find_builtin(name) != NULL;
}

/* ---- loading ---- */

struct source {
	char *folder; /* the user's, of this workflow; NULL where there is none */
	const struct builtin *builtin;
	struct buf from_user; /* names of the files that are the user's */
};

static const char *built_in(const struct builtin *b, const char *name)
{
	for (const struct builtin_file *f = b ? b->file : NULL; f && f->name; f++)
		if (strcmp(f->name, name) == 0)
			return f->text;
	return NULL;
}

/* One file: the user's, else the built-in one.  `path` gets its name for messages, in the arena. */
static int read_file(struct workflow *w, struct source *src, const char *name, struct slice *text, const char **path, struct err *e)
{
	char *file = src->folder ? fs_join(src->folder, name) : NULL;
	const char *own = built_in(src->builtin, name);
	struct buf b = BUF_INIT;
	int rc = 0;

	if (file && access(file, F_OK) == 0) {
		buf_init(&b, WORKFLOW_FILE_MAX);
		rc = fs_read(file, &b, e);
		*text = arena_slice(w->arena, buf_slice(&b));
		*path = arena_str(w->arena, slice_str(file));
		buf_addf(&src->from_user, "%s%s", src->from_user.n ? ", " : "", name);
	} else if (own) {
		*text = slice_str(own);
		*path = arena_str(w->arena, slice_str(name));
	} else {
		rc = err_set(e, ERR_INPUT, "cannot load workflow '%s': '%s' is missing", w->name, file ? file : name);
	}
	buf_release(&b);
	free(file);
	return rc;
}

/* The instruction of each sub-agent, in the file of its name. */
static int read_agents(struct workflow *w, struct source *src, struct err *e)
{
	struct workflow_agent *agent = arena_alloc(w->arena, (w->nagent + 1) * sizeof *agent);
	const char *path;
	int rc = 0;

	for (size_t i = 0; i < w->nagent && rc == 0; i++) {
		struct buf name = BUF_INIT;

		agent[i] = w->agent[i];
		buf_addf(&name, "%s.md", agent[i].name);
		rc = read_file(w, src, buf_str(&name), &agent[i].instruction, &path, e);
		buf_release(&name);
	}
	w->agent = agent;
	return rc;
}

static void tell_origin(struct workflow *w, const struct source *src)
{
	struct buf b = BUF_INIT;

	if (src->from_user.n == 0)
		buf_adds(&b, "built in");
	else if (!src->builtin)
		buf_adds(&b, src->folder);
	else
		buf_addf(&b, "built in, with %s of %s", buf_str(&src->from_user), src->folder);
	w->origin = arena_str(w->arena, buf_slice(&b));
	buf_release(&b);
}

static int read_files(struct workflow *w, struct source *src, struct diags *odd, struct err *e)
{
	struct slice json;
	const char *path;

	if (read_file(w, src, "workflow.json", &json, &path, e) < 0 || workflow_json(w, json, path, odd, e) < 0 ||
	    read_file(w, src, instruction_md, &w->instruction, &path, e) < 0 ||
	    read_file(w, src, prompt_md, &w->prompt, &path, e) < 0 || read_agents(w, src, e) < 0)
		return -1;
	tell_origin(w, src);
	return 0;
}

static int unknown(const char *dir, const char *name, struct err *e)
{
	struct workflows ws = {0};
	struct buf names = BUF_INIT;

	workflows_load(&ws, dir, NULL);
	for (size_t i = 0; i < ws.n; i++)
		buf_addf(&names, "%s%s", i ? ", " : "", ws.w[i]->name);
	err_set(e, ERR_INPUT, "there is no workflow '%.80s'; there are: %s", name, buf_str(&names));
	buf_release(&names);
	workflows_release(&ws);
	return -1;
}

struct workflow *workflow_load(const char *dir, const char *name, struct diags *odd, struct err *e)
{
	struct source src = {.builtin = find_builtin(name)};
	struct workflow *w;
	int rc;

	if (!is_name(slice_str(name))) {
		err_set(e, ERR_INPUT, "'%.80s' cannot be a workflow: a name has lower-case letters, digits and dashes", name);
		return NULL;
	}
	src.folder = dir ? fs_join(dir, name) : NULL;
	w = xcalloc(1, sizeof *w);
	w->arena = arena_new();
	w->name = arena_str(w->arena, slice_str(name));
	if (!src.builtin && (!src.folder || access(src.folder, F_OK) < 0))
		rc = unknown(dir, name, e);
	else
		rc = read_files(w, &src, odd, e);
	buf_release(&src.from_user);
	free(src.folder);
	if (rc < 0) {
		workflow_free(w);
		return NULL;
	}
	return w;
}

void workflow_free(struct workflow *w)
{
	if (!w)
		return;
	arena_free(w->arena);
	free(w);
}

/* ---- all of them ---- */

static size_t place_of(const struct workflows *ws, const char *name)
{
	size_t i = 0;

	while (i < ws->n && strcmp(ws->w[i]->name, name) < 0)
		i++;
	return i;
}

static void add(struct workflows *ws, const char *dir, const char *name, struct diags *odd)
{
	size_t i = place_of(ws, name);
	struct workflow *w;
	struct err e;

	if (ws->n >= WORKFLOWS_MAX || (i < ws->n && strcmp(ws->w[i]->name, name) == 0))
		return;
	w = workflow_load(dir, name, odd, &e);
	if (!w) {
		if (odd)
			diags_add(odd, DIAG_ERROR, 0, 0, "%s", e.msg);
		return;
	}
	ws->w = mem_grow(ws->w, &ws->cap, ws->n + 1, sizeof *ws->w);
	memmove(ws->w + i + 1, ws->w + i, (ws->n - i) * sizeof *ws->w);
	ws->w[i] = w;
	ws->n++;
}

void workflows_load(struct workflows *ws, const char *dir, struct diags *odd)
{
	DIR *d = dir ? opendir(dir) : NULL;
	struct dirent *entry;

	*ws = (struct workflows){0};
	for (const struct builtin *b = builtins; b->name; b++)
		add(ws, dir, b->name, odd);
	while (d && (entry = readdir(d)))
		/* editors' left-overs and notes are no workflows; a broken built-in one was told already */
		if (is_name(slice_str(entry->d_name)) && !find_builtin(entry->d_name))
			add(ws, dir, entry->d_name, odd);
	if (d)
		closedir(d);
	else if (dir && errno != ENOENT && odd)
		diags_add(odd, DIAG_WARNING, 0, 0, "cannot read '%s': %s", dir, strerror(errno));
}

void workflows_release(struct workflows *ws)
{
	for (size_t i = 0; i < ws->n; i++)
		workflow_free(ws->w[i]);
	free(ws->w);
	*ws = (struct workflows){0};
}

const struct workflow *workflows_get(const struct workflows *ws, struct slice name)
{
	for (size_t i = 0; i < ws->n; i++)
		if (slice_is(name, ws->w[i]->name))
			return ws->w[i];
	return NULL;
}

/* How closely a row names the report: 0 where it does not fit. */
static int closeness(const struct workflow_fit *f, const struct crash *c)
{
	if ((f->title && !slice_starts(c->title, f->title)) ||
	    (f->word && slice_find(c->title, f->word, 0) == SLICE_NONE) ||
	    (f->kind && strcmp(f->kind, crash_kind_name(c->kind)) != 0))
		return 0;
	return 1 + (f->title != NULL) * 4 + (f->word != NULL) * 2 + (f->kind != NULL);
}

const struct workflow *workflows_fit(const struct workflows *ws, const struct crash *c)
{
	const struct workflow *best = NULL;
	int most = 0;

	for (size_t i = 0; i < ws->n; i++)
		for (size_t k = 0; k < ws->w[i]->nfit; k++) {
			int close = closeness(&ws->w[i]->fit[k], c);

			if (close > most) {
				most = close;
				best = ws->w[i];
			}
		}
	return best;
}

const char *workflow_model(const struct workflow *w, const char *provider)
{
	for (size_t i = 0; i < w->nmodel; i++)
		if (strcmp(w->model[i].provider, provider) == 0)
			return w->model[i].model;
	return NULL;
}

/* ---- what the model gets ---- */

size_t workflow_asked(const struct workflow *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->noutput; i++)
		n += w->output[i].asked;
	return n;
}

void workflow_schema(const struct workflow *w, struct buf *out)
{
	struct json_w j;

	json_w_init(&j, out, false);
	json_open(&j, '{');
	json_kcstr(&j, "type", "object");
	json_key(&j, "properties");
	json_open(&j, '{');
	for (size_t i = 0; i < w->noutput; i++) {
		if (!w->output[i].asked)
			continue;
		json_key(&j, w->output[i].name);
		json_open(&j, '{');
		json_kcstr(&j, "type", "boolean");
		json_kcstr(&j, "description", w->output[i].description);
		json_close(&j, '}');
	}
	json_close(&j, '}');
	json_key(&j, "required");
	json_open(&j, '[');
	for (size_t i = 0; i < w->noutput; i++)
		if (w->output[i].asked)
			json_cstr(&j, w->output[i].name);
	json_close(&j, ']');
	json_kbool(&j, "additionalProperties", false);
	json_close(&j, '}');
}

/* "toolReadFile" for "read-file". */
static struct slice tool_place(struct arena *a, const char *tool)
{
	struct buf b = BUF_INIT;
	bool upper = true;
	struct slice s;

	buf_adds(&b, "tool");
	for (; *tool; tool++) {
		if (*tool != '-')
			buf_addc(&b, upper && *tool >= 'a' && *tool <= 'z' ? (char)(*tool - 'a' + 'A') : *tool);
		upper = *tool == '-';
	}
	s = arena_slice(a, buf_slice(&b));
	buf_release(&b);
	return s;
}

/* The values given, then what the workflow knows itself: a value given for an input counts, being first. */
static int fill(const struct workflow *w, const char *which, struct slice text, const struct template_value *v, size_t n,
		struct buf *out, struct err *e)
{
	size_t all = n + w->ntool + w->nagent + w->ninput, k = n;
	struct template_value *values = xcalloc(all + 1, sizeof *values);
	struct buf what = BUF_INIT;
	struct arena *a = arena_new();
	int rc;

	if (n)
		memcpy(values, v, n * sizeof *v);
	for (size_t i = 0; i < w->ntool; i++)
		values[k++] = (struct template_value){tool_place(a, w->tool[i]), slice_str(w->tool[i])};
	for (size_t i = 0; i < w->nagent; i++)
		values[k++] = (struct template_value){tool_place(a, w->agent[i].name), slice_str(w->agent[i].name)};
	for (size_t i = 0; i < w->ninput; i++)
		if (w->input[i].optional)
			values[k++] = (struct template_value){slice_str(w->input[i].name), SLICE("")};
	buf_addf(&what, "%s of %s", which, w->name);
	rc = template_fill(out, text, values, k, buf_str(&what), e);
	buf_release(&what);
	arena_free(a);
	free(values);
	return rc;
}

static const char parallel[] =
	"\nWhere several questions do not depend on each other's answers, ask them together: put all those tool calls into\n"
	"one turn.  Each turn costs time.\n";

static const char set_results[] =
	"\n\nThe tool set-results takes your verdict.  Call it once, when you are sure of what you say, before your final reply;\n"
	"what it returns does not matter.  Then answer without any tool call: that answer is the final reply, and it is\n"
	"the explanation that people read.\n";

int workflow_instruction(const struct workflow *w, const struct template_value *v, size_t n, struct buf *out, struct err *e)
{
	if (fill(w, instruction_md, slice_trim(w->instruction), v, n, out, e) < 0)
		return -1;
	buf_addc(out, '\n');
	if (w->ntool || w->nagent || workflow_asked(w))
		buf_adds(out, parallel);
	if (workflow_asked(w))
		buf_adds(out, set_results);
	return out->over ? err_set(e, ERR_INPUT, "the instruction of %s is too long", w->name) : 0;
}

static const char set_answer[] =
	"\n\nThe tool set-results takes your answer, and only that reaches who asked: call it once, with all that you have to\n"
	"say.  You are done then.\n";

int workflow_sub_instruction(const struct workflow *w, const struct workflow_agent *sub, const struct template_value *v, size_t n,
			     struct buf *out, struct err *e)
{
	if (fill(w, sub->name, slice_trim(sub->instruction), v, n, out, e) < 0)
		return -1;
	buf_addc(out, '\n');
	buf_adds(out, parallel);
	buf_adds(out, set_answer);
	return out->over ? err_set(e, ERR_INPUT, "the instruction of %s is too long", sub->name) : 0;
}

int workflow_prompt(const struct workflow *w, const struct template_value *v, size_t n, struct buf *out, struct err *e)
{
	return fill(w, prompt_md, w->prompt, v, n, out, e);
}
