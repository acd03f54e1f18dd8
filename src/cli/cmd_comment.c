/* verdict comment: a note on places that are named, by the rules of the screen. */
#include "app/session.h"
#include "base/mem.h"
#include "cli/cli.h"

/* "7", "7:Thoughts"; without a field the text that says most of the span. */
static int span_place(struct session *s, struct slice on, struct place *p, struct err *e)
{
	static const enum traj_field best[] = {FIELD_THOUGHTS, FIELD_REPLY, FIELD_RESULTS_RAW, FIELD_ARGS_RAW, FIELD_ERROR,
					       FIELD_PROMPT, FIELD_INSTRUCTION};
	size_t colon = slice_chr(on, ':', 0), i;
	struct slice number = slice_sub(on, 0, colon), text = {0};
	uint64_t n = 0;

	i = slice_u64(number, &n) && n <= UINT32_MAX ? traj_find(s->run->traj, (uint32_t)n) : SIZE_MAX;
	if (i >= traj_count(s->run->traj))
		return err_set(e, ERR_USAGE, "there is no span '%.*s' in this run", (int)number.n, number.p);
	*p = (struct place){.kind = PLACE_SPAN, .seq = (uint32_t)n, .field = FIELD_N};
	if (colon != SLICE_NONE)
		p->field = traj_field_of(slice_sub(on, colon + 1, on.n));
	for (size_t k = 0; colon == SLICE_NONE && p->field == FIELD_N && k < sizeof best / sizeof *best; k++)
		if (session_field(s, i, best[k], &text, NULL) > 0 && text.n)
			p->field = best[k];
	if (p->field == FIELD_N || session_field(s, i, p->field, &text, NULL) <= 0)
		return err_set(e, ERR_USAGE, "span %u has no such text: 'span:%.*s'", p->seq, (int)on.n, on.p);
	p->to = text.n;
	place_quote(p, text);
	return 0;
}

static bool line_number(struct slice s, uint32_t *n)
{
	uint64_t v;

	if (!slice_u64(s, &v) || v == 0 || v >= UINT32_MAX)
		return false;
	*n = (uint32_t)v;
	return true;
}

/* The lines, as far as they were returned without a gap. */
static void quote_lines(struct session *s, struct place *p)
{
	const struct evidence_line *l;
	struct buf text = BUF_INIT;

	for (uint32_t n = p->line_first; n <= p->line_last && text.n < PLACE_EXCERPT; n++) {
		l = session_line(s, slice_str(p->path), n);
		if (!l)
			break;
		buf_adds(&text, n > p->line_first ? "\n" : "");
		buf_add_slice(&text, l->text);
	}
	if (text.n)
		place_quote(p, buf_slice(&text));
	buf_release(&text);
}

/* "FILE:LINE", "FILE:FIRST-LAST" */
static int source_place(struct session *s, struct slice on, struct place *p, struct err *e)
{
	size_t colon = slice_rfind(on, ":"), dash;
	struct slice lines = colon == SLICE_NONE ? SLICE("") : slice_sub(on, colon + 1, on.n);
	struct slice commit = s->run->kernel_commit;

	dash = slice_chr(lines, '-', 0);
	*p = (struct place){.kind = PLACE_SOURCE, .field = FIELD_N};
	if (colon == SLICE_NONE || colon == 0 || !line_number(slice_sub(lines, 0, dash), &p->line_first) ||
	    !line_number(dash == SLICE_NONE ? lines : slice_sub(lines, dash + 1, lines.n), &p->line_last) ||
	    p->line_last < p->line_first)
		return err_set(e, ERR_USAGE, "cannot tell the place '%.*s'; one of span:N, span:N:FIELD, report, FILE:LINE, "
			       "FILE:FIRST-LAST", (int)on.n, on.p);
	p->path = xstrndup(on.p, colon);
	p->commit = commit.n ? xstrndup(commit.p, commit.n) : NULL;
	quote_lines(s, p);
	return 0;
}

static int read_place(struct session *s, struct slice on, struct place *p, struct err *e)
{
	struct slice rest = on;

	if (slice_is(on, "report")) {
		*p = (struct place){.kind = PLACE_REPORT, .field = FIELD_N, .to = s->run->report_text.n};
		return 0;
	}
	return slice_eat(&rest, "span:") ? span_place(s, rest, p, e) : source_place(s, on, p, e);
}

/* The places that options name, or the report; -1 with none. */
static int read_places(struct session *s, const struct cli_args *args, struct place *places, size_t *n, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < args->ngiven && rc == 0; i++) {
		if (slice_eq(slice_str(args->given[i].name), SLICE("on")) && *n == PLACES_MAX)
			rc = err_set(e, ERR_USAGE, "a note has %d places at most", PLACES_MAX);
		else if (slice_eq(slice_str(args->given[i].name), SLICE("on")) &&
			 (rc = read_place(s, slice_str(args->given[i].value), &places[*n], e)) == 0)
			++*n;
	}
	if (rc == 0 && *n == 0)
		rc = read_place(s, SLICE("report"), &places[(*n)++], e);
	return rc;
}

static int comment(struct app *a, const struct cli_args *args, struct err *e)
{
	struct session *s = session_open(a, args->word[0], e);
	struct place places[PLACES_MAX];
	struct buf words = BUF_INIT;
	size_t n = 0;
	int rc = s && session_reload(s, e) == 0 ? read_places(s, args, places, &n, e) : -1;

	if (rc == 0)
		rc = session_annotate(s, places, n, slice_str(args->word[1]), VIA_COMMAND, e);
	if (rc == 0) {
		places_words(&words, places, n);
		cli_line("%.12s  noted on %s", s->run->id, buf_str(&words));
		for (size_t i = 0; i < n; i++)
			if (places[i].kind == PLACE_SOURCE && !places[i].excerpt)
				cli_warn("no tool of the run returned line %u of %s: the note stands without its text", places[i].line_first,
					 places[i].path);
	}
	while (n--)
		place_release(&places[n]);
	buf_release(&words);
	session_free(s);
	return rc;
}

const struct cli_command cli_comment = {
	.name = "comment", .args = "RUN|FILE TEXT", .help = "pin a note to places of the run",
	.options = {{"on", "PLACE", "span:N, span:N:FIELD, report, FILE:LINE or FILE:FIRST-LAST; may be given several times"}},
	.min = 2, .max = 2, .run = comment,
};
