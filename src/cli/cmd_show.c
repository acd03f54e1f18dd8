/* verdict show, export, report: runs and reports as text. */
#include "app/session.h"
#include "cli/cli.h"
#include "export/export.h"
#include "report/report.h"

static struct session *open_reviewed(struct app *a, const char *what, struct err *e)
{
	struct session *s = session_open(a, what, e);

	if (s && session_reload(s, e) < 0) {
		session_free(s);
		return NULL;
	}
	return s;
}

static struct export_in export_of(struct session *s)
{
	return (struct export_in){.run = s->run, .events = &s->events, .review = s->review};
}

static int show(struct app *a, const struct cli_args *args, struct err *e)
{
	struct session *s = open_reviewed(a, args->word[0], e);
	struct buf b = BUF_INIT;
	struct export_in in;
	int rc = 0;

	if (!s)
		return -1;
	in = export_of(s);
	if (cli_given(args, "json")) {
		export_show_json(&b, &in);
		cli_out(NULL, buf_slice(&b));
	} else {
		rc = export_show_text(&in, cli_given(args, "full"), cli_out, NULL, e);
	}
	buf_release(&b);
	session_free(s);
	return rc;
}

const struct cli_command cli_show = {
	.name = "show",
	.args = "RUN|FILE",
	.help = "print a run and what was decided on it",
	.options = {{"json", NULL, "as one JSON object"}, {"full", NULL, "with report, spans and all texts"}},
	.min = 1,
	.max = 1,
	.run = show,
};

static int export(struct app *a, const struct cli_args *args, struct err *e)
{
	const char *format = cli_value(args, "format");
	const struct exporter *x = exporter_find(format ? format : "json");
	struct session *s;
	struct export_in in;
	int rc;

	if (!x) {
		struct buf b = BUF_INIT;

		for (const struct exporter *k = exporters; k->name; k++)
			buf_addf(&b, " %s", k->name);
		err_set(e, ERR_USAGE, "there is no format '%s'; formats:%s", format, buf_str(&b));
		buf_release(&b);
		return -1;
	}
	s = open_reviewed(a, args->word[0], e);
	if (!s)
		return -1;
	in = export_of(s);
	rc = x->write(&in, cli_out, NULL, e);
	session_free(s);
	return rc;
}

const struct cli_command cli_export = {
	.name = "export",
	.args = "RUN|FILE",
	.help = "print the reviewed verdict, or the spans, for other programs",
	.options = {{"format", "json|markdown|spans", "what to print; json (verdict.review/1) is the default"}},
	.min = 1,
	.max = 1,
	.run = export,
};

static int report(struct app *a, const struct cli_args *args, struct err *e)
{
	struct blob *blob = blob_open(args->word[0], e);
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct crash *c;

	(void)a;
	if (!blob)
		return -1;
	if (blob_size(blob) > BUF_MAX || blob_read(blob, 0, (size_t)blob_size(blob), &text, e) < 0) {
		if (blob_size(blob) > BUF_MAX)
			err_set(e, ERR_INPUT, "cannot read '%s': larger than %zu bytes", args->word[0], BUF_MAX);
		blob_free(blob);
		return -1;
	}
	blob_free(blob);
	c = report_parse(buf_slice(&text));
	buf_release(&text);
	if (cli_given(args, "json"))
		export_report_json(&out, c);
	else
		export_report_text(&out, c);
	cli_out(NULL, buf_slice(&out));
	buf_release(&out);
	crash_free(c);
	return 0;
}

const struct cli_command cli_report = {
	.name = "report",
	.args = "FILE",
	.help = "take a crash report apart and print it",
	.options = {{"json", NULL, "as one JSON object"}},
	.min = 1,
	.max = 1,
	.run = report,
};
