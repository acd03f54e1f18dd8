#include "app/decide.h"

bool decide_has_verdict(const struct run *r)
{
	return r->outputs.n > 0 && !run_has_failed(r);
}

void decide_known_outputs(const struct run *r, struct outputs *os)
{
	outputs_copy(os, &r->outputs);
	if (os->n)
		return;
	outputs_of_workflow(os, r->workflow); /* it ended before it said so */
	/* whether it is a benign race is asked of races, and of what may be one */
	if (os->n == 0 && r->workflow.n == 0 && r->crash && r->crash->kind != CRASH_RAW && r->crash->kind != CRASH_KCSAN)
		outputs_of_workflow(os, SLICE("moderation"));
	if (os->n == 0)
		outputs_set(os, SLICE("Benign"), false);
}

void decide_start(const struct run *r, enum decision_kind kind, struct decision *d)
{
	decision_release(d);
	d->kind = kind;
	if (kind == DECIDE_DEFER)
		return;
	if (kind == DECIDE_JUDGE) /* nothing is chosen for the reviewer */
		return;
	decide_known_outputs(r, &d->outputs);
	if (kind == DECIDE_OVERRIDE && d->outputs.n == 1)
		d->outputs.o[0].value = !d->outputs.o[0].value;
}

int decide_check(const struct run *r, const struct decision *d, struct err *e)
{
	bool verdict = decide_has_verdict(r);

	if (d->blind && d->kind != DECIDE_JUDGE && d->kind != DECIDE_DEFER)
		return err_set(e, ERR_USAGE, "cannot %s: what the AI said is hidden until you have decided; judge the run",
			       decision_kind_name(d->kind));
	if ((d->kind == DECIDE_APPROVE || d->kind == DECIDE_OVERRIDE) && !verdict)
		return err_set(e, ERR_USAGE, "cannot %s: the run gave no verdict; judge it instead",
			       decision_kind_name(d->kind));
	if (d->kind == DECIDE_APPROVE && !outputs_equal(&d->outputs, &r->outputs))
		return err_set(e, ERR_USAGE, "cannot approve: an output is not as the AI gave it; override it instead");
	if (d->kind == DECIDE_JUDGE && verdict && !d->blind)
		return err_set(e, ERR_USAGE, "cannot judge: the run gave a verdict; approve or override it instead");
	if (d->kind == DECIDE_JUDGE && d->outputs.n == 0)
		return err_set(e, ERR_USAGE, "cannot judge: no output has a value yet; give it one");
	if (d->kind == DECIDE_OVERRIDE && outputs_equal(&d->outputs, &r->outputs))
		return err_set(e, ERR_USAGE, "cannot override: every output is as the AI gave it; change one, or approve");
	if (decision_has_reason(d, "other") && !(d->comment && slice_trim(slice_str(d->comment)).n))
		return err_set(e, ERR_USAGE, "cannot save: reason 'other' needs a comment that says what it is");
	return 0;
}

void decide_hashes(struct run *r, char report[SHA256_HEX + 1], char instruction[SHA256_HEX + 1])
{
	struct slice text;

	report[0] = instruction[0] = '\0';
	if (r->report_text.n)
		sha256_of(r->report_text, report);
	if (run_instruction(r, &text) > 0)
		sha256_of(text, instruction);
}
