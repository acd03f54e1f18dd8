/* verdict approve, override, judge, defer, undo, redo: what the keys do, for scripts, by the same rules. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/decide.h"
#include "app/session.h"
#include "base/mem.h"
#include "cli/cli.h"

static struct session *open_stored(struct app *a, const char *what, struct err *e)
{
	struct session *s = session_open(a, what, e);

	if (s && session_reload(s, e) < 0) {
		session_free(s);
		return NULL;
	}
	return s;
}

/* A reason by its words, without regard to case. */
static const char *known_reason(struct app *a, const char *word, struct err *e)
{
	struct buf all = BUF_INIT;
	const char *reason;

	for (size_t i = 0; (reason = app_reason(a, i)); i++) {
		if (strcasecmp(reason, word) == 0) {
			buf_release(&all);
			return reason;
		}
		buf_addf(&all, "%s%s", i ? ", " : "", reason);
	}
	err_set(e, ERR_USAGE, "there is no reason '%s'; reasons: %s", word, buf_str(&all));
	buf_release(&all);
	return NULL;
}

static int bad_word(struct err *e, const char *what, const char *given, const char *known)
{
	return err_set(e, ERR_USAGE, "there is no %s '%s'; one of: %s", what, given, known);
}

static int read_options(struct app *a, const struct cli_args *args, struct decision *d, struct err *e)
{
	const char *v;

	for (size_t i = 0; i < args->ngiven; i++) {
		const char *reason;

		if (strcmp(args->given[i].name, "reason") != 0)
			continue;
		reason = known_reason(a, args->given[i].value, e);
		if (!reason)
			return -1;
		decision_add_reason(d, slice_str(reason));
	}
	v = cli_value(args, "argument");
	if (v && !argument_of(slice_str(v), &d->argument))
		return bad_word(e, "argument", v, "sound, flawed, not judged");
	v = cli_value(args, "remedy");
	if (v && !remedy_of(slice_str(v), &d->remedy))
		return bad_word(e, "remedy", v, "none, data_race(), READ_ONCE/WRITE_ONCE, lock, ordering, atomic, other");
	v = cli_value(args, "confidence");
	if (v && !confidence_of(slice_str(v), &d->confidence))
		return bad_word(e, "confidence", v, "low, medium, high");
	v = cli_value(args, "comment");
	if (v && *v)
		d->comment = xstrdup(v);
	v = cli_value(args, "until");
	if (v) {
		char today[DATE_TEXT + 1];

		date_of(a->now(), today);
		return date_read(slice_str(v), today, d->until, e);
	}
	return 0;
}

static int decide(struct app *a, const struct cli_args *args, enum decision_kind kind, struct err *e)
{
	struct session *s = open_stored(a, args->word[0], e);
	struct outputs known = {0};
	struct decision d = {0};
	struct buf words = BUF_INIT;
	int rc = 0;

	if (!s)
		return -1;
	decide_start(s->run, kind, &d);
	decide_known_outputs(s->run, &known);
	if (args->nwords > 1 && kind == DECIDE_OVERRIDE)
		outputs_copy(&d.outputs, &s->run->outputs);
	for (size_t i = 1; i < args->nwords && rc == 0; i++)
		rc = outputs_parse(&d.outputs, &known, slice_str(args->word[i]), e);
	if (rc == 0)
		rc = read_options(a, args, &d, e);
	if (rc == 0)
		rc = session_decide(s, &d, cli_given(args, "settle"), VIA_COMMAND, e);
	if (rc == 0) {
		const struct events *es = &s->events;

		for (size_t i = es->n; i-- > 0 && words.n == 0;)
			if (s->review->can_undo && strcmp(es->e[i].hash, s->review->can_undo->hash) == 0)
				event_words(&words, &es->e[i]);
		cli_line("%.12s  %s%s", s->run->id, buf_str(&words),
			 s->review->state == REVIEW_CONFLICT ? "; in conflict with another reviewer's decision" : "");
		if (diags_count(&s->run->diags, DIAG_WARNING))
			cli_warn("there are %zu warnings about the recording: verdict show prints them", diags_count(&s->run->diags, DIAG_WARNING));
	}
	buf_release(&words);
	decision_release(&d);
	outputs_release(&known);
	session_free(s);
	return rc;
}

static int approve(struct app *a, const struct cli_args *args, struct err *e)
{
	return decide(a, args, DECIDE_APPROVE, e);
}

static int override(struct app *a, const struct cli_args *args, struct err *e)
{
	return decide(a, args, DECIDE_OVERRIDE, e);
}

static int judge(struct app *a, const struct cli_args *args, struct err *e)
{
	return decide(a, args, DECIDE_JUDGE, e);
}

static int defer(struct app *a, const struct cli_args *args, struct err *e)
{
	return decide(a, args, DECIDE_DEFER, e);
}

#define DECIDE_OPTIONS \
	{"argument", "WORD", "is the AI's argument sound, flawed, or not judged"}, \
	{"remedy", "WORD", "none, data_race(), READ_ONCE/WRITE_ONCE, lock, ordering, atomic, other"}, \
	{"confidence", "WORD", "your own: low, medium, high"}, \
	{"comment", "TEXT", "a comment on the decision"}, \
	{"settle", NULL, "supersede other reviewers' standing decisions instead of conflicting with them"}

const struct cli_command cli_approve = {
	.name = "approve", .args = "RUN|FILE", .help = "approve the AI's verdict",
	.options = {DECIDE_OPTIONS}, .min = 1, .max = 1, .run = approve,
};
const struct cli_command cli_override = {
	.name = "override", .args = "RUN|FILE [NAME=VALUE...]", .help = "override the AI's verdict",
	.options = {{"reason", "TEXT", "why; may be given several times"}, DECIDE_OPTIONS},
	.min = 1, .max = 65, .run = override,
};
const struct cli_command cli_judge = {
	.name = "judge", .args = "RUN|FILE NAME=VALUE...", .help = "judge a run that gave no verdict",
	.options = {DECIDE_OPTIONS}, .min = 2, .max = 65, .run = judge,
};
const struct cli_command cli_defer = {
	.name = "defer", .args = "RUN|FILE", .help = "decide later",
	.options = {{"comment", "TEXT", "why"}, {"until", "DAY", "it waits until then: 2026-12-01, tomorrow, monday, 3d, 2w"}}, .min = 1, .max = 1, .run = defer,
};

/* ---- undo, redo ---- */

static int take_back(struct app *a, const struct cli_args *args,
		     int (*fn)(struct session *, enum event_via, struct buf *, struct err *), const char *word, struct err *e)
{
	struct session *s = open_stored(a, args->word[0], e);
	struct buf words = BUF_INIT;
	int rc;

	if (!s)
		return -1;
	rc = fn(s, VIA_COMMAND, &words, e);
	if (rc == 0)
		cli_line("%.12s  %s: %s", s->run->id, word, buf_str(&words));
	buf_release(&words);
	session_free(s);
	return rc;
}

static int undo(struct app *a, const struct cli_args *args, struct err *e)
{
	return take_back(a, args, session_undo, "undone", e);
}

static int redo(struct app *a, const struct cli_args *args, struct err *e)
{
	return take_back(a, args, session_redo, "redone", e);
}

const struct cli_command cli_undo = {
	.name = "undo", .args = "RUN|FILE", .help = "take back your last decision or note on a run", .min = 1, .max = 1, .run = undo,
};
const struct cli_command cli_redo = {
	.name = "redo", .args = "RUN|FILE", .help = "bring back what was undone", .min = 1, .max = 1, .run = redo,
};
