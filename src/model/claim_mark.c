#include "model/claim_mark.h"

#include <stdlib.h>
#include <string.h>

#include "model/payload.h"

static const char *const names[CLAIM_MARKS] = {
	[CLAIM_MARK_OPEN] = "open", [CLAIM_MARK_TRUE] = "true", [CLAIM_MARK_FALSE] = "false",
	[CLAIM_MARK_UNVERIFIABLE] = "unverifiable",
};

const char *claim_mark_name(enum claim_mark m)
{
	return names[m];
}

bool claim_mark_of(struct slice word, enum claim_mark *m)
{
	for (int i = 0; i < CLAIM_MARKS; i++)
		if (slice_is(word, names[i])) {
			*m = (enum claim_mark)i;
			return true;
		}
	return false;
}

void marked_claim_release(struct marked_claim *m)
{
	for (size_t i = 0; i < m->nplaces; i++)
		place_release(&m->places[i]);
	free(m->places);
	*m = (struct marked_claim){0};
}

void claim_mark_payload(struct buf *b, enum claim_mark mark, enum claim_state check, const struct place *places, size_t n)
{
	struct json_w w;

	json_w_init(&w, b, false);
	w.ascii = true;
	json_open(&w, '{');
	json_kcstr(&w, "check", claim_state_name(check));
	json_kcstr(&w, "mark", names[mark]);
	payload_places(&w, places, n);
	json_close(&w, '}');
}

/* A member that is one of our own words: as it is written, without its quotes. */
static struct slice word(const char *payload, const char *key)
{
	struct slice raw = payload_member(payload, false, key);

	return raw.n > 2 ? slice_sub(raw, 1, raw.n - 1) : (struct slice){0};
}

bool claim_mark_read(const char *payload, struct marked_claim *m)
{
	struct slice check = word(payload, "check");

	*m = (struct marked_claim){.check = CLAIM_UNDECIDED};
	if (!claim_mark_of(word(payload, "mark"), &m->mark) || !payload_read_places(payload, &m->places, &m->nplaces))
		return false;
	for (int i = 0; i < CLAIM_STATES; i++)
		if (slice_is(check, claim_state_name((enum claim_state)i)))
			m->check = (enum claim_state)i;
	if (m->nplaces)
		return true;
	marked_claim_release(m);
	return false;
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

bool claim_mark_same(const struct place *a, const struct place *b)
{
	return a->kind == b->kind && a->seq == b->seq && a->field == b->field && same_text(a->member, b->member) && a->from == b->from &&
	       a->to == b->to && same_text(a->path, b->path) && a->line_first == b->line_first && a->line_last == b->line_last;
}
