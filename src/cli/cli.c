#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* ---- output ---- */

int cli_out(void *unused, struct slice text)
{
	(void)unused;
	return fwrite(text.p, 1, text.n, stdout) == text.n ? 0 : -1;
}

void cli_line(const char *fmt, ...)
{
	struct buf raw = BUF_INIT, safe = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&raw, fmt, ap);
	va_end(ap);
	utf8_escape(&safe, buf_slice(&raw), false);
	buf_addc(&safe, '\n');
	cli_out(NULL, buf_slice(&safe));
	buf_release(&raw);
	buf_release(&safe);
}

static void to_stderr(const char *prefix, struct slice text)
{
	struct buf safe = BUF_INIT;

	buf_adds(&safe, prefix);
	utf8_escape(&safe, text, false);
	buf_addc(&safe, '\n');
	fwrite(safe.p, 1, safe.n, stderr);
	buf_release(&safe);
}

void cli_warn(const char *fmt, ...)
{
	struct buf raw = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&raw, fmt, ap);
	va_end(ap);
	to_stderr("verdict: warning: ", buf_slice(&raw));
	buf_release(&raw);
}

void cli_tell(const char *fmt, ...)
{
	struct buf raw = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&raw, fmt, ap);
	va_end(ap);
	to_stderr("verdict: ", buf_slice(&raw));
	buf_release(&raw);
}

/* ---- help ---- */

static void usage_line(struct buf *b, const struct cli_command *c)
{
	buf_addf(b, "verdict %s", c->name);
	for (const struct cli_option *o = c->options; o->name; o++) {
		bool must = c->must >> (o - c->options) & 1;

		buf_addf(b, " %s--%s", must ? "" : "[", o->name);
		if (o->value)
			buf_addf(b, " %s", o->value);
		buf_adds(b, must ? "" : "]");
	}
	buf_addf(b, " %s", c->args);
}

static void help_command(const struct cli_command *c)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "usage: ");
	usage_line(&b, c);
	buf_addf(&b, "\n\n%s\n", c->help);
	if (c->options[0].name)
		buf_addc(&b, '\n');
	for (const struct cli_option *o = c->options; o->name; o++) {
		size_t at = b.n;

		buf_addf(&b, "  --%s %s", o->name, o->value ? o->value : "");
		if (b.n - at < 24)
			buf_pad(&b, ' ', 24 - (b.n - at));
		buf_addf(&b, " %s\n", o->help);
	}
	cli_out(NULL, buf_slice(&b));
	buf_release(&b);
}

/* ---- options ---- */

const char *cli_value(const struct cli_args *args, const char *name)
{
	for (size_t i = args->ngiven; i-- > 0;)
		if (strcmp(args->given[i].name, name) == 0)
			return args->given[i].value ? args->given[i].value : "";
	return NULL;
}

bool cli_given(const struct cli_args *args, const char *name)
{
	return cli_value(args, name) != NULL;
}

int cli_member(const struct cli_args *args, unsigned *member, struct err *e)
{
	const char *value = cli_value(args, "member");
	uint64_t n;

	*member = 0;
	if (!value)
		return 0;
	if (!slice_u64(slice_str(value), &n) || n == 0 || n > UINT32_MAX)
		return err_set(e, ERR_USAGE, "--member is '%s': a number from 1 on is needed", value);
	*member = (unsigned)(n - 1);
	return 0;
}

/* Options that every command takes. */
static const struct cli_option common[] = {
	{"help", NULL, ""},
	{"set", "NAME=VALUE", ""},
	{NULL, NULL, NULL},
};

static const struct cli_option *find_option(const struct cli_option *o, struct slice name)
{
	while (o->name && !slice_is(name, o->name))
		o++;
	return o->name ? o : NULL;
}

