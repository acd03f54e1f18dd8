/* lines-blame: who last changed each line of a part of a file, when, and why. */
#include <stdio.h>

#include "base/date.h"
#include "workspace/tool_lines.h"
#include "workspace/tools.h"

enum { ID_MIN = 40 };

/* What git blame --line-porcelain says of a line. */
struct blamed {
	struct slice commit, author, time, subject, path, text;
	int64_t line;
};

static bool take_head(struct slice line, struct blamed *b)
{
	struct slice word[3];
	size_t n = 0;

	while (n < 3 && slice_word(&line, &word[n]))
		n++;
	if (n < 3 || word[0].n < ID_MIN || !slice_i64(word[2], &b->line))
		return false;
	b->commit = word[0];
	return true;
}

static void write_date(struct json_w *w, struct slice seconds)
{
	char text[DATE_TEXT + 1] = "";
	int64_t t;

	if (slice_i64(seconds, &t) && t >= 0 && t < INT64_MAX / 1000000)
		date_of(t * 1000000, text);
	json_key(w, "Date");
	json_str(w, slice_str(text));
}

static void write_line(struct json_w *w, const struct blamed *b)
{
	const struct {
		const char *key;
		struct slice value;
	} fields[] = {{"Commit", b->commit}, {"Author", b->author}, {"Subject", b->subject}, {"File", b->path}, {"Text", b->text}};

	json_open(w, '{');
	json_kint(w, "Line", b->line);
	write_date(w, b->time);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		json_key(w, fields[i].key);
		json_str(w, fields[i].value);
	}
	json_close(w, '}');
}

static const char *write_lines(struct json_w *w, struct slice said)
{
	struct blamed b = {0};
	struct slice line;

	json_key(w, "Lines");
	json_open(w, '[');
	while (slice_line(&said, &line)) {
		if (slice_eat(&line, "\t")) {
			b.text = line;
			write_line(w, &b);
			b = (struct blamed){0};
		} else if (!b.commit.n) {
			take_head(line, &b);
		} else if (slice_eat(&line, "author ")) {
			b.author = line;
		} else if (slice_eat(&line, "author-time ")) {
			b.time = line;
		} else if (slice_eat(&line, "summary ")) {
			b.subject = line;
		} else if (slice_eat(&line, "filename ")) {
			b.path = line;
		}
	}
	json_close(w, ']');	return "";
}

static int ask(const struct tool_git *g, const struct lines_question *q, struct buf *said, struct err *e)
{
	const char *args[] = {"blame", "--line-porcelain", "--root", "--no-textconv", NULL, g->tree.commit, "--", q->file, NULL};
	char range[64];

	snprintf(range, sizeof range, "-L%lld,%lld", (long long)q->start, (long long)q->end);
	args[4] = range;
	return tool_git_read(g, args, said, NULL, e);
}

static int blame(const struct root *r, struct slice raw, struct buf *out, struct err *e)
{
	return lines_run(&(struct lines_tool){"lines-blame", ask, write_lines}, r, raw, out, e);
}

static const struct tool_field results[] = {
	{"Lines", TOOL_OBJECTS, false, "each line with the commit that made it so", NULL, NULL},
	{"Note", TOOL_STRING, true, "what limits this answer", NULL, NULL},
	{.name = NULL},
};

const struct tool tool_lines_blame = {
	.name = "lines-blame",
	.description = "Say of each line of a part of a file who last changed it, when, and in which commit.",
	.args = lines_args,
	.results = results,
	.history = true,
	.run = blame,
};
