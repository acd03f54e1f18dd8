#include "llm/think.h"

static const char opening[] = "<think>", closing[] = "</think>";

/* Blanks before the mark; with more of them it is no start. */
enum { BLANKS = 16 };

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* It was no mark: what of it was held back is text. */
static void not_a_mark(struct think *t, const char *mark, void (*out)(void *, bool, struct slice), void *arg)
{
	if (t->matched)
		out(arg, t->state == THINK_IN, (struct slice){mark, t->matched});
	t->matched = 0;
}

/* At the very start.  Returns the bytes used. */
static size_t at_start(struct think *t, struct slice s, void (*out)(void *, bool, struct slice), void *arg)
{
	if (!t->matched && blank(s.p[0]) && t->blanks < BLANKS) {
		t->blanks++;
		return 1;
	}
	if (s.p[0] == opening[t->matched]) {
		if (!opening[++t->matched]) {
			t->state = THINK_IN;
			t->matched = 0;
		}
		return 1;
	}
	t->state = THINK_TEXT;
	not_a_mark(t, opening, out, arg);
	return 0;
}

/* Within the thoughts: up to the closing mark.  Returns the bytes used. */
static size_t inside(struct think *t, struct slice s, void (*out)(void *, bool, struct slice), void *arg)
{
	size_t n = 0;

	if (t->matched && s.p[0] != closing[t->matched])
		not_a_mark(t, closing, out, arg);
	if (s.p[0] == closing[t->matched]) {
		if (!closing[++t->matched]) {
			t->state = THINK_AFTER;
			t->matched = 0;
		}
		return 1;
	}
	while (n < s.n && s.p[n] != closing[0])
		n++;
	out(arg, true, slice_sub(s, 0, n));
	return n;
}

void think_feed(struct think *t, struct slice s, void (*out)(void *arg, bool thought, struct slice s), void *arg)
{
	while (s.n) {
		size_t used = 1;

		if (t->state == THINK_START) {
			used = at_start(t, s, out, arg);
		} else if (t->state == THINK_IN) {
			used = inside(t, s, out, arg);
		} else if (t->state == THINK_TEXT || !blank(s.p[0])) {
			t->state = THINK_TEXT;
			out(arg, false, s);
			used = s.n;
		}
		s = slice_sub(s, used, s.n);
	}
}

void think_end(struct think *t, void (*out)(void *arg, bool thought, struct slice s), void *arg)
{
	not_a_mark(t, t->state == THINK_IN ? closing : opening, out, arg);
}
