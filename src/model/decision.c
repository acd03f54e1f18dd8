#include "model/decision.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *const kinds[DECISION_KINDS] = {
	[DECIDE_APPROVE] = "approve", [DECIDE_OVERRIDE] = "override", [DECIDE_JUDGE] = "judge", [DECIDE_DEFER] = "defer",
};

static const char *const arguments[ARGUMENTS] = {
	[ARGUMENT_NONE] = "not judged", [ARGUMENT_SOUND] = "sound", [ARGUMENT_FLAWED] = "flawed",
};

static const char *const remedies[REMEDIES] = {
	[REMEDY_NONE] = "none", [REMEDY_DATA_RACE] = "data_race()", [REMEDY_ONCE] = "READ_ONCE/WRITE_ONCE",
	[REMEDY_LOCK] = "lock", [REMEDY_ORDERING] = "ordering", [REMEDY_ATOMIC] = "atomic", [REMEDY_OTHER] = "other",
};

static const char *const confidences[CONFIDENCES] = {
	[CONFIDENCE_LOW] = "low", [CONFIDENCE_MEDIUM] = "medium", [CONFIDENCE_HIGH] = "high",
};

const char *const review_reasons[] = {
	"missed lock",
	"misread bits or value",
	"wrong commit or file",
	"invented code",
	"unchecked assertion",
	"ignored adjacent race",
	"wrong tearing or compiler argument",
	"wrong lifetime argument",
	"insufficient evidence",
	"other",
	NULL,
};

const char *decision_kind_name(enum decision_kind k)
{
	return kinds[k];
}

const char *argument_name(enum argument a)
{
	return arguments[a];
}

const char *remedy_name(enum remedy r)
{
	return remedies[r];
}

const char *confidence_name(enum confidence c)
{
	return confidences[c];
}

/* The index of `word` in `names`, which may have gaps; `n` where it is not there. */
static int index_of(struct slice word, const char *const *names, int n)
{
	int i = 0;

	while (i < n && !(names[i] && slice_is(word, names[i])))
		i++;
	return i;
}

bool decision_kind_of(struct slice word, enum decision_kind *k)
{
	int i = index_of(word, kinds, DECISION_KINDS);

	if (i < DECISION_KINDS)
		*k = (enum decision_kind)i;
	return i < DECISION_KINDS;
}

bool argument_of(struct slice word, enum argument *a)
{
	int i = index_of(word, arguments, ARGUMENTS);

	if (i < ARGUMENTS)
		*a = (enum argument)i;
	return i < ARGUMENTS;
}

bool remedy_of(struct slice word, enum remedy *r)
{
	int i = index_of(word, remedies, REMEDIES);

	if (i < REMEDIES)
		*r = (enum remedy)i;
	return i < REMEDIES;
}

bool confidence_of(struct slice word, enum confidence *c)
{
	int i = index_of(word, confidences, CONFIDENCES);

	if (i < CONFIDENCES)
		*c = (enum confidence)i;
	return i < CONFIDENCES;
}

void decision_release(struct decision *d)
{
	outputs_release(&d->outputs);
	for (size_t i = 0; i < d->nreasons; i++)
		free(d->reasons[i]);
	free(d->comment);
	*d = (struct decision){0};
}

void decision_copy(struct decision *to, const struct decision *from)
{
	decision_release(to);
	to->kind = from->kind;
	outputs_copy(&to->outputs, &from->outputs);
	to->argument = from->argument;
	to->remedy = from->remedy;
	to->confidence = from->confidence;
	for (size_t i = 0; i < from->nreasons; i++)
		to->reasons[to->nreasons++] = xstrdup(from->reasons[i]);
	to->comment = from->comment ? xstrdup(from->comment) : NULL;
	memcpy(to->until, from->until, sizeof to->until);
	to->blind = from->blind;
}

static size_t reason_index(const struct decision *d, struct slice reason)
{
	size_t i = 0;

	while (i < d->nreasons && !slice_is(reason, d->reasons[i]))
		i++;
	return i;
}

void decision_add_reason(struct decision *d, struct slice reason)
{
	if (d->nreasons < REASONS_MAX && reason_index(d, reason) == d->nreasons)
		d->reasons[d->nreasons++] = xstrndup(reason.p, reason.n);
}

bool decision_has_reason(const struct decision *d, const char *reason)
{
	return reason_index(d, slice_str(reason)) < d->nreasons;
}

void decision_drop_reason(struct decision *d, const char *reason)
{
	size_t i = reason_index(d, slice_str(reason));

	if (i == d->nreasons)
		return;
	free(d->reasons[i]);
	d->nreasons--;
	memmove(d->reasons + i, d->reasons + i + 1, (d->nreasons - i) * sizeof *d->reasons);
}
