#include "app/queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *const sorts[RUN_SORTS] = {
	[SORT_QUEUE] = "queue", [SORT_AGE] = "age", [SORT_TITLE] = "title", [SORT_STATE] = "state", [SORT_AI] = "ai",
	[SORT_REVIEWER] = "reviewer",
};

const char *run_sort_name(enum run_sort s)
{
	return sorts[s];
}

static void release_texts(struct queue *q)
{
	free(q->title);
	free(q->reviewer);
	free(q->ai);
}

void queue_release(struct queue *q)
{
	release_texts(q);
	run_order_release(&q->order);
	*q = (struct queue){0};
}

/* ---- what is listed ---- */

int queue_sort(struct queue *q, struct slice word, struct err *e)
{
	int fits = 0, sort = SORT_QUEUE;
	struct slice name = slice_trim(word);
	bool backwards = slice_eat(&name, "-");

	for (int i = 0; i < RUN_SORTS; i++) {
		if (name.n == 0 || !slice_eq(slice_sub(slice_str(sorts[i]), 0, name.n), name))
			continue;
		sort = i;
		fits++;
	}
	if (fits != 1 && name.n)
		return err_set(e, ERR_USAGE, "cannot sort by '%.*s': queue, age, title, state, ai or reviewer, with '-' backwards",
			       (int)word.n, word.p);
	q->filter.sort = (enum run_sort)sort;
	q->filter.backwards = backwards;
	q->made = false;
	return 0;
}

static int read_states(struct run_filter *f, struct slice words, struct err *e)
{
	while (words.n) {
		size_t comma = slice_chr(words, ',', 0);
		struct slice word = slice_sub(words, 0, comma);
		enum review_state state;

		words = comma == SLICE_NONE ? (struct slice){0} : slice_sub(words, comma + 1, words.n);
		if (slice_is(word, "waiting"))
			f->due = DUE_WAITS;
		else if (slice_is(word, "due"))
			f->due = DUE_NOW;
		else if (review_state_of(word, &state))
			f->states |= 1u << state;
		else
			return err_set(e, ERR_USAGE, "there is no state '%.*s': waiting, due, unreviewed, approved, overridden, judged, "
				       "deferred, conflict", (int)word.n, word.p);
	}
	return 0;
}

static void put_text(char **to, struct slice s)
{
	free(*to);
	*to = s.n ? xstrndup(s.p, s.n) : NULL;
}

/* Into a queue of its own, so that nothing is changed where a word is wrong. */
static int read_filter(struct queue *q, struct slice words, struct err *e)
{
	struct buf title = BUF_INIT;
	struct slice word;
	int rc = 0;

	while (rc == 0 && slice_word(&words, &word)) {
		if (slice_eat(&word, "reviewer=")) {
			put_text(&q->reviewer, word);
		} else if (slice_eat(&word, "ai=")) {
			put_text(&q->ai, word);
		} else if (slice_eat(&word, "state=")) {
			rc = read_states(&q->filter, word, e);
		} else {
			buf_adds(&title, title.n ? " " : "");
			buf_add_slice(&title, word);
		}
	}
	put_text(&q->title, buf_slice(&title));
	buf_release(&title);
	return rc;
}

int queue_filter(struct queue *q, struct slice words, struct err *e)
{
	struct queue now = {.filter = {.sort = q->filter.sort, .backwards = q->filter.backwards}};

	if (read_filter(&now, words, e) < 0) {
		queue_release(&now);
		return -1;
	}
	now.filter.title = now.title;
	now.filter.reviewer = now.reviewer;
	now.filter.ai = now.ai;
	now.order = q->order;
	release_texts(q);
	*q = now;
	return 0;
}

static void add_word(struct buf *b, const char *word)
{
	buf_addf(b, "%s%s", b->n ? " " : "", word);
}

static void add_states(struct buf *b, const struct run_filter *f)
{
	bool first = true;

	if (!f->states && f->due == DUE_ANY)
		return;
	add_word(b, "state=");
	if (f->due) {
		buf_adds(b, f->due == DUE_NOW ? "due" : "waiting");
		first = false;
	}
	for (int i = 0; i < REVIEW_STATES; i++)
		if (f->states & 1u << i) {
			buf_addf(b, "%s%s", first ? "" : ",", review_state_name((enum review_state)i));
			first = false;
		}
}

void queue_filter_words(const struct queue *q, struct buf *out)
{
	const struct run_filter *f = &q->filter;
	struct buf b = BUF_INIT;

	add_states(&b, f);
	if (f->reviewer) {
		add_word(&b, "reviewer=");
		buf_adds(&b, f->reviewer);
	}
	if (f->ai) {
		add_word(&b, "ai=");
		buf_adds(&b, f->ai);
	}
	if (f->title)
		add_word(&b, f->title);
	buf_add_slice(out, buf_slice(&b));
	buf_release(&b);
}

