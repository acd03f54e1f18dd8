#include "ui/exported.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/session_export.h"
#include "base/fs.h"
#include "ui/view.h"

/* The screen stands still while it is written: what takes longer than a blink is for the command line. */
enum { EXPORT_MAX = 32 << 20 };

static int to_buf(void *arg, struct slice piece)
{
	struct buf *b = arg;

	return buf_add_slice(b, piece);
}

char *exported_path(struct slice typed)
{
	const char *home = getenv("HOME");
	struct buf b = BUF_INIT;

	if (home && slice_eat(&typed, "~/"))
		buf_addf(&b, "%s/", home);
	buf_add_slice(&b, typed);
	return buf_detach(&b);
}

/* A new file: whatever stands there already is somebody's. */
static int write_new(struct slice typed, struct slice text, struct err *e)
{
	char *path = exported_path(typed);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	bool made = fd >= 0, whole = made && fs_write_all(fd, text.p, text.n) == 0 && fsync(fd) == 0;
	int why = errno;

	if (made && close(fd) < 0 && whole) {
		why = errno;
		whole = false;
	}
	if (made && !whole)
		unlink(path);
	free(path);
	return whole ? 0 : err_sys(e, ERR_INPUT, why, "cannot write '%.*s'", (int)typed.n, typed.p);
}

/* False where it cannot be written now, which is said. */
static bool may_export(struct ui *ui)
{
	struct session *s = ui->session;

	if (session_is_blind(s))
		ui_say(ui, ROLE_WARNING, "what the AI said is hidden until you have decided: nothing is exported before");
	else if (!s->caught_up || session_reading(s))
		ui_say(ui, ROLE_WARNING, "the recording is not read to its end yet: try again then");
	else
		return true;
	return false;
}

static void tell_usage(struct ui *ui, const char *why)
{
	struct buf b = BUF_INIT;

	for (const struct exporter *x = exporters; x->name; x++)
		buf_addf(&b, "%s%s", x == exporters ? "" : ", ", x->name);
	ui_say(ui, ROLE_WARNING, "export: %s; formats: %s", why, buf_str(&b));
	buf_release(&b);
}

void exported_do(struct ui *ui, const char *args)
{
	struct slice rest = slice_trim(slice_str(args)), word = {0};
	const struct exporter *x = NULL;
	struct buf text = BUF_INIT;
	struct err e = {0};

	slice_word(&rest, &word);
	for (const struct exporter *k = exporters; k->name; k++)
		if (slice_is(word, k->name))
			x = k;
	rest = slice_trim(rest);
	if (!x || rest.n == 0) {
		tell_usage(ui, x ? "the file to write is needed, too" : "a format and a file are needed");
		return;
	}
	ui_catch_up(ui);
	if (!may_export(ui))
		return;
	buf_init(&text, EXPORT_MAX);
	if (session_export(ui->session, x, to_buf, &text, &e) < 0 && text.over)
		ui_say(ui, ROLE_WARNING, "that is too much to be written from here: verdict export --format %s does it", x->name);
	else if (e.msg[0] || write_new(rest, buf_slice(&text), &e) < 0)
		ui_fail(ui, &e);
	else
		ui_say(ui, ROLE_GOOD, "%zu byte%s written to %.*s", text.n, text.n == 1 ? "" : "s", (int)rest.n, rest.p);
	buf_release(&text);
}
