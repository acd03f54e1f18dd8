#include "import/crash_log.h"

#include "base/utf8.h"
#include "import/lines.h"
#include "report/report.h"

/* Does the kernel's clock stand in front of the line, "[   12.345678]"? */
static bool has_clock(struct slice line)
{
	size_t i = 1, digits = 0;

	if (!slice_starts(line, "["))
		return false;
	while (i < line.n && line.p[i] == ' ')
		i++;
	for (; i < line.n && ((line.p[i] >= '0' && line.p[i] <= '9') || line.p[i] == '.'); i++)
		digits++;
	return digits >= 3 && i < line.n && line.p[i] == ']';
}

/* Is there a report in it, of a kind that has a headline? */
static bool has_report(struct slice text)
{
	struct crash *c = report_parse(text);
	bool yes = c->kind != CRASH_RAW || c->title.n > 0;

	crash_free(c);
	return yes;
}

bool crash_log_sniff(struct slice head)
{
	enum { LINES = 50, ENOUGH = 3 };
	struct slice rest = head, line;
	int clocks = 0;

	if (slice_chr(head, '\0', 0) != SLICE_NONE)
		return false;
	/* in a long log the report may be far behind */
	for (int i = 0; i < LINES && clocks < ENOUGH && slice_line(&rest, &line); i++)
		clocks += has_clock(line);
	return clocks == ENOUGH || has_report(head);
}

static const struct traj_source no_bodies;

int crash_log_read(struct blob *b, struct run *r, struct err *e)
{
	struct lines lines = {.blob = b, .diags = &r->diags};
	struct buf text;
	size_t at;
	int rc;

	r->format = "crash report";
	r->traj = traj_new(&no_bodies, NULL);
	buf_init(&text, CRASH_LOG_MAX);
	rc = blob_read_all(b, &text, CRASH_LOG_MAX, e);
	if (rc == 0 && !has_report(buf_slice(&text)))
		rc = err_set(e, ERR_INPUT, "cannot import '%s': a log without a crash report", blob_name(b));
	if (rc == 0) {
		at = utf8_broken_at(buf_slice(&text));
		if (at != SLICE_NONE)
			diags_add(&r->diags, DIAG_WARNING, lines_of(&lines, at), at,
				  "not UTF-8 at byte %zu (further places are not named)", at);
		r->report_text = arena_slice(r->arena, buf_slice(&text));
	}
	buf_release(&text);
	blob_free(b);
	return rc;
}
