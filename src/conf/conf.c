#include "conf/conf.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/line.h"

/* Longer values are refused: no option has a use for them, and messages quote them. */
enum { CONF_VALUE = 4096 };

const struct option_row options[OPTIONS] = {
	[OPT_REVIEWER] = {"reviewer", "", "name of who decides; empty: from git config, else the login name", NULL},
	[OPT_KEYMAP] = {"keymap", "default", "name of a keymap: default, vi, emacs, or a file in keymaps/", NULL},
	[OPT_THEME] = {"theme", "default", "name of a theme: default, light, high-contrast, mono, or a file in themes/", NULL},
	[OPT_COLOR] = {"color", "auto", "when to use colours", "auto|always|never"},
	[OPT_WRAP] = {"wrap", "on", "wrap long lines of text", "on|off"},
	[OPT_LAYOUT] = {"layout", "wide", "where the panes are", "wide|tall|focus"},
	[OPT_CLIPBOARD] = {"clipboard", "on", "whether text can be copied to the terminal's clipboard", "on|off"},
	[OPT_TAB_WIDTH] = {"tab-width", "8", "cells that a tab goes to a multiple of, 1 to 16",
			   "1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16"},
	[OPT_REASONS] = {"reasons", "", "further reasons for an override, separated by semicolons", NULL},
	[OPT_EDITOR] = {"editor", "", "editor with its arguments; empty: $VISUAL, $EDITOR, vi", NULL},
	[OPT_BLIND] = {"blind", "off", "hide what the AI said until you have decided; of runs opened from then on", "on|off"},
	[OPT_PACE] = {"pace", "1", "how a walked run plays: seconds a record, or as it was recorded", "recorded|0.1|0.2|0.5|1|2|5"},
	[OPT_KERNEL] = {"kernel", "", "source tree of the kernel; empty: the current directory, where it is one", NULL},
	[OPT_COMMIT] = {"commit", "", "commit of the kernel that crashed; empty: as the recording says", NULL},
	[OPT_BUILD] = {"build", "", "where the kernel is built; empty: in its source tree", NULL},
	[OPT_CONFIG] = {"config", "", "configuration that run and index apply first, in the cache; empty: none", NULL},
	[OPT_VMLINUX] = {"vmlinux", "", "vmlinux that gives places to reports without; empty: the one where the kernel is built", NULL},
	[OPT_PROVIDER] = {"provider", "", "whom agents ask: gemini or openai; empty: as the workflow says", NULL},
	[OPT_MODEL] = {"model", "", "model that agents ask for; empty: as the workflow says", NULL},
	[OPT_BASE_URL] = {"base-url", "", "where the provider is, such as a server of your own; empty: the provider's own", NULL},
	[OPT_THINKING] = {"thinking", "", "how much models think; empty: as the workflow says", "|default|none|low|medium|high"},
	[OPT_TEMPERATURE] = {"temperature", "", "sampling temperature, 0 to 2; empty: not sent", NULL},
	[OPT_CA_FILE] = {"ca-file", "", "file of certificate authorities to trust; empty: the system's", NULL},
	[OPT_PROXY] = {"proxy", "", "proxy for requests to providers; empty: as the environment says", NULL},
};

static void keep(struct conf *c, enum option o, struct slice value, const char *origin)
{
	char *v = xstrndup(value.n ? value.p : "", value.n), *from = xstrdup(origin);

	free(c->value[o]);
	free(c->origin[o]);
	c->value[o] = v;
	c->origin[o] = from;
}

/* By someone who is not the settings file: what that says is remembered. */
static void override(struct conf *c, enum option o, struct slice value, const char *origin)
{
	if (!c->filed[o]) {
		c->filed[o] = xstrdup(c->value[o]);
		c->filed_origin[o] = xstrdup(c->origin[o]);
	}
	keep(c, o, value, origin);
}