/* Sort argv (changed in place) into options and words.  "--" ends the options; a lone "-" is a word. */
static int read_args(const struct cli_command *c, int argc, char **argv, struct cli_args *out, struct err *e)
{
	size_t words = 0;
	bool reading = true;

	out->word = argv;
	for (int i = 0; i < argc; i++) {
		struct slice arg = slice_str(argv[i]), name;
		const struct cli_option *o;
		size_t equals;

		if (reading && slice_is(arg, "--")) {
			reading = false;
			continue;
		}
		if (!reading || arg.n < 2 || arg.p[0] != '-') {
			argv[words++] = argv[i];
			continue;
		}
		if (slice_is(arg, "-h"))
			arg = SLICE("--help");
		if (!slice_eat(&arg, "--"))
			return err_set(e, ERR_USAGE, "verdict %s has no option '%s'; options are written --NAME", c->name, argv[i]);
		equals = slice_chr(arg, '=', 0);
		name = slice_sub(arg, 0, equals);
		o = find_option(c->options, name);
		if (!o)
			o = find_option(common, name);
		if (!o)
			return err_set(e, ERR_USAGE, "verdict %s has no option '--%.*s'", c->name, (int)name.n, name.p);
		if (!o->value && equals != SLICE_NONE)
			return err_set(e, ERR_USAGE, "option '--%s' takes no value", o->name);
		if (o->value && equals == SLICE_NONE && i + 1 >= argc)
			return err_set(e, ERR_USAGE, "option '--%s' needs a value: %s", o->name, o->value);
		if (out->ngiven == CLI_VALUES)
			return err_set(e, ERR_USAGE, "more than %d options", CLI_VALUES);
		out->given[out->ngiven].name = o->name;
		out->given[out->ngiven].value = !o->value ? NULL : equals != SLICE_NONE ? arg.p + equals + 1 : argv[++i];
		out->ngiven++;
	}
	out->nwords = words;
	return 0;
}

static int apply_settings(struct app *a, const struct cli_args *args, struct err *e)
{
	for (size_t i = 0; i < args->ngiven; i++) {
		struct slice v;
		size_t equals;

		if (strcmp(args->given[i].name, "set") != 0)
			continue;
		v = slice_str(args->given[i].value);
		equals = slice_chr(v, '=', 0);
		if (equals == SLICE_NONE)
			return err_set(e, ERR_USAGE, "option '--set' needs NAME=VALUE, not '%s'", v.p);
		if (conf_set(&a->conf, slice_sub(v, 0, equals), slice_sub(v, equals + 1, v.n), "command line", e) < 0)
			return -1;
	}
	return 0;
}

static int run_command(const struct cli_command *c, int argc, char **argv, struct err *e)
{
	struct cli_args args = {.command = c};
	struct app app;
	int rc;

	if (read_args(c, argc, argv, &args, e) < 0)
		return -1;
	if (cli_given(&args, "help")) {
		help_command(c);
		return 0;
	}
	if (args.nwords < c->min || args.nwords > c->max) {
		struct buf b = BUF_INIT;

		usage_line(&b, c);
		err_set(e, ERR_USAGE, "%s words; usage: %s", args.nwords < c->min ? "too few" : "too many", buf_str(&b));
		buf_release(&b);
		return -1;
	}
	if (c->bare)
		app_init_settings(&app);
	else
		app_init(&app);
	rc = apply_settings(&app, &args, e);
	if (rc == 0) {
		for (size_t i = 0; i < app.conf_diags.n && !c->screen; i++)
			cli_warn("%s", app.conf_diags.d[i].text);
		rc = c->run(&app, &args, e);
	}
	app_release(&app);
	return rc;
}

int cli_status(int rc, struct err *e)
{
	/* output that was not written is a failure, but a reader that closed its end is not */
	if (rc == 0 && (fflush(stdout) != 0 || ferror(stdout)) && errno != EPIPE)
		rc = err_sys(e, ERR_NO, errno, "cannot write to standard output");
	if (rc < 0)
		to_stderr("verdict: ", slice_str(e->msg));
	return rc < 0 ? (int)(e->cls ? e->cls : ERR_NO) : rc;
}

int cli_do(const struct cli_command *c, int argc, char **argv)
{
	const struct cli_command *sub = c->sub && argc > 0 ? c->sub(argv[0]) : NULL;
	struct err e = {0};
	int rc = sub ? run_command(sub, argc - 1, argv + 1, &e) : run_command(c, argc, argv, &e);

	return cli_status(rc, &e);
}
