#include "app/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	PARTS = 512,     /* of the turns, at most; a power of two */
	OPEN_MAX = 1024, /* spans that are looked at again until they end */
	LOOK_EVERY = 256, /* spans between two looks at the clock; where their texts are read: */
	LOOK_AT_TEXTS = 8
};

struct key {
	uint8_t type;
	uint32_t name; /* string numbers */
	uint32_t word;
};

struct tally {
	struct session *s; /* borrowed */
	uint64_t moves;    /* of the trajectory, as counted */
	size_t seen, measured; /* spans; measured: results of calls */
	struct tally_row rows[TALLY_ROWS];
	struct key keys[TALLY_ROWS];
	size_t n;
	const struct tally_row *sorted[TALLY_ROWS];
	uint32_t open[OPEN_MAX]; /* seqs */
	size_t nopen;
	int64_t longest;
	uint32_t most_in;
	/* turns of the main agent: `per` turns a part */
	uint16_t nesting;
	size_t turns, per;
	uint32_t last_in;
	uint32_t part[PARTS];
};

static struct traj *traj_of(const struct tally *t)
{
	return t->s->run->traj;
}

static void begin(struct tally *t)
{
	struct session *s = t->s;

	*t = (struct tally){.s = s, .nesting = UINT16_MAX, .per = 1};
	t->moves = traj_moves(traj_of(t));
}

struct tally *tally_new(struct session *s)
{
	struct tally *t = xcalloc(1, sizeof *t);

	t->s = s;
	begin(t);
	return t;
}

void tally_free(struct tally *t)
{
	free(t);
}

bool tally_is_container(enum span_type type)
{
	return type == SPAN_FLOW || type == SPAN_AGENT || type == SPAN_CANDIDATES || type == SPAN_LOOP || type == SPAN_ITERATION;
}

/* ---- counting ---- */

static struct tally_row *row_of(struct tally *t, const struct span *s)
{
	struct key k = {.type = s->type, .name = s->type == SPAN_LLM ? s->model : s->name,
			.word = s->type == SPAN_OTHER ? s->type_word : 0};
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->keys[i].type == k.type && t->keys[i].name == k.name && t->keys[i].word == k.word)
			return &t->rows[i];
	if (i == TALLY_ROWS)
		return &t->rows[TALLY_ROWS - 1];
	t->n++;
	t->keys[i] = i + 1 < TALLY_ROWS ? k : (struct key){.type = SPAN_TYPES};
	t->rows[i] = (struct tally_row){.type = SPAN_OTHER, .longest = -1, .longest_seq = s->seq};
	if (i + 1 < TALLY_ROWS) {
		t->rows[i].type = (enum span_type)s->type;
		t->rows[i].name = traj_string(traj_of(t), k.name);
	}
	return &t->rows[i];
}

/* Twice as many turns a part. */
static void halve(struct tally *t)
{
	for (size_t i = 0; i < PARTS / 2; i++)
		t->part[i] = t->part[2 * i] > t->part[2 * i + 1] ? t->part[2 * i] : t->part[2 * i + 1];
	memset(t->part + PARTS / 2, 0, sizeof t->part / 2);
	t->per *= 2;
}

static void add_turn(struct tally *t, const struct span *s)
{
	uint32_t *part;

	if (s->tokens_in == 0 || s->nesting > t->nesting)
		return;
	if (s->nesting < t->nesting) { /* those before were of a sub-agent */
		t->nesting = s->nesting;
		t->turns = 0;
		t->per = 1;
		memset(t->part, 0, sizeof t->part);
	}
	if (t->turns == PARTS * t->per)
		halve(t);
	part = &t->part[t->turns / t->per];
	*part = s->tokens_in > *part ? s->tokens_in : *part;
	t->last_in = s->tokens_in;
	t->turns++;
}

/* What is known of a span once it ended. */
static void add_end(struct tally *t, struct tally_row *r, const struct span *s)
{
	int64_t took = s->started == WHEN_NONE || s->finished == WHEN_NONE ? -1 : s->finished - s->started;

	r->errors += (s->flags & SPAN_ERROR) != 0;
	r->tokens_in += s->tokens_in;
	r->tokens_out += s->tokens_out;
	r->tokens_thought += s->tokens_thought;
	if (took >= 0) {
		r->timed++;
		r->time = took < INT64_MAX - r->time ? r->time + took : INT64_MAX;
		if (took > r->longest) {
			r->longest = took;
			r->longest_seq = s->seq;
		}
		if (!tally_is_container((enum span_type)s->type) && took > t->longest)
			t->longest = took;
	}
	if (s->type == SPAN_LLM) {
		t->most_in = s->tokens_in > t->most_in ? s->tokens_in : t->most_in;
		add_turn(t, s);
	}
}