void conf_unset(struct conf *c, enum option o)
{
	if (!c->filed[o])
		return;
	keep(c, o, slice_str(c->filed[o]), c->filed_origin[o]);
	free(c->filed[o]);
	free(c->filed_origin[o]);
	c->filed[o] = c->filed_origin[o] = NULL;
}

void conf_init(struct conf *c)
{
	*c = (struct conf){0};
	for (unsigned o = 0; o < OPTIONS; o++)
		keep(c, (enum option)o, slice_str(options[o].fallback), "default");
}

void conf_release(struct conf *c)
{
	for (unsigned o = 0; o < OPTIONS; o++) {
		free(c->value[o]);
		free(c->origin[o]);
		free(c->filed[o]);
		free(c->filed_origin[o]);
	}
	*c = (struct conf){0};
}

/* Is `value` one of the words of "a|b|c"? */
static bool among(const char *choices, struct slice value)
{
	struct slice rest = slice_str(choices);

	for (;;) {
		size_t bar = slice_chr(rest, '|', 0);

		if (slice_eq(slice_sub(rest, 0, bar), value))
			return true;
		if (bar == SLICE_NONE)
			return false;
		rest = slice_sub(rest, bar + 1, rest.n);
	}
}

static int quote_len(struct slice s)
{
	return s.n < 60 ? (int)s.n : 60;
}

/* The setting of that name, if it takes the value; -1: it is wrong. */
static int find(struct slice name, struct slice value, struct err *e)
{
	unsigned o = 0;

	while (o < OPTIONS && !slice_is(name, options[o].name))
		o++;
	if (o == OPTIONS)
		return err_set(e, ERR_USAGE, "cannot set '%.*s': there is no such setting", quote_len(name),
			       name.p);
	if (value.n > CONF_VALUE || (value.n && memchr(value.p, '\0', value.n)))
		return err_set(e, ERR_USAGE,
			       "cannot set '%s': the value is longer than %d bytes or holds a NUL",
			       options[o].name, CONF_VALUE);
	if (options[o].choices && !among(options[o].choices, value))
		return err_set(e, ERR_USAGE, "cannot set '%s' to '%.*s': it takes %s", options[o].name,
			       quote_len(value), value.n ? value.p : "", options[o].choices);
	return (int)o;
}

int conf_set(struct conf *c, struct slice name, struct slice value, const char *origin, struct err *e)
{
	int o = find(name, value, e);

	if (o >= 0)
		override(c, (enum option)o, value, origin);
	return o < 0 ? -1 : 0;
}

static int parse_line(struct conf *c, struct arena *a, struct slice line, const char *origin, struct err *e)
{
	struct conf_line w;
	int o;

	if (conf_split(a, line, &w, e) < 0)
		return -1;
	if (w.n == 0)
		return 0;
	if (!slice_is(w.word[0], "set"))
		return err_set(e, ERR_INPUT, "unknown word '%.*s': a line of settings is \"set NAME VALUE\"",
			       quote_len(w.word[0]), w.word[0].p);
	if (w.n != 3)
		return err_set(e, ERR_INPUT,
			       "\"set\" takes a name and one value; a value with blanks stands in quotes");
	o = find(w.word[1], w.word[2], e);
	if (o >= 0)
		keep(c, (enum option)o, w.word[2], origin);
	return o < 0 ? -1 : 0;
}

void conf_parse(struct conf *c, struct slice text, const char *name, struct diags *ds)
{
	struct arena *a = arena_new();
	struct slice rest = text, line;
	struct buf origin = BUF_INIT;
	struct err e;

	for (uint64_t number = 1; slice_line(&rest, &line); number++) {
		buf_clear(&origin);
		buf_addf(&origin, "%s:%llu", name, (unsigned long long)number);
		if (parse_line(c, a, line, buf_str(&origin), &e) < 0)
			diags_add(ds, DIAG_WARNING, number, (uint64_t)(line.p - text.p), "%s: %s",
				  buf_str(&origin), e.msg);
	}
	buf_release(&origin);
	arena_free(a);
}
