#include "race/held.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clex.h"

enum { DEEPEST = 3 }; /* more often is not told apart */

static int8_t within(int v)
{
	return (int8_t)(v > DEEPEST ? DEEPEST : v < -1 ? -1 : v);
}

static bool is_sure(const struct held_slot *s)
{
	return s->lo >= 1 || s->hi < 1;
}

static void join_slot(struct held_slot *a, const struct held_slot *b)
{
	struct held_slot was = *a;

	a->lo = was.lo < b->lo ? was.lo : b->lo;
	a->hi = was.hi > b->hi ? was.hi : b->hi;
	a->moved |= b->moved;
	if (was.hi < 1 || was.line == 0)
		a->line = b->hi >= 1 && b->line ? b->line : was.line;
	if (was.at == 0 || (is_sure(&was) && !is_sure(b)))
		a->at = b->at ? b->at : was.at;
	if (is_sure(a))
		a->why = HELD_SURE;
	else if (is_sure(&was) && is_sure(b))
		a->why = a->at && a->at >= a->line ? HELD_RELEASED_ONE_WAY : HELD_ONE_WAY;
	else
		a->why = is_sure(&was) ? b->why : was.why;
}

bool held_join(struct held *a, const struct held *b)
{
	bool changed = false;

	if (!b->live)
		return false;
	if (!a->live) {
		*a = *b;
		return true;
	}
	for (size_t i = 0; i < HELD_KEYS; i++) {
		struct held_slot was = a->k[i];

		join_slot(&a->k[i], &b->k[i]);
		changed |= was.lo != a->k[i].lo || was.hi != a->k[i].hi || was.moved != a->k[i].moved;
	}
	return changed;
}

size_t held_key(struct held_keys *ks, const struct held_key *k)
{
	for (size_t i = 0; i < ks->n; i++)
		if (ks->k[i].family == k->family && ks->k[i].kind == k->kind && ks->k[i].asserted == k->asserted &&
		    strcmp(ks->k[i].name, k->name) == 0)
			return i;
	if (ks->n == HELD_KEYS) {
		ks->full = true;
		return HELD_KEYS;
	}
	ks->k[ks->n] = *k;
	return ks->n++;
}

static void doubt(struct held_slot *s, uint32_t line, enum held_why why)
{
	if (s->hi < 1)
		return;
	if (s->lo >= 1) {
		s->why = (uint8_t)why;
		s->at = line;
	}
	s->lo = s->lo < 0 ? s->lo : 0;
}

void held_take(const struct held_keys *ks, struct held *h, size_t k, uint32_t line, enum held_why may)
{
	struct held_slot *s = k < HELD_KEYS ? &h->k[k] : NULL;
	bool nests;

	if (!s || !h->live)
		return;
	nests = ks->k[k].nests;
	if (may == HELD_SURE) {
		s->lo = within(nests ? s->lo + 1 : 1);
		s->hi = within(nests ? s->hi + 1 : 1);
		if (!nests || s->hi < 2)
			s->line = line;
		if (!nests || is_sure(s))
			s->why = HELD_SURE;
		s->moved = false;
		return;
	}
	if (is_sure(s) && s->lo < 1) {
		s->why = (uint8_t)may;
		s->line = line;
		s->at = 0;
		s->moved = false;
	}
	s->hi = within(nests && s->hi > 0 ? s->hi + 1 : 1);
}

/* What a release by this name says of what is held by others. */
static void others(const struct held_keys *ks, struct held *h, size_t k, uint32_t line)
{
	const struct held_key *key = &ks->k[k];

	for (size_t i = 0; i < ks->n; i++) {
		bool locks = key->kind <= LOCK_SHARED && ks->k[i].kind <= LOCK_SHARED;

		if (i != k && ((locks && ks->k[i].asserted) || ks->k[i].family == key->family) && (locks || key->kind == LOCK_IRQ))
			doubt(&h->k[i], line, HELD_OTHER_NAME);
	}
}

