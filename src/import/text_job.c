#include "import/text_job.h"

#include "base/when.h"
#include "model/run.h"

bool text_words(struct slice line, const char *words)
{
	struct slice want = slice_str(words), a, b;

	while (slice_word(&want, &a))
		if (!slice_word(&line, &b) || !slice_eq(a, b))
			return false;
	return true;
}

bool text_job_header(struct slice line)
{
	return text_words(line, "ID Workflow Result Correct Bug Created");
}

/* ---- the row ---- */

/* Skip blanks and no-break spaces; says whether there were any. */
static bool skip_blanks(struct slice *s)
{
	size_t n = s->n;

	while (slice_eat(s, " ") || slice_eat(s, "\t") || slice_eat(s, "\xc2\xa0"))
		;
	return s->n < n;
}

static struct slice trim_blanks(struct slice s)
{
	size_t n;

	skip_blanks(&s);
	do {
		n = s.n;
		s = slice_rtrim(s);
		if (slice_ends(s, "\xc2\xa0"))
			s.n -= 2;
	} while (s.n < n);
	return s;
}

/* A symbol from the front of `*s`, with the variation selector that some fonts need. */
static bool take_symbol(struct slice *s, const char *symbol)
{
	struct slice rest = *s;

	if (!slice_eat(&rest, symbol))
		return false;
	slice_eat(&rest, "\xef\xb8\x8f");
	if (rest.n && !skip_blanks(&(struct slice){rest.p, rest.n}))
		return false;
	*s = rest;
	return true;
}

/* "Benign: ✅" and the blanks behind it. */
static bool take_badge(struct slice *s, struct outputs *to)
{
	struct slice rest = *s, name;
	size_t n = 0;
	bool yes;

	while (n < rest.n && n < 100 && ((rest.p[n] | 0x20) >= 'a' && (rest.p[n] | 0x20) <= 'z'))
		n++;
	name = slice_sub(rest, 0, n);
	rest = slice_sub(rest, n, rest.n);
	if (n == 0 || !slice_eat(&rest, ":") || !skip_blanks(&rest))
		return false;
	yes = take_symbol(&rest, "✅");
	if (!yes && !take_symbol(&rest, "❌"))
		return false;
	skip_blanks(&rest);
	outputs_set(to, name, yes);
	*s = rest;
	return true;
}

void text_job_badges(struct slice s, struct outputs *to)
{
	skip_blanks(&s);
	while (take_badge(&s, to))
		;
}

static bool is_hex(struct slice s, bool dashes)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f') ||
		      (dashes && s.p[i] == '-')))
			return false;
	return s.n > 0;
}

static bool is_revision(struct slice s)
{
	return (s.n == 8 || s.n == 40) && is_hex(s, false);
}

/* What was found from the end of a row: up to three stamps in a row, and the revision behind them. */
struct tail {
	int64_t stamp[3];
	unsigned n;
	size_t from, to; /* of the row: the first stamp; behind the revision */
	struct slice revision;
};

/*
 * The title may hold dates, and the error text anything: the right place is the one with the most stamps in a
 * row before a revision, or at the end of the row for a job that no agent has taken yet.
 */
static struct tail find_tail(struct slice row)
{
	struct tail best = {.from = row.n, .to = row.n}, now = {0};
	struct slice rest = row, word, time;
	int64_t t;

	for (;;) {
		size_t at;

		skip_blanks(&rest);
		if (!slice_word(&rest, &word))
			break;
		at = (size_t)(word.p - row.p);

		if (word.n == 10 && slice_word(&(struct slice){rest.p, rest.n}, &time) &&
		    when_parse_page(slice_sub(row, at, (size_t)(time.p - row.p) + time.n), &t)) {
			if (now.n == 3) {
				now.stamp[0] = now.stamp[1];
				now.stamp[1] = now.stamp[2];
				now.n--;
			} else if (now.n == 0) {
				now.from = at;
			}
			now.stamp[now.n++] = t;
			slice_word(&rest, &time);
			now.to = (size_t)(rest.p - row.p);
			continue;
		}
		if (now.n > best.n && is_revision(word)) {
			now.revision = word;
			now.to = at + word.n;
			best = now;
		}
		now = (struct tail){0};
	}
	return now.n && now.n >= best.n ? now : best;
}

