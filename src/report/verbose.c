#include "report/verbose.h"

#include <string.h>

#include "report/frame.h"

bool verbose_count(struct slice s, int32_t *n, struct slice *holder)
{
	struct slice word;
	uint64_t count = 0;

	if (!slice_word(&s, &word) || !(slice_is(word, "no") || (slice_u64(word, &count) && count <= INT32_MAX)))
		return false;
	s = slice_trim(s);
	if (!slice_eat(&s, "lock held by ") && !slice_eat(&s, "locks held by "))
		return false;
	s = slice_trim(s);
	if (slice_ends(s, ":") || slice_ends(s, "."))
		s.n--;
	*n = (int32_t)count;
	*holder = s;
	return true;
}

static bool number(struct slice *s, uint32_t *n)
{
	size_t digits = 0;
	uint64_t v;

	while (digits < s->n && s->p[digits] >= '0' && s->p[digits] <= '9')
		digits++;
	if (!slice_u64(slice_sub(*s, 0, digits), &v) || v > UINT32_MAX)
		return false;
	*s = slice_sub(*s, digits, s->n);
	*n = (uint32_t)v;
	return true;
}

static bool is_address(struct slice s)
{
	uint64_t v;

	slice_eat(&s, "0x");
	return slice_hex(s, &v);
}

int verbose_lock(struct slice s, uint32_t *n, struct crash_lock *l)
{
	struct slice rest = s;
	struct frame_line at;
	size_t end, comma;

	*l = (struct crash_lock){.text = s};
	if (!slice_eat(&rest, "#") || !number(&rest, n) || !slice_eat(&rest, ":"))
		return 0;
	rest = slice_trim(rest);
	if (rest.n == 0)
		return -1;
	if (rest.p[0] != '(') {
		if (!slice_word(&rest, &l->address) || !is_address(l->address))
			return 0;
		rest = slice_trim(rest);
	}
	if (rest.n == 0)
		return -1;
	end = slice_find(rest, "){", 0); /* names hold parentheses: "(&(&ei->i_raw_lock)->rlock){+.+.}" */
	if (rest.p[0] != '(' || end == SLICE_NONE)
		return rest.p[0] == '(' && slice_chr(rest, '{', 0) == SLICE_NONE ? -1 : 0;
	l->name = slice_sub(rest, 1, end);
	rest = slice_sub(rest, end + 1, rest.n);
	comma = slice_find(rest, ", at:", 0);
	if (comma == SLICE_NONE)
		return -1;
	l->usage = slice_sub(rest, 0, comma);
	rest = slice_trim(slice_sub(rest, comma + 5, rest.n));
	if (rest.n == 0)
		return -1;
	if (frame_parse(rest, &at) != FRAME_NONE)
		l->at = at.f;
	return 1;
}

bool verbose_irq(struct slice s, bool *soft, bool *enabled, uint64_t *count)
{
	struct slice word;
	size_t end;

	*soft = slice_eat(&s, "softirqs last ");
	if (!*soft && !slice_eat(&s, "hardirqs last "))
		return false;
	if (!slice_word(&s, &word))
		return false;
	*enabled = slice_is(word, "enabled");
	s = slice_trim(s);
	if ((!*enabled && !slice_is(word, "disabled")) || !slice_eat(&s, "at ("))
		return false;
	end = slice_chr(s, ')', 0);
	return end != SLICE_NONE && slice_u64(slice_trim(slice_sub(s, 0, end)), count);
}

/* ---- all that is said of an access ---- */

void verbose_clear(struct verbose *v)
{
	v->said = false;
	v->nlocks = 0;
	memset(v->irq, 0, sizeof v->irq);
}

/* Where places were added to the report the same lock stands once for each function that was inlined: the last took it. */
static void add_lock(struct verbose *v, uint32_t number, const struct crash_lock *l)
{
	if (v->nlocks && v->number[v->nlocks - 1] == number && slice_eq(v->lock[v->nlocks - 1].address, l->address))
		v->nlocks--;
	if (v->nlocks == CRASH_LOCKS)
		return;
	v->number[v->nlocks] = number;
	v->lock[v->nlocks++] = *l;
}

int verbose_add(struct verbose *v, struct slice s)
{
	struct crash_lock l;
	struct slice holder;
	bool soft, enabled;
	uint32_t number;
	uint64_t event;
	int32_t n;
	int r;

	if (verbose_count(s, &n, &holder)) {
		if (!v->said) {
			v->said = true;
			v->n = n;
			v->holder = holder;
		}
		return 1;
	}
	r = verbose_lock(s, &number, &l);
	if (r == 1)
		add_lock(v, number, &l);
	if (r == 0 && verbose_irq(s, &soft, &enabled, &event)) {
		v->irq[soft][enabled] = true;
		v->event[soft][enabled] = event;
		return 1;
	}
	return r;
}

/* The later event says how it is; where one is not told of nothing is. */
static enum crash_irqs irqs(const struct verbose *v, bool soft)
{
	if (!v->irq[soft][0] || !v->irq[soft][1] || v->event[soft][0] == v->event[soft][1])
		return CRASH_IRQS_UNSAID;
	return v->event[soft][1] > v->event[soft][0] ? CRASH_IRQS_ON : CRASH_IRQS_OFF;
}

void verbose_take(const struct verbose *v, struct arena *a, struct access *to)
{
	to->nheld = v->said ? v->n : -1;
	to->holder = v->said ? v->holder : (struct slice){0};
	to->nlocks = v->nlocks;
	to->locks = v->nlocks ? arena_alloc(a, v->nlocks * sizeof *to->locks) : NULL;
	if (v->nlocks)
		memcpy(to->locks, v->lock, v->nlocks * sizeof *to->locks);
	to->hardirqs = irqs(v, false);
	to->softirqs = irqs(v, true);
}
