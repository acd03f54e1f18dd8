#include "llm/learn.h"

#include <stddef.h>

/* B.8: tools beside reasoning, which the server turned on by itself. */
static bool effort(struct llm_learnt *l, const struct llm_fault *f)
{
	if (l->effort_none || !llm_fault_has(f, "function tools with reasoning_effort"))
		return false;
	return l->effort_none = true;
}

/* A.7: a signature is missing: the dummy; it is foreign: the same once more, then none but the dummy. */
static bool signature(struct llm_learnt *l, const struct llm_fault *f)
{
	bool missing = llm_fault_has(f, "missing a thought_signature") || llm_fault_has(f, "missing a `thought_signature`");

	if (missing && !l->dummy)
		return l->dummy = true;
	if (missing || !llm_fault_has(f, "thought signature"))
		return false;
	if (!l->resent)
		return l->resent = true;
	if (l->strip)
		return false;
	return l->strip = l->dummy = true;
}

static bool names(const struct llm_fault *f, const struct llm_knob_row *row)
{
	static const char *const refusals[] = {"unsupported", "not supported", "unknown", "not allowed", "unrecognized", "unexpected",
					       "invalid", "cannot find field", "deprecated", "does not support", "not permitted"};

	if (!llm_fault_has(f, row->word))
		return false;
	for (size_t i = 0; !row->bare && i < sizeof refusals / sizeof *refusals; i++)
		if (llm_fault_has(f, refusals[i]))
			return true;
	return row->bare;
}

bool llm_learn(struct llm_learnt *l, const struct llm_dialect *d, unsigned sent, long status, const struct llm_fault *f)
{
	if (status != 400 && status != 422)
		return false;
	if (effort(l, f) || signature(l, f))
		return true;
	for (const struct llm_knob_row *row = d->knobs; row->word; row++)
		if ((unsigned)row->knob & sent && names(f, row)) {
			l->dropped |= (unsigned)row->knob;
			return true;
		}
	return false;
}
