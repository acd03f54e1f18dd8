/* Longer texts are written in the reviewer's own editor; source is looked at there. */
#define _GNU_SOURCE /* mkstemps under -std=c11 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "ui/view.h"

/* A private file in the folder for such, with `text` in it; its path in `path`.  A descriptor, or -1. */
static int put_file(const char *what, const char *suffix, struct slice text, struct buf *path, struct err *e)
{
	const char *dir = getenv("TMPDIR");
	int fd;

	if (!dir || dir[0] != '/')
		dir = "/tmp";
	buf_addf(path, "%s/verdict-%s-XXXXXX%s", dir, what, suffix);
	fd = mkstemps(path->p, (int)strlen(suffix));
	if (fd < 0 || fs_write_all(fd, text.n ? text.p : "", text.n) < 0)
		err_set(e, ERR_TOOL, "cannot make a file for the editor in '%s'", dir);
	return fd;
}

static void drop_file(int fd, struct buf *path)
{
	if (fd >= 0) {
		close(fd);
		unlink(buf_str(path));
	}
	buf_release(path);
}

static bool has_editor(struct ui *ui)
{
	if (!ui->host.edit)
		ui_say(ui, ROLE_WARNING, "no editor can be run here");
	return ui->host.edit != NULL;
}

bool ui_edit(struct ui *ui, const char *what, struct slice text, struct buf *out)
{
	struct buf path = BUF_INIT;
	struct err e = {0};
	int fd;

	if (!has_editor(ui))
		return false;
	fd = put_file(what, "", text, &path, &e);
	if (e.cls == ERR_NONE && ui->host.edit(ui->host.arg, buf_str(&path), 0, &e) == 0)
		fs_read(buf_str(&path), out, &e);
	if (e.cls != ERR_NONE)
		ui_fail(ui, &e);
	drop_file(fd, &path);
	return e.cls == ERR_NONE;
}

/* Where a file name ends is what an editor tells languages by; what else is in it is not for a path. */
static void suffix_of(struct slice name, char *out, size_t size)
{
	size_t dot = slice_rfind(name, "."), n = 0;

	if (dot != SLICE_NONE && name.n - dot < size)
		for (size_t i = dot + 1; i < name.n; i++) {
			char c = name.p[i];
			bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

			if (!plain)
				break;
			if (n == 0)
				out[n++] = '.';
			out[n++] = c;
		}
	out[n] = '\0';
}

bool ui_look(struct ui *ui, struct slice name, struct slice text, uint32_t line)
{
	struct buf path = BUF_INIT;
	char suffix[16] = "";
	struct err e = {0};
	int fd;

	if (!has_editor(ui))
		return false;
	suffix_of(name, suffix, sizeof suffix);
	fd = put_file("source", suffix, text, &path, &e);
	if (e.cls == ERR_NONE && fchmod(fd, 0400) == 0)
		ui->host.edit(ui->host.arg, buf_str(&path), line, &e);
	if (e.cls != ERR_NONE)
		ui_fail(ui, &e);
	drop_file(fd, &path);
	return e.cls == ERR_NONE;
}
