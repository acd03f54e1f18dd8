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
	a->taken |= b->taken;
	a->off &= b->off;
	a->pause = was.pause ? was.pause : b->pause;
	a->dip = was.dip ? was.dip : b->dip;
	a->asserted = (was.hi >= 1 && was.asserted) || (b->hi >= 1 && b->asserted);
	if (was.hi < 1 || was.from == 0)
		a->from = b->hi >= 1 && b->from ? b->from : was.from;
	if (was.at == 0 || (is_sure(&was) && !is_sure(b)))
		a->at = b->at ? b->at : was.at;
	if (is_sure(a))
		a->why = HELD_SURE;
	else if (is_sure(&was) && is_sure(b))
		a->why = a->at && a->at >= a->from ? HELD_RELEASED_ONE_WAY : HELD_ONE_WAY;
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
		changed |= was.lo != a->k[i].lo || was.hi != a->k[i].hi || was.moved != a->k[i].moved || was.pause != a->k[i].pause ||
			   was.dip != a->k[i].dip || was.taken != a->k[i].taken || was.off != a->k[i].off;
	}
	return changed;
}

/* An assertion is of whatever has its name. */
static bool is_same(const struct held_key *a, const struct held_key *b)
{
	bool same = a->any || b->any ? a->kind <= LOCK_SHARED && b->kind <= LOCK_SHARED : a->family == b->family && a->kind == b->kind;

	return same && strcmp(a->name, b->name) == 0;
}

size_t held_key(struct held_keys *ks, const struct held_key *k)
{
	for (size_t i = 0; i < ks->n; i++)
		if (is_same(&ks->k[i], k)) {
			if (ks->k[i].any && !k->any)
				ks->k[i] = *k; /* before it is released */
			return i;
		}
	if (ks->n == HELD_KEYS) {
		ks->full = true;
		return HELD_KEYS;
	}
	ks->k[ks->n] = *k;
	return ks->n++;
}

static void doubt(struct held_slot *s, uint32_t place, enum held_why why)
{
	if (s->hi < 1)
		return;
	if (s->lo >= 1) {
		s->why = (uint8_t)why;
		s->at = place;
	}
	s->lo = s->lo < 0 ? s->lo : 0;
}

void held_take(const struct held_keys *ks, struct held *h, size_t k, uint32_t place, enum held_why may)
{
	struct held_slot *s = k < HELD_KEYS ? &h->k[k] : NULL;
	bool nests;

	if (!s || !h->live)
		return;
	nests = ks->k[k].nests;
	s->taken = true;
	s->off = false;
	if (may == HELD_SURE) {
		s->pause = nests && s->lo >= 1 ? s->pause : 0;
		s->lo = within(nests ? s->lo + 1 : 1);
		s->hi = within(nests ? s->hi + 1 : 1);
		if (!nests || s->hi < 2)
			s->from = place;
		if (!nests || is_sure(s))
			s->why = HELD_SURE;
		s->moved = s->asserted = false;
		return;
	}
	if (is_sure(s) && s->lo < 1) {
		s->why = (uint8_t)may;
		s->from = place;
		s->at = 0;
		s->moved = false;
	}
	s->hi = within(nests && s->hi > 0 ? s->hi + 1 : 1);
}

void held_pause(struct held *h, size_t k, uint32_t place)
{
	struct held_slot *s = k < HELD_KEYS ? &h->k[k] : NULL;

	if (!s || !h->live)
		return;
	if (s->hi >= 1)
		s->pause = place;
	if (s->lo < 1 || s->asserted)
		s->dip = place;
}

void held_assert(struct held *h, size_t k, uint32_t place)
{
	struct held_slot *s = k < HELD_KEYS ? &h->k[k] : NULL;

	if (!s || !h->live || (s->lo >= 1 && !s->moved))
		return;
	s->lo = 1;
	s->hi = s->hi > 1 ? s->hi : 1;
	s->off = false;
	s->from = place;
	s->why = HELD_SURE;
	s->moved = false;
	s->asserted = true;
}

bool held_any(const struct held_keys *ks, const struct held *h, size_t k)
{
	for (size_t i = 0; i < ks->n; i++)
		if (i != k && h->k[i].hi >= 1 && (ks->k[i].any || ks->k[i].family == ks->k[k].family))
			return true;
	return false;
}

