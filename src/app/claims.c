#include "app/claims.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sys/loop.h"

/* Between the quote and the place that is given for it: " at ", " (line ". */
enum { STATED_NEAR = 16 };

/* What is looked through of a span, in this order. */
static const struct part {
	enum traj_field field;
	const char *member;
} parts[] = {{FIELD_THOUGHTS, NULL}, {FIELD_REPLY, NULL}, {FIELD_RESULTS, "Explanation"}};
enum { PARTS = sizeof parts / sizeof *parts };

struct claims {
	struct session *session;
	struct claim_check *check;
	struct arena *arena;
	uint64_t shown, moves; /* of the session and the trajectory, when it was begun */
	size_t spans, files;   /* of the trajectory and the evidence, likewise */
	bool checked;          /* the source is taken in */
	size_t span;           /* looked at next, with `part` of it */
	unsigned part;
	struct claim_reader reader; /* of the part before */
	bool reading;
	struct claim before, held; /* held: read ahead */
	bool has_before, holds;
	size_t bytes;
	bool cut, done;
	struct claim_row **rows; /* owned; in the arena; in the order that is shown */
	size_t n, cap;
	uint32_t *slots;       /* rows by what they claim: index + 1; owned; a power of two */
	struct claim_row **made; /* owned; in the order in which they were made */
	size_t in[CLAIM_STATES];
};

enum { SLOTS = 2 * CLAIMS_MAX };

static bool shows(void *arg, const struct evidence_line *l)
{
	return session_shows_line(arg, l);
}

struct claims *claims_new(struct session *s)
{
	struct claims *c = xcalloc(1, sizeof *c);

	*c = (struct claims){.session = s, .arena = arena_new(), .shown = s->shown, .moves = traj_moves(s->run->traj),
			     .spans = traj_count(s->run->traj), .files = evidence_files(s->evidence)};
	c->check = claim_check_new(s->evidence, s->run->crash, s->run->traj, shows, s);
	c->slots = xcalloc(SLOTS, sizeof *c->slots);
	c->made = xcalloc(CLAIMS_MAX, sizeof *c->made);
	return c;
}

void claims_free(struct claims *c)
{
	if (!c)
		return;
	claim_check_free(c->check);
	arena_free(c->arena);
	free(c->rows);
	free(c->made);
	free(c->slots);
	free(c);
}

bool claims_are_current(const struct claims *c)
{
	const struct session *s = c->session;

	return c->shown == s->shown && c->moves == traj_moves(s->run->traj) && c->spans == traj_count(s->run->traj) &&
	       c->files == evidence_files(s->evidence);
}

/* ---- taking one in ---- */

static uint64_t hash(uint64_t h, struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3;
	return (h ^ 0xff) * 0x100000001b3;
}

static bool same(const struct claim_row *r, enum claim_kind kind, struct slice what, const struct claim_answer *a)
{
	return r->kind == kind && slice_eq(r->what, what) && r->state == a->state && r->line == a->line && slice_eq(r->path, a->path);
}

/* The slot of what is claimed, with this answer. */
static uint32_t *slot_of(const struct claims *c, enum claim_kind kind, struct slice what, const struct claim_answer *a)
{
	size_t i = (size_t)(hash(hash((uint64_t)kind, what), a->path) + a->line) & (SLOTS - 1);

	while (c->slots[i] && !same(c->made[c->slots[i] - 1], kind, what, a))
		i = (i + 1) & (SLOTS - 1);
	return &c->slots[i];
}

/* What does not hold comes first; else as it was made. */
static void insert(struct claims *c, struct claim_row *r)
{
	size_t at = c->n;

	c->rows = mem_grow(c->rows, &c->cap, c->n + 1, sizeof *c->rows);
	while (at > 0 && c->rows[at - 1]->state > r->state)
		at--;
	memmove(&c->rows[at + 1], &c->rows[at], (c->n - at) * sizeof *c->rows);
	c->rows[at] = r;
	c->made[c->n++] = r;
	c->in[r->state]++;
}

