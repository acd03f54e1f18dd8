#include "ui/search.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/mem.h"

struct search_re {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
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

static bool has_capital(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\') {
			i++; /* \S is no capital letter that was meant */
			continue;
		}
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			return true;
	}
	return false;
}

int search_set(struct search *s, struct slice pattern, struct err *e)
{
	uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | (has_capital(pattern) ? 0 : PCRE2_CASELESS);
	struct search_re *re;
	pcre2_code *code;
	PCRE2_SIZE at;
	int error;

	code = pcre2_compile((PCRE2_SPTR)pattern.p, pattern.n, options, &error, &at, NULL);
	if (!code) {
		PCRE2_UCHAR why[120];

		pcre2_get_error_message(error, why, sizeof why);
		return err_set(e, ERR_USAGE, "cannot search for '%.*s': at character %zu: %s", (int)pattern.n, pattern.p,
			       (size_t)at, (const char *)why);
	}
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

bool search_find(const struct search *s, struct slice text, size_t from, size_t *start, size_t *end)
{
	PCRE2_SIZE *hit;

	if (!s->re || from > text.n)
		return false;
	if (pcre2_match(s->re->code, (PCRE2_SPTR)text.p, text.n, from, 0, s->re->data, s->re->limits) <= 0)
		return false;
	hit = pcre2_get_ovector_pointer(s->re->data);
	*start = hit[0];
	*end = hit[1];
	return true;
}
