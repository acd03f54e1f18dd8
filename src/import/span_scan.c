#include "import/span_scan.h"

#include <string.h>

#include "model/run.h"

enum key {
	KEY_SEQ, KEY_NESTING, KEY_TYPE, KEY_NAME, KEY_MODEL, KEY_STARTED, KEY_FINISHED, KEY_ERROR, KEY_IN, KEY_OUT,
	KEY_THOUGHT, KEY_HEAD, KEYS = KEY_HEAD + 6
};

/* The header's keys, then those whose values must be of a type: the first byte of it. */
static const struct {
	const char *name;
	size_t n;
	char first;
} keys[KEYS] = {
#define NAME(text) text, sizeof text - 1
	[KEY_SEQ] = {NAME("Seq"), '0'}, [KEY_NESTING] = {NAME("Nesting"), '0'}, [KEY_TYPE] = {NAME("Type"), '"'},
	[KEY_NAME] = {NAME("Name"), '"'}, [KEY_MODEL] = {NAME("Model"), '"'}, [KEY_STARTED] = {NAME("Started"), '"'},
	[KEY_FINISHED] = {NAME("Finished"), '"'}, [KEY_ERROR] = {NAME("Error"), '"'},
	[KEY_IN] = {NAME("InputTokens"), '0'}, [KEY_OUT] = {NAME("OutputTokens"), '0'},
	[KEY_THOUGHT] = {NAME("OutputThoughtsTokens"), '0'},
	[KEY_HEAD] = {NAME("Args"), '{'}, {NAME("Results"), '{'}, {NAME("Instruction"), '"'}, {NAME("Prompt"), '"'},
	{NAME("Reply"), '"'}, {NAME("Thoughts"), '"'},
#undef NAME
};

struct scan {
	const char *end;
	uint64_t bytes; /* all of them, one over the other: the highest bits tell what is not ASCII */
};

static bool is_digit(const struct scan *s, const char *p)
{
	return p < s->end && *p >= '0' && *p <= '9';
}

