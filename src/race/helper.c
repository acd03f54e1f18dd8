#include "race/helper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clex.h"
#include "base/mem.h"
#include "race/call.h"
#include "race/flow.h"
#include "race/token.h"

enum { NAME_MAX_BYTES = 400, ALIASES = 3 };

/* ---- names of one function in the words of another ---- */

/* "p", "p->q.r", "f(x)->y", "a[i]": nothing that binds weaker than "->". */
static bool is_postfix(struct slice s)
{
	unsigned deep = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		deep += c == '(' || c == '[';
		if (deep == 0 && !clex_is_ident(c) && c != '.' && !(c == '-' && i + 1 < s.n && s.p[i + 1] == '>') && !(c == '>' && i && s.p[i - 1] == '-'))
			return false;
		deep -= deep && (c == ')' || c == ']');
	}
	return s.n && s.p[0] != '(' && deep == 0;
}

static bool is_word(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!clex_is_ident(s.p[i]))
			return false;
	return s.n > 0;
}

/* Put `value` where a name of that text stood; `name` goes on at `at`, behind it.  Where it goes on then. */
static size_t put(struct buf *out, struct slice value, struct slice name, size_t at)
{
	struct slice rest = slice_sub(name, at, name.n), of = value;
	bool address = slice_eat(&of, "&") && is_postfix(of), follows = slice_starts(rest, "->");

	if (address && follows) { /* "(&x)->m" is "x.m" */
		buf_add_slice(out, of);
		buf_addc(out, '.');
		return at + 2;
	}
	if (address && out->n && out->p[out->n - 1] == '*') { /* "*&x" is "x" */
		buf_cut(out, out->n - 1);
		buf_add_slice(out, of);
	} else if (is_postfix(value) && (is_word(value) || !(out->n && out->p[out->n - 1] == '*' && rest.n == 0))) {
		buf_add_slice(out, value);
	} else {
		buf_addf(out, "(%.*s)", (int)value.n, value.p);
	}
	return at;
}

/* Each `from` in the name by `to`; those that are members only where `members`. */
static void rename_one(struct buf *name, struct slice from, struct slice to, bool members)
{
	struct buf out = BUF_INIT;
	struct slice s = buf_slice(name);
	size_t done = 0;

	for (size_t at = 0; (at = clex_find_word(s, from, at)) != SLICE_NONE;) {
		bool member = at && (s.p[at - 1] == '.' || s.p[at - 1] == '>'), parens = at && s.p[at - 1] == '(' && at + from.n < s.n && s.p[at + from.n] == ')' &&
			      (at == 1 || !clex_is_ident(s.p[at - 2]));

		if (member && !members) {
			at += from.n;
			continue;
		}
		buf_add_slice(&out, slice_sub(s, done, parens ? at - 1 : at)); /* "(p)->lock" of a macro */
		done = at = put(&out, to, s, at + from.n + parens);
	}
	buf_add_slice(&out, slice_sub(s, done, s.n));
	buf_clear(name);
	if (out.n < NAME_MAX_BYTES)
		buf_add_slice(name, buf_slice(&out));
	else
		buf_adds(name, "?");
	buf_release(&out);
}

static void set_name(struct held_key *k, struct slice name)
{
	bool was = strpbrk(k->name, "*[(>") != NULL;

	snprintf(k->name, sizeof k->name, "%.*s", (int)(name.n < sizeof k->name ? name.n : sizeof k->name - 1), name.p);
	if (k->kind != LOCK_IRQ)
		k->pointer = strpbrk(k->name, "*[(>") != NULL || (k->pointer && !was);
}

/* A stand-in, as what an argument names may be called like another parameter. */
static struct slice stand_in(char out[8], size_t i)
{
	snprintf(out, 8, "_%u_", (unsigned)(i % HELPER_PARAMS));
	return slice_str(out);
}

struct held_key helper_key(const struct helper *p, const struct helper_effect *e, struct slice name, const struct slice *args, size_t nargs,
			   struct slice assigned)
{
	struct held_key k = e->key; /* but of its places */
	struct buf b = BUF_INIT;
	bool own = e->local;
	char word[8];

