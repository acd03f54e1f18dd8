/* What a call is, and what it names. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clex.h"
#include "race/flow_parts.h"

bool flow_argument(const struct ctokens *ts, const size_t *partner, size_t open, unsigned n, size_t *from, size_t *to)
{
	size_t i = open + 1, end = partner[open];

	*from = i;
	for (; i < end; i++) {
		if (ctoken_is(&ts->t[i], ",")) {
			if (--n == 0)
				break;
			*from = i + 1;
		} else if (partner[i] < end && ts->t[i].kind == CTOKEN_SIGN) {
			i = partner[i];
		}
	}
	*to = i;
	return n <= 1 && *from < *to;
}

/* "&p->lock" as "p->lock", "lock" as "*lock"; true where it goes through a pointer. */
static bool name_of(const struct ctokens *ts, const size_t *partner, size_t from, size_t to, const char *of, struct buf *out)
{
	bool pointer = false, address = false;

	while (to - from > 2 && ctoken_is(&ts->t[from], "(") && partner[from] == to - 1) {
		from++;
		to--;
	}
	if (from < to && ctoken_is(&ts->t[from], "&")) {
		address = of[0] != '*';
		from++;
	}
	if (of[0] == '*')
		of = "";
	while (to - from > 2 && ctoken_is(&ts->t[from], "(") && partner[from] == to - 1) {
		from++;
		to--;
	}
	if (!address && !of[0]) {
		pointer = true;
		buf_adds(out, from + 1 == to ? "*" : "*(");
	}
	for (size_t i = from; i < to; i++) {
		const struct ctoken *t = &ts->t[i];

		if (t->kind >= CTOKEN_IF)
			continue;
		pointer |= ctoken_is(t, "->") || ctoken_is(t, "[") || ctoken_is(t, "(") || ctoken_is(t, "*");
		if (i > from && clex_is_ident(t->s.p[0]) && out->n && clex_is_ident(out->p[out->n - 1]))
			buf_addc(out, ' ');
		buf_add_slice(out, t->s);
	}
	if (!address && !of[0] && from + 1 != to)
		buf_addc(out, ')');
	if (address && slice_starts(slice_str(of), "->")) {
		buf_addc(out, '.');
		of += 2;
	}
	buf_adds(out, of);
	return pointer || (of[0] && !address);
}

static void copy(char *to, size_t size, struct slice s)
{
	snprintf(to, size, "%.*s", (int)(s.n < size ? s.n : size - 1), s.p);
}

/* Of a function that is only called like one: "audit_ctl_lock()"; releasing ones are named like those that take. */
static void name_of_unknown(const struct ctokens *ts, const size_t *partner, size_t i, enum lock_op op, struct buf *out)
{
	struct slice name = ctoken_is(&ts->t[i], ")") ? SLICE("guard") : ts->t[i].s; /* "guard(x)(…)" */
	const char *const half = op == LOCK_MAY_DROP ? (slice_find(name, "unlock", 0) != SLICE_NONE ? "unlock" : "UNLOCK") : "trylock";
	size_t less = strlen(half) - strlen("lock"), un = op == LOCK_MAY_TAKE ? SLICE_NONE : slice_find(name, half, 0);

	if (un != SLICE_NONE) {
		buf_add_slice(out, slice_sub(name, 0, un));
		name = slice_sub(name, un + less, name.n);
	}
	buf_add_slice(out, name);
	buf_addc(out, '(');
	for (size_t k = i + 2; k < partner[i + 1]; k++) {
		const struct ctoken *t = &ts->t[k];

		if (k > i + 2 && clex_is_ident(t->s.n ? t->s.p[0] : ' ') && clex_is_ident(out->p[out->n - 1]))
			buf_addc(out, ' ');
		buf_add_slice(out, t->s);
	}
	buf_addc(out, ')');
}

/* "__releases(p->lock)": what stands there is the lock. */
static bool is_annotation(const struct lock_row *r)
{
	return r->op == LOCK_ASSERT && slice_starts(slice_str(r->name), "__");
}

struct held_key flow_key(const struct ctokens *ts, const size_t *partner, size_t i, const struct lock_row *r)
{
	struct held_key k = {.family = r->family, .kind = r->kind, .nests = r->nests, .any = lock_is_any(r)};
	struct buf name = BUF_INIT;
	size_t from, to;

	copy(k.by, sizeof k.by, ctoken_is(&ts->t[i], ")") ? SLICE("guard") : ts->t[i].s);
	if (r->name[0] == '\0') {
		name_of_unknown(ts, partner, i, r->op, &name);
		k.pointer = true;
	} else if (r->arg == 0) {
		buf_adds(&name, r->of);
	} else if (flow_argument(ts, partner, i + 1, r->arg, &from, &to)) {
		k.pointer = name_of(ts, partner, from, to, r->kind == LOCK_IRQ || is_annotation(r) ? " " : r->of, &name);
	} else {
		buf_adds(&name, "?");
		k.pointer = true;
	}
	if (k.kind == LOCK_IRQ)
		k.pointer = false;
	k.pointer |= slice_starts(slice_str(r->name), "local_lock"); /* each cpu has its own */
	copy(k.name, sizeof k.name, slice_trim(buf_slice(&name)));
	buf_release(&name);
	return k;
}

static bool is_capital(struct slice name)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] >= 'a' && name.p[i] <= 'z')
			return false;
	return true;
}

/* Is the other half of a macro called, too?  "FOO_LOCK(x)" alone is a constant or a declaration more often than a lock. */
static bool is_paired(const struct ctokens *ts, struct slice name)
{
	size_t lock = slice_find(name, "LOCK", 0), un = slice_find(name, "UNLOCK", 0);
	struct buf half = BUF_INIT;
	bool found = false;

	buf_add_slice(&half, slice_sub(name, 0, un == SLICE_NONE ? lock : un));
	buf_adds(&half, un == SLICE_NONE ? "UNLOCK" : "LOCK");
	buf_add_slice(&half, slice_sub(name, (un == SLICE_NONE ? lock : un + 2) + 4, name.n));
	for (size_t i = 0; i + 1 < ts->n && !found; i++)
		found = ts->t[i].kind == CTOKEN_NAME && slice_eq(ts->t[i].s, buf_slice(&half)) && ctoken_is(&ts->t[i + 1], "(");
	buf_release(&half);
	return found;
}

const struct lock_row *flow_row_at(const struct ctokens *ts, const size_t *partner, size_t i)
{
	const struct ctoken *t = &ts->t[i];
	bool member = i > 0 && (ctoken_is(&ts->t[i - 1], "->") || ctoken_is(&ts->t[i - 1], "."));
	const struct lock_row *r;

	if (t->kind != CTOKEN_NAME || i + 1 >= ts->n || !ctoken_is(&ts->t[i + 1], "(") || partner[i + 1] == ts->n)
		return NULL;
	r = lock_find(t->s);
	if (r && r->name[0] == '\0' && is_capital(t->s) && (r->op == LOCK_MAY_PAUSE || !is_paired(ts, t->s)))
		return NULL;
	/* what an object calls so does something of the kind, but not by this name */
	return r && member && r->op <= LOCK_TRY_ZERO ? lock_find(r->op == LOCK_DROP ? SLICE("x_unlock") : SLICE("x_lock")) : r;
}
