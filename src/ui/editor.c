/* Longer texts are written in the reviewer's own editor. */
#define _GNU_SOURCE /* mkstemp under -std=c11 */
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "ui/view.h"

bool ui_edit(struct ui *ui, const char *what, struct slice text, struct buf *out)
{
	struct buf path = BUF_INIT;
	const char *dir = getenv("TMPDIR");
	struct err e = {0};
	int fd;

	if (!ui->host.edit) {
		ui_say(ui, ROLE_WARNING, "no editor can be run here");
		return false;
	}
	buf_addf(&path, "%s/verdict-%s-XXXXXX", dir && dir[0] == '/' ? dir : "/tmp", what);
	fd = mkstemp(path.p);
	if (fd < 0 || fs_write_all(fd, text.n ? text.p : "", text.n) < 0)
		err_set(&e, ERR_TOOL, "cannot make a file for the editor in '%s'", dir ? dir : "/tmp");
	else if (ui->host.edit(ui->host.arg, buf_str(&path), &e) == 0)
		fs_read(buf_str(&path), out, &e);
	if (e.cls != ERR_NONE)
		ui_fail(ui, &e);
	if (fd >= 0) {
		close(fd);
		unlink(buf_str(&path));
	}
	buf_release(&path);
	return e.cls == ERR_NONE;
}
