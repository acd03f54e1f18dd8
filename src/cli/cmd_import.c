/* verdict import: take recordings into the store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/session.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "cli/files.h"

static void print_run(struct json_w *w, const struct session *s, const char *name, bool added)
{
	const struct run *r = s->run;
	struct buf words = BUF_INIT;

	if (app_is_blind(s->app))
		buf_adds(&words, "hidden");
	else
		outputs_words(&words, &r->outputs);
	if (!w) {
		struct slice title = r->title.n ? r->title : r->workflow;

		cli_line("%-5s  %.12s  %s  %s%.*s", added ? "new" : "known", r->id, buf_str(&words),
			 r->title.n ? "" : title.n ? "no title, " : "no title", (int)title.n, title.n ? title.p : "");
	} else {
		json_open(w, '{');
		json_kcstr(w, "file", name);
		json_kcstr(w, "id", r->id);
		json_kstr(w, "job", r->job);
		json_kstr(w, "title", r->title);
		json_kbool(w, "new", added);
		json_kint(w, "warnings", (int64_t)diags_count(&r->diags, DIAG_WARNING));
		json_close(w, '}');
	}
	buf_release(&words);
}

/* What is being made of the files. */
struct taking {
	struct app *app;
	struct json_w *w; /* NULL: for people */
	bool tty;         /* progress is shown */
	size_t new, known, refused;
};

/* "[3/41] path" on one line of the terminal, overwritten by the next; with `of` 0 the line is wiped. */
static void progress(const struct taking *t, size_t i, size_t of, const char *path)
{
	enum { CELLS = 70, NUMBERS = 20 };
	struct buf line = BUF_INIT;
	unsigned used = 0;

	if (!t->tty)
		return;
	buf_addc(&line, '\r');
	if (of) {
		buf_addf(&line, "[%zu/%zu] ", i, of);
		used = (unsigned)line.n - 1;
		used += utf8_fit(&line, slice_str(path), CELLS - NUMBERS);
	}
	if (used < CELLS)
		buf_pad(&line, ' ', CELLS - used);
	buf_addc(&line, '\r');
	fflush(stdout);
	fputs(buf_str(&line), stderr);
	fflush(stderr);
	buf_release(&line);
}

static void warn_of(const struct run *r, const char *name)
{
	for (size_t i = 0; i < r->diags.n; i++) {
		const struct diag *d = &r->diags.d[i];

		if (d->level == DIAG_NOTE)
			continue;
		if (d->line)
			cli_warn("%s: line %llu: %s", name, (unsigned long long)d->line, d->text);
		else
			cli_warn("%s: %s", name, d->text);
	}
}

/* One run of a file; `*members` is how many it holds. */
static int import_run(struct taking *t, const char *name, unsigned member, unsigned *members, struct err *e)
{
	struct session *s = session_open_member(t->app, name, member, e);
	bool added = false;
	int rc = -1;

	if (!s)
		return -1;
	if (s->stored) { /* a name that is no file but a stored run */
		err_set(e, ERR_INPUT, "cannot import '%s': it is a stored run, not a file", name);
	} else if (session_take(s, &added, e) == 0) {
		progress(t, 0, 0, NULL);
		warn_of(s->run, name);
		print_run(t->w, s, name, added);
		*members = s->run->members;
		t->new += added;
		t->known += !added;
		rc = 0;
	}
	session_free(s);
	return rc;
}

/* All runs of a file.  Standard input can be read only once: of several runs in it the first is taken. */
static int import_runs(struct taking *t, const char *name, struct err *e)
{
	unsigned members = 1;
	int rc = 0;

	for (unsigned m = 0; m < members; m++) {
		if (m == 1 && strcmp(name, "-") == 0)
			return err_set(e, ERR_INPUT, "cannot import %u more runs from standard input: save it to a file",
				       members - 1);
		if (import_run(t, name, m, &members, e) < 0)
			rc = -1;
		if (rc < 0 && e->cls == ERR_STORE)
			return -1;
	}
	return rc;
}

static int import_files(struct taking *t, const struct files *files, struct err *e)
{
	for (size_t i = 0; i < files->n; i++) {
		struct err one = {0};

		if (files->n > 1)
			progress(t, i + 1, files->n, files->file[i].path);
		if (files->file[i].why)
			err_set(&one, ERR_INPUT, "%s", files->file[i].why);
		else if (import_runs(t, files->file[i].path, &one) == 0)
			continue;
		t->refused++;
		*e = one;
		progress(t, 0, 0, NULL);
		if (files->n > 1)
			cli_warn("%s", one.msg);
		if (one.cls == ERR_STORE)
			return -1; /* it will not be better with the next file */
	}
	progress(t, 0, 0, NULL);
	if (files->n > 1 && !t->w)
		cli_line("%zu new, %zu known, %zu refused", t->new, t->known, t->refused);
	if (t->refused && files->n > 1)
		return err_set(e, t->refused == files->n ? e->cls : ERR_NO, "%zu of %zu files could not be imported",
			       t->refused, files->n);
	return t->refused ? -1 : 0;
}

static int import(struct app *a, const struct cli_args *args, struct err *e)
{
	struct taking t = {.app = a, .tty = isatty(STDERR_FILENO) == 1};
	struct files files = {0};
	struct buf b = BUF_INIT;
	struct json_w w;
	int rc = 0;

	json_w_init(&w, &b, true);
	if (cli_given(args, "json")) {
		t.w = &w;
		json_open(&w, '[');
	}
	for (size_t i = 0; rc == 0 && i < args->nwords; i++)
		rc = files_add(&files, args->word[i], e);
	if (rc == 0 && files.n == 0)
		rc = err_set(e, ERR_INPUT, "cannot import '%s': no file in it", args->word[0]);
	if (rc == 0)
		rc = import_files(&t, &files, e);
	if (t.w) {
		json_close(&w, ']');
		buf_addc(&b, '\n');
		cli_out(NULL, buf_slice(&b));
	}
	buf_release(&b);
	files_release(&files);
	return rc;
}

const struct cli_command cli_import = {
	.name = "import",
	.args = "FILE|DIRECTORY...",
	.help = "take recordings into the store",
	.options = {{"json", NULL, "one object a run"}},
	.min = 1,
	.max = SIZE_MAX,
	.run = import,
};