static void skip_correct_symbol(struct slice *s)
{
	static const char *const symbols[] = {"⏳", "🏃", "💥", "❓", "✅", "❌"};

	for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
		if (take_symbol(s, symbols[i]))
			break;
	skip_blanks(s);
}

static void read_row(struct slice row, struct text_job *j)
{
	struct slice rest = row, id, workflow;
	struct tail tail;

	if (!slice_word(&rest, &id) || (id.n != 36 && id.n != 8) || !is_hex(id, id.n == 36) ||
	    !slice_word(&rest, &workflow))
		return;
	j->row = true;
	j->id = id;
	j->workflow = workflow;
	skip_blanks(&rest);
	while (take_badge(&rest, &j->badges))
		;
	skip_correct_symbol(&rest);
	tail = find_tail(rest);
	j->title = trim_blanks(slice_sub(rest, 0, tail.from));
	j->revision = tail.revision;
	j->error = trim_blanks(slice_sub(rest, tail.to, rest.n));
	j->created = tail.n > 0 ? tail.stamp[0] : WHEN_NONE;
	j->started = tail.n > 1 ? tail.stamp[1] : WHEN_NONE;
	j->finished = tail.n > 2 ? tail.stamp[2] : WHEN_NONE;
}

static void read_badge_line(struct slice line, struct text_job *j)
{
	skip_blanks(&line);
	while (take_badge(&line, &j->badge_line))
		;
	if (line.n) /* it is something else that only begins like badges */
		outputs_release(&j->badge_line);
}

/* ---- the sections ---- */

/* Where the sections begin, in bytes of the head; SLICE_NONE where they do not. */
struct sections {
	size_t inputs, error;
	size_t explanation, explanation_text;
	size_t crash, crash_text;
	size_t first; /* the first caption of a result or of the report */
};

/* Does a report begin here? */
static bool begins_report(struct slice text)
{
	struct slice rest = slice_sub(text, 0, 400), line, report;
	bool two = slice_line(&rest, &line) && slice_line(&rest, &line); /* a ruler and the line below it */

	report = run_report_in(slice_sub(text, 0, two ? (size_t)(line.p + line.n - text.p) : 0));
	return report.n && report.p == text.p;
}

struct finder {
	struct slice head, flow; /* `flow`: the flow's explanation, without blanks at its end */
	struct sections s;
	unsigned sure; /* how well the crash caption fits: 3 by the explanation, 2 by what follows, 1 */
	bool rows;     /* in the first rows of the table of outputs */
	struct outputs *outputs; /* what they say */
};

static void see_crash(struct finder *f, size_t at, size_t behind)
{
	struct slice before = slice_sub(f->head, f->s.explanation_text, at);
	unsigned sure = 1;

	if (begins_report(slice_sub(f->head, behind, f->head.n)))
		sure = 2;
	if (f->s.explanation != SLICE_NONE && f->flow.n && slice_eq(slice_rtrim(before), f->flow))
		sure = 3;
	/* of two that fit only equally well, a report is more likely the first, a mere caption the last */
	if (sure < f->sure || (sure == f->sure && sure > 1))
		return;
	f->sure = sure;
	f->s.crash = at;
	f->s.crash_text = behind;
}

static void see(struct finder *f, struct slice line, size_t at, size_t behind)
{
	line = slice_rtrim(line);
	if (slice_is(line, "Crash report:")) {
		see_crash(f, at, behind);
	} else if (slice_is(line, "Explanation:")) {
		if (f->s.explanation != SLICE_NONE || f->s.crash != SLICE_NONE)
			return;
		f->s.explanation = at;
		f->s.explanation_text = behind;
	} else if (slice_is(line, "Inputs:") && f->s.inputs == SLICE_NONE) {
		f->s.inputs = behind;
	} else if (slice_is(line, "Error:") && f->s.error == SLICE_NONE) {
		f->s.error = behind;
	} else if (slice_is(line, "Outputs:")) {
		f->rows = f->s.explanation == SLICE_NONE && f->s.crash == SLICE_NONE;
	} else {
		return;
	}
	if (f->s.first == SLICE_NONE && !slice_is(line, "Inputs:") && !slice_is(line, "Error:"))
		f->s.first = at;
}

/*
 * A row of the table of outputs, "Benign ✅" or "Explanation" with the text behind it or below.  Booleans come first, so the
 * table is left at the first row that is neither.
 */