	k.untaken = 0;
	buf_adds(&b, e->key.name);
	if (own && p->variable[0] && assigned.n && clex_find_word(buf_slice(&b), slice_str(p->variable), 0) != SLICE_NONE) {
		rename_one(&b, slice_str(p->variable), assigned, false);
		own = false;
	}
	for (size_t i = 0; i < p->nparams; i++)
		rename_one(&b, slice_str(p->param[i]), stand_in(word, i), p->macro);
	for (size_t i = 0; i < p->nparams; i++)
		rename_one(&b, stand_in(word, i), i < nargs ? args[i] : SLICE("?"), true);
	if (own && k.kind != LOCK_IRQ) {
		struct buf whole = BUF_INIT;

		buf_addf(&whole, "%.*s():%s", (int)name.n, name.p, buf_str(&b));
		set_name(&k, buf_slice(&whole));
		buf_release(&whole);
	} else {
		set_name(&k, buf_slice(&b));
	}
	snprintf(k.by, sizeof k.by, "%.*s", (int)(name.n < sizeof k.by ? name.n : sizeof k.by - 1), name.p);
	buf_release(&b);
	return k;
}

/* ---- variables of its own ---- */

/* Is token `i` where a variable is declared: "struct s *p", and behind a comma or in parentheses the like? */
static bool declares(const struct ctokens *ts, size_t i)
{
	static const char *const ends[] = {"=", ";", ",", "["};
	bool ended = false, type = false;
	size_t k = i;

	for (size_t n = 0; n < sizeof ends / sizeof *ends; n++)
		ended |= i + 1 < ts->n && ctoken_is(&ts->t[i + 1], ends[n]);
	while (k > 0 && (ts->t[k - 1].kind == CTOKEN_NAME || ctoken_is(&ts->t[k - 1], "*"))) {
		type |= ts->t[k - 1].kind == CTOKEN_NAME;
		k--;
	}
	return ended && type && k > 0 && (ctoken_is(&ts->t[k - 1], ";") || ctoken_is(&ts->t[k - 1], "{") || ctoken_is(&ts->t[k - 1], "}") || ctoken_is(&ts->t[k - 1], "(")) &&
	       !ctoken_is(&ts->t[k], "return") && !ctoken_is(&ts->t[k], "goto");
}

/* The declaration of that name in the body; ts->n: there is none. */
static size_t declaration(const struct ctokens *ts, struct slice name)
{
	size_t body = 0;

	while (body < ts->n && !ctoken_is(&ts->t[body], "{"))
		body++;
	for (size_t i = body; i < ts->n; i++)
		if (ts->t[i].kind == CTOKEN_NAME && slice_eq(ts->t[i].s, name) && declares(ts, i))
			return i;
	return ts->n;
}

/* Is it given another value somewhere else: assigned, or handed to what may do so? */
static bool changes(const struct ctokens *ts, size_t declared)
{
	for (size_t i = 1; i + 1 < ts->n; i++) {
		bool member = ctoken_is(&ts->t[i - 1], "->") || ctoken_is(&ts->t[i - 1], ".");

		if (i == declared || member || ts->t[i].kind != CTOKEN_NAME || !slice_eq(ts->t[i].s, ts->t[declared].s))
			continue;
		if (ctoken_is(&ts->t[i + 1], "=") || ctoken_is(&ts->t[i + 1], "++") || ctoken_is(&ts->t[i - 1], "++") || (ctoken_is(&ts->t[i - 1], "&") && !ctoken_is(&ts->t[i + 1], "->")) ||
		    (ctoken_is(&ts->t[i - 1], "(") && i > 1 && slice_find(ts->t[i - 2].s, "for_each", 0) != SLICE_NONE))
			return true;
	}
	return false;
}