/* Do they stand side by side? */
static bool is_beside(const struct claim *quote, const struct claim *place)
{
	return place->kind == CLAIM_PLACE && place->first && quote->kind != CLAIM_PLACE && place->from >= quote->to &&
	       place->from - quote->to <= STATED_NEAR;
}

static void take(struct claims *c, const struct claim *claim, const struct claim *before, const struct claim *behind)
{
	const struct part *p = &parts[c->part];
	const struct claim *beside = behind && is_beside(claim, behind)   ? behind
				     : before && is_beside(before, claim) ? before
									  : NULL;
	struct claim_answer a;
	struct claim_row *r;
	struct slice what = claim->kind == CLAIM_PLACE ? slice_sub(c->reader.text, claim->from, claim->to) : claim->what;
	uint32_t *slot;

	claim_check_ask(c->check, claim, beside, traj_span(c->session->run->traj, c->span)->type == SPAN_LLM ? c->span : SIZE_MAX, &a);
	slot = slot_of(c, claim->kind, what, &a);
	if (*slot) {
		c->made[*slot - 1]->times++;
		return;
	}
	if (c->n == CLAIMS_MAX) {
		c->cut = true;
		return;
	}
	r = arena_alloc(c->arena, sizeof *r);
	*r = (struct claim_row){.kind = claim->kind, .state = a.state, .what = what, .seq = traj_span(c->session->run->traj, c->span)->seq,
				.field = p->field, .member = p->member, .from = claim->from, .to = claim->to,
				.path = arena_slice(c->arena, a.path), .line = a.line, .times = 1};
	insert(c, r);
	*slot = (uint32_t)c->n;
}

/* ---- walking the texts ---- */

/* The next part of the next span; false behind the last. */
static bool next_part(struct claims *c)
{
	struct traj *t = c->session->run->traj;

	for (; c->span < traj_count(t); c->span++, c->part = 0) {
		enum span_type type = traj_span(t, c->span)->type;

		if (type != SPAN_LLM && type != SPAN_AGENT && type != SPAN_FLOW)
			continue;
		while (c->part < PARTS) {
			const struct part *p = &parts[c->part];
			struct slice text;
			int rc = p->member ? session_member(c->session, c->span, p->field, p->member, &text)
					   : session_field(c->session, c->span, p->field, &text, NULL);

			if (rc > 0 && text.n) {
				c->cut |= c->bytes + text.n > CLAIMS_TEXT;
				if (c->cut)
					return false;
				c->bytes += text.n;
				c->reader = (struct claim_reader){.text = arena_slice(c->arena, text)};
				traj_release_bodies(t);
				c->reading = true;
				return true;
			}
			traj_release_bodies(t);
			c->part++;
		}
	}
	return false;
}

/* One claim, with the one behind it at hand; false at the end of the part. */
static bool step_claim(struct claims *c)
{
	struct claim next;
	bool more = claim_next(&c->reader, &next);

	if (c->holds)
		take(c, &c->held, c->has_before ? &c->before : NULL, more ? &next : NULL);
	c->before = c->held;
	c->has_before = c->holds && more;
	c->held = next;
	c->holds = more;
	return more;
}

bool claims_step(struct claims *c, int64_t us)
{
	int64_t until = loop_now() + us;

	while (!c->done) {
		if (!c->checked) {
			c->checked = !claim_check_step(c->check);
		} else if (!c->reading) {
			c->done = !next_part(c);
		} else if (!step_claim(c)) {
			c->reading = false;
			c->part++;
		}
		if (loop_now() >= until)
			break;
	}
	return !c->done;
}

size_t claims_count(const struct claims *c)
{
	return c->n;
}

const struct claim_row *claims_at(const struct claims *c, size_t i)
{
	return c->rows[i];
}

size_t claims_in(const struct claims *c, enum claim_state state)
{
	return c->in[state];
}

bool claims_are_cut(const struct claims *c)
{
	return c->cut;
}
