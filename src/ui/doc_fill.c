/* What stands in the document of an answer, a span, an instruction. */
#include <inttypes.h>

#include "ui/doc_field.h"
#include "ui/gate.h"

/* Which turns a tool call stands between; what must have come before a turn. */
static void neighbours(struct buf *b, const struct session *s, size_t i)
{
	const struct run *r = s->run;
	const struct traj *t = r->traj;
	const struct asides *as = &r->asides;
	uint32_t seq = traj_span(t, i)->seq;
	size_t asked, used, n = traj_count(t);

	for (size_t k = 0; (k = asides_find(as, seq, k)) != SIZE_MAX; k++) {
		if (as->a[k].kind == ASIDE_TOLD && !session_may_show(s, i, PART_ASIDES))
			continue; /* a summary, an answer that was put in: a model may have written it */
		buf_addf(b, "+ %s: ", aside_kind_name(as->a[k].kind));
		buf_add_slice(b, as->a[k].text);
		buf_addc(b, '\n');
	}
	if (traj_injected(t, i) && !asides_told(as, seq))
		buf_adds(b, "+ injected message: one before this turn that the recording does not hold\n");
	if (traj_span(t, i)->type != SPAN_TOOL)
		return;
	asked = traj_asked_by(t, i);
	used = traj_used_by(t, i);
	used = session_may_show(s, used, PART_SPAN) ? used : n;
	if (asked < n)
		buf_addf(b, "asked by span %" PRIu32, traj_span(t, asked)->seq);
	if (used < n)
		buf_addf(b, "%sused by span %" PRIu32, asked < n ? ", " : "", traj_span(t, used)->seq);
	if (asked < n || used < n)
		buf_addc(b, '\n');
}

static void summary(struct doc *d, struct session *s, size_t i)
{
	const struct span *sp = traj_span(s->run->traj, i);
	bool ended = session_may_show(s, i, PART_FINISH);
	struct buf b = BUF_INIT;

	buf_addf(&b, "span %" PRIu32 ", ", sp->seq);
	buf_add_slice(&b, traj_type_word(s->run->traj, i));
	buf_addc(&b, ' ');
	buf_add_slice(&b, traj_name(s->run->traj, i));
	if (sp->model) {
		buf_adds(&b, ", ");
		buf_add_slice(&b, traj_string(s->run->traj, sp->model));
	}
	buf_addc(&b, '\n');
	if (sp->started != WHEN_NONE)
		when_add(&b, sp->started, s->run->unit);
	if (ended && sp->started != WHEN_NONE && sp->finished != WHEN_NONE) {
		buf_adds(&b, ", ");
		when_add_duration(&b, sp->finished - sp->started, s->run->unit);
	}
	if (!ended)
		buf_adds(&b, ", not ended yet");
	else if (!(sp->flags & SPAN_FINISHED))
		buf_adds(&b, ", not finished");
	if (ended && (sp->tokens_in || sp->tokens_out || sp->tokens_thought))
		buf_addf(&b, ", tokens %" PRIu32 " in, %" PRIu32 " out, %" PRIu32 " thought", sp->tokens_in,
			 sp->tokens_out, sp->tokens_thought);
	buf_addc(&b, '\n');
	neighbours(&b, s, i);
	doc_say(d, ROLE_DIM, buf_slice(&b));
	buf_release(&b);
}

/* Why there is less of it than the recording holds. */
static void hidden(struct doc *d, struct session *s, size_t i)
{
	struct buf b = BUF_INIT;

	gate_span_words(s, i, &b);
	doc_say(d, ROLE_NOTE, buf_slice(&b));
	buf_release(&b);
}