/* What a release by this name says of what is held by others. */
static void others(const struct held_keys *ks, struct held *h, size_t k, uint32_t place)
{
	const struct held_key *key = &ks->k[k];

	for (size_t i = 0; i < ks->n; i++) {
		bool locks = key->kind <= LOCK_SHARED && ks->k[i].kind <= LOCK_SHARED;

		if (i != k && ((locks && ks->k[i].any) || ks->k[i].family == key->family) && (locks || key->kind == LOCK_IRQ))
			doubt(&h->k[i], place, HELD_OTHER_NAME);
	}
}

void held_drop(const struct held_keys *ks, struct held *h, size_t k, uint32_t place, enum held_why may)
{
	struct held_slot *s = k < HELD_KEYS ? &h->k[k] : NULL;

	if (!s || !h->live)
		return;
	if (s->hi < 1 || s->moved)
		others(ks, h, k, place);
	if (s->hi < 1 || (s->asserted && !s->taken))
		s->dip = place;
	if (may != HELD_SURE || (s->moved && s->hi >= 1)) {
		if (s->hi < 1 && s->lo > -1) /* a caller's, perhaps */
			s->lo = -1;
		doubt(s, place, may != HELD_SURE ? may : HELD_ASSIGNED);
		return;
	}
	s->lo = within(s->asserted ? -1 : ks->k[k].nests ? s->lo - 1 : s->lo >= 1 ? 0 : -1);
	s->hi = within(ks->k[k].nests ? s->hi - 1 : s->hi >= 1 && (s->taken || !s->asserted) ? 0 : -1);
	s->taken &= s->hi >= 1;
	s->off = !ks->k[k].nests || s->hi < 0;
	s->at = place;
	if (is_sure(s))
		s->why = HELD_SURE;
}

void held_doubt(const struct held_keys *ks, struct held *h, uint32_t place, enum held_why why)
{
	for (size_t i = 0; i < ks->n && h->live; i++)
		doubt(&h->k[i], place, why);
}

/* Does the name of the lock go through that variable: "p->lock", "*p", "a[i].lock", "f(p)"? */
static bool goes_through(const struct held_key *k, struct slice name)
{
	struct slice s = slice_str(k->name);

	if (!k->pointer || (!strpbrk(k->name, "*[(") && slice_find(s, "->", 0) == SLICE_NONE)) /* each cpu's "a.lock" lies in a */
		return false;
	for (size_t at = 0; (at = clex_find_word(s, name, at)) != SLICE_NONE; at++)
		if (at == 0 || (s.p[at - 1] != '.' && s.p[at - 1] != '>')) /* no member */
			return true;
	return false;
}

void held_assigned(const struct held_keys *ks, struct held *h, struct slice name, uint32_t but)
{
	for (size_t i = 0; i < ks->n && h->live; i++)
		if (h->k[i].hi >= 1 && !(h->k[i].asserted && h->k[i].from < but) && goes_through(&ks->k[i], name))
			h->k[i].moved = true;
}

void held_words(const struct held_slot *s, const char *by, uint32_t line, char out[LENS_WHY])
{
	switch ((enum held_why)s->why) {
	case HELD_MAY_FAIL:
		snprintf(out, LENS_WHY, "%.40s() takes it, and may fail", by);
		return;
	case HELD_CONDITIONAL:
		snprintf(out, LENS_WHY, "it is taken or released under a condition");
		return;
	case HELD_OTHER_NAME:
		snprintf(out, LENS_WHY, "at line %" PRIu32 " one is released by another name", line);
		return;
	case HELD_BY_NAME:
		snprintf(out, LENS_WHY, "it is called like a lock, and what it takes is not known");
		return;
	case HELD_MAYBE_RELEASED:
		snprintf(out, LENS_WHY, "what is called at line %" PRIu32 " may release it", line);
		return;
	case HELD_RELEASED_ONE_WAY:
		snprintf(out, LENS_WHY, "it is released at line %" PRIu32 " on some ways to the line", line);
		return;
	case HELD_IN_LINE:
		snprintf(out, LENS_WHY, "it is taken or released in the line itself");
		return;
	case HELD_ASSIGNED:
		snprintf(out, LENS_WHY, "what its name goes through was assigned since: it may be another object's");
		return;
	case HELD_ELSEWHERE:
		snprintf(out, LENS_WHY, "at line %" PRIu32 " it is released without having been taken there: what takes it is not known", line);
		return;
	case HELD_SURE:
	case HELD_ONE_WAY:
		break;
	}
	snprintf(out, LENS_WHY, "%s", s->moved && s->lo >= 1 ? "what its name goes through was assigned since: it may be another object's"
							      : "it is taken on some ways to the line only");
}
