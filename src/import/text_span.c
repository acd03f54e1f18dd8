#include "import/text_span.h"

#include "base/when.h"

static const struct {
	const char *word;
	enum traj_field field;
	unsigned types; /* bit set of the span types that may have it */
} labels[LABELS] = {
#define ON(type) (1u << SPAN_##type)
	[LABEL_MODEL] = {"Model:", FIELD_N, ON(AGENT) | ON(LLM)},
	[LABEL_ERROR] = {"Error:", FIELD_ERROR, ~0u},
	[LABEL_ARGS] = {"Args:", FIELD_ARGS, ON(ACTION) | ON(TOOL)},
	[LABEL_RESULTS] = {"Results:", FIELD_RESULTS, ON(FLOW) | ON(ACTION) | ON(AGENT) | ON(TOOL)},
	[LABEL_INSTRUCTION] = {"Instruction:", FIELD_INSTRUCTION, ON(AGENT)},
	[LABEL_PROMPT] = {"Prompt:", FIELD_PROMPT, ON(AGENT)},
	[LABEL_REPLY] = {"Reply:", FIELD_REPLY, ON(AGENT) | ON(LLM)},
	[LABEL_TOKENS] = {"Tokens:", FIELD_N, ON(LLM)},
	[LABEL_THOUGHTS] = {"Thoughts:", FIELD_THOUGHTS, ON(LLM)},
};

/* By parent: the types that may be directly below it. */
static const unsigned children[SPAN_TYPES] = {
	[SPAN_FLOW] = ON(ACTION) | ON(AGENT) | ON(CANDIDATES) | ON(LOOP),
	[SPAN_ACTION] = ON(ACTION) | ON(AGENT) | ON(CANDIDATES) | ON(LOOP),
	[SPAN_AGENT] = ON(LLM) | ON(TOOL) | ON(AGENT),
	[SPAN_TOOL] = ON(AGENT) | ON(CANDIDATES) | ON(ACTION) | ON(LOOP),
	[SPAN_CANDIDATES] = ON(AGENT),
	[SPAN_LOOP] = ON(ITERATION),
	[SPAN_ITERATION] = ON(ACTION) | ON(AGENT) | ON(CANDIDATES) | ON(LOOP),
#undef ON
};

enum traj_field text_label_field(enum text_label l)
{
	return l < LABELS ? labels[l].field : FIELD_N;
}

bool text_may_contain(enum span_type parent, enum span_type child)
{
	return parent < SPAN_TYPES && (children[parent] & 1u << child);
}

