/* Settings: one table of options, read from "set NAME VALUE" lines. */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/slice.h"

enum option {
	OPT_REVIEWER, OPT_KEYMAP, OPT_THEME, OPT_COLOR, OPT_WRAP, OPT_LAYOUT, OPT_CLIPBOARD, OPT_TAB_WIDTH,
	OPT_REASONS, OPT_EDITOR, OPT_BLIND, OPT_PACE,
	OPT_KERNEL, OPT_COMMIT, OPT_BUILD, OPT_CONFIG, OPT_VMLINUX, OPT_PROVIDER, OPT_MODEL, OPT_BASE_URL, OPT_THINKING, OPT_TEMPERATURE,
	OPT_CA_FILE, OPT_PROXY, OPTIONS
};

struct conf {
	char *value[OPTIONS];  /* owned; never NULL */
	char *origin[OPTIONS]; /* owned: "default", "FILE:LINE", "command line", "set" */
	char *filed[OPTIONS], *filed_origin[OPTIONS]; /* owned: what conf_set() replaced of the settings file, or of the defaults; or NULL */
};

struct option_row {
	const char *name, *fallback, *help;
	const char *choices; /* words joined by '|', or NULL for any text */
};
extern const struct option_row options[OPTIONS];

void conf_init(struct conf *c); /* defaults */
void conf_release(struct conf *c);

/* Set one option.  -1: ERR_USAGE (unknown name, value not among the choices), nothing changed. */
int conf_set(struct conf *c, struct slice name, struct slice value, const char *origin, struct err *e);

/* Take back what was set: it is again as in the settings file, else the default. */
void conf_unset(struct conf *c, enum option o);

/* Read a settings text called `name`: "set NAME VALUE" lines; what is wrong becomes a warning "NAME:LINE: …". */
void conf_parse(struct conf *c, struct slice text, const char *name, struct diags *ds);

#endif