void doc_span(struct doc *d, struct session *s, size_t i)
{
	struct traj *t = s->run->traj;
	const struct span *sp = traj_span(t, i);

	doc_release(d);
	d->span = i;
	buf_addf(&d->title, "%" PRIu32 " ", sp->seq);
	buf_add_slice(&d->title, traj_type_word(t, i));
	buf_addc(&d->title, ' ');
	buf_add_slice(&d->title, traj_name(t, i));
	summary(d, s, i);
	hidden(d, s, i);
	if (sp->flags & SPAN_HIDDEN_ERROR && session_may_show(s, i, FIELD_ERROR))
		doc_field_heading(d, SLICE("Error (hidden by the dashboard from readers who are not logged in)"));
	else
		doc_field_text(d, s, i, FIELD_ERROR, DOC_PLAIN, ROLE_ERROR);
	doc_field_text(d, s, i, FIELD_THOUGHTS, DOC_PROSE, ROLE_THOUGHT);
	doc_field_members(d, s, i, FIELD_ARGS, FIELD_ARGS_RAW);
	doc_field_members(d, s, i, FIELD_RESULTS, FIELD_RESULTS_RAW);
	doc_field_text(d, s, i, FIELD_REPLY, DOC_PROSE, ROLE_NORMAL);
	doc_field_text(d, s, i, FIELD_PROMPT, DOC_PLAIN, ROLE_NORMAL);
	doc_field_text(d, s, i, FIELD_INSTRUCTION, DOC_PLAIN, ROLE_NORMAL);
}

/* The explanation with its place: in the flow's results, else in an agent's reply. */
static void explanation(struct doc *d, struct session *s)
{
	struct traj *t = s->run->traj;
	struct slice text;

	for (size_t i = 0; i < traj_count(t) && traj_span(t, i)->type == SPAN_FLOW; i++)
		if (session_member(s, i, FIELD_RESULTS, "Explanation", &text) > 0 && slice_eq(text, session_explanation(s))) {
			doc_field_add(d, text, NULL, DOC_PROSE, ROLE_NORMAL, traj_span(t, i)->seq, FIELD_RESULTS,
				      SLICE("Explanation"));
			return;
		}
	for (size_t i = traj_count(t); i-- > 0;)
		if (traj_span(t, i)->type == SPAN_AGENT && session_field(s, i, FIELD_REPLY, &text, NULL) > 0 &&
		    slice_eq(text, session_explanation(s))) {
			doc_field_add(d, text, NULL, DOC_PROSE, ROLE_NORMAL, traj_span(t, i)->seq, FIELD_REPLY,
				      (struct slice){0});
			return;
		}
	doc_say(d, ROLE_NORMAL, session_explanation(s));
}

void doc_answer(struct doc *d, struct session *s)
{
	struct buf words = BUF_INIT;

	doc_release(d);
	buf_adds(&d->title, "AI verdict");
	gate_answer_words(s, &words);
	if (words.n) {
		doc_say(d, ROLE_NOTE, buf_slice(&words));
		buf_release(&words);
		return;
	}
	outputs_words(&words, session_outputs(s));
	buf_adds(&words, "\n\n");
	doc_say(d, ROLE_LABEL, buf_slice(&words));
	buf_release(&words);
	if (s->run->state == RUN_PENDING && traj_count(s->run->traj) == 0 && s->run->report_text.n && !session_reading(s)) {
		doc_say(d, ROLE_DIM, SLICE("No agent has looked at this report: you judge it alone."));
		return;
	}
	if (s->run->state != RUN_DONE && (run_has_failed(s->run) || s->following || !session_reading(s))) {
		struct buf b = BUF_INIT;

		buf_addf(&b, "The run is %s.\n", run_has_failed(s->run) ? run_state_name(s->run->state) : "unfinished");
		if (s->run->error.n && session_may_show(s, SESSION_RUN, PART_ERROR)) {
			buf_add_slice(&b, s->run->error);
			buf_addc(&b, '\n');
		}
		buf_addc(&b, '\n');
		doc_say(d, ROLE_ERROR, buf_slice(&b));
		buf_release(&b);
	}
	if (session_explanation(s).n)
		explanation(d, s);
	else
		doc_say(d, ROLE_DIM, session_reading(s) ? SLICE("No explanation has come yet.")
						    : SLICE("The run holds no explanation."));
}

void doc_instruction(struct doc *d, struct session *s)
{
	struct traj *t = s->run->traj;
	struct slice text;

	doc_release(d);
	d->instruction = true;
	buf_adds(&d->title, "instruction of the agent");
	for (size_t i = 0; i < traj_count(t); i++)
		if (traj_span(t, i)->type == SPAN_AGENT && session_field(s, i, FIELD_INSTRUCTION, &text, NULL) > 0) {
			doc_field_add(d, text, NULL, DOC_PLAIN, ROLE_NORMAL, traj_span(t, i)->seq, FIELD_INSTRUCTION,
				      (struct slice){0});
			return;
		}
	doc_say(d, ROLE_DIM, SLICE("The recording holds no instruction: what counted as benign is not known."));
}