/* A decimal number without sign and leading zeroes, of at most 10 digits, from the front of `*s`. */
static bool take_number(struct slice *s, uint64_t *v)
{
	size_t n = 0;

	while (n < s->n && n <= 10 && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	if (n > 10 || (n > 1 && s->p[0] == '0') || !slice_u64(slice_sub(*s, 0, n), v))
		return false;
	*s = slice_sub(*s, n, s->n);
	return true;
}

/* The blanks between two cells of a table row. */
static bool take_blanks(struct slice *s)
{
	size_t n = 0;

	while (n < s->n && (s->p[n] == ' ' || s->p[n] == '\t'))
		n++;
	*s = slice_sub(*s, n, s->n);
	return n > 0;
}

bool text_head(struct slice line, struct text_head *h)
{
	enum { STAMP = sizeof "2026/02/24 17:03" - 1 };
	uint64_t seq, nesting;
	struct slice type;

	if (!line.n || line.p[0] < '0' || line.p[0] > '9') /* most lines of a page */
		return false;
	if (!take_number(&line, &seq) || seq > UINT32_MAX || !slice_eat(&line, "/"))
		return false;
	if (!take_number(&line, &nesting) || nesting > TEXT_NESTING_MAX || !take_blanks(&line) ||
	    !when_parse_page(slice_sub(line, 0, STAMP), &h->started))
		return false;
	line = slice_sub(line, STAMP, line.n);
	if (!take_blanks(&line) || !slice_word(&line, &type))
		return false;
	h->type = span_type_of(type);
	if (h->type == SPAN_OTHER)
		return false;
	h->seq = (uint32_t)seq;
	h->nesting = (uint16_t)nesting;
	h->name = slice_trim(line);
	return true;
}

/* The two digits of "1h05m". */
static bool take_two(struct slice *s, uint64_t *v)
{
	if (s->n < 2 || !slice_u64(slice_sub(*s, 0, 2), v))
		return false;
	*s = slice_sub(*s, 2, s->n);
	return true;
}

/* "2m", "1h05m", "2d03h", "12d" */
static bool take_duration(struct slice *s, int64_t *minutes)
{
	uint64_t n, m = 0;

	if (!take_number(s, &n) || n > 10000000)
		return false;
	if (slice_eat(s, "m")) {
		*minutes = (int64_t)n;
		return true;
	}
	if (slice_eat(s, "h")) {
		*minutes = (int64_t)(n * 60);
		if (!take_two(s, &m) || !slice_eat(s, "m"))
			return false;
		*minutes += (int64_t)m;
		return true;
	}
	if (!slice_eat(s, "d"))
		return false;
	*minutes = (int64_t)(n * 24 * 60);
	if (s->n && *s->p >= '0' && *s->p <= '9') {
		if (!take_two(s, &m) || !slice_eat(s, "h"))
			return false;
		*minutes += (int64_t)(m * 60);
	}
	return true;
}

enum text_label text_label(struct slice line, enum span_type type)
{
	int l = 0;

	line = slice_rtrim(line);
	while (l < LABELS && !((labels[l].types & 1u << type) && slice_is(line, labels[l].word)))
		l++;
	return (enum text_label)l;
}

bool text_first(struct slice line, enum span_type type, struct text_first *f)
{
	struct slice rest = slice_rtrim(line);

	*f = (struct text_first){.label = LABELS};
	if (rest.n == 0)
		return true;
	if (*rest.p >= '0' && *rest.p <= '9') {
		if (!take_duration(&rest, &f->minutes))
			return false;
		f->duration = true;
		if (rest.n == 0)
			return true;
		if (!take_blanks(&rest))
			return false;
	}
	f->label = text_label(rest, type);
	return f->label != LABELS;
}

/* "    input: 12"; a number too large for `*v` is taken for the largest. */
static bool token_line(struct slice line, const char *word, uint64_t *v)
{
	take_blanks(&line);
	if (!slice_eat(&line, word) || !slice_eat(&line, ": "))
		return false;
	line = slice_rtrim(line);
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] < '0' || line.p[i] > '9')
			return false;
	if (line.n && !slice_u64(line, v))
		*v = UINT64_MAX;
	return line.n > 0;
}

bool text_tokens(struct slice value, uint64_t n[3])
{
	static const char *const words[] = {"input", "output", "thoughts"};
	struct slice line;

	for (int i = 0; i < 3; i++)
		if (!slice_line(&value, &line) || !token_line(line, words[i], &n[i]))
			return false;
	return slice_trim(value).n == 0;
}

struct slice text_value(struct slice segment, size_t *blank)
{
	struct slice value = segment;

	while (value.n && value.p[value.n - 1] == '\n')
		value.n--;
	*blank = segment.n - value.n;
	if (value.n && *blank) /* the end of its last line */
		--*blank;
	return value;
}

/* Is `s` a beginning of `word`, or the other way round? */
static bool agrees(struct slice s, const char *word)
{
	struct slice w = slice_str(word);

	return slice_eq(slice_sub(s, 0, w.n), slice_sub(w, 0, s.n));
}

bool text_value_fits(enum text_label l, struct slice rest)
{
	struct slice line = {0};
	uint64_t n;
	bool whole;

	switch (l) {
	case LABEL_ARGS:
	case LABEL_RESULTS:
		return agrees(rest, "map[") || agrees(rest, "{") || agrees(rest, "null");
	case LABEL_TOKENS:
		whole = slice_chr(rest, '\n', 0) != SLICE_NONE;
		return !slice_line(&rest, &line) || !whole || token_line(line, "input", &n);
	default:
		return true;
	}
}
