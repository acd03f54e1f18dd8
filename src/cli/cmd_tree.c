/* verdict tree: what a run would read, before there is one; it also makes the files of a commit. */
#include "base/blob.h"
#include "base/json.h"
#include "cli/cli.h"
#include "report/report.h"
#include "workspace/agree.h"
#include "workspace/worktree.h"

enum { REPORT_MAX = 64 << 20 };

/* The tree that is named, and the one that is read: the same, or the files of a commit of it. */
struct reading {
	struct tree named, made;
	struct worktree w;
	const struct tree *read;
	struct diags ds;
};

static int open_commit(struct reading *r, const char *commit, struct err *e)
{
	char id[TREE_ID];

	if (tree_commit(&r->named, commit, id, e) < 0 || worktree_open(&r->w, &r->named, id, e) < 0 ||
	    tree_open(&r->made, r->w.dir, e) < 0 || tree_snapshot(&r->made, e) < 0)
		return -1;
	r->read = &r->made;
	return 0;
}

static int open_reading(struct reading *r, const char *dir, const char *commit, struct err *e)
{
	*r = (struct reading){.w.lock = -1};
	if (tree_open(&r->named, dir, e) < 0)
		return -1;
	r->read = &r->named;
	if (commit)
		return open_commit(r, commit, e);
	return r->named.git_dir ? tree_snapshot(&r->named, e) : 0;
}

static void release(struct reading *r)
{
	tree_release(&r->named);
	tree_release(&r->made);
	worktree_release(&r->w);
	diags_release(&r->ds);
}

static int compare(struct reading *r, const char *report, struct err *e)
{
	struct blob *b = blob_open(report, e);
	struct buf text = BUF_INIT;
	struct crash *c;
	int rc = b ? blob_read_all(b, &text, REPORT_MAX, e) : -1;

	if (rc == 0) {
		c = report_parse(buf_slice(&text));
		agree_check(r->read, &r->named, c, &r->ds);
		crash_free(c);
	}
	blob_free(b);
	buf_release(&text);
	return rc;
}

/* ---- output ---- */

static void print_json(const struct reading *r)
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
	json_kbool(&w, "kept", t->kept);
	json_kint(&w, "left_out", (int64_t)t->left_out);
	json_key(&w, "disagreements");
	json_open(&w, '[');
	for (size_t i = 0; i < r->ds.n; i++)
		json_cstr(&w, r->ds.d[i].text);
	json_close(&w, ']');
	json_close(&w, '}');
	buf_addc(&b, '\n');
	cli_out(NULL, buf_slice(&b));
	buf_release(&b);
}

static void print_text(const struct reading *r)
{
	const struct tree *t = r->read;

	cli_line("tree      %s", t->dir);
	cli_line("kernel    %s", t->kernel ? t->version : "no: it has no kernel's Makefile");
	cli_line("commit    %s", t->commit[0] ? t->commit : "unknown");
	if (t->snapshot[0])
		cli_line("snapshot  %s, %s", t->snapshot, t->dirty ? "changed since the commit" : "as in the commit");
	if (t->snapshot[0] && !t->kept)
		cli_line("          the repository cannot be written: the snapshot has a name, but is not kept");
	if (t->left_out)
		cli_line("          without %zu new files that are too large, as '%s'", t->left_out, t->left_out_name);
	for (size_t i = 0; i < r->ds.n; i++)
		cli_line("differs   %s", r->ds.d[i].text);
}

/* The status says no where the report disagrees. */
static int tree(struct app *a, const struct cli_args *args, struct err *e)
{
	const char *dir = app_kernel(a, cli_value(args, "kernel"), e);
	struct reading r;
	size_t n;
	int rc;

	if (!dir)
		return -1;
	rc = open_reading(&r, dir, cli_value(args, "commit"), e);
	if (rc == 0 && cli_given(args, "report"))
		rc = compare(&r, cli_value(args, "report"), e);
	n = r.ds.n;
	if (rc == 0 && cli_given(args, "json"))
		print_json(&r);
	else if (rc == 0)
		print_text(&r);
	release(&r);
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