static const char *blanks(const struct scan *s, const char *p)
{
	while (p < s->end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* Behind the escape at `p`; NULL where it is none. */
static const char *escape(const struct scan *s, const char *p)
{
	if (s->end - p < 2)
		return NULL;
	if (p[1] == 'u')
		return s->end - p >= 6 && is_hex(p[2]) && is_hex(p[3]) && is_hex(p[4]) && is_hex(p[5]) ? p + 6 : NULL;
	switch (p[1]) {
	case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
		return p + 2;
	default:
		return NULL;
	}
}

/* Eight bytes: the highest bit of each that ends the run of plain characters; false ones only above a true one. */
static uint64_t special(uint64_t v)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t quote = v ^ ones * '"', slash = v ^ ones * '\\';

	return (((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((v - ones * 0x20) & ~v)) & (ones << 7);
}

/* Behind the closing quote of the string whose text begins at `p`, or NULL; `*escaped` where there are escapes. */
static const char *string(struct scan *s, const char *p, bool *escaped)
{
	uint64_t word;

	for (;;) {
		for (; (size_t)(s->end - p) >= sizeof word; p += sizeof word) {
			memcpy(&word, p, sizeof word);
			if (special(word))
				break;
			s->bytes |= word;
		}
		for (; p < s->end && *p != '"' && *p != '\\'; p++) {
			if ((unsigned char)*p < 0x20)
				return NULL;
			s->bytes |= (unsigned char)*p;
		}
		if (p == s->end)
			return NULL;
		if (*p == '"')
			return p + 1;
		*escaped = true;
		p = escape(s, p);
		if (!p)
			return NULL;
	}
}

static const char *digits(const struct scan *s, const char *p)
{
	if (!is_digit(s, p))
		return NULL;
	while (is_digit(s, p))
		p++;
	return p;
}

static const char *number(const struct scan *s, const char *p)
{
	p += *p == '-';
	p = p < s->end && *p == '0' ? p + 1 : digits(s, p);
	if (p && p < s->end && *p == '.')
		p = digits(s, p + 1);
	if (p && p < s->end && (*p | 0x20) == 'e') {
		p++;
		p += p < s->end && (*p == '+' || *p == '-');
		p = digits(s, p);
	}
	return p;
}

static const char *word(const struct scan *s, const char *p, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(s->end - p) >= n && memcmp(p, text, n) == 0 ? p + n : NULL;
}

static const char *scalar(struct scan *s, const char *p)
{
	bool escaped;

	switch (*p) {
	case '"':
		return string(s, p + 1, &escaped);
	case 't':
		return word(s, p, "true");
	case 'f':
		return word(s, p, "false");
	case 'n':
		return word(s, p, "null");
	default:
		return number(s, p);
	}
}

/* From before a key to before the value that it names. */
static const char *past_key(struct scan *s, const char *p)
{
	bool escaped;

	p = blanks(s, p);
	if (p == s->end || *p != '"')
		return NULL;
	p = string(s, p + 1, &escaped);
	p = p ? blanks(s, p) : NULL;
	return p && p < s->end && *p == ':' ? p + 1 : NULL;
}

/* Behind the value at `p`, whatever it is; NULL where it is not JSON or nested too deep. */
static const char *value(struct scan *s, const char *p)
{
	char open[SPAN_NESTING_MAX]; /* the closing brackets that are due */
	size_t depth = 0;

	for (;;) {
		p = blanks(s, p);
		if (p == s->end)
			return NULL;
		if (*p == '{' || *p == '[') {
			if (depth + 1 >= sizeof open) /* the record itself is one more */
				return NULL;
			open[depth++] = *p == '{' ? '}' : ']';
			p = blanks(s, p + 1);
			if (p == s->end)
				return NULL;
			if (*p != open[depth - 1]) {
				p = open[depth - 1] == '}' ? past_key(s, p) : p;
				if (!p)
					return NULL;
				continue;
			}
		} else {
			p = scalar(s, p);
			if (!p)
				return NULL;
		}
		/* close what ends here, up to a comma */
		for (;;) {
			if (depth == 0)
				return p;
			p = blanks(s, p);
			if (p == s->end)
				return NULL;
			if (*p != open[depth - 1])
				break;
			p++;
			depth--;
		}
		if (*p++ != ',')
			return NULL;
		if (open[depth - 1] == '}' && !(p = past_key(s, p)))
			return NULL;
	}
}

static int key_of(struct slice name)
{
	int k = 0;

	while (k < KEYS && (keys[k].n != name.n || memcmp(keys[k].name, name.p, name.n) != 0))
		k++;
	return k;
}

struct head {
	struct slice v[KEY_HEAD]; /* strings without their quotes */
	unsigned seen;            /* keys, by bits */
};

/* One member, from its key to behind its value; NULL where it is not a plain one. */
static const char *member(struct scan *s, const char *p, struct head *h)
{
	const char *from;
	bool escaped = false;
	int k;

	p = blanks(s, p);
	if (p == s->end || *p != '"')
		return NULL;
	from = p + 1;
	p = string(s, from, &escaped);
	if (!p || escaped)
		return NULL;
	k = key_of((struct slice){from, (size_t)(p - 1 - from)});
	p = blanks(s, p);
	if (p == s->end || *p != ':')
		return NULL;
	p = blanks(s, p + 1);
	if (p == s->end)
		return NULL;
	if (k == KEYS)
		return value(s, p);
	if (h->seen & 1u << k) /* which one counts is told by the slow look */
		return NULL;
	h->seen |= 1u << k;
	if (*p == 'n')
		return word(s, p, "null");
	if (keys[k].first == '0' ? !is_digit(s, p) : *p != keys[k].first)
		return NULL;
	if (k >= KEY_HEAD)
		return value(s, p);
	from = *p == '"' ? p + 1 : p;
	p = *p == '"' ? string(s, from, &escaped) : number(s, from);
	if (p)
		h->v[k] = (struct slice){from, (size_t)(p - (from[-1] == '"') - from)};
	return escaped ? NULL : p;
}

static bool integer(const struct head *h, enum key k, uint64_t max, uint32_t *out)
{
	uint64_t v = 0;

	if (h->v[k].p && (!slice_u64(h->v[k], &v) || v > max))
		return false;
	*out = (uint32_t)v;
	return true;
}

static bool time_of(const struct head *h, enum key k, enum when_unit *unit, int64_t *out)
{
	enum when_unit u;

	*out = WHEN_NONE;
	if (!h->v[k].p || slice_starts(h->v[k], "0001-01-01T00:00:00")) /* Go's zero time means that there is none */
		return !h->v[k].p || slice_is(h->v[k], "0001-01-01T00:00:00Z");
	if (!when_parse(h->v[k], out, &u))
		return false;
	if (u > *unit)
		*unit = u;
	return true;
}

static bool take(const struct head *h, struct span_put *p, enum when_unit *unit)
{
	uint32_t nesting;

	if (!h->v[KEY_SEQ].p || !h->v[KEY_TYPE].p || !integer(h, KEY_SEQ, UINT32_MAX, &p->seq) ||
	    !integer(h, KEY_NESTING, SPAN_NESTING_MAX, &nesting) || !integer(h, KEY_IN, UINT32_MAX, &p->tokens_in) ||
	    !integer(h, KEY_OUT, UINT32_MAX, &p->tokens_out) ||
	    !integer(h, KEY_THOUGHT, UINT32_MAX, &p->tokens_thought) ||
	    !time_of(h, KEY_STARTED, unit, &p->started) || !time_of(h, KEY_FINISHED, unit, &p->finished))
		return false;
	p->nesting = (uint16_t)nesting;
	p->type_word = h->v[KEY_TYPE];
	p->type = span_type_of(p->type_word);
	p->name = h->v[KEY_NAME];
	p->model = h->v[KEY_MODEL];
	p->closed = false;
	p->error = h->v[KEY_ERROR].n > 0;
	p->hidden_error = p->error && run_error_is_hidden(h->v[KEY_ERROR]);
	return true;
}

bool span_scan(struct slice raw, struct span_put *p, enum when_unit *unit, size_t *end, bool *ascii)
{
	struct scan s = {.end = raw.p + raw.n};
	struct head h = {.seen = 0};
	enum when_unit u = *unit;
	const char *at = raw.p;

	if (raw.n == 0 || *at != '{')
		return false;
	for (char c = ','; c == ',';) {
		at = member(&s, at + 1, &h);
		at = at ? blanks(&s, at) : NULL;
		if (!at || at == s.end || (*at != ',' && *at != '}'))
			return false;
		c = *at;
	}
	if (!take(&h, p, &u))
		return false;
	*unit = u;
	*end = (size_t)(at + 1 - raw.p);
	*ascii = (s.bytes & UINT64_C(0x8080808080808080)) == 0;
	return true;
}
