#define _GNU_SOURCE /* nftw, mkdtemp */
#include "workspace/scratch.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"

char *scratch_new(struct err *e)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = fs_join(tmp && tmp[0] == '/' ? tmp : "/tmp", "verdict-XXXXXX");

	if (mkdtemp(dir))
		return dir;
	err_sys(e, ERR_TOOL, errno, "cannot make a folder '%s'", dir);
	free(dir);
	return NULL;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path); /* what cannot be removed is left: the rest goes all the same */
	return 0;
}

void scratch_remove(const char *dir)
{
	if (dir)
		nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int scratch_init(const char *dir, const struct tree *t, struct err *e)
{
	struct buf format = BUF_INIT, line = BUF_INIT;
	const char *args[] = {"init", "--quiet", "--bare", "--template=", NULL, "--", dir, NULL};
	char *info = fs_join(dir, "objects/info");
	int rc;

	buf_addf(&format, "--object-format=%s", t->format);
	args[4] = buf_str(&format);
	/* a name that git would read as two, or as a quoted one */
	if (strchr(t->objects, '\n'))
		rc = err_set(e, ERR_TOOL, "cannot use the repository of '%s': a line end is in its path", t->dir);
	else
		rc = git_do(&(struct git){.git_dir = dir, .writes = true}, args, NULL, e);
	buf_addf(&line, "%s\n", t->objects);
	if (rc == 0)
		rc = fs_mkdirs(info, e) < 0 ? -1 : fs_write_atomic(info, "alternates", buf_slice(&line), e);
	free(info);
	buf_release(&format);
	buf_release(&line);
	return rc;
}
