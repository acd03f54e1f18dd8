#include "ui/arrange.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "ui/view.h"

enum { STATE_MAX = 64 * 1024, FAR = 1000 };

void arrange_now(struct ui *ui)
{
	layout_of(slice_str(ui->app->conf.value[OPT_LAYOUT]), &ui->arranged.kind);
	ui->layout = layout_compute(ui->grid->rows, ui->grid->cols, ui->arranged.kind, &ui->arranged.splits, ui->focus, ui->zoom);
}

/* ---- what is remembered ---- */

void arrange_load(struct ui *ui)
{
	char *dir = fs_user_dir(FS_STATE), *path = dir ? fs_join(dir, "layout") : NULL;
	struct diags ds = {0};
	struct err e = {0};
	struct buf text;
	struct stat st;

	ui->arranged.splits = splits_first;
	buf_init(&text, STATE_MAX);
	if (path && stat(path, &st) == 0) {
		if (!S_ISREG(st.st_mode)) /* reading anything else could wait */
			ui_say(ui, ROLE_WARNING, "%s is no file: the splits are as at first", path);
		else if (fs_read(path, &text, &e) < 0)
			ui_say(ui, ROLE_WARNING, "%s", e.msg);
		else
			splits_parse(&ui->arranged.splits, buf_slice(&text), &ds);
		for (size_t i = 0; i < ds.n; i++)
			ui_say(ui, ROLE_WARNING, "layout:%" PRIu64 ": %s", ds.d[i].line, ds.d[i].text);
	}
	diags_release(&ds);
	buf_release(&text);
	free(path);
	free(dir);
}

void arrange_save(struct ui *ui)
{
	char *dir = ui->arranged.moved ? fs_user_dir(FS_STATE) : NULL;
	struct buf text = BUF_INIT;
	struct err e = {0};

	if (dir) {
		splits_print(&ui->arranged.splits, &text);
		if (fs_mkdirs(dir, &e) < 0 || fs_write_atomic(dir, "layout", buf_slice(&text), &e) < 0)
			ui_fail(ui, &e);
		ui->arranged.moved = false;
	}
	buf_release(&text);
	free(dir);
}

/* ---- commands ---- */

void arrange_do_layout(struct ui *ui, const char *args)
{
	enum layout_kind k = (enum layout_kind)((ui->arranged.kind + 1) % LAYOUTS);
	struct slice name = slice_trim(slice_str(args));
	struct err e = {0};

	if (name.n == 0)
		name = slice_str(layout_name(k));
	if (conf_set(&ui->app->conf, SLICE("layout"), name, "set", &e) < 0) {
		ui_fail(ui, &e);
		return;
	}
	ui->zoom = false;
	arrange_now(ui);
	ui_say(ui, ROLE_NORMAL, "layout %s%s", layout_name(ui->arranged.kind),
	       ui->layout.stacked ? ": this screen has room for two panes" : "");
}

/* "+3", "-3": how far; false for what is none. */
static bool distance(struct slice s, int *by)
{
	bool back = slice_starts(s, "-");
	uint64_t n;

	if (!back && !slice_starts(s, "+"))
		return false;
	if (!slice_u64(slice_sub(s, 1, s.n), &n) || n == 0 || n > FAR)
		return false;
	*by = back ? -(int)n : (int)n;
	return true;
}

static void move(struct ui *ui, const char *args, bool columns)
{
	struct slice word = slice_trim(slice_str(args));
	unsigned rows = ui->grid->rows, cols = ui->grid->cols;
	struct arrangement *a = &ui->arranged;
	int by;

	if (slice_is(word, "=")) {
		memcpy(a->splits.at[a->kind], splits_first.at[a->kind], sizeof a->splits.at[a->kind]);
		a->moved = true;
	} else if (!distance(word, &by)) {
		ui_say(ui, ROLE_WARNING, "%s: +N or -N is needed, N up to %d; or = for all splits as at first",
		       columns ? "split-columns" : "split", FAR);
		return;
	} else if (ui->zoom) {
		ui_say(ui, ROLE_WARNING, "%s has the whole screen; zoom gives the others their place back", pane_name(ui->focus));
		return;
	} else if (layout_move(rows, cols, a->kind, &a->splits, ui->focus, columns, by)) {
		a->moved = true;
	} else {
		ui_say(ui, ROLE_NORMAL, "%s is as %s as it can be here", pane_name(ui->focus),
		       columns ? (by > 0 ? "wide" : "narrow") : (by > 0 ? "high" : "low"));
		return;
	}
	arrange_now(ui);
}

void arrange_do_split(struct ui *ui, const char *args)
{
	move(ui, args, false);
}

void arrange_do_columns(struct ui *ui, const char *args)
{
	move(ui, args, true);
}
