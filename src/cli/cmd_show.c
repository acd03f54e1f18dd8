/* verdict show, export, report: runs and reports as text. */
#include <stdio.h>
#include <unistd.h>

#include "app/session_export.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "report/report.h"

/* Who asks for it is shown it; where that ends a blind review, this is recorded. */
static int reveal(struct session *s, const char *by, struct err *e)
{
	if (!session_is_blind(s))
		return 0;
	if (session_reveal(s, by, VIA_COMMAND, e) < 0)
		return -1;
	fprintf(stderr, "verdict: what the AI said on run %.12s is shown to you now, and that is recorded: "
		"your review of it is no longer blind\n", s->run->id);
	return 0;
}

static struct session *open_reviewed(struct app *a, const struct cli_args *args, const char *by, struct err *e)
{
	unsigned member;
	struct session *s = cli_member(args, &member, e) == 0 ? session_open_member(a, args->word[0], member, e) : NULL;

	if (!s)
		return NULL;
	session_tell_members(s);
	if (session_reload(s, e) < 0 || reveal(s, by, e) < 0) {
		session_free(s);
		return NULL;
	}
	return s;
}

static int show(struct app *a, const struct cli_args *args, struct err *e)
{
	struct session *s = open_reviewed(a, args, "show", e);
	struct buf b = BUF_INIT;
	struct export_in in;
	int rc = 0;

	if (!s)
		return -1;
	in = session_export_in(s);
	if (cli_given(args, "json")) {
		export_show_json(&b, &in);
		cli_out(NULL, buf_slice(&b));
	} else {
		if (s->offer.run[0])
			offer_words(&b, &s->offer);
		in.elsewhere = buf_slice(&b);
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
	.options = {{"json", NULL, "as one JSON object"}, {"full", NULL, "with report, spans and all texts"},
		    CLI_MEMBER},
	.min = 1,
	.max = 1,
	.run = show,
};

/*
 * For an exporter that gives records byte by byte, on a terminal: characters that hide are written as JSON escapes, which
 * mean the same.
 */
static int out_escaped(void *arg, struct slice text)
{
	struct buf b = BUF_INIT;
	uint32_t cp;
	int rc;

	for (size_t i = 0, n; i < text.n; i += n) {
		n = utf8_decode(slice_sub(text, i, text.n), &cp);
		if (cp == '\n' || cp == '\t' || cp == '\r' || utf8_shows(cp))
			buf_add(&b, text.p + i, n);
		else if (cp >= UTF8_BROKEN)
			buf_adds(&b, "\\ufffd");
		else if (cp < 0x10000)
			buf_addf(&b, "\\u%04x", cp);
		else
			buf_addf(&b, "\\u%04x\\u%04x", 0xd800 + ((cp - 0x10000) >> 10), 0xdc00 + ((cp - 0x10000) & 0x3ff));
	}
	rc = cli_out(arg, buf_slice(&b));
	buf_release(&b);
	return rc;
}

static int export(struct app *a, const struct cli_args *args, struct err *e)
{
	const char *format = cli_value(args, "format");
	const struct exporter *x = exporter_find(format ? format : "json");
	struct session *s;
	int rc;

	if (!x) {
		struct buf b = BUF_INIT;

		for (const struct exporter *k = exporters; k->name; k++)
			buf_addf(&b, " %s", k->name);
		err_set(e, ERR_USAGE, "there is no format '%s'; formats:%s", format, buf_str(&b));
		buf_release(&b);
		return -1;
	}
	s = open_reviewed(a, args, "export", e);
	if (!s)
		return -1;
	rc = session_export(s, x, x->reading || !isatty(STDOUT_FILENO) ? cli_out : out_escaped, NULL, e);
	session_free(s);
	return rc;
}

const struct cli_command cli_export = {
	.name = "export",
	.args = "RUN|FILE",
	.help = "print the reviewed verdict, or the spans, for other programs",
	.options = {{"format", "json|markdown|spans", "what to print; json (verdict.review/1) is the default"},
		    CLI_MEMBER},
	.min = 1,
	.max = 1,
	.run = export,
};

/* The longest log that is taken apart. */
#define REPORT_MAX ((size_t)256 << 20)

/* The reports of a log, one after the other; JSON is one array of them. */
struct reports {
	bool json;
	size_t n;
	struct json_w w;
	struct buf out;
};

static int one_of_all(void *arg, struct crash *c)
{
	struct reports *all = arg;

	if (all->json) {
		export_report_add(&all->w, c);
		return 0;
	}
	if (all->n++)
		cli_out(NULL, SLICE("----\n"));
	buf_clear(&all->out);
	export_report_text(&all->out, c);
	cli_out(NULL, buf_slice(&all->out));
	return 0;
}

static void report_all(struct slice text, bool json)
{
	struct reports all = {.json = json};

	json_w_init(&all.w, &all.out, true);
	if (json)
		json_open(&all.w, '[');
	report_parse_all(text, one_of_all, &all);
	if (json) {
		json_close(&all.w, ']');
		buf_addc(&all.out, '\n');
		cli_out(NULL, buf_slice(&all.out));
	}
	buf_release(&all.out);
}

static int report(struct app *a, const struct cli_args *args, struct err *e)
{
	struct blob *blob = blob_open(args->word[0], e);
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct crash *c;
	int rc;

	(void)a;
	if (!blob)
		return -1;
	rc = blob_read_all(blob, &text, REPORT_MAX, e);
	blob_free(blob);
	if (rc < 0)
		return -1;
	if (slice_trim(buf_slice(&text)).n == 0 || slice_chr(buf_slice(&text), '\0', 0) != SLICE_NONE) {
		err_set(e, ERR_INPUT, "cannot read a report from '%s': %s", args->word[0],
			text.n ? "it is not text" : "it is empty");
		buf_release(&text);
		return -1;
	}
	if (cli_given(args, "all")) {
		report_all(buf_slice(&text), cli_given(args, "json"));
		buf_release(&text);
		return 0;
	}
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
	.options = {{"json", NULL, "as one JSON object"}, {"all", NULL, "every report of a log; JSON is an array"}},
	.min = 1,
	.max = 1,
	.run = report,
};
