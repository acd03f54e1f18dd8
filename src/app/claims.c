#include "app/claims.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "app/claims_tree.h"
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

/* A row, and what its claim is asked by. */
struct made {
	struct claim_row row; /* first */
	size_t order;         /* in which it was made */
	struct claim claim, beside; /* in texts of the arena */
	bool has_beside;
	size_t by;
};

enum stage { STAGE_SOURCE, STAGE_TEXTS, STAGE_TREE, STAGE_EXPECT, STAGE_ASK, STAGE_DONE };

/* How far the tree was looked at for a claim. */
struct look {
	enum { LOOK_NOT, LOOK_ON, LOOK_OVER } far;
	enum claim_tree tree; /* LOOK_OVER: what was added */
};

struct claims {
	struct session *session;
	struct claim_check *check;
	struct claims_tree *tree;
	enum stage stage;
	bool waits;            /* git was asked */
	size_t asked;          /* of `made`: asked about next */
	struct look look;      /* for that one */
	struct arena *arena;
	uint64_t shown, moves; /* of the session and the trajectory, when it was begun */
	size_t spans, files;   /* of the trajectory and the evidence, likewise */
	size_t span;           /* looked at next, with `part` of it */
	unsigned part;
	struct claim_reader reader; /* of the part before */
	bool reading;
	struct claim before, held; /* held: read ahead */
	bool has_before, holds;
	size_t bytes;
	bool cut;
	struct claim_row **rows; /* owned; in the arena; in the order that is shown */
	size_t n, cap;
	uint32_t *slots;       /* rows by what they claim: index + 1; owned; a power of two */
	struct made **made;    /* owned; in the order in which they were made */
	struct claim_spot *spots; /* owned */
	size_t nspots, cap_spots;
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
	c->tree = claims_tree_new(s, c->check);
	c->slots = xcalloc(SLOTS, sizeof *c->slots);
	c->made = xcalloc(CLAIMS_MAX, sizeof *c->made);
	return c;
}

void claims_free(struct claims *c)
{
	if (!c)
		return;
	claims_tree_free(c->tree);
	claim_check_free(c->check);
	arena_free(c->arena);
	free(c->rows);
	free(c->made);
	free(c->slots);
	free(c->spots);
	free(c);
}

bool claims_are_current(const struct claims *c)
{
	const struct session *s = c->session;

	return claims_tree_is_current(c->tree) && c->shown == s->shown && c->moves == traj_moves(s->run->traj) && c->spans == traj_count(s->run->traj) &&
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

	while (c->slots[i] && !same(&c->made[c->slots[i] - 1]->row, kind, what, a))
		i = (i + 1) & (SLOTS - 1);
	return &c->slots[i];
}

static size_t order_of(const struct claim_row *r)
{
	return r->state * (size_t)CLAIMS_MAX + ((const struct made *)r)->order;
}

/* What does not hold comes first; else as it was made.  `n`: so many rows stand there. */
static void insert(struct claims *c, struct claim_row *r, size_t n)
{
	size_t at = n;

	while (at > 0 && order_of(c->rows[at - 1]) > order_of(r))
		at--;
	memmove(&c->rows[at + 1], &c->rows[at], (n - at) * sizeof *c->rows);
	c->rows[at] = r;
}

/* Its state changed: to where it belongs now. */
static void move(struct claims *c, struct claim_row *r)
{
	size_t at = 0;

	while (c->rows[at] != r)
		at++;
	memmove(&c->rows[at], &c->rows[at + 1], (c->n - at - 1) * sizeof *c->rows);
	insert(c, r, c->n - 1);
}

/* Do they stand side by side? */
static bool is_beside(const struct claim *quote, const struct claim *place)
{
	return place->kind == CLAIM_PLACE && place->first && quote->kind != CLAIM_PLACE && place->from >= quote->to &&
	       place->from - quote->to <= STATED_NEAR;
}

static void add_spot(struct claims *c, const struct claim_row *r, const struct claim *claim)
{
	if (c->nspots == CLAIMS_SPOTS) {
		c->cut = true;
		return;
	}
	c->spots = mem_grow(c->spots, &c->cap_spots, c->nspots + 1, sizeof *c->spots);
	c->spots[c->nspots++] = (struct claim_spot){r, traj_span(c->session->run->traj, c->span)->seq, c->part, claim->from, claim->to};
}