/* How much a call of a tool returned. */
static void measure(struct tally *t, size_t i)
{
	const struct span *s = traj_span(traj_of(t), i);
	struct slice text;

	if (s->type != SPAN_TOOL)
		return;
	if (session_field(t->s, i, FIELD_RESULTS, &text, NULL) > 0 ||
	    session_field(t->s, i, FIELD_RESULTS_RAW, &text, NULL) > 0)
		row_of(t, s)->bytes += text.n;
}

static bool has_ended(const struct tally *t, size_t i)
{
	return traj_span(traj_of(t), i)->flags & SPAN_FINISHED && session_may_show(t->s, i, PART_FINISH);
}

static void add_span(struct tally *t, size_t i)
{
	const struct span *s = traj_span(traj_of(t), i);
	struct tally_row *r = row_of(t, s);

	r->calls++;
	if (has_ended(t, i)) {
		add_end(t, r, s);
	} else {
		r->open++;
		if (t->nopen < OPEN_MAX)
			t->open[t->nopen++] = s->seq;
	}
}

/* Those that were open and have ended since. */
static void look_again(struct tally *t)
{
	size_t kept = 0;

	for (size_t k = 0; k < t->nopen; k++) {
		size_t i = traj_find(traj_of(t), t->open[k]);

		if (i < traj_count(traj_of(t)) && has_ended(t, i)) {
			const struct span *s = traj_span(traj_of(t), i);
			struct tally_row *r = row_of(t, s);

			r->open--;
			add_end(t, r, s);
			if (i < t->measured)
				measure(t, i);
		} else {
			t->open[kept++] = t->open[k];
		}
	}
	t->nopen = kept;
}

/* True where the time is over. */
static bool measure_until(struct tally *t, int64_t end)
{
	for (size_t n = 0; t->measured < t->seen; t->measured++) {
		if (traj_span(traj_of(t), t->measured)->type != SPAN_TOOL || !has_ended(t, t->measured))
			continue;
		measure(t, t->measured);
		if (++n % LOOK_AT_TEXTS == 0) {
			traj_release_bodies(traj_of(t));
			if (when_now() >= end) {
				t->measured++;
				return true;
			}
		}
	}
	traj_release_bodies(traj_of(t));
	return false;
}

bool tally_step(struct tally *t, int64_t us)
{
	int64_t end = when_now() + us;

	if (traj_moves(traj_of(t)) != t->moves)
		begin(t);
	look_again(t);
	for (size_t n = 1; t->seen < traj_count(traj_of(t)) && session_may_show(t->s, t->seen, PART_SPAN); n++) {
		add_span(t, t->seen++);
		if (n % LOOK_EVERY == 0 && when_now() >= end)
			return true;
	}
	return measure_until(t, end);
}

size_t tally_seen(const struct tally *t)
{
	return t->seen;
}

size_t tally_measured(const struct tally *t)
{
	return t->measured;
}

/* ---- what was counted ---- */

static int rank(enum span_type type)
{
	return type == SPAN_LLM ? 0 : type == SPAN_TOOL ? 1 : tally_is_container(type) ? 3 : 2;
}

static int by_weight(const void *a, const void *b)
{
	const struct tally_row *x = *(const struct tally_row *const *)a, *y = *(const struct tally_row *const *)b;

	if (rank(x->type) != rank(y->type))
		return rank(x->type) - rank(y->type);
	if (x->time != y->time)
		return x->time < y->time ? 1 : -1;
	if (x->calls != y->calls)
		return x->calls < y->calls ? 1 : -1;
	return x < y ? -1 : x > y;
}

const struct tally_row *const *tally_rows(struct tally *t, size_t *n)
{
	for (size_t i = 0; i < t->n; i++)
		t->sorted[i] = &t->rows[i];
	qsort(t->sorted, t->n, sizeof *t->sorted, by_weight);
	*n = t->n;
	return t->sorted;
}

int64_t tally_longest(const struct tally *t)
{
	return t->longest;
}

uint32_t tally_most_in(const struct tally *t)
{
	return t->most_in;
}

size_t tally_turns(const struct tally *t, uint32_t *last)
{
	*last = t->last_in;
	return t->turns;
}

size_t tally_context(const struct tally *t, uint32_t *out, size_t n)
{
	size_t parts = (t->turns + t->per - 1) / t->per, used = parts < n ? parts : n;

	memset(out, 0, n * sizeof *out);
	for (size_t i = 0; i < parts; i++) {
		uint32_t *to = &out[i * used / parts];

		*to = t->part[i] > *to ? t->part[i] : *to;
	}
	return used;
}
