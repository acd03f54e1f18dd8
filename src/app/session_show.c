/* The one gate: what of a run may be seen yet.  Part of session. */
#include "app/session.h"

/* ---- blind ---- */

/* So many spans are looked at for the first word of a model; what lies behind them counts as written after it. */
enum { BEFORE_MODEL = 64 };

/* Did no model say anything before span `i` began?  Then its texts are the workflow's, or come from the report. */
static bool is_before_model(const struct traj *t, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (k == BEFORE_MODEL || traj_span(t, k)->type == SPAN_LLM)
			return false;
	return true;
}

bool session_tool_is_verdict(struct slice name)
{
	return slice_is(name, "set-results");
}

/* A call whose answer a model wrote, or whose arguments are the verdict itself. */
static bool is_told_by_model(const struct traj *t, size_t i, bool *verdict)
{
	*verdict = session_tool_is_verdict(traj_name(t, i));
	return *verdict || slice_is(traj_name(t, i), "codeexpert") ||
	       (i + 1 < traj_count(t) && traj_span(t, i + 1)->nesting > traj_span(t, i)->nesting);
}

static bool tool_shows_blind(const struct traj *t, size_t i, unsigned part)
{
	bool verdict, model = is_told_by_model(t, i, &verdict);

	switch (part) {
	case FIELD_ARGS:
	case FIELD_ARGS_RAW:
		return !verdict;
	case FIELD_ERROR:
	case FIELD_RESULTS:
	case FIELD_RESULTS_RAW:
	case FIELD_RECORD:
		return !model;
	default:
		return false;
	}
}

/* What a person may see of a span who has not decided yet: what the source, the report and the workflow say, no model. */
static bool span_shows_blind(const struct traj *t, size_t i, unsigned part)
{
	if (part == PART_SPAN || part == PART_FINISH)
		return true;
	if (traj_span(t, i)->type == SPAN_TOOL)
		return tool_shows_blind(t, i, part);
	switch (part) {
	case FIELD_ARGS:
	case FIELD_ARGS_RAW:
	case FIELD_INSTRUCTION:
	case FIELD_PROMPT:
		return is_before_model(t, i);
	case FIELD_RESULTS:
	case FIELD_RESULTS_RAW:
	case FIELD_RECORD:
		return traj_span(t, i)->type == SPAN_ACTION && is_before_model(t, i);
	default:
		return false;
	}
}

static bool run_shows_blind(unsigned part)
{
	return part == PART_STATE || part == PART_TOTALS;
}

/* ---- walking ---- */

void session_walked(struct session *s)
{
	s->shown++;
	s->folds += s->review->nannotations > 0; /* notes on what is hidden are, too */
}

bool session_is_walking(const struct session *s)
{
	return s->walk.on && !walk_is_over(&s->walk, s->run->traj);
}

static bool is_of_finish(unsigned part)
{
	return part == PART_FINISH || part == FIELD_ERROR || part == FIELD_RESULTS || part == FIELD_RESULTS_RAW ||
	       part == FIELD_REPLY || part == FIELD_THOUGHTS || part == FIELD_RECORD;
}

static bool walk_shows(const struct walk *w, size_t span, unsigned part)
{
	if (span == SESSION_RUN)
		return part == PART_OTHERS;
	return walk_has_begun(w, span) && (!is_of_finish(part) || walk_has_ended(w, span));
}

/* ---- the gate ---- */

bool session_is_blind(const struct session *s)
{
	return s->blind && !s->seen;
}

bool session_is_blind_to(const struct session *s, size_t span, unsigned part)
{
	return session_is_blind(s) && !(span == SESSION_RUN ? run_shows_blind(part) : span_shows_blind(s->run->traj, span, part));
}

bool session_may_show(const struct session *s, size_t span, unsigned part)
{
	const struct traj *t = s->run->traj;

	if (span != SESSION_RUN && span >= traj_count(t))
		return false;
	if (session_is_walking(s) && !walk_shows(&s->walk, span, part))
		return false;
	return !session_is_blind_to(s, span, part);
}

int session_field(struct session *s, size_t i, enum traj_field f, struct slice *out, struct err *e)
{
	return session_may_show(s, i, f) ? traj_field(s->run->traj, i, f, out, e) : 0;
}

int session_member(struct session *s, size_t i, enum traj_field f, const char *key, struct slice *out)
{
	return session_may_show(s, i, f) ? traj_member(s->run->traj, i, f, key, out) : 0;
}

/* ---- what is read through it ---- */

const struct outputs *session_outputs(const struct session *s)
{
	static const struct outputs none;

	return session_may_show(s, SESSION_RUN, PART_OUTPUTS) ? &s->run->outputs : &none;
}

bool session_is_bare(const struct session *s)
{
	return s->run->state == RUN_PENDING && !s->live && s->run->crash->text.n > 0;
}

struct slice session_explanation(const struct session *s)
{
	return session_may_show(s, SESSION_RUN, PART_EXPLANATION) ? s->run->explanation : SLICE("");
}

bool session_shows_note(const struct session *s, const struct annotation *a)
{
	for (size_t k = 0; k < a->nplaces; k++)
		if (a->places[k].kind == PLACE_SPAN && !session_may_show(s, SESSION_RUN, PART_ALL) &&
		    !session_may_show(s, traj_find(s->run->traj, a->places[k].seq), PART_SPAN))
			return false;
	return true;
}

size_t session_notes(const struct session *s)
{
	size_t n = 0;

	if (session_may_show(s, SESSION_RUN, PART_ALL))
		return s->review->nannotations;
	for (size_t i = 0; i < s->review->nannotations; i++)
		n += session_shows_note(s, &s->review->annotations[i]);
	return n;
}

bool session_shows_line(const struct session *s, const struct evidence_line *l)
{
	return session_may_show(s, l->span, FIELD_RESULTS);
}

const struct evidence_file *session_evidence_file(const struct session *s, struct slice path)
{
	return evidence_file(s->evidence, path);
}

const struct evidence_file *session_file(const struct session *s, struct slice path)
{
	const struct evidence_file *f = evidence_file(s->evidence, path);

	/* a walk: before the first that has not begun only those that are open are passed over */
	for (size_t i = 0; f && i < f->nspans && session_may_show(s, f->spans[i], PART_SPAN); i++)
		if (session_may_show(s, f->spans[i], FIELD_RESULTS))
			return f;
	return NULL;
}

const struct evidence_line *session_line(const struct session *s, struct slice path, uint32_t line)
{
	const struct evidence_file *f = evidence_file(s->evidence, path);
	const struct evidence_line *l = f ? evidence_line(f, line) : NULL;

	return l && session_shows_line(s, l) ? l : NULL;
}