static void take(struct claims *c, const struct claim *claim, const struct claim *before, const struct claim *behind)
{
	const struct part *p = &parts[c->part];
	const struct claim *beside = behind && is_beside(claim, behind)   ? behind
				     : before && is_beside(before, claim) ? before
									  : NULL;
	struct claim_answer a;
	struct made *m;
	size_t by = traj_span(c->session->run->traj, c->span)->type == SPAN_LLM ? c->span : SIZE_MAX;
	struct slice what = claim->kind == CLAIM_PLACE ? slice_sub(c->reader.text, claim->from, claim->to) : claim->what;
	uint32_t *slot;

	claim_check_ask(c->check, claim, beside, by, CLAIM_TREE_UNKNOWN, &a);
	slot = slot_of(c, claim->kind, what, &a);
	if (*slot) {
		c->made[*slot - 1]->row.times++;
		add_spot(c, &c->made[*slot - 1]->row, claim);
		return;
	}
	if (c->n == CLAIMS_MAX) {
		c->cut = true;
		return;
	}
	m = arena_alloc(c->arena, sizeof *m);
	*m = (struct made){.order = c->n, .claim = *claim, .has_beside = beside != NULL, .by = by};
	if (beside)
		m->beside = *beside;
	m->row = (struct claim_row){.kind = claim->kind, .state = a.state, .what = what,
				    .seq = traj_span(c->session->run->traj, c->span)->seq, .field = p->field, .member = p->member,
				    .from = claim->from, .to = claim->to, .path = arena_slice(c->arena, a.path), .line = a.line, .times = 1};
	c->rows = mem_grow(c->rows, &c->cap, c->n + 1, sizeof *c->rows);
	insert(c, &m->row, c->n);
	c->made[c->n++] = m;
	c->in[a.state]++;
	*slot = (uint32_t)c->n;
	add_spot(c, &m->row, claim);
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

/* ---- asking the repository ---- */

/* What the repository can say more about: tools returned none of it, or not as it is claimed. */
static bool is_open(enum claim_kind kind, enum claim_state state)
{
	return kind <= CLAIM_CODE && (state == CLAIM_ABSENT || state == CLAIM_ELSEWHERE || state == CLAIM_UNDECIDED);
}

static void begin_asking(struct claims *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct claim_row *r = &c->made[i]->row;

		r->asking = is_open(r->kind, r->state);
		c->in[r->state] -= r->asking;
	}
}

static void settle(struct claims *c, struct claim_row *r, const struct claim_answer *a)
{
	r->asking = false;
	r->state = a->state;
	r->path = arena_slice(c->arena, a->path);
	r->line = a->line;
	c->in[r->state]++;
	move(c, r);
}

/*
 * The answer to one claim: from what is there, else after its files were added, all of them.  True: not known yet, as git was asked
 * (c->waits) or there are files to be taken in.  `*l` keeps how far it came.
 */
static bool ask_tree(struct claims *c, const struct claim *claim, const struct claim *beside, size_t by, struct look *l, struct claim_answer *a)
{
	if (l->far != LOOK_ON) {
		claim_check_ask(c->check, claim, beside, by, l->far == LOOK_OVER ? l->tree : CLAIM_TREE_UNKNOWN, a);
		if (l->far == LOOK_OVER || !is_open(claim->kind, a->state))
			return false;
	}
	c->waits = claims_tree_look(c->tree, claim, beside, &l->tree);
	l->far = c->waits ? LOOK_ON : LOOK_OVER;
	return true;
}

/* What the files of the run do not tell: all of that is to be known before the first is asked about. */
static void step_expect(struct claims *c)
{
	struct made *m = c->made[c->asked++];
	struct claim_answer a;

	if (m->row.asking) {
		claim_check_ask(c->check, &m->claim, m->has_beside ? &m->beside : NULL, m->by, CLAIM_TREE_UNKNOWN, &a);
		if (is_open(m->claim.kind, a.state))
			claims_tree_expect(c->tree, &m->claim);
		else
			settle(c, &m->row, &a);
	}
	if (c->asked == c->n) {
		c->asked = 0;
		c->stage = STAGE_ASK;
	}
}

