/* verdict tree: what a run would read, before there is one; it also makes the files of a commit. */
#include "base/blob.h"
#include "base/json.h"
#include "cli/cli.h"
#include "report/report.h"
#include "workspace/agree.h"
#include "workspace/reading.h"

enum { REPORT_MAX = 64 << 20 };

static int compare(struct reading *r, const char *report, struct diags *ds, struct err *e)
{
	struct blob *b = blob_open(report, e);
	struct buf text = BUF_INIT;
	struct crash *c;
	int rc = b ? blob_read_all(b, &text, REPORT_MAX, e) : -1;

	if (rc == 0) {
		c = report_parse(buf_slice(&text));
		if (c->kind == CRASH_RAW)
			rc = err_set(e, ERR_INPUT, "cannot compare the tree with '%s': there is no crash report in it", report);
		else
			agree_check(r->read, &r->named, c, ds);
		crash_free(c);
	}
	blob_free(b);
	buf_release(&text);
	return rc;
}

/* ---- output ---- */

static void print_json(const struct reading *r, const struct diags *ds)
{
	const struct tree *t = r->read;
	struct buf b = BUF_INIT;
	struct json_w w;

	json_w_init(&w, &b, true);
	json_open(&w, '{');
	json_kcstr(&w, "dir", t->dir);
	json_kbool(&w, "kernel", t->kernel);
	json_kstr(&w, "version", slice_str(t->version));
	json_kstr(&w, "commit", slice_str(t->commit));
	json_kstr(&w, "tree", slice_str(t->snapshot));
	json_kbool(&w, "dirty", t->dirty);
	json_kbool(&w, "shallow", t->shallow);
	json_kbool(&w, "kept", t->kept);
	json_kint(&w, "left_out", (int64_t)t->left_out);
	json_key(&w, "disagreements");
	json_open(&w, '[');
	for (size_t i = 0; i < ds->n; i++)
		if (ds->d[i].level == DIAG_WARNING)
			json_cstr(&w, ds->d[i].text);
	json_close(&w, ']');
	json_close(&w, '}');
	buf_addc(&b, '\n');
	cli_out(NULL, buf_slice(&b));
	buf_release(&b);
}

static void print_text(const struct reading *r, const struct diags *ds)
{
	const struct tree *t = r->read;

	cli_line("tree      %s", t->dir);
	cli_line("kernel    %s", t->kernel ? t->version : "no: it has no kernel's Makefile");
	cli_line("commit    %s", t->commit[0] ? t->commit : "unknown");
	if (t->shallow)
		cli_line("history   cut (shallow): its oldest commit stands for all before it");
	if (t->snapshot[0])
		cli_line("snapshot  %s, %s", t->snapshot, t->dirty ? "changed since the commit" : "as in the commit");
	if (t->snapshot[0] && !t->kept)
		cli_line("          the repository cannot be written: the snapshot has a name, but is not kept");
	if (t->left_out)
		cli_line("          without %zu new files that are too large, as '%s'", t->left_out, t->left_out_name);
	for (size_t i = 0; i < ds->n; i++)
		cli_line("%s%s", ds->d[i].level == DIAG_WARNING ? "differs   " : "unknown   ", ds->d[i].text);
}

/* The status says no where it is no kernel, or where the report disagrees. */
static int tree(struct app *a, const struct cli_args *args, struct err *e)
{
	const char *dir = app_kernel(a, cli_value(args, "kernel"), e);
	struct diags ds = {0};
	struct reading r;
	bool kernel;
	size_t n;
	int rc;

	if (!dir)
		return -1;
	if (reading_open(&r, dir, cli_value(args, "commit"), e) < 0)
		return -1;
	rc = cli_given(args, "report") ? compare(&r, cli_value(args, "report"), &ds, e) : 0;
	n = diags_count(&ds, DIAG_WARNING);
	if (rc == 0 && cli_given(args, "json"))
		print_json(&r, &ds);
	else if (rc == 0)
		print_text(&r, &ds);
	kernel = r.read->kernel;
	reading_release(&r);
	diags_release(&ds);
	if (rc == 0 && !n && !kernel)
		return err_set(e, ERR_NO, "'%s' is no kernel tree", dir);
	if (rc == 0 && n)
		return err_set(e, ERR_NO, "the report and the tree disagree in %zu %s", n, n == 1 ? "point" : "points");
	return rc;
}

const struct cli_command cli_tree = {
	.name = "tree",
	.args = "",
	.help = "say what a kernel tree is, and whether a report is of it",
	.options = {{"kernel", "DIR", "the source tree; else setting \"kernel\", or the current directory"},
		    {"commit", "NAME", "read this commit of it, from a checkout in the cache"},
		    {"report", "FILE", "a crash report to compare it with"},
		    {"json", NULL, "as one JSON object"}},
	.run = tree,
};