/* "struct s *p = q->s": what the variable stands for as long as it lives. */
static bool value_of(const struct ctokens *ts, struct slice name, struct buf *out)
{
	size_t i = declaration(ts, name);
	struct slice s;

	if (i + 2 >= ts->n || !ctoken_is(&ts->t[i + 1], "=") || changes(ts, i))
		return false;
	for (i += 2; i < ts->n && !ctoken_is(&ts->t[i], ";") && out->n < HELPER_WORD * 2; i++) {
		if (ctoken_is(&ts->t[i], ",") && slice_chr(buf_slice(out), '(', 0) == SLICE_NONE)
			break;
		if (out->n && clex_is_ident(out->p[out->n - 1]) && ts->t[i].s.n && clex_is_ident(ts->t[i].s.p[0]))
			return false;
		buf_add_slice(out, ts->t[i].s);
	}
	s = buf_slice(out);
	slice_eat(&s, "&");
	return is_postfix(s) && out->n < HELPER_WORD * 2;
}

/* The first name of "p->lock", "*(f(p)->lock)" that is no call. */
static bool goes_through_local(const struct ctokens *ts, const char *name, struct slice *which)
{
	struct tokens t = tokens_of(slice_str(name));

	for (; t.now.kind != TOKEN_END; tokens_next(&t)) {
		bool member = token_is(&t.before, "->") || token_is(&t.before, ".");

		if (token_is_word(&t.now, "return") || (token_is_name(&t.now) && !member && declaration(ts, t.now.s) < ts->n)) {
			*which = t.now.s;
			return true;
		}
	}
	return false;
}

/* Variables that stand for one thing are told by it. */
static void resolve_locals(const struct ctokens *ts, const char *returned, struct helper_effect *e)
{
	struct slice which;

	for (int i = 0; goes_through_local(ts, e->key.name, &which); i++) {
		struct buf value = BUF_INIT, name = BUF_INIT;
		bool known = i < ALIASES && !slice_is(which, returned) && value_of(ts, which, &value);

		if (known) {
			buf_adds(&name, e->key.name);
			rename_one(&name, which, buf_slice(&value), false);
			set_name(&e->key, buf_slice(&name));
		}
		buf_release(&value);
		buf_release(&name);
		if (!known) {
			e->local = true;
			return;
		}
	}
}

/* ---- reading one ---- */

static void copy_word(char to[HELPER_WORD], struct slice s)
{
	snprintf(to, HELPER_WORD, "%.*s", (int)(s.n < HELPER_WORD ? s.n : 0), s.p);
}

static void add_effect(const struct flow *f, size_t k, const struct ctokens *ts, struct helper *out)
{
	struct helper_effect e = {.key = f->keys.k[k]};
	bool any = false;

	for (int r = 0; r < HELPER_RETURNS; r++) {
		const struct held_slot *s = &f->ret[r].k[k];

		if (!f->ret[r].live)
			continue;
		e.lo[r] = s->moved && s->lo > 0 ? 0 : s->lo;
		e.hi[r] = s->hi;
		if (s->asserted && s->hi >= 1) /* as it was before */
			e.lo[r] = e.hi[r] = 0;
		if (s->dip) {
			e.lo[r] = e.lo[r] > 0 ? 0 : e.lo[r];
			e.hi[r] = e.hi[r] > 0 ? 0 : e.hi[r];
			any = e.dips = true;
		}
		any |= e.lo[r] != 0 || e.hi[r] != 0;
	}
	if (!any || out->n == HELPER_EFFECTS)
		return;
	resolve_locals(ts, out->variable, &e);
	out->effect[out->n++] = e;
}

static void read_params(struct slice text, struct slice name, struct helper *out)
{
	struct slice head = slice_sub(text, 0, slice_chr(text, '{', 0));
	struct call c;

	if (!call_head(head, name, &c))
		return;
	for (size_t i = 0; i < c.n && i < HELPER_PARAMS; i++)
		copy_word(out->param[out->nparams++], c.arg[i]);
}

/* Does it take or release several, each under a condition only?  Then its name and arguments tell more: "xfs_ilock(ip,EXCL)". */
static bool is_choice(const struct helper *p)
{
	size_t locks = 0;

	for (size_t i = 0; i < p->n; i++)
		for (int r = 0; r < HELPER_RETURNS; r++) {
			locks += r == 0 && p->effect[i].key.kind <= LOCK_SHARED;
			if (p->returns[r] && (p->effect[i].lo[r] > 0 || p->effect[i].hi[r] < 0))
				return false;
		}
	return locks > 1;
}

