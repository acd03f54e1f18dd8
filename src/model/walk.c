#include "model/walk.h"

#include <stdlib.h>

#include "base/mem.h"

static uint32_t parent_of(const struct traj *t, size_t i)
{
	return traj_span(t, i)->parent;
}

static uint32_t innermost(const struct walk *w)
{
	return w->nopen ? w->open[w->nopen - 1] : SPAN_NO_PARENT;
}

static void push(struct walk *w, size_t i)
{
	w->open = mem_grow(w->open, &w->cap, w->nopen + 1, sizeof *w->open);
	w->open[w->nopen++] = (uint32_t)i;
}

void walk_release(struct walk *w)
{
	free(w->open);
	*w = (struct walk){0};
}

void walk_begin(struct walk *w)
{
	w->on = true;
	w->begun = w->nopen = 0;
	w->at = SIZE_MAX;
}

static bool has_finish(const struct traj *t, size_t i)
{
	return traj_span(t, i)->flags & SPAN_FINISHED;
}

void walk_end(struct walk *w, const struct traj *t)
{
	walk_seek(w, t, walk_length(t));
}

bool walk_is_over(const struct walk *w, const struct traj *t)
{
	return w->begun == traj_count(t) && w->nopen == 0;
}

bool walk_forward(struct walk *w, const struct traj *t)
{
	while (w->nopen && (w->begun == traj_count(t) || parent_of(t, w->begun) != innermost(w))) {
		size_t i = w->open[--w->nopen];

		if (has_finish(t, i)) {
			w->at = i;
			return true;
		}
	}
	if (w->begun == traj_count(t))
		return false;
	w->at = w->begun;
	push(w, w->begun++);
	return true;
}

/* The span whose end is the last one that came; the newest span is not open. */
static size_t ended_last(const struct walk *w, const struct traj *t)
{
	size_t i = w->begun - 1;

	while (parent_of(t, i) != innermost(w))
		i = parent_of(t, i);
	return i;
}

/* What came last at this place. */
static void look_back(struct walk *w, const struct traj *t)
{
	w->at = w->begun == 0 ? SIZE_MAX : innermost(w) == w->begun - 1 ? w->begun - 1 : ended_last(w, t);
}

/* Put behind those that are open the spans around the newest one, and itself, that are not, outermost first.  How many. */
static size_t put_ended(struct walk *w, const struct traj *t)
{
	size_t n = 1, k;
	uint32_t i;

	if (w->begun == 0 || innermost(w) == w->begun - 1)
		return 0;
	for (i = (uint32_t)w->begun - 1; parent_of(t, i) != innermost(w); i = parent_of(t, i))
		n++;
	w->open = mem_grow(w->open, &w->cap, w->nopen + n, sizeof *w->open);
	for (i = (uint32_t)w->begun - 1, k = n; k--; i = parent_of(t, i))
		w->open[w->nopen + k] = i;
	return n;
}

bool walk_back(struct walk *w, const struct traj *t)
{
	size_t n = put_ended(w, t);

	while (n--)
		if (has_finish(t, w->open[w->nopen++])) {
			look_back(w, t);
			return true;
		}
	if (w->begun == 0)
		return false;
	w->nopen--;
	w->begun--;
	/* ends that are no records lie before it: nothing is seen of them */
	for (n = put_ended(w, t); n-- && !has_finish(t, w->open[w->nopen]);)
		w->nopen++;
	look_back(w, t);
	return true;
}

uint64_t walk_position(const struct walk *w)
{
	return 2 * (uint64_t)w->begun - w->nopen;
}

uint64_t walk_length(const struct traj *t)
{
	return 2 * (uint64_t)traj_count(t);
}

static size_t depth_of(const struct traj *t, size_t i)
{
	size_t n = 0;

	for (uint32_t up = parent_of(t, i); up != SPAN_NO_PARENT; up = parent_of(t, up))
		n++;
	return n;
}

/* The position right behind the start of span `i`: all before it have begun, and of those only its ancestors are open. */
static uint64_t start_position(const struct traj *t, size_t i)
{
	return 2 * (uint64_t)i + 1 - depth_of(t, i);
}

void walk_to_start(struct walk *w, const struct traj *t, size_t i)
{
	size_t n = depth_of(t, i) + 1;

	w->on = true;
	w->begun = i + 1;
	w->open = mem_grow(w->open, &w->cap, n, sizeof *w->open);
	w->nopen = n;
	for (uint32_t up = (uint32_t)i; n--; up = parent_of(t, up))
		w->open[n] = up;
	w->at = i;
}

void walk_seek(struct walk *w, const struct traj *t, uint64_t to)
{
	size_t lo = 0, hi = traj_count(t);

	while (lo < hi) { /* the first span that has not begun there */
		size_t mid = lo + (hi - lo) / 2;

		if (start_position(t, mid) <= to)
			lo = mid + 1;
		else
			hi = mid;
	}
	walk_begin(w);
	if (lo == 0)
		return;
	walk_to_start(w, t, lo - 1);
	while (w->nopen && walk_position(w) < to)
		w->nopen--;
	look_back(w, t);
}

static bool is_within(const struct traj *t, size_t i, size_t outer)
{
	while (i > outer && parent_of(t, i) != SPAN_NO_PARENT)
		i = parent_of(t, i);
	return i == outer;
}

uint64_t walk_finish_position(const struct traj *t, size_t i)
{
	size_t lo = i + 1, hi = traj_count(t);

	while (lo < hi) { /* the first span behind all that lies within it */
		size_t mid = lo + (hi - lo) / 2;

		if (is_within(t, mid, i))
			lo = mid + 1;
		else
			hi = mid;
	}
	return 2 * (uint64_t)lo - depth_of(t, i);
}

void walk_to_finish(struct walk *w, const struct traj *t, size_t i)
{
	walk_seek(w, t, walk_finish_position(t, i));
}

bool walk_has_begun(const struct walk *w, size_t i)
{
	return i < w->begun;
}

bool walk_has_ended(const struct walk *w, size_t i)
{
	size_t lo = 0, hi = w->nopen;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (w->open[mid] < i)
			lo = mid + 1;
		else
			hi = mid;
	}
	return i < w->begun && (lo == w->nopen || w->open[lo] != i);
}

int64_t walk_time(const struct walk *w, const struct traj *t)
{
	const struct span *s = w->at == SIZE_MAX ? NULL : traj_span(t, w->at);

	return !s ? WHEN_NONE : walk_has_ended(w, w->at) ? s->finished : s->started;
}
