/* verdict import: take recordings into the store. */
#include <stdlib.h>

#include "app/session.h"
#include "base/json.h"
#include "cli/cli.h"

static void print_run(struct json_w *w, const struct session *s, const char *name, bool added)
{
	const struct run *r = s->run;
	struct buf words = BUF_INIT;

	outputs_words(&words, &r->outputs);
	if (!w) {
		struct slice title = r->title.n ? r->title : r->workflow;

		cli_outf("%-5s  %.12s  %s  %s%.*s\n", added ? "new" : "known", r->id, buf_str(&words),
			 r->title.n ? "" : "no title, ", (int)title.n, title.n ? title.p : "");
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

static int import_one(struct app *a, const char *name, struct json_w *w, struct err *e)
{
	struct session *s = session_open(a, name, e);
	bool added = false;
	int rc = -1;

	if (!s)
		return -1;
	if (s->stored) /* a name that is no file but a stored run */
		err_set(e, ERR_INPUT, "cannot import '%s': it is a stored run, not a file", name);
	else if (session_take(s, &added, e) == 0) {
		for (size_t i = 0; i < s->run->diags.n; i++)
			cli_warn("%s: line %llu: %s", name, (unsigned long long)s->run->diags.d[i].line,
				 s->run->diags.d[i].text);
		print_run(w, s, name, added);
		rc = 0;
	}
	session_free(s);
	return rc;
}

static int import(struct app *a, const struct cli_args *args, struct err *e)
{
	size_t failed = 0;
	struct buf b = BUF_INIT;
	struct json_w w;
	bool json = cli_given(args, "json");

	json_w_init(&w, &b, true);
	if (json)
		json_open(&w, '[');
	for (size_t i = 0; i < args->nwords; i++) {
		struct err one = {0};

		if (import_one(a, args->word[i], json ? &w : NULL, &one) == 0)
			continue;
		failed++;
		*e = one;
		if (args->nwords > 1)
			cli_warn("%s", one.msg);
	}
	if (json) {
		json_close(&w, ']');
		buf_addc(&b, '\n');
		cli_out(NULL, buf_slice(&b));
	}
	buf_release(&b);
	if (failed && args->nwords > 1)
		return err_set(e, failed == args->nwords ? e->cls : ERR_NO, "%zu of %zu files could not be imported", failed,
			       args->nwords);
	return failed ? -1 : 0;
}

const struct cli_command cli_import = {
	.name = "import",
	.args = "FILE...",
	.help = "take recordings into the store",
	.options = {{"json", NULL, "one object a run"}},
	.min = 1,
	.max = SIZE_MAX,
	.run = import,
};
