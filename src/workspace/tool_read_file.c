/* read-file: part of a file (syzkaller-workflow §4.2). */
#define _GNU_SOURCE /* off_t */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "workspace/numbered.h"
#include "workspace/tools.h"

enum { LINES_MAX = 100 };

/* Reading goes through all that lies before the wanted lines. */
static const off_t size_max = (off_t)1 << 30;

/* The lines first to last are taken into `out` while the file passes by. */
struct window {
	int64_t first, last;
	int64_t line;     /* the one that is passing, from 1 */
	bool open;        /* some of it has passed */
	struct buf text;  /* its beginning, where it is wanted: as much as is shown, and a byte more */
	struct buf *out;
};

static void end_line(struct window *w)
{
	if (w->line >= w->first && w->line <= w->last)
		numbered_add(w->out, (uint64_t)w->line, buf_slice(&w->text));
	buf_clear(&w->text);
	w->open = false;
	w->line++;
}

static void pass(struct window *w, struct slice block)
{
	while (block.n && w->line <= w->last) {
		size_t end = slice_chr(block, '\n', 0), room = NUMBERED_MAX + 4 - w->text.n;
		struct slice part = slice_sub(block, 0, end);

		if (w->line >= w->first)
			buf_add_slice(&w->text, slice_sub(part, 0, room));
		w->open = true;
		if (end == SLICE_NONE)
			return;
		end_line(w);
		block = slice_sub(block, end + 1, block.n);
	}
}

static int pass_file(struct window *w, int fd, struct err *e)
{
	char block[64 * 1024];
	ssize_t n = 1;

	while (n != 0 && w->line <= w->last) {
		n = read(fd, block, sizeof block);
		if (n < 0 && errno != EINTR)
			return err_sys(e, ERR_NO, errno, "the file cannot be read");
		if (n > 0)
			pass(w, (struct slice){block, (size_t)n});
	}
	if (w->open)
		end_line(w);
	return 0;
}

static int check_kind(int fd, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(e, ERR_NO, errno, "the file cannot be read");
	if (S_ISDIR(st.st_mode))
		return err_set(e, ERR_NO, "the file is a directory");
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_NO, "the file is neither a regular file nor a directory");
	if (st.st_size > size_max)
		return err_set(e, ERR_NO, "the file is larger than %lld bytes", (long long)size_max);
	return 0;
}

static int read_file(const struct root *r, struct slice args, struct buf *out, struct err *e)
{
	struct arena *a = arena_new();
	struct buf contents = BUF_INIT;
	struct window w = {.first = 1, .line = 1, .out = &contents};
	struct slice file = {0};
	struct json_w json;
	int64_t count = 1;
	int fd, rc;

	json_get_str(a, args, "File", &file);
	json_get_int(args, "FirstLine", &w.first);
	json_get_int(args, "LineCount", &count);
	w.first = w.first < 1 ? 1 : w.first;
	count = count < 1 ? 1 : count > LINES_MAX ? LINES_MAX : count;
	w.last = w.first > INT64_MAX - count ? INT64_MAX - 1 : w.first + count - 1;
	fd = root_open_path(r, file, "file", e);
	/* what is only where it is built, as .config */
	if (fd < 0 && r->build)
		fd = root_open_path(r->build, file, "file", e);
	rc = fd < 0 || check_kind(fd, e) < 0 || pass_file(&w, fd, e) < 0 ? -1 : 0;
	if (fd >= 0)
		close(fd);
	if (rc == 0 && w.line <= w.first)
		rc = err_set(e, ERR_NO, "file %.*s does not have line %lld, it has only %lld lines",
			     (int)(file.n < 200 ? file.n : 200), file.p, (long long)w.first, (long long)w.line - 1);
	if (rc == 0) {
		json_w_init(&json, out, false);
		json_open(&json, '{');
		json_key(&json, "Contents");
		json_str(&json, buf_slice(&contents));
		json_close(&json, '}');
	}
	buf_release(&w.text);
	buf_release(&contents);
	arena_free(a);
	return rc;
}

static const struct tool_field args[] = {
	{"File", TOOL_STRING, false, "path of the file, relative to the root of the source tree", "file", NULL},
	{"FirstLine", TOOL_INTEGER, false, "number of the first line, from 1", "first-line", "1"},
	{"LineCount", TOOL_INTEGER, false, "how many lines, at most 100", "line-count", "100"},
	{.name = NULL},
};

static const struct tool_field results[] = {
	{"Contents", TOOL_STRING, false, "the lines, each with its number in front", NULL, NULL},
	{.name = NULL},
};

const struct tool tool_read_file = {
	.name = "read-file",
	.description = "Read part of a source file. Any file of the tree can be read, Makefile and Kconfig too.",
	.args = args,
	.results = results,
	.run = read_file,
};