static void drop_asserted(const struct held_keys *ks, struct held *h, size_t k, uint32_t line, enum held_why may)
{
	for (size_t i = 0; i < ks->n; i++) {
		struct held_slot *s = &h->k[i];

		if (i == k || !ks->k[i].asserted || strcmp(ks->k[i].name, ks->k[k].name) != 0 || s->hi < 1)
			continue;
		if (may != HELD_SURE) {
			doubt(s, line, may);
			continue;
		}
		s->lo = s->hi = 0;
		s->at = line;
	}
}

void held_drop(const struct held_keys *ks, struct held *h, size_t k, uint32_t line, enum held_why may)
{
	struct held_slot *s = k < HELD_KEYS ? &h->k[k] : NULL;

	if (!s || !h->live)
		return;
	drop_asserted(ks, h, k, line, may);
	if (s->hi < 1 || s->moved)
		others(ks, h, k, line);
	if (may != HELD_SURE || (s->moved && s->hi >= 1)) {
		if (s->hi < 1 && s->lo > -1) /* a caller's, perhaps */
			s->lo = -1;
		doubt(s, line, may != HELD_SURE ? may : HELD_ASSIGNED);
		return;
	}
	s->lo = within(ks->k[k].nests ? s->lo - 1 : s->lo >= 1 ? 0 : -1);
	s->hi = within(ks->k[k].nests ? s->hi - 1 : s->hi >= 1 ? 0 : -1);
	s->at = line;
	if (is_sure(s))
		s->why = HELD_SURE;
}

void held_doubt(const struct held_keys *ks, struct held *h, uint32_t line, enum held_why why)
{
	for (size_t i = 0; i < ks->n && h->live; i++)
		doubt(&h->k[i], line, why);
}

/* Does the name of the lock go through that variable: "p->lock", "*p", "a[i].lock", "f(p)"? */
static bool goes_through(const struct held_key *k, struct slice name)
{
	struct slice s = slice_str(k->name);

	if (!k->pointer)
		return false;
	for (size_t at = 0; (at = clex_find_word(s, name, at)) != SLICE_NONE; at++)
		if (at == 0 || (s.p[at - 1] != '.' && s.p[at - 1] != '>')) /* no member */
			return true;
	return false;
}

void held_assigned(const struct held_keys *ks, struct held *h, struct slice name)
{
	for (size_t i = 0; i < ks->n && h->live; i++)
		if (h->k[i].hi >= 1 && goes_through(&ks->k[i], name))
			h->k[i].moved = true;
}

void held_words(const struct held_key *k, const struct held_slot *s, char out[LENS_WHY])
{
	switch ((enum held_why)s->why) {
	case HELD_MAY_FAIL:
		snprintf(out, LENS_WHY, "%.40s() takes it, and may fail", k->by);
		return;
	case HELD_CONDITIONAL:
		snprintf(out, LENS_WHY, "it is taken or released under a condition");
		return;
	case HELD_OTHER_NAME:
		snprintf(out, LENS_WHY, "at line %" PRIu32 " one is released by another name", s->at);
		return;
	case HELD_BY_NAME:
		snprintf(out, LENS_WHY, "it is called like a lock, and its text was not looked at");
		return;
	case HELD_MAYBE_RELEASED:
		snprintf(out, LENS_WHY, "what is called at line %" PRIu32 " may release it", s->at);
		return;
	case HELD_RELEASED_ONE_WAY:
		snprintf(out, LENS_WHY, "it is released at line %" PRIu32 " on some ways to the line", s->at);
		return;
	case HELD_IN_LINE:
		snprintf(out, LENS_WHY, "it is taken or released in the line itself");
		return;
	case HELD_ASSIGNED:
		snprintf(out, LENS_WHY, "what its name goes through was assigned since: it may be another object's");
		return;
	case HELD_SURE:
	case HELD_ONE_WAY:
		break;
	}
	snprintf(out, LENS_WHY, "%s", s->moved && s->lo >= 1 ? "what its name goes through was assigned since: it may be another object's"
							      : "it is taken on some ways to the line only");
}
