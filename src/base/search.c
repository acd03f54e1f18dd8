#include "base/search.h"

#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/mem.h"
#include "base/utf8.h"

struct search_re {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	size_t gave_up;
};

static void re_free(struct search_re *re)
{
	if (!re)
		return;
	pcre2_code_free(re->code);
	pcre2_match_data_free(re->data);
	pcre2_match_context_free(re->limits);
	free(re);
}

void search_release(struct search *s)
{
	re_free(s->re);
	buf_release(&s->pattern);
	s->re = NULL;
}

static bool has_capital(struct slice s, bool expression)
{
	for (size_t i = 0; i < s.n; i++) {
		if (expression && s.p[i] == '\\') {
			i++; /* \S is no capital letter that was meant */
			continue;
		}
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			return true;
	}
	return false;
}

static int set(struct search *s, struct slice pattern, uint32_t options, struct err *e)
{
	struct search_re *re;
	pcre2_code *code;
	PCRE2_SIZE at;
	int error;

	options |= PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | (has_capital(pattern, !(options & PCRE2_LITERAL)) ? 0 : PCRE2_CASELESS);
	code = pcre2_compile((PCRE2_SPTR)pattern.p, pattern.n, options, &error, &at, NULL);
	if (!code) {
		PCRE2_UCHAR why[120];

		pcre2_get_error_message(error, why, sizeof why);
		return err_set(e, ERR_USAGE, "cannot search for '%.*s': at character %zu: %s", (int)pattern.n, pattern.p,
			       (size_t)at, (const char *)why);
	}
	pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* where it cannot be, matching is only slower */
	re = xcalloc(1, sizeof *re);
	re->code = code;
	re->data = pcre2_match_data_create_from_pattern(code, NULL);
	re->limits = pcre2_match_context_create(NULL);
	/* a pattern that backtracks without end must not hold the screen up */
	pcre2_set_match_limit(re->limits, 200000);
	re_free(s->re);
	s->re = re;
	buf_clear(&s->pattern);
	buf_add_slice(&s->pattern, pattern);
	return 0;
}

int search_set(struct search *s, struct slice pattern, struct err *e)
{
	return set(s, pattern, 0, e);
}

int search_set_text(struct search *s, struct slice text, struct err *e)
{
	return set(s, text, PCRE2_LITERAL, e);
}

bool search_find(const struct search *s, struct slice text, size_t from, size_t *start, size_t *end)
{
	struct search_re *re = s->re;
	PCRE2_SIZE *hit;
	int rc;

	if (!re || from > text.n)
		return false;
	rc = pcre2_match(re->code, (PCRE2_SPTR)text.p, text.n, from, 0, re->data, re->limits);
	if (rc == PCRE2_ERROR_JIT_STACKLIMIT) /* the other way of matching has the heap */
		rc = pcre2_match(re->code, (PCRE2_SPTR)text.p, text.n, from, PCRE2_NO_JIT, re->data, re->limits);
	if (rc < 0 && rc != PCRE2_ERROR_NOMATCH)
		re->gave_up++;
	if (rc <= 0)
		return false;
	hit = pcre2_get_ovector_pointer(re->data);
	*start = hit[0];
	*end = hit[1];
	return *end >= *start; /* \K in a look-ahead may turn them round */
}

size_t search_gave_up(const struct search *s)
{
	return s->re ? s->re->gave_up : 0;
}

/* ---- what every hit holds ---- */

/* Runs of characters that stand for themselves, up to the first thing in the pattern that is not plain to see. */
struct runs {
	struct slice run, best;
	size_t last; /* bytes of the run's last character */
};

static void end_run(struct runs *r, const char *next)
{
	if (r->run.n > r->best.n)
		r->best = r->run;
	r->run = (struct slice){next, 0};
}

/* The character before may be missing from a hit. */
static void drop_last(struct runs *r)
{
	r->run.n -= r->run.n ? r->last : 0;
}

/* The character at the front of `rest` stands for itself.  Returns its length. */
static size_t add_char(struct runs *r, struct slice rest, bool (*may)(uint32_t cp))
{
	uint32_t cp;

	r->last = utf8_decode(rest, &cp);
	if (!may(cp)) {
		end_run(r, rest.p);
	} else {
		if (r->run.n == 0)
			r->run.p = rest.p;
		r->run.n += r->last;
	}
	return r->last;
}

/* Behind a backslash a letter, a digit or what is not ASCII may have a meaning of its own; the rest stands for itself. */
static bool is_escaped_sign(struct slice p)
{
	return p.n > 1 && p.p[1] > ' ' && p.p[1] < 0x7f && !(p.p[1] >= '0' && p.p[1] <= '9') &&
	       !((p.p[1] | 0x20) >= 'a' && (p.p[1] | 0x20) <= 'z');
}

struct slice search_needs(const struct search *s, bool (*may)(uint32_t cp))
{
	struct slice p = buf_slice(&s->pattern);
	struct runs r = {.run = {p.p, 0}, .best = {p.p, 0}};
	size_t n;

	if (slice_chr(p, '|', 0) != SLICE_NONE) /* one or the other: neither must be there */
		return r.best;
	for (; p.n && !strchr("([{", *p.p); p = slice_sub(p, n, p.n)) {
		n = 1;
		if (*p.p == '\\') {
			if (!is_escaped_sign(p))
				break;
			end_run(&r, p.p + 1);
			n += add_char(&r, slice_sub(p, 1, p.n), may);
		} else if (strchr("?*+^$.", *p.p)) {
			if (*p.p == '?' || *p.p == '*')
				drop_last(&r);
			end_run(&r, p.p + 1);
		} else {
			n = add_char(&r, p, may);
		}
	}
	if (p.n && *p.p == '{') /* as many as stands there: perhaps none */
		drop_last(&r);
	end_run(&r, p.p);
	return r.best;
}