/* ---- the list ---- */

/* To a blind reviewer an order, or what it leaves out, would tell what no row does. */
bool queue_may_sort(const struct app *a, enum run_sort s)
{
	return !app_is_blind(a) || s == SORT_QUEUE || s == SORT_AGE || s == SORT_TITLE;
}

static bool may_filter(const struct app *a, const struct run_filter *f)
{
	return !app_is_blind(a) || (!f->ai && !f->reviewer && !(f->states & ~(1u << REVIEW_UNREVIEWED | 1u << REVIEW_DEFERRED)));
}

int queue_make(struct queue *q, struct app *a, struct err *e)
{
	struct store *store = app_store(a, false, e);

	if (!queue_may_sort(a, q->filter.sort) || !may_filter(a, &q->filter))
		return err_set(e, ERR_USAGE, "cannot list runs by what the AI said or others decided: it is hidden until you have "
			       "decided (set blind)");
	q->order.n = 0;
	date_of(a->now(), q->today);
	if (!store && e->cls != ERR_NONE)
		return -1;
	q->filter.today = q->today;
	q->filter.alone = app_is_blind(a) ? app_reviewer(a) : NULL;
	if (store && store_order(store, &q->filter, &q->order, e) < 0)
		return -1;
	q->made = true;
	return 0;
}

size_t queue_find(const struct queue *q, struct app *a, const char *id)
{
	int64_t row;

	if (!a->store || !id[0] || store_key(a->store, id, &row, NULL) <= 0)
		return SIZE_MAX;
	for (size_t i = 0; i < q->order.n; i++)
		if (q->order.k[i].row == row)
			return i;
	return SIZE_MAX;
}

size_t queue_waiting(const struct queue *q)
{
	size_t n = 0;

	for (size_t i = 0; i < q->order.n; i++)
		n += q->order.k[i].waits;
	return n;
}

bool run_row_due(const struct run_row *r, const char *today)
{
	return r->review == REVIEW_DEFERRED && r->until[0] && strcmp(r->until, today) <= 0;
}

bool run_row_waits(const struct run_row *r, const char *today)
{
	return r->review == REVIEW_UNREVIEWED || run_row_due(r, today);
}

/* One way round; as queue_next(). */
static int walk(struct queue *q, struct app *a, const char *id, int dir, bool waits, struct run_row *row, struct err *e)
{
	size_t n = q->order.n, at = queue_find(q, a, id);

	if (at == SIZE_MAX)
		at = dir > 0 ? n - 1 : 0; /* one step from here is the first, or the last */
	for (size_t i = 0; i < n; i++) {
		int rc;

		at = dir > 0 ? (at + 1) % n : (at + n - 1) % n;
		if (waits && !q->order.k[at].waits)
			continue;
		rc = store_row(a->store, q->order.k[at], row, e);
		if (rc < 0)
			return -1;
		if (rc > 0)
			app_veil_row(a, row);
		if (rc > 0 && strcmp(row->id, id) != 0 && (!waits || run_row_waits(row, q->today)))
			return 1;
		if (rc > 0 && waits && !run_row_waits(row, q->today)) /* decided meanwhile: not looked at again */
			q->order.k[at].waits = false;
		run_row_release(row);
	}
	return 0;
}

int queue_next(struct queue *q, struct app *a, const char *id, int dir, bool waits, struct run_row *row, struct err *e)
{
	bool fresh = !q->made;
	int rc;

	*row = (struct run_row){0};
	if (fresh && queue_make(q, a, e) < 0)
		return -1;
	rc = walk(q, a, id, dir, waits, row, e);
	if (rc == 0 && !fresh) /* runs may have come, or decisions been taken back, since it was made */
		rc = queue_make(q, a, e) < 0 ? -1 : walk(q, a, id, dir, waits, row, e);
	return rc;
}

enum { PASS_OVER = 20 }; /* runs at most: each of them is looked for on the disk */

int queue_open_next(struct queue *q, struct app *a, const char *id, int dir, bool waits, struct session **s,
		    struct queue_passed *passed, struct err *e)
{
	char from[SHA256_HEX + 1];

	*s = NULL;
	*passed = (struct queue_passed){0};
	snprintf(from, sizeof from, "%s", id);
	for (; passed->n < PASS_OVER; passed->n++) {
		struct run_row row;
		int rc = queue_next(q, a, from, dir, waits, &row, e);
		bool round = rc > 0 && strcmp(row.id, id) == 0;

		if (rc > 0)
			memcpy(from, row.id, sizeof from);
		if (rc > 0 && !round)
			*s = session_begin_row(a, &row, &passed->why);
		run_row_release(&row);
		if (rc <= 0 || round || *s)
			return round ? 0 : rc;
	}
	return 0;
}
