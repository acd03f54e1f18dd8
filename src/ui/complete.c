#include "ui/complete.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ui/exported.h"
#include "ui/go.h"
#include "ui/view.h"
#include "ui/word.h"

/* One completion under way. */
struct choice {
	struct ui *ui;
	struct slice head; /* the line before the word */
	struct slice word; /* as far as it was typed */
	struct buf *out;
	size_t n;
};

static bool begins(const struct choice *o, struct slice word)
{
	return slice_eq(slice_sub(word, 0, o->word.n), o->word);
}

/* Offer a word, with a few more to say what it is; false where enough are there. */
static bool add(struct choice *o, struct slice word, struct slice what)
{
	if (o->n >= COMPLETE_MAX)
		return false;
	if (word.n == 0 || !begins(o, word) || slice_chr(word, '\n', 0) != SLICE_NONE)
		return true;
	buf_add_slice(o->out, word);
	if (what.n) {
		buf_addc(o->out, '\t');
		buf_add_slice(o->out, what);
	}
	buf_addc(o->out, '\n');
	o->n++;
	return true;
}

static void add_str(struct choice *o, const char *word)
{
	add(o, slice_str(word), SLICE(""));
}

/* ---- the table's own words ---- */

/* A word of the arguments without what says that it may be left out, or come again. */
static struct slice bare(struct slice w)
{
	slice_eat(&w, "[");
	while (w.n && (w.p[w.n - 1] == ']' || w.p[w.n - 1] == '.'))
		w.n--;
	return w;
}

struct slice complete_argument(const char *args, size_t n)
{
	struct slice rest = slice_str(args), w, last = {0};
	bool again = slice_ends(slice_trim(rest), "...") || slice_ends(slice_trim(rest), "...]");

	for (size_t i = 0; i <= n; i++) {
		if (!slice_word(&rest, &w))
			return again ? bare(last) : SLICE("");
		last = w;
	}
	return bare(last);
}

/* ---- kinds of arguments ---- */

static void commands_of(struct choice *o)
{
	for (int c = 0; c < COMMANDS; c++)
		if (!context_is_dialog(commands[c].context) || commands[c].context == ui_context(o->ui))
			add_str(o, commands[c].name);
}

static void contexts(struct choice *o)
{
	for (int c = 0; c < CONTEXTS; c++)
		add_str(o, context_name((enum context)c));
}

static void settings(struct choice *o)
{
	for (int i = 0; i < OPTIONS; i++)
		add(o, slice_str(options[i].name), slice_str(o->ui->app->conf.value[i]));
}

static void alternatives(struct choice *o, struct slice words)
{
	while (words.n) {
		size_t bar = slice_chr(words, '|', 0);

		add(o, slice_sub(words, 0, bar), SLICE(""));
		words = slice_sub(words, bar == SLICE_NONE ? words.n : bar + 1, words.n);
	}
}

/* Of the setting that stands before. */
static void values(struct choice *o)
{
	struct slice rest = o->head, name = {0}, word;

	while (slice_word(&rest, &word))
		name = word;
	for (int i = 0; i < OPTIONS; i++)
		if (slice_is(name, options[i].name) && options[i].choices)
			alternatives(o, slice_str(options[i].choices));
	for (size_t i = 0; slice_is(name, "theme") && theme_builtin_name(i); i++)
		add_str(o, theme_builtin_name(i));
	for (size_t i = 0; slice_is(name, "keymap") && keymap_builtin_name(i); i++)
		add_str(o, keymap_builtin_name(i));
}

/* What the run was asked, or where that is not known, what it gave. */
static const struct workflow *workflow_of(const struct choice *o)
{
	const struct workflows *ws = &o->ui->app->workflows;

	for (size_t i = 0; i < ws->n; i++)
		if (slice_is(o->ui->session->run->workflow, ws->w[i]->name))
			return ws->w[i];
	return NULL;
}

static void one_output(struct choice *o, const char *name)
{
	struct buf b = BUF_INIT;

	for (int yes = 1; yes >= 0; yes--) {
		buf_clear(&b);
		buf_addf(&b, "%s=%s", name, yes ? "true" : "false");
		add(o, buf_slice(&b), SLICE(""));
	}
	buf_release(&b);
}

static void outputs_of(struct choice *o)
{
	const struct outputs *os = session_outputs(o->ui->session);
	const struct workflow *w = workflow_of(o);

	for (size_t i = 0; w && i < w->noutput; i++)
		one_output(o, w->output[i].name);
	for (size_t i = 0; !w && i < os->n; i++)
		one_output(o, os->o[i].name);
}

static void tools(struct choice *o)
{
	const struct workflow *w = workflow_of(o);

	for (size_t k = 0; w && k < w->ntool; k++)
		add_str(o, w->tool[k]);
	for (size_t k = 0; w && k < w->nagent; k++)
		add_str(o, w->agent[k].name);
}

