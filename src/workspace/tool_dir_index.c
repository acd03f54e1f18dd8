/* codesearch-dir-index: what a directory holds (syzkaller-workflow §4.3). */
#define _DEFAULT_SOURCE /* d_type */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "workspace/tools.h"

/* The largest directory of a kernel has some thousand entries. */
enum { ENTRIES_MAX = 20000 };

struct names {
	char **name; /* owned, also the strings */
	size_t n, cap;
};

static void names_add(struct names *l, const char *name)
{
	l->name = mem_grow(l->name, &l->cap, l->n + 1, sizeof *l->name);
	l->name[l->n++] = xstrdup(name);
}

static void names_release(struct names *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->name[i]);
	free(l->name);
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void write_names(struct json_w *w, const char *key, struct names *l)
{
	if (l->n)
		qsort(l->name, l->n, sizeof *l->name, by_bytes);
	json_key(w, key);
	json_open(w, '[');
	for (size_t i = 0; i < l->n; i++)
		json_cstr(w, l->name[i]);
	json_close(w, ']');
}

static bool is_source(const char *name)
{
	static const char *const ends[] = {".c", ".h", ".S", ".rs", ".txt", ".rst", ".md"};

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (slice_ends(slice_str(name), ends[i]))
			return true;
	return false;
}

static void sort_in(int dir, const struct dirent *d, struct names *subdirs, struct names *files)
{
	unsigned char type = d->d_type;
	struct stat st;

	if (d->d_name[0] == '.')
		return;
	if (type == DT_UNKNOWN && fstatat(dir, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		type = S_ISDIR(st.st_mode) ? DT_DIR : S_ISREG(st.st_mode) ? DT_REG : S_ISLNK(st.st_mode) ? DT_LNK : DT_UNKNOWN;
	if (type == DT_DIR)
		names_add(subdirs, d->d_name);
	else if ((type == DT_REG || type == DT_LNK) && is_source(d->d_name))
		names_add(files, d->d_name);
}

/* `fd` is taken over. */
static int list(int fd, struct names *subdirs, struct names *files, struct err *e)
{
	DIR *dir = fdopendir(fd);
	const struct dirent *d;
	size_t n = 0;
	int rc = 0;

	if (!dir) {
		rc = errno == ENOTDIR ? err_set(e, ERR_NO, "the path is not a directory")
				      : err_sys(e, ERR_NO, errno, "the directory cannot be read");
		close(fd);
		return rc;
	}
	while (rc == 0 && (d = readdir(dir))) {
		sort_in(fd, d, subdirs, files);
		if (++n > ENTRIES_MAX)
			rc = err_set(e, ERR_NO, "the directory has more than %d entries", ENTRIES_MAX);
	}
	closedir(dir);
	return rc;
}

static int dir_index(const struct root *r, struct slice args, struct buf *out, struct err *e)
{
	struct arena *a = arena_new();
	struct names subdirs = {0}, files = {0};
	struct slice dir = {0};
	struct json_w w;
	int fd, rc = -1;

	json_get_str(a, args, "Dir", &dir);
	fd = root_open_path(r, dir, "directory", e);
	if (fd >= 0)
		rc = list(fd, &subdirs, &files, e);
	if (rc == 0) {
		json_w_init(&w, out, false);
		json_open(&w, '{');
		write_names(&w, "Subdirs", &subdirs);
		write_names(&w, "Files", &files);
		json_close(&w, '}');
	}
	names_release(&subdirs);
	names_release(&files);
	arena_free(a);
	return rc;
}

static const struct tool_field args[] = {
	{"Dir", TOOL_STRING, false, "path of the directory, relative to the root of the source tree; empty: the root", "dir", ""},
	{.name = NULL},
};

static const struct tool_field results[] = {
	{"Subdirs", TOOL_STRINGS, false, "directories in it", NULL, NULL},
	{"Files", TOOL_STRINGS, false, "source and documentation files in it", NULL, NULL},
	{.name = NULL},
};

const struct tool tool_dir_index = {
	.name = "codesearch-dir-index",
	.description = "List the directories and the source and documentation files of a directory.",
	.args = args,
	.results = results,
	.run = dir_index,
};