static bool see_output(struct finder *f, struct slice line, size_t at, size_t behind)
{
	struct slice rest = line, name;
	bool yes;

	if (slice_trim(line).n == 0)
		return true;
	if (!slice_word(&rest, &name))
		return false;
	if (slice_ends(name, ":"))
		name.n--;
	skip_blanks(&rest);
	if (slice_is(slice_rtrim(name), "Explanation")) {
		f->rows = false;
		f->s.explanation = at;
		f->s.explanation_text = slice_trim(rest).n ? behind - (size_t)(f->head.p + behind - rest.p) : behind;
		return true;
	}
	yes = take_symbol(&rest, "✅");
	if ((!yes && !take_symbol(&rest, "❌")) || slice_trim(rest).n)
		return false;
	outputs_set(f->outputs, name, yes);
	return true;
}

static struct sections find_sections(struct slice head, size_t from, struct slice flow, struct outputs *outputs)
{
	struct finder f = {.head = head, .flow = slice_rtrim(flow), .outputs = outputs};
	struct slice rest = slice_sub(head, from, head.n), line;
	bool empty = true;

	f.s.inputs = f.s.error = f.s.explanation = f.s.crash = f.s.first = SLICE_NONE;
	for (size_t at = from; slice_line(&rest, &line); at = head.n - rest.n) {
		bool taken = f.rows && see_output(&f, line, at, head.n - rest.n);

		f.rows = f.rows && taken;
		if (!taken && empty && line.n && line.n < 32)
			see(&f, line, at, head.n - rest.n);
		empty = line.n == 0;
	}
	return f.s;
}

/*
 * "KernelCommit" with a full hash behind it or on the next line, once, in the table of inputs: only what
 * cannot be anything else.
 */
static struct slice find_kernel_commit(struct slice inputs)
{
	struct slice rest = inputs, line, word, found = {0};

	while (slice_line(&rest, &line)) {
		if (!slice_word(&line, &word))
			continue;
		if (!slice_is(word, "KernelCommit") && !slice_is(word, "KernelCommit:"))
			continue;
		if (slice_trim(line).n == 0 && !slice_line(&rest, &line))
			break;
		line = trim_blanks(line);
		if (line.n != 40 || !is_hex(line, false))
			continue;
		if (found.n && !slice_eq(found, line))
			return (struct slice){0};
		found = line;
	}
	return found;
}

static void read_sections(struct slice head, size_t from, struct slice flow, struct text_job *j)
{
	struct outputs outputs = {0};
	struct sections s = find_sections(head, from, flow, &outputs);
	size_t blank;

	if (j->badge_line.n == 0)
		outputs_copy(&j->badge_line, &outputs);
	outputs_release(&outputs);

	if (s.crash != SLICE_NONE)
		j->crash = slice_sub(head, s.crash_text, head.n);
	if (s.explanation != SLICE_NONE)
		j->explanation = slice_sub(head, s.explanation_text, s.crash);
	if (s.inputs < s.first)
		j->kernel_commit = find_kernel_commit(slice_sub(head, s.inputs, s.first));
	if (j->error.n == 0 && s.error < s.first) {
		struct slice error = slice_sub(head, s.error, s.first);

		blank = slice_find(error, "\n\n", 0);
		j->error = slice_trim(slice_sub(error, 0, blank));
	}
}

void text_job_read(struct slice head, struct slice explanation, struct text_job *j)
{
	struct slice rest = head, line;

	*j = (struct text_job){.created = WHEN_NONE, .started = WHEN_NONE, .finished = WHEN_NONE};
	while (slice_line(&rest, &line))
		if (text_job_header(line) && slice_line(&rest, &line)) {
			struct slice below = rest;

			read_row(line, j);
			if (j->row && slice_line(&below, &line))
				read_badge_line(line, j);
			break;
		}
	/* a page without a job table may have the sections all the same */
	read_sections(head, j->row ? head.n - rest.n : 0, explanation, j);
}

void text_job_release(struct text_job *j)
{
	outputs_release(&j->badges);
	outputs_release(&j->badge_line);
}

bool text_job_row(struct slice line)
{
	struct text_job j = {.row = false};
	bool row;

	read_row(line, &j);
	row = j.row;
	text_job_release(&j);
	return row;
}
