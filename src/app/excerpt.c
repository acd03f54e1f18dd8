#include "app/excerpt.h"

#include <string.h>

/* An excerpt is the beginning of what stands from `from` to `to`, or all of it. */
static enum excerpt_state compare(struct slice text, uint64_t from, uint64_t to, struct slice excerpt)
{
	struct slice there;

	if (from > text.n || to > text.n || to < from)
		return EXCERPT_DIFFERS;
	there = slice_sub(text, (size_t)from, (size_t)to);
	return excerpt.n <= there.n && slice_eq(slice_sub(there, 0, excerpt.n), excerpt) ? EXCERPT_SAME : EXCERPT_DIFFERS;
}

static enum excerpt_state compare_span(struct session *s, const struct place *p, struct slice excerpt)
{
	struct traj *t = s->run->traj;
	size_t i = traj_find(t, p->seq);
	struct slice text;
	int rc;

	if (i >= traj_count(t))
		return EXCERPT_DIFFERS;
	if (!session_may_show(s, i, p->field))
		return EXCERPT_UNKNOWN;
	rc = p->member ? session_member(s, i, p->field, p->member, &text) : session_field(s, i, p->field, &text, NULL);
	return rc > 0 ? compare(text, p->from, p->to, excerpt) : EXCERPT_DIFFERS;
}

/* Line by line, as far as the lines are known. */
static enum excerpt_state compare_source(struct session *s, const struct place *p, struct slice excerpt)
{
	struct slice rest = excerpt, line;
	uint32_t n = p->line_first;
	bool known = false;

	for (; slice_line(&rest, &line) && n <= p->line_last; n++) {
		const struct evidence_line *l = session_line(s, slice_str(p->path), n);
		bool last = rest.n == 0; /* it may have been cut */

		if (!l)
			continue;
		known = true;
		if (line.n > l->text.n || !slice_eq(slice_sub(l->text, 0, line.n), line) ||
		    (!last && line.n != l->text.n && !slice_is(slice_sub(l->text, line.n, l->text.n), "\r")))
			return EXCERPT_DIFFERS;
	}
	return known ? EXCERPT_SAME : EXCERPT_UNKNOWN;
}

enum excerpt_state excerpt_check(struct session *s, const struct place *p)
{
	struct slice excerpt = slice_str(p->excerpt);

	if (!p->excerpt)
		return EXCERPT_SAME;
	switch (p->kind) {
	case PLACE_SPAN:
		return compare_span(s, p, excerpt);
	case PLACE_SOURCE:
		return compare_source(s, p, excerpt);
	default:
		return compare(s->run->crash->text, p->from, p->to, excerpt);
	}
}
