#define _GNU_SOURCE /* lstat */
#include "cli/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"

/* Takes `path` over. */
static int keep(struct files *f, char *path, const struct err *why, struct err *e)
{
	if (f->n == FILES_MAX) {
		err_set(e, ERR_INPUT, "cannot take '%s': more than %d files", path, FILES_MAX);
		free(path);
		return -1;
	}
	f->file = mem_grow(f->file, &f->cap, f->n + 1, sizeof *f->file);
	f->file[f->n++] = (struct file){path, why ? xstrdup(why->msg) : NULL};
	return 0;
}

static int walk(struct files *f, const char *dir, int deep, struct err *e);

static int see(struct files *f, const char *dir, const char *name, int deep, struct err *e)
{
	char *path = fs_join(dir, name);
	struct stat st;
	int rc = 0;

	if (lstat(path, &st) < 0) {
		/* it was removed in this moment, or may not be looked at: opening it will say so */
		return keep(f, path, NULL, e);
	}
	if (S_ISREG(st.st_mode))
		return keep(f, path, NULL, e);
	if (S_ISDIR(st.st_mode))
		rc = walk(f, path, deep + 1, e);
	free(path);
	return rc;
}

static int walk(struct files *f, const char *dir, int deep, struct err *e)
{
	DIR *d = deep < FILES_DEEP ? opendir(dir) : NULL;
	struct dirent *entry;
	struct err why = {0};
	int rc = 0;

	if (!d) {
		if (deep >= FILES_DEEP)
			err_set(&why, ERR_INPUT, "cannot read '%s': directories more than %d deep", dir, FILES_DEEP);
		else
			err_sys(&why, ERR_INPUT, errno, "cannot read '%s'", dir);
		return keep(f, xstrdup(dir), &why, e);
	}
	while (rc == 0 && (entry = readdir(d)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			rc = see(f, dir, entry->d_name, deep, e);
	closedir(d);
	return rc;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

int files_add(struct files *f, const char *word, struct err *e)
{
	size_t from = f->n, n = strlen(word);
	struct stat st;
	char *dir;
	int rc;

	if (strcmp(word, "-") == 0 || stat(word, &st) < 0 || !S_ISDIR(st.st_mode))
		return keep(f, xstrdup(word), NULL, e);
	while (n > 1 && word[n - 1] == '/')
		n--;
	dir = xstrndup(word, n);
	rc = walk(f, dir, 0, e);
	free(dir);
	if (f->n > from)
		qsort(f->file + from, f->n - from, sizeof *f->file, by_path);
	return rc;
}

void files_release(struct files *f)
{
	while (f->n) {
		free(f->file[--f->n].path);
		free(f->file[f->n].why);
	}
	free(f->file);
	*f = (struct files){0};
}