/* The first span whose number is not below this one. */
static size_t span_from(const struct traj *t, uint64_t seq)
{
	size_t lo = 0, hi = traj_count(t);

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (traj_span(t, mid)->seq < seq)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The spans with numbers from `low` to `high`, each with what it is; of a run that is walked those that have begun. */
static void spans_between(struct choice *o, uint64_t low, uint64_t high)
{
	struct traj *t = o->ui->session->run->traj;
	struct buf number = BUF_INIT, label = BUF_INIT;

	for (size_t i = span_from(t, low); i < traj_count(t) && traj_span(t, i)->seq <= high && o->n < COMPLETE_MAX &&
					   session_may_show(o->ui->session, i, PART_SPAN); i++) {
		buf_clear(&number);
		buf_clear(&label);
		buf_addf(&number, "%" PRIu32, traj_span(t, i)->seq);
		run_label(o->ui, i, &label);
		add(o, buf_slice(&number), buf_slice(&label));
	}
	buf_release(&number);
	buf_release(&label);
}

/* Numbers that begin as typed; by number, not by looking through a million. */
static void spans(struct choice *o)
{
	uint64_t typed = 0;

	if (o->word.n && (!slice_u64(o->word, &typed) || typed > UINT32_MAX || *o->word.p == '0'))
		return;
	spans_between(o, typed, typed);
	for (uint64_t low = typed * 10, high = low + 9; typed && low <= UINT32_MAX; low *= 10, high = high * 10 + 9)
		spans_between(o, low, high);
	traj_release_bodies(o->ui->session->run->traj);
}

static void files(struct choice *o)
{
	const struct evidence *ev = o->ui->session->evidence;

	for (size_t i = 0; i < evidence_files(ev); i++) {
		struct slice path = evidence_at(ev, i)->path;

		if (begins(o, path) && session_file(o->ui->session, path) && !add(o, path, SLICE("")))
			return;
	}
}

static bool one_function(void *arg, struct slice name)
{
	struct choice *o = arg;
	struct slice have = buf_slice(o->out), line;

	if (begins(o, name))
		while (slice_line(&have, &line))
			if (slice_eq(line, name)) /* a function can be in both stacks, and in evidence */
				return true;
	return add(o, name, SLICE(""));
}

static void functions(struct choice *o)
{
	go_functions(o->ui, one_function, o);
}

enum { PATHS_MAX = 20000 }; /* entries of a directory that are looked at */

/* Of files on disk; a directory goes on. */
static void paths(struct choice *o)
{
	struct slice dir = o->word, base;
	char *real;
	struct buf b = BUF_INIT;
	const struct dirent *d;
	DIR *in;

	while (dir.n && dir.p[dir.n - 1] != '/')
		dir.n--;
	base = slice_sub(o->word, dir.n, o->word.n);
	real = exported_path(dir.n ? dir : SLICE("./"));
	in = opendir(real);
	for (size_t looked = 0; in && looked < PATHS_MAX && o->n < COMPLETE_MAX && (d = readdir(in)); looked++) {
		if ((d->d_name[0] == '.') != (base.n && base.p[0] == '.') || strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0 ||
		    strchr(d->d_name, ' ')) /* words end there */
			continue;
		buf_clear(&b);
		buf_add_slice(&b, dir);
		buf_addf(&b, "%s%s", d->d_name, d->d_type == DT_DIR ? "/" : "");
		add(o, buf_slice(&b), SLICE(""));
	}
	if (in)
		closedir(in);
	buf_release(&b);
	free(real);
}

/* Names in the line under the cursor of Source, of which a key takes the likeliest; then functions. */
static void words_here(struct choice *o)
{
	const struct source_pane *p = &o->ui->source;
	struct slice line = p->list.n ? p->rows[p->list.cursor].text : SLICE(""), word;

	while ((word = word_at(line, 0)).n) {
		if (!word_is_c(word))
			add(o, word, SLICE(""));
		line = slice_sub(line, (size_t)(word.p - line.p) + word.n, line.n);
	}
	functions(o);
}

static const struct {
	const char *kind; /* as the command table has it */
	void (*words)(struct choice *o);
} kinds[] = {
	{"COMMAND", commands_of}, {"CONTEXT", contexts}, {"NAME", settings}, {"VALUE", values}, {"NAME=VALUE", outputs_of},
	{"TOOL", tools}, {"SPAN", spans}, {"FILE", files}, {"FUNCTION", functions}, {"PATH", paths},
	{"WORD", words_here},
};

/* One alternative of an argument: a kind, or the word itself. */
static void one(struct choice *o, struct slice alternative)
{
	size_t equals = slice_chr(alternative, '=', 0);

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (slice_is(alternative, kinds[i].kind)) {
			kinds[i].words(o);
			return;
		}
	if (alternative.n && alternative.p[0] >= 'a' && alternative.p[0] <= 'z') /* "state=WORD": what stands before the value */
		add(o, slice_sub(alternative, 0, equals == SLICE_NONE ? alternative.n : equals + 1), SLICE(""));
}

static void argument(struct choice *o)
{
	struct slice rest = o->head, word, arg;
	size_t nth = 0;
	enum command c;
	unsigned fits;

	if (!slice_word(&rest, &word) || !command_begun(word, &c, &fits))
		return;
	while (slice_word(&rest, &word))
		nth++;
	arg = complete_argument(commands[c].args, nth);
	while (arg.n) {
		size_t bar = slice_chr(arg, '|', 0);

		one(o, slice_sub(arg, 0, bar));
		arg = slice_sub(arg, bar == SLICE_NONE ? arg.n : bar + 1, arg.n);
	}
}

void complete_line(void *arg, struct slice line, size_t *from, struct buf *out)
{
	struct choice o = {.ui = arg, .out = out};
	size_t blank = line.n;

	while (blank > 0 && line.p[blank - 1] != ' ')
		blank--;
	*from = blank;
	o.head = slice_trim(slice_sub(line, 0, blank));
	o.word = slice_sub(line, blank, line.n);
	if (o.head.n)
		argument(&o);
	else if (o.word.n && o.word.p[0] >= '0' && o.word.p[0] <= '9')
		spans(&o);
	else
		commands_of(&o);
}