static void step_tree(struct claims *c)
{
	struct made *m = c->made[c->asked];
	struct claim_answer a;

	if (!m->row.asking) {
		c->asked++;
	} else if (!ask_tree(c, &m->claim, m->has_beside ? &m->beside : NULL, m->by, &c->look, &a)) {
		settle(c, &m->row, &a);
		c->look = (struct look){0};
		c->asked++;
	}
	if (c->asked == c->n)
		c->stage = STAGE_DONE;
}

/* One step; false where nothing is to be done. */
static bool step(struct claims *c)
{
	if (claim_check_step(c->check)) /* nothing is asked before all is taken in */
		return true;
	c->waits = false;
	switch (c->stage) {
	case STAGE_SOURCE:
		c->stage = STAGE_TEXTS;
		return true;
	case STAGE_TEXTS:
		if (!c->reading) {
			if (!next_part(c))
				c->stage = STAGE_TREE;
		} else if (!step_claim(c)) {
			c->reading = false;
			c->part++;
		}
		return true;
	case STAGE_TREE:
		c->waits = claims_tree_begin(c->tree);
		if (c->waits)
			return false;
		if (claims_tree_is_there(c->tree))
			begin_asking(c);
		c->stage = claims_tree_is_there(c->tree) && c->n ? STAGE_EXPECT : STAGE_DONE;
		return true;
	case STAGE_EXPECT:
		step_expect(c);
		return true;
	case STAGE_ASK:
		step_tree(c);
		return !c->waits;
	default:
		return false;
	}
}

bool claims_step(struct claims *c, int64_t us)
{
	int64_t until = loop_now() + us;

	while (step(c))
		if (loop_now() >= until)
			return true;
	return false;
}

bool claims_are_found(const struct claims *c)
{
	return c->stage >= STAGE_EXPECT;
}

bool claims_are_of_tools(const struct claims *c)
{
	return claims_tree_is_foreign(c->tree);
}

bool claims_asks(const struct claims *c)
{
	return c->waits;
}

/* ---- any text ---- */

static void least(struct claim_answer *out, const struct claim_answer *a, bool *any)
{
	if (!*any || a->state < out->state)
		*out = *a;
	*any = true;
}

bool claims_ask(struct claims *c, struct slice text, size_t span, struct claim_answer *out, bool *asking)
{
	struct claim_reader r = {.text = text};
	struct claim claim = {0};
	struct claim_answer a;
	bool any = false, tree = claims_tree_is_there(c->tree);

	*asking = false;
	*out = (struct claim_answer){.state = CLAIM_UNDECIDED};
	while (claim_next(&r, &claim)) {
		struct look l = {.far = tree ? LOOK_NOT : LOOK_OVER};

		while (ask_tree(c, &claim, NULL, span, &l, &a))
			if (c->waits || claim_check_step(c->check)) {
				*asking = true;
				return true;
			}
		least(out, &a, &any);
	}
	if (any)
		return true;
	claim = (struct claim){.kind = CLAIM_CODE, .to = text.n, .what = text, .proposed = true};
	claim_check_ask(c->check, &claim, NULL, span, CLAIM_TREE_UNKNOWN, out);
	return out->state != CLAIM_UNDECIDED;
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

/* ---- where they are made ---- */

size_t claims_spots(const struct claims *c)
{
	return c->nspots;
}

const struct claim_spot *claims_spot(const struct claims *c, size_t i)
{
	return &c->spots[i];
}

static bool is_before(const struct claim_spot *s, uint32_t seq, unsigned part, uint64_t from)
{
	return s->seq != seq ? s->seq < seq : s->part != part ? s->part < part : s->from < from;
}

size_t claims_spot_at(const struct claims *c, uint32_t seq, unsigned part, uint64_t from)
{
	size_t lo = 0, hi = c->nspots;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (is_before(&c->spots[mid], seq, part, from))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

unsigned claims_part(enum traj_field f, const char *member)
{
	for (unsigned i = 0; i < PARTS; i++)
		if (parts[i].field == f && strcmp(parts[i].member ? parts[i].member : "", member ? member : "") == 0)
			return i;
	return UINT_MAX;
}

struct place claims_place(const struct claim_spot *s)
{
	const struct part *p = &parts[s->part];

	return (struct place){.kind = PLACE_SPAN, .seq = s->seq, .field = p->field, .from = s->from, .to = s->to,
			      .member = p->member ? xstrdup(p->member) : NULL};
}
