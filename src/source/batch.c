#include "source/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

static const int64_t late_us = 3000000, dead_us = 30000000;
enum { STARTS = 3 /* without an answer; then it is given up */, HEAD_MAX = BATCH_SPEC + 128 };

struct question {
	struct question *next;
	void *of;
	struct buf spec; /* with its line end */
};

struct batch {
	struct loop *l;
	char *dir, *git_dir; /* owned */
	void (*answer)(void *arg, void *question, const struct batch_answer *a);
	void (*tell)(void *arg);
	void *arg;
	struct child *child; /* NULL: not started */
	struct question *first, **end; /* that wait for their answer */
	unsigned starts;     /* since an answer came */
	unsigned timer;
	int64_t heard;       /* when a byte came last, or the first question was asked */
	bool late, broken;
	int64_t late_us, dead_us; /* as of batch_patience() */

	struct buf head, text;   /* of the answer that comes in */
	bool in_body;
	uint64_t left;       /* bytes of its body, with the line end behind */
	struct batch_answer a;   /* its slices point into `head` */
};

struct batch *batch_new(struct loop *l, const char *dir, const char *git_dir,
			void (*answer)(void *arg, void *question, const struct batch_answer *a), void *arg)
{
	struct batch *b = xcalloc(1, sizeof *b);

	*b = (struct batch){.l = l, .dir = xstrdup(dir), .git_dir = xstrdup(git_dir), .answer = answer, .arg = arg,
			    .late_us = late_us, .dead_us = dead_us};
	b->end = &b->first;
	buf_init(&b->head, HEAD_MAX);
	buf_init(&b->text, BATCH_OBJECT);
	return b;
}

static void drop_first(struct batch *b)
{
	struct question *q = b->first;

	b->first = q->next;
	if (!b->first)
		b->end = &b->first;
	buf_release(&q->spec);
	free(q);
}

static void stop(struct batch *b)
{
	child_kill(b->child);
	b->child = NULL;
	buf_clear(&b->head);
	buf_clear(&b->text);
	b->in_body = false;
}

void batch_free(struct batch *b)
{
	if (!b)
		return;
	stop(b);
	loop_cancel(b->l, b->timer);
	while (b->first)
		drop_first(b);
	buf_release(&b->head);
	buf_release(&b->text);
	free(b->dir);
	free(b->git_dir);
	free(b);
}

void batch_tell_late(struct batch *b, void (*late)(void *arg))
{
	b->tell = late;
}

void batch_patience(struct batch *b, int64_t late, int64_t dead)
{
	b->late_us = late;
	b->dead_us = dead;
}

bool batch_is_late(const struct batch *b)
{
	return b->late;
}

static void set_late(struct batch *b, bool late)
{
	if (b->late == late)
		return;
	b->late = late;
	if (b->tell)
		b->tell(b->arg);
}

/* ---- answers ---- */

static void reply(struct batch *b, const struct batch_answer *a)
{
	void *of = b->first->of;

	if (a->result != BATCH_FAILED)
		b->starts = 0;
	drop_first(b);
	b->answer(b->arg, of, a);
}

/* It cannot go on: all that was asked so far has the same answer. */
static void fail_all(struct batch *b, struct slice why)
{
	struct batch_answer a = {.result = BATCH_FAILED, .text = why};
	size_t n = 0;

	for (struct question *q = b->first; q; q = q->next)
		n++;
	while (n--) /* not what the callbacks ask for */
		reply(b, &a);
}

/* "ID TYPE SIZE", or "SPEC missing", "SPEC ambiguous"; false: none of these. */
static bool read_head(struct batch *b)
{
	struct slice s = buf_slice(&b->head), size;

	b->a = (struct batch_answer){.result = BATCH_MISSING};
	if (slice_ends(s, " missing"))
		return true;
	b->a.result = BATCH_AMBIGUOUS;
	if (slice_ends(s, " ambiguous"))
		return true;
	b->a.result = BATCH_FOUND;
	return slice_word(&s, &b->a.id) && slice_word(&s, &b->a.type) && slice_word(&s, &size) && slice_u64(size, &b->a.size) &&
	       b->a.size < UINT64_MAX;
}

