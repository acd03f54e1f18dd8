#include "report/access.h"

/* The words of a line one after another; `cut` is set when the line ended where another word was due. */
struct words {
	struct slice s;
	bool cut;
};

static bool expect(struct words *w, const char *word)
{
	struct slice t = slice_trim(w->s);

	if (t.n == 0) {
		w->cut = true;
		return false;
	}
	if (!slice_eat(&t, word))
		return false;
	w->s = t;
	return true;
}

static bool number(struct words *w, uint64_t max, uint64_t *v)
{
	struct slice t = slice_trim(w->s);
	size_t n = 0;

	if (t.n == 0) {
		w->cut = true;
		return false;
	}
	while (n < t.n && t.p[n] >= '0' && t.p[n] <= '9')
		n++;
	if (!slice_u64(slice_sub(t, 0, n), v) || *v > max)
		return false;
	w->s = slice_sub(t, n, t.n);
	return true;
}

static bool kind(struct words *w, enum access_kind *k)
{
	/* longer names first where one begins like another */
	static const enum access_kind order[] = {
		ACCESS_ASSERT_NO_WRITES, ACCESS_ASSERT_NO_ACCESSES,
		ACCESS_READ_WRITE, ACCESS_READ, ACCESS_WRITE,
	};

	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		if (expect(w, access_kind_name(order[i]))) {
			*k = order[i];
			return w->s.n == 0 || *w->s.p == ' ';
		}
	}
	return false;
}

/* "(marked, reordered)", or nothing. */
static bool marks(struct words *w, unsigned *bits)
{
	struct slice inner, t = slice_trim(w->s);
	size_t end;

	if (!slice_eat(&t, "("))
		return true;
	end = slice_chr(t, ')', 0);
	if (end == SLICE_NONE)
		return false;
	inner = slice_sub(t, 0, end);
	w->s = slice_sub(t, end + 1, t.n);
	while (inner.n) {
		size_t comma = slice_chr(inner, ',', 0);
		struct slice mark = slice_trim(slice_sub(inner, 0, comma));

		for (unsigned i = 0; access_mark_name(i); i++) {
			if (slice_is(mark, access_mark_name(i)))
				*bits |= 1u << i;
		}
		inner = slice_sub(inner, comma == SLICE_NONE ? inner.n : comma + 1, inner.n);
	}
	return true;
}

static bool address(struct words *w, struct access *a)
{
	struct slice t = slice_trim(w->s), text;

	if (t.n == 0) {
		w->cut = true;
		return false;
	}
	slice_word(&t, &text);
	if (!slice_starts(text, "0x") || !slice_hex(slice_sub(text, 2, text.n), &a->address))
		return false;
	a->address_text = text;
	w->s = t;
	return true;
}

static bool who(struct words *w, struct access *a)
{
	uint64_t task;

	a->task = -1;
	a->interrupt = expect(w, "interrupt");
	if (a->interrupt)
		return true;
	if (!expect(w, "task") || !number(w, INT32_MAX, &task))
		return false;
	a->task = (int32_t)task;
	return true;
}

static bool whole(struct words *w, struct access *a)
{
	uint64_t size, cpu;

	if (!expect(w, "to") || !address(w, a) || !expect(w, "of") || !number(w, UINT32_MAX, &size) ||
	    !expect(w, "bytes") || !expect(w, "by") || !who(w, a) || !expect(w, "on") || !expect(w, "cpu") ||
	    !number(w, INT32_MAX, &cpu))
		return false;
	a->size = (uint32_t)size;
	a->cpu = (int32_t)cpu;
	return w->s.n == 0 || *w->s.p == ':' || *w->s.p == ' ';
}

int access_parse(struct slice s, struct access *a)
{
	struct words w = {slice_trim(s), false};
	bool begun;

	a->marks = 0;
	a->unknown_origin = expect(&w, "race at unknown origin, with");
	begun = a->unknown_origin;
	if (w.s.n == 0)
		return begun ? -1 : 0;
	if (!kind(&w, &a->kind))
		return begun && w.cut ? -1 : 0;
	if (!marks(&w, &a->marks))
		return 0;
	/* a word such as "read" alone on a line is no access line that was wrapped */
	if (w.s.n == 0 && !begun && !a->marks)
		return 0;
	if (whole(&w, a))
		return 1;
	return w.cut ? -1 : 0;
}
