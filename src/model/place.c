#include "model/place.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"

const char *place_kind_name(enum place_kind k)
{
	static const char *const names[PLACE_KINDS] = {
		[PLACE_SPAN] = "span", [PLACE_REPORT] = "report", [PLACE_SOURCE] = "source",
	};

	return names[k];
}

void place_release(struct place *p)
{
	free(p->member);
	free(p->path);
	free(p->commit);
	free(p->excerpt);
	*p = (struct place){0};
}

void place_copy(struct place *to, const struct place *from)
{
	*to = *from;
	to->member = from->member ? xstrdup(from->member) : NULL;
	to->path = from->path ? xstrdup(from->path) : NULL;
	to->commit = from->commit ? xstrdup(from->commit) : NULL;
	to->excerpt = from->excerpt ? xstrdup(from->excerpt) : NULL;
}

void place_quote(struct place *p, struct slice text)
{
	size_t n = text.n;

	if (n > PLACE_EXCERPT)
		for (n = PLACE_EXCERPT; n > 0 && ((unsigned char)text.p[n] & 0xc0) == 0x80;)
			n--;
	free(p->excerpt);
	p->excerpt = xstrndup(text.p, n);
}

void place_words(struct buf *b, const struct place *p)
{
	switch (p->kind) {
	case PLACE_SPAN:
		buf_addf(b, "span %" PRIu32 " %s", p->seq, traj_field_name(p->field));
		if (p->member)
			buf_addf(b, ".%s", p->member);
		break;
	case PLACE_SOURCE:
		buf_addf(b, "%s:%" PRIu32, p->path ? p->path : "?", p->line_first);
		if (p->line_last > p->line_first)
			buf_addf(b, "-%" PRIu32, p->line_last);
		break;
	default:
		buf_adds(b, "report");
		break;
	}
}

void places_words(struct buf *b, const struct place *p, size_t n)
{
	if (n == 0) {
		buf_adds(b, "the run");
		return;
	}
	place_words(b, &p[0]);
	if (n > 2) {
		buf_addf(b, " and %zu more places", n - 1);
	} else if (n == 2) {
		buf_adds(b, " and ");
		place_words(b, &p[1]);
	}
}