static void take_head(struct batch *b, struct slice *piece)
{
	size_t lf = slice_chr(*piece, '\n', 0), n = lf == SLICE_NONE ? piece->n : lf;

	buf_add(&b->head, piece->p, n);
	*piece = slice_sub(*piece, lf == SLICE_NONE ? n : n + 1, piece->n);
	if (lf == SLICE_NONE)
		return;
	if (!b->first || b->head.n >= HEAD_MAX || !read_head(b)) {
		b->broken = true;
	} else if (b->a.result == BATCH_FOUND) {
		b->in_body = true;
		b->left = b->a.size + 1;
	} else {
		reply(b, &b->a);
		buf_clear(&b->head);
	}
}

static void take_body(struct batch *b, struct slice *piece)
{
	size_t n = piece->n < b->left ? piece->n : (size_t)b->left;

	if (b->a.size <= BATCH_OBJECT) /* the line end behind it is no part of it */
		buf_add(&b->text, piece->p, n == b->left ? n - 1 : n);
	*piece = slice_sub(*piece, n, piece->n);
	b->left -= n;
	if (b->left)
		return;
	if (b->a.size > BATCH_OBJECT)
		b->a.result = BATCH_LARGE;
	b->a.text = buf_slice(&b->text);
	reply(b, &b->a);
	b->in_body = false;
	buf_clear(&b->head);
	buf_clear(&b->text);
}

static void on_time(void *arg);

static void watch(struct batch *b)
{
	loop_cancel(b->l, b->timer);
	b->timer = loop_timer(b->l, b->broken ? 0 : b->late_us, on_time, b);
}

static void on_data(void *arg, struct slice piece)
{
	struct batch *b = arg;

	b->heard = loop_now();
	set_late(b, false);
	while (piece.n && !b->broken)
		if (b->in_body)
			take_body(b, &piece);
		else
			take_head(b, &piece);
	if (b->broken) /* the child must not be killed from here: the timer does it */
		watch(b);
}

/* ---- its life ---- */

static void start(struct batch *b);

/* A git that would have to fetch ends, with words of its own for it; what was asked behind that is asked again. */
static void left_out(struct batch *b)
{
	struct batch_answer a = {.result = BATCH_LEFT_OUT};

	reply(b, &a);
	if (b->first && !b->child)
		start(b);
}

static void on_end(void *arg, const struct child_result *r)
{
	struct batch *b = arg;
	struct slice why = git_words(r->err);
	struct buf words = BUF_INIT;

	b->child = NULL;
	stop(b);
	if (b->first && slice_find(r->err, "from promisor remote", 0) != SLICE_NONE) {
		left_out(b);
		return;
	}
	if (b->first && b->starts < STARTS) {
		start(b);
		return;
	}
	buf_addf(&words, "git cat-file ended: %.*s", (int)why.n, why.n ? why.p : "");
	if (b->first)
		fail_all(b, why.n ? buf_slice(&words) : SLICE("git cat-file ended and does not say why"));
	buf_release(&words);
}

static void send(struct batch *b)
{
	for (struct question *q = b->first; q && b->child; q = q->next)
		child_write(b->child, buf_slice(&q->spec));
}

static void start(struct batch *b)
{
	static const char *const args[] = {"cat-file", "--batch", NULL};
	struct git g = {.dir = b->dir, .git_dir = b->git_dir, .data = on_data};
	struct err e = {0};

	b->starts++;
	b->broken = false;
	b->heard = loop_now();
	b->child = git_start(b->l, &g, args, true, on_end, b, &e);
	if (b->child)
		send(b);
	watch(b);
}

static void on_time(void *arg)
{
	struct batch *b = arg;
	int64_t silent = loop_now() - b->heard;

	b->timer = 0;
	if (!b->first)
		return;
	if (b->child && !b->broken) /* also where this comes so late that it is given up at once */
		set_late(b, silent >= b->late_us);
	if (b->child && !b->broken && silent < b->dead_us) {
		watch(b);
		return;
	}
	stop(b);
	if (b->starts < STARTS)
		start(b);
	else
		fail_all(b, SLICE("git cat-file does not answer"));
}

void batch_ask(struct batch *b, struct slice spec, void *question)
{
	struct question *q = xcalloc(1, sizeof *q);

	q->of = question;
	buf_add_slice(&q->spec, spec);
	buf_addc(&q->spec, '\n');
	if (!b->first) {
		b->heard = loop_now();
		b->starts = 0;
		watch(b);
	}
	*b->end = q;
	b->end = &q->next;
	if (b->child)
		child_write(b->child, buf_slice(&q->spec));
	else if (b->first == q)
		start(b);
}