bool helper_read(struct slice text, struct slice name, const struct helpers *helpers, struct helper *out)
{
	struct ctokens ts = {0};
	struct flow *f = xcalloc(1, sizeof *f);

	*out = (struct helper){0};
	ctokens_read(&ts, text);
	flow_walk(f, &ts, 0, false, SLICE(""), helpers);
	if (!f->lost) {
		read_params(text, name, out);
		for (int r = 0; r < HELPER_RETURNS; r++)
			out->returns[r] = f->ret[r].live;
		if (f->returned.n && (slice_is(f->returned, "return") || declaration(&ts, f->returned) < ts.n))
			copy_word(out->variable, f->returned);
		for (size_t k = 0; k < f->keys.n; k++)
			add_effect(f, k, &ts, out);
	}
	free(f);
	ctokens_release(&ts);
	return out->n > 0 && !is_choice(out);
}

/* "({ a(); b; })" as "a(); return b;": what comes last is its value, and so is "b".  False: it has none. */
static bool add_value(struct slice body, struct buf *b)
{
	struct slice inner = slice_trim(body);
	size_t last;

	if (inner.n && slice_chr(inner, ';', 0) == SLICE_NONE && slice_chr(inner, '{', 0) == SLICE_NONE && !slice_starts(inner, "if")) {
		buf_addf(b, "return %.*s", (int)inner.n, inner.p);
		return true;
	}
	if (!slice_eat(&inner, "({") || !slice_ends(inner, "})"))
		return false;
	inner = slice_trim(slice_sub(inner, 0, inner.n - 2));
	while (slice_ends(inner, ";"))
		inner = slice_trim(slice_sub(inner, 0, inner.n - 1));
	for (last = inner.n; last > 0 && inner.p[last - 1] != ';' && inner.p[last - 1] != '}'; last--)
		;
	buf_addf(b, "%.*s return %.*s", (int)last, inner.p, (int)(inner.n - last), inner.p + last);
	return true;
}

bool helper_read_macro(struct slice definition, struct slice name, const struct helpers *helpers, struct helper *out)
{
	size_t close = slice_chr(definition, ')', 0);
	struct buf b = BUF_INIT, body = BUF_INIT;
	bool known;

	if (!slice_starts(definition, "(") || close == SLICE_NONE)
		return false;
	buf_addf(&b, "void %.*s(", (int)name.n, name.p);
	for (struct tokens t = tokens_of(slice_sub(definition, 1, close)); t.now.kind != TOKEN_END; tokens_next(&t))
		buf_addf(&b, t.now.kind == TOKEN_NAME ? "int %.*s" : "%.*s", (int)t.now.s.n, t.now.s.p);
	buf_adds(&b, ")\n{\n");
	for (size_t i = close + 1; i < definition.n; i++)
		buf_addc(&body, definition.p[i] == '\\' && i + 1 < definition.n && definition.p[i + 1] == '\n' ? ' ' : definition.p[i]);
	if (!add_value(buf_slice(&body), &b))
		buf_add_slice(&b, buf_slice(&body));
	buf_adds(&b, ";\n}\n");
	known = helper_read(buf_slice(&b), name, helpers, out);
	out->macro = true;
	buf_release(&body);
	buf_release(&b);
	return known;
}

bool helper_same(const struct helper *a, const struct helper *b)
{
	if (a->n != b->n || a->nparams != b->nparams || a->macro != b->macro || memcmp(a->returns, b->returns, sizeof a->returns) != 0 || strcmp(a->variable, b->variable) != 0)
		return false;
	for (size_t i = 0; i < a->nparams; i++)
		if (strcmp(a->param[i], b->param[i]) != 0)
			return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct helper_effect *x = &a->effect[i], *y = &b->effect[i];

		if (strcmp(x->key.name, y->key.name) != 0 || x->key.family != y->key.family || x->key.kind != y->key.kind || x->local != y->local || x->dips != y->dips ||
		    memcmp(x->lo, y->lo, sizeof x->lo) != 0 || memcmp(x->hi, y->hi, sizeof x->hi) != 0)
			return false;
	}
	return true;
}
