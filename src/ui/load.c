#include "ui/load.h"

#include <inttypes.h>
#include <string.h>

/* Messages about lines of one file, as messages that name the file. */
static void name_file(struct diags *to, const struct diags *from, const char *file)
{
	for (size_t i = 0; i < from->n; i++)
		diags_add(to, from->d[i].level, 0, 0, "%s:%" PRIu64 ": %s", file, from->d[i].line, from->d[i].text);
}

static void add_keys(struct keymap *km, struct slice text, const char *file, struct diags *ds)
{
	struct diags own = {0};

	keymap_parse(km, text, &own);
	name_file(ds, &own, file);
	diags_release(&own);
}

/*
 * The text of FOLDER/NAME, or of NAME where there is no folder: 1, or 0 with a message where it must be there; that says where it
 * was asked for, the origin of the setting.
 */
static int user_file(const char *folder, const char *name, const char *origin, struct buf *out, struct diags *ds)
{
	struct buf path = BUF_INIT;
	struct err e = {0};
	int rc = 0;

	buf_addf(&path, "%s%s%s", folder ? folder : "", folder ? "/" : "", name);
	if (!strchr(name, '/'))
		rc = app_config_file(buf_str(&path), out, &e);
	if (rc < 0)
		diags_add(ds, DIAG_WARNING, 0, 0, "%s", e.msg);
	else if (rc == 0 && folder)
		diags_add(ds, DIAG_WARNING, 0, 0, "%s: there is no %s in the settings directory", origin, buf_str(&path));
	buf_release(&path);
	return rc > 0;
}

void load_keymap(const struct app *a, struct keymap *km, struct diags *ds)
{
	const char *name = a->conf.value[OPT_KEYMAP];
	struct buf text = BUF_INIT;

	add_keys(km, slice_str(keymap_default), "keymaps/default", ds);
	if (strcmp(name, "default") != 0 && keymap_builtin(name))
		add_keys(km, slice_str(keymap_builtin(name)), name, ds);
	else if (strcmp(name, "default") != 0 && user_file("keymaps", name, a->conf.origin[OPT_KEYMAP], &text, ds))
		add_keys(km, buf_slice(&text), name, ds);
	if (user_file(NULL, "keymap", "", &text, ds))
		add_keys(km, buf_slice(&text), "keymap", ds);
	buf_release(&text);
}

void load_theme(const struct app *a, bool colour, struct theme *t, struct diags *ds)
{
	const char *name = colour ? a->conf.value[OPT_THEME] : "mono";
	struct buf text = BUF_INIT;
	struct diags own = {0};

	if (theme_builtin(name))
		buf_adds(&text, theme_builtin(name));
	else if (!user_file("themes", name, a->conf.origin[OPT_THEME], &text, ds))
		buf_adds(&text, theme_default);
	theme_parse(t, buf_slice(&text), &own);
	name_file(ds, &own, name);
	diags_release(&own);
	buf_release(&text);
}
