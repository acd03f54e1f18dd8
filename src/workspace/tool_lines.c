#include "workspace/tool_lines.h"

enum { TIME_MS = 5 * 60 * 1000 };

static int check(struct lines_question *q, bool may_be_whole, struct err *e)
{
	if (may_be_whole && q->start == 0 && q->end == 0)
		return 0;
	if (q->start < 1)
		return err_set(e, ERR_NO, "Start must be at least 1");
	if (q->end < q->start)
		return err_set(e, ERR_NO, "End must not be less than Start");
	if (q->end - q->start >= LINES_MOST)
		return err_set(e, ERR_NO, "at most %d lines can be asked for at once", LINES_MOST);
	return 0;
}

int lines_read(struct arena *a, struct slice raw, bool may_be_whole, struct lines_question *q, struct err *e)
{
	struct buf clean = BUF_INIT;
	struct slice file = {0};
	int rc;

	*q = (struct lines_question){0};
	json_get_str(a, raw, "File", &file);
	json_get_int(raw, "Start", &q->start);
	json_get_int(raw, "End", &q->end);
	json_get_str(a, raw, "Since", &q->since);
	rc = check(q, may_be_whole, e) < 0 || tool_git_check(q->since, "Since", e) < 0 ? -1 : root_clean(file, &clean, e);
	if (rc == 0)
		q->file = arena_str(a, buf_slice(&clean));
	buf_release(&clean);
	return rc;
}

const struct tool_field lines_args[] = {
	{"File", TOOL_STRING, false, "path of the file, relative to the root of the source tree", "file", NULL},
	{"Start", TOOL_INTEGER, false, "number of the first line, from 1", "start", NULL},
	{"End", TOOL_INTEGER, false, "number of the last line", "end", NULL},
	{.name = NULL},
};

int lines_run(const struct lines_tool *t, const struct root *r, struct slice raw, struct buf *out, struct err *e)
{
	struct arena *a = arena_new();
	struct buf said = BUF_INIT;
	struct lines_question q;
	struct tool_git g;
	struct json_w w;
	int rc = lines_read(a, raw, false, &q, e) < 0 ? -1 : tool_git_open(&g, t->name, r, e);

	if (rc == 0) {
		g.ms = TIME_MS;
		g.advice = "Ask for fewer lines.";
		buf_init(&said, TOOL_GIT_BYTES);
		rc = t->ask(&g, &q, &said, e);
		if (rc == 0) {
			json_w_init(&w, out, false);
			json_open(&w, '{');
			lines_write_note(&w, &g, t->write(&w, buf_slice(&said)));
			json_close(&w, '}');
		}
		tool_git_release(&g);
	}
	buf_release(&said);
	arena_free(a);
	return rc;
}

static struct slice next_field(struct slice *rest)
{
	size_t end = slice_chr(*rest, '\0', 0);
	struct slice field = slice_sub(*rest, 0, end);

	*rest = slice_sub(*rest, end == SLICE_NONE ? rest->n : end + 1, rest->n);
	return field;
}

void lines_write_commits(struct json_w *w, struct slice log, bool *more)
{
	static const char *const keys[] = {"Commit", "Date", "Author", "Subject"};
	struct slice line;
	size_t n = 0;

	*more = false;
	json_key(w, "Commits");
	json_open(w, '[');
	while (slice_line(&log, &line)) {
		if (slice_chr(line, '\0', 0) == SLICE_NONE) /* -L ends each with an empty line */
			continue;
		if (n++ == LINES_COMMITS) {
			*more = true;
			break;
		}
		json_open(w, '{');
		for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
			json_key(w, keys[i]);
			json_str(w, next_field(&line));
		}
		json_close(w, '}');
	}
	json_close(w, ']');
}

void lines_write_note(struct json_w *w, const struct tool_git *g, const char *first)
{
	struct buf b = BUF_INIT;

	const char *limit = tool_git_limit(g);

	buf_adds(&b, first);
	if (*limit)
		buf_addf(&b, "%s%s", b.n ? " " : "", limit);
	if (b.n) {
		json_key(w, "Note");
		json_str(w, buf_slice(&b));
	}
	buf_release(&b);
}
